/* SPDX-License-Identifier: Apache-2.0 */
/*
 * many_kstats.c: kstats to try the options of netinstctl kstat on, the same on
 * each instance. "types" has a statistic of every data type at the end of its
 * range and a text that would drive a terminal; "Types" comes later in the
 * order of their making and earlier in that of kstat(8); kstat(8) does not
 * show "kstat_own", nor the statistic of "odd" that has no name. Module "kind"
 * has one of every other type; those of class "knobs" can be written, but
 * "locked" refuses it.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "many_kstats", .version = "1.0.0",
    .summary = "kstats of all kinds");

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static kstat_named_t types[] = {
    {.name = "char", .data_type = KSTAT_DATA_CHAR},
    {"int32", KSTAT_DATA_INT32, {.i32 = INT32_MIN}},
    {"uint32", KSTAT_DATA_UINT32, {.ui32 = UINT32_MAX}},
    {"int64", KSTAT_DATA_INT64, {.i64 = INT64_MIN}},
    {"uint64", KSTAT_DATA_UINT64, {.ui64 = UINT64_MAX}},
    {"exact", KSTAT_DATA_UINT64, {.ui64 = (UINT64_C(1) << 53) - 1}},
    {"float", KSTAT_DATA_FLOAT, {.f = 0.5F}},
    {"double", KSTAT_DATA_DOUBLE, {.d = 0.1}},
    {"endless", KSTAT_DATA_DOUBLE, {.d = INFINITY}},
    {.name = "string", .data_type = KSTAT_DATA_STRING},
};

static kstat_named_t zero[] = {{.name = "Zero", .data_type = KSTAT_DATA_INT32}};

static kstat_named_t odd[] = {
    {"", KSTAT_DATA_INT32, {.i32 = 1}},
    {"what?", KSTAT_DATA_CHAR, {.c = "a \"?\" \\ b"}},
};

static unsigned char raw[] = {0x00, 0x7f, 0x80, 0xff};

static kstat_intr_t interrupts = {.intrs = {1, 2, 3, 4, UINT32_MAX}};

static kstat_io_t io = {
    .nread = UINT64_MAX,
    .nwritten = 512,
    .reads = 3,
    .writes = 4,
    .wtime = 1000000001,
    .wlentime = 6,
    .wlastupdate = 7,
    .rtime = 8,
    .rlentime = 9,
    .rlastupdate = 10,
};

static kstat_timer_t timers[] = {
    {"second", 0, 2, 30, 10, 20, 100, 120},
    {"First", 0, 1, 5, 5, 5, 50, 55},
};

static kstat_named_t knobs[] = {
    {"limit", KSTAT_DATA_UINT32, {.ui32 = 10}},
    {"level", KSTAT_DATA_INT64, {.i64 = -1}},
    {"top", KSTAT_DATA_UINT64, {.ui64 = 0}},
    {"ratio", KSTAT_DATA_DOUBLE, {.d = 0.5}},
    {"mode", KSTAT_DATA_CHAR, {.c = "slow"}},
    {"a:b", KSTAT_DATA_INT32, {.i32 = 0}},
};

static int
refuse_writing(kstat_t *kstat, int rw)
{
	return rw == KSTAT_WRITE ? EACCES : 0;
}

static const struct {
	const char *module;
	int number;
	const char *name, *class;
	uchar_t type, flags;
	void *data;
	ulong_t count;
	int (*update)(kstat_t *kstat, int rw);
} kinds[] = {
    {"every", 10, "types", "test", KSTAT_TYPE_NAMED, KSTAT_FLAG_VIRTUAL, types,
	LENGTH(types), NULL},
    {"every", 9, "Types", "other", KSTAT_TYPE_NAMED, 0, zero, LENGTH(zero),
	NULL},
    {"own", 0, "kstat_own", "own", KSTAT_TYPE_NAMED, 0, zero, LENGTH(zero),
	NULL},
    {"own", 0, "odd", "own", KSTAT_TYPE_NAMED, 0, odd, LENGTH(odd), NULL},
    {"kind", 0, "raw", "knobs", KSTAT_TYPE_RAW, KSTAT_FLAG_WRITABLE, raw,
	sizeof(raw), NULL},
    {"kind", 0, "interrupt", "knobs", KSTAT_TYPE_INTR, KSTAT_FLAG_WRITABLE,
	&interrupts, 1, NULL},
    {"kind", 0, "io", "kinds", KSTAT_TYPE_IO, 0, &io, 1, NULL},
    {"kind", 0, "timer", "kinds", KSTAT_TYPE_TIMER, 0, timers, LENGTH(timers),
	NULL},
    {"knob", -1, "knobs", "knobs", KSTAT_TYPE_NAMED, KSTAT_FLAG_WRITABLE, knobs,
	LENGTH(knobs), NULL},
    {"knob", 0, "locked", "knobs", KSTAT_TYPE_NAMED, KSTAT_FLAG_WRITABLE, knobs,
	LENGTH(knobs), refuse_writing},
};

struct context {
	kstat_t *kstats[LENGTH(kinds)];
};

int
nin_load(const net_config_t *config)
{
	memcpy(types[0].value.c, "sixteen letters!", 16);
	kstat_named_setstr(
	    &types[LENGTH(types) - 1], "red \x1b[31m, two\nlines, gr\xc3\xbcn");
	return 0;
}

void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return NULL;
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		kstat_t *kstat = net_kstat_create(id, kinds[i].module,
		    kinds[i].number, kinds[i].name, kinds[i].class,
		    kinds[i].type, kinds[i].count, kinds[i].flags);

		if (kstat == NULL)
			continue;
		context->kstats[i] = kstat;
		kstat->ks_update = kinds[i].update;
		if ((kinds[i].flags & KSTAT_FLAG_VIRTUAL) != 0)
			kstat->ks_data = kinds[i].data;
		else
			memcpy(
			    kstat->ks_data, kinds[i].data, kstat->ks_data_size);
		kstat_install(kstat);
	}
	return context;
}

void
nin_shutdown(const netid_t id, void *pointer)
{
	struct context *context = pointer;

	for (size_t i = 0; i < LENGTH(kinds); i++)
		net_kstat_delete(id, context->kstats[i]);
}

void
nin_destroy(const netid_t id, void *pointer)
{
	free(pointer);
}
