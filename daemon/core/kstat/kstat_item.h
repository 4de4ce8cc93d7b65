/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_item.h: the data of a kstat of any type as a row of named values: what
 * clients see and write. Any thread; the memory is the caller's.
 */
#ifndef NETINST_CORE_KSTAT_ITEM_H
#define NETINST_CORE_KSTAT_ITEM_H

#include <stddef.h>

#include <netinst/kstat.h>

/* Beside KSTAT_DATA_CHAR, ...: the bytes of a raw kstat. */
#define KSTAT_ITEM_RAW 0xfe

/* Bytes of a name: a timer's own and what of it. */
#define KSTAT_ITEM_NAME (KSTAT_STRLEN + 17)

struct kstat_item {
	const char *name; /* ends in a NUL; in text or constant */
	uchar_t type;	  /* KSTAT_DATA_..., KSTAT_ITEM_RAW */
	size_t size;	  /* bytes of a raw one */
	void *value;	  /* in the data: as kstat_named_t's value */
	char text[KSTAT_ITEM_NAME];
};

/*
 * How many there are in count pieces of data of that type (KSTAT_TYPE_RAW, ...;
 * a raw one counts bytes), and the index-th of them.
 */
uint_t kstat_item_count(uchar_t type, uint_t count);
void kstat_item_get(struct kstat_item *item, uchar_t type, void *data,
    uint_t count, uint_t index);

#endif
