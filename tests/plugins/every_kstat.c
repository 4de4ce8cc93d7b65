/* SPDX-License-Identifier: Apache-2.0 */
/*
 * every_kstat.c: on each instance a kstat of every type with known values;
 * "settings" and "motto", which can be written, the one with an update that
 * refuses a limit above 1000, the other, a text, by a snapshot of its own;
 * "kept", which stays when the plugin goes; and "seen", which is visible in the
 * global instance too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "every_kstat", .version = "1.0.0",
    .summary = "kstats of all types");

#define MODULE	   "kinds"
#define LIMIT_MOST 1000
#define MOTTO_SIZE 64

enum { RAW, INTR, IO, TIMER, SETTINGS, MOTTO, KEPT, SEEN, KSTATS };
enum { LIMIT, LEVEL, RATIO, TAG, BIG, SETTING_COUNT };

struct context {
	kstat_t *kstats[KSTATS];
	kstat_named_t motto;
	char text[MOTTO_SIZE];
};

static const struct {
	const char *name;
	uchar_t type;
	uint_t ndata;
	uchar_t flags;
} kinds[KSTATS] = {
    [RAW] = {"raw", KSTAT_TYPE_RAW, 8, KSTAT_FLAG_WRITABLE},
    [INTR] = {"intr", KSTAT_TYPE_INTR, 1, 0},
    [IO] = {"io", KSTAT_TYPE_IO, 1, KSTAT_FLAG_WRITABLE},
    [TIMER] = {"timer", KSTAT_TYPE_TIMER, 2, 0},
    [SETTINGS] = {"settings", KSTAT_TYPE_NAMED, SETTING_COUNT,
	KSTAT_FLAG_WRITABLE},
    [MOTTO] = {"motto", KSTAT_TYPE_NAMED, 1,
	KSTAT_FLAG_WRITABLE | KSTAT_FLAG_VIRTUAL},
    [KEPT] = {"kept", KSTAT_TYPE_NAMED, 1, KSTAT_FLAG_PERSISTENT},
    [SEEN] = {"seen", KSTAT_TYPE_NAMED, 1, 0},
};

static void
fill_io(kstat_io_t *io)
{
	io->nread = UINT64_MAX;
	io->nwritten = 4096;
	io->reads = UINT32_MAX;
	io->writes = 1;
	io->wtime = 2000000000;
	io->rlentime = 7;
}

static void
fill_timers(kstat_timer_t *timers)
{
	kstat_timer_init(&timers[0], "connect");
	kstat_timer_init(&timers[1], "a_name_of_thirty_letters_exactly");
	timers[0].num_events = 2;
	timers[0].elapsed_time = 30;
	timers[0].min_time = 10;
	timers[0].max_time = 20;
}

static int
settings_update(kstat_t *kstat, int rw)
{
	const kstat_named_t *settings = KSTAT_NAMED_PTR(kstat);

	if (rw == KSTAT_WRITE && settings[LIMIT].value.ui32 > LIMIT_MOST)
		return EACCES;
	return 0;
}

static void
fill_settings(kstat_named_t *settings)
{
	kstat_named_init(&settings[LIMIT], "limit", KSTAT_DATA_UINT32);
	kstat_named_init(&settings[LEVEL], "level", KSTAT_DATA_INT64);
	kstat_named_init(&settings[RATIO], "ratio", KSTAT_DATA_DOUBLE);
	kstat_named_init(&settings[TAG], "tag", KSTAT_DATA_CHAR);
	kstat_named_init(&settings[BIG], "big", KSTAT_DATA_UINT64);
	settings[LIMIT].value.ui32 = 100;
}

/* What a reader gets holds the text; what he writes is copied from there. */
static int
motto_snapshot(kstat_t *kstat, void *buffer, int rw)
{
	struct context *context = kstat->ks_private;
	kstat_named_t *copy = buffer;
	char *text = (char *)(copy + 1);
	size_t length;

	if (rw == KSTAT_WRITE) {
		length = KSTAT_NAMED_STR_BUFLEN(copy);
		if (length > sizeof(context->text))
			return ENOSPC;
		memcpy(context->text, KSTAT_NAMED_STR_PTR(copy), length);
		kstat_named_setstr(&context->motto, context->text);
		return 0;
	}
	*copy = context->motto;
	memcpy(text, context->text, sizeof(context->text));
	kstat_named_setstr(copy, text);
	return 0;
}

static void
fill_motto(struct context *context, kstat_t *kstat)
{
	kstat_named_init(&context->motto, "text", KSTAT_DATA_STRING);
	memcpy(context->text, "festina lente", sizeof("festina lente"));
	kstat_named_setstr(&context->motto, context->text);
	kstat->ks_data = &context->motto;
	kstat->ks_data_size = sizeof(context->motto) + sizeof(context->text);
	kstat->ks_snapshot = motto_snapshot;
	kstat->ks_private = context;
}

/* The last update of "kept" is the one when it is deleted. */
static int
kept_update(kstat_t *kstat, int rw)
{
	if (rw == KSTAT_READ)
		kstat_named_add_u64(KSTAT_NAMED_PTR(kstat), 1);
	return 0;
}

static void
fill(struct context *context)
{
	kstat_t **kstats = context->kstats;

	memcpy(kstats[RAW]->ks_data, "\x00\x01\xfe\xff net", 8);
	KSTAT_INTR_PTR(kstats[INTR])->intrs[KSTAT_INTR_HARD] = UINT32_MAX;
	kstat_intr_add(KSTAT_INTR_PTR(kstats[INTR]), KSTAT_INTR_MULTSVC);
	fill_io(KSTAT_IO_PTR(kstats[IO]));
	fill_timers(KSTAT_TIMER_PTR(kstats[TIMER]));
	fill_settings(KSTAT_NAMED_PTR(kstats[SETTINGS]));
	kstats[SETTINGS]->ks_update = settings_update;
	fill_motto(context, kstats[MOTTO]);
	if ((kstats[KEPT]->ks_flags & KSTAT_FLAG_DORMANT) == 0)
		kstat_named_init(KSTAT_NAMED_PTR(kstats[KEPT]), "updates",
		    KSTAT_DATA_UINT64);
	kstats[KEPT]->ks_update = kept_update;
	kstat_named_init(
	    KSTAT_NAMED_PTR(kstats[SEEN]), "value", KSTAT_DATA_UINT64);
}

void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return NULL;
	for (int i = 0; i < KSTATS; i++) {
		context->kstats[i] =
		    net_kstat_create(id, MODULE, (int)id, kinds[i].name, "test",
			kinds[i].type, kinds[i].ndata, kinds[i].flags);
		if (context->kstats[i] == NULL)
			return context;
	}
	fill(context);
	for (int i = 0; i < KSTATS; i++)
		kstat_install(context->kstats[i]);
	kstat_zone_add(context->kstats[SEEN], GLOBAL_ZONEID);
	return context;
}

void
nin_shutdown(const netid_t id, void *pointer)
{
	struct context *context = pointer;

	for (int i = 0; i < KSTATS; i++)
		net_kstat_delete(id, context->kstats[i]);
}

void
nin_destroy(const netid_t id, void *pointer)
{
	free(pointer);
}
