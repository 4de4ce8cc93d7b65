/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstats.c: owns a record of each kstat, and its data: the framework takes that
 * for the plugin's own (KSTAT_FLAG_VIRTUAL). The records are under one lock. A
 * kstat's is taken away before the kstat is freed, so none is found by an
 * address that is another's by then, and what is found is there.
 */
#include "check/child/kstats.h"

#include <stdio.h>
#include <string.h>

#include "base/lock.h"
#include "check/child/call.h"
#include "check/child/guard.h"
#include "check/child/where.h"
#include "core/core.h"

#define RECORDS_MAX 16384 /* more go unchecked */

struct record {
	bool taken;
	kstat_t *kstat; /* NULL: it is being made */
	void *data;	/* guarded; NULL: not ours */
	netid_t instance;
	char registrant[BOARD_NAME], name[BOARD_NAME];
};

static struct lock records_lock = LOCK_INITIALIZER(LOCK_RECORDS);
static struct record records[RECORDS_MAX];
static size_t records_used; /* none stands at or above it */
static bool records_full;   /* there are kstats that have none */

/* One for a kstat that is about to be made; NULL: there are no more. */
static struct record *
record_take(void)
{
	struct record *record = NULL;
	size_t i = 0;

	lock_enter(&records_lock);
	while (i < records_used && records[i].taken)
		i++;
	if (i < RECORDS_MAX) {
		record = &records[i];
		*record = (struct record){.taken = true};
		if (i == records_used)
			records_used++;
	} else {
		records_full = true;
	}
	lock_exit(&records_lock);
	return record;
}

static void
record_give_back(struct record *record)
{
	lock_enter(&records_lock);
	record->taken = false;
	lock_exit(&records_lock);
}

/* The next kstat's, from the first on when record is NULL; NULL: none. */
static struct record *
record_next(const struct record *record)
{
	size_t i = record != NULL ? (size_t)(record - records) + 1 : 0;

	lock_assert_held(&records_lock);
	for (; i < records_used; i++)
		if (records[i].taken && records[i].kstat != NULL)
			return &records[i];
	return NULL;
}

static struct record *
record_find(const kstat_t *kstat)
{
	struct record *record = NULL;

	while ((record = record_next(record)) != NULL)
		if (record->kstat == kstat)
			break;
	return record;
}

static void
record_fill(struct record *record, kstat_t *kstat, netid_t id, bool guarded)
{
	record->instance = id;
	(void)snprintf(record->registrant, sizeof(record->registrant), "%s",
	    where_now().registrant);
	(void)snprintf(record->name, sizeof(record->name), "%.30s:%d:%.30s",
	    kstat->ks_module, kstat->ks_instance, kstat->ks_name);
	if (guarded)
		record->data = kstat->ks_data = guard_alloc(
		    kstat->ks_data_size, 16, GUARD_KSTAT, record->name);
	if (record->data != NULL)
		memset(record->data, 0, kstat->ks_data_size);
	lock_enter(&records_lock);
	record->kstat = kstat;
	lock_exit(&records_lock);
}

kstat_t *
kstats_create(netid_t id, const char *module, int instance, const char *name,
    const char *class, uchar_t type, ulong_t ndata, uchar_t flags)
{
	/* Otherwise the memory is not ours to choose. */
	bool guarded = (flags & (KSTAT_FLAG_VIRTUAL | KSTAT_FLAG_VAR_SIZE |
				    KSTAT_FLAG_PERSISTENT)) == 0 &&
		       !board->order.valgrind;
	struct record *record = record_take();
	uchar_t asked = flags;
	const char *refusal;
	kstat_t *kstat;

	if (guarded && record != NULL)
		asked |= KSTAT_FLAG_VIRTUAL;
	if (call_fails("net_kstat_create", 0)) {
		kstat = NULL;
	} else {
		call_begin();
		kstat = net_kstat_create(
		    id, module, instance, name, class, type, ndata, asked);
		refusal = call_end();
		if (kstat == NULL)
			call_report("net_kstat_create", refusal);
	}
	if (record != NULL && kstat != NULL)
		record_fill(record, kstat, id, guarded);
	else if (record != NULL)
		record_give_back(record);
	return kstat;
}

netid_t
kstats_home(const kstat_t *kstat)
{
	const struct record *record;
	netid_t home;

	lock_enter(&records_lock);
	record = record_find(kstat);
	home = record != NULL ? record->instance : GLOBAL_ZONEID;
	lock_exit(&records_lock);
	return home;
}

/* Takes a kstat's record away; false: it has none. */
static bool
record_remove(const kstat_t *kstat, struct record *removed)
{
	struct record *record;

	lock_enter(&records_lock);
	record = record_find(kstat);
	if (record != NULL) {
		*removed = *record;
		record->taken = false;
	} else if (kstat != NULL && !records_full) {
		where_report(KIND_FOREIGN_UNREGISTER, "net_kstat_delete",
		    "net_kstat_delete() of something that is no kstat of this "
		    "plugin, or no more");
	}
	lock_exit(&records_lock);
	return record != NULL;
}

void
kstats_delete(netid_t id, kstat_t *kstat)
{
	struct location where = where_now();
	struct record record;
	bool known = record_remove(kstat, &record);

	if (known && where.instance == record.instance &&
	    strcmp(where.callback, callback_name(CALLBACK_DESTROY)) == 0)
		board_reportf(KIND_KSTAT_LATE, &where, record.name,
		    "kstat %s is deleted here", record.name);
	net_kstat_delete(id, kstat);
	/* In another instance's callback it is only queued. */
	if (known && record.data != NULL &&
	    (where.instance == NOWHERE || where.instance == id))
		guard_free(record.data);
}

void
kstats_after_destroy(const struct location *where)
{
	struct record *record = NULL;

	lock_enter(&records_lock);
	while ((record = record_next(record)) != NULL) {
		if (record->instance != where->instance ||
		    strcmp(record->registrant, where->registrant) != 0)
			continue;
		board_reportf(KIND_KSTAT_LEFT, where, record->name,
		    "kstat %s was still there when it had returned",
		    record->name);
		/* Its data stays: the core reads it until it has freed it. */
		record->taken = false;
	}
	lock_exit(&records_lock);
}

static void
observe_named(const struct record *record, const kstat_named_t *named)
{
	const char *text;

	if (named->data_type == KSTAT_DATA_STRING) {
		text = KSTAT_NAMED_STR_PTR(named);
		board_observe("statistic %s:%.30s on instance %d is '%s'",
		    record->name, named->name, (int)record->instance,
		    text != NULL ? text : "");
		return;
	}
	/* A timeout of the plugin may be counting just now. */
	board_observe("statistic %s:%.30s on instance %d is %#llx",
	    record->name, named->name, (int)record->instance,
	    (unsigned long long)__atomic_load_n(
		&named->value.ui64, __ATOMIC_RELAXED));
}

void
kstats_observe(netid_t id)
{
	const struct record *record = NULL;
	const kstat_named_t *named;

	lock_enter(&records_lock);
	while ((record = record_next(record)) != NULL) {
		if (record->instance != id ||
		    record->kstat->ks_type != KSTAT_TYPE_NAMED)
			continue;
		named = KSTAT_NAMED_PTR(record->kstat);
		for (uint_t i = 0; named != NULL && i < record->kstat->ks_ndata;
		     i++)
			observe_named(record, &named[i]);
	}
	lock_exit(&records_lock);
}

void
kstats_finish(void)
{
	struct record *record = NULL;

	lock_enter(&records_lock);
	while ((record = record_next(record)) != NULL) {
		if (record->data != NULL)
			guard_free(record->data);
		record->taken = false;
	}
	lock_exit(&records_lock);
}
