/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c: adds up what hooks did in batch after batch. Hooks of one protocol
 * and event stay together, in the order in which they run. Names of hooks are
 * a plugin's words: they go through writer.c.
 */
#include "packet/replay.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"
#include "run.h"
#include "text.h"
#include "writer.h"

static const char *const place_members[] = {"protocol", "event"};
static const char *const name_members[] = {"hook", "plugin"};
static const char *const sum_members[] = {
    "seen", "dropped", "modified", "time_ns"};

static bool
hooks_agree(
    const json_t *a, const json_t *b, const char *const *members, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!json_equal(json_object_get(a, members[i]),
			json_object_get(b, members[i])))
			return false;
	return true;
}

static void
hook_add(json_t *sum, const json_t *hook)
{
	for (size_t i = 0; i < ARRAY_LENGTH(sum_members); i++) {
		json_t *member = json_object_get(sum, sum_members[i]);

		(void)json_integer_set(
		    member, json_integer_value(member) +
				json_integer_value(
				    json_object_get(hook, sum_members[i])));
	}
}

/* Where a new row belongs: behind those of its event, or protocol. */
static size_t
hooks_place(const json_t *hooks, const json_t *hook)
{
	size_t alike, place = json_array_size(hooks), i;
	const json_t *row;

	for (alike = 1; alike <= ARRAY_LENGTH(place_members); alike++)
		json_array_foreach (hooks, i, row) {
			if (hooks_agree(row, hook, place_members, alike))
				place = i + 1;
		}
	return place;
}

/* Adds to the row of that hook, or makes one. */
static void
hooks_add(json_t *hooks, const json_t *hook)
{
	json_t *row;
	size_t i;

	json_array_foreach (hooks, i, row) {
		if (hooks_agree(row, hook, place_members,
			ARRAY_LENGTH(place_members)) &&
		    hooks_agree(
			row, hook, name_members, ARRAY_LENGTH(name_members))) {
			hook_add(row, hook);
			return;
		}
	}
	(void)json_array_insert_new(hooks, hooks_place(hooks, hook),
	    memory_check(json_deep_copy(hook)));
}

void
replay_add(struct replay_totals *totals, const json_t *result)
{
	const json_t *hook;
	size_t i;

	totals->time += json_integer_value(json_object_get(result, "time_ns"));
	json_array_foreach (json_object_get(result, "hooks"), i, hook)
		hooks_add(totals->hooks, hook);
}

void
replay_begin(struct replay_totals *totals)
{
	*totals = (struct replay_totals){
	    .hooks = memory_check(json_array()),
	};
}

void
replay_free(struct replay_totals *totals)
{
	json_decref(totals->hooks);
	totals->hooks = NULL;
}

static double
totals_rate(const struct replay_totals *totals)
{
	return totals->elapsed > 0
		   ? (double)totals->packets * 1e9 / (double)totals->elapsed
		   : 0;
}

static void
totals_show_json(const struct replay_totals *totals)
{
	json_t *all = memory_check(json_pack(
	    "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:O, s:I, s:I, s:f}", "frames",
	    (json_int_t)totals->frames, "other", (json_int_t)totals->other,
	    "packets", (json_int_t)totals->packets, "passed",
	    (json_int_t)totals->passed, "dropped", (json_int_t)totals->dropped,
	    "skipped", (json_int_t)totals->skipped, "malformed",
	    (json_int_t)totals->malformed, "hooks", totals->hooks, "time_ns",
	    (json_int_t)totals->time, "elapsed_ns", (json_int_t)totals->elapsed,
	    "packets_per_second", totals_rate(totals)));

	(void)json_dumpf(all, stdout, JSON_COMPACT);
	(void)putchar('\n');
	json_decref(all);
}

/* The time of each packet that a hook has seen. */
static void
hook_put_each(struct writer *writer, const json_t *hook, const char *member)
{
	json_int_t time = json_integer_value(json_object_get(hook, member));
	json_int_t seen = json_integer_value(json_object_get(hook, "seen"));
	char *each = text_nanoseconds(seen > 0 ? time / seen : 0);

	writer_text(writer, each);
	free(each);
}

static void
hooks_show(const struct invocation *invocation, const json_t *hooks)
{
	static const struct writer_column columns[] = {
	    {"HOOK", "hook", writer_member},
	    {"PLUGIN", "plugin", writer_member},
	    {"PROTOCOL", "protocol", writer_member},
	    {"EVENT", "event", writer_member},
	    {">SEEN", "seen", writer_member},
	    {">DROPPED", "dropped", writer_member},
	    {">MODIFIED", "modified", writer_member},
	    {">TIME", "time_ns", writer_nanoseconds},
	    {">EACH", "time_ns", hook_put_each},
	    {.heading = NULL},
	};

	if (json_array_size(hooks) == 0) {
		(void)puts("no hook has seen a packet\n");
		return;
	}
	writer_array(invocation, columns, hooks);
	(void)putchar('\n');
}

static void
pair_count(struct writer *writer, const char *what, uint64_t count,
    const char *meaning)
{
	char *text = memory_format(
	    "%llu%s", (unsigned long long)count, count > 0 ? meaning : "");

	writer_pair(writer, what, text);
	free(text);
}

static void
totals_show(
    const struct invocation *invocation, const struct replay_totals *totals)
{
	struct writer *writer;
	char *elapsed = text_nanoseconds(totals->elapsed);
	char *rate = memory_format("%.0f", totals_rate(totals));

	hooks_show(invocation, totals->hooks);
	writer = writer_pairs(invocation);
	pair_count(writer, "frames", totals->frames, "");
	pair_count(writer, "passed", totals->passed, "");
	pair_count(writer, "dropped", totals->dropped, "");
	pair_count(writer, "skipped", totals->skipped,
	    " (the instance has no such protocol or event)");
	pair_count(writer, "malformed", totals->malformed, "");
	pair_count(writer, "other", totals->other, " (neither IP nor ARP)");
	writer_pair(writer, "elapsed", elapsed);
	writer_pair(writer, "packets/s", rate);
	writer_finish(writer);
	free(rate);
	free(elapsed);
}

void
replay_show(
    const struct invocation *invocation, const struct replay_totals *totals)
{
	if (run_json(invocation))
		totals_show_json(totals);
	else
		totals_show(invocation, totals);
}
