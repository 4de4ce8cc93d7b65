/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame.c: the one gate between framework and plugin code. Owns the chain of
 * frames of each thread.
 */
#include "core/frame.h"

#include "base/clock.h"
#include "core/owner_impl.h"
#include "core/place_impl.h"
#include "core/watch.h"

_Thread_local struct frame *frame_innermost;

static const struct core_watch *watch; /* NULL: nobody */

void
core_set_watch(const struct core_watch *wanted)
{
	watch = wanted;
}

static void
frame_tell(const struct frame *frame,
    void (*told)(const struct callback_view *), bool failed)
{
	const struct registrant *registrant = frame->registrant;
	struct callback_view view = {
	    .owner = owner_name(owner_current()),
	    .registrant =
		registrant != NULL ? registrant->callbacks.nin_name : "",
	    .callback = frame->callback,
	    .instance = frame->instance->id,
	    .failed = failed,
	};

	told(&view);
}

struct frame *
frame_current(void)
{
	return frame_innermost;
}

bool
frame_is_inside(const struct instance *instance)
{
	return frame_innermost != NULL && frame_innermost->instance == instance;
}

bool
frame_is_of(const struct registrant *registrant)
{
	const struct frame *frame = frame_innermost;

	while (frame != NULL && frame->registrant != registrant)
		frame = frame->outer;
	return frame != NULL;
}

bool
frame_is_in(enum callback callback)
{
	const struct frame *frame = frame_innermost;

	while (frame != NULL && frame->callback != callback)
		frame = frame->outer;
	return frame != NULL;
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
	frame->owner_before = owner_enter(owner);
	frame_innermost = frame;
	frame->place_before = place_here;
	if (__builtin_expect(owner->inside || place_here != NULL, false))
		place_go(owner->inside ? instance_place(instance) : NULL);
	owner_count_begin(owner, callback);
	frame->begun = mark.since = clock_monotonic();
	worker_begin(&mark, &frame->mark_before);
	if (watch != NULL)
		frame_tell(frame, watch->begins, false);
}

void
frame_leave(struct frame *frame, bool failed)
{
	struct owner *owner = owner_current();

	ASSERT(frame_innermost == frame);
	if (watch != NULL)
		frame_tell(frame, watch->over, failed);
	worker_end(&frame->mark_before);
	owner_count_end(
	    owner, frame->callback, clock_monotonic() - frame->begun, failed);
	if (__builtin_expect(place_opened != NULL, false))
		place_close_opened(frame);
	if (__builtin_expect(place_here != frame->place_before, false))
		place_go(frame->place_before);
	frame_innermost = frame->outer;
	owner_leave(frame->owner_before);
}
