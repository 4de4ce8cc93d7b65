/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_protocol.c: the protocols of an instance: those of the framework,
 * those that plugins provide, and the handles that plugins hold, or keep too
 * long, or give back too often.
 */
#include <netinst/neti.h>
#include <netinst/timeout.h>

#include "core/hook/protocol.h"
#include "core_fixture.h"

static net_handle_t
provide(netid_t id, const char *name)
{
	const net_protocol_t definition = {
	    .netp_version = NETINFO_VERSION, .netp_name = name};

	return net_protocol_register(id, &definition);
}

static struct owner_leftovers
leftovers(void)
{
	struct owner_leftovers left;

	owner_read_leftovers(core_owner, &left);
	return left;
}

/* --- finding -------------------------------------------------------------- */

static void
a_lookup_takes_the_name_and_the_constant_s_name(void **state)
{
	net_handle_t handle;

	(void)add_instance("one", NHF_INET);
	assert_int_equal(add_protocol(1, NHF_INET6), 0);
	assert_int_equal(add_protocol(1, NHF_ARP), 0);
	handle = net_protocol_lookup(1, "inet");
	assert_non_null(handle);
	assert_ptr_equal(net_protocol_lookup(1, "NHF_INET"), handle);
	assert_int_equal(net_protocol_release(handle), 0);
	assert_int_equal(net_protocol_release(handle), 0);
	handle = net_protocol_lookup(1, "NHF_ARP");
	assert_ptr_not_equal(handle, net_protocol_lookup(1, "NHF_INET6"));
	assert_int_equal(net_getnetid(handle), 1);
}

static void
what_is_not_there_is_not_found(void **state)
{
	assert_null(net_protocol_lookup(0, "inet"));
	assert_null(net_protocol_lookup(0, NULL));
	assert_null(net_protocol_lookup(0, ""));
	assert_null(net_protocol_lookup(55, "inet"));
	assert_null(net_protocol_lookup(-1, "inet"));
	assert_int_equal(add_protocol(0, "inet"), 0);
	assert_int_equal(remove_protocol(0, "inet"), 0);
	assert_null(net_protocol_lookup(0, "inet"));
}

static void
a_walk_gives_each_protocol_once_in_order(void **state)
{
	net_handle_t handle = NULL;
	unsigned steps = 0;

	(void)add_instance("one", "x");
	assert_int_equal(add_protocol(1, "y"), 0);
	assert_int_equal(add_protocol(1, "z"), 0);
	while ((handle = net_protocol_walk(1, handle)) != NULL) {
		/* The one it stands on may go meanwhile. */
		if (steps++ == 0)
			assert_int_equal(remove_protocol(1, "x"), 0);
	}
	assert_int_equal(steps, 3);
	assert_null(net_protocol_walk(44, NULL));
	assert_null(net_protocol_walk(0, NULL));
}

static void
zones_and_instances_map_one_to_one(void **state)
{
	assert_int_equal(add_instance("one", NULL), 1);
	assert_int_equal(net_getzoneidbynetid(0), GLOBAL_ZONEID);
	assert_int_equal(net_getzoneidbynetid(1), 1);
	assert_int_equal(net_zoneidtonetid(1), 1);
	assert_int_equal(net_getzoneidbynetid(2), -1);
	assert_int_equal(net_zoneidtonetid(ALL_ZONES), -1);
	assert_int_equal(destroy(1), 0);
	assert_int_equal(net_zoneidtonetid(1), -1);
}

/* --- changing ------------------------------------------------------------- */

static void
each_refusal_of_a_change_has_its_error(void **state)
{
	char name[16];
	int i;

	assert_int_equal(add_protocol(0, "inet"), 0);
	assert_int_equal(add_protocol(0, "inet"), -EEXIST);
	assert_int_equal(remove_protocol(0, "arp"), -ENOENT);
	assert_non_null(provide(0, "mine"));
	assert_int_equal(remove_protocol(0, "mine"), -EPERM);
	assert_int_equal(add_protocol(0, "mine"), -EEXIST);
	for (i = 2; i < PROTOCOLS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "p%d", i);
		assert_int_equal(add_protocol(0, name), 0);
	}
	assert_int_equal(add_protocol(0, "more"), -ENOSPC);
	assert_int_equal(remove_protocol(0, "p2"), 0);
	assert_int_equal(add_protocol(0, "more"), 0);
	assert_int_equal(shut_down(0), 0);
	assert_int_equal(add_protocol(0, "late"), -EBUSY);
	assert_int_equal(remove_protocol(0, "inet"), -EBUSY);
}

static void
a_provided_protocol_is_announced_with_its_family(void **state)
{
	hook_family_t family;
	net_handle_t handle;

	assert_int_equal(enter_with_notify(A), 0);
	(void)diary_take();
	handle = provide(0, "mine");
	assert_non_null(handle);
	assert_diary("");
	assert_string_equal(protocols_of(0), "mine");
	HOOK_FAMILY_INIT(&family, "mine");
	assert_int_equal(net_family_register(handle, &family), 0);
	assert_diary("a.notify(0 +mine)");
	assert_int_equal(net_getnetid(handle), 0);
	assert_ptr_equal(net_protocol_lookup(0, "mine"), handle);
	assert_int_equal(net_protocol_release(handle), 0);
	assert_int_equal(net_protocol_unregister(handle), 0);
	assert_diary("a.notify(0 -mine)");
	assert_string_equal(protocols_of(0), "");
	assert_int_equal(net_protocol_unregister(handle), -1);
	assert_int_equal(net_getnetid(handle), -1);
}

static void
what_cannot_be_provided_is_refused(void **state)
{
	net_protocol_t wrong = {
	    .netp_version = NETINFO_VERSION + 1, .netp_name = "x"};

	assert_null(net_protocol_register(0, NULL));
	assert_null(net_protocol_register(0, &wrong));
	assert_null(provide(0, NULL));
	assert_null(provide(0, ""));
	assert_null(provide(0, "two words"));
	assert_null(provide(0, "line\nbreak"));
	assert_null(provide(0, "thirty-two_bytes_are_one_too_many"));
	assert_null(provide(9, "x"));
	assert_non_null(provide(0, "thirty-one_bytes_are_just_right"));
	assert_non_null(provide(0, "x"));
	assert_null(provide(0, "x"));
	assert_non_null(provide(0, "NHF_INET"));
	assert_null(provide(0, "inet"));
	(void)add_instance("one", NULL);
	assert_int_equal(shut_down(1), 0);
	assert_null(provide(1, "x"));
	assert_string_equal(
	    protocols_of(0), "thirty-one_bytes_are_just_right x inet");
}

static net_handle_t inside;

static void
provide_inside(netid_t id)
{
	inside = provide(id, "mine");
	diary_write(inside != NULL ? "provided" : "refused");
}

static void
a_create_may_provide_and_it_goes_with_the_registrant(void **state)
{
	A->on_create = provide_inside;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_diary("a.create(0) provided");
	assert_string_equal(protocols_of(0), "mine");
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_string_equal(protocols_of(0), "");
	assert_int_equal(leftovers().protocols, 1);
	assert_int_equal(net_protocol_unregister(inside), -1);
}

/* --- handles -------------------------------------------------------------- */

static void
giving_back_too_much_is_told(void **state)
{
	net_handle_t handle;

	assert_int_equal(add_protocol(0, "inet"), 0);
	handle = net_protocol_lookup(0, "inet");
	assert_int_equal(net_protocol_release(handle), 0);
	assert_int_equal(net_protocol_release(handle), 1);
	assert_int_equal(net_protocol_release(handle), 1);
	assert_ptr_equal(net_protocol_lookup(0, "inet"), handle);
	assert_int_equal(net_protocol_release(handle), 0);
}

static void
what_is_no_handle_is_told(void **state)
{
	uint64_t rubbish[64] = {0};
	net_handle_t handle = (net_handle_t)(void *)rubbish;

	assert_int_equal(net_protocol_release(NULL), -1);
	assert_int_equal(net_protocol_unregister(NULL), -1);
	assert_int_equal(net_getnetid(NULL), -1);
	assert_int_equal(net_protocol_release(handle), -1);
	assert_int_equal(net_protocol_unregister(handle), -1);
	assert_int_equal(net_getnetid(handle), -1);
	assert_null(net_protocol_walk(0, handle));
	handle = (net_handle_t)8;
	assert_int_equal(net_protocol_release(handle), -1);
	assert_null(net_protocol_walk(0, handle));
}

static void
the_framework_s_protocols_cannot_be_unregistered(void **state)
{
	net_handle_t handle;

	assert_int_equal(add_protocol(0, "inet"), 0);
	handle = net_protocol_lookup(0, "inet");
	assert_int_equal(net_protocol_unregister(handle), -1);
	assert_string_equal(protocols_of(0), "inet");
	assert_int_equal(net_protocol_release(handle), 0);
}

static void
release_too_often(netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	net_handle_t handle = net_protocol_lookup(id, protocol);
	int first = net_protocol_release(handle);
	int second = net_protocol_release(handle);

	diary_write("%d %d %d", first, second, net_protocol_release(handle));
}

static void
a_callback_that_gives_back_too_much_harms_nobody(void **state)
{
	A->on_notify = release_too_often;
	assert_int_equal(enter_with_notify(A), 0);
	(void)diary_take();
	assert_int_equal(add_protocol(0, "inet"), 0);
	assert_diary("a.notify(0 +inet) 0 1 1");
	assert_string_equal(protocols_of(0), "inet");
	assert_int_equal(remove_protocol(0, "inet"), 0);
	assert_diary("a.notify(0 -inet) 0 1 1");
	assert_null(net_protocol_lookup(0, "inet"));
}

static void
a_handle_outlives_its_protocol_and_can_be_given_back(void **state)
{
	net_handle_t handle;

	(void)add_instance("one", "inet");
	handle = net_protocol_lookup(1, "inet");
	assert_int_equal(remove_protocol(1, "inet"), 0);
	assert_int_equal(net_getnetid(handle), -1);
	assert_int_equal(destroy(1), 0);
	assert_int_equal(net_protocol_release(handle), 0);
	assert_int_equal(net_protocol_release(handle), -1);
}

static void
a_handle_that_is_never_given_back_is_told_at_the_end(void **state)
{
	const char *log;

	(void)add_instance("one", "inet");
	assert_non_null(net_protocol_lookup(1, "inet"));
	assert_non_null(net_protocol_lookup(1, "inet"));
	log_keep();
	core_end_and_stop();
	log = log_kept();
	assert_non_null(
	    strstr(log, "plugins never released their handles on 1 protocols"));
}

static void
what_everybody_gave_back_is_not_told_at_the_end(void **state)
{
	(void)add_instance("one", "inet");
	assert_int_equal(
	    net_protocol_release(net_protocol_lookup(1, "inet")), 0);
	log_keep();
	core_end_and_stop();
	assert_null(strstr(log_kept(), "never released"));
}

static void
a_stale_handle_does_not_unregister_what_another_provides(void **state)
{
	struct owner *other = owner_create("other"), *before;
	net_handle_t stale, theirs;

	(void)add_instance("one", NULL);
	stale = provide(1, "mine");
	assert_int_equal(destroy(1), 0);
	before = owner_enter(other);
	theirs = provide(0, "theirs");
	owner_leave(before);
	/* Memory is used again: that is what makes it dangerous. */
	assert_ptr_equal(theirs, stale);
	assert_int_equal(net_protocol_unregister(stale), -1);
	assert_int_equal(net_getnetid(theirs), 0);
	assert_string_equal(protocols_of(0), "theirs");
	retire(other);
	assert_string_equal(protocols_of(0), "");
	owner_release(other);
}

/* Its memory is that of one whose registration has not run yet. */
static void
a_stale_handle_does_not_unregister_what_is_on_its_way(void **state)
{
	static const net_protocol_t definition = {
	    .netp_version = NETINFO_VERSION, .netp_name = "x"};
	struct instance *instance;
	struct net_data *protocol = NULL;

	(void)add_instance("one", NULL);
	instance = instance_find(1);
	lock_enter(&instance->lock);
	assert_int_equal(protocol_reserve(instance, "x", true, &protocol), 0);
	protocol_provide(protocol, &definition, core_owner);
	lock_exit(&instance->lock);
	assert_int_equal(net_protocol_unregister(protocol), -1);
	protocol_abandon(instance, protocol);
	instance_release(instance);
}

/* --- coming again while the removal is queued ----------------------------- */

static void
hang(netid_t id, void *gate)
{
	gate_pass(gate);
}

/* A timeout that runs on instance 0 until the gate is opened. */
static void
hang_at(struct gate *gate)
{
	gate_init(gate);
	assert_int_not_equal(net_timeout(0, 0, hang, gate), 0);
	gate_wait(gate, 1);
}

static void
one_that_comes_again_while_its_removal_is_queued_is_there(void **state)
{
	struct instance *global = instance_find(0);
	struct gate gate;
	int i;

	assert_int_equal(enter_with_notify(A), 0);
	assert_int_equal(add_protocol(0, "inet6"), 0);
	(void)diary_take();
	hang_at(&gate);
	for (i = 0; i < 2; i++) {
		assert_int_equal(
		    instance_remove_protocol(global, "inet6", NULL, NULL), 0);
		assert_int_equal(
		    instance_remove_protocol(global, "inet6", NULL, NULL),
		    -ENOENT);
		assert_int_equal(
		    instance_add_protocol(global, "inet6", NULL, NULL), 0);
		assert_int_equal(
		    instance_add_protocol(global, "inet6", NULL, NULL),
		    -EEXIST);
	}
	gate_open(&gate);
	assert_int_equal(add_protocol(0, "last"), 0);
	assert_string_equal(protocols_of(0), "inet6 last");
	assert_diary("a.notify(0 -inet6) a.notify(0 +inet6) "
		     "a.notify(0 -inet6) a.notify(0 +inet6) "
		     "a.notify(0 +last)");
	instance_release(global);
	gate_destroy(&gate);
}

/* What a callback provides acts at once, before what is queued. */
static void
a_provider_does_not_come_before_the_removal_of_its_name(void **state)
{
	struct instance *global = instance_find(0);
	struct gate gate;

	assert_int_equal(add_protocol(0, "mine"), 0);
	hang_at(&gate);
	assert_int_equal(
	    instance_remove_protocol(global, "mine", NULL, NULL), 0);
	assert_null(provide(0, "mine"));
	gate_open(&gate);
	assert_int_equal(add_protocol(0, "last"), 0);
	assert_non_null(provide(0, "mine"));
	instance_release(global);
	gate_destroy(&gate);
}

static void
what_is_left_at_the_instance_s_end_is_counted_and_freed(void **state)
{
	(void)add_instance("one", NULL);
	assert_non_null(provide(1, "mine"));
	assert_int_equal(leftovers().protocols, 0);
	assert_int_equal(destroy(1), 0);
	assert_int_equal(leftovers().protocols, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CORE_TEST(a_lookup_takes_the_name_and_the_constant_s_name),
	    CORE_TEST(what_is_not_there_is_not_found),
	    CORE_TEST(a_walk_gives_each_protocol_once_in_order),
	    CORE_TEST(zones_and_instances_map_one_to_one),
	    CORE_TEST(each_refusal_of_a_change_has_its_error),
	    CORE_TEST(a_provided_protocol_is_announced_with_its_family),
	    CORE_TEST(what_cannot_be_provided_is_refused),
	    CORE_TEST(a_create_may_provide_and_it_goes_with_the_registrant),
	    CORE_TEST(giving_back_too_much_is_told),
	    CORE_TEST(what_is_no_handle_is_told),
	    CORE_TEST(the_framework_s_protocols_cannot_be_unregistered),
	    CORE_TEST(a_callback_that_gives_back_too_much_harms_nobody),
	    CORE_TEST(a_handle_outlives_its_protocol_and_can_be_given_back),
	    CORE_TEST(a_handle_that_is_never_given_back_is_told_at_the_end),
	    CORE_TEST(what_everybody_gave_back_is_not_told_at_the_end),
	    CORE_TEST(a_stale_handle_does_not_unregister_what_another_provides),
	    CORE_TEST(a_stale_handle_does_not_unregister_what_is_on_its_way),
	    CORE_TEST(
		one_that_comes_again_while_its_removal_is_queued_is_there),
	    CORE_TEST(a_provider_does_not_come_before_the_removal_of_its_name),
	    CORE_TEST(what_is_left_at_the_instance_s_end_is_counted_and_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
