/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_select.h: which statistics are wanted: an operand
 * MODULE:INST:NAME:STAT, or the options that say the same, and the class.
 * What the daemon can find out is asked of it; the rest is sorted out here.
 */
#ifndef NETINST_CLI_KSTAT_SELECT_H
#define NETINST_CLI_KSTAT_SELECT_H

#include <stdbool.h>

#include <jansson.h>

#include "kstat/kstat_pattern.h"

enum kstat_field {
	KSTAT_MODULE,
	KSTAT_INSTANCE,
	KSTAT_NAME,
	KSTAT_STATISTIC,
	KSTAT_PARTS, /* of an operand: those above */
	KSTAT_CLASS = KSTAT_PARTS,
	KSTAT_FIELDS
};

/* Zeroed is a valid selection: of everything. */
struct kstat_selection {
	const char *operand; /* as typed; NULL: none */
	struct kstat_pattern fields[KSTAT_FIELDS];
};

/*
 * Set one field, or those that an operand has: a colon always separates.
 * Return NULL, or a sentence that says what is wrong with the text, the
 * caller's to free. The text of an operand is BORROWED.
 */
char *kstat_select_field(struct kstat_selection *selection,
    enum kstat_field field, const char *text);
char *kstat_select_operand(
    struct kstat_selection *selection, const char *operand);
void kstat_select_free(struct kstat_selection *selection);

/* Whether a field is an expression, for which the daemon cannot be asked. */
bool kstat_select_has_expression(const struct kstat_selection *selection);

/*
 * Parameters of kstat.read, the caller's. When the pseudo-statistics count,
 * and are wanted, all of a kstat is asked for: the daemon does not know them.
 */
json_t *kstat_select_params(
    const struct kstat_selection *selection, bool with_pseudo, bool with_class);

/*
 * Whether a kstat of the daemon's answer is selected. Like kstat(8), this
 * leaves out raw kstats, whose layout is unknown, and those named "kstat_...".
 */
bool kstat_select_takes(
    const struct kstat_selection *selection, const json_t *kstat);

#endif
