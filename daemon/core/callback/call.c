/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.c: owns the calls under way. Any thread makes one; it runs on the
 * strand, which frees it.
 */
#include "core/callback/call.h"

#include <stdlib.h>

#include "base/memory.h"
#include "core/callback/frame.h"
#include "core/object/owner_impl.h"
#include "core/callback/pair_list.h"

/* Of a call that may be over at once; on the caller's stack. */
struct call_answer {
	bool over;
	int result;
};

const char *
core_plugin_of_code(const void *address)
{
	const struct owner *owner = owner_of_code(address);

	return owner != NULL ? owner_name(owner) : NULL;
}

const char *
core_plugin_calling(const void *address)
{
	const struct owner *owner = owner_current();

	return owner != NULL ? owner_name(owner) : core_plugin_of_code(address);
}

bool
call_is_awaited(const struct call *call)
{
	return call->answer != NULL || call->over != NULL;
}

struct registrant *
registrant_of_caller(void)
{
	const struct frame *frame = frame_current();

	return frame != NULL ? frame->registrant : NULL;
}

bool
maker_is_welcome(const struct instance *instance, const struct claim *maker)
{
	const struct registrant *registrant = maker->registrant;
	bool retired = owner_is_retired(maker->owner);

	if (!retired &&
	    (registrant == NULL || !atomic_load(&registrant->leaving)))
		return true;
	/* A provider's code may run in another plugin's callback. */
	return registrant != NULL &&
	       (!retired || registrant->owner == maker->owner) &&
	       frame_is_inside(instance) &&
	       pair_find(instance, registrant) != NULL;
}

static enum job_result
call_run(struct job *job, struct strand *strand)
{
	struct call *call = CONTAINER_OF(job, struct call, job);
	struct instance *instance = instance_of(strand);

	pair_close_gaps(instance);
	if (!call->run(instance, call)) {
		call->begun = true;
		return JOB_WAITING;
	}
	if (call->answer != NULL)
		*call->answer = (struct call_answer){true, call->result};
	if (call->over != NULL)
		completion_finish(call->over, call->result);
	if (call->claim.registrant != NULL)
		registrant_release(call->claim.registrant);
	owner_release(call->claim.owner);
	free(call);
	return JOB_DONE;
}

/* Runs it now; what has to wait for a deferred step goes on by itself. */
static int
call_inside(struct instance *instance, struct call *call)
{
	struct call_answer answer = {false, 0};

	call->answer = &answer;
	strand_run_inside(&instance->strand, &call->job);
	if (answer.over)
		return answer.result;
	/* What it came to is known; only a delivery goes on by itself. */
	call->answer = NULL;
	return call->result;
}

static int
call_and_wait(struct instance *instance, struct call *call)
{
	struct completion over;

	completion_init(&over);
	call->over = &over;
	strand_post(&instance->strand, &call->job);
	return completion_wait(&over);
}

int
call_make(struct instance *instance, const struct call *wanted)
{
	struct call *call = memory_alloc(sizeof(*call));

	*call = *wanted;
	call->result = 0;
	call->begun = false;
	call->job.run = call_run;
	call->answer = NULL;
	call->over = NULL;
	call->claim.registrant = registrant_of_caller();
	if (call->claim.registrant != NULL)
		registrant_hold(call->claim.registrant);
	owner_hold(call->claim.owner);
	if (frame_is_inside(instance))
		return call_inside(instance, call);
	if (frame_current() == NULL)
		return call_and_wait(instance, call);
	strand_post(&instance->strand, &call->job);
	return 0;
}
