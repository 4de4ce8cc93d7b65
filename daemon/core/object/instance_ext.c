/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance_ext.c: owns the optional parts of each instance, from their first
 * use to the end of the instance. No lock: whoever comes first puts them there.
 */
#include "core/object/instance_ext.h"

#include <stdlib.h>

#include "base/memory.h"
#include "core/callback/place.h"

struct instance_ext *
instance_ext_peek(const struct instance *instance)
{
	return atomic_load_explicit(&instance->ext, memory_order_acquire);
}

struct instance_ext *
instance_ext_of(struct instance *instance)
{
	struct instance_ext *ext = instance_ext_peek(instance), *made;

	if (ext != NULL)
		return ext;
	made = memory_zalloc(sizeof(*made));
	if (atomic_compare_exchange_strong(&instance->ext, &ext, made))
		return made;
	free(made);
	return ext;
}

struct place *
instance_place(const struct instance *instance)
{
	const struct instance_ext *ext;

	CHECK(instance, INSTANCE_MAGIC);
	ext = instance_ext_peek(instance);
	return ext != NULL ? ext->place : NULL;
}

void
place_give(struct instance *instance, struct place *place)
{
	if (place != NULL || instance_place(instance) != NULL)
		instance_ext_of(instance)->place = place;
}

static void
place_release(struct instance *instance)
{
	struct place *place = instance_place(instance);

	if (place != NULL)
		place->ops->release(place);
}

void
instance_ext_free(struct instance *instance)
{
	struct instance_ext *ext = instance_ext_peek(instance);

	if (ext == NULL)
		return;
	place_release(instance);
	ASSERT(ext->names == NULL && ext->interfaces == NULL &&
	       ext->families == NULL && ext->sublevels == NULL &&
	       ext->batches == NULL && ext->timeouts == NULL);
	atomic_store(&instance->ext, NULL);
	free(ext);
}
