/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_kstat_life.c: kstats that outlive their deletion: persistent ones,
 * and how they come back.
 */
#include "core_fixture.h"
#include "kstat_fixture.h"

static struct owner_leftovers
leftovers(void)
{
	struct owner_leftovers left;

	owner_read_leftovers(core_owner, &left);
	return left;
}

/* --- persistent kstats ---------------------------------------------------- */

static int
say_update(kstat_t *kstat, int rw)
{
	kstat_named_t *named = kstat->ks_data;

	diary_write(
	    rw == KSTAT_READ ? "read" : "write %d", (int)named->value.ui64);
	if (rw == KSTAT_READ)
		named->value.ui64++;
	return 0;
}

static kstat_t *
make_kept(netid_t id, ulong_t ndata)
{
	return net_kstat_create(id, "test", 0, "kept", "misc", KSTAT_TYPE_NAMED,
	    ndata, KSTAT_FLAG_PERSISTENT);
}

static kstat_t *
install_kept(netid_t id)
{
	kstat_t *kstat = make_kept(id, 1);

	assert_non_null(kstat);
	kstat_named_init(kstat->ks_data, "value", KSTAT_DATA_UINT64);
	kstat->ks_update = say_update;
	kstat->ks_private = kstat;
	kstat_install(kstat);
	return kstat;
}

/* The value of the only kstat of an instance. */
static uint64_t
value_in(netid_t id)
{
	struct kstat_batch batch;
	uint64_t value;

	kstat_read_from(id, 0, 10, &batch);
	assert_int_equal(batch.count, 1);
	assert_int_equal(batch.list[0].error, 0);
	value = batch.list[0].named[0].value.ui64;
	kstat_batch_free(&batch);
	return value;
}

static void
a_persistent_kstat_keeps_its_last_values_when_deleted(void **state)
{
	kstat_t *kstat = install_kept(0);

	KSTAT_NAMED_PTR(kstat)->value.ui64 = 7;
	net_kstat_delete(0, kstat);
	assert_diary("read");
	assert_int_equal(
	    kstat->ks_flags, KSTAT_FLAG_PERSISTENT | KSTAT_FLAG_DORMANT);
	assert_null(kstat->ks_update);
	assert_null(kstat->ks_private);
	assert_int_equal(value_in(0), 8);
	assert_int_equal(value_in(0), 8);
	/* Once more changes nothing. */
	net_kstat_delete(0, kstat);
	assert_int_equal(value_in(0), 8);
	assert_diary("");
}

static void
a_dormant_kstat_is_woken_by_one_like_it(void **state)
{
	kstat_t *kstat = install_kept(0);

	net_kstat_delete(0, kstat);
	assert_ptr_equal(make_kept(0, 1), kstat);
	assert_int_equal(kstat->ks_flags,
	    KSTAT_FLAG_PERSISTENT | KSTAT_FLAG_DORMANT | KSTAT_FLAG_INVALID);
	assert_int_equal(kstat_readable(0), 0);
	kstat->ks_update = say_update;
	(void)diary_take();
	kstat_install(kstat);
	assert_diary("write 1");
	assert_int_equal(kstat->ks_flags, KSTAT_FLAG_PERSISTENT);
	assert_int_equal(value_in(0), 2);
	net_kstat_delete(0, kstat);
	assert_int_equal(value_in(0), 3);
}

static kstat_t *woken;

static void
install_under_its_lock(void)
{
	mutex_enter(woken->ks_lock);
	kstat_install(woken);
	mutex_exit(woken->ks_lock);
}

static void
nobody_installs_a_woken_kstat_whose_lock_he_holds(void **state)
{
	net_kstat_delete(0, install_kept(0));
	woken = make_kept(0, 1);
	assert_breaks_rule(install_under_its_lock,
	    "kstat_install refused: the caller holds its ks_lock");
	assert_int_equal(kstat_readable(0), 0);
	kstat_install(woken);
	assert_int_equal(kstat_readable(0), 1);
	(void)diary_take();
}

static void
woken_and_deleted_before_it_was_installed_it_sleeps_on(void **state)
{
	kstat_t *kstat = install_kept(0);

	net_kstat_delete(0, kstat);
	(void)diary_take();
	assert_ptr_equal(make_kept(0, 1), kstat);
	kstat->ks_update = say_update;
	net_kstat_delete(0, kstat);
	assert_diary("");
	assert_int_equal(value_in(0), 1);
	assert_ptr_equal(make_kept(0, 1), kstat);
}

static void
a_dormant_kstat_is_not_woken_by_one_unlike_it(void **state)
{
	net_kstat_delete(0, install_kept(0));
	log_keep();
	assert_null(make_kept(0, 2));
	assert_null(net_kstat_create(0, "test", 0, "kept", "other",
	    KSTAT_TYPE_NAMED, 1, KSTAT_FLAG_PERSISTENT));
	assert_null(net_kstat_create(0, "test", 0, "kept", "misc",
	    KSTAT_TYPE_TIMER, 1, KSTAT_FLAG_PERSISTENT));
	assert_null(net_kstat_create(
	    0, "test", 0, "kept", "misc", KSTAT_TYPE_NAMED, 1, 0));
	assert_non_null(strstr(log_kept(),
	    "refused: a dormant one of that name has another class, type or "
	    "ndata"));
}

static void
a_persistent_kstat_never_installed_just_goes(void **state)
{
	net_kstat_delete(0, make_kept(0, 1));
	assert_int_equal(kstat_readable(0), 0);
	assert_non_null(make_kept(0, 2));
}

static kstat_t *kept;

static void
keep_one(netid_t id)
{
	if (id == 1)
		kept = install_kept(id);
}

static void
delete_the_kept(netid_t id)
{
	if (id == 1)
		net_kstat_delete(id, kept);
}

static void
a_dormant_kstat_outlives_its_registrant_and_is_nobody_s_leftover(void **state)
{
	(void)add_instance("one", NULL);
	A->on_create = keep_one;
	A->on_shutdown = delete_the_kept;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(leave(A), DDI_SUCCESS);
	retire(core_owner);
	assert_int_equal(value_in(1), 1);
	log_keep();
	assert_int_equal(destroy(1), 0);
	assert_string_equal(log_kept(), "");
	assert_int_equal(leftovers().kstats, 0);
	(void)diary_take();
}

static void
a_persistent_kstat_that_was_left_is_a_leftover(void **state)
{
	(void)add_instance("one", NULL);
	A->on_create = keep_one;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_int_equal(leftovers().kstats, 1);
	assert_int_equal(kstat_readable(1), 0);
	(void)diary_take();
}

static kstat_t *contested;
static atomic_bool stop_waking;

static void *
wake_again_and_again(void *arg)
{
	while (!atomic_load(&stop_waking)) {
		(void)make_kept(0, 1);
		kstat_install(contested);
		net_kstat_delete(0, contested);
	}
	return arg;
}

/* What fails, if it does, is a report of the sanitizers. */
static void
it_is_read_and_deleted_while_others_wake_it(void **state)
{
	pthread_t threads[2];
	int i;

	contested = install_kept(0);
	contested->ks_update = NULL;
	atomic_store(&stop_waking, false);
	for (i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
				     wake_again_and_again, NULL),
		    0);
	for (i = 0; i < 200; i++)
		assert_in_range(kstat_readable(0), 0, 1);
	atomic_store(&stop_waking, true);
	for (i = 0; i < 2; i++)
		(void)pthread_join(threads[i], NULL);
	assert_int_equal(value_in(0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CORE_TEST(a_persistent_kstat_keeps_its_last_values_when_deleted),
	    CORE_TEST(a_dormant_kstat_is_woken_by_one_like_it),
	    CORE_TEST(nobody_installs_a_woken_kstat_whose_lock_he_holds),
	    CORE_TEST(woken_and_deleted_before_it_was_installed_it_sleeps_on),
	    CORE_TEST(a_dormant_kstat_is_not_woken_by_one_unlike_it),
	    CORE_TEST(a_persistent_kstat_never_installed_just_goes),
	    CORE_TEST(
		a_dormant_kstat_outlives_its_registrant_and_is_nobody_s_leftover),
	    CORE_TEST(a_persistent_kstat_that_was_left_is_a_leftover),
	    CORE_TEST(it_is_read_and_deleted_while_others_wake_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
