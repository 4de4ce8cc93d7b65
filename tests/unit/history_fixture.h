/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_fixture.h: what the unit tests of the history's database share: a
 * directory "state" for it, and a look at the files there from outside.
 */
#ifndef TESTS_UNIT_HISTORY_FIXTURE_H
#define TESTS_UNIT_HISTORY_FIXTURE_H

#include "history/history_store.h"
#include "test.h"

extern const struct history_limits no_limits;

/* For cmocka; what is logged is kept. */
int history_setup(void **state);
int history_teardown(void **state);

/* Runs SQL on the database, by a connection of its own. */
void run_sql(const char *sql);

/* Files with such a name in the state directory. */
size_t count_files(const char *pattern);

#endif
