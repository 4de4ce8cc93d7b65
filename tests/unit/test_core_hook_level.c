/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_hook_level.c: families, events and hooks come and go, and who is
 * told of it at which of the three levels; what a provider may and may not do;
 * what the framework shows; what becomes of what is left.
 */
#include "hook_fixture.h"

/* --- the three levels, as the guide has them ------------------------------ */

static int
on_event_change(hook_notify_cmd_t command, void *arg, const char *family,
    const char *event, const char *hook)
{
	return note(command, arg, family, event, hook);
}

static int
on_protocol_change(hook_notify_cmd_t command, void *arg, const char *family,
    const char *name, const char *event)
{
	net_handle_t handle = arg;
	hook_t hook = hook_named("a");

	(void)note(command, arg, family, name, event);
	if (command != HN_REGISTER || strcmp(event, NH_PHYSICAL_IN) != 0)
		return 0;
	diary_write("{%d",
	    net_event_notify_register(handle, event, on_event_change, NULL));
	diary_write("%d}", net_hook_register(handle, event, &hook));
	return 0;
}

static int
on_instance_change(hook_notify_cmd_t command, void *arg, const char *netid,
    const char *none, const char *family)
{
	(void)note(command, arg, netid, none, family);
	if (command == HN_REGISTER)
		diary_write("{%d}", net_protocol_notify_register(
					inet, on_protocol_change, inet));
	return 0;
}

static void
watch_the_instance(netid_t id)
{
	if (id == 1)
		diary_write("= %d",
		    net_instance_notify_register(id, on_instance_change, NULL));
}

static void
each_level_leads_to_the_next_from_inside_its_callback(void **state)
{
	A->on_create = watch_the_instance;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_diary("a.create(0) a.create(1) [1 - +inet] "
		     "[inet PHYSICAL_IN +PHYSICAL_IN] {0 "
		     "[inet PHYSICAL_IN +a] 0} "
		     "[inet PHYSICAL_OUT +PHYSICAL_OUT] "
		     "[inet FORWARDING +FORWARDING] "
		     "[inet LOOPBACK_IN +LOOPBACK_IN] "
		     "[inet LOOPBACK_OUT +LOOPBACK_OUT] "
		     "[inet NIC_EVENTS +NIC_EVENTS] "
		     "[inet OBSERVING +OBSERVING] {0} = 0");
	assert_int_equal(run(), 0);
	assert_diary("a");
	/* Of what it leaves nothing is told, and all of it is counted. */
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_diary("a.shutdown(0) a.shutdown(1) a.destroy(0) a.destroy(1)");
	assert_int_equal(leftovers().notifies, 3);
	assert_int_equal(leftovers().hooks, 1);
	assert_int_equal(run(), 0);
	assert_diary("");
}

static void
the_end_of_an_instance_is_told_event_by_event(void **state)
{
	net_handle_t arp;

	assert_int_equal(add_protocol(1, NHF_ARP), 0);
	arp = look_up(NHF_ARP);
	assert_int_equal(net_instance_notify_register(1, note, NULL), 0);
	assert_int_equal(net_protocol_notify_register(inet, note, NULL), 0);
	assert_int_equal(net_protocol_notify_register(arp, note, NULL), 0);
	(void)diary_take();
	assert_int_equal(shut_down(1), 0);
	assert_diary("[arp NIC_EVENTS -NIC_EVENTS] "
		     "[arp PHYSICAL_OUT -PHYSICAL_OUT] "
		     "[arp PHYSICAL_IN -PHYSICAL_IN] [1 - -arp] "
		     "[inet OBSERVING -OBSERVING] "
		     "[inet NIC_EVENTS -NIC_EVENTS] "
		     "[inet LOOPBACK_OUT -LOOPBACK_OUT] "
		     "[inet LOOPBACK_IN -LOOPBACK_IN] "
		     "[inet FORWARDING -FORWARDING] "
		     "[inet PHYSICAL_OUT -PHYSICAL_OUT] "
		     "[inet PHYSICAL_IN -PHYSICAL_IN] [1 - -inet]");
	/* There is nobody left to say goodbye to. */
	assert_int_equal(net_protocol_notify_unregister(inet, note), 0);
	assert_int_equal(net_protocol_notify_unregister(arp, note), 0);
	assert_int_equal(net_instance_notify_unregister(1, note), 0);
	assert_int_equal(destroy(1), 0);
	assert_diary("");
	assert_int_equal(leftovers().notifies, 0);
}

static void
an_event_s_hooks_are_told_in_the_order_of_their_coming(void **state)
{
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(add_hinted("b", HH_BEFORE, "a"), 0);
	assert_int_equal(
	    net_event_notify_register(inet, NH_PHYSICAL_IN, note, NULL), 0);
	assert_diary("[inet PHYSICAL_IN +a] [inet PHYSICAL_IN +b]");
	assert_int_equal(
	    net_event_notify_register(inet, NH_PHYSICAL_IN, note, NULL),
	    EEXIST);
	assert_int_equal(take_named("a"), 0);
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_diary("[inet PHYSICAL_IN -a] [inet PHYSICAL_IN +a]");
	assert_int_equal(
	    net_event_notify_unregister(inet, NH_PHYSICAL_IN, note), 0);
	assert_diary("[inet PHYSICAL_IN -a] [inet PHYSICAL_IN -b]");
	assert_int_equal(
	    net_event_notify_unregister(inet, NH_PHYSICAL_IN, note), ESRCH);
}

static void
each_refusal_of_a_notification_has_its_error(void **state)
{
	net_handle_t mine = provide("mine");

	assert_int_equal(
	    net_protocol_notify_register(inet, NULL, NULL), EINVAL);
	assert_int_equal(net_protocol_notify_register(NULL, note, NULL), ENXIO);
	assert_int_equal(net_protocol_notify_register(mine, note, NULL), ENXIO);
	assert_int_equal(net_protocol_notify_unregister(mine, note), ENXIO);
	assert_int_equal(net_protocol_notify_unregister(inet, note), ESRCH);
	assert_int_equal(
	    net_event_notify_register(inet, "GHOST", note, NULL), ESRCH);
	assert_int_equal(
	    net_event_notify_register(inet, NULL, note, NULL), ESRCH);
	assert_int_equal(
	    net_event_notify_register(inet, NH_PHYSICAL_IN, NULL, NULL),
	    EINVAL);
	assert_int_equal(
	    net_event_notify_register(mine, NH_PHYSICAL_IN, note, NULL), ENXIO);
	assert_int_equal(
	    net_event_notify_unregister(inet, "GHOST", note), ESRCH);
	assert_int_equal(net_protocol_notify_register(inet, note, NULL), 0);
	assert_int_equal(
	    net_protocol_notify_register(inet, note, NULL), EEXIST);
	(void)diary_take();
}

/* --- families ------------------------------------------------------------- */

static void
a_family_is_given_once(void **state)
{
	net_handle_t mine = provide("mine"), other = provide("other");
	hook_family_t family;

	assert_int_equal(net_family_register(mine, NULL), EINVAL);
	HOOK_FAMILY_INIT(&family, "mine");
	family.hf_version = HOOK_VERSION + 1;
	assert_int_equal(net_family_register(mine, &family), EINVAL);
	assert_int_equal(provide_family(mine, "two words"), EINVAL);
	assert_int_equal(provide_family(inet, "inet"), ENXIO);
	assert_int_equal(provide_family(NULL, "mine"), ENXIO);
	assert_int_equal(provide_family(mine, "inet"), EEXIST);
	assert_int_equal(provide_family(mine, "other"), EEXIST);
	assert_int_equal(provide_family(mine, "mine"), 0);
	assert_int_equal(provide_family(mine, "mine"), EEXIST);
	assert_int_equal(provide_family(other, "mine"), EEXIST);
	assert_int_equal(shut_down(1), 0);
	assert_int_equal(provide_family(other, "other"), ESHUTDOWN);
}

static void
a_family_s_name_can_be_looked_up(void **state)
{
	net_handle_t mine = provide("mine");

	assert_int_equal(net_instance_notify_register(1, note, NULL), 0);
	(void)diary_take();
	assert_int_equal(provide_family(mine, "mine_too"), 0);
	assert_diary("[1 - +mine_too]");
	assert_ptr_equal(look_up("mine_too"), mine);
	assert_ptr_equal(look_up("mine"), mine);
	assert_string_equal(protocols_of(1), "inet mine");
}

static void
a_family_goes_once_and_may_come_again(void **state)
{
	net_handle_t mine = provide("mine");
	hook_family_t family, wrong;

	HOOK_FAMILY_INIT(&family, "mine");
	HOOK_FAMILY_INIT(&wrong, "other");
	assert_int_equal(net_family_shutdown(mine, &family), ENXIO);
	assert_int_equal(net_family_unregister(mine, &family), ENXIO);
	assert_int_equal(net_family_register(mine, &family), 0);
	assert_int_equal(net_instance_notify_register(1, note, NULL), 0);
	(void)diary_take();
	assert_int_equal(net_family_shutdown(mine, &wrong), EINVAL);
	assert_int_equal(net_family_unregister(mine, &wrong), EINVAL);
	assert_int_equal(net_family_shutdown(mine, &family), 0);
	assert_diary("[1 - -mine]");
	assert_int_equal(net_family_shutdown(mine, &family), 0);
	assert_int_equal(net_family_unregister(mine, &family), 0);
	assert_diary("");
	/* The protocol itself stays. */
	assert_ptr_equal(look_up("mine"), mine);
	assert_int_equal(net_family_register(mine, &family), 0);
	assert_diary("[1 - +mine]");
	assert_int_equal(net_protocol_unregister(mine), 0);
	assert_diary("[1 - -mine]");
}

/* --- events --------------------------------------------------------------- */

static void
an_event_is_registered_by_name(void **state)
{
	net_handle_t mine = provide("mine");
	static hook_event_t event, same, wrong;

	assert_null(provide_event(mine, &event, "E"));
	assert_int_equal(provide_family(mine, "mine"), 0);
	assert_null(provide_event(inet, &event, "E"));
	assert_null(provide_event(mine, &event, ""));
	assert_null(provide_event(mine, &event, NULL));
	assert_null(
	    provide_event(mine, &event, "thirty-two_bytes_are_one_too_many"));
	assert_null(net_event_register(mine, NULL));
	HOOK_EVENT_INIT(&wrong, "E");
	wrong.he_version = 0;
	assert_null(net_event_register(mine, &wrong));
	assert_non_null(provide_event(mine, &event, "E"));
	assert_null(provide_event(mine, &event, "E"));
	assert_null(provide_event(mine, &same, "E"));
	assert_non_null(provide_event(mine, &same, "F"));
	assert_int_equal(shut_down(1), 0);
	assert_null(provide_event(mine, &wrong, "G"));
}

static void
an_event_goes_once(void **state)
{
	net_handle_t mine = provide("mine");
	static hook_event_t event, ghost;
	hook_t hook = hook_named("a"), other = hook_named("b");
	hook_event_token_t token;

	HOOK_EVENT_INIT(&ghost, "GHOST");
	HOOK_EVENT_INIT(&event, "E");
	assert_int_equal(net_event_shutdown(mine, &event), ENXIO);
	assert_int_equal(net_event_unregister(mine, &event), ENXIO);
	assert_int_equal(provide_family(mine, "mine"), 0);
	token = provide_event(mine, &event, "E");
	assert_int_equal(net_hook_register(mine, "E", &hook), 0);
	assert_int_equal(net_protocol_notify_register(mine, note, NULL), 0);
	assert_int_equal(net_event_notify_register(mine, "E", note, NULL), 0);
	assert_diary("[mine E +E] [mine E +a]");
	assert_int_equal(net_event_shutdown(mine, &ghost), ESRCH);
	assert_int_equal(net_event_unregister(mine, &ghost), ESRCH);
	assert_int_equal(net_event_shutdown(mine, &event), 0);
	assert_diary("[mine E -E]");
	assert_int_equal(net_event_shutdown(mine, &event), 0);
	assert_int_equal(net_hook_register(mine, "E", &other), ESHUTDOWN);
	/* Until it is unregistered, what it has runs. */
	assert_int_equal(hook_run(NULL, token, 0), 0);
	assert_diary("a");
	assert_int_equal(net_event_unregister(mine, &event), 0);
	assert_diary("[mine E -a]");
	assert_int_equal(net_event_unregister(mine, &event), ESRCH);
	assert_int_equal(net_hook_unregister(mine, "E", &hook), ENXIO);
	assert_int_equal(net_protocol_notify_unregister(mine, note), 0);
	assert_diary("");
	assert_non_null(provide_event(mine, &event, "E"));
}

static void
interest_shows_whether_there_are_hooks(void **state)
{
	net_handle_t mine = provide("mine");
	hook_t a = hook_named("a"), b = hook_named("b");
	static hook_event_t event;

	assert_int_equal(provide_family(mine, "mine"), 0);
	assert_non_null(provide_event(mine, &event, "E"));
	assert_int_equal(event.he_interested, B_FALSE);
	assert_int_equal(net_hook_register(mine, "E", &a), 0);
	assert_int_equal(event.he_interested, B_TRUE);
	assert_int_equal(net_hook_register(mine, "E", &b), 0);
	assert_int_equal(net_hook_unregister(mine, "E", &a), 0);
	assert_int_equal(event.he_interested, B_TRUE);
	assert_int_equal(net_hook_unregister(mine, "E", &b), 0);
	assert_int_equal(event.he_interested, B_FALSE);
	assert_int_equal(net_hook_register(mine, "E", &a), 0);
	assert_int_equal(net_event_unregister(mine, &event), 0);
	assert_int_equal(event.he_interested, B_FALSE);
}

static void
a_protocol_goes_with_all_it_has(void **state)
{
	net_handle_t mine = provide("mine");
	hook_t hook = hook_named("a");
	hook_event_token_t token;
	static hook_event_t event;

	assert_int_equal(provide_family(mine, "mine"), 0);
	token = provide_event(mine, &event, "E");
	assert_int_equal(net_hook_register(mine, "E", &hook), 0);
	assert_int_equal(net_instance_notify_register(1, note, NULL), 0);
	assert_int_equal(net_protocol_notify_register(mine, note, NULL), 0);
	assert_int_equal(net_event_notify_register(mine, "E", note, NULL), 0);
	(void)diary_take();
	assert_int_equal(net_protocol_unregister(mine), 0);
	assert_diary("[mine E -a] [mine E -E] [1 - -mine]");
	assert_int_equal(hook_run(NULL, token, 0), 0);
	assert_diary("");
	assert_int_equal(net_hook_unregister(mine, "E", &hook), ENXIO);
	assert_int_equal(statistic_of(1, "mine", "E", "events"), -1);
	assert_int_equal(statistic_of(1, "mine/E", "a", "hint"), -1);
}

static void
a_removed_protocol_takes_its_hooks_along(void **state)
{
	hook_t hook = hook_named("a");

	assert_int_equal(add(&hook), 0);
	assert_int_equal(
	    net_event_notify_register(inet, NH_PHYSICAL_IN, note, NULL), 0);
	assert_diary("[inet PHYSICAL_IN +a]");
	assert_int_equal(remove_protocol(1, NHF_INET), 0);
	assert_diary("[inet PHYSICAL_IN -a]");
	assert_int_equal(take(&hook), ENXIO);
	assert_int_equal(statistic_of(1, "inet", NH_PHYSICAL_IN, "events"), -1);
	assert_int_equal(add_protocol(1, NHF_INET), 0);
	inet = look_up(NHF_INET);
	assert_int_equal(run(), 0);
	assert_diary("");
	assert_int_equal(add(&hook), 0);
	assert_int_equal(run(), 0);
	assert_diary("a");
}

/* --- what the framework shows --------------------------------------------- */

static int64_t
of_hook(const char *hook, const char *statistic)
{
	return statistic_of(1, "inet/PHYSICAL_IN", hook, statistic);
}

static int64_t
of_event(const char *statistic)
{
	return statistic_of(1, "inet", NH_PHYSICAL_IN, statistic);
}

static void
hooks_and_events_have_their_kstats(void **state)
{
	hook_t hook = hook_named("a");

	assert_int_equal(of_event("events"), -1);
	hook.h_flags = 5;
	assert_int_equal(add(&hook), 0);
	assert_int_equal(add_hinted("b", HH_BEFORE, "a"), 0);
	assert_int_equal(add_hinted("c", HH_NONE, NULL), 0);
	assert_int_equal(run(), 0);
	assert_int_equal(run(), 0);
	result_of_a = 1;
	assert_int_equal(run(), 1);
	assert_int_equal(of_event("hooksAdded"), 3);
	assert_int_equal(of_event("hooksRemoved"), 0);
	assert_int_equal(of_event("events"), 3);
	assert_int_equal(of_hook("a", "version"), HOOK_VERSION);
	assert_int_equal(of_hook("a", "flags"), 5);
	assert_int_equal(of_hook("a", "hint"), HH_NONE);
	assert_int_equal(of_hook("a", "hint_value"), 0);
	assert_int_equal(of_hook("b", "hint"), HH_BEFORE);
	assert_int_equal(of_hook("b", "hint_value"), 1); /* bytes of "a" */
	assert_int_equal(of_hook("b", "position"), 1);
	assert_int_equal(of_hook("a", "position"), 2);
	assert_int_equal(of_hook("c", "position"), 3);
	assert_int_equal(of_hook("b", "hook_hits"), 3);
	assert_int_equal(of_hook("a", "hook_hits"), 3);
	assert_int_equal(of_hook("c", "hook_hits"), 2);
	assert_int_equal(take_named("b"), 0);
	assert_int_equal(of_hook("b", "position"), -1);
	assert_int_equal(of_hook("a", "position"), 1);
	assert_int_equal(of_hook("c", "position"), 2);
	assert_int_equal(of_event("hooksRemoved"), 1);
}

static void
a_name_that_a_plugin_took_hides_the_kstat_only(void **state)
{
	kstat_t *taken = net_kstat_create(
	    1, "inet/PHYSICAL_IN", 0, "a", "misc", KSTAT_TYPE_NAMED, 1, 0);

	assert_non_null(taken);
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(of_hook("a", "hook_hits"), -1);
	assert_int_equal(run(), 0);
	assert_diary("a");
	assert_int_equal(take_named("a"), 0);
	net_kstat_delete(1, taken);
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(of_hook("a", "hook_hits"), 0);
}

/* --- what is left --------------------------------------------------------- */

static void
make_everything(netid_t id)
{
	static hook_event_t event;
	hook_t hook = hook_named("a");
	net_handle_t mine;

	if (id != 1)
		return;
	mine = provide("mine");
	diary_write("%d", provide_family(mine, "mine"));
	diary_write("%d", provide_event(mine, &event, "E") == NULL);
	diary_write("%d", add(&hook));
	diary_write("%d", net_hook_register(mine, "E", &hook));
	diary_write("%d", net_protocol_notify_register(mine, note, NULL));
	diary_write("%d", net_event_notify_register(mine, "E", note, NULL));
}

static void
what_a_registrant_leaves_is_counted_and_freed(void **state)
{
	A->on_create = make_everything;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_diary("a.create(0) a.create(1) 0 0 0 0 [mine E +E] 0 "
		     "[mine E +a] 0");
	log_keep();
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_non_null(strstr(log_kept(),
	    "tester left behind on instance 1, freed now: 0 kstats, "
	    "2 notify registrations, 1 protocols, 2 hooks"));
	assert_int_equal(leftovers().hooks, 2);
	assert_int_equal(leftovers().notifies, 2);
	assert_int_equal(leftovers().protocols, 1);
	assert_int_equal(leftovers().kstats, 0);
	assert_diary("a.shutdown(0) a.shutdown(1) a.destroy(0) a.destroy(1)");
	assert_string_equal(protocols_of(1), "inet");
}

static void
what_is_left_at_the_instance_s_end_is_counted_and_freed(void **state)
{
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(destroy(1), 0);
	assert_int_equal(leftovers().hooks, 1);
	assert_int_equal(leftovers().kstats, 0);
}

static void
take_a_in_destroy(netid_t id)
{
	if (id == 1)
		diary_write("%d %d", take_named("a"),
		    net_protocol_notify_unregister(inet, note));
}

static void
in_destroy_everything_can_still_be_taken_away(void **state)
{
	A->on_destroy = take_a_in_destroy;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(net_protocol_notify_register(inet, note, NULL), 0);
	(void)diary_take();
	assert_int_equal(destroy(1), 0);
	assert_non_null(strstr(diary_take(), "a.destroy(1) 0 0"));
	assert_int_equal(leftovers().hooks, 0);
	assert_int_equal(leftovers().notifies, 0);
}

#define SERIAL(test)                                                           \
	cmocka_unit_test_setup_teardown(test, hook_setup_serial, hook_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SERIAL(each_level_leads_to_the_next_from_inside_its_callback),
	    HOOK_TEST(the_end_of_an_instance_is_told_event_by_event),
	    HOOK_TEST(an_event_s_hooks_are_told_in_the_order_of_their_coming),
	    HOOK_TEST(each_refusal_of_a_notification_has_its_error),
	    HOOK_TEST(a_family_is_given_once),
	    HOOK_TEST(a_family_s_name_can_be_looked_up),
	    HOOK_TEST(a_family_goes_once_and_may_come_again),
	    HOOK_TEST(an_event_is_registered_by_name),
	    HOOK_TEST(an_event_goes_once),
	    HOOK_TEST(interest_shows_whether_there_are_hooks),
	    HOOK_TEST(a_protocol_goes_with_all_it_has),
	    HOOK_TEST(a_removed_protocol_takes_its_hooks_along),
	    HOOK_TEST(hooks_and_events_have_their_kstats),
	    HOOK_TEST(a_name_that_a_plugin_took_hides_the_kstat_only),
	    SERIAL(what_a_registrant_leaves_is_counted_and_freed),
	    HOOK_TEST(what_is_left_at_the_instance_s_end_is_counted_and_freed),
	    HOOK_TEST(in_destroy_everything_can_still_be_taken_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
