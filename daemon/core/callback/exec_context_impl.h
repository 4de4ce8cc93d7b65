/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec_context_impl.h: private to core/: where the calling thread is, for
 * frame_enter.c.
 */
#ifndef NETINST_CORE_EXEC_CONTEXT_IMPL_H
#define NETINST_CORE_EXEC_CONTEXT_IMPL_H

#include "core/object/core_impl.h"
#include "core/object/exec_context.h"

/* The calling thread's; NULL: at home. */
extern _Thread_local struct exec_context *exec_context_here;
/* Whether there is one. */
bool exec_context_is_inside(void);

/*
 * Takes the calling thread to a context (NULL: home); when that cannot be, it
 * is home. When it cannot get home, it stays where it is, its worker leaves the
 * pool after the job, and each later call tries again.
 */
void exec_context_switch(struct exec_context *wanted);

/* What net_instance_open() gave on the calling thread; NULL: nothing. */
struct frame;
struct opened;
extern _Thread_local struct opened *exec_context_opened;

/* The end of a frame: what was opened in it is closed. */
void exec_context_close_opened(const struct frame *frame);
/* The same of all that was opened on this thread since exec_context_opened was
 * that.
 */
void exec_context_close_since(const struct opened *before);

#endif
