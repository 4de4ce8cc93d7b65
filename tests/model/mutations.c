/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mutations.c: shows that the checker sees. A good log, written by hand, must
 * pass; then one thing at a time is changed in a copy of it, and the checker
 * must name the guarantee that this breaks. Prints TAP.
 *
 * Each record has a tag, so that the table of mutations can be read without
 * counting: all records of one call or callback have the same.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checker.h"

#define RECORDS_MAX 256

struct line {
	const char *tag;
	struct record record;
};

static struct line lines[RECORDS_MAX]; /* the good log */
static unsigned line_count;

/* the good log ----------------------------------------------------------- */

#define MAIN   1 /* threads: who asks */
#define WORKER 2 /* who calls back */

static void
add(const char *tag, enum record_kind kind, struct record record)
{
	if (line_count == RECORDS_MAX)
		abort();
	record.kind = (uint8_t)kind;
	if (record.thread == 0)
		record.thread = MAIN;
	lines[line_count++] = (struct line){tag, record};
}

/* One number for each tag. */
static uint32_t
number_of(const char *tag)
{
	unsigned i;

	for (i = 0; i < line_count; i++)
		if (strcmp(lines[i].tag, tag) == 0)
			return lines[i].record.number;
	return line_count + 1;
}

static void
step(const char *tag, enum record_kind kind, struct record record)
{
	record.number = number_of(tag);
	add(tag, kind, record);
}

static struct record
about(enum record_what what, int32_t instance)
{
	return (struct record){.what = (uint8_t)what, .instance = instance};
}

static struct record
registrant(enum record_what what, uint32_t number, uint16_t name)
{
	struct record record = about(what, 0);

	record.registrant = number;
	record.name = name;
	return record;
}

static struct record
protocol(enum record_what what, int32_t instance, uint32_t number)
{
	struct record record = about(what, instance);

	record.protocol = number;
	return record;
}

static struct record
notifier(enum record_what what, int32_t instance, uint32_t number)
{
	struct record record = about(what, instance);

	record.notifier = number;
	record.name = (uint16_t)number;
	record.context = 90 + number;
	return record;
}

/* A call that is over when it returns. */
static void
call(const char *tag, struct record record, int result)
{
	step(tag, RECORD_CALL, record);
	record.result = result;
	step(tag, RECORD_RETURN, record);
}

/* The context that create returned is made of both numbers. */
static struct record
callback(enum record_what what, int32_t instance, uint32_t number)
{
	struct record record = about(what, instance);

	record.registrant = number;
	record.thread = WORKER;
	if (what != WHAT_CREATE)
		record.context = 10 * number + (uint32_t)instance;
	return record;
}

static void
enter(const char *tag, enum record_what what, int32_t instance, uint32_t number)
{
	step(tag, RECORD_ENTER, callback(what, instance, number));
}

static void
leave(const char *tag, enum record_what what, int32_t instance, uint32_t number)
{
	struct record record = callback(what, instance, number);

	record.context = 10 * number + (uint32_t)instance;
	step(tag, RECORD_LEAVE, record);
}

static void
run(const char *tag, enum record_what what, int32_t instance, uint32_t number)
{
	enter(tag, what, instance, number);
	leave(tag, what, instance, number);
}

static void
tell(const char *tag, int32_t instance, uint32_t number, uint32_t of,
    uint8_t command)
{
	struct record record = notifier(WHAT_NOTIFY, instance, number);

	record.protocol = of;
	record.extra = command;
	record.no_text = 1;
	record.thread = WORKER;
	(void)snprintf(record.text, sizeof(record.text), "%d", (int)instance);
	step(tag, RECORD_ENTER, record);
	step(tag, RECORD_LEAVE, record);
}

/* A call from inside a callback. */
static void
nested(const char *tag, struct record record, int result)
{
	record.thread = WORKER;
	call(tag, record, result);
}

/* One of the maker's for once, made in his callback; one of nobody's. */
static struct record
timeout(enum record_what what, uint64_t number)
{
	struct record record = about(what, 0);

	record.context = number;
	if (what == WHAT_TIMEOUT)
		record.thread = WORKER;
	return record;
}

static void
come(const char *tag, uint64_t number)
{
	step(tag, RECORD_ENTER, timeout(WHAT_TIMEOUT, number));
	step(tag, RECORD_LEAVE, timeout(WHAT_TIMEOUT, number));
}

static void
write_beginning(void)
{
	struct record creation = protocol(WHAT_INSTANCE_CREATE, -1, 11);

	call("register 1", registrant(WHAT_REGISTER, 1, 1), 0);
	call("register 2", registrant(WHAT_REGISTER, 2, 2), 0);
	/* It brings protocol 11 along. */
	creation.extra = 1;
	step("new 0", RECORD_CALL, creation);
	creation.instance = 0;
	step("new 0", RECORD_RETURN, creation);
	enter("create 0 1", WHAT_CREATE, 0, 1);
	nested("watch 1", notifier(WHAT_NOTIFY_REGISTER, 0, 1), 0);
	nested("later 1", timeout(WHAT_TIMEOUT_MAKE, 1), 0);
	leave("create 0 1", WHAT_CREATE, 0, 1);
	run("create 0 2", WHAT_CREATE, 0, 2);
	tell("11 to 1", 0, 1, 11, 1);
	step("new 0", RECORD_DONE, creation);

	step("new 1", RECORD_CALL, about(WHAT_INSTANCE_CREATE, -1));
	step("new 1", RECORD_RETURN, about(WHAT_INSTANCE_CREATE, 1));
	run("create 1 1", WHAT_CREATE, 1, 1);
	enter("fail 1 2", WHAT_CREATE, 1, 2);
	step("fail 1 2", RECORD_LEAVE, callback(WHAT_CREATE, 1, 2));
	step("new 1", RECORD_DONE, about(WHAT_INSTANCE_CREATE, 1));
}

static void
write_middle(void)
{
	struct record faulty = registrant(WHAT_REGISTER, 3, 3);

	call("later 2", timeout(WHAT_TIMEOUT_MAKE, 2), 0);
	come("once 1", 1);
	call("cancel 2", timeout(WHAT_TIMEOUT_CANCEL, 2), 0);
	call("cancel 1", timeout(WHAT_TIMEOUT_CANCEL, 1), -ESRCH);
	call("later 3", timeout(WHAT_TIMEOUT_MAKE, 3), 0);
	come("once 3", 3);

	step("add 5", RECORD_CALL, protocol(WHAT_PROTOCOL_ADD, 0, 5));
	step("add 5", RECORD_RETURN, protocol(WHAT_PROTOCOL_ADD, 0, 5));
	tell("5 to 1", 0, 1, 5, 1);
	step("add 5", RECORD_DONE, protocol(WHAT_PROTOCOL_ADD, 0, 5));
	step("watch 2", RECORD_CALL, notifier(WHAT_NOTIFY_REGISTER, 0, 2));
	tell("11 to 2", 0, 2, 11, 1);
	tell("5 to 2", 0, 2, 5, 1);
	step("watch 2", RECORD_RETURN, notifier(WHAT_NOTIFY_REGISTER, 0, 2));
	step("remove 5", RECORD_CALL, protocol(WHAT_PROTOCOL_REMOVE, 0, 5));
	step("remove 5", RECORD_RETURN, protocol(WHAT_PROTOCOL_REMOVE, 0, 5));
	tell("5 from 1", 0, 1, 5, 2);
	tell("5 from 2", 0, 2, 5, 2);
	step("remove 5", RECORD_DONE, protocol(WHAT_PROTOCOL_REMOVE, 0, 5));
	step("leave 2", RECORD_CALL, notifier(WHAT_NOTIFY_UNREGISTER, 0, 2));
	tell("11 from 2", 0, 2, 11, 2);
	step("leave 2", RECORD_RETURN, notifier(WHAT_NOTIFY_UNREGISTER, 0, 2));

	faulty.extra = REGISTER_FAULTY;
	call("register 3", faulty, -1);
	call("register 4", registrant(WHAT_REGISTER, 4, 1), -1);
	step("retry", RECORD_CALL, about(WHAT_RETRY, 0));
	step("retry", RECORD_RETURN, about(WHAT_RETRY, 0));
	run("create 1 2", WHAT_CREATE, 1, 2);
	step("retry", RECORD_DONE, about(WHAT_RETRY, 0));
	step("unregister 2", RECORD_CALL, registrant(WHAT_UNREGISTER, 2, 2));
	run("shutdown 0 2", WHAT_SHUTDOWN, 0, 2);
	run("shutdown 1 2", WHAT_SHUTDOWN, 1, 2);
	run("destroy 0 2", WHAT_DESTROY, 0, 2);
	run("destroy 1 2", WHAT_DESTROY, 1, 2);
	step("unregister 2", RECORD_RETURN, registrant(WHAT_UNREGISTER, 2, 2));
}

static void
write_end(void)
{
	struct record watch = notifier(WHAT_NOTIFY_REGISTER, 0, 3);

	step("register 5", RECORD_CALL, registrant(WHAT_REGISTER, 5, 2));
	enter("create 0 5", WHAT_CREATE, 0, 5);
	watch.thread = WORKER;
	step("watch 3", RECORD_CALL, watch);
	tell("11 to 3", 0, 3, 11, 1);
	step("watch 3", RECORD_RETURN, watch);
	leave("create 0 5", WHAT_CREATE, 0, 5);
	run("create 1 5", WHAT_CREATE, 1, 5);
	step("register 5", RECORD_RETURN, registrant(WHAT_REGISTER, 5, 2));

	step("stop 0", RECORD_CALL, about(WHAT_INSTANCE_SHUTDOWN, 0));
	step("stop 0", RECORD_RETURN, about(WHAT_INSTANCE_SHUTDOWN, 0));
	tell("11 from 1", 0, 1, 11, 2);
	tell("11 from 3", 0, 3, 11, 2);
	run("shutdown 0 5", WHAT_SHUTDOWN, 0, 5);
	enter("shutdown 0 1", WHAT_SHUTDOWN, 0, 1);
	nested("seen", protocol(WHAT_PROTOCOL_LOOKUP, 0, 11), 1);
	leave("shutdown 0 1", WHAT_SHUTDOWN, 0, 1);
	step("stop 0", RECORD_DONE, about(WHAT_INSTANCE_SHUTDOWN, 0));
	step("end 0", RECORD_CALL, about(WHAT_INSTANCE_DESTROY, 0));
	step("end 0", RECORD_RETURN, about(WHAT_INSTANCE_DESTROY, 0));
	run("destroy 0 5", WHAT_DESTROY, 0, 5);
	enter("destroy 0 1", WHAT_DESTROY, 0, 1);
	nested("unseen", protocol(WHAT_PROTOCOL_LOOKUP, 0, 11), 0);
	nested("leave 1", notifier(WHAT_NOTIFY_UNREGISTER, 0, 1), 0);
	leave("destroy 0 1", WHAT_DESTROY, 0, 1);
	step("end 0", RECORD_DONE, about(WHAT_INSTANCE_DESTROY, 0));
	call("find 0", about(WHAT_INSTANCE_FIND, 0), 0);

	step("unregister 1", RECORD_CALL, registrant(WHAT_UNREGISTER, 1, 1));
	enter("shutdown 1 1", WHAT_SHUTDOWN, 1, 1);
	nested("self", registrant(WHAT_UNREGISTER, 1, 1), -1);
	leave("shutdown 1 1", WHAT_SHUTDOWN, 1, 1);
	run("destroy 1 1", WHAT_DESTROY, 1, 1);
	step("unregister 1", RECORD_RETURN, registrant(WHAT_UNREGISTER, 1, 1));
	step("end 1", RECORD_CALL, about(WHAT_INSTANCE_DESTROY, 1));
	step("end 1", RECORD_RETURN, about(WHAT_INSTANCE_DESTROY, 1));
	run("shutdown 1 5", WHAT_SHUTDOWN, 1, 5);
	run("destroy 1 5", WHAT_DESTROY, 1, 5);
	step("end 1", RECORD_DONE, about(WHAT_INSTANCE_DESTROY, 1));
	call("unregister 5", registrant(WHAT_UNREGISTER, 5, 2), 0);
	add("quiet", RECORD_QUIET, about(WHAT_RETRY, 0));
}

/* mutations -------------------------------------------------------------- */

/* Changes one record; called for each of the tag. */
typedef void (*change_fn)(struct record *record);

static void
on_another_thread(struct record *record)
{
	record->thread = WORKER + 1;
}

static void
other_context(struct record *record)
{
	if (record->kind == RECORD_ENTER)
		record->context++;
}

static void
accepted(struct record *record)
{
	record->result = 0;
}

static void
refused(struct record *record)
{
	if (record->kind == RECORD_RETURN)
		record->result = -1;
}

static void
not_there(struct record *record)
{
	if (record->kind == RECORD_RETURN)
		record->result = record->what == WHAT_NOTIFY_UNREGISTER ||
					 record->what == WHAT_TIMEOUT_CANCEL
				     ? -ESRCH
				     : 0;
}

static void
there(struct record *record)
{
	if (record->kind == RECORD_RETURN)
		record->result = 1;
}

static void
of_nobody(struct record *record)
{
	record->registrant = REGISTRANT_NOBODY;
}

static void
other_text(struct record *record)
{
	(void)snprintf(record->text, sizeof(record->text), "1");
}

static void
text_for_null(struct record *record)
{
	record->no_text = 0;
}

static void
command_none(struct record *record)
{
	record->extra = 0;
}

static void
other_argument(struct record *record)
{
	record->context++;
}

static void
same_function(struct record *record)
{
	record->name = 1;
}

static void
of_another_protocol(struct record *record)
{
	record->protocol = 77;
}

static void
without_shutdown(struct record *record)
{
	record->extra |= REGISTER_NO_SHUTDOWN;
}

static void
same_id(struct record *record)
{
	if (record->kind != RECORD_CALL)
		record->instance = 0;
}

enum how {
	DROPPED, /* the records of the tag */
	MOVED,	 /* to before the first one of where */
	COPIED,	 /* likewise */
	CHANGED
};

static const struct mutation {
	enum guarantee guarantee;
	const char *tag;
	enum how how;
	const char *where;
	change_fn change;
} mutations[] = {
    {G1, "shutdown 0 5", MOVED, "seen", NULL},
    {G1, "create 0 2", MOVED, "watch 1", NULL},
    {G1, "11 to 3", CHANGED, NULL, on_another_thread},
    {G2, "shutdown 0 5", DROPPED, NULL, NULL},
    {G2, "destroy 0 5", DROPPED, NULL, NULL},
    {G2, "destroy 0 2", MOVED, "shutdown 0 2", NULL},
    {G2, "create 0 2", COPIED, "add 5", NULL},
    {G2, "shutdown 0 2", COPIED, "destroy 0 2", NULL},
    {G2, "destroy 0 2", COPIED, "destroy 1 2", NULL},
    {G2, "shutdown 0 2", CHANGED, NULL, other_context},
    {G2, "destroy 0 2", CHANGED, NULL, other_context},
    {G2, "shutdown 0 2", MOVED, "unregister 2", NULL},
    {G2, "register 5", CHANGED, NULL, without_shutdown},
    {G3, "create 1 5", DROPPED, NULL, NULL},
    {G3, "create 1 5", MOVED, "stop 0", NULL},
    {G3, "create 1 1", DROPPED, NULL, NULL},
    {G3, "create 0 2", MOVED, "end 0", NULL},
    {G4, "destroy 1 2", MOVED, "register 5", NULL},
    {G4, "destroy 1 2", DROPPED, NULL, NULL},
    {G4, "destroy 0 2", MOVED, "shutdown 1 2", NULL},
    {G4, "register 5", MOVED, "destroy 1 2", NULL},
    {G4, "unregister 5", CHANGED, NULL, refused},
    {G5, "fail 1 2", MOVED, "create 1 1", NULL},
    {G5, "shutdown 0 5", MOVED, "end 0", NULL},
    {G5, "destroy 0 5", MOVED, "find 0", NULL},
    {G5, "create 1 5", MOVED, "create 0 5", NULL},
    {G5, "destroy 1 2", MOVED, "destroy 0 2", NULL},
    {G6, "register 3", CHANGED, NULL, accepted},
    {G6, "register 4", CHANGED, NULL, accepted},
    {G6, "register 5", CHANGED, NULL, refused},
    {G6, "create 1 5", CHANGED, NULL, of_nobody},
    {G7, "create 1 2", COPIED, "retry", NULL},
    {G7, "create 1 2", DROPPED, NULL, NULL},
    {G8, "11 to 2", DROPPED, NULL, NULL},
    {G8, "11 to 2", MOVED, "remove 5", NULL},
    {G8, "5 to 1", DROPPED, NULL, NULL},
    {G8, "5 to 1", COPIED, "watch 2", NULL},
    {G8, "5 to 2", MOVED, "11 to 2", NULL},
    {G8, "5 from 1", DROPPED, NULL, NULL},
    {G8, "5 from 1", MOVED, "leave 2", NULL},
    {G8, "11 from 2", DROPPED, NULL, NULL},
    {G8, "11 from 2", COPIED, "register 3", NULL},
    {G8, "5 to 1", CHANGED, NULL, other_text},
    {G8, "5 to 1", CHANGED, NULL, text_for_null},
    {G8, "5 to 1", CHANGED, NULL, command_none},
    {G8, "5 to 1", CHANGED, NULL, other_argument},
    {G8, "5 to 1", CHANGED, NULL, of_another_protocol},
    {G8, "watch 2", CHANGED, NULL, same_function},
    {G8, "watch 2", CHANGED, NULL, refused},
    {G9, "11 to 1", MOVED, "create 0 2", NULL},
    {G9, "11 from 1", MOVED, "end 0", NULL},
    {G9, "11 to 1", COPIED, "end 0", NULL},
    {G9, "destroy 0 5", MOVED, "shutdown 0 1", NULL},
    {G9, "destroy 0 5", MOVED, "unregister 1", NULL},
    {G9, "seen", CHANGED, NULL, not_there},
    {G9, "unseen", CHANGED, NULL, there},
    {G9, "find 0", CHANGED, NULL, there},
    {G9, "leave 1", CHANGED, NULL, not_there},
    {G9, "new 1", CHANGED, NULL, same_id},
    {G9, "stop 0", CHANGED, NULL, refused},
    {G9, "end 1", DROPPED, NULL, NULL},
    {G11, "self", CHANGED, NULL, accepted},
    {G12, "11 to 3", DROPPED, NULL, NULL},
    {G12, "create 1 5", MOVED, "watch 3", NULL},
    {G1, "once 1", MOVED, "later 1", NULL},
    {G14, "once 1", COPIED, "cancel 2", NULL},
    {G14, "once 1", MOVED, "later 3", NULL},
    {G14, "cancel 1", CHANGED, NULL, accepted},
    {G14, "cancel 2", CHANGED, NULL, not_there},
    {G14, "later 3", CHANGED, NULL, refused},
    {G14, "once 3", MOVED, "end 0", NULL},
};
#define MUTATIONS (sizeof(mutations) / sizeof(mutations[0]))

static const char *const how_words[] = {
    [DROPPED] = "is left out",
    [MOVED] = "comes before",
    [COPIED] = "comes once more before",
    [CHANGED] = "says something else",
};

static struct line mutated[RECORDS_MAX];
static unsigned mutated_count;

/* Appends the good log's records of a tag; returns how many. */
static unsigned
append_tag(const char *tag)
{
	unsigned i, before = mutated_count;

	for (i = 0; i < line_count && mutated_count < RECORDS_MAX; i++)
		if (strcmp(lines[i].tag, tag) == 0)
			mutated[mutated_count++] = lines[i];
	return mutated_count - before;
}

/* Returns whether the tags were found. */
static bool
mutate(const struct mutation *mutation)
{
	bool placed = mutation->where == NULL, met = false, own;
	unsigned i;

	mutated_count = 0;
	for (i = 0; i < line_count; i++) {
		own = strcmp(lines[i].tag, mutation->tag) == 0;
		met = met || own;
		if (!placed && strcmp(lines[i].tag, mutation->where) == 0)
			placed = append_tag(mutation->tag) > 0;
		if (own && (mutation->how == DROPPED || mutation->how == MOVED))
			continue;
		mutated[mutated_count++] = lines[i];
		if (own && mutation->how == CHANGED)
			mutation->change(&mutated[mutated_count - 1].record);
	}
	return placed && met;
}

static void
check(const struct line *log, unsigned count, struct checker_tally *tally,
    checker_report_fn report)
{
	struct checker_config config = {
	    .serial = true, .report = report, .tally = tally};
	struct checker *checker = checker_create(&config);
	struct record record;
	unsigned i;

	for (i = 0; i < count; i++) {
		record = log[i].record;
		record.sequence = i + 1;
		checker_feed(checker, &record);
	}
	checker_end(checker);
	checker_free(checker);
}

static bool
test_mutation(const struct mutation *mutation)
{
	struct checker_tally tally = {0};
	bool made = mutate(mutation), seen;

	check(mutated, mutated_count, &tally, NULL);
	seen = made && tally.breaks_of[mutation->guarantee] > 0;
	(void)printf("%s - G%d is named when \"%s\" %s%s%s%s\n",
	    seen ? "ok" : "not ok", (int)mutation->guarantee, mutation->tag,
	    how_words[mutation->how], mutation->where != NULL ? " \"" : "",
	    mutation->where != NULL ? mutation->where : "",
	    mutation->where != NULL ? "\"" : "");
	return seen;
}

int
main(void)
{
	struct checker_tally tally = {0};
	unsigned failed = 0;
	size_t i;

	write_beginning();
	write_middle();
	write_end();
	(void)printf("1..%zu\n", MUTATIONS + 1);
	check(lines, line_count, &tally, checker_print);
	failed += tally.breaks > 0;
	(void)printf("%s - the good log of %u records passes %lu checks\n",
	    tally.breaks > 0 ? "not ok" : "ok", line_count,
	    (unsigned long)tally.checks);
	for (i = 0; i < MUTATIONS; i++)
		failed += !test_mutation(&mutations[i]);
	(void)printf("# mutations: %zu mutated logs, %u not recognised\n",
	    MUTATIONS, failed);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
