/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_impl.h: private to core/: a kstat behind its public face.
 */
#ifndef NETINST_CORE_KSTAT_IMPL_H
#define NETINST_CORE_KSTAT_IMPL_H

#include <netinst/kstat.h>

#include "core/core_impl.h"

#define KSTAT_MAGIC 0x6b737461U

/* What makes a kstat unique in its instance. */
struct kstat_key {
	char module[KSTAT_STRLEN + 1], name[KSTAT_STRLEN + 1];
	int instance;
};

struct kstat_entry {
	kstat_t public;
	unsigned magic;
	bool counted;		 /* strand: among its pair's belongings */
	bool installed;		 /* the instance's lock */
	bool reading, condemned; /* strand: read just now; deleted then */
	struct instance *home;	 /* borrowed: a kstat does not outlive it */
	struct registrant *registrant; /* that made it, or NULL; borrowed */
	struct owner *owner;	       /* a reference */
	void *data;		       /* NULL when virtual */
	struct kstat_key key;
	const void *address; /* of this structure: the other key */
	kmutex_t own_lock;
	UT_hash_handle by_name, by_address; /* of the instance; of all */
};

/* As notify_free_left(). Strand. */
unsigned kstat_free_left(struct instance *instance,
    const struct registrant *registrant, const struct owner *owner);

/* The owner of one that is left, borrowed; NULL when none is. */
struct owner *kstat_left_owner(struct instance *instance);

/* How many belong to the registrant. Strand. */
unsigned kstat_count_of(
    struct instance *instance, const struct registrant *registrant);

/* Takes an entry off its instance and frees it. Strand. */
void kstat_remove(struct instance *instance, struct kstat_entry *entry);

/* A reader on the strand is done with an entry it marked as being read. */
void kstat_read_ended(struct kstat_entry *entry);

/* Copies at most KSTAT_STRLEN - 1 bytes, the rest are zeroes. */
void kstat_copy_name(char target[static KSTAT_STRLEN], const char *source);

#endif
