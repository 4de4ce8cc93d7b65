/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_impl.h: private to core/: the events of a family. Belongs to the
 * instance's strand, except what hook_run.h says.
 */
#ifndef NETINST_CORE_EVENT_IMPL_H
#define NETINST_CORE_EVENT_IMPL_H

#include <netinst/kstat.h>

#include "core/hook/event.h"
#include "core/hook/family.h"

struct hook_list;
struct kstat_entry;

/* hook_event kstats, as documented. */
enum { EVENT_HOOKS_ADDED, EVENT_HOOKS_REMOVED, EVENT_CALLS, EVENT_STATISTICS };

/*
 * An event; what a provider knows as its token. Kept in a slab: a token that
 * is used for too long runs no hooks, or those of another event.
 */
struct hook_event_int {
	uint64_t number;		   /* never used again */
	struct notify_entry entry;	   /* on the family's level */
	_Atomic(struct hook_list *) hooks; /* to run; NULL: none */
	/* Counted by all who run hooks, so a place of their own. */
	kstat_named_t statistics[EVENT_STATISTICS];
	struct notify_sublevel sublevel; /* its entries: the hooks */
	struct hook_family_int *family;
	hook_event_t *public;	   /* the provider's; NULL: none */
	struct kstat_entry *kstat; /* made with the first hook; may be NULL */
	bool over; /* goes away when everybody has heard of it */
	char name[EVENT_NAME_MAX + 1];
};

void event_prepare(void);
void event_destroy(void);

/* Not on any family; name is valid. public may be NULL. Any thread. */
struct hook_event_int *event_create(const char *name, hook_event_t *public);
/* Of one that is on no family. Any thread. */
void event_discard(struct hook_event_int *event);

/* The events that a family of the framework has from the beginning. */
void event_add_well_known(
    struct instance *instance, struct hook_family_int *family);

/* Puts a new one on the family and announces it. 0 or EEXIST. */
int event_attach(struct instance *instance, struct hook_family_int *family,
    struct hook_event_int *event);

/* The one of that name that does not go, or NULL. */
struct hook_event_int *event_find(
    const struct hook_family_int *family, const char *name);

/* The one that entry, of a family's level, is embedded in; NULL for NULL. */
struct hook_event_int *event_of_entry(struct notify_entry *entry);

/* Announces it gone. */
void event_shut(struct instance *instance, struct hook_event_int *event);

/*
 * The same, and takes its hooks away; it goes away itself when that has been
 * delivered. epoch: as for hook_remove(); 0: its provider is gone.
 */
void event_end(
    struct instance *instance, struct hook_event_int *event, uint64_t epoch);

/* Frees the hooks and events of a family that went; all: whatever there is. */
void event_clear_up(
    struct instance *instance, struct hook_family_int *family, bool all);

#endif
