/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wanted.c: owns one request for each plugin that the loader was asked for,
 * until its answer was seen. The list is the loop's; the loader's thread only
 * writes the answer into the request and wakes the loop.
 */
#include "wanted.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/log.h"
#include "base/memory.h"
#include "config.h"

enum wanted_answer { NONE, TAKEN, REFUSED };

struct request {
	TAILQ_ENTRY(request) link;
	char *what;
	_Atomic int answer; /* enum wanted_answer */
};

static TAILQ_HEAD(, request) requests = TAILQ_HEAD_INITIALIZER(requests);
static unsigned refused;
static wanted_news_fn wanted_news;
static void *wanted_arg;

void
wanted_init(wanted_news_fn news, void *arg)
{
	wanted_news = news;
	wanted_arg = arg;
}

/* A plugin_done_fn, on the loader's thread; the loader has logged the end. */
static void
wanted_done(void *arg, const struct plugin_outcome *outcome)
{
	struct request *request = arg;

	atomic_store(&request->answer, outcome->code == 0 ? TAKEN : REFUSED);
	wanted_news(wanted_arg);
}

/* The same for what the daemon does not start without; it logs the refusal. */
static void
wanted_first_done(void *arg, const struct plugin_outcome *outcome)
{
	if (outcome->code != 0)
		log_error("daemon", "cannot start: %s; %s", outcome->text,
		    outcome->hint);
	wanted_done(arg, outcome);
}

static void
wanted_ask(const char *what, const struct plugin_setting *settings,
    size_t setting_count, bool needed)
{
	struct request *request = memory_zalloc(sizeof(*request));

	request->what = memory_strdup(what);
	TAILQ_INSERT_TAIL(&requests, request, link);
	if (needed)
		plugins_load_needed(
		    what, settings, setting_count, wanted_first_done, request);
	else
		plugins_load(
		    what, settings, setting_count, wanted_done, request);
}

static bool
wanted_is_asked_for(const char *what)
{
	const struct request *request;

	TAILQ_FOREACH (request, &requests, link)
		if (strcmp(request->what, what) == 0)
			return true;
	return false;
}

/* --- what is loaded ------------------------------------------------------- */

struct search {
	const char *path;
	bool found;
};

/* A plugin_visit_fn. */
static bool
wanted_compare(void *arg, const struct plugin_view *view)
{
	struct search *search = arg;

	search->found = strcmp(view->path, search->path) == 0;
	return !search->found;
}

/* what: a path, or a name as the loader understands it. */
static bool
wanted_is_loaded(const char *what, const char *directory)
{
	char *path = strchr(what, '/') != NULL
			 ? memory_strdup(what)
			 : memory_format("%s/%s.so", directory, what);
	struct search search = {.path = path};

	plugins_visit(wanted_compare, &search);
	free(path);
	return search.found;
}

void
wanted_load_configured(const struct config *config, bool needed)
{
	for (size_t i = 0; i < config->plugin_count; i++) {
		const struct config_plugin *plugin = &config->plugins[i];

		if (!wanted_is_asked_for(plugin->what) &&
		    !wanted_is_loaded(plugin->what, config->plugin_directory))
			wanted_ask(plugin->what, plugin->settings,
			    plugin->setting_count, needed);
	}
}

void
wanted_load(const char *const *plugins, size_t count, bool needed)
{
	for (size_t i = 0; i < count; i++)
		wanted_ask(plugins[i], NULL, 0, needed);
}

/* --- what became of it ---------------------------------------------------- */

bool
wanted_settle(void)
{
	struct request *request, *next;

	for (request = TAILQ_FIRST(&requests); request != NULL;
	     request = next) {
		int answer = atomic_load(&request->answer);

		next = TAILQ_NEXT(request, link);
		if (answer == NONE)
			continue;
		refused += answer == REFUSED;
		TAILQ_REMOVE(&requests, request, link);
		free(request->what);
		free(request);
	}
	return TAILQ_EMPTY(&requests);
}

unsigned
wanted_refused(void)
{
	unsigned count = refused;

	refused = 0;
	return count;
}
