/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat.h: statistics of one instance.
 *
 * As Solaris' "IP Instances" asks: create them in the create callback with
 * net_kstat_create(), delete them in the shutdown callback with
 * net_kstat_delete(). Names and layouts are the Solaris ones.
 * Any thread may call these; a zone is an instance and its id a netid.
 */
#ifndef NETINST_KSTAT_H
#define NETINST_KSTAT_H

#include <netinst/kstat_io.h>
#include <netinst/kstat_named.h>
#include <netinst/sync.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int kid_t;

/* What ks_data points to, and what ndata counts. */
#define KSTAT_TYPE_RAW	 0 /* bytes of your own */
#define KSTAT_TYPE_NAMED 1 /* kstat_named_t */
#define KSTAT_TYPE_INTR	 2 /* one kstat_intr_t */
#define KSTAT_TYPE_IO	 3 /* one kstat_io_t */
#define KSTAT_TYPE_TIMER 4 /* kstat_timer_t */
#define KSTAT_NUM_TYPES	 5

/* To create with: */
#define KSTAT_FLAG_VIRTUAL    0x01 /* ks_data is the plugin's own memory */
#define KSTAT_FLAG_VAR_SIZE   0x02 /* its size changes; only with VIRTUAL */
#define KSTAT_FLAG_WRITABLE   0x04 /* kstat.write may change it */
#define KSTAT_FLAG_PERSISTENT 0x08 /* deleting keeps its last values */
/* The framework's: */
#define KSTAT_FLAG_DORMANT 0x10 /* persistent, and deleted */
#define KSTAT_FLAG_INVALID 0x20 /* set until kstat_install() */

#define KSTAT_READ  0
#define KSTAT_WRITE 1

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
	size_t ks_data_size; /* bytes; of RAW data and for ks_snapshot */
	hrtime_t ks_snaptime;
	/*
	 * Called before each read (KSTAT_READ) and after each write
	 * (KSTAT_WRITE), on a worker, with ks_lock held; must not take it.
	 * Non-zero (EIO; EACCES, ...) refuses it, and what was written is
	 * taken back. NULL: none.
	 */
	int (*ks_update)(struct kstat *, int rw);
	void *ks_private; /* the plugin's */
	/*
	 * Instead of copying ks_data: fills the ks_data_size bytes of buffer
	 * with data of the kstat's type, or takes over what is in it. As
	 * ks_update otherwise; ENOMEM after enlarging ks_data_size of a
	 * VAR_SIZE kstat: called again with a larger buffer.
	 */
	int (*ks_snapshot)(struct kstat *, void *buffer, int rw);
	/*
	 * A kmutex_t held while the kstat is read or written. Starts as one of
	 * the framework's own; a plugin may put its own there before
	 * installing, or NULL.
	 */
	void *ks_lock;
} kstat_t;

/*
 * Makes a kstat of an instance; it can be read after kstat_install(). Its data
 * is zeroed; with KSTAT_FLAG_VIRTUAL the caller sets ks_data. A NULL name
 * becomes "<module><instance>". Strings are copied. The kstat is the caller's
 * until net_kstat_delete(), at the latest until its registrant's destroy
 * returned.
 *
 * Where a persistent one of that name was deleted, and class, type and ndata
 * are the same, that one is returned, with its last values; kstat_install()
 * then hands them to ks_update(KSTAT_WRITE). Nothing else reads or writes it
 * until then, so this waits for the holder of its ks_lock.
 *
 * Returns NULL, with a log line that says why, for an unknown netid or type,
 * unknown flags, PERSISTENT with VIRTUAL, VAR_SIZE without it, an ndata of 0
 * (unless VAR_SIZE), other than 1 (INTR, IO) or beyond all measure, or a
 * (module, instance, name) that can be seen in that instance already, or whose
 * ks_lock the caller holds.
 */
kstat_t *net_kstat_create(netid_t id, const char *module, int instance,
    const char *name, const char *ks_class, uchar_t type, ulong_t ndata,
    uchar_t flags);
/* The same on the global instance (also for ALL_ZONES), on a zone's, on id's */
kstat_t *kstat_create(const char *module, int instance, const char *name,
    const char *ks_class, uchar_t type, uint_t ndata, uchar_t flags);
kstat_t *kstat_create_zone(const char *module, int instance, const char *name,
    const char *ks_class, uchar_t type, uint_t ndata, uchar_t flags,
    zoneid_t zone);
kstat_t *kstat_create_netstack(const char *module, int instance,
    const char *name, const char *ks_class, uchar_t type, uint_t ndata,
    uchar_t flags, netstackid_t id);

/*
 * Opens a kstat to readers. Refused with a log line: any other pointer; a
 * VAR_SIZE kstat without ks_lock; a STRING statistic in one that is not
 * VIRTUAL, or in a WRITABLE one without a ks_snapshot of its own.
 */
void kstat_install(kstat_t *kstat);

/*
 * Removes a kstat and frees it. A persistent one that was installed is brought
 * up to date instead; it stays readable in memory of the framework's, without
 * its ks_update, ks_snapshot, ks_lock and ks_private, until its instance ends.
 * Works until the instance's last destroy callback returned; afterwards, and
 * for NULL, it does nothing. Refused with a log line while the caller holds
 * ks_lock. Inside a callback of another instance it is queued: ks_private and
 * virtual data may still be read until that instance's next callback. Those
 * of events and hooks are the framework's: refused with a log line.
 */
void net_kstat_delete(netid_t id, kstat_t *kstat);
void kstat_delete(kstat_t *kstat);
void kstat_delete_netstack(kstat_t *kstat, netstackid_t id);
/* One of the global instance, by its name. */
void kstat_delete_byname(const char *module, int instance, const char *name);

/*
 * Makes a kstat visible in another instance too, and takes that back. It goes
 * with its own instance, where it always stays visible. Refused with a log
 * line: an unknown zone, and one where the name is taken.
 */
void kstat_zone_add(kstat_t *kstat, zoneid_t zone);
void kstat_zone_remove(kstat_t *kstat, zoneid_t zone);
/* 1 when the kstat is visible there (ALL_ZONES: anywhere), else 0. */
int kstat_zone_find(kstat_t *kstat, zoneid_t zone);

/*
 * A kstat that is visible in a zone (ALL_ZONES: in any), or NULL. Until
 * kstat_rele() its memory stays, also when it is deleted meanwhile; virtual
 * data is read under ks_lock. Several may hold it at once.
 */
kstat_t *kstat_hold_bykid(kid_t kid, zoneid_t zone);
kstat_t *kstat_hold_byname(
    const char *module, int instance, const char *name, zoneid_t zone);
void kstat_rele(kstat_t *kstat);

/* Copies a string as those of a kstat are: cut, the rest zeroed. */
void kstat_set_string(char *target, const char *source);

#ifdef __cplusplus
}
#endif

#endif
