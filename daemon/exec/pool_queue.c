/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_queue.c: the part of a pool that strands use: the run queue, under the
 * pool's lock, and the numbers of jobs. It wakes the threads that pool.c owns.
 * Any thread.
 */
#include "exec/pool_impl.h"

#include <stdatomic.h>

void
pool_enter(struct pool *pool)
{
	lock_enter(&pool->lock);
	pool->added = 0;
}

void
pool_add(struct pool *pool, struct strand *strand)
{
	lock_assert_held(&pool->lock);
	queue_put(&pool->queue, strand);
	pool->queued++;
	pool->added++;
}

void
pool_wake_watch(struct pool *pool)
{
	if (!pool->watch_asleep)
		return;
	pool->watch_asleep = false;
	condition_signal(&pool->attention);
}

void
pool_wake(struct pool *pool)
{
	unsigned wake = pool->added < pool->idle ? pool->added : pool->idle;

	for (; wake > 0; wake--)
		condition_signal(&pool->work);
	if (pool->added > 0)
		pool_wake_watch(pool);
}

void
pool_leave(struct pool *pool)
{
	pool_wake(pool);
	lock_exit(&pool->lock);
}

uint64_t
pool_number(const struct pool *pool)
{
	return atomic_load_explicit(&pool->number, memory_order_relaxed) + 1;
}

uint64_t
pool_number_next(struct pool *pool)
{
	uint64_t number =
	    atomic_load_explicit(&pool->number, memory_order_relaxed) + 2;

	lock_assert_held(&pool->lock);
	atomic_store_explicit(&pool->number, number, memory_order_relaxed);
	return number;
}

bool
pool_is_in_order(uint64_t number)
{
	return number % 2 == 0;
}

bool
pool_has_before(struct pool *pool, uint64_t number)
{
	const struct strand *first;
	bool has;

	lock_enter(&pool->lock);
	has = (first = queue_first(&pool->queue)) != NULL &&
	      first->number < number;
	lock_exit(&pool->lock);
	return has;
}
