/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_link_impl.h: private to netns_link.c, which hands out nsids and
 * mirrors, netns_listen.c, which reads events, netns_link_table.c, which knows
 * what was handed out, and netns_dump.c, which dumps namespaces; each uses only
 * those after it. netns thread.
 *
 * Mirrors whose namespace is to be dumped are on a list, of which some are done
 * in each turn of the event loop. The events of one that is behind are passed
 * over until its turn has come, because the dump will say what is so then.
 *
 * An nsid is a number of the namespace that the sockets are in: one of our own,
 * or home, where that cannot be made (netns_own.h).
 */
#ifndef NETINST_SOURCE_NETNS_LINK_IMPL_H
#define NETINST_SOURCE_NETNS_LINK_IMPL_H

#include <sys/queue.h>

#include "base/hash.h"
#include "lib/clock.h"
#include "source/netns/kernel/netns_kernel.h"
#include "source/netns/link/netns_link.h"
#include "source/netns/link/netns_mirror.h"
#include "source/netns/kernel/netns_nsid.h"

struct event;

#define NETNS_LOOPBACK_INDEX 1 /* in every namespace */

struct attachment {
	struct netns_mirror *mirror;
	struct instance *instance; /* the mirror's */
	int nsid;		   /* to ask by; -1: where the socket is */
	bool gone;		   /* there is nothing to be mirrored */
	bool is_due;		   /* to be dumped: IPv6 alone, or: */
	bool list_due;		   /* everything */
	bool published;		   /* whether IPv6 works there, as: */
	bool ipv6_published;
	bool ipv6; /* when last dumped; likewise: */
	bool loopback_up;
	unsigned tries;
	bool failed;	    /* the last of them, and that is logged */
	int64_t not_before; /* clock_monotonic */
	TAILQ_ENTRY(attachment) due;
	UT_hash_handle by_instance;
};
TAILQ_HEAD(attachments, attachment);

/* An nsid that was handed out and whose end was not reported. */
struct known {
	int nsid;
	bool seen;
	struct netns_identity identity;
	struct attachment *attachment; /* or NULL */
	UT_hash_handle by_nsid;
};

struct netns_link {
	struct netns_link_events events;
	struct netns_request request;
	int fd;
	void *datagram; /* NETNS_REPLY_MAX bytes */
	struct event *readable, *more;
	bool renumbered; /* home's numbers of others are to be asked for */
	bool own;	 /* the sockets are in a namespace of our own */
	int lacks;	 /* why there is none, if it may be tried again; or 0 */
	bool listens;	 /* to all namespaces that have an nsid there */
	bool lost;	 /* events, and the socket was not read empty since */
	bool resyncs;
	bool malformed; /* a message was, and logged */
	int home_nsid;	/* by which home is known there; -1: none */
	int next_nsid;
	struct known *known;
	struct attachment *attachments, *home;
	struct attachments due;
};

/* --- netns_link_table.c --------------------------------------------------- */

/* NULL: it was not handed out, or its end was reported. */
struct known *netns_link_known(const struct netns_link *link, int nsid);
/* The one that mirrors a namespace, -1: home, or NULL. */
struct attachment *netns_link_attachment(
    const struct netns_link *link, int nsid);
/* The one that mirrors into that instance, or NULL. */
struct attachment *netns_link_find(
    const struct netns_link *link, const struct instance *instance);

/* It was handed out; another one that had it is gone. */
void netns_link_remember(
    struct netns_link *link, int nsid, const struct netns_identity *identity);

/* That namespace's object is gone. */
void netns_link_report_gone(struct netns_link *link, int nsid);
/* Words of ends were lost: finds out which. */
void netns_link_find_ends(struct netns_link *link);

/* Somebody may have given home an nsid, or, from there, another one. */
void netns_link_rescan_home(struct netns_link *link);
void netns_link_rescan_numbers(struct netns_link *link);

/* --- netns_listen.c ------------------------------------------------------- */

/*
 * all: to all namespaces, if that may be. 0 or a negative errno; what was
 * opened is closed by netns_link_stop().
 */
int netns_listen_open(struct netns_link *link, bool all);

/*
 * Reads some of what is there; returns whether all was read, and nothing is
 * known to be lost.
 */
bool netns_listen_read(struct netns_link *link);

/* --- netns_dump.c --------------------------------------------------------- */

/* It is due; everything: not IPv6 alone. */
void netns_dump_later(
    struct netns_link *link, struct attachment *attachment, bool everything);
void netns_dump_all_later(struct netns_link *link);
/*
 * Nothing leads there any more, or to somewhere else: it is not dumped until it
 * is attached anew. NULL: nothing is done.
 */
void netns_dump_never(struct netns_link *link, struct attachment *attachment);

/*
 * Dumps some of those that are due. None: those that are left have changes to
 * carry out first, or could not be listed; the next time is after a pause.
 */
#define NETNS_DUMP_PAUSE (100 * NS_PER_MS)
enum netns_dumped { NETNS_DUMPED_ALL, NETNS_DUMPED_SOME, NETNS_DUMPED_NONE };
enum netns_dumped netns_dump_some(struct netns_link *link);

#endif
