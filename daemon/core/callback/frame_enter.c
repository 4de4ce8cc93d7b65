/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame_enter.c: the one gate between framework and plugin code. Any thread;
 * owns nothing but what ends lost hooks, which is set before the first
 * callback.
 */
#include "core/callback/frame.h"

#include "base/catch_exit.h"
#include "base/log.h"
#include "core/callback/held.h"
#include "core/object/owner_impl.h"
#include "core/callback/exec_context_impl.h"
#include "lib/clock.h"

static void (*hook_cut)(unsigned depth);

void
frame_set_hook_cut(void (*cut)(unsigned depth))
{
	hook_cut = cut;
}

void
frame_enter(struct frame *frame, struct instance *instance,
    struct registrant *registrant, struct owner *owner, enum callback callback)
{
	struct worker_mark mark = {
	    .note = {
		.who = registrant != NULL ? registrant->sequence : 0,
		.whose = owner->number,
		.where = instance->id,
		.what = callback,
	    }};

	lock_assert_none_held();
	frame->outer = frame_innermost;
	frame->instance = instance;
	frame->registrant = registrant;
	frame->callback = callback;
	frame->light = false;
	frame->owner_before = owner_at_work;
	owner_at_work = owner;
	frame_innermost = frame;
	frame->exec_context_before = exec_context_here;
	if (__builtin_expect(owner->inside || exec_context_here != NULL, false))
		exec_context_switch(
		    owner->inside ? instance_exec_context(instance) : NULL);
	owner_count_begin(owner, callback);
	frame->begun = mark.since = clock_monotonic();
	frame->level = worker_begin(&mark);
}

void
frame_leave(struct frame *frame, bool failed)
{
	struct owner *owner = owner_at_work;

	ASSERT(frame_innermost == frame);
	worker_end(frame->level);
	owner_count_end(
	    owner, frame->callback, clock_monotonic() - frame->begun, failed);
	if (__builtin_expect(exec_context_opened != NULL, false))
		exec_context_close_opened(frame);
	if (__builtin_expect(
		exec_context_here != frame->exec_context_before, false))
		exec_context_switch(frame->exec_context_before);
	frame_innermost = frame->outer;
	owner_at_work = frame->owner_before;
}

static const char *const ways_to_end[] = {
    [EXIT_CALLED] = "called pthread_exit()",
    [EXIT_CANCELLABLE] = "called pthread_exit(), or had its thread cancelled",
};

static void
frame_report_exit(const struct frame *frame, enum thread_exit how)
{
	/* Inside a hook that the plugin ran itself, the hook's owner. */
	log_error("core",
	    "plugin %s %s in %s on instance %d: this callback is lost, the "
	    "others go on",
	    owner_name(owner_current()), ways_to_end[how],
	    callback_name(
		frame_innermost != frame ? CALLBACK_HOOK : frame->callback),
	    (int)frame->instance->id);
}

/* The thread is back where the frame was entered, whatever it was inside of. */
static void
frame_come_back(struct frame *frame, struct owner *owner, unsigned hooks,
    unsigned held, const struct opened *opened)
{
	frame_innermost = frame;
	owner_at_work = owner;
	if (hook_depth > hooks)
		hook_cut(hooks);
	held_give_back(held);
	worker_end(frame->level + 1);
	exec_context_close_since(opened);
}

bool
frame_call(void (*call)(void *arg), void *arg)
{
	struct frame *frame = frame_innermost;
	struct owner *owner = owner_at_work;
	const struct opened *opened = exec_context_opened;
	unsigned hooks = hook_depth, held = held_depth;
	enum thread_exit how = catch_exit(call, arg);

	if (__builtin_expect(
		how == EXIT_NONE && frame_innermost == frame, true))
		return true;
	if (how == EXIT_NONE)
		log_error("core",
		    "plugin %s jumped out of a callback that was made inside "
		    "its %s on instance %d: that one is lost",
		    owner_name(owner), callback_name(frame->callback),
		    (int)frame->instance->id);
	else
		frame_report_exit(frame, how);
	frame_come_back(frame, owner, hooks, held, opened);
	if (how != EXIT_NONE)
		worker_retire();
	return how == EXIT_NONE;
}

bool
core_read_running(struct running_view *view)
{
	const struct frame *frame = frame_innermost;
	const struct registrant *registrant;

	if (frame == NULL || owner_at_work == NULL)
		return false;
	registrant = frame->registrant;
	*view = (struct running_view){
	    .owner = owner_name(owner_at_work),
	    .registrant =
		registrant != NULL ? registrant->callbacks.nin_name : "",
	    .callback = frame->callback,
	    .instance = frame->instance != NULL ? frame->instance->id : -1,
	    .name =
		frame->instance != NULL ? instance_name(frame->instance) : "",
	};
	return true;
}
