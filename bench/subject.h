/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject.h: something measured in a process of its own. There is one core per
 * process, so cores of different size are compared by keeping each in a child
 * and asking them in turn, round by round. Start subjects before any thread.
 */
#ifndef NETINST_BENCH_SUBJECT_H
#define NETINST_BENCH_SUBJECT_H

#include <sys/types.h>

#include "measure.h"

#define SUBJECT_RESULTS_MAX 9

struct subject {
	/* These three run in the child. */
	void (*prepare)(const void *plan);
	void (*measure)(const void *plan, double results[SUBJECT_RESULTS_MAX]);
	void (*finish)(void);
	const void *plan; /* borrowed */
	unsigned results; /* how many measure() fills */
	/* What came back, round by round. */
	struct measure_samples samples[SUBJECT_RESULTS_MAX];
	pid_t pid;
	int channel;
};

/* Makes the child and waits until it is prepared; fails the program if not. */
void subject_start(struct subject *subject);
/* One measurement that does not count: the first one finds cold memory. */
void subject_warm(struct subject *subject);
/* One measurement, added to the samples. */
void subject_measure(struct subject *subject);
/* Lets the child finish and waits for its good end. */
void subject_stop(struct subject *subject);

/*
 * Measures so many, which are warm, once a round each, with the turns moved on
 * from round to round; then stops them.
 */
void subject_measure_all(
    struct subject *subjects, unsigned count, unsigned rounds);

#endif
