/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nic_op.c: owns the operations on interfaces that were asked for and are not
 * over yet. Any thread asks; each is a job on the instance's strand, which
 * interface_apply.c carries out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/interface/interface_apply.h"
#include "core/callback/pair_list.h"

struct nic_op {
	struct job job;
	interface_apply_fn *apply;
	core_done_fn done;
	void *arg;
	struct interface_order order;
};

static enum job_result
nic_op_run(struct job *job, struct strand *strand)
{
	struct nic_op *op = CONTAINER_OF(job, struct nic_op, job);
	struct instance *instance = instance_of(strand);
	int error = -EBUSY;

	pair_close_gaps(instance);
	if (instance->stage <= STAGE_ACTIVE)
		error = op->apply(instance, &op->order);
	if (op->done != NULL)
		op->done(op->arg, error);
	free(op);
	return JOB_DONE;
}

static void
copy_name(char to[static NIC_NAME_MAX + 1], const char *name)
{
	if (name == NULL)
		return;
	ASSERT(strlen(name) <= NIC_NAME_MAX);
	memcpy(to, name, strlen(name) + 1);
}

static struct nic_op *
nic_op_new(interface_apply_fn *apply, const struct interface_ref *ref)
{
	struct nic_op *op = memory_zalloc(sizeof(*op));

	op->job.run = nic_op_run;
	op->apply = apply;
	if (ref != NULL) {
		copy_name(op->order.name, ref->name);
		op->order.ref.index = ref->index;
	}
	if (op->order.name[0] != '\0')
		op->order.ref.name = op->order.name;
	return op;
}

static int
nic_op_post(
    struct instance *instance, struct nic_op *op, core_done_fn done, void *arg)
{
	bool posted;

	CHECK(instance, INSTANCE_MAGIC);
	op->done = done;
	op->arg = arg;
	lock_enter(&instance->lock);
	posted = instance->state <= INSTANCE_ACTIVE;
	if (posted)
		strand_post(&instance->strand, &op->job);
	lock_exit(&instance->lock);
	if (!posted)
		free(op);
	return posted ? 0 : -EBUSY;
}

int
interface_add(struct instance *instance, const struct interface_config *config,
    core_done_fn done, void *arg)
{
	struct nic_op *op = nic_op_new(interface_apply_add, NULL);

	copy_name(op->order.new_name, config->name);
	op->order.set.index = config->index;
	op->order.set.mtu = config->mtu;
	op->order.set.flags = config->flags;
	return nic_op_post(instance, op, done, arg);
}

int
interface_remove(struct instance *instance, const struct interface_ref *ref,
    core_done_fn done, void *arg)
{
	return nic_op_post(
	    instance, nic_op_new(interface_apply_remove, ref), done, arg);
}

int
interface_set(struct instance *instance, const struct interface_ref *ref,
    const struct interface_change *wanted, core_done_fn done, void *arg)
{
	struct nic_op *op = nic_op_new(interface_apply_set, ref);

	op->order.set = *wanted;
	op->order.set.name = NULL;
	copy_name(op->order.new_name, wanted->name);
	return nic_op_post(instance, op, done, arg);
}

int
interface_add_address(struct instance *instance,
    const struct interface_ref *ref, const struct interface_address *address,
    core_done_fn done, void *arg)
{
	struct nic_op *op = nic_op_new(interface_apply_add_address, ref);

	op->order.address = *address;
	return nic_op_post(instance, op, done, arg);
}

int
interface_remove_address(struct instance *instance,
    const struct interface_ref *ref, const struct ip_prefix *own,
    core_done_fn done, void *arg)
{
	struct nic_op *op = nic_op_new(interface_apply_remove_address, ref);

	op->order.own = *own;
	return nic_op_post(instance, op, done, arg);
}

int
interface_set_address(struct instance *instance,
    const struct interface_ref *ref, const struct ip_prefix *own,
    const struct interface_address_change *wanted, core_done_fn done, void *arg)
{
	struct nic_op *op = nic_op_new(interface_apply_set_address, ref);

	op->order.own = *own;
	op->order.set_address = *wanted;
	if (wanted->with != NULL) {
		op->order.address = *wanted->with;
		op->order.set_address.with = &op->order.address;
	}
	return nic_op_post(instance, op, done, arg);
}

int
interface_add_route(struct instance *instance,
    const struct interface_route *route, core_done_fn done, void *arg)
{
	struct nic_op *op = nic_op_new(interface_apply_add_route, &route->out);

	op->order.route = *route;
	op->order.route.out.name = NULL;
	return nic_op_post(instance, op, done, arg);
}

int
interface_remove_route(struct instance *instance,
    const struct ip_prefix *destination, core_done_fn done, void *arg)
{
	struct nic_op *op = nic_op_new(interface_apply_remove_route, NULL);

	op->order.route.destination = *destination;
	return nic_op_post(instance, op, done, arg);
}
