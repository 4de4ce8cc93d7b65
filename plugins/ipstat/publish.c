/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish.c: makes, fills and deletes the kstats. While one is filled its lock
 * is held, so no reader sees half of a sample.
 */
#include "publish.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define MODULE "ipstat"
#define CLASS  "net"

static kstat_t *
make(netid_t id, int instance, const char *name, unsigned count)
{
	return net_kstat_create(
	    id, MODULE, instance, name, CLASS, KSTAT_TYPE_NAMED, count, 0);
}

/* figures ---------------------------------------------------------------- */

static bool
has_layout(const kstat_t *kstat, const struct figures *figures)
{
	const kstat_named_t *named = KSTAT_NAMED_PTR(kstat);
	unsigned i;

	if (kstat->ks_ndata != figures->count)
		return false;
	for (i = 0; i < figures->count; i++)
		if (named[i].data_type != figures->list[i].type ||
		    strcmp(named[i].name, figures->list[i].name) != 0)
			return false;
	return true;
}

static void
make_for(kstat_t **kstat, netid_t id, const char *name,
    const struct figures *figures)
{
	kstat_named_t *named;
	unsigned i;

	net_kstat_delete(id, *kstat);
	*kstat = make(id, 0, name, figures->count);
	if (*kstat == NULL)
		return;
	named = KSTAT_NAMED_PTR(*kstat);
	for (i = 0; i < figures->count; i++)
		kstat_named_init(
		    &named[i], figures->list[i].name, figures->list[i].type);
}

void
publish_figures(kstat_t **kstat, netid_t id, const char *name,
    const struct figures *figures)
{
	bool is_new = *kstat == NULL || !has_layout(*kstat, figures);
	kstat_named_t *named;
	unsigned i;

	if (is_new)
		make_for(kstat, id, name, figures);
	if (*kstat == NULL)
		return;
	named = KSTAT_NAMED_PTR(*kstat);
	mutex_enter((*kstat)->ks_lock);
	for (i = 0; i < figures->count; i++)
		kstat_named_set_u64(&named[i], figures->list[i].value);
	mutex_exit((*kstat)->ks_lock);
	if (is_new)
		kstat_install(*kstat);
}

/* links ------------------------------------------------------------------ */

static void
name_counters(kstat_named_t named[MESSAGE_COUNTED])
{
	unsigned i;

	for (i = 0; i < MESSAGE_COUNTED; i++)
		kstat_named_init(
		    &named[i], message_counter_names[i], KSTAT_DATA_UINT64);
}

static void
set_counters(kstat_t *kstat, const uint64_t counters[MESSAGE_COUNTED])
{
	kstat_named_t *named = KSTAT_NAMED_PTR(kstat);
	unsigned i;

	mutex_enter(kstat->ks_lock);
	for (i = 0; i < MESSAGE_COUNTED; i++)
		kstat_named_set_u64(&named[i], counters[i]);
	mutex_exit(kstat->ks_lock);
}

void
publish_total(kstat_t **kstat, netid_t id, const struct links *links)
{
	uint64_t total[MESSAGE_COUNTED];
	bool is_new = *kstat == NULL;

	if (is_new)
		*kstat = make(id, 0, "total", MESSAGE_COUNTED);
	if (*kstat == NULL)
		return;
	if (is_new)
		name_counters(KSTAT_NAMED_PTR(*kstat));
	links_total(links, total);
	set_counters(*kstat, total);
	if (is_new)
		kstat_install(*kstat);
}

static void
delete_link(netid_t id, struct link *link)
{
	net_kstat_delete(id, link->kstat);
	link->kstat = NULL;
}

static kstat_t *
make_link(netid_t id, const struct message_link *last)
{
	kstat_t *kstat = make(id, last->index, last->name, MESSAGE_COUNTED + 1);
	kstat_named_t *named;

	if (kstat == NULL)
		return NULL;
	named = KSTAT_NAMED_PTR(kstat);
	name_counters(named);
	kstat_named_init(&named[MESSAGE_COUNTED], "ifindex", KSTAT_DATA_UINT64);
	named[MESSAGE_COUNTED].value.ui64 = (uint64_t)last->index;
	return kstat;
}

static bool
publish_link(netid_t id, struct link *link, bool may_make)
{
	bool is_new = link->kstat == NULL;
	uint64_t counters[MESSAGE_COUNTED];

	if (is_new && may_make)
		link->kstat = make_link(id, &link->last);
	if (link->kstat == NULL)
		return false;
	links_counted(link, counters);
	set_counters(link->kstat, counters);
	if (is_new)
		kstat_install(link->kstat);
	return true;
}

/* Another link, or the same under another name, gets another kstat. */
static bool
is_outdated(const struct link *link)
{
	return link->kstat != NULL &&
	       (link->state == LINK_GONE || link->is_new ||
		   strcmp(link->kstat->ks_name, link->last.name) != 0);
}

void
publish_links(netid_t id, struct links *links)
{
	unsigned i, listed = 0;

	for (i = 0; i < links->count; i++) {
		if (is_outdated(&links->list[i]))
			delete_link(id, &links->list[i]);
		if (links->list[i].kstat != NULL)
			listed++;
	}
	links_sweep(links);
	for (i = 0; i < links->count; i++)
		if (links->list[i].kstat == NULL)
			listed += publish_link(
			    id, &links->list[i], listed < PUBLISH_LINKS_MAX);
		else
			(void)publish_link(id, &links->list[i], false);
}

void
publish_delete_links(netid_t id, struct links *links)
{
	unsigned i;

	for (i = 0; i < links->count; i++)
		delete_link(id, &links->list[i]);
}

/* the record ------------------------------------------------------------- */

/* The numbers, which come after the completeness. */
static const struct {
	const char *name;
	size_t offset; /* in struct publish_record: a uint64_t */
} recorded[] = {
    {"age_ns", offsetof(struct publish_record, age)},
    {"sampled", offsetof(struct publish_record, sampled)},
    {"samples", offsetof(struct publish_record, samples)},
    {"failed", offsetof(struct publish_record, failed)},
    {"links", offsetof(struct publish_record, links)},
    {"vanished", offsetof(struct publish_record, vanished)},
    {"missed", offsetof(struct publish_record, missed)},
    {"visit_ns", offsetof(struct publish_record, visit)},
    {"open", offsetof(struct publish_record, open)},
    {"rx_packets", offsetof(struct publish_record, rx_packets)},
    {"rx_bytes", offsetof(struct publish_record, rx_bytes)},
    {"tx_packets", offsetof(struct publish_record, tx_packets)},
    {"tx_bytes", offsetof(struct publish_record, tx_bytes)},
};

#define RECORDED (sizeof(recorded) / sizeof(recorded[0]))

static void
name_record(kstat_named_t *named)
{
	unsigned i;

	kstat_named_init(&named[0], "completeness", KSTAT_DATA_CHAR);
	for (i = 0; i < RECORDED; i++)
		kstat_named_init(
		    &named[i + 1], recorded[i].name, KSTAT_DATA_UINT64);
}

static void
fill_record(kstat_t *kstat, const struct publish_record *record)
{
	kstat_named_t *named = KSTAT_NAMED_PTR(kstat);
	uint64_t value;
	unsigned i;

	mutex_enter(kstat->ks_lock);
	(void)snprintf(named[0].value.c, sizeof(named[0].value.c), "%s",
	    record->completeness);
	for (i = 0; i < RECORDED; i++) {
		memcpy(&value, (const char *)record + recorded[i].offset,
		    sizeof(value));
		kstat_named_set_u64(&named[i + 1], value);
	}
	mutex_exit(kstat->ks_lock);
}

void
publish_record(kstat_t **kstat, netid_t id, const struct publish_record *record)
{
	bool is_new = *kstat == NULL;

	if (is_new)
		*kstat = make(id, 0, "record", RECORDED + 1);
	if (*kstat == NULL)
		return;
	if (is_new)
		name_record(KSTAT_NAMED_PTR(*kstat));
	fill_record(*kstat, record);
	if (is_new)
		kstat_install(*kstat);
}
