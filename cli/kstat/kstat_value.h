/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_value.h: what is in a kstat, an object of kstat.read's result: its
 * members, and its statistics in the order and spelling of kstat(8). Whatever
 * the daemon sends, nothing here fails: what is missing is "" or 0.
 */
#ifndef NETINST_CLI_KSTAT_VALUE_H
#define NETINST_CLI_KSTAT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "kstat/kstat_pattern.h"

/* Borrowed from the object. */
const char *kstat_value_text(const json_t *object, const char *member);

/* Also of a number beyond 2^53, which comes as a string. */
json_int_t kstat_value_integer(const json_t *object, const char *member);

/* Nanoseconds as "12.000000345" seconds, and "0" for 0. The caller frees it. */
char *kstat_value_time(int64_t nanoseconds);

/* The number that kstat(8) has for a type ("named": 1), or -1. */
int kstat_value_type(const json_t *kstat);

/* NOTHING: a float that is no number, which JSON cannot say. */
enum kstat_kind { KSTAT_TEXT, KSTAT_NUMBER, KSTAT_NOTHING };

struct kstat_statistic {
	const char *name; /* borrowed from the kstat; neither is escaped */
	char *value;
	enum kstat_kind kind;
	size_t place; /* in the daemon's order, then crtime, snaptime, class */
};

struct kstat_statistics {
	struct kstat_statistic *list;
	size_t count;
};

/*
 * The statistics of a kstat that have a name and match, with crtime, snaptime
 * and, if it is wanted, class, which every kstat has and no plugin counts.
 * Sorted by name: letters in either case are the same. kstat_value_free() them
 * before the kstat goes.
 */
void kstat_value_collect(struct kstat_statistics *all, const json_t *kstat,
    const struct kstat_pattern *pattern, bool with_class);
void kstat_value_free(struct kstat_statistics *all);

/* Whether a pattern matches one of those that no plugin counts. */
bool kstat_value_is_pseudo(
    const struct kstat_pattern *pattern, bool with_class);

#endif
