/* SPDX-License-Identifier: Apache-2.0 */
/*
 * driver.c: owns the count of requests under way: each adds one, and its
 * core_done_fn takes it off. The core refuses some (the instance is going
 * already), as scenarios cross each other on purpose: that is no finding.
 */
#include "check/child/driver.h"

#include <errno.h>
#include <stdatomic.h>
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
	size_t under_way;    /* lock */
	_Atomic bool loaded; /* changes while that is under way */
	char name[BOARD_NAME];
} driver = {.lock = LOCK_INITIALIZER(LOCK_COMPLETION)};

void
driver_begin(void)
{
	lock_enter(&driver.lock);
	driver.under_way++;
	lock_exit(&driver.lock);
}

void
driver_end(void *arg, int error)
{
	(void)arg, (void)error;
	lock_enter(&driver.lock);
	if (--driver.under_way == 0)
		condition_broadcast(&driver.settled);
	lock_exit(&driver.lock);
}

void
driver_asked(int error)
{
	if (error != 0)
		driver_end(NULL, error);
}

void
driver_settle(void)
{
	lock_enter(&driver.lock);
	while (driver.under_way > 0)
		condition_wait(&driver.settled, &driver.lock);
	lock_exit(&driver.lock);
}

int
driver_start(unsigned workers)
{
	const struct core_config core = {.workers = workers};
	const struct plugins_config plugins = {
	    .directory = board->order.directory,
	    .copies = board->order.scratch,
	};
	int error;

	condition_init(&driver.settled);
	error = core_start(&core);
	if (error == 0)
		error = plugins_start(&plugins);
	if (error != 0)
		return error;
	driver_begin();
	error = source_create_global(driver_end, NULL);
	driver_asked(error);
	driver_settle();
	process_start(workers == 1);
	return error;
}

void
driver_stop(void)
{
	driver_unload();
	driver_begin();
	core_shutdown(driver_end, NULL);
	driver_settle();
	/* What was busy as long as there were instances. */
	driver_unload();
}

/* --- the plugin ----------------------------------------------------------- */

/* A plugin_visit_fn. */
static bool
driver_meet(void *arg, const struct plugin_view *view)
{
	(void)arg;
	(void)snprintf(driver.name, BOARD_NAME, "%s", view->name);
	(void)snprintf(board->name, BOARD_NAME, "%s", view->name);
	(void)snprintf(board->version, BOARD_NAME, "%s", view->version);
	watch_owner(view->owner);
	return false;
}

static void
report_load(const struct plugin_outcome *outcome)
{
	bool failed = outcome->code == -ECANCELED;
	struct location where = {failed ? "nin_load" : "", "", NOWHERE};

	/* Without memory it may well say no. */
	if (oom_has_failed())
		return;
	atomic_store(&board->refused, true);
	board_reportf(failed ? KIND_LOAD_FAILED : KIND_REFUSED, &where, "",
	    "%s\n%s", outcome->text, outcome->hint);
}

/* A plugin_done_fn. */
static void
driver_loaded(void *arg, const struct plugin_outcome *outcome)
{
	if (outcome->code == 0)
		plugins_visit(driver_meet, NULL);
	else
		report_load(outcome);
	atomic_store(&driver.loaded, outcome->code == 0);
	driver_end(arg, outcome->code);
}

/* A plugin_done_fn. One that says that it is busy just stays. */
static void
driver_reloaded(void *arg, const struct plugin_outcome *outcome)
{
	if (outcome->code == -EBUSY)
		driver_end(arg, outcome->code);
	else
		driver_loaded(arg, outcome);
}

/* A plugin_done_fn. A module may have said that it is busy. */
static void
driver_unloaded(void *arg, const struct plugin_outcome *outcome)
{
	atomic_store(&driver.loaded, outcome->code != 0);
	driver_end(arg, outcome->code);
}

void
driver_load(void)
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
	if (driver_is_loaded())
		return;
	driver_begin();
	plugins_load(board->order.plugin, settings, i, driver_loaded, NULL);
}

bool
driver_is_loaded(void)
{
	return atomic_load(&driver.loaded);
}

/* The plugin's name is known once it is loaded. */
void
driver_unload(void)
{
	if (!driver_is_loaded())
		driver_settle();
	if (!driver_is_loaded())
		return;
	driver_begin();
	plugins_unload(driver.name, driver_unloaded, NULL);
	driver_settle();
}

void
driver_reload(void)
{
	if (!driver_is_loaded())
		return;
	driver_begin();
	plugins_reload(driver.name, driver_reloaded, NULL);
}

/* --- instances ------------------------------------------------------------ */

void
driver_create(const char *name, size_t count)
{
	static const char *const protocols[] = {NHF_INET, NHF_INET6, NHF_ARP};
	const struct instance_config config = {
	    .name = name,
	    .source = source_sim.name,
	    .protocols = protocols,
	    .protocol_count = count,
	};

	ASSERT(count <= ARRAY_LENGTH(protocols));
	driver_begin();
	driver_asked(instance_create(&config, NULL, driver_end, NULL));
}

static void
driver_end_instance(const char *name,
    int (*end)(struct instance *instance, core_done_fn done, void *arg))
{
	struct instance *instance = instance_find_by_name(name);

	if (instance == NULL)
		return;
	driver_begin();
	driver_asked(end(instance, driver_end, NULL));
	instance_release(instance);
}

void
driver_shutdown(const char *name)
{
	driver_end_instance(name, instance_shutdown);
}

void
driver_destroy(const char *name)
{
	driver_end_instance(name, instance_destroy);
}

static void
driver_change(const char *name, const char *protocol,
    int (*change)(struct instance *instance, const char *protocol,
	core_done_fn done, void *arg))
{
	struct instance *instance = instance_find_by_name(name);

	if (instance == NULL)
		return;
	driver_begin();
	driver_asked(change(instance, protocol, driver_end, NULL));
	instance_release(instance);
}

void
driver_add(const char *name, const char *protocol)
{
	driver_change(name, protocol, instance_add_protocol);
}

void
driver_remove(const char *name, const char *protocol)
{
	driver_change(name, protocol, instance_remove_protocol);
}

/* A kstat_match_fn. */
static bool
match_all(void *arg, const kstat_t *kstat)
{
	(void)arg, (void)kstat;
	return true;
}

void
driver_read_kstats(const char *name)
{
	struct instance *instance;
	struct kstat_batch batch;

	driver_settle();
	instance = instance_find_by_name(name);
	if (instance == NULL)
		return;
	driver_begin();
	/* 0: there was nothing to wait for. */
	if (kstat_read(instance, 0, SIZE_MAX, match_all, NULL, &batch,
		driver_end, NULL) == 0)
		driver_end(NULL, 0);
	driver_settle();
	kstat_batch_free(&batch);
	kstats_observe(instance_id(instance));
	instance_release(instance);
}
