/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_form.h: the two forms in which kstat(8) prints statistics, and the
 * operands it takes. The layouts are kept to the letter, so that what was
 * written to read the one can read the other.
 */
#ifndef NETINST_CLI_KSTAT_FORM_H
#define NETINST_CLI_KSTAT_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

/* MODULE:INST:NAME:STAT, shell patterns; "*" for what was left out. */
struct kstat_operand {
	char *module, *instance, *name, *statistic; /* kstat_operand_free() */
};

/* False, and nothing to free: text has more than four parts. */
bool kstat_operand_parse(struct kstat_operand *operand, const char *text);
void kstat_operand_free(struct kstat_operand *operand);

/*
 * Whether a pattern takes in one of the statistics that every kstat has and
 * no plugin counts: crtime, snaptime and, when parseable, class.
 */
bool kstat_is_pseudo(const char *statistic, bool parseable);

/* Nanoseconds as "12.000000345" seconds, and "0" for 0. The caller frees it. */
char *kstat_time(int64_t nanoseconds);

/* The value of a statistic as text, not escaped; the caller frees it. */
char *kstat_value(const json_t *statistic);

/* By module, instance, name; letters in either case are the same. */
int kstat_compare(const json_t *a, const json_t *b);

/* How to print. */
struct kstat_form {
	bool parseable;	       /* lines "module:inst:name:stat<TAB>value" */
	bool says_instance;    /* of which instance of IP they are, as well */
	const char *statistic; /* pattern: only these */
};

/*
 * Prints a kstat, an object of kstat.read's result. Returns the statistics
 * printed: when there are none, nothing is.
 */
size_t kstat_print(
    FILE *out, const struct kstat_form *form, const json_t *kstat);

/* "blue/trace:0:callbacks": for messages. The caller frees it. */
char *kstat_label(const json_t *kstat, bool says_instance);

#endif
