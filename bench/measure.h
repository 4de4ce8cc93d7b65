/* SPDX-License-Identifier: Apache-2.0 */
/*
 * measure.h: what every bench program does the same way: its options, the CPUs
 * it runs on, its samples, its table, and how a figure stands to its target.
 *
 * A figure is the median over rounds. A ratio is taken inside each round,
 * where both sides saw the same machine, and its median is over the rounds.
 */
#ifndef NETINST_BENCH_MEASURE_H
#define NETINST_BENCH_MEASURE_H

#include <sched.h>
#include <stdbool.h>

#define MEASURE_ROUNDS_MAX 64

struct measure_options {
	bool smoke; /* a few seconds' version: does it work at all? */
	unsigned rounds;
};

/*
 * Reads --rounds N, --smoke and --help. usage: lines that say what the program
 * measures. Returns when there is something to measure.
 */
void measure_read_options(
    int argc, char **argv, const char *usage, struct measure_options *options);

/* Prints one line to standard error and exits 1. */
_Noreturn void measure_fail(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* How many CPUs this process was given. */
unsigned measure_cpus(void);

/*
 * The first-th of those CPUs and the count - 1 after it, wrapping round when
 * there are fewer.
 */
void measure_cpu_set(unsigned first, unsigned count, cpu_set_t *set);

/* Keeps the calling thread, and what it starts, on these CPUs. */
void measure_pin(unsigned first, unsigned count);

/* One value per round. */
struct measure_samples {
	double values[MEASURE_ROUNDS_MAX];
	unsigned count;
};

void measure_add(struct measure_samples *samples, double value);
/* The smallest value that so great a part (0.5: half) of all does not pass. */
double measure_quantile(const struct measure_samples *samples, double part);

/* What a figure must be. */
enum measure_bound { MEASURE_AT_MOST, MEASURE_AT_LEAST };
struct measure_target {
	const char *what;
	enum measure_bound bound;
	double value;
};

/* The table of figures: a head, then rows of one unit each. */
void measure_print_head(const char *title);
void measure_print_row(
    const char *what, const char *unit, const struct measure_samples *samples);

/* What has a target: a head, then one line each with the verdict. */
void measure_print_targets_head(void);
void measure_print_target(
    const struct measure_target *target, const struct measure_samples *samples);
/* The samples are those of over divided by those of under, round by round. */
void measure_print_ratio(const struct measure_target *target,
    const struct measure_samples *over, const struct measure_samples *under);

#endif
