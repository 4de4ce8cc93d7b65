/* SPDX-License-Identifier: Apache-2.0 */
/* before.c: the text, and the difference. What cannot be read is left out. */
#include "before.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Says how much there is now, not how much there was. */
static bool
is_gauge(const char *kstat, const char *name)
{
	static const struct {
		const char *kstat, *name; /* NULL: all of them */
	} gauges[] = {
	    {"ip", "forwarding"},
	    {"ip", "defaultTTL"},
	    {"ip", "reasmTimeout"},
	    {"tcp", "rtoAlgorithm"},
	    {"tcp", "rtoMin"},
	    {"tcp", "rtoMax"},
	    {"tcp", "maxConn"},
	    {"tcp", "currEstab"},
	    {"sockstat", NULL},
	    {"sockstat6", NULL},
	    {"conntrack", "count"},
	};
	unsigned i;

	for (i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++)
		if (strcmp(gauges[i].kstat, kstat) == 0 &&
		    (gauges[i].name == NULL ||
			strcmp(gauges[i].name, name) == 0))
			return true;
	return false;
}

/* Found in the order in which they were written, or by looking at all. */
static uint64_t
value_of(struct before *before, const char *kstat, const char *name)
{
	const struct before_figure *figure;
	unsigned i;

	for (i = 0; i < before->count; i++) {
		figure = &before->list[before->next];
		before->next = (before->next + 1) % before->count;
		if (strcmp(figure->name, name) == 0 &&
		    strcmp(figure->kstat, kstat) == 0)
			return figure->value;
	}
	return 0;
}

static void
add_figure(struct before *before, const struct before_figure *figure)
{
	struct before_figure *list;

	if ((before->count & (before->count + 1)) == 0) {
		list = reallocarray(
		    before->list, 2 * (before->count + 1), sizeof(*list));
		if (list == NULL)
			return;
		before->list = list;
	}
	before->list[before->count++] = *figure;
}

void
before_begin(
    struct before *before, const char *kstat, const struct figures *figures)
{
	struct before_figure figure;
	unsigned i;

	for (i = 0; i < figures->count; i++) {
		if (figures->list[i].type != KSTAT_DATA_UINT64)
			continue;
		(void)snprintf(figure.kstat, sizeof(figure.kstat), "%s", kstat);
		memcpy(figure.name, figures->list[i].name, sizeof(figure.name));
		figure.value = figures->list[i].value;
		add_figure(before, &figure);
	}
}

void
before_subtract(
    struct before *before, const char *kstat, struct figures *figures)
{
	struct figure *figure;
	uint64_t value;
	unsigned i;

	for (i = 0; before->count > 0 && i < figures->count; i++) {
		figure = &figures->list[i];
		if (figure->type != KSTAT_DATA_UINT64 ||
		    is_gauge(kstat, figure->name))
			continue;
		value = value_of(before, kstat, figure->name);
		if (value <= figure->value)
			figure->value -= value;
	}
}

/* reading ---------------------------------------------------------------- */

static bool
read_address(const char *text, unsigned char address[MESSAGE_ADDRESS])
{
	unsigned i, byte;

	for (i = 0; i < MESSAGE_ADDRESS; i++) {
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return false;
		address[i] = (unsigned char)byte;
	}
	return true;
}

/* What stands behind "link ". */
static void
read_link(const char *line, struct links *links)
{
	char address[2 * MESSAGE_ADDRESS + 1];
	struct message_link link = {.index = 0};
	int length = 0;
	unsigned i;

	if (sscanf(line, "%d %64s%n", &link.index, address, &length) != 2 ||
	    strlen(address) != 2 * MESSAGE_ADDRESS ||
	    !read_address(address, link.address))
		return;
	for (i = 0; i < MESSAGE_COUNTED; i++) {
		line += length;
		if (sscanf(line, "%" SCNu64 "%n", &link.counters[i], &length) !=
		    1)
			return;
	}
	line += length;
	if (*line++ != ' ' || strlen(line) >= sizeof(link.name))
		return;
	memcpy(link.name, line, strlen(line) + 1);
	links_expect(links, &link);
}

static void
read_figure(const char *line, struct before *before)
{
	struct before_figure figure;

	if (sscanf(line, "%30s %30s %" SCNu64, figure.kstat, figure.name,
		&figure.value) == 3)
		add_figure(before, &figure);
}

static void
read_line(const char *line, struct before *before, struct links *links)
{
	if (strncmp(line, "link ", 5) == 0) {
		read_link(line + 5, links);
	} else if (strcmp(line, "unknown") == 0) {
		before->unknown = true;
		links_expect_anything(links);
	} else {
		read_figure(line, before);
	}
}

static void
read_text(struct before *before, char *text, struct links *links)
{
	char *line, *rest = NULL;

	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		read_line(line, before, links);
}

void
before_read(struct before *before, netid_t id, struct links *links)
{
	kstat_t *kstat = kstat_hold_byname(
	    BEFORE_FROM_MODULE, 0, BEFORE_FROM_NAME, (zoneid_t)id);
	char *text = NULL;

	if (kstat == NULL)
		return;
	mutex_enter(kstat->ks_lock);
	if (kstat->ks_type == KSTAT_TYPE_RAW && kstat->ks_data_size > 0)
		text = strndup(kstat->ks_data, kstat->ks_data_size);
	mutex_exit(kstat->ks_lock);
	kstat_rele(kstat);
	if (text != NULL)
		read_text(before, text, links);
	free(text);
}

/* writing ---------------------------------------------------------------- */

static void
write_link(FILE *out, const struct message_link *link)
{
	unsigned i;

	(void)fprintf(out, "link %d ", link->index);
	for (i = 0; i < MESSAGE_ADDRESS; i++)
		(void)fprintf(out, "%02x", link->address[i]);
	for (i = 0; i < MESSAGE_COUNTED; i++)
		(void)fprintf(out, " %" PRIu64, link->counters[i]);
	(void)fprintf(out, " %s\n", link->name);
}

static void
write_kstat(FILE *out, struct before *before, const kstat_t *kstat)
{
	const kstat_named_t *named = KSTAT_NAMED_PTR(kstat);
	uint_t i;

	for (i = 0; i < kstat->ks_ndata; i++)
		if (named[i].data_type == KSTAT_DATA_UINT64 &&
		    !is_gauge(kstat->ks_name, named[i].name))
			(void)fprintf(out, "%s %s %" PRIu64 "\n",
			    kstat->ks_name, named[i].name,
			    named[i].value.ui64 + value_of(before,
						      kstat->ks_name,
						      named[i].name));
}

/* For the record's keeper, which takes it as it is deleted. */
static kstat_t *
show(netid_t id, const char *text, size_t size)
{
	kstat_t *kstat = net_kstat_create(
	    id, "ipstat", 0, BEFORE_TO_NAME, "net", KSTAT_TYPE_RAW, size, 0);

	if (kstat == NULL)
		return NULL;
	memcpy(kstat->ks_data, text, size);
	kstat_install(kstat);
	return kstat;
}

kstat_t *
before_leave(const struct before *before, netid_t id, const struct links *links,
    kstat_t *const *kstats, unsigned count)
{
	struct before values = *before;
	kstat_t *kstat = NULL;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	unsigned i;

	if (out == NULL)
		return NULL;
	for (i = 0; i < links->count; i++)
		write_link(out, &links->list[i].last);
	for (i = 0; i < count; i++)
		if (kstats[i] != NULL)
			write_kstat(out, &values, kstats[i]);
	if (fclose(out) == 0 && size > 0)
		kstat = show(id, text, size);
	free(text);
	return kstat;
}

void
before_free(struct before *before)
{
	free(before->list);
}
