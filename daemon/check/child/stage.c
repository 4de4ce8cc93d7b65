/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage.c: owns the count of what is under way. Each wish adds one and its
 * core_done_fn takes it off again; a wish that the core refuses (an instance
 * that is going already) was a course's way to cross two others, and is none.
 */
#include "check/child/stage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/lock.h"
#include "check/board.h"
#include "check/child/kstats.h"
#include "check/child/oom.h"
#include "check/child/process.h"
#include "check/child/watch.h"
#include "core/kstat/kstat_read.h"
#include "plugin/plugins.h"
#include "source/source.h"

static struct {
	struct lock lock;
	struct condition settled;
	size_t under_way; /* lock */
	bool loaded;	  /* lock */
	char name[BOARD_NAME];
} stage = {.lock = LOCK_INITIALIZER(LOCK_COMPLETION)};

void
stage_begin(void)
{
	lock_enter(&stage.lock);
	stage.under_way++;
	lock_exit(&stage.lock);
}

void
stage_end(void *arg, int error)
{
	(void)arg;
	(void)error;
	lock_enter(&stage.lock);
	if (--stage.under_way == 0)
		condition_broadcast(&stage.settled);
	lock_exit(&stage.lock);
}

void
stage_settle(void)
{
	lock_enter(&stage.lock);
	while (stage.under_way > 0)
		condition_wait(&stage.settled, &stage.lock);
	lock_exit(&stage.lock);
}

int
stage_start(unsigned workers)
{
	const struct core_config core = {.workers = workers};
	const struct plugins_config plugins = {
	    .directory = board->order.directory,
	    .copies = board->order.scratch,
	};
	int error;

	condition_init(&stage.settled);
	error = core_start(&core);
	if (error == 0)
		error = plugins_start(&plugins);
	if (error != 0)
		return error;
	stage_begin();
	error = source_create_global(stage_end, NULL);
	if (error != 0)
		stage_end(NULL, error);
	stage_settle();
	process_start(workers == 1);
	return error;
}

void
stage_stop(void)
{
	stage_unload();
	stage_begin();
	core_shutdown(stage_end, NULL);
	stage_settle();
	/* What was busy as long as there were instances. */
	stage_unload();
}

/* --- the plugin ----------------------------------------------------------- */

/* A plugin_visit_fn. */
static bool
stage_meet(void *arg, const struct plugin_view *view)
{
	(void)arg;
	(void)snprintf(stage.name, sizeof(stage.name), "%s", view->name);
	(void)snprintf(board->name, sizeof(board->name), "%s", view->name);
	(void)snprintf(
	    board->version, sizeof(board->version), "%s", view->version);
	watch_owner(view->owner);
	return false;
}

static void
stage_report_load(const struct plugin_outcome *outcome)
{
	struct location where = {"", "", NOWHERE};

	/* Without memory it may well say no. */
	if (oom_has_failed())
		return;
	atomic_store(&board->refused, true);
	if (outcome->code == -ECANCELED)
		where.callback = "nin_load";
	board_reportf(
	    outcome->code == -ECANCELED ? KIND_LOAD_FAILED : KIND_REFUSED,
	    &where, "", "%s\n%s", outcome->text, outcome->hint);
}

/* A plugin_done_fn. */
static void
stage_loaded(void *arg, const struct plugin_outcome *outcome)
{
	lock_enter(&stage.lock);
	stage.loaded = outcome->code == 0;
	lock_exit(&stage.lock);
	if (outcome->code == 0)
		plugins_visit(stage_meet, NULL);
	else
		stage_report_load(outcome);
	stage_end(arg, outcome->code);
}

/* A plugin_done_fn. One that says that it is busy just stays. */
static void
stage_reloaded(void *arg, const struct plugin_outcome *outcome)
{
	if (outcome->code == -EBUSY)
		stage_end(arg, outcome->code);
	else
		stage_loaded(arg, outcome);
}

/* A plugin_done_fn. */
static void
stage_unloaded(void *arg, const struct plugin_outcome *outcome)
{
	lock_enter(&stage.lock);
	/* A module may have said that it is busy. */
	stage.loaded = outcome->code != 0;
	lock_exit(&stage.lock);
	stage_end(arg, outcome->code);
}

void
stage_load(void)
{
	struct plugin_setting settings[PLUGIN_SETTINGS_MAX];
	const char *text = board->order.settings;
	size_t i;

	/* Each is a key with its NUL and a value with its. */
	for (i = 0; i < board->order.setting_count; i++) {
		settings[i].key = text;
		text += strlen(text) + 1;
		settings[i].value = text;
		text += strlen(text) + 1;
	}
	if (stage_is_loaded())
		return;
	stage_begin();
	plugins_load(board->order.plugin, settings, i, stage_loaded, NULL);
}

bool
stage_is_loaded(void)
{
	bool loaded;

	lock_enter(&stage.lock);
	loaded = stage.loaded;
	lock_exit(&stage.lock);
	return loaded;
}

/* What is being loaded gets its name only by that. */
void
stage_unload(void)
{
	if (!stage_is_loaded())
		stage_settle();
	if (!stage_is_loaded())
		return;
	stage_begin();
	plugins_unload(stage.name, stage_unloaded, NULL);
	stage_settle();
}

void
stage_reload(void)
{
	if (!stage_is_loaded())
		return;
	stage_begin();
	plugins_reload(stage.name, stage_reloaded, NULL);
}

/* --- instances ------------------------------------------------------------ */

void
stage_create(const char *name, size_t count)
{
	static const char *const protocols[] = {NHF_INET, NHF_INET6, NHF_ARP};
	const struct instance_config config = {
	    .name = name,
	    .source = source_sim.name,
	    .protocols = protocols,
	    .protocol_count = count,
	};
	int error;

	ASSERT(count <= ARRAY_LENGTH(protocols));
	stage_begin();
	error = instance_create(&config, NULL, stage_end, NULL);
	if (error != 0)
		stage_end(NULL, error);
}

static void
stage_end_instance(const char *name,
    int (*end)(struct instance *instance, core_done_fn done, void *arg))
{
	struct instance *instance = instance_find_by_name(name);

	if (instance == NULL)
		return;
	stage_begin();
	if (end(instance, stage_end, NULL) != 0)
		stage_end(NULL, 0);
	instance_release(instance);
}

void
stage_shutdown(const char *name)
{
	stage_end_instance(name, instance_shutdown);
}

void
stage_destroy(const char *name)
{
	stage_end_instance(name, instance_destroy);
}

static void
stage_change(const char *name, const char *protocol,
    int (*change)(struct instance *instance, const char *protocol,
	core_done_fn done, void *arg))
{
	struct instance *instance = instance_find_by_name(name);

	if (instance == NULL)
		return;
	stage_begin();
	if (change(instance, protocol, stage_end, NULL) != 0)
		stage_end(NULL, 0);
	instance_release(instance);
}

void
stage_add(const char *name, const char *protocol)
{
	stage_change(name, protocol, instance_add_protocol);
}

void
stage_remove(const char *name, const char *protocol)
{
	stage_change(name, protocol, instance_remove_protocol);
}

/* A kstat_match_fn. */
static bool
match_all(void *arg, const kstat_t *kstat)
{
	(void)arg;
	(void)kstat;
	return true;
}

void
stage_read_kstats(const char *name)
{
	struct instance *instance;
	struct kstat_batch batch;

	stage_settle();
	instance = instance_find_by_name(name);
	if (instance == NULL)
		return;
	stage_begin();
	if (kstat_read(instance, 0, SIZE_MAX, match_all, NULL, &batch,
		stage_end, NULL) == 0)
		stage_end(NULL, 0);
	stage_settle();
	kstat_batch_free(&batch);
	kstats_observe(instance_id(instance));
	instance_release(instance);
}
