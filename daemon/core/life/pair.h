/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pair.h: private to core/: the life of one registrant on one instance, one
 * step at a time. All of it runs on the instance's strand.
 *
 * A function here that returns bool returns false when a step will complete
 * later: its job returns JOB_WAITING and calls the same function again when it
 * is resumed. Each looks at what is still to be done, so calling again is all
 * there is to it.
 */
#ifndef NETINST_CORE_PAIR_H
#define NETINST_CORE_PAIR_H

#include "core/object/core_impl.h"

/* One callback to be made, as a driver sees it. */
struct step {
	struct instance *instance;
	struct registrant *registrant; /* NULL: a notifier of nobody's */
	struct owner *owner;	       /* who the time is accounted to */
	enum callback callback;
	void *context; /* create fills it; the others get it */
	/* CALLBACK_NOTIFY only: */
	hook_notify_fn_t function;
	hook_notify_cmd_t command;
	/* What the news is of, as hook.h has it; name1 NULL: the instance. */
	const char *name1, *name2, *name3;
	/* The framework's: */
	uint32_t pair;	   /* index of the pair; not for CALLBACK_NOTIFY */
	_Atomic bool over; /* step_complete() was called */
};

enum step_result { STEP_DONE, STEP_PENDING };

/*
 * How the callbacks of a registrant are reached. A driver that is not deferred
 * always returns STEP_DONE. One that is may return STEP_PENDING and call
 * step_complete() later, from any thread, also before start() has returned.
 */
struct pair_driver {
	bool deferred;
	enum step_result (*start)(struct step *step);
};

/* Calls the functions of the registrant on the strand's worker. */
extern const struct pair_driver pair_driver_direct;

/* Ends a pending step; create's context is given, others ignore it. */
void step_complete(struct step *step, void *context);

/*
 * Makes a callback and deals with its end, as pair_ended() does. False: it is
 * pending; the instance awaits it, and step_settle() deals with its end.
 */
bool step_run(struct step *step);

/*
 * True when the instance awaits nothing; a step that has come to its end is
 * dealt with first.
 */
bool step_settle(struct instance *instance);

/*
 * Runs create for every registrant, up to and including last, that was not
 * seen here yet, in registration order.
 */
bool pair_catch_up(struct instance *instance, struct registrant *last);
/* The same for all that are in the registry. */
bool pair_catch_up_all(struct instance *instance);

/* Walks all pairs in reverse order; begin with pair_walk_begin(). */
void pair_walk_begin(struct instance *instance);
bool pair_walk_shutdown(struct instance *instance);
bool pair_walk_destroy(struct instance *instance);

/* One registrant leaves this instance, in two phases. */
bool pair_shutdown_one(
    struct instance *instance, struct registrant *registrant);
bool pair_destroy_one(struct instance *instance, struct registrant *registrant);

/* Runs create again for pairs of owner that failed. */
bool pair_retry(struct instance *instance, const struct owner *owner);

/* For the start of a job: closes gaps, when nothing holds an index. */
void pair_close_gaps(struct instance *instance);

/* The pair of a registrant here, or NULL. Strand, or under the lock. */
struct pair *pair_find(
    const struct instance *instance, const struct registrant *registrant);

/*
 * Something came that is to go with the registrant's pair (NULL: nobody's).
 * True when it was counted; then pair_disown() is called when it goes. Strand.
 */
bool pair_own(struct instance *instance, const struct registrant *registrant);
void pair_disown(
    struct instance *instance, const struct registrant *registrant);

/* What the end of a step means for its pair; for step.c. */
void pair_ended(struct step *step);

/* Frees the array; every pair is gone. */
void pair_free_all(struct instance *instance);

#endif
