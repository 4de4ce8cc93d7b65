/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extras.c: owns the extras of each instance, from their first use to the end
 * of the instance. No lock: whoever comes first puts them there.
 */
#include "core/object/extras.h"

#include <stdlib.h>

#include "base/memory.h"
#include "core/callback/place.h"

struct instance_extras *
extras_peek(const struct instance *instance)
{
	return atomic_load_explicit(&instance->extras, memory_order_acquire);
}

struct instance_extras *
extras_of(struct instance *instance)
{
	struct instance_extras *extras = extras_peek(instance), *made;

	if (extras != NULL)
		return extras;
	made = memory_zalloc(sizeof(*made));
	if (atomic_compare_exchange_strong(&instance->extras, &extras, made))
		return made;
	free(made);
	return extras;
}

struct place *
instance_place(const struct instance *instance)
{
	const struct instance_extras *extras;

	CHECK(instance, INSTANCE_MAGIC);
	extras = extras_peek(instance);
	return extras != NULL ? extras->place : NULL;
}

void
place_give(struct instance *instance, struct place *place)
{
	if (place != NULL || instance_place(instance) != NULL)
		extras_of(instance)->place = place;
}

static void
place_release(struct instance *instance)
{
	struct place *place = instance_place(instance);

	if (place != NULL)
		place->ops->release(place);
}

void
extras_free(struct instance *instance)
{
	struct instance_extras *extras = extras_peek(instance);

	if (extras == NULL)
		return;
	place_release(instance);
	ASSERT(extras->names == NULL && extras->interfaces == NULL &&
	       extras->families == NULL && extras->boards == NULL &&
	       extras->batches == NULL && extras->timeouts == NULL);
	atomic_store(&instance->extras, NULL);
	free(extras);
}
