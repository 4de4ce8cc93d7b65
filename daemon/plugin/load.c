/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c: loads one plugin: finds the file, judges it from outside to inside,
 * then lets its code run. Runs on the loader's threads; owns what is under way
 * until the list has it.
 *
 * Each check comes before what depends on it, so the first refusal is the
 * precise one, and up to dlopen() nothing of the plugin has run. From
 * list_add() on, a failure goes through unload_plugin(), so that nothing half
 * registered stays.
 */
#include "plugin/load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "plugin/descriptor.h"
#include "plugin/elf.h"
#include "plugin/file.h"
#include "plugin/module.h"
#include "plugin/net_log.h"
#include "plugin/object.h"
#include "plugin/unload.h"

/* A plugin between its file and the list. */
struct loading {
	struct loader_job *job;
	char path[PLUGIN_PATH_MAX + 1];
	struct file_copy copy;
	struct object *object;
	const net_plugin_t *descriptor;
	struct entry entry;
	const char *name; /* the descriptor's, or file_name */
	char file_name[PLUGIN_NAME_MAX + 2];
	char summary[DESCRIPTOR_SUMMARY_MAX + 1];
	int error; /* of object_open() */
};

/* Copies the file that job->what names. */
static int
load_copy(struct loading *loading)
{
	const struct plugins_config *config = loader_config();
	struct refusal *refusal = &loading->job->refusal;
	int error, fd;

	error = file_find(
	    config->directory, loading->job->what, loading->path, refusal);
	if (error != 0)
		return error;
	fd = file_open(loading->path, refusal);
	if (fd == -ENOENT && strchr(loading->job->what, '/') == NULL)
		return refusal_hint(refusal,
		    "the name %s means %s; for a file elsewhere give its path, "
		    "such as ./%s.so",
		    loading->job->what, loading->path, loading->job->what);
	if (fd < 0)
		return fd;
	error = file_copy(
	    fd, loading->path, config->scratch, &loading->copy, refusal);
	(void)close(fd);
	return error;
}

/* Judges the copy by what is in the file. */
static int
load_check_copy(struct loading *loading)
{
	struct elf elf = {loading->copy.bytes, loading->copy.size};
	struct refusal *refusal = &loading->job->refusal;
	const void *descriptor;
	size_t size;
	int error;

	error = elf_check(&elf, loading->path, refusal);
	if (error != 0)
		return error;
	descriptor = elf_find_data(&elf, "nin_plugin", &size);
	if (descriptor == NULL)
		return refusal_set(refusal, -ENOEXEC,
		    "state the descriptor with NETINST_PLUGIN()",
		    "%s is no netinst plugin: it exports no nin_plugin",
		    loading->path);
	return descriptor_check_head(descriptor, size, loading->path, refusal);
}

static size_t
load_readable(void *object, const void *address)
{
	return object_readable(object, address);
}

/* Finds out what it is called, and what it says that it is. */
static int
load_describe(struct loading *loading)
{
	const net_plugin_t *descriptor = loading->descriptor;
	bool is_module = loading->entry.module_init != NULL;
	int error;

	module_name_of(loading->path, loading->file_name);
	error = descriptor_check_texts(descriptor, load_readable,
	    loading->object, is_module ? loading->file_name : NULL,
	    loading->path, &loading->job->refusal);
	if (error != 0)
		return error;
	loading->name =
	    descriptor->name[0] != '\0' ? descriptor->name : loading->file_name;
	(void)snprintf(loading->summary, sizeof(loading->summary), "%s",
	    descriptor->summary);
	if (!is_module)
		return 0;
	loader_set_label(loading->job, loading->name);
	return module_describe(
	    loading->job, &loading->entry, loading->path, loading->summary);
}

static void
load_map(void *arg)
{
	struct loading *loading = arg;

	loading->error = object_open(loading->copy.path, loading->path,
	    &loading->object, &loading->job->refusal);
}

/* Maps the copy and judges what is in memory now. */
static int
load_open(struct loading *loading)
{
	struct refusal *refusal = &loading->job->refusal;
	struct loader_frame frame;
	int error;

	loader_enter(&frame, loading->job, NULL, CALL_CONSTRUCTORS);
	if (!loader_call(&frame, load_map, loading))
		loading->error = refusal_set(refusal, -ECANCELED,
		    "the loader's threads are not the plugin's to end",
		    "a constructor of %s called pthread_exit()", loading->path);
	loader_leave(&frame);
	error = loading->error;
	if (error != 0)
		return error;
	error = entry_find_descriptor(
	    loading->object, loading->path, &loading->descriptor, refusal);
	if (error != 0)
		return error;
	error = entry_find(
	    loading->object, loading->path, &loading->entry, refusal);
	if (error != 0)
		return error;
	return load_describe(loading);
}

/* Puts the plugin on the list; its object stays mapped for good. */
static int
load_list(struct loading *loading)
{
	const net_plugin_t *descriptor = loading->descriptor;
	struct plugin *plugin = memory_zalloc(sizeof(*plugin));
	struct loader_job *job = loading->job;
	int error;

	plugin->owner = owner_create(loading->name);
	if ((descriptor_flags(descriptor) & NETINST_PLUGIN_INSIDE) != 0)
		owner_set_inside(plugin->owner);
	plugin->entry = loading->entry;
	plugin->settings = job->settings;
	plugin->name = memory_strdup(loading->name);
	plugin->version = memory_strdup(descriptor->version);
	plugin->summary = memory_strdup(loading->summary);
	plugin->path = memory_strdup(loading->path);
	plugin->abi_major = descriptor->abi_major;
	plugin->abi_minor = descriptor->abi_minor;
	job->settings = NULL;
	loader_set_label(job, plugin->name);
	error = list_add(plugin, &job->refusal);
	if (error != 0) {
		plugin_free(plugin);
		return error;
	}
	net_log_remember(plugin->owner, loading->object);
	loading->object = NULL;
	job->plugin = plugin;
	return 0;
}

/* All that comes before the plugin's own code; job->plugin is set after 0. */
static int
load_prepare(struct loading *loading)
{
	int error;

	error = load_copy(loading);
	if (error != 0)
		return error;
	error = load_check_copy(loading);
	if (error == 0)
		error = load_open(loading);
	/* Mapped or refused, the copy has done its duty. */
	file_discard(&loading->copy);
	if (error == 0)
		error = load_list(loading);
	object_close(loading->object);
	return error;
}

struct load_args {
	const struct plugin *plugin;
	int result;
};

static void
load_call_function(void *arg)
{
	struct load_args *args = arg;

	args->result = args->plugin->entry.load(args->plugin->settings);
}

/* Calls nin_load, or _init; 0, or -ECANCELED with the refusal set. */
static int
load_call(struct loader_job *job)
{
	struct plugin *plugin = job->plugin;
	struct load_args args = {plugin, 0};
	struct loader_frame frame;
	bool returned;

	if (plugin->entry.module_init != NULL)
		return module_enter(job);
	if (plugin->entry.load == NULL)
		return 0;
	loader_enter(&frame, job, plugin->owner, CALL_LOAD);
	returned = loader_call(&frame, load_call_function, &args);
	loader_leave(&frame);
	if (returned && args.result == 0)
		return 0;
	/* A plugin that did not start has nothing to end. */
	plugin->entry.unload = NULL;
	if (!returned)
		return refusal_set(&job->refusal, -ECANCELED,
		    "the loader's threads are not the plugin's to end",
		    "nin_load of plugin '%s' called pthread_exit()",
		    plugin->name);
	return refusal_set(&job->refusal, -ECANCELED,
	    "the plugin's own lines in the log of netinstd may say why",
	    "nin_load of plugin '%s' returned %d instead of 0", plugin->name,
	    args.result);
}

static void
load_warn_unread(const struct plugin *plugin)
{
	const char *key;
	size_t count = settings_count_unread(plugin->settings, &key);

	if (count > 0)
		log_warning("loader",
		    "plugin %s did not ask for %zu of its settings: '%s'%s",
		    plugin->name, count, key, count > 1 ? ", ..." : "");
}

static enum job_result
load_finish(struct loader_job *job)
{
	struct plugin *plugin = job->plugin;

	log_info("loader", "plugin %s %s is loaded from %s", plugin->name,
	    plugin->version, plugin->path);
	if (list_set_loaded(plugin)) {
		job->plugin = NULL;
		return JOB_DONE;
	}
	(void)refusal_set(&job->refusal, -ESHUTDOWN, "start netinstd again",
	    "plugin '%s' is unloaded again, because netinstd is stopping",
	    plugin->name);
	return unload_for_good(job);
}

static int
load_refuse_register(struct loader_job *job, int error)
{
	const char *name = job->plugin->name;

	if (error == -EEXIST)
		return refusal_set(&job->refusal, error,
		    "a plugin that exports nin_create is registered under its "
		    "own name",
		    "there is another registrant named '%s'", name);
	if (error == -ESHUTDOWN)
		return refusal_set(&job->refusal, error, "start netinstd again",
		    "netinstd is stopping");
	return refusal_set(&job->refusal, error,
	    "the log of netinstd may say more",
	    "the callbacks of plugin '%s' could not be registered: %s", name,
	    strerror(-error));
}

/* The exported callbacks have seen every instance. */
static enum job_result
load_registered(struct loader_job *job)
{
	if (job->core_error == 0)
		return load_finish(job);
	(void)load_refuse_register(job, job->core_error);
	return unload_plugin(job);
}

static void
load_count_registrant(void *arg, const struct registrant_view *view)
{
	unsigned *count = arg;

	(void)view;
	(*count)++;
}

/* Without exported callbacks, nin_load must have registered some. */
static enum job_result
load_registered_itself(struct loader_job *job)
{
	struct plugin *plugin = job->plugin;
	unsigned count = 0;

	owner_visit_registrants(plugin->owner, load_count_registrant, &count);
	if (count > 0)
		return load_finish(job);
	(void)refusal_set(&job->refusal, -ENOEXEC,
	    "export nin_create and nin_destroy, or call "
	    "net_instance_register() in nin_load",
	    "plugin '%s' exports no nin_create, and its nin_load registered "
	    "nothing",
	    plugin->name);
	return unload_plugin(job);
}

static enum job_result
load_register(struct loader_job *job)
{
	struct plugin *plugin = job->plugin;
	net_instance_t callbacks = {
	    .nin_version = NETINFO_VERSION,
	    .nin_name = plugin->name,
	    .nin_create = plugin->entry.create,
	    .nin_destroy = plugin->entry.destroy,
	    .nin_shutdown = plugin->entry.shutdown,
	};
	int error;

	if (plugin->entry.module_init != NULL)
		return load_finish(job);
	if (plugin->entry.create == NULL)
		return load_registered_itself(job);
	job->step = load_registered;
	error = registrant_register(plugin->owner, &callbacks,
	    plugin->entry.notify, loader_resume, job);
	if (error == 0)
		return JOB_WAITING;
	(void)load_refuse_register(job, error);
	return unload_plugin(job);
}

/* The end of every load that failed. */
static enum job_result
load_refused(struct loader_job *job)
{
	if (job->reloads)
		refusal_prefix(&job->refusal,
		    "plugin '%s' is unloaded, but could not be loaded again: ",
		    job->label);
	if (!job->is_needed)
		log_warning(
		    "loader", "%s; %s", job->refusal.text, job->refusal.hint);
	return JOB_DONE;
}

enum job_result
load_step(struct loader_job *job)
{
	struct loading loading = {.job = job};

	job->after_unload = load_refused;
	if (load_prepare(&loading) != 0)
		return load_refused(job);
	if (load_call(job) != 0)
		return unload_plugin(job);
	load_warn_unread(job->plugin);
	return load_register(job);
}
