/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.c: owns the threads of one pool, under the pool's lock; they take
 * strands from its run queue (pool_queue.c). The marks of the workers are
 * lock-free (worker.c).
 *
 * The watch thread ticks while anything runs or waits and sleeps when the pool
 * has been idle for a while, so an idle daemon has no wake-ups.
 */
#include "exec/pool.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "base/memory.h"
#include "exec/pool_impl.h"
#include "lib/clock.h"

/* Jobs of one strand before the others get their turn. */
#define STRAND_BUDGET 64
/* Between two looks of the watch. */
#define WATCH_TICK (10 * NS_PER_MS)
/* Ticks without work before the watch goes to sleep. */
#define WATCH_IDLE_TICKS 100
/* How long a spare worker waits for more work before it leaves. */
#define SPARE_LINGER NS_PER_SEC
/* How long the thread of a worker that left may take to end. */
#define LEAVE_LINGER NS_PER_SEC

static bool
pool_has_work(const struct pool *pool)
{
	return queue_first(&pool->queue) != NULL;
}

static struct strand *
pool_take(struct pool *pool)
{
	pool->queued--;
	pool->taken++;
	return queue_take(&pool->queue);
}

/* There are more workers than asked for, not counting those that hang. */
static bool
pool_has_surplus(const struct pool *pool)
{
	return pool->threads - pool->hung > pool->config.workers;
}

/* Waits for work; false when this worker is to leave. */
static bool
pool_wait(struct pool *pool)
{
	int64_t until = 0;
	bool leave = false;

	pool->idle++;
	while (!pool_has_work(pool) && !pool->stopping && !leave) {
		if (!pool_has_surplus(pool)) {
			condition_wait(&pool->work, &pool->lock);
			until = 0;
			continue;
		}
		if (until == 0)
			until = clock_monotonic() + SPARE_LINGER;
		/* Several may have waited: only the surplus leaves. */
		leave =
		    !condition_wait_until(&pool->work, &pool->lock, until) &&
		    pool_has_surplus(pool);
	}
	pool->idle--;
	return pool_has_work(pool);
}

static void
pool_run_one(struct pool *pool, struct worker *worker)
{
	struct strand *strand = pool_take(pool);
	bool again;

	worker->busy = true;
	lock_exit(&pool->lock);
	again = strand_run(strand, STRAND_BUDGET);
	pool_enter(pool);
	if (again)
		pool_add(pool, strand);
	pool_wake(pool);
	worker->busy = false;
}

static void
pool_worker(void *arg)
{
	struct worker *worker = arg;
	struct pool *pool = worker->pool;
	stack_t stack;

	worker_take_stack(&stack);
	worker_allow_signals();
	worker_set_current(worker);
	lock_enter(&pool->lock);
	while (!worker->retired && (pool_has_work(pool) || pool_wait(pool)))
		pool_run_one(pool, worker);
	worker->finished = true;
	worker->left = clock_monotonic();
	pool->threads--;
	if (worker->retired) {
		pool->retired++;
		pool_wake_watch(pool);
	}
	/* From here on the watch may free it: destructors are no worker's. */
	worker_set_current(NULL);
	lock_exit(&pool->lock);
	worker_leave_stack(&stack);
}

/* The lock is held; 0 or a negative errno. */
static int
pool_add_worker(struct pool *pool)
{
	struct worker *worker = memory_zalloc(sizeof(*worker));
	int error;

	worker->pool = pool;
	error = thread_start(&worker->thread, pool->name, pool_worker, worker);
	if (error != 0) {
		free(worker);
		return error;
	}
	worker->next = pool->workers;
	pool->workers = worker;
	pool->threads++;
	return 0;
}

/*
 * Whether the thread has ended, or is not waited for any longer: its end may
 * run destructors, which are plugin code and may never return.
 */
static bool
worker_is_gone(struct worker *worker, int64_t now)
{
	if (pthread_tryjoin_np(worker->thread.thread, NULL) == 0)
		return true;
	if (now - worker->left < LEAVE_LINGER)
		return false;
	(void)pthread_detach(worker->thread.thread);
	log_warning("pool",
	    "a thread that left has not ended after %lld ms: a destructor of "
	    "thread-specific data hangs; it is left to itself",
	    (long long)((now - worker->left) / NS_PER_MS));
	return true;
}

/* Frees the workers that left and have ended; the lock is held. */
static void
pool_reap(struct pool *pool)
{
	struct worker **link = &pool->workers, *worker;
	int64_t now = clock_monotonic();

	pool->leaving = 0;
	while ((worker = *link) != NULL) {
		if (!worker->finished || !worker_is_gone(worker, now)) {
			pool->leaving += worker->finished;
			link = &worker->next;
			continue;
		}
		*link = worker->next;
		free(worker);
	}
}

/*
 * What a worker has marked at a level and is past the deadline at now; 0 when
 * that is nothing, else the mark's serial number.
 */
static uint64_t
worker_read_overdue(struct worker *worker, unsigned level,
    struct worker_mark *mark, int64_t deadline, int64_t now)
{
	uint64_t serial = worker_read(worker, level, mark);

	return deadline != 0 && now - mark->since > deadline ? serial : 0;
}

/*
 * Reports what one worker is newly late with; the lock is held, and dropped.
 * Returns whether it is late with anything.
 */
static bool
pool_watch_worker(
    struct pool *pool, struct worker *worker, int64_t deadline, int64_t now)
{
	struct worker_mark mark;
	unsigned level;
	uint64_t serial;

	for (level = 0; level < WORKER_MARKS_MAX; level++) {
		serial =
		    worker_read_overdue(worker, level, &mark, deadline, now);
		/* What is further in began later, or is not watched. */
		if (serial == 0)
			break;
		if (worker->marks[level].reported == serial)
			continue;
		worker->marks[level].reported = serial;
		lock_exit(&pool->lock);
		if (pool->config.overdue != NULL)
			pool->config.overdue(&mark.note, now - mark.since);
		lock_enter(&pool->lock);
	}
	return level > 0;
}

/* Reports what is newly past its deadline; the lock is held, and dropped. */
static void
pool_watch_deadlines(struct pool *pool)
{
	int64_t deadline = atomic_load(&pool->deadline);
	int64_t now = clock_monotonic();
	struct worker *worker;
	unsigned hung = 0;

	/* Only the watch removes workers, so the list is safe to walk. */
	for (worker = pool->workers; worker != NULL; worker = worker->next)
		hung += pool_watch_worker(pool, worker, deadline, now);
	/* What came back may have made a surplus of those that wait. */
	if (hung < pool->hung)
		condition_broadcast(&pool->work);
	pool->hung = hung;
}

/* Strands wait, nobody waits for work, and nobody has got on since. */
static bool
pool_is_stuck(const struct pool *pool, uint64_t taken)
{
	return pool_has_work(pool) && pool->taken == taken && pool->idle == 0;
}

/*
 * Somebody waits for the work that there is: glibc's conditions are known to
 * lose a wake-up among several waiters (glibc bug 25847).
 */
static void
pool_wake_again(struct pool *pool)
{
	if (pool_has_work(pool) && pool->idle > 0)
		condition_signal(&pool->work);
}

/* Workers that gave up are missing, and there is something for others to do. */
static bool
pool_lacks_workers(const struct pool *pool)
{
	return pool->threads < pool->config.workers &&
	       (!pool->stopping || pool_has_work(pool));
}

static void
pool_add_spare(struct pool *pool)
{
	int error;

	if (pool->threads >= pool->config.workers + pool->config.spares)
		return;
	error = pool_add_worker(pool);
	if (error != 0 && !pool->complained)
		log_warning("pool", "no further %s thread can be had: %s",
		    pool->name, strerror(-error));
	pool->complained = error != 0;
}

/* Sleeps one tick, or until there is work; counts ticks without work. */
static void
pool_watch_sleep(struct pool *pool, unsigned *idle_ticks)
{
	bool quiet = !pool_has_work(pool) && pool->idle == pool->threads;

	*idle_ticks = quiet ? *idle_ticks + 1 : 0;
	if (*idle_ticks <= WATCH_IDLE_TICKS || pool_has_surplus(pool) ||
	    pool_lacks_workers(pool) || pool->leaving > 0) {
		(void)condition_wait_until(&pool->attention, &pool->lock,
		    clock_monotonic() + WATCH_TICK);
		return;
	}
	pool->watch_asleep = true;
	while (pool->watch_asleep && !pool->stopping)
		condition_wait(&pool->attention, &pool->lock);
	*idle_ticks = 0;
}

static void
pool_watch(void *arg)
{
	struct pool *pool = arg;
	unsigned idle_ticks = 0;
	uint64_t taken;

	lock_enter(&pool->lock);
	while (
	    !pool->stopping || pool->workers != NULL || pool_has_work(pool)) {
		taken = pool->taken;
		pool_watch_sleep(pool, &idle_ticks);
		pool_reap(pool);
		pool_watch_deadlines(pool);
		pool_wake_again(pool);
		if (pool_lacks_workers(pool) || pool_is_stuck(pool, taken))
			pool_add_spare(pool);
	}
	lock_exit(&pool->lock);
}

static void
pool_free(struct pool *pool)
{
	ASSERT(pool->workers == NULL && !pool_has_work(pool));
	condition_destroy(&pool->attention);
	condition_destroy(&pool->work);
	lock_destroy(&pool->lock);
	free(pool);
}

static void
pool_stop(struct pool *pool)
{
	lock_enter(&pool->lock);
	pool->stopping = true;
	condition_broadcast(&pool->work);
	condition_signal(&pool->attention);
	lock_exit(&pool->lock);
}

/*
 * Starts the watch and the workers; 0 or a negative errno: nothing runs. The
 * watch waits for the lock: it is not to find that workers are missing.
 */
static int
pool_start(struct pool *pool)
{
	int error;
	unsigned i;

	lock_enter(&pool->lock);
	error = thread_start(&pool->watch, pool->name, pool_watch, pool);
	if (error != 0) {
		lock_exit(&pool->lock);
		return error;
	}
	for (i = 0; i < pool->config.workers && error == 0; i++)
		error = pool_add_worker(pool);
	lock_exit(&pool->lock);
	if (error != 0) {
		pool_stop(pool);
		thread_join(&pool->watch);
	}
	return error;
}

struct pool *
pool_create(const struct pool_config *config)
{
	struct pool *pool = memory_zalloc(sizeof(*pool));
	int error;

	ASSERT(config->workers > 0);
	lock_init(&pool->lock, LOCK_POOL);
	condition_init(&pool->work);
	condition_init(&pool->attention);
	pool->config = *config;
	atomic_init(&pool->deadline, config->deadline);
	(void)snprintf(pool->name, sizeof(pool->name), "%s", config->name);
	error = pool_start(pool);
	if (error != 0) {
		pool_free(pool);
		errno = -error;
		return NULL;
	}
	return pool;
}

void
pool_destroy(struct pool *pool)
{
	pool_stop(pool);
	thread_join(&pool->watch);
	pool_free(pool);
}

void
pool_set_deadline(struct pool *pool, int64_t deadline)
{
	atomic_store(&pool->deadline, deadline);
}

void
pool_read_status(struct pool *pool, struct pool_status *status)
{
	const struct worker *worker;

	*status = (struct pool_status){0};
	lock_enter(&pool->lock);
	for (worker = pool->workers; worker != NULL; worker = worker->next)
		status->busy += worker->busy;
	status->workers = pool->threads;
	status->hung = pool->hung;
	status->queued = pool->queued;
	status->retired = pool->retired;
	lock_exit(&pool->lock);
}

unsigned
pool_read_overdue(struct pool *pool, struct pool_overdue *list, unsigned max)
{
	int64_t deadline = atomic_load(&pool->deadline);
	int64_t now = clock_monotonic();
	struct worker_mark mark;
	struct worker *worker;
	unsigned count = 0, level;

	lock_enter(&pool->lock);
	for (worker = pool->workers; worker != NULL; worker = worker->next)
		for (level = 0; level < WORKER_MARKS_MAX && count < max &&
				worker_read_overdue(
				    worker, level, &mark, deadline, now) != 0;
		     level++)
			list[count++] =
			    (struct pool_overdue){mark.note, now - mark.since};
	lock_exit(&pool->lock);
	return count;
}
