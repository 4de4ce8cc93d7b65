/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mark.c: owns the place of the tests, and the mark of each thread that is
 * there. Workers enter and leave it; all else is called by the test's thread.
 */
#include "mark.h"

struct mark_place place;
_Thread_local struct exec_context *mark;

static int
mark_enter(struct exec_context *wanted)
{
	ASSERT(mark == NULL && wanted == &place.context);
	if (atomic_load(&place.refusal) != 0)
		return atomic_load(&place.refusal);
	mark = wanted;
	(void)atomic_fetch_add(&place.entered, 1);
	return 0;
}

static int
mark_leave(void)
{
	ASSERT(mark != NULL);
	if (atomic_load(&place.way_blocked) != 0)
		return atomic_load(&place.way_blocked);
	mark = NULL;
	(void)atomic_fetch_add(&place.left, 1);
	return 0;
}

static int
mark_open(struct exec_context *wanted)
{
	ASSERT(wanted == &place.context);
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
mark_release(struct exec_context *released)
{
	ASSERT(released == &place.context);
	(void)atomic_fetch_add(&place.released, 1);
}

static const struct exec_context_ops mark_ops = {
    mark_enter, mark_leave, mark_open, mark_release};

int
mark_setup(void **state)
{
	int error = core_setup_serial(state);

	place = (struct mark_place){.context.ops = &mark_ops};
	if (error == 0)
		owner_set_inside(core_owner);
	return error;
}

netid_t
add_with_place(const char *name)
{
	static const char *const protocols[] = {NHF_INET};
	const struct instance_config config = {
	    .name = name,
	    .source = "sim",
	    .exec_context = &place.context,
	    .protocols = protocols,
	    .protocol_count = 1,
	};
	struct instance *instance;
	struct answer answer;
	netid_t id;

	answer_init(&answer);
	ASSERT(instance_create(&config, &instance, answer_done, &answer) == 0);
	(void)answer_wait(&answer);
	id = instance_id(instance);
	ASSERT(instance_exec_context(instance) == &place.context);
	instance_release(instance);
	return id;
}
