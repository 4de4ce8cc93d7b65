/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_value.c: from JSON to texts, without loss: integers are printed in all
 * their digits, floats in as many as it takes to read the same number back.
 */
#include "kstat/kstat_value.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

const char *
kstat_value_text(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text != NULL ? text : "";
}

json_int_t
kstat_value_integer(const json_t *object, const char *member)
{
	const json_t *value = json_object_get(object, member);

	if (json_is_string(value))
		return strtoll(json_string_value(value), NULL, 10);
	return json_integer_value(value);
}

char *
kstat_value_time(int64_t nanoseconds)
{
	bool negative = nanoseconds < 0;
	uint64_t size =
	    negative ? -(uint64_t)nanoseconds : (uint64_t)nanoseconds;

	if (nanoseconds == 0)
		return memory_format("0");
	return memory_format("%s%llu.%09llu", negative ? "-" : "",
	    (unsigned long long)(size / 1000000000),
	    (unsigned long long)(size % 1000000000));
}

int
kstat_value_type(const json_t *kstat)
{
	static const char *const types[] = {
	    "raw", "named", "interrupt", "io", "timer"};
	const char *type = kstat_value_text(kstat, "type");

	for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
		if (strcmp(type, types[i]) == 0)
			return (int)i;
	}
	return -1;
}

/* The shortest text that reads back as the same number. */
static char *
kstat_value_real(double value)
{
	char *text = NULL;

	for (int digits = 6; digits <= 17; digits++) {
		free(text);
		text = memory_format("%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	return text;
}

/* Whether a string is an integer, by its type and by its digits. */
static bool
kstat_value_is_decimal(const json_t *statistic, const char *text)
{
	const char *type = kstat_value_text(statistic, "type");

	if (strcmp(type, "int64") != 0 && strcmp(type, "uint64") != 0)
		return false;
	text += *text == '-';
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static enum kstat_kind
kstat_value_of(const json_t *statistic, char **text)
{
	const json_t *value = json_object_get(statistic, "value");
	const char *string = json_string_value(value);

	if (string != NULL) {
		*text = memory_format("%s", string);
		return kstat_value_is_decimal(statistic, string) ? KSTAT_NUMBER
								 : KSTAT_TEXT;
	}
	if (json_is_integer(value)) {
		*text =
		    memory_format("%lld", (long long)json_integer_value(value));
		return KSTAT_NUMBER;
	}
	if (json_is_real(value)) {
		*text = kstat_value_real(json_real_value(value));
		return KSTAT_NUMBER;
	}
	*text = memory_format("nan");
	return KSTAT_NOTHING;
}

/* Statistics of one name keep their order. */
static int
kstat_value_compare(const void *a, const void *b)
{
	const struct kstat_statistic *first = a, *second = b;
	int order = strcasecmp(first->name, second->name);

	if (order == 0)
		order = strcmp(first->name, second->name);
	if (order == 0)
		order = first->place > second->place ? 1 : -1;
	return order;
}

/* STEALS value. */
static void
kstat_value_add(struct kstat_statistics *all,
    const struct kstat_pattern *pattern, const char *name, char *value,
    enum kstat_kind kind)
{
	if (*name == '\0' || !kstat_pattern_matches(pattern, name)) {
		free(value);
		return;
	}
	all->list[all->count] = (struct kstat_statistic){
	    .name = name,
	    .value = value,
	    .kind = kind,
	    .place = all->count,
	};
	all->count++;
}

static void
kstat_value_add_time(struct kstat_statistics *all, const json_t *kstat,
    const struct kstat_pattern *pattern, const char *name)
{
	kstat_value_add(all, pattern, name,
	    kstat_value_time(kstat_value_integer(kstat, name)), KSTAT_NUMBER);
}

void
kstat_value_collect(struct kstat_statistics *all, const json_t *kstat,
    const struct kstat_pattern *pattern, bool with_class)
{
	const json_t *list = json_object_get(kstat, "statistics"), *statistic;
	size_t i;

	all->count = 0;
	all->list =
	    memory_zalloc((json_array_size(list) + 3) * sizeof(all->list[0]));
	json_array_foreach (list, i, statistic) {
		char *text;
		enum kstat_kind kind = kstat_value_of(statistic, &text);

		kstat_value_add(all, pattern,
		    kstat_value_text(statistic, "name"), text, kind);
	}
	kstat_value_add_time(all, kstat, pattern, "crtime");
	kstat_value_add_time(all, kstat, pattern, "snaptime");
	if (with_class)
		kstat_value_add(all, pattern, "class",
		    memory_format("%s", kstat_value_text(kstat, "class")),
		    KSTAT_TEXT);
	qsort(all->list, all->count, sizeof(all->list[0]), kstat_value_compare);
}

void
kstat_value_free(struct kstat_statistics *all)
{
	for (size_t i = 0; i < all->count; i++)
		free(all->list[i].value);
	free(all->list);
	*all = (struct kstat_statistics){.list = NULL};
}

bool
kstat_value_is_pseudo(const struct kstat_pattern *pattern, bool with_class)
{
	return kstat_pattern_matches(pattern, "crtime") ||
	       kstat_pattern_matches(pattern, "snaptime") ||
	       (with_class && kstat_pattern_matches(pattern, "class"));
}
