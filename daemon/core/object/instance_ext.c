/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance_ext.c: owns the optional parts of each instance, from their first
 * use to the end of the instance. No lock: whoever comes first puts them there.
 */
#include "core/object/instance_ext.h"

#include <stdlib.h>

#include "base/memory.h"
#include "core/object/exec_context.h"

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

struct exec_context *
instance_exec_context(const struct instance *instance)
{
	const struct instance_ext *ext;

	CHECK(instance, INSTANCE_MAGIC);
	ext = instance_ext_peek(instance);
	return ext != NULL ? ext->exec_context : NULL;
}

void
exec_context_give(struct instance *instance, struct exec_context *context)
{
	if (context != NULL || instance_exec_context(instance) != NULL)
		instance_ext_of(instance)->exec_context = context;
}

void
instance_ext_free(struct instance *instance)
{
	struct instance_ext *ext = instance_ext_peek(instance);

	if (ext == NULL)
		return;
	if (ext->exec_context != NULL)
		ext->exec_context->ops->release(ext->exec_context);
	ASSERT(ext->names == NULL && ext->interfaces == NULL &&
	       ext->families == NULL && ext->sublevels == NULL &&
	       ext->batches == NULL && ext->timeouts == NULL);
	atomic_store(&instance->ext, NULL);
	free(ext);
}
