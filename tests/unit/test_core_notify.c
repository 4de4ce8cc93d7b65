/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_notify.c: being told which protocols come and go (G8, G12). The
 * functions registered here write what they were told, with their letter.
 */
#include <netinst/neti.h>

#include "core_fixture.h"

/* What a function does when it is told something; NULL: nothing more. */
static void (*on_told)(
    netid_t id, hook_notify_cmd_t command, const char *protocol);
static struct gate gate;

static int
told(const char *letter, hook_notify_cmd_t command, const char *netid,
    const char *protocol)
{
	diary_write("%s(%s %c%s", letter, netid,
	    command == HN_REGISTER ? '+' : '-', protocol);
	if (letter[0] == 'f' && on_told != NULL)
		on_told((netid_t)strtol(netid, NULL, 10), command, protocol);
	diary_write(")");
	return 0;
}

static int
f(hook_notify_cmd_t command, void *arg, const char *netid, const char *none,
    const char *protocol)
{
	return told("f", command, netid, protocol);
}

static int
g(hook_notify_cmd_t command, void *arg, const char *netid, const char *none,
    const char *protocol)
{
	return told("g", command, netid, protocol);
}

static int
start(void **state)
{
	on_told = NULL;
	gate_init(&gate);
	if (core_setup(state) != 0 || add_instance("one", "inet") != 1)
		return -1;
	return add_protocol(1, "inet6");
}

/* With what happens on two instances in one order. */
static int
start_serial(void **state)
{
	on_told = NULL;
	gate_init(&gate);
	if (core_setup_serial(state) != 0 || add_instance("one", "inet") != 1)
		return -1;
	return add_protocol(1, "inet6");
}

static int
stop(void **state)
{
	int error = core_teardown(state);

	gate_destroy(&gate);
	return error;
}

/* --- G8 ------------------------------------------------------------------- */

struct arguments {
	hook_notify_cmd_t command;
	void *arg;
	char netid[16], protocol[32];
	bool none_is_null;
	net_handle_t found;
};

static int
keep_arguments(hook_notify_cmd_t command, void *arg, const char *netid,
    const char *none, const char *protocol)
{
	struct arguments *kept = arg;

	kept->command = command;
	kept->arg = arg;
	(void)strncpy(kept->netid, netid, sizeof(kept->netid) - 1);
	(void)strncpy(kept->protocol, protocol, sizeof(kept->protocol) - 1);
	kept->none_is_null = none == NULL;
	kept->found =
	    net_protocol_lookup((netid_t)strtol(netid, NULL, 10), protocol);
	return 1;
}

static void
each_argument_has_its_documented_value(void **state)
{
	struct arguments kept = {0};
	netid_t id = 0;
	char name[16];
	int i;

	for (i = 2; i <= 12; i++) {
		(void)snprintf(name, sizeof(name), "i%d", i);
		id = add_instance(name, NHF_ARP);
	}
	assert_int_equal(id, 12);
	assert_int_equal(
	    net_instance_notify_register(id, keep_arguments, &kept), 0);
	assert_int_equal(kept.command, HN_REGISTER);
	assert_ptr_equal(kept.arg, &kept);
	assert_string_equal(kept.netid, "12");
	assert_true(kept.none_is_null);
	assert_string_equal(kept.protocol, "arp");
	/* The name received works in a lookup. */
	assert_non_null(kept.found);
	assert_int_equal(net_getnetid(kept.found), 12);
	assert_int_equal(net_protocol_release(kept.found), 0);
	assert_int_equal(net_instance_notify_unregister(id, keep_arguments), 0);
	assert_int_equal(kept.command, HN_UNREGISTER);
	assert_ptr_equal(kept.arg, &kept);
	assert_int_equal(net_protocol_release(kept.found), 0);
}

static void
registering_replays_what_is_there_in_order(void **state)
{
	assert_int_equal(net_instance_notify_register(1, f, NULL), 0);
	assert_diary("f(1 +inet ) f(1 +inet6 )");
}

static void
later_changes_are_told_live(void **state)
{
	assert_int_equal(net_instance_notify_register(1, f, NULL), 0);
	(void)diary_take();
	assert_int_equal(add_protocol(1, "arp"), 0);
	assert_int_equal(remove_protocol(1, "inet"), 0);
	assert_int_equal(add_protocol(1, "inet"), 0);
	assert_diary("f(1 +arp ) f(1 -inet ) f(1 +inet )");
	assert_int_equal(add_protocol(0, "arp"), 0);
	assert_diary("");
}

static void
unregistering_says_goodbye_to_what_is_there(void **state)
{
	assert_int_equal(net_instance_notify_register(1, f, NULL), 0);
	assert_int_equal(remove_protocol(1, "inet"), 0);
	assert_int_equal(add_protocol(1, "arp"), 0);
	(void)diary_take();
	assert_int_equal(net_instance_notify_unregister(1, f), 0);
	assert_diary("f(1 -arp ) f(1 -inet6 )");
	assert_int_equal(remove_protocol(1, "arp"), 0);
	assert_diary("");
}

static void
each_refusal_has_its_error(void **state)
{
	assert_int_equal(net_instance_notify_register(1, NULL, NULL), EINVAL);
	assert_int_equal(net_instance_notify_register(77, f, NULL), ESRCH);
	assert_int_equal(net_instance_notify_register(-1, f, NULL), ESRCH);
	assert_int_equal(net_instance_notify_unregister(1, f), ESRCH);
	assert_int_equal(net_instance_notify_unregister(1, NULL), ESRCH);
	assert_int_equal(net_instance_notify_unregister(77, f), ESRCH);
	assert_int_equal(shut_down(1), 0);
	assert_int_equal(net_instance_notify_register(1, f, NULL), ESHUTDOWN);
	assert_diary("");
}

static void
a_function_is_registered_once_on_an_instance(void **state)
{
	int one, other;

	assert_int_equal(net_instance_notify_register(1, f, &one), 0);
	(void)diary_take();
	assert_int_equal(net_instance_notify_register(1, f, &other), EEXIST);
	assert_diary("");
	assert_int_equal(net_instance_notify_register(1, g, &one), 0);
	assert_int_equal(net_instance_notify_register(0, f, &one), 0);
	assert_int_equal(net_instance_notify_unregister(1, f), 0);
	assert_int_equal(net_instance_notify_register(1, f, &other), 0);
}

static void
the_end_of_the_instance_is_told_newest_first(void **state)
{
	assert_int_equal(net_instance_notify_register(1, f, NULL), 0);
	(void)diary_take();
	assert_int_equal(destroy(1), 0);
	assert_diary("f(1 -inet6 ) f(1 -inet )");
}

static void
an_exported_notify_lives_between_create_and_shutdown(void **state)
{
	assert_int_equal(enter_with_notify(A), 0);
	assert_diary("a.create(0) a.create(1) "
		     "a.notify(1 +inet) a.notify(1 +inet6)");
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_diary("a.shutdown(0) a.notify(1 -inet6) a.notify(1 -inet) "
		     "a.shutdown(1) a.destroy(0) a.destroy(1)");
}

static void
a_failed_create_hears_of_no_protocol(void **state)
{
	A->fails = true;
	assert_int_equal(enter_with_notify(A), 0);
	assert_int_equal(add_protocol(1, "arp"), 0);
	assert_diary("a.create(0) a.create(1)");
}

/* --- G12: calls from inside a callback ------------------------------------ */

static void
register_f_here(netid_t id)
{
	if (id == 1)
		diary_write("= %d", net_instance_notify_register(id, f, NULL));
}

static void
a_create_may_register_and_is_told_before_that_returns(void **state)
{
	A->on_create = register_f_here;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_diary("a.create(0) a.create(1) f(1 +inet ) f(1 +inet6 ) = 0");
}

static void
register_g_here(netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	if (command == HN_REGISTER && strcmp(protocol, "inet") == 0)
		(void)net_instance_notify_register(id, g, NULL);
}

static void
a_function_is_not_called_while_it_is_being_told(void **state)
{
	on_told = register_g_here;
	assert_int_equal(net_instance_notify_register(1, f, NULL), 0);
	assert_diary("f(1 +inet g(1 +inet ) g(1 +inet6 ) ) f(1 +inet6 )");
}

static void
unregister_f_here(netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	if (command == HN_REGISTER && strcmp(protocol, "inet6") == 0)
		diary_write("= %d", net_instance_notify_unregister(id, f));
}

static void
a_function_may_unregister_itself_while_it_is_told(void **state)
{
	on_told = unregister_f_here;
	assert_int_equal(net_instance_notify_register(1, f, NULL), 0);
	assert_diary("f(1 +inet ) "
		     "f(1 +inet6 f(1 -inet6 ) f(1 -inet ) = 0 )");
	assert_int_equal(add_protocol(1, "arp"), 0);
	assert_diary("");
	assert_int_equal(net_instance_notify_unregister(1, f), ESRCH);
}

static void
unregister_g_here(netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	(void)net_instance_notify_unregister(id, g);
}

static void
a_function_taken_away_before_its_turn_hears_a_goodbye_only(void **state)
{
	assert_int_equal(net_instance_notify_register(1, f, NULL), 0);
	assert_int_equal(net_instance_notify_register(1, g, NULL), 0);
	(void)diary_take();
	on_told = unregister_g_here;
	assert_int_equal(add_protocol(1, "arp"), 0);
	/* It was never told of arp, so arp is not taken from it. */
	assert_diary("f(1 +arp g(1 -inet6 ) g(1 -inet ) )");
}

static void
register_f_on_one(netid_t id)
{
	if (id == 0)
		diary_write("= %d", net_instance_notify_register(1, f, NULL));
}

static void
stop_at_the_gate(netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	gate_pass(&gate);
}

static void
a_registration_on_another_instance_is_queued(void **state)
{
	struct instance *one = instance_find(1);
	struct answer added, entered;

	assert_int_equal(enter_with_notify(B), 0);
	B->on_notify = stop_at_the_gate;
	answer_init(&added);
	assert_int_equal(
	    instance_add_protocol(one, "arp", answer_done, &added), 0);
	instance_release(one);
	gate_wait(&gate, 1);
	(void)diary_take();
	/* Instance 1 stands still; a's callback on 0 does not wait for it. */
	A->on_create = register_f_on_one;
	answer_init(&entered);
	assert_int_equal(registrant_register(core_owner, &A->callbacks, NULL,
			     answer_done, &entered),
	    0);
	assert_int_equal(shut_down(0), 0);
	assert_diary("a.create(0) = 0 a.shutdown(0) b.shutdown(0)");
	gate_open(&gate);
	assert_int_equal(answer_wait(&entered), 0);
	assert_int_equal(answer_wait(&added), 0);
	assert_int_equal(remove_protocol(1, "arp"), 0);
	assert_non_null(strstr(diary_take(), "f(1 -arp )"));
	/* It belongs to a, and goes with it, also from there. */
	assert_int_equal(leave(A), DDI_SUCCESS);
	(void)diary_take();
	assert_int_equal(add_protocol(1, "arp"), 0);
	assert_diary("b.notify(1 +arp)");
}

/* --- what is left behind -------------------------------------------------- */

static void
what_a_registrant_leaves_ends_with_its_destroy(void **state)
{
	struct owner_leftovers left;

	A->on_create = register_f_here;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(leave(A), DDI_SUCCESS);
	(void)diary_take();
	owner_read_leftovers(core_owner, &left);
	assert_int_equal(left.notifies, 1);
	assert_int_equal(left.kstats, 0);
	assert_int_equal(add_protocol(1, "arp"), 0);
	assert_diary("");
}

static void
what_a_thread_registered_ends_with_its_owner(void **state)
{
	struct owner *other = owner_create("other");
	struct owner *before = owner_enter(other);
	struct owner_leftovers left;

	assert_int_equal(net_instance_notify_register(1, f, NULL), 0);
	owner_leave(before);
	(void)diary_take();
	retire(other);
	owner_read_leftovers(other, &left);
	assert_int_equal(left.notifies, 1);
	owner_release(other);
	assert_int_equal(add_protocol(1, "arp"), 0);
	assert_diary("");
}

#define NOTIFY(test) cmocka_unit_test_setup_teardown(test, start, stop)
#define SERIAL(test) cmocka_unit_test_setup_teardown(test, start_serial, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    NOTIFY(each_argument_has_its_documented_value),
	    NOTIFY(registering_replays_what_is_there_in_order),
	    NOTIFY(later_changes_are_told_live),
	    NOTIFY(unregistering_says_goodbye_to_what_is_there),
	    NOTIFY(each_refusal_has_its_error),
	    NOTIFY(a_function_is_registered_once_on_an_instance),
	    NOTIFY(the_end_of_the_instance_is_told_newest_first),
	    SERIAL(an_exported_notify_lives_between_create_and_shutdown),
	    SERIAL(a_failed_create_hears_of_no_protocol),
	    SERIAL(a_create_may_register_and_is_told_before_that_returns),
	    NOTIFY(a_function_is_not_called_while_it_is_being_told),
	    NOTIFY(a_function_may_unregister_itself_while_it_is_told),
	    NOTIFY(a_function_taken_away_before_its_turn_hears_a_goodbye_only),
	    NOTIFY(a_registration_on_another_instance_is_queued),
	    NOTIFY(what_a_registrant_leaves_ends_with_its_destroy),
	    NOTIFY(what_a_thread_registered_ends_with_its_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
