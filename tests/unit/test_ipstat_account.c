/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ipstat_account.c: samples of a network namespace of this program's own,
 * as the kstats that readers see, and what the record says of them.
 */
#include "account.h"

#include <dirent.h>
#include <sched.h>

#include "core_fixture.h"
#include "kstat_fixture.h"

static struct account account;

static void
run(const char *command)
{
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

static int
setup(void **state)
{
	(void)core_setup(state);
	account_init(&account, 0);
	return 0;
}

static int
teardown(void **state)
{
	account_end(&account);
	return core_teardown(state);
}

/* A named statistic of a kstat of the module; NULL: there is none. */
static const kstat_named_t *
find(struct kstat_batch *batch, int instance, const char *name,
    const char *statistic)
{
	struct kstat_snapshot *snapshot;
	size_t i, j;

	kstat_read_from(0, -1, SIZE_MAX, batch);
	for (i = 0; i < batch->count; i++) {
		snapshot = &batch->list[i];
		if (strcmp(snapshot->module, "ipstat") != 0 ||
		    strcmp(snapshot->class, "net") != 0 ||
		    snapshot->instance != instance ||
		    strcmp(snapshot->name, name) != 0)
			continue;
		for (j = 0; j < snapshot->count; j++)
			if (strcmp(snapshot->named[j].name, statistic) == 0)
				return &snapshot->named[j];
	}
	return NULL;
}

static bool
has(int instance, const char *name, const char *statistic)
{
	struct kstat_batch batch = {0};
	bool there = find(&batch, instance, name, statistic) != NULL;

	kstat_batch_free(&batch);
	return there;
}

static uint64_t
value(int instance, const char *name, const char *statistic)
{
	struct kstat_batch batch = {0};
	const kstat_named_t *named = find(&batch, instance, name, statistic);
	uint64_t found;

	if (named == NULL)
		fail_msg("there is no %d:%s:%s", instance, name, statistic);
	found = named->value.ui64;
	kstat_batch_free(&batch);
	return found;
}

static void
assert_completeness(const char *wanted)
{
	struct kstat_batch batch = {0};
	const kstat_named_t *named = find(&batch, 0, "record", "completeness");

	assert_non_null(named);
	assert_string_equal(named->value.c, wanted);
	kstat_batch_free(&batch);
}

static unsigned
descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned count = 0;

	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	(void)closedir(directory);
	return count;
}

static void
a_sample_shows_links_and_protocols(void **state)
{
	assert_true(account_sample(&account));
	assert_int_equal(value(1, "lo", "ifindex"), 1);
	assert_int_equal(value(1, "lo", "ipackets64"), 0);
	assert_true(value(0, "ip", "defaultTTL") > 0);
	assert_true(has(0, "icmp", "inMsgs"));
	assert_true(has(0, "tcp", "activeOpens"));
	assert_true(has(0, "udp", "inDatagrams"));
	assert_true(has(0, "tcpext", "TCPTimeouts"));
	assert_true(has(0, "ipext", "inOctets"));
	assert_true(has(0, "sockstat", "tcp_inuse"));
	assert_true(has(0, "total", "obytes64"));
	assert_completeness("last-sample");
	assert_int_equal(value(0, "record", "samples"), 1);
	assert_int_equal(value(0, "record", "failed"), 0);
}

static void
a_sample_leaves_no_descriptor(void **state)
{
	unsigned before = descriptors();

	assert_true(account_sample(&account));
	assert_int_equal(descriptors(), before);
}

static void
a_link_named_as_another_kstat_has_its_own(void **state)
{
	run("ip link add total index 70 type bridge");
	assert_true(account_sample(&account));
	assert_int_equal(value(70, "total", "ifindex"), 70);
	assert_false(has(0, "total", "ifindex"));
	run("ip link del total");
}

static void
a_link_that_is_renamed_is_shown_under_its_new_name_only(void **state)
{
	run("ip link add old index 71 type bridge");
	assert_true(account_sample(&account));
	run("ip link set old name new");
	assert_true(account_sample(&account));
	assert_true(has(71, "new", "ifindex"));
	assert_false(has(71, "old", "ifindex"));
	assert_int_equal(value(0, "record", "vanished"), 0);
	run("ip link del new");
}

static void
a_last_sample_in_time_makes_the_record_exact(void **state)
{
	assert_true(account_sample(&account));
	account_conclude(&account, true);
	assert_completeness("exact");
	assert_int_equal(value(0, "record", "age_ns"), 0);
}

static void
without_a_last_sample_the_record_tells_its_age(void **state)
{
	int64_t began = clock_monotonic();

	assert_true(account_sample(&account));
	account_conclude(&account, false);
	assert_completeness("last-sample");
	assert_in_range(value(0, "record", "age_ns"), 1,
	    (uint64_t)(clock_monotonic() - began));
}

/* Its last packets were not seen, so no later sample makes it exact. */
static void
a_link_that_vanished_is_in_the_sum_but_the_record_is_not_exact(void **state)
{
	uint64_t packets;

	run("ip link add left index 72 type veth peer name right index 73 "
	    "&& ip link set left up && ip link set right up && "
	    "ip addr add 192.0.2.1/24 dev left && "
	    "ip neigh add 192.0.2.2 lladdr 2:0:0:0:0:2 dev left && "
	    "echo x | nc -u -q 0 192.0.2.2 9");
	assert_true(account_sample(&account));
	packets = value(0, "total", "opackets64");
	assert_true(packets > 0);
	run("ip link del left");
	assert_true(account_sample(&account));
	assert_false(has(72, "left", "ifindex"));
	assert_true(value(0, "total", "opackets64") >= packets);
	assert_int_equal(value(0, "record", "vanished"), 2);
	account_conclude(&account, true);
	assert_completeness("last-sample");
	assert_true(value(0, "record", "age_ns") > 0);
}

static void
a_link_that_left_before_it_was_sampled_makes_the_record_inexact(void **state)
{
	assert_true(account_sample(&account));
	assert_true(account_knows(&account, 1, "lo"));
	assert_false(account_knows(&account, 1, "eth0"));
	/* Its end is told while it can still be sampled. */
	assert_false(account_left(&account, 1));
	assert_true(account_sample(&account));
	assert_int_equal(value(0, "record", "missed"), 0);
	assert_true(account_left(&account, 99));
	assert_true(account_sample(&account));
	assert_int_equal(value(0, "record", "missed"), 1);
	account_conclude(&account, true);
	assert_completeness("last-sample");
}

/* Nobody remembers so many, but that they were there is not forgotten. */
static void
links_that_left_are_counted_also_beyond_what_is_remembered(void **state)
{
	int i;

	assert_true(account_sample(&account));
	for (i = 0; i < 3 * ACCOUNT_LEFT; i++)
		assert_true(account_left(&account, 100 + i));
	assert_true(account_sample(&account));
	assert_int_equal(value(0, "record", "missed"), 3 * ACCOUNT_LEFT);
}

static void
all_kstats_are_gone_at_the_end(void **state)
{
	assert_true(account_sample(&account));
	assert_true(kstat_readable(0) > 0);
	account_end(&account);
	assert_int_equal(kstat_readable(0), 0);
	account_init(&account, 0);
}

#define ACCOUNT(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ACCOUNT(a_sample_shows_links_and_protocols),
	    ACCOUNT(a_sample_leaves_no_descriptor),
	    ACCOUNT(a_link_named_as_another_kstat_has_its_own),
	    ACCOUNT(a_link_that_is_renamed_is_shown_under_its_new_name_only),
	    ACCOUNT(a_last_sample_in_time_makes_the_record_exact),
	    ACCOUNT(without_a_last_sample_the_record_tells_its_age),
	    ACCOUNT(
		a_link_that_vanished_is_in_the_sum_but_the_record_is_not_exact),
	    ACCOUNT(
		a_link_that_left_before_it_was_sampled_makes_the_record_inexact),
	    ACCOUNT(links_that_left_are_counted_also_beyond_what_is_remembered),
	    ACCOUNT(all_kstats_are_gone_at_the_end),
	};

	/* Before there are threads: they are to be in it too. */
	if (unshare(CLONE_NEWNET) != 0)
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
