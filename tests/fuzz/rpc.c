/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rpc.c: a target for libFuzzer: a client without a socket, on a real core. The
 * input is a program for writing lines: it picks methods of the table, gives
 * them parameters of right and wrong kinds, nests, repeats, batches and leaves
 * out, or lets its bytes through as they are. Every line that comes back has to
 * be JSON, an answer, and an error complete with its name and hint. Afterwards
 * the client is gone, and so is what it made.
 */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/check.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "core/core.h"
#include "history/history.h"
#include "ctl/method/methods.h"
#include "ctl/serve/service.h"
#include "ctl/serve/session.h"
#include "lib/clock.h"
#include "plugin/plugins.h"
#include "source/source.h"

#define LINE_SIZE 16384
#define LINES_MAX 8

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct service service;
static struct session session;

/* --- the input ------------------------------------------------------------ */

static const uint8_t *input, *input_end;

static uint8_t
next(void)
{
	return input < input_end ? *input++ : 0;
}

static unsigned
pick(size_t count)
{
	return (unsigned)(next() % count);
}

/* --- a line --------------------------------------------------------------- */

static char line[LINE_SIZE];
static size_t line_length;

static void
put(const char *text)
{
	size_t length = strlen(text);

	if (line_length + length >= LINE_SIZE - 1)
		return;
	memcpy(line + line_length, text, length);
	line_length += length;
}

/* Bytes as they are, but for the end of the line. */
static void
put_raw(unsigned count)
{
	for (; count > 0 && line_length < LINE_SIZE - 1; count--) {
		char byte = (char)next();

		if (byte != '\n')
			line[line_length++] = byte;
	}
}

static const char *const texts[] = {"\"global\"", "\"i1\"", "\"i2\"", "0", "1",
    "2", "\"inet\"", "\"inet6\"", "\"eth0\"", "\"lo\"", "\"10.0.0.1/24\"",
    "\"10.0.0.2\"", "\"fe80::1/64\"", "\"default\"", "\"10.9.0.0/16\"", "true",
    "false", "null", "-1", "1e3", "0.5", "9223372036854775807",
    "-9223372036854775808", "18446744073709551616", "1E400", "\"\"", "\"*\"",
    "\"[a-\"", "\"active\"", "\"sim\"", "\"netns\"", "\"none\"",
    "\"PHYSICAL_IN\"", "\"PHYSICAL_OUT\"", "\"FORWARDING\"", "\"LOOPBACK_IN\"",
    "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\/\\b\\t\"",
    "[\"RQAAHAABAAAAEQAACgAAAQoAAAIABwAHAAgAAA==\"]", "[\"AAAA\",\"=\"]",
    "[\"inet\",\"arp\"]", "[]", "{}", "{\"a\":\"b\"}", "{\"a\":1}", "[[[[1]]]]",
    "\"fuzz\"", "\"value\"", "{\"value\":\"7\"}", "1500", "68", "4711"};

static void put_value(unsigned depth);

static void
put_nested(unsigned depth)
{
	unsigned i, count = pick(4);

	put("[");
	for (i = 0; i < count; i++) {
		put(i > 0 ? "," : "");
		put_value(depth + 1);
	}
	put("]");
}

static void
put_value(unsigned depth)
{
	switch (pick(8)) {
	case 0:
		put("\"");
		put_raw(pick(32));
		put("\"");
		break;
	case 1:
		if (depth < 40)
			put_nested(depth);
		break;
	case 2:
		put_raw(pick(16));
		break;
	default:
		put(texts[pick(ARRAY_LENGTH(texts))]);
	}
}

static void
put_params(const struct method *method)
{
	bool positional = pick(8) == 0, first = true;
	unsigned i;

	put(positional ? ",\"params\":[" : ",\"params\":{");
	for (i = 0; i < method->param_count; i++) {
		if (!method->params[i].required && pick(2) == 0)
			continue;
		put(first ? "" : ",");
		first = false;
		if (!positional) {
			put("\"");
			put(method->params[i].name);
			put("\":");
		}
		put_value(0);
	}
	if (pick(16) == 0)
		put(first ? "\"more\":1" : ",\"more\":1");
	put(positional ? "]" : "}");
}

static void
put_request(void)
{
	static const char *const ids[] = {"1", "\"x\"", "null", "1.5", "-7",
	    "\"\\u00e9\"", "99999999999999999999"};
	const struct method *method = &methods.rows[pick(methods.count)];

	put("{\"jsonrpc\":\"2.0\"");
	if (pick(8) != 0) {
		put(",\"id\":");
		put(ids[pick(ARRAY_LENGTH(ids))]);
	}
	put(",\"method\":\"");
	put(method->name);
	put("\"");
	if (method->param_count > 0 || pick(4) == 0)
		put_params(method);
	put("}");
}

static void
put_line(void)
{
	unsigned i, count, kind = pick(8);

	line_length = 0;
	if (kind == 0) {
		put_raw(255);
	} else if (kind == 1) {
		put("[");
		count = pick(6);
		for (i = 0; i < count; i++) {
			put(i > 0 ? "," : "");
			put_request();
		}
		put("]");
	} else {
		put_request();
	}
	line[line_length] = '\0';
}

/* --- the answers ---------------------------------------------------------- */

static void
check_error(const json_t *error)
{
	const json_t *data = json_object_get(error, "data");
	const char *message =
	    json_string_value(json_object_get(error, "message"));

	ASSERT(json_is_integer(json_object_get(error, "code")));
	ASSERT(message != NULL && message[0] != '\0');
	ASSERT(json_is_string(json_object_get(data, "name")));
	ASSERT(json_is_string(json_object_get(data, "hint")));
	ASSERT(json_integer_value(json_object_get(error, "code")) != -32603);
}

static void
check_answer(const json_t *answer)
{
	const json_t *result = json_object_get(answer, "result");
	const json_t *error = json_object_get(answer, "error");
	const char *version =
	    json_string_value(json_object_get(answer, "jsonrpc"));

	ASSERT(version != NULL && strcmp(version, "2.0") == 0);
	ASSERT(json_object_get(answer, "id") != NULL);
	ASSERT((result != NULL) != (error != NULL));
	if (error != NULL)
		check_error(error);
}

static void
check_line(const char *text, size_t length)
{
	json_error_t why;
	json_t *answer = json_loadb(text, length,
	    JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
	    &why);
	const json_t *one;
	size_t i;

	/* An id is echoed digit by digit, which the library may not hold. */
	if (answer == NULL) {
		ASSERT(json_error_code(&why) == json_error_numeric_overflow);
		return;
	}
	if (json_is_array(answer)) {
		json_array_foreach (answer, i, one)
			check_answer(one);
	} else {
		check_answer(answer);
	}
	json_decref(answer);
}

static void
check_output(void)
{
	const char *at = session.output.data, *newline, *end;

	if (session.output.length == 0)
		return;
	end = at + session.output.length;
	while (at < end) {
		newline = memchr(at, '\n', (size_t)(end - at));
		ASSERT(newline != NULL);
		check_line(at, (size_t)(newline - at));
		at = newline + 1;
	}
	session.output.length = 0;
}

/* --- the loop ------------------------------------------------------------- */

static void
stirred(struct session *who)
{
}

static void
arm(void *arg)
{
}

static void
arm_at(void *arg, int64_t at)
{
}

static void
stop(void *arg)
{
}

/* Waits for a worker that has something to tell. */
static void
turn(void)
{
	struct pollfd woken = {
	    .fd = mailbox_fd(service.mailbox), .events = POLLIN};
	int count;

	/* libFuzzer looks at its clock in a signal handler. */
	do
		count = poll(&woken, 1, 60000);
	while (count < 0 && errno == EINTR);
	ASSERT(count == 1);
	mailbox_run(service.mailbox);
}

static void
serve(void)
{
	session_serve_line(&session, line, line_length);
	while (session_step(&session))
		;
	check_output();
}

static void
finish(void)
{
	while (!session_is_idle(&session)) {
		turn();
		while (session_step(&session))
			;
		check_output();
	}
}

/* A core_done_fn that ends a wait. */
static void
done(void *arg, int error)
{
	completion_finish(arg, error);
}

static void
destroy_one(struct instance *instance)
{
	struct completion gone;
	int error;

	completion_init(&gone);
	error = instance_destroy(instance, done, &gone);
	if (error != 0)
		completion_finish(&gone, error);
	(void)completion_wait(&gone);
}

static void
destroy_all(void)
{
	struct instance *instance;
	netid_t last = 0;

	while ((instance = instance_next(last)) != NULL) {
		last = instance_id(instance);
		destroy_one(instance);
		instance_release(instance);
	}
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const struct core_config core = {.workers = 2};
	const struct plugins_config plugins = {.directory = "/nonexistent"};
	const struct history_limits limits = {.keep = 100};
	struct completion created;

	log_set_level(LOG_ERROR);
	ASSERT(core_start(&core) == 0 && plugins_start(&plugins) == 0 &&
	       history_start(NULL, &limits) == 0);
	completion_init(&created);
	ASSERT(source_create_global(done, &created) == 0 &&
	       completion_wait(&created) == 0);
	service.mailbox = mailbox_create();
	ASSERT(service.mailbox != NULL);
	service.methods = &methods;
	turns_init(&service.turns, arm, NULL);
	alarms_init(&service.alarms, arm_at, NULL);
	service.stop = stop;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned i;

	input = data;
	input_end = data + size;
	session_init(&session, &service, stirred);
	session.may_write = true;
	for (i = 0; i < LINES_MAX && input < input_end; i++) {
		put_line();
		serve();
	}
	finish();
	session_close(&session);
	destroy_all();
	return 0;
}
