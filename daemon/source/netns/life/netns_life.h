/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_life.h: private to the netns thread: the life of one namespace as an
 * instance, and what all of them share. Nothing here is locked.
 *
 *   WAITING ──► ACTIVE ──► ENDING ──► DOWN ──► DESTROYING ──► freed
 *
 * The last name goes and no process is there: ENDING, and the shutdown
 * callbacks run; when they have, DOWN; when the kernel's object is gone:
 * DESTROYING, from any phase. A namespace that is named again once it is ENDING
 * has a second life, which waits for the end of the one before.
 */
#ifndef NETINST_SOURCE_NETNS_LIFE_H
#define NETINST_SOURCE_NETNS_LIFE_H

#include "base/check.h"
#include "base/hash.h"
#include "lib/clock.h"
#include "source/netns/netns.h"
#include "exec/mailbox.h"
#include "source/netns/link/netns_link.h"
#include "source/netns/names/netns_names.h"
#include "source/netns/netns_ref.h"
#include "source/netns/kernel/netns_proc.h"

/* Until the links are tried again, when they cannot be listened to. */
#define NETNS_LINK_AGAIN NS_PER_SEC

struct event;
struct event_base;
struct netns_leaks;

enum life_phase {
	LIFE_WAITING,	/* for the end of the life before */
	LIFE_ACTIVE,	/* somebody holds it */
	LIFE_ENDING,	/* nobody does: the shutdown callbacks run */
	LIFE_DOWN,	/* they have run; whoever holds it now is unknown */
	LIFE_DESTROYING /* the kernel's object is gone, or a new life waits */
};

/* A mounted name. */
struct life_name {
	struct life_name *next;
	char *directory, *name; /* as it is */
	char *alias;		/* as the instance has it */
	bool published;		/* the instance has it */
};

struct life {
	struct netns_track *track;
	struct netns_identity identity;
	struct netns_handle handle;
	int nsid; /* -1: none, also once it is gone */
	enum life_phase phase;
	struct instance *instance; /* a reference; NULL: the core has none */
	struct netns_ref *ref;	   /* a reference; NULL: home */
	struct life_name *names;   /* oldest first */
	bool nameless;		   /* the instance has a made-up name */
	bool attached;		   /* its links are mirrored */
	struct netns_proc_thread holder; /* which is watched; pid 0: none */
	int pidfd;			 /* of it; -1: none was left */
	struct event *exited;		 /* likewise */
	int64_t unsure_since;	/* clock_monotonic; 0: who holds it is known */
	struct life *before;	/* it waits for that one's end */
	struct life *successor; /* which waits for this one's */
	struct life *next, **link; /* of all but home */
	bool suspect;		   /* on the list of: */
	struct life *next_suspect;
	int64_t release_due; /* clock_monotonic; 0: not on the list of: */
	struct life *next_release;
	bool is_found; /* by these two: only the youngest of an identity */
	UT_hash_handle by_id, by_nsid;
};

struct netns_track {
	struct netns_config config;
	struct event_base *base;
	struct mailbox *mailbox;
	struct netns_names *names;
	struct netns_link *link; /* NULL: not allowed */
	struct netns_leaks *leaks;
	struct netns_seals *seals;
	bool starts; /* what is found now was there before */
	struct life home;
	struct life *lives;
	struct life *by_id, *by_nsid;
	struct life *suspects; /* who holds them has to be looked for */
	struct life *releases, **last_release; /* ENDING, the first due first */
	int64_t tick_interval;
	size_t holds_max;     /* descriptors of namespaces and processes */
	size_t watched;	      /* processes */
	unsigned unpublished; /* names that their instance does not have */
	struct event *answers, *settle, *release, *tick, *follow, *link_again;
};

/* The youngest life of that namespace, home too, or NULL. */
struct life *life_find(
    struct netns_track *track, const struct netns_identity *identity);

/* Whether somebody is known, or thought, to hold it. */
static inline bool
life_is_held(const struct life *life)
{
	return life->phase <= LIFE_ACTIVE;
}

/*
 * A new life; its instance begins with its first name or process. Steals fd
 * (may be -1); whether it is kept is decided here. If there is another life of
 * that namespace, nobody holds that any more, and it is ended.
 */
struct life *life_create(
    struct netns_track *track, const struct netns_identity *identity, int fd);

/*
 * Gets an nsid of the link, by which its end is told; its interfaces, too, once
 * it is attached. fd: of its namespace; the caller's.
 */
void life_number(struct life *life, int fd);
void life_attach(struct life *life);

/* Its instance begins, unless it waits for another one's end. */
void life_begin(struct life *life);

/*
 * A thread is in it and is watched from now on; steals pidfd. Then begins, like
 * that with a name. pidfd negative: no descriptor was left to watch it with.
 * Nothing tells that it goes elsewhere: it is followed (life_follow()).
 */
void life_set_holder(
    struct life *life, const struct netns_proc_thread *thread, int pidfd);
void life_forget_holder(struct life *life);

/*
 * Marks those suspect whose thread has gone elsewhere; or, after
 * NETNS_UNSURE_MAX, may have. So none is held for a thread that has left it for
 * longer than NETNS_FOLLOW_INTERVAL.
 */
#define NETNS_FOLLOW_INTERVAL (500 * NS_PER_MS)
#define NETNS_UNSURE_MAX      (5 * NS_PER_SEC)
void life_follow(struct netns_track *track);

/*
 * Whether it is not known for too long who holds it, if anybody does. To be
 * asked whenever it could not be found out.
 */
bool life_is_unsure_too_long(struct life *life);

/* Whether a process is in it is to be looked for, as the batch settles. */
void life_mark_suspect(struct life *life);

/* Nobody holds it any more: the first death. */
void life_end(struct life *life);

/* The kernel's object is gone: the second. It may be freed by this. */
void life_destroy(struct life *life);

/* Lets go of what is held too long. */
void life_release_late(struct netns_track *track);

/* Forgets it, whatever becomes of its instance. */
void life_free(struct life *life);

#endif
