/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_form.c: from kstats as JSON to text; asks nothing of the daemon.
 * Plugins choose the names and values, so each is escaped before it is
 * printed; numbers beyond 2^53 come as strings and are printed as they are.
 */
#include "kstat_form.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "text.h"

static const char *
kstat_text(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text != NULL ? text : "";
}

static json_int_t
kstat_integer(const json_t *object, const char *member)
{
	const json_t *value = json_object_get(object, member);

	if (json_is_string(value))
		return strtoll(json_string_value(value), NULL, 10);
	return json_integer_value(value);
}

bool
kstat_operand_parse(struct kstat_operand *operand, const char *text)
{
	char **parts[] = {&operand->module, &operand->instance, &operand->name,
	    &operand->statistic};
	size_t count = 0, all = sizeof(parts) / sizeof(parts[0]);
	const char *at = text;

	for (; *at != '\0'; at++)
		count += *at == ':';
	if (count >= all)
		return false;
	for (size_t i = 0; i < all; i++) {
		size_t length = strcspn(text, ":");

		*parts[i] = length > 0
				? memory_format("%.*s", (int)length, text)
				: memory_format("*");
		text += length;
		text += *text == ':';
	}
	return true;
}

void
kstat_operand_free(struct kstat_operand *operand)
{
	free(operand->module);
	free(operand->instance);
	free(operand->name);
	free(operand->statistic);
}

bool
kstat_is_pseudo(const char *statistic, bool parseable)
{
	return fnmatch(statistic, "crtime", 0) == 0 ||
	       fnmatch(statistic, "snaptime", 0) == 0 ||
	       (parseable && fnmatch(statistic, "class", 0) == 0);
}

char *
kstat_time(int64_t nanoseconds)
{
	if (nanoseconds == 0)
		return memory_format("0");
	return memory_format("%lld.%09lld",
	    (long long)(nanoseconds / 1000000000),
	    (long long)(nanoseconds % 1000000000));
}

/* The shortest text that reads back as the same number. */
static char *
kstat_real(double value)
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

char *
kstat_value(const json_t *statistic)
{
	const json_t *value = json_object_get(statistic, "value");

	if (json_is_string(value))
		return memory_format("%s", json_string_value(value));
	if (json_is_integer(value))
		return memory_format(
		    "%lld", (long long)json_integer_value(value));
	if (json_is_real(value))
		return kstat_real(json_real_value(value));
	return memory_format("nan"); /* JSON has no such number: null */
}

int
kstat_compare(const json_t *a, const json_t *b)
{
	json_int_t a_instance = kstat_integer(a, "instance");
	json_int_t b_instance = kstat_integer(b, "instance");
	int order =
	    strcasecmp(kstat_text(a, "module"), kstat_text(b, "module"));

	if (order == 0)
		order = (a_instance > b_instance) - (a_instance < b_instance);
	if (order == 0)
		order =
		    strcasecmp(kstat_text(a, "name"), kstat_text(b, "name"));
	return order;
}

char *
kstat_label(const json_t *kstat, bool says_instance)
{
	return memory_format("%s%s%s:%lld:%s",
	    says_instance ? kstat_text(kstat, "ip_instance") : "",
	    says_instance ? "/" : "", kstat_text(kstat, "module"),
	    (long long)kstat_integer(kstat, "instance"),
	    kstat_text(kstat, "name"));
}

/* --- the statistics of one kstat ------------------------------------------ */

struct kstat_line {
	const char *name; /* borrowed from the JSON */
	char *value;
};

static int
kstat_compare_lines(const void *a, const void *b)
{
	const struct kstat_line *first = a, *second = b;

	return strcasecmp(first->name, second->name);
}

struct kstat_lines {
	struct kstat_line *list;
	size_t count;
	const char *pattern;
};

/* STEALS value. */
static void
kstat_add(struct kstat_lines *lines, const char *name, char *value)
{
	if (*name == '\0' || fnmatch(lines->pattern, name, 0) != 0) {
		free(value);
		return;
	}
	lines->list[lines->count++] =
	    (struct kstat_line){.name = name, .value = value};
}

static void
kstat_collect(struct kstat_lines *lines, const struct kstat_form *form,
    const json_t *kstat)
{
	const json_t *all = json_object_get(kstat, "statistics"), *statistic;
	size_t i;

	lines->pattern = form->statistic;
	lines->list =
	    memory_zalloc(json_array_size(all) + 3, sizeof(lines->list[0]));
	json_array_foreach(all, i, statistic) kstat_add(
	    lines, kstat_text(statistic, "name"), kstat_value(statistic));
	kstat_add(lines, "crtime", kstat_time(kstat_integer(kstat, "crtime")));
	kstat_add(
	    lines, "snaptime", kstat_time(kstat_integer(kstat, "snaptime")));
	if (form->parseable)
		kstat_add(lines, "class",
		    memory_format("%s", kstat_text(kstat, "class")));
	qsort(lines->list, lines->count, sizeof(lines->list[0]),
	    kstat_compare_lines);
}

static void
kstat_print_head(FILE *out, const struct kstat_form *form, const json_t *kstat)
{
	char *stack = text_escape(kstat_text(kstat, "ip_instance"));
	char *module = text_escape(kstat_text(kstat, "module"));
	char *name = text_escape(kstat_text(kstat, "name"));
	char *class = text_escape(kstat_text(kstat, "class"));

	if (form->says_instance)
		(void)fprintf(out, "ip instance: %-25s  id:       %lld\n",
		    stack, (long long)kstat_integer(kstat, "ip_instance_id"));
	(void)fprintf(out, "module: %-30.30s  instance: %-6lld\n", module,
	    (long long)kstat_integer(kstat, "instance"));
	(void)fprintf(out, "name:   %-30.30s  class:    %-.30s\n", name, class);
	free(class);
	free(name);
	free(module);
	free(stack);
}

static void
kstat_print_line(FILE *out, const struct kstat_line *line, const char *label)
{
	char *name = text_escape(line->name), *value = text_escape(line->value);

	if (label != NULL)
		(void)fprintf(out, "%s:%s\t%s\n", label, name, value);
	else
		(void)fprintf(out, "\t%-30s  %s\n", name, value);
	free(value);
	free(name);
}

size_t
kstat_print(FILE *out, const struct kstat_form *form, const json_t *kstat)
{
	struct kstat_lines lines = {.count = 0};
	char *label = NULL, *bare;

	kstat_collect(&lines, form, kstat);
	if (form->parseable) {
		bare = kstat_label(kstat, form->says_instance);
		label = text_escape(bare);
		free(bare);
	} else if (lines.count > 0) {
		kstat_print_head(out, form, kstat);
	}
	for (size_t i = 0; i < lines.count; i++) {
		kstat_print_line(out, &lines.list[i], label);
		free(lines.list[i].value);
	}
	if (!form->parseable && lines.count > 0)
		(void)putc('\n', out);
	free(label);
	free(lines.list);
	return lines.count;
}
