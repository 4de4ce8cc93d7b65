/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstats.c: owns a record of each kstat, and its data: the framework takes that
 * for the plugin's own (KSTAT_FLAG_VIRTUAL). One atomic exchange claims a
 * record, and one gives it back.
 */
#include "check/child/kstats.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "check/child/call.h"
#include "check/child/guard.h"
#include "check/child/where.h"
#include "core/core.h"

#define RECORDS_MAX 16384 /* more go unchecked */

enum record_state { RECORD_FREE, RECORD_BUSY, RECORD_USED };

struct record {
	_Atomic int state;
	kstat_t *kstat;
	void *data; /* guarded; NULL: not ours */
	netid_t instance;
	char registrant[BOARD_NAME], name[BOARD_NAME];
};

static struct record records[RECORDS_MAX];
static _Atomic size_t records_used; /* none stands at or above it */
static _Atomic bool records_full;   /* there are some that are not here */

static struct record *
record_claim(void)
{
	size_t used;
	int state;

	for (size_t i = 0; i < RECORDS_MAX; i++) {
		state = RECORD_FREE;
		if (atomic_compare_exchange_strong(
			&records[i].state, &state, RECORD_BUSY)) {
			used = atomic_load(&records_used);
			while (used <= i && !atomic_compare_exchange_weak(
						&records_used, &used, i + 1))
				;
			return &records[i];
		}
	}
	atomic_store(&records_full, true);
	return NULL;
}

/* Gives a record and its memory back. */
static void
record_drop(struct record *record)
{
	if (record->data != NULL)
		guard_free(record->data);
	atomic_store(&record->state, RECORD_FREE);
}

/* The next one in use, from the first on when record is NULL; NULL: none. */
static struct record *
record_next(const struct record *record)
{
	size_t i = record != NULL ? (size_t)(record - records) + 1 : 0;

	for (; i < atomic_load(&records_used); i++)
		if (atomic_load(&records[i].state) == RECORD_USED)
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
	record->kstat = kstat;
	record->data = NULL;
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
	atomic_store(&record->state, RECORD_USED);
}

kstat_t *
kstats_create(netid_t id, const char *module, int instance, const char *name,
    const char *class, uchar_t type, ulong_t ndata, uchar_t flags)
{
	/* Otherwise the memory is not ours to choose. */
	bool guarded = (flags & (KSTAT_FLAG_VIRTUAL | KSTAT_FLAG_VAR_SIZE |
				    KSTAT_FLAG_PERSISTENT)) == 0 &&
		       !board->order.valgrind;
	struct record *record = record_claim();
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
	if (record == NULL)
		return kstat;
	if (kstat == NULL) {
		atomic_store(&record->state, RECORD_FREE);
		return NULL;
	}
	record_fill(record, kstat, id, guarded);
	return kstat;
}

netid_t
kstats_home(const kstat_t *kstat)
{
	const struct record *record = record_find(kstat);

	return record != NULL ? record->instance : GLOBAL_ZONEID;
}

void
kstats_delete(netid_t id, kstat_t *kstat)
{
	struct record *record = record_find(kstat);
	struct location where = where_now();

	if (kstat != NULL && record == NULL && !atomic_load(&records_full))
		where_report(KIND_FOREIGN_UNREGISTER, "net_kstat_delete",
		    "net_kstat_delete() of something that is no kstat of this "
		    "plugin, or no more");
	if (record != NULL && where.instance == record->instance &&
	    strcmp(where.callback, callback_name(CALLBACK_DESTROY)) == 0)
		board_reportf(KIND_KSTAT_LATE, &where, record->name,
		    "kstat %s is deleted here", record->name);
	/* Before: the next kstat, on any thread, may get the same address. */
	if (record != NULL)
		atomic_store(&record->state, RECORD_BUSY);
	net_kstat_delete(id, kstat);
	if (record == NULL)
		return;
	/* In another instance's callback it is only queued. */
	if (where.instance != NOWHERE && where.instance != id)
		record->data = NULL;
	record_drop(record);
}

void
kstats_after_destroy(const struct location *where)
{
	struct record *record = NULL;

	while ((record = record_next(record)) != NULL) {
		if (record->instance != where->instance ||
		    strcmp(record->registrant, where->registrant) != 0)
			continue;
		board_reportf(KIND_KSTAT_LEFT, where, record->name,
		    "kstat %s was still there when it had returned",
		    record->name);
		/* The core reads it until it has freed it. */
		record->data = NULL;
		record_drop(record);
	}
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

	while ((record = record_next(record)) != NULL) {
		if (record->instance != id ||
		    record->kstat->ks_type != KSTAT_TYPE_NAMED)
			continue;
		named = KSTAT_NAMED_PTR(record->kstat);
		for (uint_t i = 0; named != NULL && i < record->kstat->ks_ndata;
		     i++)
			observe_named(record, &named[i]);
	}
}

void
kstats_finish(void)
{
	struct record *record = NULL;

	while ((record = record_next(record)) != NULL)
		record_drop(record);
}
