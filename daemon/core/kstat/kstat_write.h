/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_write.h: changing statistics of a kstat that was made
 * KSTAT_FLAG_WRITABLE. All of an order's values are written or none.
 */
#ifndef NETINST_CORE_KSTAT_WRITE_H
#define NETINST_CORE_KSTAT_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "core/core.h"
#include "core/object/instance.h"
#include "core/kstat/kstat_read.h"

/*
 * What a statistic is to be. A text is taken for what the statistic's type
 * wants: a decimal number, a text, or the hexadecimal digits of raw bytes.
 */
struct kstat_value {
	const char *statistic;
	enum { KSTAT_VALUE_INTEGER, KSTAT_VALUE_REAL, KSTAT_VALUE_TEXT } kind;
	int64_t integer;
	double real;
	const char *text;
};

enum kstat_outcome {
	KSTAT_WRITTEN,
	KSTAT_NOT_FOUND,
	KSTAT_READ_ONLY,
	KSTAT_NO_STATISTIC, /* values[at_fault] */
	KSTAT_BAD_VALUE,    /* values[at_fault] does not fit its type */
	KSTAT_REFUSED	    /* the plugin did, with error */
};

/* All of it is the caller's, and stays until done is called. */
struct kstat_order {
	const char *module, *name; /* of the kstat */
	int number;
	const struct kstat_value *values;
	size_t count;
	/* The answer: */
	enum kstat_outcome outcome;
	size_t at_fault;
	int error;		       /* an errno */
	struct kstat_snapshot written; /* as it is now; for _free() */
};

/*
 * Writes to a kstat that is visible in the instance, on the strand of its own.
 * done always comes, with 0.
 */
void kstat_write(struct instance *instance, struct kstat_order *order,
    core_done_fn done, void *arg);

#endif
