/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_named.h: named statistics, what the data of a kstat of the type
 * KSTAT_TYPE_NAMED is an array of, and how to count in them. kstat.h includes
 * it.
 */
#ifndef NETINST_KSTAT_NAMED_H
#define NETINST_KSTAT_NAMED_H

#include <netinst/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KSTAT_STRLEN 31 /* with the NUL; longer strings are cut */

#define KSTAT_DATA_CHAR	     0
#define KSTAT_DATA_INT32     1
#define KSTAT_DATA_UINT32    2
#define KSTAT_DATA_INT64     3
#define KSTAT_DATA_UINT64    4
#define KSTAT_DATA_FLOAT     5
#define KSTAT_DATA_DOUBLE    6
#define KSTAT_DATA_LONG	     7 /* shown to readers as INT64 */
#define KSTAT_DATA_ULONG     8 /* shown to readers as UINT64 */
#define KSTAT_DATA_STRING    9 /* only in virtual kstats */
#define KSTAT_DATA_LONGLONG  KSTAT_DATA_INT64
#define KSTAT_DATA_ULONGLONG KSTAT_DATA_UINT64

typedef struct kstat_named {
	char name[KSTAT_STRLEN];
	uchar_t data_type;
	union {
		char c[16];
		int32_t i32;
		uint32_t ui32;
		struct {
			union {
				char *ptr;
				char pad[8];
			} addr;
			uint32_t len; /* with the NUL */
		} str;
		int64_t i64;
		uint64_t ui64;
		long l;
		ulong_t ul;
		int64_t ll;
		uint64_t ull;
		float f;
		double d;
	} value;
} kstat_named_t;

#define KSTAT_NAMED_PTR(ks)	    ((kstat_named_t *)(ks)->ks_data)
#define KSTAT_NAMED_STR_PTR(knp)    ((knp)->value.str.addr.ptr)
#define KSTAT_NAMED_STR_BUFLEN(knp) ((knp)->value.str.len)

/* Names one statistic, sets its type and zeroes its value. Copies the name. */
void kstat_named_init(kstat_named_t *named, const char *name, uchar_t type);

/*
 * Points a STRING statistic at src (borrowed while the kstat has it); NULL
 * empties it. Once installed, call it with ks_lock held. Other data types are
 * refused with a log line.
 */
void kstat_named_setstr(kstat_named_t *named, const char *src);

/* Any thread may count without a lock; readers see whole values. */
static inline void
kstat_named_add_u64(kstat_named_t *named, uint64_t n)
{
	(void)__atomic_fetch_add(&named->value.ui64, n, __ATOMIC_RELAXED);
}

static inline void
kstat_named_add_i64(kstat_named_t *named, int64_t n)
{
	(void)__atomic_fetch_add(&named->value.i64, n, __ATOMIC_RELAXED);
}

static inline void
kstat_named_add_u32(kstat_named_t *named, uint32_t n)
{
	(void)__atomic_fetch_add(&named->value.ui32, n, __ATOMIC_RELAXED);
}

static inline void
kstat_named_add_i32(kstat_named_t *named, int32_t n)
{
	(void)__atomic_fetch_add(&named->value.i32, n, __ATOMIC_RELAXED);
}

/* Sets a gauge from any thread. */
static inline void
kstat_named_set_u64(kstat_named_t *named, uint64_t value)
{
	__atomic_store_n(&named->value.ui64, value, __ATOMIC_RELAXED);
}

static inline void
kstat_named_set_i64(kstat_named_t *named, int64_t value)
{
	__atomic_store_n(&named->value.i64, value, __ATOMIC_RELAXED);
}

#ifdef __cplusplus
}
#endif

#endif
