/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unload.c: unloads plugins, also those whose load failed half way. Owns
 * nothing; the loader's threads, with a claim on the plugin.
 *
 * nin_unload is called when the registrations are gone, so that nothing of the
 * plugin runs beside it. What it registers itself is taken back as well.
 */
#include "plugin/unload.h"

#include "base/log.h"
#include "plugin/module.h"

static enum job_result
unload_forget(struct loader_job *job)
{
	struct plugin *plugin = job->plugin;

	job->plugin = NULL;
	module_timeout_forget(plugin->owner);
	if (job->refusal.code == 0)
		log_info("loader", "plugin %s %s is unloaded", plugin->name,
		    plugin->version);
	list_remove(plugin);
	if (job->after_unload == NULL)
		return JOB_DONE;
	return job->after_unload(job);
}

static void
unload_call(void *arg)
{
	const struct plugin *plugin = arg;

	plugin->entry.unload();
}

static enum job_result
unload_leave(struct loader_job *job)
{
	struct plugin *plugin = job->plugin;
	struct loader_frame frame;

	if (plugin->entry.unload == NULL)
		return unload_forget(job);
	loader_enter(&frame, job, plugin->owner, CALL_UNLOAD);
	(void)loader_call(&frame, unload_call, plugin);
	loader_leave(&frame);
	job->step = unload_forget;
	owner_retire(plugin->owner, loader_resume, job);
	return JOB_WAITING;
}

enum job_result
unload_plugin(struct loader_job *job)
{
	job->step = unload_leave;
	owner_retire(job->plugin->owner, loader_resume, job);
	return JOB_WAITING;
}

enum job_result
unload_for_good(struct loader_job *job)
{
	struct refusal refusal;

	if (module_leave(job, &refusal) != 0)
		log_warning(
		    "loader", "%s; it is unloaded all the same", refusal.text);
	return unload_plugin(job);
}

bool
unload_is_agreed(struct loader_job *job)
{
	if (module_leave(job, &job->refusal) == 0)
		return true;
	log_warning("loader", "%s", job->refusal.text);
	if (!list_set_loaded(job->plugin)) {
		job->refusal.code = 0; /* netinstd is stopping */
		return true;
	}
	job->plugin = NULL;
	return false;
}

enum job_result
unload_step(struct loader_job *job)
{
	job->plugin = list_claim(job->what, &job->refusal);
	if (job->plugin == NULL)
		return JOB_DONE;
	loader_set_label(job, job->plugin->name);
	return unload_is_agreed(job) ? unload_plugin(job) : JOB_DONE;
}
