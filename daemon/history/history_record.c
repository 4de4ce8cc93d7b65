/* SPDX-License-Identifier: Apache-2.0 */
/* history_record.c: see history_record.h; holds nothing of its own. */
#include "history/history_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/core.h"
#include "lib/glob.h"

/* FNV-1a, 64 bits. */
#define SUM_START UINT64_C(0xcbf29ce484222325)
#define SUM_PRIME UINT64_C(0x100000001b3)

struct history_record *
history_record_create(
    int64_t closed, const char *names, const char *text, size_t length)
{
	struct history_record *record = memory_zalloc(sizeof(*record));

	record->closed = closed;
	record->names = memory_strdup(names);
	record->text = memory_alloc(length + 1);
	(void)memcpy(record->text, text, length);
	record->text[length] = '\0';
	record->length = length;
	return record;
}

void
history_record_set_life(
    struct history_record *record, const struct record_life *life)
{
	record->life = *life;
	record->life.boot = record->boot = memory_strdup(life->boot);
	if (life->before == NULL)
		return;
	record->life.before = record->before =
	    memory_alloc(life->before_size + 1);
	(void)memcpy(record->before, life->before, life->before_size);
}

void
history_record_free(struct history_record *record)
{
	free(record->boot);
	free(record->before);
	free(record->names);
	free(record->text);
	free(record);
}

static uint64_t
record_add_sum(uint64_t sum, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum = (sum ^ (unsigned char)bytes[i]) * SUM_PRIME;
	return sum;
}

int64_t
history_record_sum(const char *names, const char *text, size_t length)
{
	/* With its NUL, so that no byte can go from one to the other. */
	uint64_t sum = record_add_sum(SUM_START, names, strlen(names) + 1);

	return (int64_t)record_add_sum(sum, text, length);
}

bool
history_record_matches(const char *names, const char *pattern)
{
	char name[INSTANCE_NAME_MAX + 1];
	size_t length;

	if (pattern == NULL)
		return true;
	for (;; names += length + 1) {
		length = strcspn(names, "\n");
		if (length < sizeof(name)) {
			(void)memcpy(name, names, length);
			name[length] = '\0';
			if (glob_match(pattern, name))
				return true;
		}
		if (names[length] == '\0')
			return false;
	}
}
