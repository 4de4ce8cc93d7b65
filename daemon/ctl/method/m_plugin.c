/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m_plugin.c: the methods of the noun plugin. A change is a job of the loader's
 * thread, which reports to job_done(); plugin_reply.c shows plugins, read under
 * the list's lock. Loop thread, but for job_done().
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "ctl/method/methods.h"
#include "ctl/method/name.h"
#include "ctl/method/plugin_reply.h"
#include "ctl/serve/pending.h"
#include "plugin/plugins.h"

/* A job of the loader that a client asked for. */
struct plugin_job {
	struct pending pending; /* first */
	bool shows;		/* answered with the plugin, else with {} */
	int code;		/* how it ended */
	uint64_t limit;		/* that was reached, or 0 */
	char *text, *hint;	/* unless code is 0 */
	char *name;		/* of the plugin, or NULL */
};

static struct plugin_job *
job_of(struct pending *pending)
{
	return CONTAINER_OF(pending, struct plugin_job, pending);
}

static void
job_release(struct pending *pending)
{
	struct plugin_job *job = job_of(pending);

	free(job->text);
	free(job->hint);
	free(job->name);
}

static const struct {
	int code;
	enum rpc_error_code error;
} job_errors[] = {
    {-ENOENT, RPC_PLUGIN_NOT_FOUND},
    {-EEXIST, RPC_PLUGIN_EXISTS},
    {-EBUSY, RPC_PLUGIN_BUSY},
    {-EPERM, RPC_PLUGIN_UNTRUSTED},
    {-ENOEXEC, RPC_PLUGIN_REFUSED},
    {-ECANCELED, RPC_PLUGIN_FAILED},
    {-ESHUTDOWN, RPC_SHUTTING_DOWN},
    {-ENOSPC, RPC_LIMIT_REACHED},
};

static const struct rpc_answered *
job_error(struct rpc_call *call, const struct plugin_job *job)
{
	if (job->limit > 0)
		return rpc_error_limit(call, RPC_LIMIT_REACHED,
		    (int64_t)job->limit, job->hint, "%s", job->text);
	for (size_t i = 0; i < ARRAY_LENGTH(job_errors); i++)
		if (job_errors[i].code == job->code)
			return rpc_error(call, job_errors[i].error, job->hint,
			    "%s", job->text);
	return rpc_error_errno(call, rpc_error_of_system(-job->code),
	    -job->code, job->hint, "%s", job->text);
}

static const struct rpc_answered *
job_answer(struct rpc_call *call, struct pending *pending)
{
	const struct plugin_job *job = job_of(pending);

	if (job->code != 0)
		return job_error(call, job);
	if (!job->shows || job->name == NULL)
		return rpc_reply_empty(call);
	return plugin_reply(call, job->name);
}

static char *
job_copy(const char *text)
{
	return memory_strdup(text != NULL ? text : "");
}

/* The loader's thread. */
static void
job_done(void *arg, const struct plugin_outcome *outcome)
{
	struct plugin_job *job = arg;

	job->code = outcome->code;
	job->limit = outcome->limit;
	if (outcome->code != 0) {
		job->text = job_copy(outcome->text);
		job->hint = job_copy(outcome->hint);
	}
	if (outcome->name != NULL)
		job->name = job_copy(outcome->name);
	pending_done(&job->pending);
}

static struct plugin_job *
job_create(struct rpc_call *call, bool shows)
{
	struct plugin_job *job =
	    pending_create(call, sizeof(*job), job_answer, job_release);

	job->shows = shows;
	pending_expect(&job->pending);
	return job;
}

/* What to load, from path or name; NULL, or the answer. */
static const struct rpc_answered *
plugin_check_what(struct rpc_call *call, const char **what)
{
	const char *path = call->params[LOAD_PATH].text;
	const char *name = call->params[LOAD_NAME].text, *fault;

	if ((path == NULL) == (name == NULL))
		return rpc_error(call, RPC_INVALID_PARAMS,
		    "path is the file's absolute path; name means NAME.so in "
		    "the daemon's plugin directory",
		    "give either parameter 'path' or parameter 'name'");
	*what = path != NULL ? path : name;
	if (path != NULL && path[0] != '/')
		return rpc_error(call, RPC_INVALID_PARAMS,
		    "the daemon has a working directory of its own",
		    "parameter 'path' must be an absolute path");
	if (path != NULL && strlen(path) > PLUGIN_PATH_MAX)
		return rpc_error_limit(call, RPC_INVALID_PARAMS,
		    PLUGIN_PATH_MAX, "no file has such a path",
		    "parameter 'path' is too long");
	fault = name != NULL ? name_check_plugin(name) : NULL;
	if (fault != NULL)
		return rpc_error(call, RPC_INVALID_NAME,
		    "a plugin's name is 1 to 64 bytes of UTF-8 without '/' "
		    "and control characters",
		    "the plugin name " RPC_QUOTED " %s", name, fault);
	return NULL;
}

/* Points settings to what the tree holds; returns how many. */
static size_t
plugin_read_settings(json_t *tree, struct plugin_setting *settings)
{
	size_t count = 0;
	const char *key;
	json_t *value;

	json_object_foreach (tree, key, value) {
		settings[count].key = key;
		settings[count++].value = json_string_value(value);
	}
	return count;
}

const struct rpc_answered *
m_plugin_load(struct rpc_call *call)
{
	json_t *config = call->params[LOAD_CONFIG].tree;
	struct plugin_setting settings[PLUGIN_SETTINGS_MAX];
	const struct rpc_answered *answered;
	const char *what = NULL;
	struct plugin_job *job;

	answered = plugin_check_what(call, &what);
	if (answered != NULL)
		return answered;
	if (json_object_size(config) > PLUGIN_SETTINGS_MAX)
		return rpc_error_limit(call, RPC_LIMIT_REACHED,
		    PLUGIN_SETTINGS_MAX, "give it a file to read instead",
		    "parameter 'config' has too many settings");
	job = job_create(call, true);
	plugins_load(what, settings, plugin_read_settings(config, settings),
	    job_done, job);
	return pending_wait(&job->pending);
}

/* Has the loader do something with a plugin that is loaded. */
static const struct rpc_answered *
plugin_start(struct rpc_call *call, bool shows,
    void (*start)(const char *name, plugin_done_fn done, void *arg))
{
	struct plugin_job *job = job_create(call, shows);

	start(call->params[PLUGIN_NAME].text, job_done, job);
	return pending_wait(&job->pending);
}

const struct rpc_answered *
m_plugin_unload(struct rpc_call *call)
{
	return plugin_start(call, false, plugins_unload);
}

const struct rpc_answered *
m_plugin_reload(struct rpc_call *call)
{
	return plugin_start(call, true, plugins_reload);
}

const struct rpc_answered *
m_plugin_retry(struct rpc_call *call)
{
	return plugin_start(call, true, plugins_retry);
}

const struct rpc_answered *
m_plugin_show(struct rpc_call *call)
{
	return plugin_reply(call, call->params[PLUGIN_NAME].text);
}
