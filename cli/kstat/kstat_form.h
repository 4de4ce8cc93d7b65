/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_form.h: the forms in which kstat(8) prints statistics. The layouts are
 * kept to the letter, so that scripts for kstat(8) can read them; only the name
 * of the instance is new.
 */
#ifndef NETINST_CLI_KSTAT_FORM_H
#define NETINST_CLI_KSTAT_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

#include "kstat/kstat_pattern.h"
#include "kstat/kstat_value.h"

enum kstat_layout {
	KSTAT_BLOCKS,  /* two lines of heading, a line for each statistic */
	KSTAT_LINES,   /* "module:inst:name:stat<TAB>value" */
	KSTAT_OBJECTS, /* a JSON object, without a line feed */
	KSTAT_SILENT
};

struct kstat_form {
	enum kstat_layout layout;
	char separator; /* of KSTAT_LINES */
	bool says_name, says_value;
	bool says_instance; /* of IP; an object always does */
};

/* Whether class is one of the statistics; else it is in the heading. */
bool kstat_form_has_class(const struct kstat_form *form);

/*
 * Prints the statistics of a kstat that match. Returns how many: when there
 * are none, nothing is printed.
 */
size_t kstat_form_print(FILE *out, const struct kstat_form *form,
    const struct kstat_pattern *statistic, const json_t *kstat);

/* Prints statistics of a kstat as lines; the layout is KSTAT_LINES. */
void kstat_form_lines(FILE *out, const struct kstat_form *form,
    const json_t *kstat, const struct kstat_statistic *list, size_t count);

/* "blue/trace:0:callbacks", not escaped. The caller frees it. */
char *kstat_form_label(const json_t *kstat, bool says_instance);

#endif
