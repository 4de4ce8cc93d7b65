/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish.c: makes, fills and deletes the kstats. While one is filled its lock
 * is held, so no reader sees half of a sample.
 */
#include "publish.h"

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

enum {
	COMPLETENESS,
	AGE,
	SAMPLED,
	SAMPLES,
	FAILED,
	LINKS,
	VANISHED,
	MISSED,
	VISIT,
	OPEN,
	RX_PACKETS,
	RX_BYTES,
	TX_PACKETS,
	TX_BYTES,
	RECORDED
};

static const struct {
	const char *name;
	uchar_t type;
} recorded[RECORDED] = {
    [COMPLETENESS] = {"completeness", KSTAT_DATA_CHAR},
    [AGE] = {"age_ns", KSTAT_DATA_UINT64},
    [SAMPLED] = {"sampled", KSTAT_DATA_UINT64},
    [SAMPLES] = {"samples", KSTAT_DATA_UINT64},
    [FAILED] = {"failed", KSTAT_DATA_UINT64},
    [LINKS] = {"links", KSTAT_DATA_UINT64},
    [VANISHED] = {"vanished", KSTAT_DATA_UINT64},
    [MISSED] = {"missed", KSTAT_DATA_UINT64},
    [VISIT] = {"visit_ns", KSTAT_DATA_UINT64},
    [OPEN] = {"open", KSTAT_DATA_UINT64},
    [RX_PACKETS] = {"rx_packets", KSTAT_DATA_UINT64},
    [RX_BYTES] = {"rx_bytes", KSTAT_DATA_UINT64},
    [TX_PACKETS] = {"tx_packets", KSTAT_DATA_UINT64},
    [TX_BYTES] = {"tx_bytes", KSTAT_DATA_UINT64},
};

static void
fill_record(kstat_t *kstat, const struct publish_record *record)
{
	kstat_named_t *named = KSTAT_NAMED_PTR(kstat);

	mutex_enter(kstat->ks_lock);
	(void)snprintf(named[COMPLETENESS].value.c,
	    sizeof(named[COMPLETENESS].value.c), "%s", record->completeness);
	kstat_named_set_u64(&named[AGE], record->age);
	kstat_named_set_u64(&named[SAMPLED], record->sampled);
	kstat_named_set_u64(&named[SAMPLES], record->samples);
	kstat_named_set_u64(&named[FAILED], record->failed);
	kstat_named_set_u64(&named[LINKS], record->links);
	kstat_named_set_u64(&named[VANISHED], record->vanished);
	kstat_named_set_u64(&named[MISSED], record->missed);
	kstat_named_set_u64(&named[VISIT], record->visit);
	kstat_named_set_u64(&named[OPEN], record->open);
	kstat_named_set_u64(&named[RX_PACKETS], record->rx_packets);
	kstat_named_set_u64(&named[RX_BYTES], record->rx_bytes);
	kstat_named_set_u64(&named[TX_PACKETS], record->tx_packets);
	kstat_named_set_u64(&named[TX_BYTES], record->tx_bytes);
	mutex_exit(kstat->ks_lock);
}

void
publish_record(kstat_t **kstat, netid_t id, const struct publish_record *record)
{
	bool is_new = *kstat == NULL;
	unsigned i;

	if (is_new)
		*kstat = make(id, 0, "record", RECORDED);
	if (*kstat == NULL)
		return;
	for (i = 0; is_new && i < RECORDED; i++)
		kstat_named_init(&KSTAT_NAMED_PTR(*kstat)[i], recorded[i].name,
		    recorded[i].type);
	fill_record(*kstat, record);
	if (is_new)
		kstat_install(*kstat);
}
