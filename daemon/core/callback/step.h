/* SPDX-License-Identifier: Apache-2.0 */
/*
 * step.h: private to core/: one callback of a registrant, made through its
 * driver, now or later. On the instance's strand.
 */
#ifndef NETINST_CORE_STEP_H
#define NETINST_CORE_STEP_H

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
	void (*ended)(struct step *step); /* deals with its end; NULL: nobody */
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

/*
 * register.c: registers with a driver of its own; otherwise as
 * registrant_register() of owner.h.
 */
int registrant_register_driven(struct owner *owner,
    const net_instance_t *callbacks, hook_notify_fn_t notify,
    const struct pair_driver *driver, core_done_fn done, void *arg);

/* Ends a pending step; create's context is given, others ignore it. */
void step_complete(struct step *step, void *context);

/*
 * Makes a callback and deals with its end. False: it is pending; the instance
 * awaits it, and step_settle() deals with its end.
 */
bool step_run(struct step *step);

/*
 * True when the instance awaits nothing; a step that has come to its end is
 * dealt with first.
 */
bool step_settle(struct instance *instance);

#endif
