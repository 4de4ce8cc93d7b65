/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugins.c: makes a job of each request to the plugin loader. Owns nothing:
 * the plugins are list.c's, the jobs loader.c's. Any thread, except for the
 * start and the end.
 */
#include "plugin/plugins.h"

#include <errno.h>

#include "plugin/load.h"
#include "plugin/loader.h"
#include "plugin/module.h"
#include "plugin/net_log.h"
#include "plugin/unload.h"

int
plugins_start(const struct plugins_config *config)
{
	list_init();
	object_note_residents();
	owner_set_resolver(net_log_owner_of);
	return loader_start(config);
}

/*
 * Each unload is a job of its own: one whose plugin hangs does not keep the
 * others from their nin_unload.
 */
void
plugins_stop(void)
{
	struct loader_job *job;
	struct plugin *plugin;

	list_close();
	while ((plugin = list_claim_newest()) != NULL) {
		job = loader_create_job(
		    unload_for_good, plugin->name, NULL, NULL, NULL);
		loader_set_label(job, plugin->name);
		job->plugin = plugin;
		loader_submit(job);
	}
	loader_stop();
	module_timeout_forget(NULL);
	list_destroy();
}

/* The one step of a load with more settings than there may be. */
static enum job_result
plugins_refuse_settings(struct loader_job *job)
{
	(void)refusal_set(&job->refusal, -ENOSPC,
	    "put them into fewer, longer settings",
	    "a plugin can have %d settings at most", PLUGIN_SETTINGS_MAX);
	(void)refusal_limit(&job->refusal, PLUGIN_SETTINGS_MAX);
	return JOB_DONE;
}

static void
plugins_submit_load(const char *what, const struct plugin_setting *settings,
    size_t setting_count, plugin_done_fn done, void *arg, bool is_needed)
{
	bool refused = setting_count > PLUGIN_SETTINGS_MAX;
	struct loader_job *job = loader_create_job(
	    refused ? plugins_refuse_settings : load_step, what,
	    settings_copy(settings, refused ? 0 : setting_count), done, arg);

	job->is_needed = is_needed;
	loader_submit(job);
}

void
plugins_load(const char *what, const struct plugin_setting *settings,
    size_t setting_count, plugin_done_fn done, void *arg)
{
	plugins_submit_load(what, settings, setting_count, done, arg, false);
}

void
plugins_load_needed(const char *what, const struct plugin_setting *settings,
    size_t setting_count, plugin_done_fn done, void *arg)
{
	plugins_submit_load(what, settings, setting_count, done, arg, true);
}

void
plugins_unload(const char *name, plugin_done_fn done, void *arg)
{
	loader_submit(loader_create_job(unload_step, name, NULL, done, arg));
}

void
plugins_reload(const char *name, plugin_done_fn done, void *arg)
{
	loader_submit(loader_create_job(reload_step, name, NULL, done, arg));
}

static enum job_result
plugins_retried(struct loader_job *job)
{
	(void)job;
	return JOB_DONE;
}

static enum job_result
plugins_retry_step(struct loader_job *job)
{
	/* The job holds only the owner: the plugin may be unloaded meanwhile.
	 */
	job->owner = list_find_owner(job->what, &job->refusal);
	if (job->owner == NULL)
		return JOB_DONE;
	loader_set_label(job, owner_name(job->owner));
	job->step = plugins_retried;
	owner_retry(job->owner, loader_resume, job);
	return JOB_WAITING;
}

void
plugins_retry(const char *name, plugin_done_fn done, void *arg)
{
	loader_submit(
	    loader_create_job(plugins_retry_step, name, NULL, done, arg));
}
