/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_visit.c: owns the visits: kstats that are visible in an instance that
 * is not their own, as kstat_zone_add() wants it.
 *
 * A visit is on two lists, its kstat's and its instance's. Both change only
 * with the table's lock (kstat_table.c) held, the instance's under that
 * instance's lock as well, which is all that a reader there needs: a kstat ends
 * its visits before it goes. Any thread.
 */
#include "core/kstat/kstat_visit.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "base/memory.h"
#include "core/object/instance_ext.h"

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
	const struct instance_ext *ext = instance_ext_peek(instance);

	return ext != NULL ? ext->kstat_visitors : NULL;
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
	struct instance_ext *ext = instance_ext_of(instance);
	struct kstat_visitors *visitors = ext->kstat_visitors;

	if (visitors == NULL) {
		visitors = memory_zalloc(sizeof(*visitors));
		TAILQ_INIT(&visitors->list);
		ext->kstat_visitors = visitors;
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

bool
kstat_is_visible(const struct kstat_entry *entry, zoneid_t zone)
{
	return zone == ALL_ZONES || entry->home->id == zone ||
	       visit_find(entry, zone) != NULL;
}

const char *
kstat_visit_add(struct kstat_entry *entry, struct instance *where)
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

bool
kstat_visit_remove(struct kstat_entry *entry, zoneid_t zone)
{
	struct kstat_visit *visit = visit_find(entry, zone);

	if (visit == NULL)
		return false;
	visit_unlink(visit);
	visit_end(visit);
	return true;
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
	instance_ext_of(instance)->kstat_visitors = NULL;
	lock_exit(&instance->lock);
	free(visitors);
}
