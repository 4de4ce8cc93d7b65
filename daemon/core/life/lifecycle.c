/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lifecycle.c: the life of an instance, in its one order:
 *
 *   listed -> all creates -> protocols come -> active ... -> interfaces go ->
 *   protocols are announced gone -> all shutdowns -> protocols are unlisted ->
 *   down -> all destroys -> off the lists
 *
 * Each operation is checked and acknowledged under the instance's lock, then a
 * job on its strand. The functions named lifecycle_* run there; they look at
 * the stage the instance has reached and take it on from there, so a job that
 * had to wait just calls them again. bool as in pair.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/kstat/final_snapshot_impl.h"
#include "core/object/instance_ext.h"
#include "core/object/instance_impl.h"
#include "core/kstat/kstat_impl.h"
#include "core/interface/interface_impl.h"
#include "core/life/leftovers.h"
#include "core/hook/notify.h"
#include "core/object/owner_impl.h"
#include "core/callback/pair_list.h"
#include "core/life/pair.h"
#include "core/hook/protocol.h"
#include "core/life/sweep.h"
#include "core/object/table.h"
#include "core/callback/timeout.h"

/* One operation that was asked for; freed when it is done. */
struct op {
	struct job job;
	bool (*run)(struct instance *instance, struct op *op);
	int error; /* for done */
	core_done_fn done;
	void *arg;
	struct net_data *protocol; /* add, remove */
	size_t protocol_count;	   /* create: reserved ones to add */
	struct net_data *protocols[];
};

static enum job_result
op_run(struct job *job, struct strand *strand)
{
	struct op *op = CONTAINER_OF(job, struct op, job);
	struct instance *instance = instance_of(strand);

	pair_close_gaps(instance);
	if (!op->run(instance, op))
		return JOB_WAITING;
	if (op->done != NULL)
		op->done(op->arg, op->error);
	free(op);
	return JOB_DONE;
}

static struct op *
op_new(bool (*run)(struct instance *, struct op *), size_t protocols,
    core_done_fn done, void *arg)
{
	struct op *op =
	    memory_zalloc(sizeof(*op) + protocols * sizeof(op->protocols[0]));

	op->job.run = op_run;
	op->run = run;
	op->done = done;
	op->arg = arg;
	return op;
}

/* create ----------------------------------------------------------------- */

static bool
lifecycle_begin(struct instance *instance, struct op *op)
{
	size_t i;

	if (instance->stage == STAGE_CREATING) {
		final_snapshot_begin(instance);
		if (!pair_catch_up_all(instance))
			return false;
		instance->stage = STAGE_ACTIVE;
		for (i = 0; i < op->protocol_count; i++)
			protocol_add(instance, op->protocols[i]);
	}
	if (!notify_deliver(instance))
		return false;
	instance_advance(instance, INSTANCE_ACTIVE);
	return true;
}

/* Takes the names before the instance can be seen. */
static int
reserve_protocols(struct instance *instance,
    const struct instance_config *config, struct op *op)
{
	struct net_data *protocol;
	int error = 0;
	size_t i;

	lock_enter(&instance->lock);
	for (i = 0; i < config->protocol_count && error == 0; i++) {
		error = protocol_reserve(
		    instance, config->protocols[i], true, &protocol);
		if (error == 0)
			op->protocols[op->protocol_count++] = protocol;
	}
	lock_exit(&instance->lock);
	return error == 0 ? 0 : -EINVAL;
}

static void
instance_abandon(struct instance *instance, struct op *op)
{
	while (op->protocol_count > 0)
		protocol_abandon(instance, op->protocols[--op->protocol_count]);
	free(op);
	/* The reference stays with whoever wanted to give it. */
	exec_context_give(instance, NULL);
	instance_release(instance);
}

int
instance_create(const struct instance_config *config, struct instance **created,
    core_done_fn done, void *arg)
{
	struct instance *instance = instance_new(config->name, config->source);
	struct op *op =
	    op_new(lifecycle_begin, config->protocol_count, done, arg);
	int error = reserve_protocols(instance, config, op);

	if (error == 0 && config->exec_context != NULL) {
		exec_context_give(instance, config->exec_context);
		error = timeout_prepare();
	}
	if (error == 0)
		error =
		    instance_list(instance, &op->job, config->may_share_name);
	if (error != 0) {
		instance_abandon(instance, op);
		return error;
	}
	if (created != NULL)
		*created = instance;
	else
		instance_release(instance);
	return 0;
}

/* shutdown and destroy --------------------------------------------------- */

static bool
lifecycle_shut_down(struct instance *instance, struct op *op)
{
	(void)op;
	if (instance->stage == STAGE_ACTIVE) {
		instance_advance(instance, INSTANCE_SHUTTING_DOWN);
		interface_remove_all(instance);
		instance->stage = STAGE_ANNOUNCING;
		timeout_cancel(instance, NULL, NULL);
	}
	if (instance->stage == STAGE_ANNOUNCING) {
		do
			if (!notify_deliver(instance))
				return false;
		while (protocol_announce_next_gone(instance));
		instance->stage = STAGE_SHUTTING;
		pair_walk_begin(instance);
	}
	if (instance->stage == STAGE_SHUTTING) {
		if (!pair_walk_shutdown(instance))
			return false;
		final_snapshot_down(instance);
		instance->stage = STAGE_DOWN;
		protocol_unlist_gone(instance);
		lock_enter(&instance->lock);
		instance_set_state(instance,
		    instance->doomed ? INSTANCE_DESTROYING : INSTANCE_DOWN);
		lock_exit(&instance->lock);
	}
	return true;
}

static void
lifecycle_end(struct instance *instance)
{
	lock_enter(&instance->lock);
	instance->closed = true;
	lock_exit(&instance->lock);
	interfaces_free(instance);
	kstat_end(instance);
	reclaim_all(instance);
	pair_free_all(instance);
	instance_unlist(instance);
}

static bool
lifecycle_destroy(struct instance *instance, struct op *op)
{
	if (!lifecycle_shut_down(instance, op))
		return false;
	if (instance->stage == STAGE_DOWN) {
		instance_advance(instance, INSTANCE_DESTROYING);
		instance->stage = STAGE_DESTROYING;
		pair_walk_begin(instance);
	}
	if (instance->stage == STAGE_DESTROYING) {
		if (!pair_walk_destroy(instance))
			return false;
		instance->stage = STAGE_GONE;
		lifecycle_end(instance);
	}
	return true;
}

/*
 * Posts an operation, or frees it when there was an error. The instance's lock
 * is held: operations stand on the strand in the order they were acknowledged
 * in.
 */
static int
op_post(struct instance *instance, struct op *op, int error)
{
	lock_assert_held(&instance->lock);
	if (error == 0)
		strand_post(&instance->strand, &op->job);
	else
		free(op);
	return error;
}

int
instance_shutdown(struct instance *instance, core_done_fn done, void *arg)
{
	struct op *op = op_new(lifecycle_shut_down, 0, done, arg);
	int error = 0;

	CHECK(instance, INSTANCE_MAGIC);
	lock_enter(&instance->lock);
	if (instance->state >= INSTANCE_SHUTTING_DOWN)
		error = -EBUSY;
	else
		instance_set_state(instance, INSTANCE_SHUTTING_DOWN);
	error = op_post(instance, op, error);
	lock_exit(&instance->lock);
	return error;
}

/* Shows that it is being destroyed; false when it was already. */
static bool
instance_doom(struct instance *instance)
{
	if (instance->doomed)
		return false;
	instance->doomed = true;
	if (instance->state == INSTANCE_DOWN)
		instance_set_state(instance, INSTANCE_DESTROYING);
	else if (instance->state < INSTANCE_SHUTTING_DOWN)
		instance_set_state(instance, INSTANCE_SHUTTING_DOWN);
	return true;
}

int
instance_destroy(struct instance *instance, core_done_fn done, void *arg)
{
	struct op *op = op_new(lifecycle_destroy, 0, done, arg);
	int error;

	CHECK(instance, INSTANCE_MAGIC);
	lock_enter(&instance->lock);
	error = instance_doom(instance) ? 0 : -EBUSY;
	error = op_post(instance, op, error);
	lock_exit(&instance->lock);
	return error;
}

bool
lifecycle_end_all(struct instance *instance, void *subject)
{
	(void)subject;
	lock_enter(&instance->lock);
	(void)instance_doom(instance);
	lock_exit(&instance->lock);
	return lifecycle_destroy(instance, NULL);
}

/* protocols -------------------------------------------------------------- */

/* The daemon's end may have overtaken the operation: then the name is let go.
 */
static bool
op_add_protocol(struct instance *instance, struct op *op)
{
	struct net_data *protocol = op->protocol;

	op->protocol = NULL;
	if (protocol != NULL && instance->stage > STAGE_ACTIVE) {
		protocol_abandon(instance, protocol);
		op->error = -EBUSY;
	} else if (protocol != NULL) {
		protocol_add(instance, protocol);
	}
	return notify_deliver(instance);
}

int
instance_add_protocol(
    struct instance *instance, const char *name, core_done_fn done, void *arg)
{
	struct op *op = op_new(op_add_protocol, 0, done, arg);
	int error;

	CHECK(instance, INSTANCE_MAGIC);
	lock_enter(&instance->lock);
	error = protocol_reserve(instance, name, true, &op->protocol);
	error = op_post(instance, op, error);
	lock_exit(&instance->lock);
	return error;
}

static bool
op_remove_protocol(struct instance *instance, struct op *op)
{
	if (op->protocol != NULL) {
		protocol_announce_gone(instance, op->protocol);
		protocol_drop(op->protocol);
		op->protocol = NULL;
	}
	return notify_deliver(instance);
}

static int
protocol_may_go(
    const struct instance *instance, const struct net_data *protocol)
{
	if (instance->state > INSTANCE_ACTIVE)
		return -EBUSY;
	if (protocol == NULL)
		return -ENOENT;
	return protocol->provided ? -EPERM : 0;
}

int
instance_remove_protocol(
    struct instance *instance, const char *name, core_done_fn done, void *arg)
{
	struct op *op = op_new(op_remove_protocol, 0, done, arg);
	int error;

	CHECK(instance, INSTANCE_MAGIC);
	lock_enter(&instance->lock);
	op->protocol = protocol_find(instance, name);
	error = protocol_may_go(instance, op->protocol);
	if (error == 0) {
		op->protocol->going = true;
		protocol_hold(op->protocol);
	}
	error = op_post(instance, op, error);
	lock_exit(&instance->lock);
	return error;
}
