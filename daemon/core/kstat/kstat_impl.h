/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_impl.h: private to core/: a kstat behind its public face.
 *
 * The table (kstat_table.c) knows all of them by address, so that a pointer
 * from a plugin is looked up before it is followed; it has a lock of its own,
 * outside the instances'. Each instance knows its own by name, and those of
 * others that visit it (kstat_visit.c).
 */
#ifndef NETINST_CORE_KSTAT_IMPL_H
#define NETINST_CORE_KSTAT_IMPL_H

#include <netinst/kstat.h>

#include "core/object/core_impl.h"

#define KSTAT_MAGIC 0x6b737461U

#define KSTAT_RAW_MAX (1 << 20) /* bytes of a raw one */

/* Of one of ndata, and how many there may be; by type. */
struct kstat_rule {
	size_t size;
	ulong_t most;
};
extern const struct kstat_rule kstat_rules[KSTAT_NUM_TYPES];

/* What makes a kstat unique in its instance. */
struct kstat_key {
	char module[KSTAT_STRLEN + 1], name[KSTAT_STRLEN + 1];
	int instance;
};

struct kstat_visit;

/*
 * There are hundreds of thousands: mind the size. What only the strand touches
 * is not beside what others look at: they may be read together.
 */
struct kstat_entry {
	kstat_t public;
	unsigned magic;
	uint32_t holds; /* table's lock: what keeps it when it is gone */
	uint32_t ndata; /* as created, whatever became of public */
	uchar_t type;	/* likewise */
	uchar_t flags;	/* likewise; the instance's lock, once listed */
	_Atomic bool installed;	    /* written under the instance's lock */
	bool dormant;		    /* the instance's lock */
	struct instance *home;	    /* table's lock to write; NULL: gone */
	struct claim claim;	    /* owner: a reference; instance's lock */
	struct kstat_visit *visits; /* table's lock */
	struct kstat_key key;
	bool counted;	     /* strand: among its pair's belongings */
	bool condemned;	     /* strand: deleted while it was in use */
	uint8_t used;	     /* strand: uses under way (kstat_use) */
	bool framework;	     /* its own, on memory that outlives it */
	const void *address; /* of this structure: the other key */
	kmutex_t own_lock;
	UT_hash_handle by_name, by_address; /* of the instance; of all */
	uint64_t data[];		    /* none when virtual */
};

/* --- kstat_table.c: all there are ----------------------------------------- */

/* release: gives back the ks_private of the framework's own, with the kstat. */
void kstat_table_init(void (*release)(void *private));

/* The table's lock; the instances' may be taken inside. */
void kstat_table_enter(void);
void kstat_table_exit(void);

/*
 * One comes to an instance, whose lock is held, too: so kids rise along its
 * list.
 */
void kstat_table_add(struct instance *home, struct kstat_entry *entry);
/*
 * It goes, off all lists but that of what is held; true when nobody holds it.
 * The lock is held.
 */
bool kstat_table_remove(struct kstat_entry *entry);

/* What a plugin's pointer points to, or NULL; the lock is held. */
struct kstat_entry *kstat_table_find(const kstat_t *kstat);
/* The one with that kid, or NULL; the lock is held. */
struct kstat_entry *kstat_table_find_kid(kid_t kid);

/* Fills a key; names are cut as those of kstats are. */
void kstat_make_key(
    struct kstat_key *key, const char *module, int instance, const char *name);

/* An instance's own, or NULL; its lock is held. */
struct kstat_entry *kstat_find(
    const struct instance *instance, const struct kstat_key *key);

/* names: module, name and class; the name may be NULL. */
struct kstat_entry *kstat_new(const char *const names[3], int instance,
    uchar_t type, ulong_t ndata, uchar_t flags, struct owner *owner);
void kstat_free(struct kstat_entry *entry);

/* Keep the memory of one that is deleted; the last one frees it. */
void kstat_hold(struct kstat_entry *entry); /* the table's lock is held */
void kstat_let_go(struct kstat_entry *entry);

/* --- kstat.c: those of an instance ---------------------------------------- */

/*
 * Lists *entry in its instance (or wakes a dormant one, which *entry then is),
 * or says why not: then nobody has seen it. No lock may be held.
 */
const char *kstat_list(struct instance *instance, struct kstat_entry **entry);

/*
 * Shows one of the framework's own, on memory that outlives it. NULL, and it is
 * freed, when a plugin has taken the name.
 */
struct kstat_entry *kstat_show(
    struct instance *instance, struct kstat_entry *entry);

/* Takes an entry off its instance and frees it. Strand. */
void kstat_remove(struct instance *instance, struct kstat_entry *entry);

/* --- kstat_end.c: what is left; strand ------------------------------------ */

/* As notify_first_left() and notify_reclaim(). */
struct claim *kstat_first_left(
    struct instance *instance, const struct claim *of);
unsigned kstat_reclaim(
    struct instance *instance, struct claim *claim, const struct claim *of);

/* How many belong to the registrant. */
unsigned kstat_count_of(
    struct instance *instance, const struct registrant *registrant);

/* The instance is closed: what is nobody's fault goes. */
void kstat_end(struct instance *instance);

/* --- kstat_named.c -------------------------------------------------------- */

/* Copies at most KSTAT_STRLEN - 1 bytes, the rest are zeroes. */
void kstat_copy_name(char target[static KSTAT_STRLEN], const char *source);

/*
 * A plugin broke a rule of the interface: a line to the log that names who
 * called (caller: its address), and in debug builds an assertion.
 */
void kstat_complain(const void *caller, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --- kstat_io.c ----------------------------------------------------------- */

/* Adds what is under way at now to a copy. */
void kstat_io_add_open(kstat_io_t *copy, hrtime_t now);

#endif
