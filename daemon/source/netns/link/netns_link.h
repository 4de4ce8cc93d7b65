/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_link.h: links, addresses and ends of namespaces by rtnetlink, from one
 * socket, in a namespace of our own (netns_own.h), that listens to every
 * namespace with an nsid there, and so pins none. Keeps a mirror of each
 * attached namespace and turns what differs from it into changes of the
 * instance's interface model (core/interface.h), so the core sees the same
 * calls from the kernel as from netinstctl nic. Owns the sockets and the
 * mirrors; netns thread.
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
 * 0 or a negative errno. Without the feature NETNS_NSID, or the privilege for
 * it, only home can be mirrored. The features were probed. It is whole unless
 * netns_link_lacks() says for want of what, which may be over later; until then
 * it is as without the feature.
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
 * What events.ipv6 said of it could not be carried out: it is said again, as it
 * is then, after a pause. Also within that.
 */
void netns_link_say_again(struct netns_link *link, struct instance *instance);

/*
 * Takes the events until now, so that it comes before what the caller does
 * next. What is called back may end namespaces.
 */
void netns_link_catch_up(struct netns_link *link);

/* How much may wait to be read; beyond that, events are lost and found anew. */
#define NETNS_LINK_BUFFER (8u << 20) /* bytes */
void netns_link_set_buffer(struct netns_link *link, unsigned bytes);

#endif
