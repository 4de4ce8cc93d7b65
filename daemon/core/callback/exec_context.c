/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec_context.c: owns where each thread is: at home or in the context of an
 * instance. Frames switch it (frame_enter.c); workers that cannot get home are
 * given up, because whatever they ran afterwards would run in the wrong
 * context.
 */
#include "core/object/exec_context.h"

#include <string.h>

#include "base/log.h"
#include "core/callback/exec_context_impl.h"

_Thread_local struct exec_context *exec_context_here;

/* The calling thread could not get home; its worker leaves. */
static _Thread_local bool is_lost;

bool
exec_context_is_inside(void)
{
	return exec_context_here != NULL;
}

/* False: the thread is where it was. */
static bool
exec_context_leave(void)
{
	int error = exec_context_here->ops->leave();

	if (error == 0) {
		exec_context_here = NULL;
		return true;
	}
	if (!is_lost)
		log_error("core",
		    "a worker cannot get back from the place of an instance: "
		    "%s; another takes its work over",
		    strerror(-error));
	is_lost = true;
	worker_retire();
	return false;
}

void
exec_context_switch(struct exec_context *wanted)
{
	int error;

	if (wanted == exec_context_here)
		return;
	if (exec_context_here != NULL && !exec_context_leave())
		return;
	if (wanted == NULL)
		return;
	error = wanted->ops->enter(wanted);
	if (error == 0)
		exec_context_here = wanted;
	else
		log_debug("core",
		    "a callback is made at home, not inside its instance: %s",
		    strerror(-error));
}
