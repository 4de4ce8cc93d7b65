/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_zone.c: the documented functions that make kstats visible in other
 * instances (kstat_visit.c), and that find kstats by name or kid on behalf of a
 * plugin, to hold them. Any thread; owns nothing.
 */
#include <netinst/plugin.h>

#include "base/log.h"
#include "core/kstat/kstat_impl.h"
#include "core/kstat/kstat_visit.h"
#include "core/object/owner_impl.h"

static const char *
zone_add(kstat_t *kstat, struct instance *where)
{
	const char *refusal = "there is no such kstat";
	struct kstat_entry *entry;

	if (where == NULL)
		return "there is no such zone";
	kstat_table_enter();
	entry = kstat_table_find(kstat);
	if (entry != NULL)
		refusal = NULL;
	if (entry != NULL && !kstat_is_visible(entry, where->id)) {
		lock_enter(&where->lock);
		refusal = kstat_visit_add(entry, where);
		lock_exit(&where->lock);
	}
	kstat_table_exit();
	return refusal;
}

NETINST_EXPORT void
kstat_zone_add(kstat_t *kstat, zoneid_t zone)
{
	struct instance *where = instance_find(zone);
	const char *refusal = zone_add(kstat, where);

	if (refusal != NULL)
		owner_complain(owner_of_caller(__builtin_return_address(0)),
		    "kstat_zone_add to %d refused: %s", (int)zone, refusal);
	if (where != NULL)
		instance_release(where);
}

static const char *
zone_remove(struct kstat_entry *entry, zoneid_t zone)
{
	if (entry == NULL)
		return "there is no such kstat";
	if (entry->home->id == zone)
		return "it stays visible in its own instance";
	return kstat_visit_remove(entry, zone) ? NULL
					       : "it is not visible there";
}

NETINST_EXPORT void
kstat_zone_remove(kstat_t *kstat, zoneid_t zone)
{
	const char *refusal;

	kstat_table_enter();
	refusal = zone_remove(kstat_table_find(kstat), zone);
	kstat_table_exit();
	if (refusal != NULL)
		owner_complain(owner_of_caller(__builtin_return_address(0)),
		    "kstat_zone_remove from %d refused: %s", (int)zone,
		    refusal);
}

NETINST_EXPORT int
kstat_zone_find(kstat_t *kstat, zoneid_t zone)
{
	const struct kstat_entry *entry;
	bool visible;

	kstat_table_enter();
	entry = kstat_table_find(kstat);
	visible = entry != NULL && kstat_is_visible(entry, zone);
	kstat_table_exit();
	return visible;
}

NETINST_EXPORT kstat_t *
kstat_hold_bykid(kid_t kid, zoneid_t zone)
{
	struct kstat_entry *entry;

	kstat_table_enter();
	entry = kstat_table_find_kid(kid);
	if (entry != NULL && !kstat_is_visible(entry, zone))
		entry = NULL;
	if (entry != NULL)
		kstat_hold(entry);
	kstat_table_exit();
	return entry != NULL ? &entry->public : NULL;
}

/* One of that name there, held; NULL when there is none. */
static struct kstat_entry *
hold_in(struct instance *where, const struct kstat_key *key)
{
	struct kstat_entry *entry;

	kstat_table_enter();
	lock_enter(&where->lock);
	entry = kstat_find(where, key);
	if (entry == NULL)
		entry = kstat_visitor_find(where, key);
	lock_exit(&where->lock);
	if (entry != NULL)
		kstat_hold(entry);
	kstat_table_exit();
	return entry;
}

/* In the first instance that has it. */
static struct kstat_entry *
hold_anywhere(const struct kstat_key *key)
{
	struct kstat_entry *entry = NULL;
	struct instance *where, *next;

	where = instance_next(-1);
	while (where != NULL && entry == NULL) {
		entry = hold_in(where, key);
		next = instance_next(where->id);
		instance_release(where);
		where = next;
	}
	if (where != NULL)
		instance_release(where);
	return entry;
}

NETINST_EXPORT kstat_t *
kstat_hold_byname(
    const char *module, int instance, const char *name, zoneid_t zone)
{
	struct kstat_entry *entry = NULL;
	struct instance *where = NULL;
	struct kstat_key key;

	if (module == NULL || name == NULL)
		return NULL;
	kstat_make_key(&key, module, instance, name);
	if (zone == ALL_ZONES)
		entry = hold_anywhere(&key);
	else
		where = instance_find(zone);
	if (where != NULL) {
		entry = hold_in(where, &key);
		instance_release(where);
	}
	return entry != NULL ? &entry->public : NULL;
}
