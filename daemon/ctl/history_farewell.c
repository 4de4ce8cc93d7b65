/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_farewell.c: gathers what is told of each instance until it is down.
 * What is gathered of one is touched on its strand only; which instances there
 * are is under this file's lock.
 *
 * What is told is written as JSON at once: it has to be copied anyway, and so
 * one text can be the record in memory, in the store and in the reply.
 */
#include "ctl/history_farewell.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/memory.h"
#include "core/kstat_item.h"
#include "ctl/buffer.h"
#include "ctl/emit.h"
#include "ctl/history.h"
#include "ctl/history_record.h"
#include "ctl/kstat_reply.h"
#include "source/netns.h"

#define HISTORY_CLASS "net"
#define GLOBAL_ID     0
/* Of one record; what is more is left out, and the record says so. */
#define TOTALS_MAX  4096      /* kstats */
#define TOTALS_SIZE (1 << 20) /* bytes */
#define KEY_SIZE    (2 * KSTAT_STRLEN + 16)
/* What a statement of completeness stands in. */
#define STATEMENT_MODULE "ipstat"
#define STATEMENT_NAME	 "record"
#define WORD_SIZE	 (sizeof(((kstat_named_t *)0)->value.c) + 1)

/* One kstat, as it last was. */
struct total {
	char key[KEY_SIZE];  /* "module:instance:name" */
	struct buffer value; /* JSON */
};

struct gathered {
	netid_t id;
	struct gathered *next;
	struct total *totals;
	size_t count, bytes;
	bool cut;		      /* there were too many */
	char completeness[WORD_SIZE]; /* as was stated; "" while nothing was */
	uint64_t age;		      /* ns, as was stated */
	bool has_age;
};

static struct {
	struct lock lock;
	struct gathered *first; /* those who say farewell: never many */
	atomic_bool stopping;
} farewell = {.lock = LOCK_INITIALIZER(LOCK_HISTORY)};

/* --- which instances ------------------------------------------------------ */

/* What was gathered of an instance, new unless there is some. */
static struct gathered *
farewell_find(netid_t id)
{
	struct gathered *gathered;

	lock_enter(&farewell.lock);
	for (gathered = farewell.first; gathered != NULL;
	     gathered = gathered->next)
		if (gathered->id == id)
			break;
	if (gathered == NULL) {
		gathered = memory_zalloc(sizeof(*gathered));
		gathered->id = id;
		gathered->next = farewell.first;
		farewell.first = gathered;
	}
	lock_exit(&farewell.lock);
	return gathered;
}

/* Takes it off the list; NULL: nothing was gathered. */
static struct gathered *
farewell_take(netid_t id)
{
	struct gathered **link, *gathered;

	lock_enter(&farewell.lock);
	for (link = &farewell.first; *link != NULL; link = &(*link)->next)
		if ((*link)->id == id)
			break;
	gathered = *link;
	if (gathered != NULL)
		*link = gathered->next;
	lock_exit(&farewell.lock);
	return gathered;
}

static void
farewell_free(struct gathered *gathered)
{
	size_t i;

	if (gathered == NULL)
		return;
	for (i = 0; i < gathered->count; i++)
		buffer_free(&gathered->totals[i].value);
	free(gathered->totals);
	free(gathered);
}

/* --- what is told --------------------------------------------------------- */

/* A name of which nobody knows what it holds, as a member's. */
static void
farewell_write_key(struct buffer *out, const char *name)
{
	emit_text(out, NULL, name);
	emit_raw_byte(out, ':');
}

/*
 * {"statistic":value,...}; null when it could not be read. False: not all of
 * them were written.
 */
static bool
farewell_write_total(struct buffer *out, const struct kstat_snapshot *last)
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
		farewell_write_key(out, item.name);
		kstat_reply_value(out, NULL, &item);
	}
	emit_end_object(out);
	return i == count;
}

/* The one of that key, made when it is missing; NULL: there are too many. */
static struct total *
farewell_find_total(struct gathered *gathered, const char *key)
{
	struct total *total;
	size_t i;

	for (i = 0; i < gathered->count; i++)
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

static bool
farewell_is_statement(const struct kstat_snapshot *last)
{
	return strcmp(last->module, STATEMENT_MODULE) == 0 &&
	       strcmp(last->name, STATEMENT_NAME) == 0 && last->instance == 0 &&
	       last->type == KSTAT_TYPE_NAMED;
}

static void
farewell_take_statement(
    struct gathered *gathered, const struct kstat_snapshot *last)
{
	const kstat_named_t *named;
	uint_t i;

	for (i = 0; i < last->count; i++) {
		named = &last->named[i];
		if (strcmp(named->name, "completeness") == 0 &&
		    named->data_type == KSTAT_DATA_CHAR)
			(void)memcpy(gathered->completeness, named->value.c,
			    sizeof(named->value.c));
		if (strcmp(named->name, "age_ns") == 0 &&
		    named->data_type == KSTAT_DATA_UINT64) {
			gathered->age = named->value.ui64;
			gathered->has_age = true;
		}
	}
}

static void
farewell_kstat_gone(
    void *arg, struct instance *instance, const struct kstat_snapshot *last)
{
	struct gathered *gathered;
	struct total *total;
	char key[KEY_SIZE];

	(void)arg;
	if (instance_id(instance) == GLOBAL_ID)
		return;
	gathered = farewell_find(instance_id(instance));
	if (farewell_is_statement(last)) {
		farewell_take_statement(gathered, last);
		return;
	}
	(void)snprintf(key, sizeof(key), "%s:%d:%s", last->module,
	    last->instance, last->name);
	total = farewell_find_total(gathered, key);
	if (total == NULL) {
		gathered->cut = true;
		return;
	}
	gathered->bytes -= total->value.length;
	total->value.length = 0;
	if (!farewell_write_total(&total->value, last))
		gathered->cut = true;
	gathered->bytes += total->value.length;
}

/* --- the record ----------------------------------------------------------- */

/* What it was called, twice: as JSON, and for the pattern of a question. */
struct called {
	struct buffer *json, *plain;
};

/* A name_visit_fn. */
static void
farewell_write_name(void *arg, const char *name, bool had)
{
	const struct called *called = arg;

	(void)had;
	emit_text(called->json, NULL, name);
	if (called->plain->length > 0)
		emit_raw_byte(called->plain, '\n');
	buffer_append(called->plain, name, strlen(name));
}

static void
farewell_write_identity(
    struct buffer *out, struct instance *instance, struct buffer *names)
{
	struct called called = {out, names};
	struct netns_view view;

	emit_integer(out, "instance", instance_id(instance));
	emit_text(out, "source", instance_source(instance));
	if (netns_describe(instance, &view)) {
		emit_unsigned(out, "kernel_id", view.id);
		emit_boolean(out, "weak", view.weak);
	}
	emit_begin_array(out, "names");
	instance_visit_names(instance, farewell_write_name, &called);
	emit_end_array(out);
}

/*
 * Whoever states that it was exact knows of a link only what it was told. What
 * was not told may be as old as the instance.
 */
static void
farewell_doubt(
    struct gathered *gathered, const struct instance *instance, int64_t closed)
{
	int64_t age = closed - instance_created(instance);
	struct netns_view view;

	if (gathered == NULL || strcmp(gathered->completeness, "exact") != 0 ||
	    !netns_describe(instance, &view) || !view.missed_links)
		return;
	(void)snprintf(gathered->completeness, sizeof(gathered->completeness),
	    "last-sample");
	gathered->age = age > 0 ? (uint64_t)age : 0;
	gathered->has_age = true;
}

static void
farewell_write_completeness(struct buffer *out, const struct gathered *gathered)
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
farewell_write_totals(struct buffer *out, const struct gathered *gathered)
{
	size_t i, count = gathered != NULL ? gathered->count : 0;
	const struct total *total;

	emit_begin_object(out, "totals");
	for (i = 0; i < count; i++) {
		total = &gathered->totals[i];
		farewell_write_key(out, total->key);
		buffer_append(out, total->value.data, total->value.length);
	}
	emit_end_object(out);
}

static void
farewell_record(struct instance *instance, struct gathered *gathered)
{
	bool stopping = atomic_load(&farewell.stopping);
	struct buffer out = {0}, names = {0};
	int64_t closed = clock_realtime();

	farewell_doubt(gathered, instance, closed);
	emit_begin_object(&out, NULL);
	farewell_write_identity(&out, instance, &names);
	emit_time(&out, "created", instance_created(instance));
	emit_time(&out, "closed", closed);
	emit_text(&out, "cause", stopping ? "daemon-stop" : "end");
	farewell_write_completeness(&out, gathered);
	farewell_write_totals(&out, gathered);
	emit_end_object(&out);
	emit_raw_byte(&names, '\0');
	history_add(
	    history_record_create(closed, names.data, out.data, out.length));
	buffer_free(&out);
	buffer_free(&names);
}

static void
farewell_instance_down(void *arg, struct instance *instance)
{
	bool simulated = strcmp(instance_source(instance), "sim") == 0;
	struct gathered *gathered = farewell_take(instance_id(instance));

	(void)arg;
	if (instance_id(instance) != GLOBAL_ID &&
	    (gathered != NULL || !simulated))
		farewell_record(instance, gathered);
	farewell_free(gathered);
}

const struct farewell history_farewell = {
    .kstat_gone = farewell_kstat_gone,
    .instance_down = farewell_instance_down,
    .class = HISTORY_CLASS,
};

void
history_farewell_stopping(void)
{
	atomic_store(&farewell.stopping, true);
}
