/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ctl_session.c: serving one client without a socket, on a real core: the
 * answers to requests that wait, in batches, cancelled, and of clients that
 * leave. This program plays the loop. A worker is kept busy by a registrant
 * whose create waits until it is let go.
 */
#include "ctl/serve/session.h"

#include <poll.h>

#include <netinst/neti.h>
#include <netinst/rpc.h>

#include "base/lock.h"
#include "core/core.h"
#include "ctl/method/methods.h"
#include "ctl/serve/rpc.h"
#include "ctl/serve/service.h"
#include "lib/clock.h"
#include "source/source.h"
#include "test.h"

#define PATIENCE_MS 60000
/* An instance of a name that starts with this waits in create. */
#define SLOW "slow"

static struct service service;
static struct session session;
static atomic_bool held;
static net_instance_t *registrant;
static char slow_name[] = "slow";

/* --- the slow registrant -------------------------------------------------- */

static void *
slow_create(const netid_t id)
{
	static int context;
	struct pollfd nothing = {.fd = -1};
	struct instance *instance = instance_find(id);
	bool slow = instance != NULL &&
		    strncmp(instance_name(instance), SLOW, strlen(SLOW)) == 0;

	if (instance != NULL)
		instance_release(instance);
	while (slow && atomic_load(&held))
		(void)poll(&nothing, 1, 1);
	return &context;
}

static void
slow_destroy(const netid_t id, void *context)
{
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
ask(const char *line)
{
	char copy[4096];

	(void)snprintf(copy, sizeof(copy), "%s", line);
	session_serve_line(&session, copy, strlen(copy));
	while (session_step(&session))
		;
}

/* Lets the loop turn once, when a worker has something to tell. */
static void
turn(void)
{
	struct pollfd woken = {
	    .fd = mailbox_fd(service.mailbox), .events = POLLIN};

	assert_int_equal(poll(&woken, 1, PATIENCE_MS), 1);
	mailbox_run(service.mailbox);
	while (session_step(&session))
		;
}

static void
finish(void)
{
	while (!session_is_idle(&session))
		turn();
}

/* Compares the answers until now with lines that start like this. */
static void
assert_answers(const char *const *starts, size_t count)
{
	const char *at = session.output.data;
	const char *end = at + session.output.length;
	size_t i;

	for (i = 0; i < count; i++) {
		assert_true(at < end);
		if (strncmp(at, starts[i], strlen(starts[i])) != 0)
			fail_msg("not %s: %.200s", starts[i], at);
		at = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
	}
	assert_ptr_equal(at, end);
	session.output.length = 0;
}

#define ASSERT_ANSWERS(...)                                                    \
	do {                                                                   \
		static const char *const starts[] = {__VA_ARGS__};             \
		assert_answers(starts, ARRAY_LENGTH(starts));                  \
	} while (0)

static int
setup(void **state)
{
	session_init(&session, &service, stirred);
	session.may_write = true;
	atomic_store(&held, true);
	return 0;
}

static int
teardown(void **state)
{
	atomic_store(&held, false);
	session_close(&session);
	while (service.abandoned > 0)
		turn();
	return 0;
}

#define REQUEST(id, method, params)                                            \
	"{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method              \
	"\",\"params\":" params "}"
#define CREATE(id, name)                                                       \
	REQUEST(id, "instance.create", "{\"name\":\"" name "\"}")
#define SHOW(id, name)                                                         \
	REQUEST(id, "instance.show", "{\"instance\":\"" name "\"}")
#define RESULT(id) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"result\":{"
#define FAILURE(id, code)                                                      \
	"{\"jsonrpc\":\"2.0\",\"id\":" id ",\"error\":{\"code\":" code ","

/* --- the tests ------------------------------------------------------------ */

static void
test_a_request_that_waits_holds_up_no_other(void **state)
{
	ask(CREATE("1", SLOW "-a"));
	ask(SHOW("2", "global"));
	ASSERT_ANSWERS(RESULT("2"));
	assert_int_equal(session.in_flight, 1);
	atomic_store(&held, false);
	finish();
	ASSERT_ANSWERS(RESULT("1"));
}

static void
test_without_wait_the_answer_comes_at_once(void **state)
{
	ask(REQUEST("1", "instance.create",
	    "{\"name\":\"" SLOW "-b\",\"wait\":false}"));
	ASSERT_ANSWERS(RESULT("1"));
	assert_int_equal(session.in_flight, 0);
}

static void
test_a_batch_is_answered_in_order_whatever_waits(void **state)
{
	ask("[" CREATE("1", SLOW "-c") "," SHOW(
	    "2", "global") ","
			   "{\"jsonrpc\":\"2.0\",\"method\":\"system.hello\"},"
			   "7," SHOW("\"x\"", "none") "]");
	assert_int_equal(session.output.length, 0);
	atomic_store(&held, false);
	finish();
	ASSERT_ANSWERS("[" RESULT("1") "\"id\":");
}

static void
test_a_batch_of_notifications_is_not_answered(void **state)
{
	ask("[{\"jsonrpc\":\"2.0\",\"method\":\"system.hello\"},"
	    "{\"jsonrpc\":\"2.0\",\"method\":\"no.such\"}]");
	assert_int_equal(session.output.length, 0);
	assert_true(session_is_idle(&session));
}

static void
test_a_notification_is_carried_out_but_not_answered(void **state)
{
	ask("{\"jsonrpc\":\"2.0\",\"method\":\"instance.create\","
	    "\"params\":{\"name\":\"quiet\"}}");
	finish();
	assert_int_equal(session.output.length, 0);
	ask(SHOW("1", "quiet"));
	ASSERT_ANSWERS(RESULT("1"));
}

static void
test_a_cancelled_request_is_answered_once(void **state)
{
	ask(CREATE("\"job\"", SLOW "-d"));
	ask("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\","
	    "\"params\":{\"id\":\"job\"}}");
	ASSERT_ANSWERS(FAILURE("\"job\"", "-32800"));
	assert_int_equal(session.in_flight, 0);
	assert_int_equal(service.abandoned, 1);
	atomic_store(&held, false);
	turn();
	assert_int_equal(service.abandoned, 0);
	assert_int_equal(session.output.length, 0);
	ask(SHOW("2", SLOW "-d"));
	ASSERT_ANSWERS(RESULT("2"));
}

static void
test_cancelling_as_a_request_is_answered_too(void **state)
{
	ask(CREATE("1", SLOW "-e"));
	ask(REQUEST("2", "$/cancelRequest", "{\"id\":1}"));
	ASSERT_ANSWERS(RESULT("2"), FAILURE("1", "-32800"));
}

static void
test_one_too_many_in_flight_is_refused(void **state)
{
	char line[256];
	unsigned i;

	for (i = 0; i < RPC_IN_FLIGHT_MAX; i++) {
		(void)snprintf(
		    line, sizeof(line), CREATE("%u", SLOW "-%u"), i, i);
		ask(line);
	}
	assert_int_equal(session.output.length, 0);
	ask(CREATE("99", "one-more"));
	ASSERT_ANSWERS(FAILURE("99", "5002"));
	ask(SHOW("100", "one-more"));
	ASSERT_ANSWERS(FAILURE("100", "1001"));
	assert_int_equal(session.in_flight, RPC_IN_FLIGHT_MAX);
}

static void
test_what_a_client_that_left_asked_for_goes_on(void **state)
{
	ask(CREATE("1", SLOW "-f"));
	ask("[" CREATE("2", SLOW "-g") "," CREATE("3", SLOW "-h") "]");
	session_close(&session);
	assert_int_equal(service.abandoned, 3);
	atomic_store(&held, false);
	while (service.abandoned > 0)
		turn();
	(void)setup(state);
	ask(SHOW("4", SLOW "-h"));
	ASSERT_ANSWERS(RESULT("4"));
}

static void
test_a_stop_answers_what_waits(void **state)
{
	ask(CREATE("1", SLOW "-i"));
	ask("[" CREATE("2", SLOW "-j") "]");
	session_shut_down(&session);
	ASSERT_ANSWERS(FAILURE("1", "5004"), "[" FAILURE("2", "5004"));
	assert_true(session_is_idle(&session));
}

static void
test_who_may_not_write_may_read(void **state)
{
	session.may_write = false;
	ask(CREATE("1", "forbidden"));
	ask(SHOW("2", "global"));
	ASSERT_ANSWERS(FAILURE("1", "5001"), RESULT("2"));
}

static void
test_breaking_a_limit_is_remembered(void **state)
{
	ask("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");
	ASSERT_ANSWERS(FAILURE("null", "-32600"));
	assert_true(session.refused);
}

/* What neither a client nor the daemon is to blame for has its own words. */
static void
test_failures_of_the_system_are_named_as_such(void **state)
{
	static const struct {
		int error;
		const char *name;
	} rows[] = {
	    {ENOMEM, "out-of-memory"},
	    {EMFILE, "limit-reached"},
	    {ENFILE, "limit-reached"},
	    {EAGAIN, "limit-reached"},
	    {ENOSPC, "limit-reached"},
	    {EIO, "system-failed"},
	    {EACCES, "system-failed"},
	    {EINVAL, "internal-error"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		assert_string_equal(
		    rpc_error_name(rpc_error_of_system(rows[i].error)),
		    rows[i].name);
	session_refuse(&session, &(struct session_refusal){.error = ENOMEM});
	ASSERT_ANSWERS(
	    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":5005,"
	    "\"message\":\"the connection failed: Cannot allocate "
	    "memory\",\"data\":{\"name\":\"out-of-memory\",\"hint\":"
	    "\"free some memory, or try again later\",\"errno\":12}}}");
}

/* --- all of it ------------------------------------------------------------ */

static void
waited(void *arg, int error)
{
	completion_finish(arg, error);
}

static int
start_all(void **state)
{
	struct core_config config = {.workers = 2};
	struct completion created;

	assert_int_equal(core_start(&config), 0);
	completion_init(&created);
	assert_int_equal(source_create_global(waited, &created), 0);
	assert_int_equal(completion_wait(&created), 0);
	registrant = net_instance_alloc(NETINFO_VERSION);
	registrant->nin_name = slow_name;
	registrant->nin_create = slow_create;
	registrant->nin_destroy = slow_destroy;
	assert_int_equal(net_instance_register(registrant), DDI_SUCCESS);
	service.mailbox = mailbox_create();
	assert_non_null(service.mailbox);
	service.methods = &methods;
	turns_init(&service.turns, arm, NULL);
	alarms_init(&service.alarms, arm_at, NULL);
	service.callback_deadline = NS_PER_SEC;
	return 0;
}

static int
end_all(void **state)
{
	struct completion gone;

	assert_int_equal(net_instance_unregister(registrant), DDI_SUCCESS);
	net_instance_free(registrant);
	completion_init(&gone);
	core_shutdown(waited, &gone);
	assert_int_equal(completion_wait(&gone), 0);
	core_stop();
	mailbox_run(service.mailbox);
	mailbox_drop(service.mailbox);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_request_that_waits_holds_up_no_other),
	    TEST(test_without_wait_the_answer_comes_at_once),
	    TEST(test_a_batch_is_answered_in_order_whatever_waits),
	    TEST(test_a_batch_of_notifications_is_not_answered),
	    TEST(test_a_notification_is_carried_out_but_not_answered),
	    TEST(test_a_cancelled_request_is_answered_once),
	    TEST(test_cancelling_as_a_request_is_answered_too),
	    TEST(test_one_too_many_in_flight_is_refused),
	    TEST(test_what_a_client_that_left_asked_for_goes_on),
	    TEST(test_a_stop_answers_what_waits),
	    TEST(test_who_may_not_write_may_read),
	    TEST(test_breaking_a_limit_is_remembered),
	    TEST(test_failures_of_the_system_are_named_as_such),
	};

	return cmocka_run_group_tests(tests, start_all, end_all);
}
