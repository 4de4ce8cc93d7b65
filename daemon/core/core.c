/* SPDX-License-Identifier: Apache-2.0 */
/*
 * core.c: owns the framework as a whole: its start and end, its pool of
 * workers, and what is reported of callbacks that take too long.
 */
#include "core/core.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "core/hook/event_impl.h"
#include "core/callback/frame.h"
#include "core/callback/held.h"
#include "core/hook/hook_kstat.h"
#include "core/hook/hook_run.h"
#include "core/kstat/kstat_impl.h"
#include "core/object/instance_impl.h"
#include "core/object/owner_impl.h"
#include "core/object/registry.h"
#include "core/hook/protocol.h"
#include "core/life/sweep.h"
#include "core/object/table.h"
#include "core/callback/timeout.h"
#include "lib/clock.h"

/* What a note of a worker is about; takes the core's lock. */
static void
overdue_describe(
    const struct worker_note *note, int64_t elapsed, struct overdue_view *view)
{
	struct registrant *registrant = registry_find(note->who);
	struct owner *owner = owner_find(note->whose);

	*view = (struct overdue_view){
	    .callback = (enum callback)note->what,
	    .instance = (netid_t)note->where,
	    .elapsed = elapsed,
	};
	if (owner != NULL) {
		(void)snprintf(
		    view->owner, sizeof(view->owner), "%s", owner_name(owner));
		owner_release(owner);
	}
	if (registrant != NULL) {
		(void)snprintf(view->registrant, sizeof(view->registrant), "%s",
		    registrant->callbacks.nin_name);
		registrant_release(registrant);
	}
}

/* On the pool's watch thread, once per callback. */
static void
core_overdue(const struct worker_note *note, int64_t elapsed)
{
	struct owner *owner = owner_find(note->whose);
	struct overdue_view view;

	if (owner != NULL) {
		owner_count_overdue(owner, (enum callback)note->what);
		owner_release(owner);
	}
	overdue_describe(note, elapsed, &view);
	log_warning("core",
	    "overdue: %s of registrant %s (plugin %s) on instance %d has run "
	    "for %lld ms; only this instance waits for it",
	    callback_name(view.callback), view.registrant, view.owner,
	    (int)view.instance, (long long)(elapsed / NS_PER_MS));
	/* Whoever sees it counted finds it in the log. */
	(void)atomic_fetch_add(&core.callbacks_overdue, 1);
}

int
core_start(const struct core_config *config)
{
	struct pool_config pool = {
	    .name = "worker",
	    .workers = config->workers,
	    .spares = config->spares,
	    .deadline = config->callback_deadline,
	    .overdue = core_overdue,
	};

	memset(&core, 0, sizeof(core));
	lock_init(&core.lock, LOCK_CORE);
	table_init();
	registry_init();
	owner_init();
	protocol_init();
	kstat_table_init(hook_kstat_release);
	event_prepare();
	held_init();
	hook_run_init();
	core.pool = pool_create(&pool);
	if (core.pool == NULL)
		return -errno;
	instances_init(core.pool);
	timeout_init();
	return 0;
}

void
core_stop(void)
{
	timeout_destroy();
	pool_destroy(core.pool);
	hook_run_destroy();
	event_destroy();
	protocol_destroy();
	owner_destroy();
	registry_destroy();
	table_destroy();
	lock_destroy(&core.lock);
}

void
core_set_callback_deadline(int64_t deadline)
{
	pool_set_deadline(core.pool, deadline);
}

struct ending {
	core_done_fn done;
	void *arg;
};

static const struct sweep_kind sweep_end_all = {.phases = {lifecycle_end_all}};

/* What threads of nobody known have registered goes last. */
static void
core_end_daemon(void *arg, int error)
{
	struct ending *ending = arg;

	(void)error;
	owner_retire(owner_daemon(), ending->done, ending->arg);
	free(ending);
}

/* The others are gone: the global instance always exists while they do. */
static void
core_end_global(void *arg, int error)
{
	(void)error;
	sweep_start(&sweep_end_all, false, GLOBAL_ZONEID, GLOBAL_ZONEID, NULL,
	    core_end_daemon, arg);
}

void
core_shutdown(core_done_fn done, void *arg)
{
	struct ending *ending = memory_alloc(sizeof(*ending));
	netid_t last;

	*ending = (struct ending){done, arg};
	lock_enter(&core.lock);
	core.stopping = true;
	last = table_last_id();
	lock_exit(&core.lock);
	sweep_start(&sweep_end_all, false, GLOBAL_ZONEID + 1, last, NULL,
	    core_end_global, ending);
}

void
core_read_status(struct core_status *status)
{
	struct pool_status pool;

	pool_read_status(core.pool, &pool);
	status->workers = pool.workers;
	status->workers_busy = pool.busy;
	status->workers_hung = pool.hung;
	status->workers_retired = pool.retired;
	status->strands_queued = pool.queued;
	status->registrants = registry_count();
	status->callbacks_overdue = atomic_load(&core.callbacks_overdue);
}

/* Workers that can hang at a time are bounded; more are not shown. */
#define OVERDUE_SHOWN_MAX 512

size_t
core_read_overdue(struct overdue_view *list, size_t max)
{
	struct pool_overdue found[OVERDUE_SHOWN_MAX];
	unsigned count, i;

	if (max > OVERDUE_SHOWN_MAX)
		max = OVERDUE_SHOWN_MAX;
	count = pool_read_overdue(core.pool, found, (unsigned)max);
	for (i = 0; i < count; i++)
		overdue_describe(&found[i].note, found[i].elapsed, &list[i]);
	return count;
}
