/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_interval.h: repeated reports; numbers among the operands say how often.
 * They keep to first + n * interval, however long one takes; missed ones are
 * left out.
 */
#ifndef NETINST_CLI_KSTAT_INTERVAL_H
#define NETINST_CLI_KSTAT_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "command.h"

struct kstat_interval {
	int64_t seconds; /* 0: one report, and no more */
	int64_t left;	 /* reports to come, INT64_MAX: without end */
	int64_t first;	 /* when the first was due; monotonic, nanoseconds */
};

/*
 * Takes the bare numbers out of the operands: the interval, then the count.
 * Returns EXIT_OK, or EXIT_USAGE after printing what is wrong with one.
 */
int kstat_interval_take(
    struct kstat_interval *interval, struct invocation *invocation);

/*
 * Before the first report. From here on, if there is an interval, SIGINT and
 * SIGTERM, unless ignored, end the program with the exit code of kstat(8), 3.
 */
void kstat_interval_start(struct kstat_interval *interval);

/* Counts a report; sleeps until the next is due. False: that was the last. */
bool kstat_interval_wait(struct kstat_interval *interval);

/* The first time after now of those that are whole periods behind first. */
int64_t kstat_interval_next(int64_t first, int64_t period, int64_t now);

/* A line of kstat -T: 'u' seconds since 1970, 'd' as date(1) has it in C. */
void kstat_interval_stamp(FILE *out, char form, time_t now);

#endif
