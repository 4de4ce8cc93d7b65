/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame.h: private to core/: which callbacks the calling thread is inside of.
 * A frame lives on the stack of the thread that makes the call; nested calls
 * make a chain, all on the same instance (or, outside any strand, on none).
 */
#ifndef NETINST_CORE_FRAME_H
#define NETINST_CORE_FRAME_H

#include "core/object/core_impl.h"
#include "core/object/owner_impl.h"

struct exec_context;

struct frame {
	struct frame *outer;
	struct instance *instance; /* whose strand it is on; NULL: on none */
	struct registrant *registrant; /* NULL: of nobody known */
	enum callback callback;
	bool light; /* frame_enter_hooks(): nothing ends with it */
	struct owner *owner_before;
	struct exec_context *exec_context_before;
	unsigned level; /* of the worker's mark */
	int64_t begun;
};

/* This thread's, for the functions below; everyone else has frame_current(). */
extern _Thread_local struct frame *frame_innermost;

/* How many lists of hooks this thread runs: hook_run.c. */
extern _Thread_local unsigned hook_depth;
/* What ends those beyond that many, when the thread does not come back. */
void frame_set_hook_cut(void (*cut)(unsigned depth));

/*
 * frame_enter.c. Enters and leaves plugin code: marks the worker, the owner and
 * the frame, accounts the time to the owner, and has the thread where the
 * callback is to be made (exec_context.h). No lock may be held.
 */
void frame_enter(struct frame *frame, struct instance *instance,
    struct registrant *registrant, struct owner *owner, enum callback callback);
void frame_leave(struct frame *frame, bool failed);

/*
 * Makes the call into plugin code that the calling thread has entered. False:
 * it did not return, because the plugin ended the thread. That callback is
 * lost, and said to be; the thread goes on, and its worker leaves the pool
 * after the job. What the plugin has jumped out of is left, too.
 */
bool frame_call(void (*call)(void *arg), void *arg);

/*
 * The same for hook_run(), which any thread calls and which may not cost more
 * than a few stores: one frame for the hooks of an event, that is given to one
 * after the other. Nothing is timed, and the thread stays where it is; calls
 * that a hook makes are its owner's.
 */
static inline void
frame_enter_hooks(struct frame *frame)
{
	lock_assert_none_held();
	frame->outer = frame_innermost;
	frame->instance = frame->outer != NULL ? frame->outer->instance : NULL;
	frame->registrant = NULL;
	frame->callback = CALLBACK_HOOK;
	frame->light = true;
	frame->owner_before = owner_at_work;
	frame_innermost = frame;
}

static inline void
frame_next_hook(
    struct frame *frame, struct registrant *registrant, struct owner *owner)
{
	frame->registrant = registrant;
	owner_at_work = owner;
}

static inline void
frame_leave_hooks(struct frame *frame)
{
	frame_innermost = frame->outer;
	owner_at_work = frame->owner_before;
}

/* The thread ends, inside of what it may be: what is called later is not. */
static inline void
frame_leave_all(void)
{
	frame_innermost = NULL;
	owner_at_work = NULL;
}

/* The innermost frame of this thread, or NULL. */
struct frame *frame_current(void);

/* Whether this thread is inside a callback on the instance. */
bool frame_is_inside(const struct instance *instance);

/* Whether this thread is inside a callback of the registrant. */
bool frame_is_of(const struct registrant *registrant);

/* Whether this thread is inside such a callback, be it further out. */
bool frame_is_in(enum callback callback);

#endif
