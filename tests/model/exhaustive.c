/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exhaustive.c: every interleaving of a few registrants and instances, each
 * created, shut down and destroyed (or just destroyed), registered and
 * unregistered.
 *
 * At any moment one of these may be next: a call not made yet, one job of any
 * strand that can run, or the end of any callback under way (small.h). The
 * search goes depth first through all of it; going back is putting the
 * program's memory back (arena.h).
 *
 * A state that was reached before is not gone into again. That leaves nothing
 * out: what can happen from here on, and what the checker will say to it, is a
 * function of the program's memory alone, because there is one thread, the
 * clock stands still, and the checker's state is in that memory too. The
 * fingerprints of n states collide with a chance of n^2 / 2^129. How many
 * paths there are is the same with and without that, and is printed.
 *
 * One job is the smallest unit: what two threads do to each other within jobs
 * is the business of ordering.c.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "base/log.h"
#include "checker.h"
#include "small.h"

#define DEPTH_MAX  200
#define STATES_MAX ((size_t)1 << 25) /* a power of two */
#define BREAKS_MAX 5

struct variant {
	const char *name;
	struct small_rules rules;
	bool long_one; /* only when asked for */
};

#define TWO_BY_TWO .instances = 2, .registrants = 2, .continues = true

static const struct variant variants[] = {
    {"two registrants, two instances, calls wait for each other",
	{TWO_BY_TWO, .instances_wait = true, .registrants_wait = true}, false},
    {"two registrants, one instance, nothing waits, creates may fail",
	{.instances = 1, .registrants = 2, .fails = true}, false},
    {"one registrant, two instances, nothing waits, creates may fail",
	{.instances = 2, .registrants = 1, .fails = true}, false},
    {"two registrants, one without shutdown, one instance, nothing waits",
	{.instances = 1, .registrants = 2, .fails = true, .no_shutdown = true},
	false},
    {"two registrants, two instances, calls wait, creates may fail",
	{TWO_BY_TWO, .instances_wait = true, .registrants_wait = true,
	    .fails = true},
	true},
    {"two registrants, two instances, calls on instances do not wait",
	{TWO_BY_TWO, .registrants_wait = true}, true},
    {"two registrants, two instances, calls of registrants do not wait",
	{TWO_BY_TWO, .instances_wait = true}, true},
    {"two registrants, two instances, nothing waits", {TWO_BY_TWO}, true},
};
#define VARIANTS (sizeof(variants) / sizeof(variants[0]))

/* What the search itself knows; no part of the state. */
struct search {
	struct small_outside outside;
	struct {
		uint64_t states, transitions, ends;
		unsigned deepest;
		double paths;
	} counts;
	unsigned depth, shown; /* breaks shown */
	enum action path[DEPTH_MAX];
	void *kept[DEPTH_MAX];
	struct visited {
		struct fingerprint print; /* {0, 0}: empty */
		double paths;
	} * visited;
};
static struct search *search;

int __real_clock_gettime(clockid_t id, struct timespec *now);

/* reporting -------------------------------------------------------------- */

static void
print_path(void)
{
	unsigned i;

	if (++search->shown > BREAKS_MAX)
		return;
	(void)fprintf(stderr, "    when:");
	for (i = 0; i < search->depth; i++)
		(void)fprintf(stderr, "%s %s", i > 0 ? "," : "",
		    action_word(search->path[i]));
	(void)fprintf(stderr, "\n");
}

/* The core ends the process when it finds a bug itself. */
static void
died(int signal)
{
	print_path();
	_exit(128 + signal);
}

static void
report(void *arg, const struct breakage *breakage)
{
	if (search->shown < BREAKS_MAX)
		checker_print(arg, breakage);
	print_path();
}

/* the search ------------------------------------------------------------- */

static struct visited *
visited_find(struct fingerprint print)
{
	size_t at = print.low & (STATES_MAX - 1);
	struct visited *visited = &search->visited[at];

	while ((visited->print.low != 0 || visited->print.high != 0) &&
	       (visited->print.low != print.low ||
		   visited->print.high != print.high)) {
		at = (at + 1) & (STATES_MAX - 1);
		visited = &search->visited[at];
	}
	return visited;
}

static void
visited_add(struct visited *visited, struct fingerprint print)
{
	visited->print = print;
	if (++search->counts.states > STATES_MAX / 4 * 3) {
		(void)fprintf(stderr, "exhaustive: too many states\n");
		abort();
	}
}

/* Goes on from the state that the memory is in; returns how many paths. */
static double
explore(void)
{
	struct fingerprint print = arena_fingerprint();
	struct visited *visited = visited_find(print);
	enum action next[ACTIONS];
	unsigned depth = search->depth, action, count = 0, i;
	double paths = 0;

	if (visited->print.low != 0 || visited->print.high != 0)
		return visited->paths;
	if (search->outside.tally.breaks >= BREAKS_MAX)
		return 0;
	visited_add(visited, print);
	small_check_quiet();
	if (depth > search->counts.deepest)
		search->counts.deepest = depth;
	for (action = 0; action < ACTIONS; action++)
		if (small_can((enum action)action))
			next[count++] = (enum action)action;
	if (count > 1)
		arena_keep(search->kept[depth]);
	for (i = 0; i < count; i++) {
		if (i > 0)
			arena_restore(search->kept[depth]);
		search->path[depth] = next[i];
		search->depth = depth + 1;
		search->counts.transitions++;
		small_do(next[i]);
		paths += explore();
		search->depth = depth;
	}
	if (count == 0) {
		search->counts.ends++;
		small_end();
		paths = 1;
	}
	visited->paths = paths;
	return paths;
}

/* Runs one variant; its state goes back to what it was before. */
static bool
run(const struct variant *variant, void *before, unsigned number)
{
	struct visited *visited = search->visited;
	struct timespec begun, ended;
	bool good;

	(void)__real_clock_gettime(CLOCK_MONOTONIC, &begun);
	search->outside = (struct small_outside){.report = report};
	memset(&search->counts, 0, sizeof(search->counts));
	(void)madvise(visited, STATES_MAX * sizeof(*visited), MADV_DONTNEED);
	search->depth = search->shown = 0;
	small_begin(&variant->rules, &search->outside);
	search->counts.paths = explore();
	arena_restore(before);
	(void)__real_clock_gettime(CLOCK_MONOTONIC, &ended);
	good = search->outside.tally.breaks == 0;
	(void)printf("%s %u - %s: %lu states, %lu transitions, %.3g paths of "
		     "up to %u moments, %lu ends, %lu callbacks, %lu checks, "
		     "%lu breaks, %.1f s\n",
	    good ? "ok" : "not ok", number, variant->name,
	    (unsigned long)search->counts.states,
	    (unsigned long)search->counts.transitions, search->counts.paths,
	    search->counts.deepest, (unsigned long)search->counts.ends,
	    (unsigned long)search->outside.callbacks,
	    (unsigned long)search->outside.tally.checks,
	    (unsigned long)search->outside.tally.breaks,
	    (double)(ended.tv_sec - begun.tv_sec) +
		(double)(ended.tv_nsec - begun.tv_nsec) / 1e9);
	(void)fflush(stdout);
	checker_print_tally(&search->outside.tally);
	return good;
}

int
main(int argc, char **argv)
{
	bool all = argc == 2 && strcmp(argv[1], "--all") == 0, good = true;
	unsigned i, number = 0;
	void *before;

	if (argc > 1 && !all) {
		(void)fprintf(stderr, "usage: exhaustive [--all]\n");
		return 2;
	}
	(void)signal(SIGABRT, died);
	(void)signal(SIGSEGV, died);
	arena_open();
	log_set_level(LOG_ERROR);
	search = arena_private(sizeof(*search));
	search->visited = arena_private(STATES_MAX * sizeof(*search->visited));
	for (i = 0; i < DEPTH_MAX; i++)
		search->kept[i] = arena_private(arena_size_max());
	before = arena_private(arena_size_max());
	(void)printf("# a state is all the memory of the core and of the "
		     "checker; 128-bit fingerprints; no state is gone into "
		     "twice\n");
	arena_keep(before);
	for (i = 0; i < VARIANTS; i++)
		if (all || !variants[i].long_one)
			good &= run(&variants[i], before, ++number);
	(void)printf("1..%u\n", number);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
