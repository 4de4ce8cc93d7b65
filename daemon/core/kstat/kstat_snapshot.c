/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_snapshot.c: copies what one kstat holds. The caller holds its ks_lock,
 * on any thread when the kstat is plain, else on the strand. Owns nothing: the
 * copies are the reader's.
 *
 * A copy is made of the kstat's data or, where it has a ks_snapshot, of what
 * that has filled. Either may be a plugin's memory, so sizes are not believed.
 */
#include "core/kstat/kstat_snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/kstat/kstat_use.h"
#include "lib/clock.h"

/* Bytes of one string statistic; the rest is not shown. */
#define KSTAT_STRING_MAX 65536
/* Bytes that a ks_snapshot may be asked to fill, and how often. */
#define KSTAT_BUFFER_MAX (8 << 20)
#define KSTAT_TRIES	 4

/* Where the statistics are. */
struct source {
	const void *data;
	size_t size; /* of a buffer; 0: the kstat's own data */
	uint_t count;
};

static bool
is_own_memory(const struct kstat_entry *entry, const void *data)
{
	return entry->framework || ((entry->flags & KSTAT_FLAG_VIRTUAL) == 0 &&
				       data == entry->data);
}

static bool
has_no_string(const kstat_named_t *named, uint_t count)
{
	uint_t i;

	for (i = 0; i < count; i++)
		if (named[i].data_type == KSTAT_DATA_STRING)
			return false;
	return true;
}

bool
kstat_snapshot_is_plain(const struct kstat_entry *entry)
{
	const kstat_t *public = &entry->public;

	return (public->ks_update == NULL || entry->framework) &&
	       public->ks_snapshot == NULL &&
	       public->ks_lock == &entry->own_lock &&
	       is_own_memory(entry, public->ks_data) &&
	       (entry->type != KSTAT_TYPE_NAMED || entry->framework ||
		   has_no_string(public->ks_data, entry->ndata));
}

bool
kstat_snapshot_count(
    const struct kstat_entry *entry, const void *data, uint_t *count)
{
	const kstat_t *public = &entry->public;
	size_t size = kstat_rules[entry->type].size;
	size_t n = entry->type == KSTAT_TYPE_RAW ? public->ks_data_size
						 : public->ks_ndata;

	if (is_own_memory(entry, data)) {
		*count = n < entry->ndata ? (uint_t)n : entry->ndata;
		return true;
	}
	if (n > kstat_rules[entry->type].most ||
	    (data != public->ks_data && n * size > public->ks_data_size))
		return false;
	*count = data != NULL ? (uint_t)n : 0;
	return true;
}

/* --- named ---------------------------------------------------------------- */

/* Whole values, also while other threads count without a lock. */
static void
value_copy(kstat_named_t *to, const kstat_named_t *from)
{
	to->data_type = from->data_type;
	switch (from->data_type) {
	case KSTAT_DATA_INT32:
	case KSTAT_DATA_UINT32:
	case KSTAT_DATA_FLOAT:
		to->value.ui32 =
		    __atomic_load_n(&from->value.ui32, __ATOMIC_RELAXED);
		break;
	case KSTAT_DATA_INT64:
	case KSTAT_DATA_UINT64:
	case KSTAT_DATA_DOUBLE:
	case KSTAT_DATA_LONG:
	case KSTAT_DATA_ULONG:
		to->value.ui64 =
		    __atomic_load_n(&from->value.ui64, __ATOMIC_RELAXED);
		break;
	default:
		to->value = from->value;
		break;
	}
	if (to->data_type == KSTAT_DATA_LONG)
		to->data_type = KSTAT_DATA_INT64;
	if (to->data_type == KSTAT_DATA_ULONG)
		to->data_type = KSTAT_DATA_UINT64;
}

/* Not beyond the end of a buffer that the text is in. */
static uint32_t
string_length(const struct source *source, const kstat_named_t *named)
{
	uintptr_t at, start = (uintptr_t)source->data;
	size_t length;

	/* Numbers are not looked at: others may be counting there. */
	if (named->data_type != KSTAT_DATA_STRING ||
	    KSTAT_NAMED_STR_PTR(named) == NULL)
		return 0;
	at = (uintptr_t)KSTAT_NAMED_STR_PTR(named);
	length = KSTAT_NAMED_STR_BUFLEN(named);
	if (at >= start && at - start < source->size &&
	    length > source->size - (at - start))
		length = source->size - (at - start);
	return length < KSTAT_STRING_MAX ? (uint32_t)length : KSTAT_STRING_MAX;
}

/* Returns where the next string goes. */
static char *
string_copy(const struct source *source, kstat_named_t *to,
    const kstat_named_t *from, char *text, size_t *left)
{
	uint32_t length = string_length(source, from);

	/* A plugin that does not hold ks_lock may have made it longer. */
	if (length >= *left)
		length = (uint32_t)*left - 1;
	*left -= length + 1;
	if (length > 0)
		memcpy(text, KSTAT_NAMED_STR_PTR(from), length);
	text[length] = '\0';
	KSTAT_NAMED_STR_PTR(to) = text;
	return text + length + 1;
}

/* One piece of memory: the statistics, then their strings. */
static void *
copy_named(const struct source *source)
{
	const kstat_named_t *from = source->data;
	size_t strings = 0;
	kstat_named_t *to;
	char *text;
	uint_t i;

	for (i = 0; i < source->count; i++)
		strings += string_length(source, &from[i]) + 1;
	to = memory_alloc(source->count * sizeof(*to) + strings);
	text = (char *)&to[source->count];
	for (i = 0; i < source->count; i++) {
		memcpy(to[i].name, from[i].name, KSTAT_STRLEN);
		value_copy(&to[i], &from[i]);
		if (from[i].data_type == KSTAT_DATA_STRING)
			text = string_copy(
			    source, &to[i], &from[i], text, &strings);
	}
	return to;
}

/* --- the other types ------------------------------------------------------ */

/* Whole values, as of named ones. */
static void *
copy_intr(const struct source *source)
{
	const kstat_intr_t *from = source->data;
	kstat_intr_t *to = memory_alloc(sizeof(*to));
	int i;

	for (i = 0; i < KSTAT_NUM_INTRS; i++)
		to->intrs[i] =
		    __atomic_load_n(&from->intrs[i], __ATOMIC_RELAXED);
	return to;
}

/* count is not 0. */
static void *
copy_data(uchar_t type, const struct source *source)
{
	size_t size = source->count * kstat_rules[type].size;
	void *to;

	if (type == KSTAT_TYPE_NAMED)
		return copy_named(source);
	if (type == KSTAT_TYPE_INTR)
		return copy_intr(source);
	to = memory_alloc(size);
	memcpy(to, source->data, size);
	return to;
}

/* --- a snapshot ----------------------------------------------------------- */

void
kstat_snapshot_head(
    struct kstat_snapshot *snapshot, const struct kstat_entry *entry)
{
	const kstat_t *public = &entry->public;

	memcpy(snapshot->module, public->ks_module, KSTAT_STRLEN);
	memcpy(snapshot->name, public->ks_name, KSTAT_STRLEN);
	memcpy(snapshot->class, public->ks_class, KSTAT_STRLEN);
	snapshot->type = entry->type;
	snapshot->instance = public->ks_instance;
	snapshot->kid = public->ks_kid;
	snapshot->crtime = public->ks_crtime;
	snapshot->snaptime = clock_monotonic();
}

/* One try; true: it wants a larger buffer. */
static bool
ask_once(kstat_t *public, void **buffer, int *error)
{
	size_t size = public->ks_data_size;

	*buffer = NULL;
	*error = ENOMEM;
	if (size > KSTAT_BUFFER_MAX)
		return false;
	*buffer = memory_zalloc(size > 0 ? size : 1);
	*error = kstat_copy_by_plugin(public, *buffer, KSTAT_READ);
	if (*error == 0 && public->ks_data_size > size)
		*error = EINVAL;
	if (*error == 0)
		return false;
	free(*buffer);
	*buffer = NULL;
	return *error == ENOMEM && public->ks_data_size > size;
}

void *
kstat_snapshot_ask(struct kstat_entry *entry, int *error)
{
	bool grows = (entry->flags & KSTAT_FLAG_VAR_SIZE) != 0;
	void *buffer;
	int tries = 0;

	while (ask_once(&entry->public, &buffer, error) && grows &&
	       ++tries < KSTAT_TRIES)
		continue;
	return buffer;
}

static int
take_from(struct kstat_snapshot *snapshot, const struct kstat_entry *entry,
    struct source *source)
{
	if (!kstat_snapshot_count(entry, source->data, &source->count))
		return EINVAL;
	snapshot->count = source->count;
	if (source->count > 0)
		snapshot->data = copy_data(entry->type, source);
	return 0;
}

static int
take_by_plugin(struct kstat_snapshot *snapshot, struct kstat_entry *entry)
{
	struct source source = {0};
	void *buffer;
	int error;

	buffer = kstat_snapshot_ask(entry, &error);
	if (buffer == NULL)
		return error;
	source.data = buffer;
	source.size = entry->public.ks_data_size;
	error = take_from(snapshot, entry, &source);
	free(buffer);
	/* When it was, its function knows best. */
	snapshot->snaptime = entry->public.ks_snaptime;
	return error;
}

int
kstat_snapshot_take(struct kstat_snapshot *snapshot, struct kstat_entry *entry)
{
	struct source source = {.data = entry->public.ks_data};

	entry->public.ks_snaptime = snapshot->snaptime;
	if (entry->public.ks_snapshot != NULL)
		snapshot->error = take_by_plugin(snapshot, entry);
	else
		snapshot->error = take_from(snapshot, entry, &source);
	if (entry->type == KSTAT_TYPE_IO && snapshot->data != NULL &&
	    entry->public.ks_snapshot == NULL)
		kstat_io_add_open(snapshot->io, snapshot->snaptime);
	return snapshot->error;
}

/* Looks at nothing that would be a plugin's: it may be set just now. */
void
kstat_snapshot_take_plain(
    struct kstat_snapshot *snapshot, struct kstat_entry *entry)
{
	struct source source = {.data = entry->data};

	if (entry->framework) {
		source.data = entry->public.ks_data;
		(void)kstat_update(entry, KSTAT_READ);
	}
	kstat_snapshot_head(snapshot, entry);
	entry->public.ks_snaptime = snapshot->snaptime;
	snapshot->error = take_from(snapshot, entry, &source);
	if (entry->type == KSTAT_TYPE_IO && snapshot->data != NULL)
		kstat_io_add_open(snapshot->io, snapshot->snaptime);
}

void
kstat_snapshot_free(struct kstat_snapshot *snapshot)
{
	free(snapshot->data);
	snapshot->data = NULL;
}
