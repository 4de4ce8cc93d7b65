/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame.c: owns the chain of frames of each thread.
 */
#include "core/callback/frame.h"

_Thread_local struct frame *frame_innermost;
_Thread_local unsigned hook_depth;

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
