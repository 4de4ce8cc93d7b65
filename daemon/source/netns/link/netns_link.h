/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_link.h: links, addresses and ends of namespaces by rtnetlink. One
 * socket, in a namespace of our own (netns_own.h), listens to every namespace
 * with an nsid there, and pins none. Mirrors each attached namespace into the
 * instance's interface model (core/interface/interface.h), by the calls that
 * netinstctl nic makes, too. Owns the sockets and the mirrors; netns thread.
 */
#ifndef NETINST_SOURCE_NETNS_LINK_H
#define NETINST_SOURCE_NETNS_LINK_H

#include "core/object/instance.h"

struct event_base;
struct netns_link;

struct netns_link_events {
	/* RTM_DELNSID: the kernel's object is gone. */
	void (*gone)(void *arg, int nsid);
	/* Whether IPv6 works in an attached namespace; also at first. */
	void (*ipv6)(void *arg, struct instance *instance, bool on);
	/* From home, an nsid of netns_link_assign() is known by number. */
	void (*numbered)(void *arg, int nsid, int number);
	/* ENOBUFS: all mirrors were filled anew, also DELNSIDs were found. */
	void (*resynced)(void *arg, const char *why);
	void *arg;
};

/*
 * After netns_features_probe(). 0 or a negative errno. Without the feature
 * NETNS_NSID, or while netns_link_lacks() gives a reason why that cannot be
 * used now, only home can be mirrored.
 */
int netns_link_start(struct netns_link **link, struct event_base *base,
    const struct netns_link_events *events);
int netns_link_lacks(const struct netns_link *link);
void netns_link_stop(struct netns_link *link);

/*
 * The nsid of the namespace fd leads to; gives it one if it has none. From then
 * on its end is reported. Another one that had this nsid before is gone, and
 * reported so within this call, if the kernel's word of it is not read yet. A
 * negative errno: without; -EPERM; -EINVAL: it is home, or no namespace.
 */
int netns_link_assign(struct netns_link *link, int fd);

/*
 * The number by which home knows that namespace, which somebody else may have
 * given, or -1. Later ones are reported.
 */
int netns_link_number(struct netns_link *link, int nsid);

/*
 * Mirrors the namespace into the instance from now on, beginning, a little
 * later, with what is there. nsid: from netns_link_assign(), or -1: home
 * itself. One namespace has one instance: the last. Holds a reference to the
 * instance until detach, which is due also when the namespace is gone.
 * -ENOENT: it is gone.
 */
int netns_link_attach(
    struct netns_link *link, int nsid, struct instance *instance);
void netns_link_detach(struct netns_link *link, struct instance *instance);

/*
 * Calls events.ipv6 for it again after a pause: the call before could not be
 * carried out. Also from within that.
 */
void netns_link_say_again(struct netns_link *link, struct instance *instance);

/* Handles the events until now. Callbacks may end namespaces. */
void netns_link_catch_up(struct netns_link *link);

/* How much may wait to be read; beyond that, events are lost: a resync. */
#define NETNS_LINK_BUFFER (8u << 20) /* bytes */
void netns_link_set_buffer(struct netns_link *link, unsigned bytes);

#endif
