/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board.h: private to core/: where it is posted what comes and goes, for
 * notification callbacks to be told. There is one for each level: that of an
 * instance has its families, that of a family its events, that of an event its
 * hooks. board.c posts it and keeps those who are to be told; notify.c tells.
 * All of it belongs to the instance's strand.
 */
#ifndef NETINST_CORE_BOARD_H
#define NETINST_CORE_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include <netinst/neti.h>

struct instance;
struct owner;
struct registrant;

/* A callback that is told what comes and goes on a board. */
struct notifier {
	struct notifier *next;
	hook_notify_fn_t function;
	void *arg;
	struct registrant *registrant; /* its pair here, or NULL; borrowed */
	struct owner *owner;	       /* a reference */
	uint64_t born;		       /* number of news when it came */
	uint64_t told;		       /* up to this one */
	uint64_t withdrawn; /* leaving: entries from this one on are told */
	bool telling;	    /* it is inside its callback */
	bool leaving, dead;
	bool counted; /* among its pair's belongings */
};

/* Something that comes and goes; embedded in it. */
struct board_entry {
	struct board_entry *next; /* in order of arrival */
	const char *name;	  /* borrowed from what it is embedded in */
	uint64_t added, removed;  /* numbers of its news; 0: not yet */
};

struct board {
	struct board_entry *entries;
	struct notifier *notifiers;
	uint64_t news; /* comings and goings so far */
};

/* The board of a family or of an event. */
struct board_below {
	struct board board;	  /* first: board.h's users look past it */
	struct board_below *next; /* of those with notifiers; the extras' */
	const char *family;	  /* borrowed */
	const char *event;	  /* likewise; NULL: the family's own board */
	bool listed;
};

/* Announced, and not announced gone. */
static inline bool
board_has(const struct board_entry *entry)
{
	return entry->added != 0 && entry->removed == 0;
}

/*
 * Posts that an entry of the board comes, or goes; notify_deliver() tells.
 * What is posted already is not posted again.
 */
void notify_post_coming(
    struct instance *instance, struct board *board, struct board_entry *entry);
void notify_post_going(
    struct instance *instance, struct board *board, struct board_entry *entry);

/* The same of all that are there, the newest first. */
void notify_post_all_going(struct instance *instance, struct board *board);

/*
 * Adds a notifier; notify_deliver() does the replay. registrant: whose pair
 * here it goes with, or NULL. 0 or a positive errno: EEXIST, ESHUTDOWN.
 */
int notify_add(struct instance *instance, struct board *board,
    struct registrant *registrant, struct owner *owner,
    hook_notify_fn_t function, void *arg);

/* Marks it as leaving; notify_deliver() says goodbye. 0 or ESRCH. */
int notify_remove(
    struct instance *instance, struct board *board, hook_notify_fn_t function);

/*
 * Frees, without a further call, what belongs to the registrant (or, when that
 * is NULL, to the owner). Returns how many that were.
 */
unsigned notify_reclaim(struct instance *instance,
    const struct registrant *registrant, const struct owner *owner);

/* The owner of one that is left, borrowed; NULL when none is. */
struct owner *notify_leftover_owner(const struct instance *instance);

/* The board goes away: frees what is on it, without a further call. */
void notify_end_board(struct instance *instance, struct board_below *below);

/* It is told no more; freed when no walk can stand on it. */
void notifier_end(struct instance *instance, struct notifier *notifier);

/* Frees those that have ended, unless a walk may stand on them. */
void notify_purge(struct instance *instance);

/* The first board below the instance's own that has notifiers, or NULL. */
struct board_below *board_first_below(const struct instance *instance);

#endif
