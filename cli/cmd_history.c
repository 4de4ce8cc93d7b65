/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_history.c: netinstctl history: the records of instances that have ended:
 * a table, or, with NAME, all of each record.
 */
#include "commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <netinst/rpc.h>

#include "lib/clock.h"
#include "memory.h"
#include "params.h"
#include "report.h"
#include "run.h"
#include "text.h"
#include "writer.h"

static const struct {
	const char *name;
	int64_t length; /* seconds */
} units[] = {
    {"s", 1},
    {"min", 60},
    {"h", 3600},
    {"d", 24 * 3600},
};

/* "5min": how long that is, in nanoseconds; -1: it is no such text. */
static int64_t
history_duration(const char *text)
{
	int64_t number, length;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return -1;
	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno != 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
		if (strcmp(units[i].name, end) == 0)
			return __builtin_mul_overflow(number,
				   units[i].length * NS_PER_SEC, &length)
				   ? -1
				   : length;
	}
	return -1;
}

/*
 * A duration becomes nanoseconds since 1970; the daemon reads all other times.
 */
static json_t *
history_since(const char *text)
{
	int64_t ago = history_duration(text), since;
	char *number;
	json_t *value;

	if (ago < 0)
		return memory_check(json_string(text));
	since = clock_realtime() - ago;
	number = memory_format("%" PRId64, since > 0 ? since : 0);
	value = memory_check(json_string(number));
	free(number);
	return value;
}

/* --- some of them, all that is known -------------------------------------- */

static void
history_put_completeness(struct writer *writer, const json_t *record)
{
	char *word = writer_words(json_object_get(record, "completeness"));
	const json_t *age = json_object_get(record, "age_ns");
	char *ago = text_nanoseconds(json_integer_value(age));
	char *both = memory_format("%s, %s old", word, ago);

	writer_pair(
	    writer, "completeness", json_integer_value(age) > 0 ? both : word);
	free(both);
	free(ago);
	free(word);
}

static void
history_show_totals(const struct invocation *invocation, json_t *totals)
{
	struct writer *writer = writer_pairs(invocation);
	const char *kstat, *statistic;
	json_t *values, *value;
	char *name, *words;

	json_object_foreach (totals, kstat, values) {
		json_object_foreach (values, statistic, value) {
			name = memory_format("%s:%s", kstat, statistic);
			words = writer_words(value);
			writer_pair(writer, name, words);
			free(words);
			free(name);
		}
	}
	writer_finish(writer);
}

static void
history_show_record(const struct invocation *invocation, const json_t *record)
{
	struct writer *writer = writer_pairs(invocation);

	writer_pair_member(writer, "names", record, "names");
	writer_pair_member(writer, "instance", record, "instance");
	writer_pair_member(writer, "source", record, "source");
	writer_pair_member(writer, "kernel id", record, "kernel_id");
	writer_pair_member(writer, "created", record, "created");
	writer_pair_member(writer, "closed", record, "closed");
	writer_pair_member(writer, "cause", record, "cause");
	history_put_completeness(writer, record);
	writer_pair_filled(writer, "stored", record, "{stored?yes|no}");
	writer_finish(writer);
	history_show_totals(invocation, json_object_get(record, "totals"));
}

/* What history_page() needs to know. */
struct history_shown {
	const struct invocation *invocation;
	bool begun; /* one has been printed */
};

static void
history_page(void *arg, const json_t *records)
{
	struct history_shown *shown = arg;
	const json_t *record;
	size_t i;

	json_array_foreach (records, i, record) {
		if (shown->begun)
			(void)putchar('\n');
		shown->begun = true;
		history_show_record(shown->invocation, record);
	}
}

int
cmd_history(struct invocation *invocation)
{
	static const struct writer_column columns[] = {
	    {"CLOSED", "closed", writer_time},
	    {"CREATED", "created", writer_time},
	    {"NAMES", "names", writer_member},
	    {">ID", "instance", writer_member},
	    {"KERNEL ID", "kernel_id", writer_member},
	    {"COMPLETENESS", "completeness", writer_member},
	    {"WHERE", "{stored?stored|in memory}", writer_filled},
	    {.heading = NULL},
	};
	const char *since = invocation->options.values[OPTION_SINCE];
	struct history_shown shown = {.invocation = invocation};
	struct writer *writer = writer_table(invocation, columns);
	bool named = invocation->count > 0;
	struct run_pages pages = {
	    .member = "records",
	    .show = named ? history_page : writer_page,
	    .arg = named ? (void *)&shown : writer,
	};
	json_t *params = params_of(invocation, NULL);
	int code;

	if (since != NULL)
		(void)json_object_set_new(
		    params, "since", history_since(since));
	code = run_pages(invocation, params, &pages);
	writer_finish(writer);
	if (code == EXIT_OK && named && pages.items == 0)
		code = report(EXIT_NOT_FOUND,
		    "\"netinstctl history\" lists what there is",
		    "history: no record matches %s", invocation->operands[0]);
	return code;
}
