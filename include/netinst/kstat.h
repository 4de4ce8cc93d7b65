/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat.h: named statistics of one instance.
 *
 * Source document: "IP Instances", per-instance kstats: create them in the
 * create callback with net_kstat_create(), delete them in the shutdown
 * callback with net_kstat_delete(). Names and layouts are the Solaris ones.
 */
#ifndef NETINST_KSTAT_H
#define NETINST_KSTAT_H

#include <netinst/sync.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int kid_t;

#define KSTAT_STRLEN 31 /* with the NUL; longer strings are cut */

#define KSTAT_TYPE_NAMED 1

#define KSTAT_FLAG_VIRTUAL 0x01 /* ks_data is the plugin's own memory */
#define KSTAT_FLAG_INVALID 0x20 /* set until kstat_install() */

#define KSTAT_READ  0
#define KSTAT_WRITE 1

#define KSTAT_DATA_CHAR	     0
#define KSTAT_DATA_INT32     1
#define KSTAT_DATA_UINT32    2
#define KSTAT_DATA_INT64     3
#define KSTAT_DATA_UINT64    4
#define KSTAT_DATA_FLOAT     5
#define KSTAT_DATA_DOUBLE    6
#define KSTAT_DATA_LONG	     7 /* shown to readers as INT64 */
#define KSTAT_DATA_ULONG     8 /* shown to readers as UINT64 */
#define KSTAT_DATA_STRING    9
#define KSTAT_DATA_LONGLONG  KSTAT_DATA_INT64
#define KSTAT_DATA_ULONGLONG KSTAT_DATA_UINT64

typedef struct kstat {
	hrtime_t ks_crtime;
	struct kstat *ks_next; /* the framework's */
	kid_t ks_kid;	       /* unique for the daemon's life */
	char ks_module[KSTAT_STRLEN];
	uchar_t ks_resv;
	int ks_instance;
	char ks_name[KSTAT_STRLEN];
	uchar_t ks_type;
	char ks_class[KSTAT_STRLEN];
	uchar_t ks_flags;
	void *ks_data;
	uint_t ks_ndata;
	size_t ks_data_size;
	hrtime_t ks_snaptime;
	/*
	 * Called before each read, on a worker, with ks_lock held; must not
	 * take it. Non-zero (EIO, ...) refuses the read. NULL: none.
	 */
	int (*ks_update)(struct kstat *, int rw);
	void *ks_private; /* the plugin's */
	int (*ks_snapshot)(struct kstat *, void *buffer, int rw); /* unused */
	/*
	 * A kmutex_t held while the kstat is read. Starts as one of the
	 * framework's own; a plugin may put its own there before installing.
	 */
	void *ks_lock;
} kstat_t;

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

/*
 * Makes a kstat of an instance; it can be read after kstat_install(). ndata
 * statistics, zeroed; with KSTAT_FLAG_VIRTUAL the caller sets ks_data. A NULL
 * name becomes "<module><instance>". Strings are copied. The kstat is the
 * caller's until net_kstat_delete(), at the latest until its registrant's
 * destroy returned.
 *
 * Returns NULL, with a log line that says why, for an unknown netid, a type
 * other than KSTAT_TYPE_NAMED, unknown flags, a bad ndata, or a (module,
 * instance, name) that is taken in that instance.
 */
kstat_t *net_kstat_create(netid_t id, const char *module, int instance,
    const char *name, const char *ks_class, uchar_t type, ulong_t ndata,
    uchar_t flags);

/*
 * Removes a kstat and frees it. Works until the instance's last destroy
 * callback returned; afterwards, and for NULL, it does nothing. The caller
 * must not hold ks_lock. Inside a callback of another instance it is queued:
 * ks_private and virtual data may still be read until that instance's next
 * callback.
 */
void net_kstat_delete(netid_t id, kstat_t *kstat);

/* Opens a kstat to readers; any other pointer gets a log line. */
void kstat_install(kstat_t *kstat);

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
