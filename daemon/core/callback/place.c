/* SPDX-License-Identifier: Apache-2.0 */
/*
 * place.c: owns where each thread is: at home or in the place of an instance.
 * Frames move it (frame_enter.c); workers that cannot get home are given up,
 * because whatever they ran afterwards would run in the wrong place.
 */
#include "core/callback/place.h"

#include <string.h>

#include "base/log.h"
#include "core/callback/place_impl.h"

_Thread_local struct place *place_here;

/* The calling thread could not get home; its worker leaves. */
static _Thread_local bool is_lost;

bool
place_is_inside(void)
{
	return place_here != NULL;
}

/* False: the thread is where it was. */
static bool
place_go_home(void)
{
	int error = place_here->ops->leave();

	if (error == 0) {
		place_here = NULL;
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
place_go(struct place *wanted)
{
	int error;

	if (wanted == place_here)
		return;
	if (place_here != NULL && !place_go_home())
		return;
	if (wanted == NULL)
		return;
	error = wanted->ops->enter(wanted);
	if (error == 0)
		place_here = wanted;
	else
		log_debug("core",
		    "a callback is made at home, not inside its instance: %s",
		    strerror(-error));
}
