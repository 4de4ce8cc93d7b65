/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stop.c: the stop deadline. stop_expired() runs on a thread that nothing else
 * can hold up: the loop thread waits for the plugin loader in the end, and the
 * loader for a plugin's own code.
 *
 * What hangs is found in three places. The core knows the callbacks that are
 * past their deadline; when it knows none (the callback deadline may be longer
 * than what was left) the states of the pairs tell which callback has begun;
 * and the loader shows the plugins that it is loading or unloading. Beside
 * those, it names the part of the daemon that the main thread is ending: that
 * may wait for a disk.
 */
#include "stop.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "base/countdown.h"
#include "base/log.h"
#include "core/core.h"
#include "core/object/instance.h"
#include "ends.h"
#include "lib/clock.h"
#include "plugin/plugins.h"

#define REPORTED_MAX 20 /* of what hangs; more than that is not read */

static struct {
	int64_t deadline;
	void (*give_up)(void *arg);
	void *arg;
	atomic_flag decided;	    /* the end comes one way or the other */
	_Atomic(const char *) part; /* of the daemon that ends; NULL: none */
	_Atomic int64_t since;
} stop = {.decided = ATOMIC_FLAG_INIT};

/* One instance of the walk over all, by value: a visit calls nothing. */
struct stop_search {
	const char *instance;
	netid_t id;
	unsigned found;
};

static unsigned
stop_report_overdue(void)
{
	struct overdue_view list[REPORTED_MAX];
	size_t count = core_read_overdue(list, REPORTED_MAX);

	for (size_t i = 0; i < count; i++) {
		struct instance *instance = instance_find(list[i].instance);

		log_error("daemon",
		    "hung: plugin %s, callback %s of registrant %s on instance "
		    "%s (%d), running for %lld ms",
		    list[i].owner, callback_name(list[i].callback),
		    list[i].registrant,
		    instance != NULL ? instance_name(instance) : "?",
		    list[i].instance, list[i].elapsed / NS_PER_MS);
		if (instance != NULL)
			instance_release(instance);
	}
	return (unsigned)count;
}

/* A pair_visit_fn. */
static void
stop_report_pair(
    void *arg, const char *owner, const char *registrant, enum pair_state state)
{
	static const char *const running[] = {
	    [PAIR_CREATING] = "create",
	    [PAIR_SHUTTING_DOWN] = "shutdown",
	    [PAIR_DESTROYING] = "destroy",
	};
	struct stop_search *search = arg;

	if ((size_t)state >= ARRAY_LENGTH(running) || running[state] == NULL)
		return;
	log_error("daemon",
	    "hung: plugin %s, callback %s of registrant %s on instance %s (%d)",
	    owner, running[state], registrant, search->instance, search->id);
	search->found++;
}

static unsigned
stop_report_pairs(void)
{
	struct stop_search search = {.id = -1};
	struct instance *instance;

	while (search.found < REPORTED_MAX &&
	       (instance = instance_next(search.id)) != NULL) {
		search.instance = instance_name(instance);
		search.id = instance_id(instance);
		instance_visit_pairs(instance, stop_report_pair, &search);
		instance_release(instance);
	}
	return search.found;
}

/* A plugin_visit_fn. */
static bool
stop_report_plugin(void *arg, const struct plugin_view *view)
{
	unsigned *found = arg;

	if (view->state == PLUGIN_LOADED)
		return true;
	log_error("daemon", "hung: plugin %s is still %s", view->name,
	    plugin_state_name(view->state));
	return ++*found < REPORTED_MAX;
}

/* A part of the daemon itself: its disk, say. */
static void
stop_report_part(unsigned *found)
{
	const char *part = atomic_load(&stop.part);

	if (part == NULL)
		return;
	log_error("daemon",
	    "hung: the end of the %s has not come back for "
	    "%lld ms",
	    part,
	    (long long)((clock_monotonic() - atomic_load(&stop.since)) /
			NS_PER_MS));
	++*found;
}

/* The countdown's thread: the process ends here. */
static void
stop_expired(void *arg)
{
	unsigned found;

	(void)arg;
	if (atomic_flag_test_and_set(&stop.decided))
		return;
	log_error("daemon",
	    "not stopped after %lld ms: what hangs is left behind",
	    stop.deadline / NS_PER_MS);
	found = stop_report_overdue();
	if (found == 0)
		found = stop_report_pairs();
	plugins_visit(stop_report_plugin, &found);
	stop_report_part(&found);
	if (found == 0)
		stop_report_progress();
	stop.give_up(stop.arg);
	ends_in_order();
	_exit(EXIT_FAILED);
}

void
stop_by(int64_t deadline, void (*give_up)(void *arg), void *arg)
{
	stop.deadline = deadline;
	stop.give_up = give_up;
	stop.arg = arg;
	if (countdown_start(deadline, stop_expired, NULL) != 0)
		log_error("daemon", "no thread for the stop deadline");
}

void
stop_waits_for(const char *part)
{
	atomic_store(&stop.since, clock_monotonic());
	atomic_store(&stop.part, part);
}

void
stop_in_time(void)
{
	while (atomic_flag_test_and_set(&stop.decided))
		(void)pause();
}

void
stop_report_progress(void)
{
	uint64_t counts[INSTANCE_STATES], left = 0;

	instance_count_states(counts);
	for (size_t i = 0; i < INSTANCE_STATES; i++)
		left += counts[i];
	log_info("daemon", "stopping, instances left: %" PRIu64, left);
}
