/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interface_change.c: owns the changes of interfaces that were asked for and
 * are not over yet. Any thread asks; each is a job on the instance's strand,
 * which interface_apply.c carries out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/interface/interface_apply.h"
#include "core/callback/pair_list.h"

struct change {
	struct job job;
	interface_apply_fn apply;
	core_done_fn done;
	void *arg;
	struct interface_order order;
};

static enum job_result
change_run(struct job *job, struct strand *strand)
{
	struct change *change = CONTAINER_OF(job, struct change, job);
	struct instance *instance = instance_of(strand);
	int error = -EBUSY;

	pair_close_gaps(instance);
	if (instance->stage <= STAGE_ACTIVE)
		error = change->apply(instance, &change->order);
	if (change->done != NULL)
		change->done(change->arg, error);
	free(change);
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

static struct change *
change_new(interface_apply_fn apply, const struct interface_ref *ref)
{
	struct change *change = memory_zalloc(sizeof(*change));

	change->job.run = change_run;
	change->apply = apply;
	if (ref != NULL) {
		copy_name(change->order.name, ref->name);
		change->order.ref.index = ref->index;
	}
	if (change->order.name[0] != '\0')
		change->order.ref.name = change->order.name;
	return change;
}

static int
change_post(struct instance *instance, struct change *change, core_done_fn done,
    void *arg)
{
	bool posted;

	CHECK(instance, INSTANCE_MAGIC);
	change->done = done;
	change->arg = arg;
	lock_enter(&instance->lock);
	posted = instance->state <= INSTANCE_ACTIVE;
	if (posted)
		strand_post(&instance->strand, &change->job);
	lock_exit(&instance->lock);
	if (!posted)
		free(change);
	return posted ? 0 : -EBUSY;
}

int
interface_add(struct instance *instance, const struct interface_config *config,
    core_done_fn done, void *arg)
{
	struct change *change = change_new(interface_apply_add, NULL);

	copy_name(change->order.new_name, config->name);
	change->order.set.index = config->index;
	change->order.set.mtu = config->mtu;
	change->order.set.flags = config->flags;
	return change_post(instance, change, done, arg);
}

int
interface_remove(struct instance *instance, const struct interface_ref *ref,
    core_done_fn done, void *arg)
{
	return change_post(
	    instance, change_new(interface_apply_remove, ref), done, arg);
}

int
interface_set(struct instance *instance, const struct interface_ref *ref,
    const struct interface_change *wanted, core_done_fn done, void *arg)
{
	struct change *change = change_new(interface_apply_set, ref);

	change->order.set = *wanted;
	change->order.set.name = NULL;
	copy_name(change->order.new_name, wanted->name);
	return change_post(instance, change, done, arg);
}

int
interface_add_address(struct instance *instance,
    const struct interface_ref *ref, const struct interface_address *address,
    core_done_fn done, void *arg)
{
	struct change *change = change_new(interface_apply_add_address, ref);

	change->order.address = *address;
	return change_post(instance, change, done, arg);
}

int
interface_remove_address(struct instance *instance,
    const struct interface_ref *ref, const struct ip_prefix *own,
    core_done_fn done, void *arg)
{
	struct change *change = change_new(interface_apply_remove_address, ref);

	change->order.own = *own;
	return change_post(instance, change, done, arg);
}

int
interface_set_address(struct instance *instance,
    const struct interface_ref *ref, const struct ip_prefix *own,
    const struct interface_address_change *wanted, core_done_fn done, void *arg)
{
	struct change *change = change_new(interface_apply_set_address, ref);

	change->order.own = *own;
	change->order.set_address = *wanted;
	if (wanted->with != NULL) {
		change->order.address = *wanted->with;
		change->order.set_address.with = &change->order.address;
	}
	return change_post(instance, change, done, arg);
}

int
interface_add_route(struct instance *instance,
    const struct interface_route *route, core_done_fn done, void *arg)
{
	struct change *change =
	    change_new(interface_apply_add_route, &route->out);

	change->order.route = *route;
	change->order.route.out.name = NULL;
	return change_post(instance, change, done, arg);
}

int
interface_remove_route(struct instance *instance,
    const struct ip_prefix *destination, core_done_fn done, void *arg)
{
	struct change *change = change_new(interface_apply_remove_route, NULL);

	change->order.route.destination = *destination;
	return change_post(instance, change, done, arg);
}
