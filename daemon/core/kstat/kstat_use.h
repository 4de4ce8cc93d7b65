/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_use.h: private to core/: running the plugin code of a kstat. On its
 * instance's strand.
 */
#ifndef NETINST_CORE_KSTAT_USE_H
#define NETINST_CORE_KSTAT_USE_H

#include "core/callback/frame.h"
#include "core/kstat/kstat_impl.h"

/* How far a kstat is in its life. */
enum kstat_state {
	KSTAT_NEW,
	KSTAT_OPEN,
	KSTAT_ASLEEP, /* dormant */
	KSTAT_WOKEN   /* dormant, made again, not installed yet */
};
/* Takes the instance's lock. */
enum kstat_state kstat_state(
    struct instance *instance, const struct kstat_entry *entry);

/*
 * Between begin and end the calling thread, the
 * strand's, is in a callback (CALLBACK_KSTAT) and holds ks_lock, and the entry
 * stays. False, and nothing to end: a dormant one is being made anew, and not
 * installed yet.
 */
struct kstat_use {
	struct kstat_entry *entry;
	kmutex_t *lock;
	struct owner *owner; /* a reference */
	struct frame frame;
};
bool kstat_use_begin(struct kstat_use *use, struct instance *instance,
    struct kstat_entry *entry);
/* The same of one that its maker installs again. */
void kstat_use_woken(struct kstat_use *use, struct instance *instance,
    struct kstat_entry *entry);
void kstat_use_end(struct kstat_use *use, bool failed);

/* ks_update, if there is one: 0 or an errno. In a use. */
int kstat_update(struct kstat_entry *entry, int rw);
/* ks_snapshot, which there is. In a use. */
int kstat_copy_by_plugin(kstat_t *public, void *buffer, int rw);

#endif
