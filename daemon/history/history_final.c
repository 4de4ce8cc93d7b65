/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_final.c: gathers the final snapshots of each instance until it is
 * down. Until then only the instance's strand touches what is gathered of it;
 * then whoever decides what the record says: the strand, the netns thread
 * (netns_seal()) or, at the stop, the main thread. This file's lock guards the
 * lists of instances.
 *
 * A snapshot is written as JSON at once: it has to be copied anyway, and the
 * same text is the record in memory, in the store and in the reply.
 *
 * A record that may be exact waits until the daemon has released its namespace:
 * only then is it known whether more was counted (netns_seal()). What a link
 * that is up counts while the kernel dismantles the namespace is never known.
 */
#include "history/history_final.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/lock.h"
#include "base/memory.h"
#include "core/kstat/kstat_item.h"
#include "history/history.h"
#include "history/history_living.h"
#include "history/history_record.h"
#include "lib/buffer.h"
#include "lib/clock.h"
#include "lib/emit.h"
#include "source/netns/netns.h"
#include "source/netns/netns_ref.h"
#include "text/kstat_text.h"

#define HISTORY_CLASS "net"
#define GLOBAL_ID     0
/* Of one record; what is more is left out, and the record says so. */
#define TOTALS_MAX  4096      /* kstats */
#define TOTALS_SIZE (1 << 20) /* bytes */
#define KEY_SIZE    (2 * KSTAT_STRLEN + 16)
/* What states how complete the figures are. */
#define STATEMENT_MODULE "ipstat"
#define STATEMENT_NAME	 "record"
/* What hands the counts of one life of a namespace to the next. */
#define AFTER_NAME "after"
#define WORD_SIZE  (sizeof(((kstat_named_t *)0)->value.c) + 1)

/* One kstat, as it last was. */
struct total {
	char key[KEY_SIZE];  /* "module:instance:name" */
	struct buffer value; /* JSON */
};

struct gathered {
	netid_t id;
	struct gathered *next;
	struct instance *instance; /* a reference, of one that waits */
	int64_t closed;		   /* likewise; realtime, ns */
	struct total *totals;
	size_t count, bytes;
	bool cut;		      /* there were too many */
	char completeness[WORD_SIZE]; /* as was stated; "" while nothing was */
	uint64_t age;		      /* ns, as was stated */
	bool has_age;
	char *after; /* what was counted, for a next life; or NULL */
	size_t after_size;
	struct netns_figures figures; /* as were stated, all of them or none */
	uint64_t open; /* links that may count as long as there are any */
	bool ended;    /* its namespace has, and nobody had it any more */
	unsigned figures_stated;
};

static struct {
	struct lock lock;
	struct gathered *first;	  /* of instances that end: never many */
	struct gathered *waiting; /* whose namespace is not released yet */
	bool stopping;
} final = {.lock = LOCK_INITIALIZER(LOCK_HISTORY)};

/* --- which instances ------------------------------------------------------ */

/* Finds what was gathered of an instance, or begins it. */
static struct gathered *
final_find(netid_t id)
{
	struct gathered *gathered;

	lock_enter(&final.lock);
	for (gathered = final.first; gathered != NULL;
	     gathered = gathered->next)
		if (gathered->id == id)
			break;
	if (gathered == NULL) {
		gathered = memory_zalloc(sizeof(*gathered));
		gathered->id = id;
		gathered->next = final.first;
		final.first = gathered;
	}
	lock_exit(&final.lock);
	return gathered;
}

/* Takes it off a list; NULL: it is not there. Under the lock. */
static struct gathered *
final_unlist(struct gathered **link, netid_t id)
{
	struct gathered *gathered;

	while (*link != NULL && (*link)->id != id)
		link = &(*link)->next;
	gathered = *link;
	if (gathered != NULL)
		*link = gathered->next;
	return gathered;
}

static void
final_free(struct gathered *gathered)
{
	if (gathered == NULL)
		return;
	for (size_t i = 0; i < gathered->count; i++)
		buffer_free(&gathered->totals[i].value);
	free(gathered->totals);
	free(gathered->after);
	free(gathered);
}

/* --- final snapshots ------------------------------------------------------ */

/* A member's name that may hold anything: emit_key() takes literals only. */
static void
final_write_key(struct buffer *out, const char *name)
{
	emit_text(out, NULL, name);
	emit_raw_byte(out, ':');
}

/*
 * {"statistic":value,...}; null when it could not be read. False: not all of
 * them were written.
 */
static bool
final_write_total(struct buffer *out, const struct kstat_snapshot *last)
{
	uint_t count = kstat_item_count(last->type, last->count), i;
	struct kstat_item item;

	if (last->error != 0) {
		emit_null(out, NULL);
		return true;
	}
	emit_begin_object(out, NULL);
	for (i = 0; i < count && out->length < TOTALS_SIZE; i++) {
		kstat_item_get(&item, last->type, last->data, last->count, i);
		final_write_key(out, item.name);
		kstat_text_value(out, NULL, &item);
	}
	emit_end_object(out);
	return i == count;
}

/* The one of that key, made when it is missing; NULL: there are too many. */
static struct total *
final_find_total(struct gathered *gathered, const char *key)
{
	struct total *total;

	for (size_t i = 0; i < gathered->count; i++)
		if (strcmp(gathered->totals[i].key, key) == 0)
			return &gathered->totals[i];
	if (gathered->count == TOTALS_MAX || gathered->bytes >= TOTALS_SIZE)
		return NULL;
	if ((gathered->count & (gathered->count - 1)) == 0)
		gathered->totals = memory_resize(gathered->totals,
		    gathered->count > 0 ? 2 * gathered->count : 1,
		    sizeof(*gathered->totals));
	total = &gathered->totals[gathered->count++];
	*total = (struct total){0};
	(void)snprintf(total->key, sizeof(total->key), "%s", key);
	return total;
}

/* Whether it is the one of that name which ipstat leaves for this file. */
static bool
final_is(const struct kstat_snapshot *last, const char *name, int type)
{
	return strcmp(last->module, STATEMENT_MODULE) == 0 &&
	       strcmp(last->name, name) == 0 && last->instance == 0 &&
	       last->type == type;
}

/* The numbers of a statement, and where they go. */
static const struct {
	const char *name;
	size_t offset;
} final_numbers[] = {
    {"age_ns", offsetof(struct gathered, age)},
    {"open", offsetof(struct gathered, open)},
    {"links", offsetof(struct gathered, figures.links)},
    {"rx_packets", offsetof(struct gathered, figures.rx_packets)},
    {"rx_bytes", offsetof(struct gathered, figures.rx_bytes)},
    {"tx_packets", offsetof(struct gathered, figures.tx_packets)},
    {"tx_bytes", offsetof(struct gathered, figures.tx_bytes)},
};
#define FIGURES_STATED 6 /* all of these but the age */

static void
final_take_number(struct gathered *gathered, const kstat_named_t *named)
{
	for (size_t i = 0; i < ARRAY_LENGTH(final_numbers); i++) {
		if (strcmp(named->name, final_numbers[i].name) != 0)
			continue;
		(void)memcpy((char *)gathered + final_numbers[i].offset,
		    &named->value.ui64, sizeof(named->value.ui64));
		if (i == 0)
			gathered->has_age = true;
		else
			gathered->figures_stated++;
	}
}

static void
final_take_statement(
    struct gathered *gathered, const struct kstat_snapshot *last)
{
	const kstat_named_t *named;

	gathered->figures_stated = 0;
	for (uint_t i = 0; i < last->count; i++) {
		named = &last->named[i];
		if (strcmp(named->name, "completeness") == 0 &&
		    named->data_type == KSTAT_DATA_CHAR)
			(void)memcpy(gathered->completeness, named->value.c,
			    sizeof(named->value.c));
		else if (named->data_type == KSTAT_DATA_UINT64)
			final_take_number(gathered, named);
	}
}

static void
final_kstat_gone(
    void *arg, struct instance *instance, const struct kstat_snapshot *last)
{
	struct gathered *gathered;
	struct total *total;
	char key[KEY_SIZE];

	(void)arg;
	if (instance_id(instance) == GLOBAL_ID)
		return;
	gathered = final_find(instance_id(instance));
	if (final_is(last, STATEMENT_NAME, KSTAT_TYPE_NAMED)) {
		final_take_statement(gathered, last);
		return;
	}
	if (final_is(last, AFTER_NAME, KSTAT_TYPE_RAW) && last->error == 0) {
		free(gathered->after);
		gathered->after = memory_alloc(last->count + 1);
		(void)memcpy(gathered->after, last->data, last->count);
		gathered->after_size = last->count;
		return;
	}
	(void)snprintf(key, sizeof(key), "%s:%d:%s", last->module,
	    last->instance, last->name);
	total = final_find_total(gathered, key);
	if (total == NULL) {
		gathered->cut = true;
		return;
	}
	gathered->bytes -= total->value.length;
	total->value.length = 0;
	if (!final_write_total(&total->value, last))
		gathered->cut = true;
	gathered->bytes += total->value.length;
}

/* --- the record ----------------------------------------------------------- */

static bool
final_states_exact(const struct gathered *gathered)
{
	return gathered != NULL && strcmp(gathered->completeness, "exact") == 0;
}

/* It was read at its very end: the age that was stated remains. */
static void
final_state_last_sample(struct gathered *gathered)
{
	(void)snprintf(gathered->completeness, sizeof(gathered->completeness),
	    "last-sample");
}

/* The instance may have counted more than was seen, at any time of its life. */
static void
final_mark_suspect(
    struct gathered *gathered, const struct instance *instance, int64_t closed)
{
	int64_t age = closed - instance_created(instance);

	final_state_last_sample(gathered);
	gathered->age = age > 0 ? (uint64_t)age : 0;
	gathered->has_age = true;
}

static void
final_write_completeness(struct buffer *out, const struct gathered *gathered)
{
	const char *word = "unobserved";

	if (gathered != NULL && gathered->completeness[0] != '\0')
		word = gathered->completeness;
	else if (gathered != NULL && gathered->count > 0)
		word = "last-sample";
	emit_text(out, "completeness", word);
	if (gathered != NULL && gathered->has_age)
		emit_unsigned(out, "age_ns", gathered->age);
	if (gathered != NULL && gathered->cut)
		emit_boolean(out, "cut", true);
}

static void
final_write_totals(struct buffer *out, const struct gathered *gathered)
{
	size_t count = gathered != NULL ? gathered->count : 0;
	const struct total *total;

	emit_begin_object(out, "totals");
	for (size_t i = 0; i < count; i++) {
		total = &gathered->totals[i];
		final_write_key(out, total->key);
		buffer_append(out, total->value.data, total->value.length);
	}
	emit_end_object(out);
}

/* Hands the counts of a namespace on, unless it has ended. */
static void
final_set_life(struct history_record *record, const struct instance *instance,
    const struct gathered *gathered, bool stopping)
{
	struct record_life life = {
	    .boot = history_boot(),
	    .instance = instance_id(instance),
	    .end = stopping ? RECORD_ENDS_DAEMON : RECORD_ENDS_INSTANCE,
	};
	struct netns_view view;

	if (!netns_describe(instance, &view) || view.weak)
		return;
	life.kernel_id = view.id;
	if (gathered != NULL && gathered->ended)
		life.end = RECORD_ENDS_NAMESPACE;
	if (gathered != NULL) {
		life.before = gathered->after;
		life.before_size = gathered->after_size;
	}
	history_record_set_life(record, &life);
}

static void
final_record(struct instance *instance, const struct gathered *gathered,
    int64_t closed, bool stopping)
{
	struct buffer out = {0}, names = {0};
	struct history_record *record;

	history_write_identity(&out, instance, &names);
	emit_time(&out, "closed", closed);
	emit_text(&out, "cause", stopping ? "daemon-stop" : "end");
	final_write_completeness(&out, gathered);
	final_write_totals(&out, gathered);
	emit_end_object(&out);
	emit_raw_byte(&names, '\0');
	record =
	    history_record_create(closed, names.data, out.data, out.length);
	final_set_life(record, instance, gathered, stopping);
	history_add(record);
	buffer_free(&out);
	buffer_free(&names);
}

/* --- records that wait ---------------------------------------------------- */

/* Call this last: frees what was gathered. */
static void
final_decide(struct gathered *gathered, bool sealed)
{
	struct instance *instance = gathered->instance;
	struct netns_view view;

	gathered->ended = sealed;
	if (!sealed)
		final_mark_suspect(gathered, instance, gathered->closed);
	else if (netns_describe(instance, &view))
		history_living_gone(view.id);
	if (sealed && gathered->open > 0)
		final_state_last_sample(gathered);
	final_record(instance, gathered, gathered->closed, false);
	final_free(gathered);
	instance_release(instance);
}

/* A netns_sealed_fn. What is not listed was decided by a stop. */
static void
final_sealed(void *arg, bool sealed)
{
	struct gathered *gathered;

	lock_enter(&final.lock);
	gathered = final_unlist(&final.waiting, (netid_t)(intptr_t)arg);
	lock_exit(&final.lock);
	if (gathered != NULL)
		final_decide(gathered, sealed);
}

/* True: it waits. */
static bool
final_wait(struct gathered *gathered, struct instance *instance)
{
	struct netns_figures figures = gathered->figures;
	void *id = (void *)(intptr_t)instance_id(instance);

	lock_enter(&final.lock);
	if (final.stopping) {
		lock_exit(&final.lock);
		return false;
	}
	instance_hold(instance);
	gathered->instance = instance;
	gathered->next = final.waiting;
	final.waiting = gathered;
	lock_exit(&final.lock);
	/* From here on it may be gone. */
	if (!netns_seal(instance, &figures, final_sealed, id))
		final_sealed(id, false);
	return true;
}

void
history_final_stopping(void)
{
	struct gathered *gathered, *next;

	lock_enter(&final.lock);
	final.stopping = true;
	gathered = final.waiting;
	final.waiting = NULL;
	lock_exit(&final.lock);
	for (; gathered != NULL; gathered = next) {
		next = gathered->next;
		final_decide(gathered, false);
	}
}

static bool
final_is_stopping(void)
{
	bool stopping;

	lock_enter(&final.lock);
	stopping = final.stopping;
	lock_exit(&final.lock);
	return stopping;
}

/* A namespace that the daemon releases lives on and keeps counting. */
static void
final_conclude(struct instance *instance, struct gathered *gathered)
{
	int64_t closed = clock_realtime();
	struct netns_view view;
	bool real = netns_describe(instance, &view), known;

	if (gathered != NULL)
		gathered->closed = closed;
	/* It may have been an earlier daemon's instance unless it is early. */
	known = real && !view.early && !history_living_is_stored();
	/* Now: a next life of it may begin before this one's record is made. */
	if (real && !view.weak)
		known |= history_living_end(view.id,
		    gathered != NULL ? gathered->after : NULL,
		    gathered != NULL ? gathered->after_size : 0);
	if (real && final_states_exact(gathered) && !known) {
		final_mark_suspect(gathered, instance, closed);
	} else if (real && final_states_exact(gathered)) {
		if (gathered->figures_stated == FIGURES_STATED &&
		    final_wait(gathered, instance))
			return;
		final_mark_suspect(gathered, instance, closed);
	}
	final_record(instance, gathered, closed, final_is_stopping());
	final_free(gathered);
}

static void
final_instance_down(void *arg, struct instance *instance)
{
	bool simulated = strcmp(instance_source(instance), "sim") == 0;
	struct gathered *gathered; /* NULL: nothing was */

	(void)arg;
	lock_enter(&final.lock);
	gathered = final_unlist(&final.first, instance_id(instance));
	lock_exit(&final.lock);
	if (instance_id(instance) != GLOBAL_ID &&
	    (gathered != NULL || !simulated))
		final_conclude(instance, gathered);
	else
		final_free(gathered);
}

static void *
final_instance_begins(void *arg, struct instance *instance, size_t *size)
{
	struct buffer out = {0}, names = {0};
	struct living *living;
	struct netns_view view;

	(void)arg;
	if (instance_id(instance) == GLOBAL_ID ||
	    !netns_describe(instance, &view) || view.weak)
		return NULL;
	history_write_identity(&out, instance, &names);
	living = living_create(history_boot(), view.id);
	living->instance = instance_id(instance);
	living->handle = netns_ref_of(instance)->handle;
	emit_raw_byte(&names, '\0');
	emit_raw_byte(&out, '\0');
	living->names = memory_strdup(names.data);
	living->text = memory_strdup(out.data);
	buffer_free(&out);
	buffer_free(&names);
	return history_living_begin(living, size);
}

const struct final_listener history_final = {
    .instance_begins = final_instance_begins,
    .kstat_gone = final_kstat_gone,
    .instance_down = final_instance_down,
    .class = HISTORY_CLASS,
};
