/* SPDX-License-Identifier: Apache-2.0 */
/*
 * step.c: makes one callback through its registrant's driver, and the driver
 * that simply calls the function. Runs on the instance's strand;
 * step_complete() on any thread.
 */
#include "core/callback/step.h"

#include <stdlib.h>

#include "base/memory.h"
#include "core/callback/frame.h"

/* Characters of a netid_t in decimal, with the NUL. */
#define NETID_TEXT_MAX 12

static void
step_end(struct step *step)
{
	if (step->ended != NULL)
		step->ended(step);
}

/* A deferred step outlives the call: it is kept until it was settled. */
static bool
step_run_deferred(const struct step *step)
{
	struct step *kept = memory_alloc(sizeof(*kept));

	*kept = *step;
	kept->instance->awaiting = kept;
	if (kept->registrant->driver->start(kept) == STEP_DONE)
		atomic_store(&kept->over, true);
	return step_settle(kept->instance);
}

bool
step_run(struct step *step)
{
	ASSERT(step->instance->awaiting == NULL);
	if (step->registrant != NULL && step->registrant->driver->deferred)
		return step_run_deferred(step);
	(void)pair_driver_direct.start(step);
	step_end(step);
	return true;
}

bool
step_settle(struct instance *instance)
{
	struct step *step = instance->awaiting;

	if (step == NULL)
		return true;
	if (!atomic_load(&step->over))
		return false;
	instance->awaiting = NULL;
	step_end(step);
	free(step);
	return true;
}

void
step_complete(struct step *step, void *context)
{
	struct instance *instance = step->instance;

	if (step->callback == CALLBACK_CREATE)
		step->context = context;
	/* The strand may free the step, and let go, as soon as it is over. */
	instance_hold(instance);
	atomic_store(&step->over, true);
	strand_resume(&instance->strand);
	instance_release(instance);
}

/* Decimal digits without the cost of printf: this is a hot path. */
static const char *
netid_to_text(netid_t id, char text[static NETID_TEXT_MAX])
{
	char *digit = text + NETID_TEXT_MAX - 1;

	*digit = '\0';
	do
		*--digit = (char)('0' + id % 10);
	while ((id /= 10) > 0);
	return digit;
}

static void
call_notify(struct step *step)
{
	char netid[NETID_TEXT_MAX];
	const char *name1 = step->name1;

	if (name1 == NULL)
		name1 = netid_to_text(step->instance->id, netid);
	(void)step->function(
	    step->command, step->context, name1, step->name2, step->name3);
}

static void
direct_call(void *arg)
{
	struct step *step = arg;
	struct registrant *registrant = step->registrant;
	netid_t id = step->instance->id;

	switch (step->callback) {
	case CALLBACK_CREATE:
		step->context = registrant->callbacks.nin_create(id);
		break;
	case CALLBACK_SHUTDOWN:
		registrant->callbacks.nin_shutdown(id, step->context);
		break;
	case CALLBACK_DESTROY:
		registrant->callbacks.nin_destroy(id, step->context);
		break;
	case CALLBACK_NOTIFY:
		call_notify(step);
		break;
	case CALLBACK_KSTAT:
	case CALLBACK_TIMEOUT:
	case CALLBACK_HOOK:
		check_failed(
		    "no step of a driver", __FILE__, __LINE__, __func__);
	}
}

static enum step_result
direct_start(struct step *step)
{
	struct frame frame;

	frame_enter(&frame, step->instance, step->registrant, step->owner,
	    step->callback);
	/* One that is lost has failed; there is nothing to end. */
	if (!frame_call(direct_call, step) && step->callback == CALLBACK_CREATE)
		step->context = NULL;
	frame_leave(
	    &frame, step->callback == CALLBACK_CREATE && step->context == NULL);
	return STEP_DONE;
}

const struct pair_driver pair_driver_direct = {
    .deferred = false,
    .start = direct_start,
};
