/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stub_pool.c, of the exhaustive test: takes the place of exec/pool*.c,
 * exec/thread.c and exec/worker.c. Which strands can run is a set, with a place
 * for the strand of each instance, because the order in which they became so is
 * not for the pool to tell: any may be next.
 */
#include "stub_pool.h"

#include <errno.h>
#include <string.h>

#include "base/check.h"
#include "core/object/core_impl.h"
#include "exec/pool.h"
#include "exec/worker.h"

struct pool {
	struct strand *runnable[STUB_STRANDS]; /* by instance */
};

static struct pool the_pool;

struct pool *
pool_create(const struct pool_config *config)
{
	memset(&the_pool, 0, sizeof(the_pool));
	return &the_pool;
}

void
pool_destroy(struct pool *pool)
{
	unsigned i;

	for (i = 0; i < STUB_STRANDS; i++)
		ASSERT(pool->runnable[i] == NULL);
}

static void
stub_put(struct strand *strand)
{
	netid_t id = instance_of(strand)->id;

	ASSERT(id >= 0 && id < STUB_STRANDS);
	ASSERT(the_pool.runnable[id] == NULL);
	strand->link = NULL;
	the_pool.runnable[id] = strand;
}

void
pool_enter(struct pool *pool)
{
	ASSERT(pool == &the_pool);
}

void
pool_add(struct pool *pool, struct strand *strand)
{
	ASSERT(pool == &the_pool);
	stub_put(strand);
}

void
pool_leave(struct pool *pool)
{
	ASSERT(pool == &the_pool);
}

/* All the same: any may be next, and no count keeps two states apart. */
uint64_t
pool_number(const struct pool *pool)
{
	return 0;
}

uint64_t
pool_number_next(struct pool *pool)
{
	return 0;
}

bool
pool_is_in_order(uint64_t number)
{
	return number != 0;
}

bool
pool_has_before(struct pool *pool, uint64_t number)
{
	return false;
}

void
stub_pool_run(int instance)
{
	struct strand *strand = the_pool.runnable[instance];

	the_pool.runnable[instance] = NULL;
	if (strand_run(strand, 1))
		stub_put(strand);
}

/*
 * The strand takes its inbox, newest first, only when its queue is empty. When
 * it does so cannot be seen from outside, so it is done at once here, and
 * states that differ in that only become one.
 */
void
stub_pool_tidy(struct strand *strand)
{
	struct job *newest = atomic_load(&strand->inbox), *next, *oldest = NULL;
	struct job **end = &strand->queue;

	for (; newest != NULL; newest = next) {
		next = newest->next;
		newest->next = oldest;
		oldest = newest;
	}
	while (*end != NULL)
		end = &(*end)->next;
	*end = oldest;
	atomic_store(&strand->inbox, NULL);
}

struct strand *
stub_pool_strand(int instance)
{
	return the_pool.runnable[instance];
}

void
pool_set_deadline(struct pool *pool, int64_t deadline)
{
}

void
pool_read_status(struct pool *pool, struct pool_status *status)
{
	*status = (struct pool_status){0};
}

unsigned
pool_read_overdue(struct pool *pool, struct pool_overdue *list, unsigned max)
{
	return 0;
}

/* No timer is armed here, so nobody needs the thread. */
int
thread_start(
    struct thread *thread, const char *name, void (*body)(void *arg), void *arg)
{
	return -EAGAIN;
}

void
thread_join(struct thread *thread)
{
}

unsigned
worker_begin(const struct worker_mark *mark)
{
	return 0;
}

void
worker_end(unsigned level)
{
}

void
worker_retire(void)
{
}

bool
worker_is_retired(void)
{
	return false;
}
