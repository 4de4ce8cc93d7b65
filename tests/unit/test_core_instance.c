/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_instance.c: the life of an instance and what its callbacks are
 * promised in it (G1, G2, G5, G9, G13), through instance.h and core.h.
 */
#include "core/object/instance.h"

#include <sched.h>

#include <netinst/kstat.h>

#include "core_fixture.h"

static struct gate gate;

static void
stop_at_the_gate(netid_t id)
{
	if (id == 1)
		gate_pass(&gate);
}

/* --- one life ------------------------------------------------------------- */

static void
a_life_has_one_order(void **state)
{
	assert_int_equal(enter_with_notify(A), 0);
	assert_int_equal(enter_with_notify(B), 0);
	(void)diary_take();
	assert_int_equal(add_instance("one", "inet"), 1);
	assert_diary("a.create(1) b.create(1) "
		     "a.notify(1 +inet) b.notify(1 +inet)");
	assert_int_equal(shut_down(1), 0);
	assert_diary("a.notify(1 -inet) b.notify(1 -inet) "
		     "b.shutdown(1) a.shutdown(1)");
	assert_int_equal(destroy(1), 0);
	assert_diary("b.destroy(1) a.destroy(1)");
}

static void
destroying_shuts_down_first(void **state)
{
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	(void)diary_take();
	assert_int_equal(destroy(1), 0);
	assert_diary("a.shutdown(1) a.destroy(1)");
}

static void
without_a_shutdown_callback_destroy_comes_alone(void **state)
{
	A->callbacks.nin_shutdown = NULL;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	(void)diary_take();
	assert_int_equal(shut_down(1), 0);
	assert_diary("");
	assert_string_equal(pairs_of(1), "a:down");
	assert_int_equal(destroy(1), 0);
	assert_diary("a.destroy(1)");
}

static const char *
state_of(netid_t id)
{
	struct instance *instance = instance_find(id);
	const char *name;

	if (instance == NULL)
		return "none";
	name = instance_state_name(instance_state(instance));
	instance_release(instance);
	return name;
}

static void
write_state(netid_t id)
{
	diary_write("%s", state_of(id));
}

static void
the_state_is_shown_as_the_life_goes_on(void **state)
{
	A->on_create = A->on_shutdown = A->on_destroy = write_state;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)diary_take();
	(void)add_instance("one", NULL);
	assert_string_equal(state_of(1), "active");
	assert_int_equal(shut_down(1), 0);
	assert_string_equal(state_of(1), "down");
	assert_int_equal(destroy(1), 0);
	assert_string_equal(state_of(1), "none");
	assert_diary("a.create(1) creating a.shutdown(1) shutting-down "
		     "a.destroy(1) destroying");
}

static void
write_what_is_found(netid_t id)
{
	net_handle_t handle = net_protocol_lookup(id, "inet");

	diary_write("%s %s", protocols_of(id), handle != NULL ? "yes" : "no");
	(void)net_protocol_release(handle);
}

static void
protocols_can_be_looked_up_in_shutdown_and_not_in_destroy(void **state)
{
	A->on_create = A->on_shutdown = A->on_destroy = write_what_is_found;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)diary_take();
	(void)add_instance("one", "inet");
	assert_string_equal(protocols_of(1), "inet");
	assert_int_equal(destroy(1), 0);
	assert_diary("a.create(1)  no a.shutdown(1)  yes a.destroy(1)  no");
}

/* --- still working inside destroy ----------------------------------------- */

static kstat_t *kstat;
static net_handle_t provided;

static int
own_notify(hook_notify_cmd_t command, void *arg, const char *netid,
    const char *none, const char *protocol)
{
	diary_write("%c%s", command == HN_REGISTER ? '+' : '-', protocol);
	return 0;
}

static void
make_things(netid_t id)
{
	static const net_protocol_t mine = {
	    .netp_version = NETINFO_VERSION, .netp_name = "mine"};
	hook_family_t family;

	if (id != 1)
		return;
	HOOK_FAMILY_INIT(&family, "mine");
	kstat =
	    net_kstat_create(id, "a", 0, "k", "misc", KSTAT_TYPE_NAMED, 1, 0);
	provided = net_protocol_register(id, &mine);
	diary_write("%d %d",
	    kstat != NULL && net_family_register(provided, &family) == 0,
	    net_instance_notify_register(id, own_notify, NULL));
}

static void
take_things_away(netid_t id)
{
	if (id != 1)
		return;
	net_kstat_delete(id, kstat);
	diary_write("%d %d", net_protocol_unregister(provided),
	    net_instance_notify_unregister(id, own_notify));
}

static struct owner_leftovers
leftovers(void)
{
	struct owner_leftovers left;

	owner_read_leftovers(core_owner, &left);
	return left;
}

static void
what_was_made_in_create_can_be_removed_in_destroy(void **state)
{
	struct owner_leftovers left;

	A->on_create = make_things;
	A->on_destroy = take_things_away;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)diary_take();
	(void)add_instance("one", NULL);
	assert_diary("a.create(1) +mine 1 0");
	assert_int_equal(destroy(1), 0);
	assert_diary("-mine a.shutdown(1) a.destroy(1) 0 0");
	left = leftovers();
	assert_int_equal(left.kstats + left.notifies + left.protocols, 0);
}

static void
what_was_left_after_destroy_is_counted_and_freed(void **state)
{
	struct owner_leftovers left;
	const char *log;

	A->on_create = make_things;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	log_keep();
	assert_int_equal(destroy(1), 0);
	log = log_kept();
	assert_non_null(strstr(log,
	    "tester left behind on instance 1, freed now: 1 kstats, "
	    "1 notify registrations, 1 protocols"));
	assert_non_null(strstr(log, "1 kstats left on instance 1 after"));
	left = leftovers();
	assert_int_equal(left.kstats, 1);
	assert_int_equal(left.notifies, 1);
	assert_int_equal(left.protocols, 1);
	assert_int_equal(net_protocol_unregister(provided), -1);
}

/* --- one callback at a time ----------------------------------------------- */

static _Atomic int inside[3], together[3];

static void
count_inside(netid_t id)
{
	int now = atomic_fetch_add(&inside[id], 1) + 1;

	/* Whoever else is there, too, has its chance to be seen. */
	sched_yield();
	if (now > 1 || atomic_load(&inside[id]) > 1)
		atomic_store(&together[id], 1);
	(void)atomic_fetch_sub(&inside[id], 1);
}

static void
count_notify(netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	count_inside(id);
}

static void
one_instance_runs_one_callback_at_a_time(void **state)
{
	struct answer answers[3];
	struct actor *actor;
	unsigned i, round;

	(void)add_instance("one", "inet");
	(void)add_instance("two", "inet");
	for (actor = A; actor <= C; actor++) {
		actor->on_create = actor->on_shutdown = count_inside;
		actor->on_destroy = count_inside;
		actor->on_notify = count_notify;
	}
	for (round = 0; round < 50; round++) {
		for (i = 0; i < ACTORS; i++) {
			answer_init(&answers[i]);
			assert_int_equal(
			    registrant_register(core_owner,
				&actors[i].callbacks, actors[i].notify,
				answer_done, &answers[i]),
			    0);
		}
		for (i = 0; i < ACTORS; i++)
			(void)answer_wait(&answers[i]);
		for (i = 0; i < ACTORS; i++)
			assert_int_equal(leave(&actors[i]), DDI_SUCCESS);
		(void)diary_take();
	}
	for (i = 0; i < 3; i++)
		assert_int_equal(atomic_load(&together[i]), 0);
}

static void
different_instances_run_at_the_same_time(void **state)
{
	struct answer one, two;

	gate_init(&gate);
	(void)add_instance("one", NULL);
	(void)add_instance("two", NULL);
	assert_int_equal(enter(A), DDI_SUCCESS);
	A->on_shutdown = stop_at_the_gate;
	begin_to_destroy(1, &one);
	gate_wait(&gate, 1);
	begin_to_destroy(2, &two);
	assert_int_equal(answer_wait(&two), 0);
	assert_false(answer_is_over(&one));
	gate_open(&gate);
	assert_int_equal(answer_wait(&one), 0);
	gate_destroy(&gate);
}

/* --- what is refused ------------------------------------------------------ */

static int
create(const char *name, const char *first, const char *second)
{
	const char *const protocols[] = {first, second};
	struct instance_config config = {
	    .name = name, .source = "sim", .protocols = protocols};
	struct answer answer;
	int error;

	while (config.protocol_count < 2 &&
	       protocols[config.protocol_count] != NULL)
		config.protocol_count++;
	answer_init(&answer);
	error = instance_create(&config, NULL, answer_done, &answer);
	if (error != 0)
		answer_done(&answer, error);
	return answer_wait(&answer);
}

static void
a_name_is_unique_until_its_instance_is_gone(void **state)
{
	assert_int_equal(create("one", NULL, NULL), 0);
	assert_int_equal(create("one", NULL, NULL), -EEXIST);
	assert_int_equal(shut_down(1), 0);
	assert_int_equal(create("one", NULL, NULL), -EEXIST);
	assert_int_equal(destroy(1), 0);
	assert_int_equal(create("one", NULL, NULL), 0);
}

static void
an_id_is_never_used_again(void **state)
{
	assert_int_equal(add_instance("one", NULL), 1);
	assert_int_equal(destroy(1), 0);
	assert_int_equal(create("global", NULL, NULL), -EEXIST);
	assert_int_equal(add_instance("one", NULL), 2);
	assert_null(instance_find(1));
}

static void
a_protocol_given_twice_refuses_the_instance(void **state)
{
	assert_int_equal(create("one", "inet", "inet"), -EINVAL);
	assert_null(instance_find_by_name("one"));
	assert_int_equal(create("one", "inet", "inet6"), 0);
	assert_string_equal(protocols_of(1), "inet inet6");
}

static void
what_was_asked_for_once_is_not_done_twice(void **state)
{
	(void)add_instance("one", NULL);
	assert_int_equal(shut_down(1), 0);
	assert_int_equal(shut_down(1), -EBUSY);
	assert_int_equal(destroy(1), 0);
	assert_int_equal(destroy(1), -ENOENT);
}

static void
nothing_comes_to_an_instance_that_goes_down(void **state)
{
	struct instance *instance;
	struct answer answer;

	gate_init(&gate);
	(void)add_instance("one", "inet");
	A->on_shutdown = stop_at_the_gate;
	assert_int_equal(enter(A), DDI_SUCCESS);
	begin_to_destroy(1, &answer);
	gate_wait(&gate, 1);
	instance = instance_find(1);
	assert_int_equal(
	    instance_add_protocol(instance, "arp", NULL, NULL), -EBUSY);
	assert_int_equal(
	    instance_remove_protocol(instance, "inet", NULL, NULL), -EBUSY);
	assert_int_equal(instance_shutdown(instance, NULL, NULL), -EBUSY);
	assert_int_equal(instance_destroy(instance, NULL, NULL), -EBUSY);
	instance_release(instance);
	gate_open(&gate);
	assert_int_equal(answer_wait(&answer), 0);
	gate_destroy(&gate);
}

static void
a_core_that_stops_destroys_all_and_takes_nothing_new(void **state)
{
	uint64_t counts[INSTANCE_STATES];
	struct core_status status;

	(void)add_instance("one", "inet");
	(void)add_instance("two", NULL);
	core_end();
	assert_int_equal(create("three", NULL, NULL), -ESHUTDOWN);
	assert_int_equal(enter(A), DDI_FAILURE);
	instance_count_states(counts);
	assert_int_equal(counts[INSTANCE_ACTIVE], 0);
	assert_int_equal(counts[INSTANCE_DESTROYING], 0);
	assert_null(instance_next(-1));
	core_read_status(&status);
	assert_int_equal(status.registrants, 0);
}

static void
instances_are_found_by_id_by_name_and_in_order(void **state)
{
	struct instance *found;
	netid_t id = -1, seen = 0;
	char name[16];
	int i;

	for (i = 1; i <= 600; i++) {
		(void)snprintf(name, sizeof(name), "i%d", i);
		assert_int_equal(add_instance(name, NULL), i);
	}
	for (i = 1; i <= 600; i += 2)
		assert_int_equal(destroy(i), 0);
	while ((found = instance_next(id)) != NULL) {
		id = instance_id(found);
		assert_int_equal(id, 2 * seen++);
		instance_release(found);
	}
	assert_int_equal(seen, 301);
	found = instance_find_by_name("i512");
	assert_int_equal(instance_id(found), 512);
	instance_release(found);
	assert_null(instance_find_by_name("i511"));
}

/* --- overdue -------------------------------------------------------------- */

static bool
one_is_overdue(void *arg)
{
	struct core_status status;

	core_read_status(&status);
	return status.callbacks_overdue > 0;
}

static void
a_callback_past_its_deadline_is_reported_by_name(void **state)
{
	struct overdue_view overdue[2];
	struct callback_stats stats;
	struct answer answer;
	const char *log;

	gate_init(&gate);
	(void)add_instance("one", NULL);
	assert_int_equal(enter(A), DDI_SUCCESS);
	A->on_shutdown = stop_at_the_gate;
	log_keep();
	core_set_callback_deadline(NS_PER_MS);
	begin_to_destroy(1, &answer);
	wait_until(one_is_overdue, NULL);
	assert_int_equal(core_read_overdue(overdue, 2), 1);
	assert_string_equal(overdue[0].owner, "tester");
	assert_string_equal(overdue[0].registrant, "a");
	assert_int_equal(overdue[0].callback, CALLBACK_SHUTDOWN);
	assert_int_equal(overdue[0].instance, 1);
	/* The others go on, and the callback is not interrupted. */
	(void)add_instance("two", NULL);
	assert_false(answer_is_over(&answer));
	core_set_callback_deadline(0);
	gate_open(&gate);
	assert_int_equal(answer_wait(&answer), 0);
	log = log_kept();
	assert_non_null(strstr(log,
	    "overdue: shutdown of registrant a (plugin tester) on instance 1"));
	owner_read_callback(core_owner, CALLBACK_SHUTDOWN, &stats);
	assert_int_equal(stats.overdue, 1);
	assert_int_equal(stats.calls, 1);
	assert_int_equal(core_read_overdue(overdue, 2), 0);
	gate_destroy(&gate);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CORE_TEST(a_life_has_one_order),
	    CORE_TEST(destroying_shuts_down_first),
	    CORE_TEST(without_a_shutdown_callback_destroy_comes_alone),
	    CORE_TEST(the_state_is_shown_as_the_life_goes_on),
	    CORE_TEST(
		protocols_can_be_looked_up_in_shutdown_and_not_in_destroy),
	    CORE_TEST(what_was_made_in_create_can_be_removed_in_destroy),
	    CORE_TEST(what_was_left_after_destroy_is_counted_and_freed),
	    CORE_TEST(one_instance_runs_one_callback_at_a_time),
	    CORE_TEST(different_instances_run_at_the_same_time),
	    CORE_TEST(a_name_is_unique_until_its_instance_is_gone),
	    CORE_TEST(an_id_is_never_used_again),
	    CORE_TEST(a_protocol_given_twice_refuses_the_instance),
	    CORE_TEST(what_was_asked_for_once_is_not_done_twice),
	    CORE_TEST(nothing_comes_to_an_instance_that_goes_down),
	    CORE_TEST(a_core_that_stops_destroys_all_and_takes_nothing_new),
	    CORE_TEST(instances_are_found_by_id_by_name_and_in_order),
	    CORE_TEST(a_callback_past_its_deadline_is_reported_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
