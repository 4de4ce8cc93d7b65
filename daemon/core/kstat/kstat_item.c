/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_item.c: the names that kstat(8) gives to what is in kstats of types
 * without names of their own, as tables. Owns nothing.
 */
#include "core/kstat/kstat_item.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

/* A member of a structure; of one type, at a distance from its start. */
struct field {
	const char *name;
	uchar_t type;
	size_t offset;
};

#define HRTIME KSTAT_DATA_INT64

#define IO(member, type)                                                       \
	{                                                                      \
#member, (type), offsetof(kstat_io_t, member)                  \
	}
static const struct field io_fields[] = {
    IO(nread, KSTAT_DATA_UINT64),
    IO(nwritten, KSTAT_DATA_UINT64),
    IO(reads, KSTAT_DATA_UINT32),
    IO(writes, KSTAT_DATA_UINT32),
    IO(wtime, HRTIME),
    IO(wlentime, HRTIME),
    IO(wlastupdate, HRTIME),
    IO(rtime, HRTIME),
    IO(rlentime, HRTIME),
    IO(rlastupdate, HRTIME),
    IO(wcnt, KSTAT_DATA_UINT32),
    IO(rcnt, KSTAT_DATA_UINT32),
};

#define INTR(name, number)                                                     \
	{                                                                      \
		(name), KSTAT_DATA_UINT32,                                     \
		    offsetof(kstat_intr_t, intrs) + (number) * sizeof(uint_t)  \
	}
static const struct field intr_fields[] = {
    INTR("hard", KSTAT_INTR_HARD),
    INTR("soft", KSTAT_INTR_SOFT),
    INTR("watchdog", KSTAT_INTR_WATCHDOG),
    INTR("spurious", KSTAT_INTR_SPURIOUS),
    INTR("multiple_service", KSTAT_INTR_MULTSVC),
};

#define TIMER(member, type)                                                    \
	{                                                                      \
#member, (type), offsetof(kstat_timer_t, member)               \
	}
static const struct field timer_fields[] = {
    TIMER(num_events, KSTAT_DATA_UINT64),
    TIMER(elapsed_time, HRTIME),
    TIMER(min_time, HRTIME),
    TIMER(max_time, HRTIME),
    TIMER(start_time, HRTIME),
    TIMER(stop_time, HRTIME),
};
#define TIMER_FIELDS ARRAY_LENGTH(timer_fields)

/* Items of each piece; a raw one is one item altogether. */
static const uint_t items[KSTAT_NUM_TYPES] = {
    [KSTAT_TYPE_NAMED] = 1,
    [KSTAT_TYPE_INTR] = ARRAY_LENGTH(intr_fields),
    [KSTAT_TYPE_IO] = ARRAY_LENGTH(io_fields),
    [KSTAT_TYPE_TIMER] = TIMER_FIELDS,
};

uint_t
kstat_item_count(uchar_t type, uint_t count)
{
	ASSERT(type < KSTAT_NUM_TYPES);
	return type == KSTAT_TYPE_RAW ? count > 0 : count * items[type];
}

static void
item_of_field(struct kstat_item *item, const struct field *field, void *data)
{
	item->name = field->name;
	item->type = field->type;
	item->value = (char *)data + field->offset;
}

static void
item_of_timer(struct kstat_item *item, kstat_timer_t *timers, uint_t index)
{
	kstat_timer_t *timer = &timers[index / TIMER_FIELDS];
	const struct field *field = &timer_fields[index % TIMER_FIELDS];

	item_of_field(item, field, timer);
	(void)snprintf(item->text, sizeof(item->text), "%.30s %s", timer->name,
	    field->name);
	item->name = item->text;
}

static void
item_of_named(struct kstat_item *item, kstat_named_t *named)
{
	/* Names may come from a plugin's own memory, without an end. */
	memcpy(item->text, named->name, KSTAT_STRLEN);
	item->text[KSTAT_STRLEN - 1] = '\0';
	item->name = item->text;
	item->type = named->data_type;
	item->value = &named->value;
}

void
kstat_item_get(struct kstat_item *item, uchar_t type, void *data, uint_t count,
    uint_t index)
{
	ASSERT(index < kstat_item_count(type, count));
	if (type == KSTAT_TYPE_NAMED) {
		item_of_named(item, (kstat_named_t *)data + index);
	} else if (type == KSTAT_TYPE_INTR) {
		item_of_field(item, &intr_fields[index], data);
	} else if (type == KSTAT_TYPE_IO) {
		item_of_field(item, &io_fields[index], data);
	} else if (type == KSTAT_TYPE_TIMER) {
		item_of_timer(item, data, index);
	} else {
		item->name = "raw";
		item->type = KSTAT_ITEM_RAW;
		item->size = count;
		item->value = data;
	}
}
