/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.c: what one worker publishes about itself, without a lock. A mark
 * stands in the slot of its level until it ends. The worker writes the note
 * while the slot's serial number is 0, then a number that no mark had before,
 * all with release order; a reader that finds the same number before and after
 * has read one note.
 */
#include "exec/worker.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

/* Of a signal handler, for a thread whose own stack is used up. */
#define SIGNAL_STACK (64UL << 10)

static _Thread_local struct worker *current;

void
worker_allow_signals(void)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)pthread_sigmask(SIG_SETMASK, &none, NULL);
}

void
worker_take_stack(stack_t *before)
{
	stack_t stack = {.ss_size = SIGNAL_STACK};

	before->ss_flags = SS_DISABLE;
	stack.ss_sp = mmap(NULL, SIGNAL_STACK, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack.ss_sp != MAP_FAILED)
		(void)sigaltstack(&stack, before);
}

void
worker_leave_stack(const stack_t *before)
{
	stack_t stack = {.ss_flags = SS_DISABLE};

	(void)sigaltstack(before, &stack);
	if ((stack.ss_flags & SS_DISABLE) == 0)
		(void)munmap(stack.ss_sp, stack.ss_size);
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
slot_publish(struct worker_slot *slot, const struct worker_mark *mark)
{
	atomic_store_explicit(&slot->who, mark->note.who, memory_order_release);
	atomic_store_explicit(
	    &slot->whose, mark->note.whose, memory_order_release);
	atomic_store_explicit(
	    &slot->where, mark->note.where, memory_order_release);
	atomic_store_explicit(
	    &slot->what, mark->note.what, memory_order_release);
	atomic_store_explicit(&slot->since, mark->since, memory_order_release);
}

unsigned
worker_begin(const struct worker_mark *mark)
{
	struct worker *worker = current;
	struct worker_slot *slot;
	unsigned level;

	if (worker == NULL)
		return 0;
	level = worker->level++;
	if (level >= WORKER_MARKS_MAX)
		return level;
	slot = &worker->marks[level];
	slot_publish(slot, mark);
	atomic_store_explicit(
	    &slot->serial, ++worker->serial, memory_order_release);
	return level;
}

void
worker_end(unsigned level)
{
	struct worker *worker = current;

	/* A plugin may have jumped out of what it was in. */
	while (worker != NULL && worker->level > level)
		if (--worker->level < WORKER_MARKS_MAX)
			atomic_store_explicit(
			    &worker->marks[worker->level].serial, 0,
			    memory_order_release);
}

uint64_t
worker_read(struct worker *worker, unsigned level, struct worker_mark *mark)
{
	struct worker_slot *slot = &worker->marks[level];
	uint64_t serial =
	    atomic_load_explicit(&slot->serial, memory_order_acquire);

	mark->note.who = atomic_load_explicit(&slot->who, memory_order_acquire);
	mark->note.whose =
	    atomic_load_explicit(&slot->whose, memory_order_acquire);
	mark->note.where =
	    atomic_load_explicit(&slot->where, memory_order_acquire);
	mark->note.what =
	    atomic_load_explicit(&slot->what, memory_order_acquire);
	mark->since = atomic_load_explicit(&slot->since, memory_order_acquire);
	if (mark->since == 0 ||
	    serial != atomic_load_explicit(&slot->serial, memory_order_acquire))
		return 0;
	return serial;
}
