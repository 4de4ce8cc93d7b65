/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance.c: owns instances as objects: their memory, references, listing and
 * the state that is shown. What happens to them is lifecycle.c's business.
 */
#include "core/object/instance.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/object/instance_ext.h"
#include "core/object/instance_impl.h"
#include "core/object/table.h"
#include "lib/clock.h"

#define SIZE_WITHOUT_NAME                                                      \
	(offsetof(struct instance, label) + offsetof(struct label, text))

static const char *const state_names[INSTANCE_STATES] = {
    [INSTANCE_CREATING] = "creating",
    [INSTANCE_ACTIVE] = "active",
    [INSTANCE_SHUTTING_DOWN] = "shutting-down",
    [INSTANCE_DOWN] = "down",
    [INSTANCE_DESTROYING] = "destroying",
};

const char *
instance_state_name(enum instance_state state)
{
	ASSERT((unsigned)state < INSTANCE_STATES);
	return state_names[state];
}

struct instance *
instance_of(struct strand *strand)
{
	struct instance *instance =
	    CONTAINER_OF(strand, struct instance, strand);

	CHECK(instance, INSTANCE_MAGIC);
	return instance;
}

static void
strand_hold(struct strand *strand)
{
	instance_hold(instance_of(strand));
}

static void
strand_release(struct strand *strand)
{
	instance_release(instance_of(strand));
}

void
instances_init(struct pool *pool)
{
	core.strands = (struct strand_class){
	    .pool = pool, .hold = strand_hold, .release = strand_release};
}

struct instance *
instance_new(const char *name, const char *source)
{
	size_t length = strlen(name) + 1, size = SIZE_WITHOUT_NAME + length;
	struct instance *instance;

	/* The name begins in what is padding otherwise. */
	if (size < sizeof(*instance))
		size = sizeof(*instance);
	instance = memory_zalloc(size);
	instance->magic = INSTANCE_MAGIC;
	atomic_init(&instance->references, 1);
	instance->id = -1;
	instance->state = INSTANCE_CREATING;
	instance->stage = STAGE_CREATING;
	strand_init(&instance->strand, &core.strands);
	lock_init(&instance->lock, LOCK_INSTANCE);
	instance->created = clock_realtime();
	instance->source = source;
	instance->label.instance = instance;
	memcpy(instance->label.text, name, length);
	return instance;
}

static void
instance_free(struct instance *instance)
{
	ASSERT(instance->pairs == NULL && instance->level.entries == NULL &&
	       instance->reserved == NULL &&
	       instance->level.notifiers == NULL && instance->kstats == NULL);
	names_free(instance);
	instance_ext_free(instance);
	lock_destroy(&instance->lock);
	instance->magic = 0;
	free(instance);
}

void
instance_hold(struct instance *instance)
{
	CHECK(instance, INSTANCE_MAGIC);
	(void)atomic_fetch_add_explicit(
	    &instance->references, 1, memory_order_relaxed);
}

void
instance_release(struct instance *instance)
{
	CHECK(instance, INSTANCE_MAGIC);
	if (atomic_fetch_sub(&instance->references, 1) == 1)
		instance_free(instance);
}

int
instance_list(struct instance *instance, struct job *first, bool may_share_name)
{
	int error;

	lock_enter(&core.lock);
	if (core.stopping)
		error = -ESHUTDOWN;
	else if (!may_share_name &&
		 table_find_by_name(instance->label.text) != NULL)
		error = -EEXIST;
	else
		error = table_add(instance);
	if (error == 0) {
		table_add_label(&instance->label);
		(void)atomic_fetch_add(
		    &core.state_counts[INSTANCE_CREATING], 1);
		instance_hold(instance);
		/* Before anybody can find it and post something else. */
		pool_enter(core.pool);
		strand_post_more(&instance->strand, first);
	}
	lock_exit(&core.lock);
	/* Who is woken now looks at the core first of all. */
	if (error == 0)
		pool_leave(core.pool);
	return error;
}

void
instance_unlist(struct instance *instance)
{
	lock_enter(&core.lock);
	names_unlist(instance);
	table_remove(instance);
	lock_exit(&core.lock);
	(void)atomic_fetch_sub(&core.state_counts[instance->state], 1);
	instance_release(instance);
}

void
instance_set_state(struct instance *instance, enum instance_state state)
{
	lock_assert_held(&instance->lock);
	(void)atomic_fetch_sub(&core.state_counts[instance->state], 1);
	(void)atomic_fetch_add(&core.state_counts[state], 1);
	instance->state = (uint8_t)state;
}

void
instance_advance(struct instance *instance, enum instance_state state)
{
	lock_enter(&instance->lock);
	if (instance->state < state)
		instance_set_state(instance, state);
	lock_exit(&instance->lock);
}

struct instance *
instance_find(netid_t id)
{
	struct instance *instance;

	lock_enter(&core.lock);
	instance = table_find(id);
	if (instance != NULL)
		instance_hold(instance);
	lock_exit(&core.lock);
	return instance;
}

struct instance *
instance_find_by_name(const char *name)
{
	struct instance *instance;

	lock_enter(&core.lock);
	instance = table_find_by_name(name);
	if (instance == NULL)
		instance = table_find_by_last_name(name);
	if (instance != NULL)
		instance_hold(instance);
	lock_exit(&core.lock);
	return instance;
}

struct instance *
instance_next(netid_t after)
{
	struct instance *instance;

	lock_enter(&core.lock);
	instance = table_next(after);
	if (instance != NULL)
		instance_hold(instance);
	lock_exit(&core.lock);
	return instance;
}

netid_t
instance_id(const struct instance *instance)
{
	CHECK(instance, INSTANCE_MAGIC);
	return instance->id;
}

const char *
instance_source(const struct instance *instance)
{
	CHECK(instance, INSTANCE_MAGIC);
	return instance->source;
}

int64_t
instance_created(const struct instance *instance)
{
	CHECK(instance, INSTANCE_MAGIC);
	return instance->created;
}

enum instance_state
instance_state(struct instance *instance)
{
	enum instance_state state;

	CHECK(instance, INSTANCE_MAGIC);
	lock_enter(&instance->lock);
	state = instance->state;
	lock_exit(&instance->lock);
	return state;
}

void
instance_count_states(uint64_t counts[INSTANCE_STATES])
{
	unsigned i;

	for (i = 0; i < INSTANCE_STATES; i++) {
		int64_t count = atomic_load(&core.state_counts[i]);

		counts[i] = count > 0 ? (uint64_t)count : 0;
	}
}
