/* SPDX-License-Identifier: Apache-2.0 */
/*
 * small.h: the small model that exhaustive.c explores: two instances and two
 * registrants, the calls that are made for them once each, and what can happen
 * next at any moment. The core is the real one; its threads are a stub
 * (stub_pool.h), and its callbacks begin and end when they are told to.
 *
 * Instances and registrants are alike until they are created or registered, so
 * the first to be is called A, or 1.
 */
#ifndef MODEL_SMALL_H
#define MODEL_SMALL_H

#include <stdbool.h>
#include <stdint.h>

#include "checker.h"

#define INSTANCES   2
#define REGISTRANTS 2

enum action {
	CREATE_A,
	CREATE_B,
	SHUTDOWN_A,
	SHUTDOWN_B,
	DESTROY_A,
	DESTROY_B,
	REGISTER_1,
	REGISTER_2,
	UNREGISTER_1,
	UNREGISTER_2,
	RUN_0, /* one job of the instance with that id */
	RUN_1,
	END_0, /* of the callback under way on that instance */
	END_1,
	FAIL_0, /* the same, a create that returns NULL */
	FAIL_1
};
#define ACTIONS (FAIL_1 + 1)
#define CALLS	RUN_0 /* the actions below are calls */

/* "create A", ... */
const char *action_word(enum action action);

/* What there is and what may happen. */
struct small_rules {
	unsigned instances, registrants;
	/* A call is made when what it needs is over, not before. */
	bool instances_wait, registrants_wait;
	bool fails;	  /* any create may return NULL */
	bool no_shutdown; /* the second registrant has none */
	/* When a callback ends, its strand goes on at once. */
	bool continues;
};

/* Counted and reported to; no part of the state. */
struct small_outside {
	struct checker_tally tally;
	checker_report_fn report;
	uint64_t callbacks;
};

/* Starts the core. Both are borrowed for good. */
void small_begin(
    const struct small_rules *rules, struct small_outside *outside);

bool small_can(enum action action);
void small_do(enum action action);

/* When nothing can run, all that was asked for must be over. */
void small_check_quiet(void);

/* Nothing can happen any more: stops the core; nothing may be left of it. */
void small_end(void);

#endif
