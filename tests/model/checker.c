/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checker.c: feeds each record to every guarantee and then to the world, and
 * reports what they find.
 */
#include "checker.h"

#include <stdio.h>
#include <stdlib.h>

#include "judge.h"

typedef void (*judge_fn)(struct checker *checker, const struct record *record);

static const struct {
	enum guarantee guarantee;
	judge_fn judge;
} judges[] = {
    {G1, judge_exclusive},
    {G2, judge_once},
    {G3, judge_register},
    {G4, judge_unregister},
    {G5, judge_order},
    {G6, judge_refusal},
    {G7, judge_failure},
    {G8, judge_notify},
    {G9, judge_phases},
    {G12, judge_nested},
    {G14, judge_timeout},
};
#define JUDGES (sizeof(judges) / sizeof(judges[0]))

struct checker *
checker_create(const struct checker_config *config)
{
	struct checker *checker = calloc(1, sizeof(*checker));

	if (checker == NULL)
		abort();
	checker->config = *config;
	world_init(&checker->world, config->serial);
	return checker;
}

void
checker_free(struct checker *checker)
{
	world_destroy(&checker->world);
	free(checker);
}

bool
expect(struct checker *checker, bool condition, enum guarantee guarantee,
    const char *sentence, const struct record *record, mark_t earlier)
{
	struct breakage breakage = {guarantee, sentence, record, earlier};

	checker->config.tally->checks++;
	if (condition)
		return true;
	checker->config.tally->breaks++;
	checker->config.tally->breaks_of[guarantee]++;
	if (checker->config.report != NULL)
		checker->config.report(checker->config.arg, &breakage);
	return false;
}

void
checker_feed(struct checker *checker, const struct record *record)
{
	size_t i;

	for (i = 0; i < JUDGES; i++)
		judges[i].judge(checker, record);
	world_add(&checker->world, record);
}

static void
end_instance(struct checker *checker, const struct instance_life *instance,
    const struct record *end)
{
	const struct pair_life *pair;
	uint32_t i;

	if (instance->seen == 0)
		return;
	(void)expect(checker, instance->gone != 0, G9,
	    "an instance was never destroyed", end, instance->seen);
	for (i = 0; i < instance->pair_count; i++) {
		pair = &instance->pairs[i];
		(void)expect(checker,
		    pair->state == LIFE_NONE || pair->state == LIFE_FAILED ||
			pair->state == LIFE_GONE,
		    G2, "a pair never got all its callbacks", end, pair->since);
	}
}

void
checker_end(struct checker *checker)
{
	const struct world *world = &checker->world;
	struct record end = {.kind = RECORD_QUIET};
	uint32_t i;

	for (i = 0; i < world->instance_count; i++)
		end_instance(checker, &world->instances[i], &end);
	for (i = 0; i < world->registrant_count; i++)
		(void)expect(checker,
		    world->registrants[i].returned == 0 ||
			world->registrants[i].left != 0,
		    G4, "a registrant never left", &end,
		    world->registrants[i].called);
}

static const char *const kind_words[] = {
    [RECORD_CALL] = "call",
    [RECORD_RETURN] = "return of",
    [RECORD_DONE] = "end of",
    [RECORD_ENTER] = "enter",
    [RECORD_LEAVE] = "leave",
    [RECORD_QUIET] = "quiet",
};

static const char *const what_words[] = {
    [WHAT_INSTANCE_CREATE] = "instance create",
    [WHAT_INSTANCE_SHUTDOWN] = "instance shutdown",
    [WHAT_INSTANCE_DESTROY] = "instance destroy",
    [WHAT_INSTANCE_FIND] = "instance find",
    [WHAT_PROTOCOL_ADD] = "protocol add",
    [WHAT_PROTOCOL_REMOVE] = "protocol remove",
    [WHAT_PROTOCOL_LOOKUP] = "protocol lookup",
    [WHAT_REGISTER] = "register",
    [WHAT_UNREGISTER] = "unregister",
    [WHAT_RETRY] = "retry",
    [WHAT_NOTIFY_REGISTER] = "notify register",
    [WHAT_NOTIFY_UNREGISTER] = "notify unregister",
    [WHAT_CREATE] = "create",
    [WHAT_SHUTDOWN] = "shutdown",
    [WHAT_DESTROY] = "destroy",
    [WHAT_NOTIFY] = "notify",
    [WHAT_TIMEOUT_MAKE] = "timeout make",
    [WHAT_TIMEOUT_CANCEL] = "timeout cancel",
    [WHAT_TIMEOUT] = "timeout",
};

const char *
record_to_text(const struct record *record, char text[static RECORD_TEXT_MAX])
{
	if (record->kind == RECORD_QUIET)
		(void)snprintf(text, RECORD_TEXT_MAX, "the end");
	else
		(void)snprintf(text, RECORD_TEXT_MAX,
		    "%lu %s %s #%u: thread %u instance %d registrant %u "
		    "notifier %u protocol %u extra %u result %d",
		    (unsigned long)record->sequence, kind_words[record->kind],
		    what_words[record->what], record->number, record->thread,
		    record->instance, record->registrant, record->notifier,
		    record->protocol, record->extra, record->result);
	return text;
}

void
checker_print(void *arg, const struct breakage *breakage)
{
	char text[RECORD_TEXT_MAX];

	(void)fprintf(stderr,
	    "G%d broken: %s\n    at %s\n    after record %lu\n",
	    (int)breakage->guarantee, breakage->sentence,
	    record_to_text(breakage->record, text),
	    (unsigned long)breakage->earlier);
}

void
checker_print_tally(const struct checker_tally *tally)
{
	unsigned i;

	for (i = 0; i < GUARANTEES; i++)
		if (tally->breaks_of[i] > 0)
			(void)fprintf(stderr, "G%u broken: %lu times\n", i,
			    (unsigned long)tally->breaks_of[i]);
}
