/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checker.h: says from a log alone whether the guarantees of
 * doc/guarantees.md hold.
 *
 * The checker is fed one record after the other. It keeps what has happened
 * so far (world.h) and judges each record against that before it adds it. Of
 * records it has seen it keeps only that they were; it never compares the
 * sequence numbers of two of them. So what it will say in future depends on
 * nothing but its own state, and two logs that led to the same state need not
 * both be carried on: exhaustive.c lives on that.
 *
 * One thread at a time.
 */
#ifndef MODEL_CHECKER_H
#define MODEL_CHECKER_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

/* G0: none of them, but wrong. */
enum guarantee {
	G0,
	G1,
	G2,
	G3,
	G4,
	G5,
	G6,
	G7,
	G8,
	G9,
	G11 = 11,
	G12,
	G14 = 14
};
#define GUARANTEES (G14 + 1)

struct breakage {
	enum guarantee guarantee;
	const char *sentence;
	const struct record *record; /* at which it showed */
	uint64_t earlier; /* the record that it contradicts; 0: none */
};

/* Told of each break; borrowed for the call. */
typedef void (*checker_report_fn)(void *arg, const struct breakage *breakage);

/* Comparisons made, and those that failed. */
struct checker_tally {
	uint64_t checks;
	uint64_t breaks;
	uint64_t breaks_of[GUARANTEES];
};

struct checker_config {
	/*
	 * The log is of one thread, one worker, and nothing was under way when
	 * a call began: sweeps can be seen to visit instances ascending by id.
	 */
	bool serial;
	checker_report_fn report; /* may be NULL */
	void *arg;
	/* Added to; the caller's, because it is no part of the state. */
	struct checker_tally *tally;
};

struct checker;

struct checker *checker_create(const struct checker_config *config);
void checker_free(struct checker *checker);

void checker_feed(struct checker *checker, const struct record *record);

/* The log is over: everything that was begun must have come to its end. */
void checker_end(struct checker *checker);

/* The report as one line of text to standard error; arg is not used. */
void checker_print(void *arg, const struct breakage *breakage);

/* Which guarantees were broken how often, to standard error. */
void checker_print_tally(const struct checker_tally *tally);

/* One record in words; returns text. */
#define RECORD_TEXT_MAX 160
const char *record_to_text(
    const struct record *record, char text[static RECORD_TEXT_MAX]);

#endif
