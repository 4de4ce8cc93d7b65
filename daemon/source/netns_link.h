/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_link.h: links, addresses and ends of namespaces by rtnetlink, from one
 * socket at home that listens to every namespace with an nsid here, and so pins
 * none. Keeps a mirror of each attached namespace and turns what differs from
 * it into changes of the instance's interface model (core/interface.h), so the
 * core sees the same calls from the kernel as from netinstctl nic. Owns the
 * sockets and the mirrors; netns thread.
 */
#ifndef NETINST_SOURCE_NETNS_LINK_H
#define NETINST_SOURCE_NETNS_LINK_H

#include "core/instance.h"

struct event_base;
struct netns_link;

struct netns_link_events {
	/* RTM_DELNSID: the kernel's object is gone. */
	void (*gone)(void *arg, int nsid);
	/* Whether IPv6 works in an attached namespace; also at first. */
	void (*ipv6)(void *arg, struct instance *instance, bool on);
	/* ENOBUFS: all mirrors were filled anew, also DELNSIDs were found. */
	void (*resynced)(void *arg, const char *why);
	void *arg;
};

/* 0, or a negative errno: -EPERM without CAP_NET_ADMIN. */
int netns_link_start(struct netns_link **link, struct event_base *base,
    const struct netns_link_events *events);
void netns_link_stop(struct netns_link *link);

/*
 * The nsid of the namespace fd leads to; gives it one if it has none. From then
 * on its end is told. A negative errno: without.
 */
int netns_link_assign(struct netns_link *link, int fd);

/*
 * Mirrors the namespace into the instance from now on, beginning with what is
 * there. nsid -1: home itself. Holds a reference to the instance until detach.
 */
int netns_link_attach(
    struct netns_link *link, int nsid, struct instance *instance);
void netns_link_detach(struct netns_link *link, struct instance *instance);

/* Whether that nsid still leads to a namespace. */
bool netns_link_has(struct netns_link *link, int nsid);

#endif
