/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify.h: private to core/: the three levels at which things come and go:
 * families on an instance, events of a family, hooks of an event. Each level
 * (struct notify_level, core_impl.h) has its entries and the notifiers that
 * want to hear of them; notify.c calls those. Strand only.
 */
#ifndef NETINST_CORE_NOTIFY_H
#define NETINST_CORE_NOTIFY_H

#include "core/object/core_impl.h"

/*
 * notify.c: delivers to each notifier what it has not heard yet, and withdraws
 * everything from those that leave: first what happened to hooks, then to
 * events, then to families. So the end of a whole comes after that of its
 * parts, and never inside a callback that hears of one. Bool as in pair.h.
 */
bool notify_deliver(struct instance *instance);

/* --- notify_level.c ------------------------------------------------------- */

/* A callback that hears what comes and goes at one level. */
struct notifier {
	struct notifier *next;
	hook_notify_fn_t function;
	void *arg;
	struct claim claim; /* owner: a reference */
	uint64_t born;	    /* number of news when it came */
	uint64_t delivered; /* the last of it that it heard */
	uint64_t withdrawn; /* leaving: entries from here on were withdrawn */
	bool calling;	    /* it is inside its callback */
	bool leaving, dead;
	bool counted; /* among its pair's belongings */
};

/* The level of a family or of an event. */
struct notify_sublevel {
	struct notify_level level; /* first: CONTAINER_OF() gets back from it */
	struct notify_sublevel *next; /* with notifiers; instance_ext */
	const char *family;	      /* borrowed */
	const char *event; /* likewise; NULL: the family's own level */
	bool listed;
};

/* Announced, and not announced gone. */
static inline bool
notify_has(const struct notify_entry *entry)
{
	return entry->added != 0 && entry->removed == 0;
}

/* Puts one behind the others of a list, or takes it out; nothing is posted. */
void notify_entry_append(
    struct notify_entry **list, struct notify_entry *entry);
void notify_entry_remove(
    struct notify_entry **list, const struct notify_entry *entry);

/*
 * Posts that an entry comes, or goes, for notify_deliver(). What is posted
 * already is not posted again.
 */
void notify_post_coming(struct instance *instance, struct notify_level *level,
    struct notify_entry *entry);
void notify_post_going(struct instance *instance, struct notify_level *level,
    struct notify_entry *entry);

/* The same of all that are there, the newest first. */
void notify_post_all_going(
    struct instance *instance, struct notify_level *level);

/*
 * Adds a notifier of that maker; notify_deliver() does the replay. 0 or a
 * positive errno: EEXIST, ESHUTDOWN.
 */
int notify_add(struct instance *instance, struct notify_level *level,
    const struct claim *maker, hook_notify_fn_t function, void *arg);

/* Marks it as leaving; notify_deliver() withdraws all from it. 0 or ESRCH. */
int notify_remove(struct instance *instance, struct notify_level *level,
    hook_notify_fn_t function);

/*
 * Leftovers, as leftovers.c takes them: the first; and away with it, without a
 * call, and with others of the same where that costs less. How many that were.
 */
struct claim *notify_first_left(
    struct instance *instance, const struct claim *of);
unsigned notify_reclaim(
    struct instance *instance, struct claim *claim, const struct claim *of);

/* The level goes away: frees its notifiers, without a further call. */
void notify_end_sublevel(
    struct instance *instance, struct notify_sublevel *sublevel);

/* It is called no more; freed when no walk can stand on it. */
void notifier_end(struct instance *instance, struct notifier *notifier);

/* Frees those that have ended, unless a walk may stand on them. */
void notify_purge(struct instance *instance);

/* The first sublevel that has notifiers, or NULL. */
struct notify_sublevel *notify_first_sublevel(const struct instance *instance);

#endif
