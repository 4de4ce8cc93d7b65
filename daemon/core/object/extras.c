/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extras.c: owns the extras of each instance, from their first use to the end
 * of the instance. No lock: whoever comes first puts them there.
 */
#include "core/object/extras.h"

#include <stdlib.h>

#include "base/memory.h"
#include "core/interface/interface_impl.h"
#include "core/object/names.h"
#include "core/callback/place_impl.h"

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

void
extras_free(struct instance *instance)
{
	struct instance_extras *extras = extras_peek(instance);

	if (extras == NULL)
		return;
	interfaces_free(instance);
	names_free(instance);
	place_release(instance);
	ASSERT(extras->families == NULL && extras->boards == NULL &&
	       extras->batches == NULL && extras->timeouts == NULL);
	atomic_store(&instance->extras, NULL);
	free(extras);
}
