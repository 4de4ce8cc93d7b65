/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mark.h: what the unit tests of places share: a place of the tests' own, where
 * to be there is a mark on the thread, and an instance that has it. With
 * core_fixture.h; callbacks of core_owner are made inside.
 */
#ifndef NETINST_TESTS_MARK_H
#define NETINST_TESTS_MARK_H

#include <stdatomic.h>

#include "core/object/exec_context.h"
#include "core_fixture.h"

struct mark_place {
	struct exec_context context;
	_Atomic unsigned entered, left, released; /* times */
	_Atomic int refusal;			  /* of enter(), or 0 */
	_Atomic int way_blocked;		  /* what leave() returns */
};
extern struct mark_place place;

/* NULL: the thread is at home. */
extern _Thread_local struct exec_context *mark;

/* For cmocka, with core_teardown(): one worker, no spare. */
int mark_setup(void **state);

#define MARK_TEST(test)                                                        \
	cmocka_unit_test_setup_teardown(test, mark_setup, core_teardown)

/* An instance that has the place, and inet. */
netid_t add_with_place(const char *name);

#endif
