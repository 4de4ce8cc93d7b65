/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_value.h: private to core/: one value that is to be written: from what
 * a client gave to what a statistic's type holds. Any thread.
 */
#ifndef NETINST_CORE_KSTAT_VALUE_H
#define NETINST_CORE_KSTAT_VALUE_H

#include <stdbool.h>

#include "core/kstat/kstat_item.h"
#include "core/kstat/kstat_write.h"

/* A new value and its place, or, once it is swapped in, the old one. */
struct kstat_edit {
	struct kstat_item item;
	kstat_named_t held; /* only its value */
	uchar_t *raw;	    /* instead, for raw bytes: item.size of them */
};

/*
 * Makes value what edit->item holds; false: it does not fit. A STRING points
 * to the value's text. In any case kstat_edit_free() follows.
 */
bool kstat_edit_make(struct kstat_edit *edit, const struct kstat_value *value);
void kstat_edit_free(struct kstat_edit *edit);

/* Puts it into its place, and what was there into change. */
void kstat_edit_swap(struct kstat_edit *edit);

#endif
