/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_order.c: the order of hooks against a judge that knows nothing of how
 * it is made. Hooks with random hints come and go in random order, up to
 * twelve at a time, names come back; after each step the order that
 * hook_order() gives is held against the sentences of hook_order.h:
 *
 *   each hook has one place; every hint that names a hook which is there is
 *   met; no hook stands before one that came earlier unless something that
 *   has to run behind it stands no later than that one; and it says
 *   that the hints contradict each other when, and only when, they do.
 *
 * What has to run behind what is found by following the hints from each hook
 * to each other. Of up to five hooks every order there could be is looked at
 * too. One thread; prints TAP.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hook/hook_order.h"

#define CASES	    1000000 /* unless the first argument says so */
#define HOOKS_MAX   12
#define NAMES	    14 /* more than hooks: some are of nobody who is there */
#define EXHAUST_MAX 5

static const char *const names[NAMES] = {
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"};

/* The hooks there are, in the order in which they came. */
static struct hook_place places[HOOKS_MAX];
static size_t count;

/* behind[a][b]: b has to run behind a. */
static bool behind[HOOKS_MAX][HOOKS_MAX];

static struct {
	uint64_t orders, contradictions, exhausted, moved, wrong;
} tally;

/* --- chance --------------------------------------------------------------- */

static uint64_t seed = 1;

static unsigned
any(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % below;
}

/* --- the judge ------------------------------------------------------------ */

/* What one hint alone says. */
static bool
hint_says(size_t a, size_t b)
{
	if (a == b)
		return false;
	if (places[a].hint == HH_FIRST || places[b].hint == HH_LAST)
		return true;
	if (places[a].hint == HH_BEFORE &&
	    strcmp(places[a].target, places[b].name) == 0)
		return true;
	return places[b].hint == HH_AFTER &&
	       strcmp(places[b].target, places[a].name) == 0;
}

static void
judge_prepare(void)
{
	size_t a, b, by;

	for (a = 0; a < count; a++)
		for (b = 0; b < count; b++)
			behind[a][b] = hint_says(a, b);
	for (by = 0; by < count; by++)
		for (a = 0; a < count; a++)
			for (b = 0; b < count; b++)
				behind[a][b] |= behind[a][by] && behind[by][b];
}

static bool
hints_contradict(void)
{
	size_t a;

	for (a = 0; a < count; a++)
		if (behind[a][a])
			return true;
	return false;
}

static bool
is_permutation(const size_t *order)
{
	bool seen[HOOKS_MAX] = {false};
	size_t i;

	for (i = 0; i < count; i++) {
		if (order[i] >= count || seen[order[i]])
			return false;
		seen[order[i]] = true;
	}
	return true;
}

static bool
hints_are_met(const size_t *order)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = i + 1; j < count; j++)
			if (hint_says(order[j], order[i]))
				return false;
	return true;
}

/* Something between them, or the second itself, must run behind the first. */
static bool
had_to_move(const size_t *order, size_t first, size_t second)
{
	size_t i;

	for (i = first + 1; i <= second; i++)
		if (behind[order[first]][order[i]])
			return true;
	return false;
}

static bool
is_stable(const size_t *order)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = i + 1; j < count; j++) {
			if (order[i] < order[j])
				continue;
			tally.moved++;
			if (!had_to_move(order, i, j))
				return false;
		}
	return true;
}

/* --- every order there could be ------------------------------------------- */

/* Later in this sense: compared from the end. */
static bool
is_later(const size_t *order, const size_t *than)
{
	size_t i = count;

	while (i > 0 && order[i - 1] == than[i - 1])
		i--;
	return i > 0 && order[i - 1] > than[i - 1];
}

/* Finds the one that is latest among those that meet the hints. */
static void
exhaust(size_t *order, size_t from, size_t *best, bool *found)
{
	size_t i, swap;

	if (from == count) {
		if (hints_are_met(order) && (!*found || is_later(order, best)))
			memcpy(best, order, count * sizeof(*best));
		*found |= hints_are_met(order);
		return;
	}
	for (i = from; i < count; i++) {
		swap = order[from], order[from] = order[i], order[i] = swap;
		exhaust(order, from + 1, best, found);
		swap = order[from], order[from] = order[i], order[i] = swap;
	}
}

static bool
exhausting_agrees(int error, const size_t *given)
{
	size_t order[HOOKS_MAX], best[HOOKS_MAX], i;
	bool found = false;

	for (i = 0; i < count; i++)
		order[i] = i;
	exhaust(order, 0, best, &found);
	tally.exhausted++;
	if (!found)
		return error == -EBUSY;
	return error == 0 && memcmp(best, given, count * sizeof(*best)) == 0;
}

/* --- the cases ------------------------------------------------------------ */

static void
complain(const char *what, int error, const size_t *order)
{
	size_t i;

	if (tally.wrong++ > 5)
		return;
	printf("# %s; hooks in the order of their coming:\n", what);
	for (i = 0; i < count; i++)
		printf("#   %s hint %d %s\n", places[i].name,
		    (int)places[i].hint,
		    places[i].target != NULL ? places[i].target : "");
	printf("# result %d:", error);
	for (i = 0; i < count && error == 0; i++)
		printf(" %s",
		    order[i] < count ? places[order[i]].name : "rubbish");
	printf("\n");
}

/* Whether the hooks that are there can stay. */
static bool
judge(void)
{
	size_t order[HOOKS_MAX];
	int error = hook_order(places, count, order);

	judge_prepare();
	if (error == 0)
		tally.orders++;
	else
		tally.contradictions++;
	if ((error != 0) != hints_contradict() ||
	    (error != 0 && error != -EBUSY))
		complain(
		    "a contradiction was not judged rightly", error, order);
	else if (error == 0 && !is_permutation(order))
		complain("a hook has no place, or two", error, order);
	else if (error == 0 && !hints_are_met(order))
		complain("a hint is not met", error, order);
	else if (error == 0 && !is_stable(order))
		complain("a hook was moved without need", error, order);
	else if (count <= EXHAUST_MAX && !exhausting_agrees(error, order))
		complain("another order is better", error, order);
	return error == 0;
}

static bool
is_there(const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (places[i].name == name)
			return true;
	return false;
}

/* It goes again at once when the hints contradict each other with it. */
static void
come(void)
{
	static const hook_hint_t hints[] = {HH_NONE, HH_NONE, HH_BEFORE,
	    HH_AFTER, HH_BEFORE, HH_AFTER, HH_FIRST, HH_LAST};
	struct hook_place *place = &places[count];

	do
		place->name = names[any(NAMES)];
	while (is_there(place->name));
	place->hint = hints[any(sizeof(hints) / sizeof(hints[0]))];
	place->target = NULL;
	if (place->hint == HH_BEFORE || place->hint == HH_AFTER)
		do
			place->target = names[any(NAMES)];
		while (place->target == place->name);
	count++;
	if (!judge())
		count--;
}

static void
go(void)
{
	size_t gone = any((unsigned)count);

	count--;
	memmove(&places[gone], &places[gone + 1],
	    (count - gone) * sizeof(places[0]));
	(void)judge();
}

int
main(int argc, char **argv)
{
	unsigned long cases = argc > 1 ? strtoul(argv[1], NULL, 10) : CASES, i;
	unsigned wanted = HOOKS_MAX;

	for (i = 0; i < cases; i++) {
		/* Few hooks and many have their time. */
		if (any(64) == 0)
			wanted = 1 + any(HOOKS_MAX);
		if (count == 0 || (count < wanted && any(4) != 0))
			come();
		else
			go();
	}
	printf("%s 1 - hook order: %lu cases of up to %d hooks, %llu orders "
	       "(%llu pairs moved by hints), %llu contradictions, %llu held "
	       "against every order there could be, %llu wrong\n1..1\n",
	    tally.wrong == 0 ? "ok" : "not ok", cases, HOOKS_MAX,
	    (unsigned long long)tally.orders, (unsigned long long)tally.moved,
	    (unsigned long long)tally.contradictions,
	    (unsigned long long)tally.exhausted,
	    (unsigned long long)tally.wrong);
	return tally.wrong == 0 ? 0 : 1;
}
