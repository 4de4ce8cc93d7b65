/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_fixture.h: what the unit tests of kstats share: making and reading
 * them, and what becomes of a plugin that breaks a rule. With core_fixture.h,
 * on the test's thread.
 */
#ifndef NETINST_TESTS_KSTAT_FIXTURE_H
#define NETINST_TESTS_KSTAT_FIXTURE_H

#include "core/kstat/kstat_read.h"

/* "test:0:NAME" of the global instance, of the class "misc"; not NULL. */
kstat_t *kstat_make(
    const char *name, uchar_t type, ulong_t ndata, uchar_t flags);

/* Matches all, and counts how often it is asked; arg: an unsigned, or NULL. */
bool kstat_any(void *arg, const kstat_t *kstat);

/* Reads from an instance, waiting where that is needed. */
void kstat_read_from(
    netid_t id, kid_t after, size_t limit, struct kstat_batch *batch);

/* The only one of the global instance. */
void kstat_read_only(struct kstat_batch *batch);

/* How many can be read in an instance. */
size_t kstat_readable(netid_t id);

/*
 * What panics on illumos: body breaks a rule, which is refused with a line
 * that holds this text; in debug builds it is an assertion.
 */
void assert_breaks_rule(void (*body)(void), const char *text);

#endif
