/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_fixture.c: owns what hook_fixture.h offers. Called by the test's own
 * thread, except the hooks and note().
 */
#include "hook_fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "core/object/core_impl.h"
#include "core/hook/event.h"
#include "core/kstat/kstat_read.h"

#define LOOKUPS_MAX 16

net_handle_t inet;
net_handle_t mine_handle;
hook_event_t mine_event;
hook_event_token_t mine_token;
int result_of_a;
void (*on_a)(hook_event_token_t token);

static net_handle_t lookups[LOOKUPS_MAX];
static unsigned lookup_count;

net_handle_t
look_up(const char *name)
{
	net_handle_t handle = net_protocol_lookup(1, name);

	ASSERT(handle != NULL && lookup_count < LOOKUPS_MAX);
	lookups[lookup_count++] = handle;
	return handle;
}

static int
setup(int error)
{
	result_of_a = 0;
	on_a = NULL;
	if (error != 0 || add_instance("one", NHF_INET) != 1)
		return -1;
	inet = look_up(NHF_INET);
	return 0;
}

int
hook_setup(void **state)
{
	return setup(core_setup(state));
}

int
hook_setup_serial(void **state)
{
	return setup(core_setup_serial(state));
}

int
hook_teardown(void **state)
{
	while (lookup_count > 0)
		(void)net_protocol_release(lookups[--lookup_count]);
	return core_teardown(state);
}

struct strand_task {
	struct job job;
	struct answer answer;
	void (*body)(struct instance *instance);
};

static enum job_result
task_run(struct job *job, struct strand *strand)
{
	struct strand_task *task = CONTAINER_OF(job, struct strand_task, job);

	task->body(instance_of(strand));
	answer_done(&task->answer, 0);
	return JOB_DONE;
}

void
on_the_strand(netid_t id, void (*body)(struct instance *instance))
{
	struct instance *instance = instance_find(id);
	struct strand_task task = {.job.run = task_run, .body = body};

	ASSERT(instance != NULL);
	answer_init(&task.answer);
	strand_post(&instance->strand, &task.job);
	(void)answer_wait(&task.answer);
	instance_release(instance);
}

static int
write_name(hook_event_token_t token, hook_data_t data, void *arg)
{
	const char *name = arg;

	diary_write("%s", name);
	if (strcmp(name, "a") != 0)
		return 0;
	if (on_a != NULL)
		on_a(token);
	return result_of_a;
}

/* Of the names that are used in tests: they outlive every hook. */
static void *
kept_name(const char *name)
{
	static char names[128][2];
	unsigned char letter = name != NULL ? (unsigned char)name[0] : 0;

	ASSERT(letter < sizeof(names) / sizeof(names[0]));
	names[letter][0] = (char)letter;
	return names[letter];
}

hook_t
hook_named(const char *name)
{
	return (hook_t){
	    .h_version = HOOK_VERSION,
	    .h_func = write_name,
	    .h_name = name,
	    .h_arg = kept_name(name),
	};
}

int
add(hook_t *hook)
{
	return net_hook_register(inet, NH_PHYSICAL_IN, hook);
}

int
take(hook_t *hook)
{
	return net_hook_unregister(inet, NH_PHYSICAL_IN, hook);
}

int
add_hinted(const char *name, hook_hint_t hint, const char *target)
{
	hook_t hook = hook_named(name);

	hook.h_hint = hint;
	hook.h_hintvalue = (uintptr_t)target;
	return add(&hook);
}

int
take_named(const char *name)
{
	hook_t hook = hook_named(name);

	return take(&hook);
}

static int result_of_run;

static void
run_inet(struct instance *instance)
{
	result_of_run = event_run(instance, inet, NH_PHYSICAL_IN, 0, NULL);
}

int
run(void)
{
	on_the_strand(1, run_inet);
	return result_of_run;
}

net_handle_t
provide(const char *name)
{
	const net_protocol_t definition = {
	    .netp_version = NETINFO_VERSION, .netp_name = name};

	return net_protocol_register(1, &definition);
}

int
provide_family(net_handle_t handle, const char *name)
{
	hook_family_t family;

	HOOK_FAMILY_INIT(&family, name);
	return net_family_register(handle, &family);
}

hook_event_token_t
provide_event(net_handle_t handle, hook_event_t *event, const char *name)
{
	HOOK_EVENT_INIT(event, name);
	return net_event_register(handle, event);
}

int
note(hook_notify_cmd_t command, void *arg, const char *name1, const char *name2,
    const char *name3)
{
	diary_write("[%s %s %c%s]", name1, name2 != NULL ? name2 : "-",
	    command == HN_REGISTER ? '+' : '-', name3);
	return 0;
}

struct owner_leftovers
leftovers(void)
{
	struct owner_leftovers left;

	owner_read_leftovers(core_owner, &left);
	return left;
}

struct wanted {
	const char *module, *name;
};

static bool
is_wanted(void *arg, const kstat_t *kstat)
{
	const struct wanted *wanted = arg;

	return strcmp(kstat->ks_module, wanted->module) == 0 &&
	       strcmp(kstat->ks_name, wanted->name) == 0;
}

static int64_t
value_of(const kstat_named_t *named)
{
	switch (named->data_type) {
	case KSTAT_DATA_UINT64:
		return (int64_t)named->value.ui64;
	case KSTAT_DATA_UINT32:
		return named->value.ui32;
	case KSTAT_DATA_STRING:
		return (int64_t)strlen(KSTAT_NAMED_STR_PTR(named));
	default:
		return named->value.i32;
	}
}

int64_t
statistic_of(
    netid_t id, const char *module, const char *name, const char *statistic)
{
	struct instance *instance = instance_find(id);
	struct wanted wanted = {module, name};
	struct kstat_batch batch;
	const kstat_named_t *named;
	int64_t value = -1;
	unsigned i;

	ASSERT(instance != NULL);
	/* Read at once: no strand is needed. */
	ASSERT(kstat_read(instance, 0, 1, is_wanted, &wanted, &batch, NULL,
		   NULL) == 0);
	for (i = 0; batch.count == 1 && i < batch.list[0].count; i++) {
		named = &batch.list[0].named[i];
		if (strcmp(named->name, statistic) == 0)
			value = value_of(named);
	}
	kstat_batch_free(&batch);
	instance_release(instance);
	return value;
}

/* --- mine, and threads ---------------------------------------------------- */

static int
provide_mine(int error)
{
	if (error != 0)
		return error;
	mine_handle = provide("mine");
	if (provide_family(mine_handle, "mine") != 0)
		return -1;
	mine_token = provide_event(mine_handle, &mine_event, "E");
	return mine_token != NULL ? 0 : -1;
}

int
hook_setup_mine(void **state)
{
	return provide_mine(hook_setup(state));
}

int
hook_setup_mine_serial(void **state)
{
	return provide_mine(hook_setup_serial(state));
}

int
mine_add(const char *name, hook_func_t function, const void *arg)
{
	hook_t hook = hook_named(name);

	hook.h_func = function;
	hook.h_arg = (void *)(uintptr_t)arg;
	return net_hook_register(mine_handle, "E", &hook);
}

int
mine_take(const char *name)
{
	hook_t hook = hook_named(name);

	return net_hook_unregister(mine_handle, "E", &hook);
}

int
run_mine(void)
{
	return hook_run(NULL, mine_token, 7);
}

int
nothing(hook_event_token_t which, hook_data_t data, void *arg)
{
	return 0;
}

static void *
errand_body(void *arg)
{
	struct errand *errand = arg;

	/* Unless it says otherwise, it works for the test. */
	(void)owner_enter(core_owner);
	answer_done(&errand->over, errand->body());
	return NULL;
}

void
errand_begin(struct errand *errand, int (*body)(void))
{
	errand->body = body;
	answer_init(&errand->over);
	ASSERT(pthread_create(&errand->thread, NULL, errand_body, errand) == 0);
}

int
errand_end(struct errand *errand)
{
	int result = answer_wait(&errand->over);

	(void)pthread_join(errand->thread, NULL);
	return result;
}
