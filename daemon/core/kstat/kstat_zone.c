/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_zone.c: owns the visits: kstats that are visible in an instance that is
 * not their own, as kstat_zone_add() wants it. And finding kstats by name or
 * kid on behalf of a plugin, to hold them. Any thread.
 *
 * A visit is on two lists, its kstat's and its instance's. Both change only
 * with the table's lock (kstat.c) held, the instance's under that instance's
 * lock as well, which is all that a reader there needs: a kstat ends its visits
 * before it goes.
 */
#include <stdlib.h>
#include <sys/queue.h>

#include <netinst/plugin.h>

#include "base/log.h"
#include "base/memory.h"
#include "core/callback/call.h"
#include "core/object/extras.h"
#include "core/kstat/kstat_impl.h"

struct kstat_visit {
	struct kstat_visit *next; /* of the kstat */
	struct kstat_entry *entry;
	struct instance *where;	       /* outlives the visit */
	TAILQ_ENTRY(kstat_visit) link; /* of the instance, by kid */
	UT_hash_handle by_name;	       /* of the instance */
};

struct kstat_visitors {
	TAILQ_HEAD(kstat_visit_list, kstat_visit) list;
	struct kstat_visit *by_name;
	struct kstat_visit *last; /* that a reader has passed, or NULL */
};

/* Those of an instance, or NULL; its lock is held. */
static struct kstat_visitors *
visitors_of(const struct instance *instance)
{
	const struct instance_extras *extras = extras_peek(instance);

	return extras != NULL ? extras->kstat_visitors : NULL;
}

static kid_t
visit_kid(const struct kstat_visit *visit)
{
	return visit->entry->public.ks_kid;
}

struct kstat_entry *
kstat_visitor_find(const struct instance *instance, const struct kstat_key *key)
{
	struct kstat_visitors *visitors = visitors_of(instance);
	struct kstat_visit *visit = NULL;

	if (visitors != NULL)
		HASH_FIND(by_name, visitors->by_name, key, sizeof(*key), visit);
	return visit != NULL ? visit->entry : NULL;
}

struct kstat_entry *
kstat_visitor_after(const struct instance *instance, kid_t after)
{
	struct kstat_visitors *visitors = visitors_of(instance);
	struct kstat_visit *visit;

	if (visitors == NULL)
		return NULL;
	visit = visitors->last;
	while (visit != NULL && visit_kid(visit) > after)
		visit = TAILQ_PREV(visit, kstat_visit_list, link);
	if (visit == NULL)
		visit = TAILQ_FIRST(&visitors->list);
	for (; visit != NULL && visit_kid(visit) <= after;
	     visit = TAILQ_NEXT(visit, link))
		visitors->last = visit;
	return visit != NULL ? visit->entry : NULL;
}

/* --- coming and going; the table's lock is held --------------------------- */

static struct kstat_visitors *
visitors_make(struct instance *instance)
{
	struct instance_extras *extras = extras_of(instance);
	struct kstat_visitors *visitors = extras->kstat_visitors;

	if (visitors == NULL) {
		visitors = memory_zalloc(sizeof(*visitors));
		TAILQ_INIT(&visitors->list);
		extras->kstat_visitors = visitors;
	}
	return visitors;
}

/* By kid: mostly it is the youngest of all. */
static void
visit_insert(struct kstat_visitors *visitors, struct kstat_visit *visit)
{
	struct kstat_visit *before =
	    TAILQ_LAST(&visitors->list, kstat_visit_list);

	while (before != NULL && visit_kid(before) > visit_kid(visit))
		before = TAILQ_PREV(before, kstat_visit_list, link);
	if (before != NULL)
		TAILQ_INSERT_AFTER(&visitors->list, before, visit, link);
	else
		TAILQ_INSERT_HEAD(&visitors->list, visit, link);
	HASH_ADD_KEYPTR(by_name, visitors->by_name, &visit->entry->key,
	    sizeof(visit->entry->key), visit);
}

static struct kstat_visit *
visit_find(const struct kstat_entry *entry, zoneid_t zone)
{
	struct kstat_visit *visit = entry->visits;

	while (visit != NULL && visit->where->id != zone)
		visit = visit->next;
	return visit;
}

static bool
is_visible(const struct kstat_entry *entry, zoneid_t zone)
{
	return zone == ALL_ZONES || entry->home->id == zone ||
	       visit_find(entry, zone) != NULL;
}

/* The lock of where is held; why it cannot be, or NULL. */
static const char *
visit_begin(struct kstat_entry *entry, struct instance *where)
{
	struct kstat_visit *visit;

	if (where->closed)
		return "that instance is gone";
	if (kstat_find(where, &entry->key) != NULL ||
	    kstat_visitor_find(where, &entry->key) != NULL)
		return "there is one of that name";
	visit = memory_zalloc(sizeof(*visit));
	visit->entry = entry;
	visit->where = where;
	visit->next = entry->visits;
	entry->visits = visit;
	visit_insert(visitors_make(where), visit);
	return NULL;
}

/* The kstat's list is the caller's business. */
static void
visit_end(struct kstat_visit *visit)
{
	struct instance *where = visit->where;
	struct kstat_visitors *visitors;

	lock_enter(&where->lock);
	visitors = visitors_of(where);
	TAILQ_REMOVE(&visitors->list, visit, link);
	HASH_DELETE(by_name, visitors->by_name, visit);
	visitors->last = NULL;
	lock_exit(&where->lock);
	free(visit);
}

static void
visit_unlink(struct kstat_visit *visit)
{
	struct kstat_visit **at = &visit->entry->visits;

	while (*at != visit)
		at = &(*at)->next;
	*at = visit->next;
}

void
kstat_visits_end(struct kstat_entry *entry)
{
	struct kstat_visit *visit;

	while ((visit = entry->visits) != NULL) {
		entry->visits = visit->next;
		visit_end(visit);
	}
}

void
kstat_visitors_end(struct instance *instance)
{
	struct kstat_visitors *visitors;
	struct kstat_visit *visit;

	lock_enter(&instance->lock);
	ASSERT(instance->closed);
	visitors = visitors_of(instance);
	lock_exit(&instance->lock);
	if (visitors == NULL)
		return;
	kstat_table_enter();
	while ((visit = TAILQ_FIRST(&visitors->list)) != NULL) {
		visit_unlink(visit);
		visit_end(visit);
	}
	kstat_table_exit();
	lock_enter(&instance->lock);
	extras_of(instance)->kstat_visitors = NULL;
	lock_exit(&instance->lock);
	free(visitors);
}

/* --- the documented functions --------------------------------------------- */

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
	if (entry != NULL && !is_visible(entry, where->id)) {
		lock_enter(&where->lock);
		refusal = visit_begin(entry, where);
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
	struct kstat_visit *visit;

	if (entry == NULL)
		return "there is no such kstat";
	if (entry->home->id == zone)
		return "it stays visible in its own instance";
	visit = visit_find(entry, zone);
	if (visit == NULL)
		return "it is not visible there";
	visit_unlink(visit);
	visit_end(visit);
	return NULL;
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
	visible = entry != NULL && is_visible(entry, zone);
	kstat_table_exit();
	return visible;
}

NETINST_EXPORT kstat_t *
kstat_hold_bykid(kid_t kid, zoneid_t zone)
{
	struct kstat_entry *entry;

	kstat_table_enter();
	entry = kstat_table_find_kid(kid);
	if (entry != NULL && !is_visible(entry, zone))
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
