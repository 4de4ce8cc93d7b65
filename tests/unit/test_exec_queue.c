/* SPDX-License-Identifier: Apache-2.0 */
/* test_exec_queue.c: the order in which strands are taken out, and what it
 * costs. */
#include "exec/queue.h"

#include "base/memory.h"
#include "test.h"

#define ROUNDS 200
#define FEW    40
/* So many that walks over them would be seen: more than 10^10 steps. */
#define MANY 300000

static struct queue queue;

/* The one that is to be taken, by looking at all. */
static struct strand *
first_of(struct strand *strands, const bool *in, size_t count)
{
	struct strand *first = NULL;
	size_t i;

	for (i = 0; i < count; i++)
		if (in[i] &&
		    (first == NULL || queue_is_before(&strands[i], first)))
			first = &strands[i];
	return first;
}

/* Puts in what is out, takes out what is in; numbers mostly rise. */
static void
put_or_take(struct strand *strands, bool *in, unsigned round)
{
	size_t i = (size_t)rand() % FEW;
	struct strand *first;

	if (!in[i]) {
		strands[i].number = round + (unsigned)rand() % 8;
		queue_put(&queue, &strands[i]);
		in[i] = true;
		return;
	}
	first = first_of(strands, in, FEW);
	assert_ptr_equal(queue_first(&queue), first);
	assert_ptr_equal(queue_take(&queue), first);
	in[first - strands] = false;
}

static void
the_lowest_number_comes_first_then_who_came_first(void **state)
{
	struct strand strands[FEW] = {0}, *first;
	bool in[FEW] = {false};
	unsigned round;

	srand(1);
	for (round = 0; round < ROUNDS * FEW; round++)
		put_or_take(strands, in, round / 4);
	while ((first = first_of(strands, in, FEW)) != NULL) {
		assert_ptr_equal(queue_take(&queue), first);
		in[first - strands] = false;
	}
	assert_null(queue_first(&queue));
}

static void
a_long_queue_is_not_walked_whatever_is_last(void **state)
{
	struct strand *strands = memory_zalloc(MANY * sizeof(*strands));
	struct strand later = {.number = 4}, *strand;
	size_t i, half = MANY / 2;

	for (i = 0; i < MANY; i++)
		strands[i].number = i < half ? 1 : 2;
	for (i = 0; i < half; i++)
		queue_put(&queue, &strands[i]);
	queue_put(&queue, &later);
	for (i = half; i < MANY; i++)
		queue_put(&queue, &strands[i]);
	/* Each that is taken comes back, behind its like. */
	for (i = 0; i < MANY; i++) {
		strand = queue_take(&queue);
		assert_ptr_equal(strand, &strands[i % half]);
		queue_put(&queue, strand);
	}
	for (i = 0; i < MANY; i++)
		assert_ptr_equal(queue_take(&queue), &strands[i]);
	assert_ptr_equal(queue_take(&queue), &later);
	assert_null(queue_first(&queue));
	free(strands);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_lowest_number_comes_first_then_who_came_first),
	    cmocka_unit_test(a_long_queue_is_not_walked_whatever_is_last),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
