/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.c: what one worker publishes about itself, without a lock. The worker
 * writes since = 0, the note, then the new since, each with release order;
 * a reader that finds the same since before and after has read one note.
 */
#include "exec/worker.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static _Thread_local struct worker *current;

int
worker_start(struct worker *worker, void *(*body)(void *))
{
	sigset_t all, before;
	int error;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&worker->thread, NULL, body, worker);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

void
worker_set_current(struct worker *worker)
{
	current = worker;
}

void
worker_retire(void)
{
	if (current != NULL)
		current->retired = true;
}

bool
worker_is_retired(void)
{
	return current != NULL && current->retired;
}

static void
worker_publish(struct worker *worker, const struct worker_mark *mark)
{
	atomic_store_explicit(&worker->since, 0, memory_order_release);
	atomic_store_explicit(
	    &worker->who, mark->note.who, memory_order_release);
	atomic_store_explicit(
	    &worker->whose, mark->note.whose, memory_order_release);
	atomic_store_explicit(
	    &worker->where, mark->note.where, memory_order_release);
	atomic_store_explicit(
	    &worker->what, mark->note.what, memory_order_release);
	atomic_store_explicit(
	    &worker->since, mark->since, memory_order_release);
}

/* The worker's own view: it needs no order with itself. */
static void
worker_peek(struct worker *worker, struct worker_mark *mark)
{
	mark->note.who =
	    atomic_load_explicit(&worker->who, memory_order_relaxed);
	mark->note.whose =
	    atomic_load_explicit(&worker->whose, memory_order_relaxed);
	mark->note.where =
	    atomic_load_explicit(&worker->where, memory_order_relaxed);
	mark->note.what =
	    atomic_load_explicit(&worker->what, memory_order_relaxed);
	mark->since =
	    atomic_load_explicit(&worker->since, memory_order_relaxed);
}

void
worker_begin(const struct worker_mark *mark, struct worker_mark *outer)
{
	if (current == NULL)
		return;
	worker_peek(current, outer);
	outer->reported = atomic_load(&current->reported);
	worker_publish(current, mark);
}

void
worker_end(const struct worker_mark *outer)
{
	if (current == NULL)
		return;
	/* What was reported before is not reported again. */
	atomic_store(&current->reported, outer->reported);
	worker_publish(current, outer);
}

bool
worker_read(struct worker *worker, struct worker_mark *mark)
{
	mark->since =
	    atomic_load_explicit(&worker->since, memory_order_acquire);
	mark->note.who =
	    atomic_load_explicit(&worker->who, memory_order_acquire);
	mark->note.whose =
	    atomic_load_explicit(&worker->whose, memory_order_acquire);
	mark->note.where =
	    atomic_load_explicit(&worker->where, memory_order_acquire);
	mark->note.what =
	    atomic_load_explicit(&worker->what, memory_order_acquire);
	return mark->since != 0 &&
	       mark->since ==
		   atomic_load_explicit(&worker->since, memory_order_acquire);
}
