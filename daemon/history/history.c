/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history.c: the history's thread, and the lock under which the others leave
 * records and questions for it. It answers questions between two transactions:
 * whoever asks finds a record either in memory or in the store, and one that is
 * shown as stored is.
 *
 * A failing store is logged once. It is tried again with the next record, at
 * most once a second, and every ten seconds in any case.
 */
#include "history/history.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/lock.h"
#include "base/log.h"
#include "exec/thread.h"
#include "history/history_living.h"
#include "history/history_queue.h"
#include "history/history_store.h"
#include "lib/clock.h"

/* Between two tries of a store that fails: with news, and without. */
#define TRY_SOON  NS_PER_SEC
#define TRY_LATER (10 * NS_PER_SEC)
/* Between two looks for records that are too old. */
#define LOOK_LEAST (NS_PER_SEC / 10)
#define LOOK_MOST  (3600 * NS_PER_SEC)

STAILQ_HEAD(query_list, history_query);

static struct {
	/* Of the first part. Stays: a deadline may pass after the end. */
	struct lock lock;
	struct condition work;
	struct history_queue queue;
	struct query_list queries;
	struct history_limits limits;
	bool running, stopping;
	int64_t look_due; /* for namespaces that are gone; clock_monotonic */
	bool news;	  /* since the last try */
	struct history_status status; /* but for what is counted elsewhere */
	/* The thread's own: */
	struct thread thread;
	struct history_store *store; /* NULL: none */
	bool failing;
	uint64_t failures;
	int64_t tried; /* clock_monotonic; the last time */
	bool past_known;
	bool answered; /* the last thing done: the store comes next */
} history = {.lock = LOCK_INITIALIZER(LOCK_HISTORY)};

/* --- the store ------------------------------------------------------------ */

/* Why not everything is as it should be, or NULL. */
static const struct history_problem *
history_problem(void)
{
	if (history.store == NULL)
		return NULL;
	return history.failing ? history_store_problem(history.store)
			       : history_store_rescue_problem(history.store);
}

static void
history_update_status(void)
{
	struct history_status *status = &history.status;
	const struct history_problem *problem = history_problem();
	const struct history_figures *figures;

	lock_enter(&history.lock);
	status->failures = history.failures;
	status->problem[0] = '\0';
	if (history.store != NULL) {
		figures = history_store_figures(history.store);
		status->records = figures->count;
		status->damaged = figures->damaged;
		status->failures += figures->moved_aside;
	}
	if (problem != NULL)
		(void)snprintf(status->problem, sizeof(status->problem),
		    "%.300s; %.200s", problem->text, problem->remedy);
	lock_exit(&history.lock);
}

static void
history_failed(void)
{
	const struct history_problem *problem =
	    history_store_problem(history.store);

	history.failures++;
	if (!history.failing)
		log_error("history",
		    "records stay in memory, %d at most, until they can be "
		    "stored: %s; %s",
		    HISTORY_MEMORY_MAX, problem->text, problem->remedy);
	history.failing = true;
}

/*
 * Numbers the records that wait above those in the store. A commit may have
 * reached the disk although it failed: records that it stored wait no longer.
 * False: whether it did cannot be known now.
 */
static bool
history_join_numbers(void)
{
	int64_t last = history_store_figures(history.store)->last;
	struct history_record *record;
	bool known = true, holds = true;
	unsigned count = 1;

	while (known && holds && count > 0) {
		lock_enter(&history.lock);
		count = history_queue_take(&history.queue, &record, 1);
		lock_exit(&history.lock);
		if (count == 0)
			break;
		known = history_store_holds(history.store, record, &holds);
		lock_enter(&history.lock);
		history_queue_release(&history.queue, 1, known && holds);
		lock_exit(&history.lock);
	}
	lock_enter(&history.lock);
	if (known)
		history_queue_raise(&history.queue, last);
	lock_exit(&history.lock);
	return known;
}

/* What lived when the daemon before ended. */
static bool
history_learn_past(void)
{
	struct living_list living;

	if (!history_store_read_living(history.store, &living))
		return false;
	history_living_load(&living);
	history.past_known = true;
	lock_enter(&history.lock);
	history.look_due = 0;
	lock_exit(&history.lock);
	return true;
}

/* Sees to it that the store can be written. */
static bool
history_open(void)
{
	bool fresh, open;

	history.tried = clock_monotonic();
	open = history_store_open(history.store, &fresh);
	if (fresh && !history_join_numbers())
		open = false;
	if (open && !history.past_known)
		open = history_learn_past();
	if (!open)
		history_failed();
	return open;
}

/* One transaction. */
static void
history_write(void)
{
	struct history_record *records[HISTORY_BATCH];
	struct history_limits limits;
	struct living_list living;
	unsigned count;
	bool done;

	lock_enter(&history.lock);
	history.news = false;
	limits = history.limits;
	lock_exit(&history.lock);
	if (history_open()) {
		lock_enter(&history.lock);
		count =
		    history_queue_take(&history.queue, records, HISTORY_BATCH);
		history_living_take(&living);
		lock_exit(&history.lock);
		done = history_store_insert(
		    history.store, records, count, &living, &limits);
		if (!done)
			history_living_give_back(&living);
		living_list_free(&living);
		lock_enter(&history.lock);
		history_queue_release(&history.queue, count, done);
		lock_exit(&history.lock);
		if (done && history.failing)
			log_info("history", "records are stored again");
		if (done)
			history.failing = false;
		else
			history_failed();
	}
	history_update_status();
}

/* --- questions ------------------------------------------------------------ */

static void
history_answer(struct history_query *query)
{
	bool rest;

	/* What could not be opened may be readable by now. */
	if (history.failing && clock_monotonic() - history.tried >= TRY_SOON)
		history_write();
	lock_enter(&history.lock);
	rest = history_queue_read(&history.queue, query);
	lock_exit(&history.lock);
	if (rest)
		query->end = HISTORY_LAST;
	if (rest && history.store != NULL)
		history_store_read(history.store, query);
	if (query->unreadable && !history.failing)
		history_failed();
	if (rest)
		history_update_status();
	query->done(query);
}

void
history_read(struct history_query *query)
{
	query->out = (struct buffer){0};
	query->found = 0;
	query->looked_at = 0;
	query->reached = query->written = query->before;
	query->unreadable = false;
	lock_enter(&history.lock);
	STAILQ_INSERT_TAIL(&history.queries, query, link);
	condition_signal(&history.work);
	lock_exit(&history.lock);
}

/* --- the thread ----------------------------------------------------------- */

/* When the oldest record in sight is too old; clock_monotonic. */
static int64_t
history_next_look(void)
{
	const struct history_record *first = TAILQ_FIRST(&history.queue.list);
	int64_t oldest, after;

	if (history.limits.max_age == 0)
		return INT64_MAX;
	if (history.store != NULL)
		oldest = history_store_figures(history.store)->oldest;
	else
		oldest = first != NULL ? first->closed : 0;
	if (oldest == 0)
		return INT64_MAX;
	after = oldest - (clock_realtime() - history.limits.max_age);
	after = after < LOOK_LEAST ? LOOK_LEAST : after;
	return clock_monotonic() + (after < LOOK_MOST ? after : LOOK_MOST);
}

/* Whether the store has more records than the limits allow. */
static bool
history_has_surplus(void)
{
	const struct history_figures *store =
	    history_store_figures(history.store);

	return store->count > history.limits.keep ||
	       (history.limits.max_age != 0 && store->oldest != 0 &&
		   store->oldest < clock_realtime() - history.limits.max_age);
}

/* When there is something to do for the store; clock_monotonic. */
static int64_t
history_next_write(void)
{
	bool waits = history.queue.count > 0 || history_living_waits();
	bool stops = history.stopping; /* then what is too much may stay */
	int64_t look, due;

	if (history.store == NULL)
		return INT64_MAX;
	if (history.failing)
		return history.tried + (history.news ? TRY_SOON : TRY_LATER);
	if (waits || (!stops && history_has_surplus()))
		return 0;
	look = history_next_look();
	due = history_store_figures(history.store)->due;
	return due < look ? due : look;
}

/*
 * Under the lock. Does one thing, or waits for one; false: the end. Questions
 * and records take turns.
 */
static bool
history_step(void)
{
	struct history_query *query = STAILQ_FIRST(&history.queries);
	int64_t next = history_next_write();
	bool due = next <= clock_monotonic(), left;

	if (query != NULL && !(due && history.answered)) {
		history.answered = true;
		STAILQ_REMOVE_HEAD(&history.queries, link);
		lock_exit(&history.lock);
		history_answer(query);
		lock_enter(&history.lock);
		return true;
	}
	history.answered = false;
	if (history.look_due <= clock_monotonic() && !history.stopping) {
		history.look_due = INT64_MAX;
		lock_exit(&history.lock);
		left = history_living_look();
		lock_enter(&history.lock);
		if (left)
			history.look_due = clock_monotonic() + TRY_LATER;
		return true;
	}
	if (due) {
		lock_exit(&history.lock);
		history_write();
		lock_enter(&history.lock);
		return true;
	}
	if (history.stopping)
		return false;
	if (history.store == NULL) {
		history_queue_prune(
		    &history.queue, &history.limits, clock_realtime());
		next = history_next_look();
	}
	if (history.look_due < next)
		next = history.look_due;
	if (next == INT64_MAX)
		condition_wait(&history.work, &history.lock);
	else
		(void)condition_wait_until(&history.work, &history.lock, next);
	return true;
}

/* Any thread. */
static void
history_log_lost(void)
{
	uint64_t count;

	lock_enter(&history.lock);
	count = history.queue.count;
	lock_exit(&history.lock);
	if (count > 0 && history.status.stored)
		log_error("history",
		    "%" PRIu64 " records of instances that have ended are not "
		    "stored, and lost",
		    count);
}

static void
history_run(void *arg)
{
	(void)arg;
	if (history.store != NULL)
		(void)history_open();
	history_update_status();
	lock_enter(&history.lock);
	while (history_step())
		continue;
	lock_exit(&history.lock);
	/* The last try, however short ago the one before was. */
	if (history.store != NULL && history.failing && history.queue.count > 0)
		do
			history_write();
		while (!history.failing && history.queue.count > 0);
	history_log_lost();
	history_store_free(history.store);
	history.store = NULL;
	lock_enter(&history.lock);
	history.running = false;
	lock_exit(&history.lock);
}

/* Under the lock. Namespaces come and go: look for those that are gone. */
static void
history_has_news(void)
{
	history.news = true;
	if (history.look_due == INT64_MAX)
		history.look_due = clock_monotonic() + TRY_LATER;
	condition_signal(&history.work);
}

static void
history_wake(void)
{
	lock_enter(&history.lock);
	history_has_news();
	lock_exit(&history.lock);
}

/* --- the others ----------------------------------------------------------- */

int
history_start(const char *directory, const struct history_limits *limits)
{
	int error;

	condition_init(&history.work);
	history_queue_init(&history.queue);
	STAILQ_INIT(&history.queries);
	history.limits = *limits;
	history.stopping = history.news = history.failing = false;
	history.running = true;
	history.past_known = false;
	history.look_due = INT64_MAX;
	history_living_start(directory != NULL, history_add, history_wake);
	history.failures = 0;
	history.status = (struct history_status){.stored = directory != NULL};
	history.store =
	    directory != NULL ? history_store_create(directory) : NULL;
	error = thread_start(&history.thread, "history", history_run, NULL);
	if (error != 0) {
		history.running = false;
		history_store_free(history.store);
	}
	return error;
}

void
history_stop(void)
{
	lock_enter(&history.lock);
	history.stopping = true;
	condition_signal(&history.work);
	lock_exit(&history.lock);
	thread_join(&history.thread);
	history_living_stop();
	history_queue_clear(&history.queue);
	condition_destroy(&history.work);
}

void
history_give_up(void)
{
	bool hangs;

	lock_enter(&history.lock);
	hangs = history.stopping && history.running;
	lock_exit(&history.lock);
	if (hangs)
		log_error("history",
		    "hung: the store of records is still being written or "
		    "closed, its disk is slow");
	history_log_lost();
}

void
history_set_limits(const struct history_limits *limits)
{
	lock_enter(&history.lock);
	history.limits = *limits;
	condition_signal(&history.work);
	lock_exit(&history.lock);
}

void
history_add(struct history_record *record)
{
	uint64_t lost;

	lock_enter(&history.lock);
	lost = history.queue.lost;
	history_queue_add(&history.queue, record);
	lost = lost == 0 && history.status.stored ? history.queue.lost : 0;
	history_has_news();
	lock_exit(&history.lock);
	if (lost > 0)
		log_error("history",
		    "more than %d records wait for the store: the oldest are "
		    "lost from now on",
		    HISTORY_MEMORY_MAX);
}

void
history_read_status(struct history_status *status)
{
	lock_enter(&history.lock);
	*status = history.status;
	status->waiting = history.queue.count;
	/* Without a store, that is how many there were to be. */
	status->lost = status->stored ? history.queue.lost : 0;
	lock_exit(&history.lock);
}
