/* SPDX-License-Identifier: Apache-2.0 */
/*
 * every_statistic.c: on each instance two kstats and one that cannot be read:
 * "types" has a statistic of every data type at the end of its range, and a
 * text that would drive a terminal; "Types" comes later in the order of their
 * making and earlier in that of kstat(8).
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "every_statistic", .version = "1.0.0",
    .summary = "statistics of all types");

#define MODULE "every"

enum { TYPES, FIRST, BROKEN, KSTATS };

struct context {
	kstat_t *kstats[KSTATS];
	kstat_named_t *types; /* text is for virtual kstats only */
};

static const struct {
	const char *name;
	uchar_t type;
} types[] = {
    {"char", KSTAT_DATA_CHAR},
    {"int32", KSTAT_DATA_INT32},
    {"uint32", KSTAT_DATA_UINT32},
    {"int64", KSTAT_DATA_INT64},
    {"uint64", KSTAT_DATA_UINT64},
    {"exact", KSTAT_DATA_UINT64},
    {"float", KSTAT_DATA_FLOAT},
    {"double", KSTAT_DATA_DOUBLE},
    {"endless", KSTAT_DATA_DOUBLE},
    {"string", KSTAT_DATA_STRING},
};
#define TYPE_COUNT (sizeof(types) / sizeof(types[0]))

static void
fill(kstat_named_t *named)
{
	for (size_t i = 0; i < TYPE_COUNT; i++)
		kstat_named_init(&named[i], types[i].name, types[i].type);
	memcpy(named[0].value.c, "sixteen letters!", 16);
	named[1].value.i32 = INT32_MIN;
	named[2].value.ui32 = UINT32_MAX;
	named[3].value.i64 = INT64_MIN;
	named[4].value.ui64 = UINT64_MAX;
	named[5].value.ui64 = (UINT64_C(1) << 53) - 1;
	named[6].value.f = 0.5F;
	named[7].value.d = 0.1;
	named[8].value.d = INFINITY;
	kstat_named_setstr(&named[9], "red \x1b[31m, two\nlines, gr\xc3\xbcn");
}

static int
cannot_update(kstat_t *kstat, int rw)
{
	return EIO;
}

static kstat_t *
make(netid_t id, int number, const char *name, const char *class, ulong_t count,
    uchar_t flags)
{
	return net_kstat_create(
	    id, MODULE, number, name, class, KSTAT_TYPE_NAMED, count, flags);
}

static void
make_all(netid_t id, kstat_t *kstats[])
{
	kstats[TYPES] =
	    make(id, 10, "types", "test", TYPE_COUNT, KSTAT_FLAG_VIRTUAL);
	kstats[FIRST] = make(id, 9, "Types", "other", 1, 0);
	kstats[BROKEN] = make(id, 0, "broken", "broken", 1, 0);
}

void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return NULL;
	context->types = calloc(TYPE_COUNT, sizeof(*context->types));
	make_all(id, context->kstats);
	for (int i = 0; i < KSTATS; i++) {
		if (context->kstats[i] == NULL || context->types == NULL)
			return context;
	}
	fill(context->types);
	context->kstats[TYPES]->ks_data = context->types;
	kstat_named_init(
	    KSTAT_NAMED_PTR(context->kstats[FIRST]), "Zero", KSTAT_DATA_INT32);
	kstat_named_init(KSTAT_NAMED_PTR(context->kstats[BROKEN]), "never",
	    KSTAT_DATA_INT32);
	context->kstats[BROKEN]->ks_update = cannot_update;
	for (int i = 0; i < KSTATS; i++)
		kstat_install(context->kstats[i]);
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
	struct context *context = pointer;

	free(context->types);
	free(context);
}
