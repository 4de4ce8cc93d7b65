/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_gather.c: one growing text holds, for each kstat, its module, its name
 * and what is to be printed of it; a list of where they stand is sorted.
 */
#include "kstat/kstat_gather.h"

#include <stdlib.h>
#include <string.h>

#include "kstat/kstat_value.h"
#include "memory.h"

/* Where things start; each of the three ends with a NUL. */
struct entry {
	size_t module, name, text;
	json_int_t instance;
};

struct kstat_gather {
	const struct kstat_form *form;
	FILE *stream; /* writes to bytes; NULL: nothing has been taken */
	char *bytes;  /* valid after a flush of stream */
	size_t length;
	struct entry *entries;
	size_t count, size;
	bool printed; /* something, at some time */
};

struct kstat_gather *
kstat_gather_create(const struct kstat_form *form)
{
	struct kstat_gather *gather = memory_zalloc(sizeof(*gather));

	gather->form = form;
	return gather;
}

/* fclose() writes to bytes once more, so it comes before free(). */
static void
kstat_gather_forget(struct kstat_gather *gather)
{
	if (gather->stream != NULL)
		(void)fclose(gather->stream);
	free(gather->bytes);
	gather->stream = NULL;
	gather->bytes = NULL;
	gather->count = 0;
}

void
kstat_gather_free(struct kstat_gather *gather)
{
	kstat_gather_forget(gather);
	free(gather->entries);
	free(gather);
}

static struct entry *
kstat_gather_entry(struct kstat_gather *gather)
{
	if (gather->stream == NULL)
		gather->stream = memory_check(
		    open_memstream(&gather->bytes, &gather->length));
	if (gather->count == gather->size) {
		gather->size = 2 * gather->size + 16;
		gather->entries = memory_resize(
		    gather->entries, gather->size, sizeof(gather->entries[0]));
	}
	return &gather->entries[gather->count];
}

/* Puts a text with its NUL; returns where it starts. */
static size_t
kstat_gather_put(struct kstat_gather *gather, const char *text)
{
	long start = ftell(gather->stream);

	(void)fwrite(text, 1, strlen(text) + 1, gather->stream);
	return (size_t)start;
}

size_t
kstat_gather_add(struct kstat_gather *gather,
    const struct kstat_pattern *statistic, const json_t *kstat)
{
	struct entry *entry = kstat_gather_entry(gather);
	size_t count;

	entry->instance = kstat_value_integer(kstat, "instance");
	entry->module =
	    kstat_gather_put(gather, kstat_value_text(kstat, "module"));
	entry->name = kstat_gather_put(gather, kstat_value_text(kstat, "name"));
	entry->text = (size_t)ftell(gather->stream);
	count =
	    kstat_form_print(gather->stream, gather->form, statistic, kstat);
	(void)putc('\0', gather->stream);
	gather->count += count > 0;
	return count;
}

static int
kstat_gather_compare(const void *a, const void *b, void *arg)
{
	const struct entry *first = a, *second = b;
	const char *bytes = arg;
	int order = strcasecmp(bytes + first->module, bytes + second->module);

	if (order == 0)
		order = (first->instance > second->instance) -
			(first->instance < second->instance);
	if (order == 0)
		order = strcasecmp(bytes + first->name, bytes + second->name);
	if (order == 0) /* else in the daemon's order */
		order = first->text > second->text ? 1 : -1;
	return order;
}

void
kstat_gather_print(struct kstat_gather *gather, FILE *out)
{
	if (gather->count == 0)
		return;
	if (fflush(gather->stream) != 0)
		(void)memory_check(NULL);
	qsort_r(gather->entries, gather->count, sizeof(gather->entries[0]),
	    kstat_gather_compare, gather->bytes);
	for (size_t i = 0; i < gather->count; i++) {
		if (gather->form->layout == KSTAT_OBJECTS)
			(void)putc(gather->printed ? ',' : '[', out);
		gather->printed = true;
		(void)fputs(gather->bytes + gather->entries[i].text, out);
	}
	kstat_gather_forget(gather);
}

void
kstat_gather_end(struct kstat_gather *gather, FILE *out, bool is_result)
{
	if (gather->form->layout != KSTAT_OBJECTS)
		return;
	if (gather->printed)
		(void)fputs("]\n", out);
	else if (is_result)
		(void)fputs("[]\n", out);
}
