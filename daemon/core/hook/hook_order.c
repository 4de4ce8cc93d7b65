/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_order.c: sorts hooks topologically, from the end. Owns nothing; any
 * thread.
 */
#include "core/hook/hook_order.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define NOBODY SIZE_MAX

/* What is known of one place while the order is made. */
struct turn {
	size_t target; /* index, or NOBODY */
	size_t behind; /* places without a turn that have to run behind it */
	bool taken;
};

static size_t
target_of(
    const struct hook_place *places, size_t count, const struct hook_place *of)
{
	size_t i;

	if (of->hint != HH_BEFORE && of->hint != HH_AFTER)
		return NOBODY;
	for (i = 0; i < count; i++)
		if (strcmp(places[i].name, of->target) == 0)
			return i;
	return NOBODY;
}

/* Whether a hint of either says that a runs before b. */
static bool
runs_before(const struct hook_place *places, const struct turn *turns, size_t a,
    size_t b)
{
	return places[a].hint == HH_FIRST || places[b].hint == HH_LAST ||
	       (places[a].hint == HH_BEFORE && turns[a].target == b) ||
	       (places[b].hint == HH_AFTER && turns[b].target == a);
}

static void
turns_prepare(const struct hook_place *places, size_t count, struct turn *turns)
{
	size_t a, b;

	for (a = 0; a < count; a++)
		turns[a].target = target_of(places, count, &places[a]);
	for (a = 0; a < count; a++)
		for (b = 0; b < count; b++)
			if (a != b && runs_before(places, turns, a, b))
				turns[a].behind++;
}

/* The one that came last among those that may run behind all the rest. */
static size_t
turn_find(const struct turn *turns, size_t count)
{
	while (count > 0 && (turns[count - 1].taken || turns[count - 1].behind))
		count--;
	return count > 0 ? count - 1 : NOBODY;
}

static void
turn_take(const struct hook_place *places, size_t count, struct turn *turns,
    size_t taken)
{
	size_t i;

	turns[taken].taken = true;
	for (i = 0; i < count; i++)
		if (i != taken && runs_before(places, turns, i, taken))
			turns[i].behind--;
}

int
hook_order(const struct hook_place *places, size_t count, size_t *order)
{
	struct turn *turns = memory_zalloc(count * sizeof(*turns) + 1);
	size_t left, next = 0;

	turns_prepare(places, count, turns);
	for (left = count; left > 0 && next != NOBODY; left--) {
		next = turn_find(turns, count);
		if (next == NOBODY)
			continue;
		order[left - 1] = next;
		turn_take(places, count, turns, next);
	}
	free(turns);
	return next != NOBODY ? 0 : -EBUSY;
}
