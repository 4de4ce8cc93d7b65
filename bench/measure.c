/* SPDX-License-Identifier: Apache-2.0 */
/*
 * measure.c: statistics and printing of the bench programs. Nothing here is
 * timed. One thread.
 */
#include "measure.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

#define ROUNDS_DEFAULT 5
#define ROUNDS_SMOKE   2

void
measure_fail(const char *format, ...)
{
	va_list arguments;

	(void)fflush(stdout);
	(void)fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(arguments, format);
	(void)vfprintf(stderr, format, arguments);
	va_end(arguments);
	(void)fputc('\n', stderr);
	exit(1);
}

static void
measure_print_usage(FILE *stream, const char *usage)
{
	(void)fprintf(stream,
	    "usage: %s [--rounds N] [--smoke]\n"
	    "%s"
	    "  --rounds N  1 to %d, default %d\n"
	    "  --smoke     a short version: shows that it works, not how "
	    "fast\n",
	    program_invocation_short_name, usage, MEASURE_ROUNDS_MAX,
	    ROUNDS_DEFAULT);
}

static unsigned
measure_read_rounds(const char *text)
{
	char *end;
	unsigned long rounds = strtoul(text, &end, 10);

	if (*end != '\0' || rounds < 1 || rounds > MEASURE_ROUNDS_MAX)
		measure_fail("--rounds takes 1 to %d", MEASURE_ROUNDS_MAX);
	return (unsigned)rounds;
}

void
measure_read_options(
    int argc, char **argv, const char *usage, struct measure_options *options)
{
	static const struct option known[] = {
	    {"rounds", required_argument, NULL, 'r'},
	    {"smoke", no_argument, NULL, 's'},
	    {"help", no_argument, NULL, 'h'},
	    {0},
	};
	int option;

	*options = (struct measure_options){.rounds = 0};
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'r') {
			options->rounds = measure_read_rounds(optarg);
		} else if (option == 's') {
			options->smoke = true;
		} else {
			measure_print_usage(
			    option == 'h' ? stdout : stderr, usage);
			exit(option == 'h' ? 0 : 2);
		}
	}
	if (options->smoke)
		(void)printf("A smoke run: sizes are small and the figures say "
			     "nothing.\n\n");
	if (options->rounds == 0)
		options->rounds =
		    options->smoke ? ROUNDS_SMOKE : ROUNDS_DEFAULT;
}

/* The CPUs given at the start, before anything was pinned. */
static const cpu_set_t *
measure_given(void)
{
	static cpu_set_t given;

	if (CPU_COUNT(&given) == 0 &&
	    sched_getaffinity(0, sizeof(given), &given) != 0)
		measure_fail("cannot read the CPUs of this process");
	return &given;
}

unsigned
measure_cpus(void)
{
	return (unsigned)CPU_COUNT(measure_given());
}

static int
measure_nth_cpu(unsigned n)
{
	const cpu_set_t *given = measure_given();
	int cpu = -1;

	for (n = n % measure_cpus() + 1; n > 0; n--)
		do
			cpu++;
		while (!CPU_ISSET(cpu, given));
	return cpu;
}

void
measure_cpu_set(unsigned first, unsigned count, cpu_set_t *set)
{
	CPU_ZERO(set);
	for (; count > 0; count--)
		CPU_SET(measure_nth_cpu(first++), set);
}

void
measure_pin(unsigned first, unsigned count)
{
	cpu_set_t set;

	measure_cpu_set(first, count, &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0)
		measure_fail("cannot pin to a CPU");
}

void
measure_add(struct measure_samples *samples, double value)
{
	ASSERT(samples->count < MEASURE_ROUNDS_MAX);
	samples->values[samples->count++] = value;
}

struct spread {
	double median, min, max;
};

static int
measure_compare(const void *left, const void *right)
{
	double l = *(const double *)left, r = *(const double *)right;

	return (l > r) - (l < r);
}

double
measure_quantile(const struct measure_samples *samples, double part)
{
	struct measure_samples sorted = *samples;
	double at = part * sorted.count;
	unsigned rank = (unsigned)at;

	ASSERT(sorted.count > 0);
	qsort(sorted.values, sorted.count, sizeof(*sorted.values),
	    measure_compare);
	if (rank == at && rank > 0)
		rank--;
	return sorted.values[rank < sorted.count ? rank : sorted.count - 1];
}

static struct spread
measure_spread(const struct measure_samples *samples)
{
	struct measure_samples sorted = *samples;
	unsigned middle = sorted.count / 2;
	double *values = sorted.values;

	ASSERT(sorted.count > 0);
	qsort(values, sorted.count, sizeof(*values), measure_compare);
	return (struct spread){
	    .median = sorted.count % 2 == 1
			  ? values[middle]
			  : (values[middle - 1] + values[middle]) / 2,
	    .min = values[0],
	    .max = values[sorted.count - 1],
	};
}

/* Enough digits to tell figures apart, and no more. */
static int
measure_digits(double value)
{
	return value < 10 ? 2 : value < 1000 ? 1 : 0;
}

static void
measure_print_number(int width, double value)
{
	(void)printf(" %*.*f", width, measure_digits(value), value);
}

void
measure_print_head(const char *title)
{
	(void)printf("%s\n\n%-52s %10s %10s %10s\n", title, "figure", "median",
	    "min", "max");
}

void
measure_print_row(
    const char *what, const char *unit, const struct measure_samples *samples)
{
	struct spread spread = measure_spread(samples);

	(void)printf("%-52s", what);
	measure_print_number(10, spread.median);
	measure_print_number(10, spread.min);
	measure_print_number(10, spread.max);
	(void)printf(" %s\n", unit);
	(void)fflush(stdout);
}

void
measure_print_targets_head(void)
{
	(void)printf("\n%-52s %7s %7s %7s  %-8s %s\n", "against its target",
	    "median", "min", "max", "target", "verdict");
}

void
measure_print_target(
    const struct measure_target *target, const struct measure_samples *samples)
{
	struct spread spread = measure_spread(samples);
	bool at_most = target->bound == MEASURE_AT_MOST;
	double off = 100 * (spread.median / target->value - 1);
	bool met = at_most ? off <= 0 : off >= 0;

	(void)printf("%-52s", target->what);
	measure_print_number(7, spread.median);
	measure_print_number(7, spread.min);
	measure_print_number(7, spread.max);
	(void)printf("  %s %-5g %s %.0f %% %s\n",
	    at_most ? "<=" : ">=", target->value, met ? "met," : "missed by",
	    off < 0 ? -off : off, met ? (off < 0 ? "below" : "above") : "");
}

void
measure_print_ratio(const struct measure_target *target,
    const struct measure_samples *over, const struct measure_samples *under)
{
	struct measure_samples ratios = {.count = 0};
	unsigned i;

	ASSERT(over->count == under->count);
	for (i = 0; i < over->count; i++)
		measure_add(&ratios, over->values[i] / under->values[i]);
	measure_print_target(target, &ratios);
}
