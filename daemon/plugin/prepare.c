/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare.c: takes a plugin from its file into memory. Each check comes before
 * what depends on it, so the first refusal is the precise one, and up to
 * bundle_map() nothing of the plugin has run. Owns what is under way.
 */
#include "plugin/prepare.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "plugin/elf.h"
#include "plugin/file.h"
#include "plugin/module.h"
#include "plugin/net_log.h"

/* Copies the file that job->what names. */
static int
prepare_copy(struct loader_job *job, struct prepared *new)
{
	const struct plugins_config *config = loader_config();
	struct refusal *refusal = &job->refusal;
	int error;

	error = file_find(config->directory, job->what, new->path, refusal);
	if (error != 0)
		return error;
	error = bundle_create(new->path, config->copies, &new->bundle, refusal);
	if (error == -ENOENT && strchr(job->what, '/') == NULL)
		return refusal_hint(refusal,
		    "the name %s means %s; for a file elsewhere give its path, "
		    "such as ./%s.so",
		    job->what, new->path, job->what);
	return error;
}

/* Judges the copy by what is in the file, and what it needs with it. */
static int
prepare_check(struct loader_job *job, struct prepared *new)
{
	struct elf elf = bundle_elf(new->bundle);
	struct refusal *refusal = &job->refusal;
	const void *descriptor;
	size_t size;
	int error;

	error = elf_check(&elf, new->path, refusal);
	if (error != 0)
		return error;
	descriptor = elf_find_data(&elf, "nin_plugin", &size);
	if (descriptor == NULL)
		return refusal_set(refusal, -ENOEXEC,
		    "state the descriptor with NETINST_PLUGIN()",
		    "%s is no netinst plugin: it exports no nin_plugin",
		    new->path);
	error = descriptor_check_head(descriptor, size, new->path, refusal);
	return error != 0 ? error : bundle_complete(new->bundle, refusal);
}

static size_t
prepare_readable(void *object, const void *address)
{
	return object_readable(object, address);
}

/* Finds out what it is called, and what it says that it is. */
static int
prepare_describe(struct loader_job *job, struct prepared *new)
{
	const net_plugin_t *descriptor = new->descriptor;
	bool is_module = new->entry.module_init != NULL;
	int error;

	module_name_of(new->path, new->file_name);
	error =
	    descriptor_check_texts(descriptor, prepare_readable, new->object,
		is_module ? new->file_name : NULL, new->path, &job->refusal);
	if (error != 0)
		return error;
	new->name =
	    descriptor->name[0] != '\0' ? descriptor->name : new->file_name;
	(void)snprintf(
	    new->summary, sizeof(new->summary), "%s", descriptor->summary);
	if (!is_module)
		return 0;
	loader_set_label(job, new->name);
	return module_describe(job, &new->entry, new->path, new->summary);
}

struct map_args {
	struct bundle *bundle;
	struct refusal *refusal;
	int error;
};

static void
prepare_map_function(void *arg)
{
	struct map_args *args = arg;

	args->error = bundle_map(args->bundle, args->refusal);
}

/* Maps the copy and judges what is in memory now. */
static int
prepare_map(struct loader_job *job, struct prepared *new)
{
	struct refusal *refusal = &job->refusal;
	struct map_args args = {.bundle = new->bundle, .refusal = refusal};
	struct loader_frame frame;
	int error;

	loader_enter(&frame, job, NULL, CALL_CONSTRUCTORS);
	if (!loader_call(&frame, prepare_map_function, &args))
		args.error = refusal_set(refusal, -ECANCELED,
		    "the loader's threads are not the plugin's to end",
		    "a constructor of %s called pthread_exit()", new->path);
	loader_leave(&frame);
	if (args.error != 0)
		return args.error;
	new->object = bundle_take(new->bundle);
	error = entry_find_descriptor(
	    new->object, new->path, &new->descriptor, refusal);
	if (error != 0)
		return error;
	error = entry_find(new->object, new->path, &new->entry, refusal);
	if (error != 0)
		return error;
	return prepare_describe(job, new);
}

int
prepare_plugin(struct loader_job *job, struct prepared **prepared)
{
	struct prepared *new = memory_zalloc(sizeof(*new));
	int error;

	error = prepare_copy(job, new);
	if (error == 0)
		error = prepare_check(job, new);
	if (error == 0)
		error = prepare_map(job, new);
	if (error == 0)
		*prepared = new;
	else
		prepared_free(new);
	return error;
}

void
prepared_remember(struct prepared *prepared, struct owner *owner)
{
	for (; prepared->object != NULL;
	     prepared->object = bundle_take(prepared->bundle))
		net_log_remember(owner, prepared->object);
}

void
prepared_free(struct prepared *prepared)
{
	if (prepared == NULL)
		return;
	object_close(prepared->object);
	bundle_free(prepared->bundle);
	free(prepared);
}
