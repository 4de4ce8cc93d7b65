/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c: loads a plugin, or reloads one: prepares it, lists it and runs its
 * code. On the loader's threads. After list_add() a failure goes through
 * unload_plugin(), so that nothing half registered stays.
 */
#include "plugin/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "plugin/module.h"
#include "plugin/prepare.h"
#include "plugin/unload.h"

/* Puts the plugin on the list. */
static int
load_list(struct loader_job *job, struct prepared *new)
{
	const net_plugin_t *descriptor = new->descriptor;
	struct plugin *plugin = memory_zalloc(sizeof(*plugin));
	int error;

	plugin->owner = owner_create(new->name);
	if ((descriptor_flags(descriptor) & NETINST_PLUGIN_INSIDE) != 0)
		owner_set_inside(plugin->owner);
	plugin->entry = new->entry;
	plugin->settings = job->settings;
	plugin->name = memory_strdup(new->name);
	plugin->version = memory_strdup(descriptor->version);
	plugin->summary = memory_strdup(new->summary);
	plugin->path = memory_strdup(new->path);
	plugin->abi_major = descriptor->abi_major;
	plugin->abi_minor = descriptor->abi_minor;
	job->settings = NULL;
	loader_set_label(job, plugin->name);
	error = list_add(plugin, &job->refusal);
	if (error != 0) {
		plugin_free(plugin);
		return error;
	}
	prepared_remember(new, plugin->owner);
	job->plugin = plugin;
	return 0;
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

static enum job_result
load_go_on(struct loader_job *job, struct prepared *prepared)
{
	int error = load_list(job, prepared);

	prepared_free(prepared);
	if (error != 0)
		return load_refused(job);
	if (load_call(job) != 0)
		return unload_plugin(job);
	load_warn_unread(job->plugin);
	return load_register(job);
}

enum job_result
load_step(struct loader_job *job)
{
	struct prepared *prepared;

	job->after_unload = load_refused;
	if (prepare_plugin(job, &prepared) != 0)
		return load_refused(job);
	return load_go_on(job, prepared);
}

/* --- reloading ------------------------------------------------------------ */

/* Loads the new file in the place of the old one, which is unloaded. */
static enum job_result
reload_load(struct loader_job *job)
{
	struct prepared *prepared = job->prepared;

	job->prepared = NULL;
	job->after_unload = load_refused;
	return load_go_on(job, prepared);
}

/*
 * Does all of a load that can be done while the old one runs, which job->plugin
 * is. Returns whether the new one can take its place; else nothing has changed
 * but that the claim is given up, and the job is refused, unless netinstd is
 * stopping.
 */
static bool
reload_prepare(struct loader_job *job)
{
	struct plugin *plugin = job->plugin;
	int error;

	free(job->what);
	job->what = memory_strdup(plugin->path);
	error = prepare_plugin(job, &job->prepared);
	if (error == 0)
		error = list_check_name(
		    job->prepared->name, plugin->name, &job->refusal);
	loader_set_label(job, plugin->name);
	if (error == 0)
		return true;
	prepared_free(job->prepared);
	job->prepared = NULL;
	refusal_prefix(
	    &job->refusal, "plugin '%s' goes on as it was: ", plugin->name);
	log_warning("loader", "%s; %s", job->refusal.text, job->refusal.hint);
	return false;
}

enum job_result
reload_step(struct loader_job *job)
{
	job->plugin = list_claim(job->what, &job->refusal);
	if (job->plugin == NULL)
		return JOB_DONE;
	loader_set_label(job, job->plugin->name);
	if (!reload_prepare(job)) {
		if (!list_set_loaded(job->plugin))
			return unload_for_good(job); /* netinstd is stopping */
		job->plugin = NULL;
		return JOB_DONE;
	}
	if (!unload_is_agreed(job)) {
		prepared_free(job->prepared);
		job->prepared = NULL;
		return JOB_DONE;
	}
	job->settings = job->plugin->settings;
	job->plugin->settings = NULL;
	job->reloads = true;
	job->after_unload = reload_load;
	return unload_plugin(job);
}
