/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_kstat.c: making, installing, deleting and leaving kstats (G10),
 * and the mutex that goes with them. Reading is in test_core_kstat_read.c.
 */
#include <netinst/kstat.h>

#include "core_fixture.h"
#include "kstat_fixture.h"

static kstat_t *
make(netid_t id, const char *name)
{
	return net_kstat_create(
	    id, "test", 0, name, "misc", KSTAT_TYPE_NAMED, 1, 0);
}

static size_t
kstats_of(netid_t id)
{
	struct instance *instance = instance_find(id);
	size_t count = instance_kstat_count(instance);

	instance_release(instance);
	return count;
}

static struct owner_leftovers
leftovers(void)
{
	struct owner_leftovers left;

	owner_read_leftovers(core_owner, &left);
	return left;
}

/* --- making --------------------------------------------------------------- */

static void
a_new_kstat_has_what_was_asked_for(void **state)
{
	kstat_t *kstat = net_kstat_create(
	    0, "module", 7, "name", "class", KSTAT_TYPE_NAMED, 3, 0);
	kstat_named_t *named;
	int i;

	assert_non_null(kstat);
	assert_string_equal(kstat->ks_module, "module");
	assert_int_equal(kstat->ks_instance, 7);
	assert_string_equal(kstat->ks_name, "name");
	assert_string_equal(kstat->ks_class, "class");
	assert_int_equal(kstat->ks_ndata, 3);
	assert_int_equal(kstat->ks_data_size, 3 * sizeof(kstat_named_t));
	assert_int_equal(kstat->ks_flags, KSTAT_FLAG_INVALID);
	assert_true(kstat->ks_crtime > 0);
	assert_null(kstat->ks_update);
	named = kstat->ks_data;
	for (i = 0; i < 3; i++)
		assert_int_equal(named[i].value.ui64, 0);
	kstat_install(kstat);
	assert_int_equal(kstat->ks_flags, 0);
	net_kstat_delete(0, kstat);
	assert_int_equal(kstats_of(0), 0);
}

static void
a_name_is_made_when_none_is_given(void **state)
{
	kstat_t *kstat =
	    net_kstat_create(0, "tcp", 3, NULL, NULL, KSTAT_TYPE_NAMED, 1, 0);

	assert_string_equal(kstat->ks_name, "tcp3");
	assert_string_equal(kstat->ks_class, "misc");
	net_kstat_delete(0, kstat);
}

static void
long_names_are_cut_to_what_the_layout_holds(void **state)
{
	static const char long_name[] =
	    "forty_bytes_are_more_than_a_name_can_be";
	kstat_t *kstat = net_kstat_create(
	    0, long_name, 0, long_name, long_name, KSTAT_TYPE_NAMED, 1, 0);

	assert_int_equal(strlen(kstat->ks_module), KSTAT_STRLEN - 1);
	assert_int_equal(strlen(kstat->ks_name), KSTAT_STRLEN - 1);
	assert_memory_equal(kstat->ks_class, long_name, KSTAT_STRLEN - 1);
	/* Cut, they are the same name. */
	assert_null(net_kstat_create(
	    0, kstat->ks_module, 0, long_name, "c", KSTAT_TYPE_NAMED, 1, 0));
	net_kstat_delete(0, kstat);
}

static void
each_refusal_is_logged_with_its_reason(void **state)
{
	const char *log;

	(void)make(0, "k");
	log_keep();
	assert_null(make(0, "k"));
	assert_null(make(44, "k"));
	assert_null(
	    net_kstat_create(0, NULL, 0, "x", "c", KSTAT_TYPE_NAMED, 1, 0));
	assert_null(
	    net_kstat_create(0, "", 0, "x", "c", KSTAT_TYPE_NAMED, 1, 0));
	assert_null(
	    net_kstat_create(0, "m", 0, "x", "c", KSTAT_NUM_TYPES, 1, 0));
	assert_null(net_kstat_create(
	    0, "m", 0, "x", "c", KSTAT_TYPE_NAMED, 1, KSTAT_FLAG_DORMANT));
	assert_null(net_kstat_create(0, "m", 0, "x", "c", KSTAT_TYPE_NAMED, 1,
	    KSTAT_FLAG_PERSISTENT | KSTAT_FLAG_VIRTUAL));
	assert_null(net_kstat_create(
	    0, "m", 0, "x", "c", KSTAT_TYPE_NAMED, 1, KSTAT_FLAG_VAR_SIZE));
	log = log_kept();
	assert_non_null(strstr(log,
	    "tester: net_kstat_create of test:0:k on instance 0 refused: "
	    "there is one of that name"));
	assert_non_null(strstr(log, "instance 44 refused: there is no such"));
	assert_non_null(strstr(log, "refused: it has no module"));
	assert_non_null(strstr(log, "refused: there is no such type"));
	assert_non_null(strstr(log, "refused: a flag is not supported"));
	assert_non_null(
	    strstr(log, "refused: what is persistent cannot be virtual"));
	assert_non_null(
	    strstr(log, "refused: what is of variable size must be virtual"));
	assert_int_equal(kstats_of(0), 1);
}

/* What each type takes at most, and at least without VAR_SIZE. */
static const struct {
	uchar_t type;
	ulong_t most;
	size_t size;
} ranges[] = {
    {KSTAT_TYPE_RAW, 1 << 20, 1},
    {KSTAT_TYPE_NAMED, KSTAT_NDATA_MAX, sizeof(kstat_named_t)},
    {KSTAT_TYPE_INTR, 1, sizeof(kstat_intr_t)},
    {KSTAT_TYPE_IO, 1, sizeof(kstat_io_t)},
    {KSTAT_TYPE_TIMER, KSTAT_NDATA_MAX, sizeof(kstat_timer_t)},
};

static kstat_t *
make_of(uchar_t type, ulong_t ndata, uchar_t flags)
{
	return net_kstat_create(0, "m", 0, "x", "c", type, ndata, flags);
}

static void
ndata_has_its_range_for_each_type(void **state)
{
	kstat_t *kstat;
	size_t i;

	log_keep();
	for (i = 0; i < ARRAY_LENGTH(ranges); i++) {
		uchar_t type = ranges[i].type;

		assert_null(make_of(type, 0, 0));
		assert_null(make_of(type, 0, KSTAT_FLAG_VIRTUAL));
		assert_null(make_of(type, ranges[i].most + 1, 0));
		assert_null(make_of(type, UINT32_MAX, KSTAT_FLAG_VIRTUAL));
		assert_null(make_of(type, UINT64_MAX,
		    KSTAT_FLAG_VIRTUAL | KSTAT_FLAG_VAR_SIZE));
		kstat =
		    make_of(type, 0, KSTAT_FLAG_VIRTUAL | KSTAT_FLAG_VAR_SIZE);
		assert_non_null(kstat);
		net_kstat_delete(0, kstat);
		kstat = make_of(type, ranges[i].most, 0);
		assert_non_null(kstat);
		assert_int_equal(kstat->ks_type, type);
		assert_int_equal(
		    kstat->ks_data_size, ranges[i].most * ranges[i].size);
		net_kstat_delete(0, kstat);
	}
	assert_non_null(strstr(log_kept(), "refused: ndata is out of range"));
	assert_int_equal(kstats_of(0), 0);
}

static void
a_name_is_unique_in_its_instance_only(void **state)
{
	kstat_t *kstat = make(0, "k");

	(void)add_instance("one", NULL);
	assert_non_null(make(1, "k"));
	assert_non_null(net_kstat_create(
	    0, "test", 1, "k", "misc", KSTAT_TYPE_NAMED, 1, 0));
	assert_non_null(net_kstat_create(
	    0, "other", 0, "k", "misc", KSTAT_TYPE_NAMED, 1, 0));
	net_kstat_delete(0, kstat);
	assert_non_null(make(0, "k"));
	assert_int_equal(kstats_of(0), 3);
	assert_int_equal(kstats_of(1), 1);
}

/* --- installing and deleting ---------------------------------------------- */

static void
only_what_is_installed_can_be_read(void **state)
{
	kstat_t *kstat = make(0, "k");

	assert_int_equal(kstats_of(0), 1);
	assert_int_equal(kstat_readable(0), 0);
	kstat_install(kstat);
	assert_int_equal(kstat_readable(0), 1);
	net_kstat_delete(0, kstat);
	assert_int_equal(kstat_readable(0), 0);
}

static void
installing_what_is_no_kstat_is_logged(void **state)
{
	kstat_t stranger = {0}, *gone;
	const char *log;
	unsigned lines = 0;

	(void)add_instance("one", NULL);
	gone = make(1, "k");
	assert_int_equal(destroy(1), 0);
	log_keep();
	kstat_install(NULL);
	kstat_install(&stranger);
	kstat_install(gone);
	log = log_kept();
	while ((log = strstr(log, "kstat_install refused: there is no such"))) {
		log++;
		lines++;
	}
	assert_int_equal(lines, 3);
	assert_int_equal(stranger.ks_flags, 0);
}

static void
deleting_what_is_no_kstat_does_nothing(void **state)
{
	kstat_t stranger = {0}, *kstat = make(0, "k"), *gone;

	(void)add_instance("one", NULL);
	gone = make(1, "k");
	assert_int_equal(destroy(1), 0);
	net_kstat_delete(0, NULL);
	net_kstat_delete(0, &stranger);
	net_kstat_delete(1, gone);
	net_kstat_delete(0, gone);
	assert_int_equal(kstats_of(0), 1);
	net_kstat_delete(0, kstat);
	net_kstat_delete(0, kstat);
	assert_int_equal(kstats_of(0), 0);
}

static void
deleting_with_another_instance_s_id_keeps_it(void **state)
{
	kstat_t *kstat = make(0, "k");

	(void)add_instance("one", NULL);
	net_kstat_delete(1, kstat);
	assert_int_equal(kstats_of(0), 1);
	net_kstat_delete(0, kstat);
	assert_int_equal(kstats_of(0), 0);
}

/* --- in callbacks, and left behind ---------------------------------------- */

static kstat_t *made[3];

static void
make_one(netid_t id)
{
	made[id] = make(id, "k");
	kstat_install(made[id]);
}

static void
delete_one(netid_t id)
{
	net_kstat_delete(id, made[id]);
	diary_write("%d left", (int)kstats_of(id));
}

static void
made_in_create_and_deleted_in_shutdown_nothing_is_left(void **state)
{
	A->on_create = make_one;
	A->on_shutdown = delete_one;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	assert_int_equal(kstat_readable(1), 1);
	(void)diary_take();
	log_keep();
	assert_int_equal(destroy(1), 0);
	assert_string_equal(log_kept(), "");
	assert_diary("a.shutdown(1) 0 left a.destroy(1)");
	assert_int_equal(leftovers().kstats, 0);
}

static void
one_left_after_shutdown_is_reported_and_freed(void **state)
{
	const char *log;

	A->on_create = make_one;
	assert_int_equal(enter(A), DDI_SUCCESS);
	log_keep();
	assert_int_equal(leave(A), DDI_SUCCESS);
	log = log_kept();
	assert_non_null(strstr(log,
	    "a: 1 kstats left on instance 0 after shutdown: delete them "
	    "there, not in destroy"));
	assert_non_null(strstr(log, "tester left behind on instance 0"));
	assert_int_equal(leftovers().kstats, 1);
	assert_int_equal(kstats_of(0), 0);
}

static void
one_left_by_a_failed_create_is_freed(void **state)
{
	A->on_create = make_one;
	A->fails = true;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(leftovers().kstats, 1);
	assert_int_equal(kstats_of(0), 0);
	A->fails = false;
	retry(core_owner);
	assert_int_equal(kstats_of(0), 1);
}

static void
delete_that_of_the_global_instance(netid_t id)
{
	if (id == 1)
		net_kstat_delete(0, made[0]);
}

static bool
none_is_on_the_global_instance(void *arg)
{
	return kstats_of(0) == 0;
}

static void
deleting_on_another_instance_is_queued_and_hidden_at_once(void **state)
{
	make_one(0);
	A->on_create = delete_that_of_the_global_instance;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	assert_int_equal(kstat_readable(0), 0);
	wait_until(none_is_on_the_global_instance, NULL);
}

static void
one_made_by_a_thread_ends_with_its_instance(void **state)
{
	(void)add_instance("one", NULL);
	assert_non_null(make(1, "k"));
	assert_int_equal(destroy(1), 0);
	assert_int_equal(leftovers().kstats, 1);
}

static _Atomic netid_t target;

static void
make_and_install(void)
{
	kstat_t *kstat = make(atomic_load(&target), "k");

	kstat_install(kstat);
	net_kstat_delete(atomic_load(&target), kstat);
}

static void *
make_and_install_in_a_thread(void *arg)
{
	make_and_install();
	return arg;
}

static void
an_instance_may_end_while_a_thread_makes_one_there(void **state)
{
	struct answer destroyed;
	pthread_t thread;
	int i;

	for (i = 0; i < 200; i++) {
		atomic_store(&target, add_instance("one", NULL));
		assert_int_equal(pthread_create(&thread, NULL,
				     make_and_install_in_a_thread, NULL),
		    0);
		begin_to_destroy(atomic_load(&target), &destroyed);
		(void)pthread_join(thread, NULL);
		assert_int_equal(answer_wait(&destroyed), 0);
		assert_null(instance_find(atomic_load(&target)));
	}
}

static pthread_barrier_t both_ready;

static void *
delete_in_a_thread(void *arg)
{
	(void)pthread_barrier_wait(&both_ready);
	net_kstat_delete(0, arg);
	return NULL;
}

/* What fails, if it does, is a read of freed memory: see the sanitizers. */
static void
two_threads_may_delete_one_kstat_at_once(void **state)
{
	pthread_t thread;
	kstat_t *kstat;
	int i;

	(void)pthread_barrier_init(&both_ready, NULL, 2);
	for (i = 0; i < 500; i++) {
		kstat = make(0, "k");
		assert_non_null(kstat);
		assert_int_equal(
		    pthread_create(&thread, NULL, delete_in_a_thread, kstat),
		    0);
		(void)pthread_barrier_wait(&both_ready);
		net_kstat_delete(0, kstat);
		(void)pthread_join(thread, NULL);
		assert_int_equal(kstats_of(0), 0);
	}
	(void)pthread_barrier_destroy(&both_ready);
}

/* --- the mutex ------------------------------------------------------------ */

static kmutex_t mutex;

static void
try_the_mutex(void)
{
	if (mutex_tryenter(&mutex) == 0) {
		diary_write("held");
		return;
	}
	mutex_exit(&mutex);
	diary_write("free");
}

static void
entering_a_mutex_twice_is_logged_and_ignored(void **state)
{
	const char *log;

	mutex_init(&mutex, NULL, MUTEX_DEFAULT, NULL);
	mutex_enter(&mutex);
	on_a_thread(try_the_mutex);
	log_keep();
	mutex_enter(&mutex);
	assert_int_equal(mutex_tryenter(&mutex), 0);
	log = log_kept();
	assert_non_null(strstr(log,
	    "tester: mutex_enter of a mutex that is held already by the same "
	    "thread, ignored"));
	mutex_exit(&mutex);
	on_a_thread(try_the_mutex);
	assert_diary("held free");
	mutex_destroy(&mutex);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CORE_TEST(a_new_kstat_has_what_was_asked_for),
	    CORE_TEST(a_name_is_made_when_none_is_given),
	    CORE_TEST(long_names_are_cut_to_what_the_layout_holds),
	    CORE_TEST(each_refusal_is_logged_with_its_reason),
	    CORE_TEST(ndata_has_its_range_for_each_type),
	    CORE_TEST(a_name_is_unique_in_its_instance_only),
	    CORE_TEST(only_what_is_installed_can_be_read),
	    CORE_TEST(installing_what_is_no_kstat_is_logged),
	    CORE_TEST(deleting_what_is_no_kstat_does_nothing),
	    CORE_TEST(deleting_with_another_instance_s_id_keeps_it),
	    CORE_TEST(made_in_create_and_deleted_in_shutdown_nothing_is_left),
	    CORE_TEST(one_left_after_shutdown_is_reported_and_freed),
	    CORE_TEST(one_left_by_a_failed_create_is_freed),
	    CORE_TEST(
		deleting_on_another_instance_is_queued_and_hidden_at_once),
	    CORE_TEST(one_made_by_a_thread_ends_with_its_instance),
	    CORE_TEST(an_instance_may_end_while_a_thread_makes_one_there),
	    CORE_TEST(two_threads_may_delete_one_kstat_at_once),
	    CORE_TEST(entering_a_mutex_twice_is_logged_and_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
