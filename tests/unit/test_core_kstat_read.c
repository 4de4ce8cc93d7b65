/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_kstat_read.c: snapshots of kstats: every data type, strings,
 * virtual data, ks_update and ks_lock, paging, and reading while callbacks
 * hang or kstats go.
 */
#include "core/kstat/kstat_read.h"

#include "core_fixture.h"
#include "kstat_fixture.h"

static struct gate gate;

static kstat_t *
make(const char *name, ulong_t ndata, uchar_t flags)
{
	return kstat_make(name, KSTAT_TYPE_NAMED, ndata, flags);
}

/* --- values --------------------------------------------------------------- */

static void
fill_every_type(kstat_named_t *named)
{
	uchar_t type;

	for (type = KSTAT_DATA_CHAR; type <= KSTAT_DATA_ULONG; type++)
		kstat_named_init(&named[type], "value", type);
	memcpy(named[KSTAT_DATA_CHAR].value.c, "sixteen bytes...", 16);
	named[KSTAT_DATA_INT32].value.i32 = INT32_MIN;
	named[KSTAT_DATA_UINT32].value.ui32 = UINT32_MAX;
	named[KSTAT_DATA_INT64].value.i64 = INT64_MIN;
	named[KSTAT_DATA_UINT64].value.ui64 = UINT64_MAX;
	named[KSTAT_DATA_FLOAT].value.f = 0.5F;
	named[KSTAT_DATA_DOUBLE].value.d = -2.25;
	named[KSTAT_DATA_LONG].value.l = -7;
	named[KSTAT_DATA_ULONG].value.ul = 7;
}

static void
every_type_of_number_is_read_as_it_is(void **state)
{
	kstat_t *kstat = make("types", KSTAT_DATA_ULONG + 1, 0);
	const kstat_named_t *named;
	struct kstat_batch batch;

	fill_every_type(kstat->ks_data);
	kstat_install(kstat);
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].error, 0);
	assert_int_equal(batch.list[0].count, KSTAT_DATA_ULONG + 1);
	named = batch.list[0].named;
	assert_string_equal(named[0].name, "value");
	assert_memory_equal(named[0].value.c, "sixteen bytes...", 16);
	assert_int_equal(named[KSTAT_DATA_INT32].value.i32, INT32_MIN);
	assert_int_equal(named[KSTAT_DATA_UINT32].value.ui32, UINT32_MAX);
	assert_true(named[KSTAT_DATA_INT64].value.i64 == INT64_MIN);
	assert_true(named[KSTAT_DATA_UINT64].value.ui64 == UINT64_MAX);
	assert_true(named[KSTAT_DATA_FLOAT].value.f == 0.5F);
	assert_true(named[KSTAT_DATA_DOUBLE].value.d == -2.25);
	/* To readers these two are what they are as wide as. */
	assert_int_equal(named[KSTAT_DATA_LONG].data_type, KSTAT_DATA_INT64);
	assert_int_equal(named[KSTAT_DATA_LONG].value.i64, -7);
	assert_int_equal(named[KSTAT_DATA_ULONG].data_type, KSTAT_DATA_UINT64);
	assert_int_equal(named[KSTAT_DATA_ULONG].value.ui64, 7);
	kstat_batch_free(&batch);
}

static void
a_snapshot_names_its_kstat_and_stays_as_it_was(void **state)
{
	kstat_t *kstat = make("counter", 1, 0);
	const struct kstat_snapshot *snapshot;
	struct kstat_batch batch;

	kstat_named_init(kstat->ks_data, "packets", KSTAT_DATA_UINT64);
	kstat_install(kstat);
	kstat_named_add_u64(kstat->ks_data, 41);
	kstat_named_add_u64(kstat->ks_data, 1);
	kstat_read_only(&batch);
	snapshot = &batch.list[0];
	assert_string_equal(snapshot->module, "test");
	assert_string_equal(snapshot->name, "counter");
	assert_string_equal(snapshot->class, "misc");
	assert_int_equal(snapshot->instance, 0);
	assert_int_equal(snapshot->kid, kstat->ks_kid);
	assert_true(snapshot->crtime == kstat->ks_crtime);
	assert_true(snapshot->snaptime >= snapshot->crtime);
	kstat_named_add_u64(kstat->ks_data, 1);
	net_kstat_delete(0, kstat);
	assert_string_equal(snapshot->named[0].name, "packets");
	assert_int_equal(snapshot->named[0].value.ui64, 42);
	kstat_batch_free(&batch);
}

static void
strings_are_copied_into_the_snapshot(void **state)
{
	kstat_t *kstat = make("strings", 3, KSTAT_FLAG_VIRTUAL);
	kstat_named_t named[3];
	const kstat_named_t *seen;
	struct kstat_batch batch;
	char text[] = "first";

	kstat_named_init(&named[0], "text", KSTAT_DATA_STRING);
	kstat_named_init(&named[1], "none", KSTAT_DATA_STRING);
	kstat_named_init(&named[2], "number", KSTAT_DATA_UINT64);
	kstat_named_setstr(&named[0], text);
	kstat_named_setstr(&named[1], "gone");
	kstat_named_setstr(&named[1], NULL);
	kstat->ks_data = named;
	kstat_install(kstat);
	kstat_read_only(&batch);
	text[0] = 'F';
	seen = batch.list[0].named;
	assert_string_equal(KSTAT_NAMED_STR_PTR(&seen[0]), "first");
	assert_int_equal(KSTAT_NAMED_STR_BUFLEN(&seen[0]), 6);
	assert_string_equal(KSTAT_NAMED_STR_PTR(&seen[1]), "");
	assert_int_equal(seen[2].value.ui64, 0);
	kstat_batch_free(&batch);
	net_kstat_delete(0, kstat);
}

static void
a_statistic_of_no_known_type_is_logged(void **state)
{
	kstat_named_t named;

	log_keep();
	kstat_named_init(&named, NULL, KSTAT_DATA_STRING + 1);
	assert_non_null(strstr(log_kept(), "has the unknown data type 10"));
	assert_string_equal(named.name, "");
	assert_int_equal(named.value.ui64, 0);
}

static void
virtual_data_is_the_plugin_s_memory(void **state)
{
	kstat_t *kstat = make("virtual", 2, KSTAT_FLAG_VIRTUAL);
	kstat_named_t named[2];
	struct kstat_batch batch;

	assert_null(kstat->ks_data);
	kstat_install(kstat);
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].count, 0);
	kstat_batch_free(&batch);
	kstat_named_init(&named[0], "first", KSTAT_DATA_UINT64);
	kstat_named_init(&named[1], "second", KSTAT_DATA_UINT64);
	named[1].value.ui64 = 9;
	mutex_enter(kstat->ks_lock);
	kstat->ks_data = named;
	mutex_exit(kstat->ks_lock);
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].named[1].value.ui64, 9);
	kstat_batch_free(&batch);
	net_kstat_delete(0, kstat);
}

/* --- ks_update and ks_lock ------------------------------------------------ */

static int
fill_in(kstat_t *kstat, int rw)
{
	kstat_named_t *named = kstat->ks_data;

	diary_write("update %d %s", rw, owner_name(owner_current()));
	/* The framework holds the lock, so it is not free. */
	diary_write("%d", mutex_tryenter(kstat->ks_lock));
	named->value.ui64++;
	return kstat->ks_private != NULL ? EIO : 0;
}

static void
an_update_is_called_before_each_read_under_the_lock(void **state)
{
	kstat_t *kstat = make("updated", 1, 0);
	struct callback_stats stats;
	struct kstat_batch batch;

	kstat_named_init(kstat->ks_data, "reads", KSTAT_DATA_UINT64);
	kstat->ks_update = fill_in;
	kstat_install(kstat);
	kstat_read_only(&batch);
	kstat_batch_free(&batch);
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].named[0].value.ui64, 2);
	kstat_batch_free(&batch);
	assert_diary("update 0 tester 0 update 0 tester 0");
	owner_read_callback(core_owner, CALLBACK_KSTAT, &stats);
	assert_int_equal(stats.calls, 2);
	assert_int_equal(stats.failures, 0);
}

static void
an_update_that_fails_gives_an_error_and_no_statistics(void **state)
{
	kstat_t *kstat = make("failing", 1, 0), *other = make("other", 1, 0);
	struct callback_stats stats;
	struct kstat_batch batch;

	kstat->ks_update = fill_in;
	kstat->ks_private = kstat;
	kstat_install(kstat);
	kstat_install(other);
	kstat_read_from(0, 0, 10, &batch);
	assert_int_equal(batch.count, 2);
	assert_int_equal(batch.list[0].error, EIO);
	assert_int_equal(batch.list[0].count, 0);
	assert_null(batch.list[0].named);
	assert_int_equal(batch.list[1].error, 0);
	assert_int_equal(batch.list[1].count, 1);
	kstat_batch_free(&batch);
	owner_read_callback(core_owner, CALLBACK_KSTAT, &stats);
	assert_int_equal(stats.failures, 1);
}

static kmutex_t own_lock;

static int
try_own_lock(kstat_t *kstat, int rw)
{
	diary_write(
	    "%d %d", kstat->ks_lock == &own_lock, mutex_tryenter(&own_lock));
	return 0;
}

static void
a_lock_of_the_plugin_s_own_is_held_while_reading(void **state)
{
	kstat_t *kstat = make("locked", 1, 0);
	struct kstat_batch batch;

	mutex_init(&own_lock, NULL, MUTEX_DEFAULT, NULL);
	kstat->ks_lock = &own_lock;
	kstat->ks_update = try_own_lock;
	kstat_install(kstat);
	kstat_read_only(&batch);
	kstat_batch_free(&batch);
	assert_diary("1 0");
	assert_int_equal(mutex_tryenter(&own_lock), 1);
	mutex_exit(&own_lock);
	net_kstat_delete(0, kstat);
	mutex_destroy(&own_lock);
}

static void
a_read_waits_for_who_holds_the_lock(void **state)
{
	kstat_t *kstat = make("held", 1, 0);
	struct instance *global = instance_find(0);
	struct kstat_batch batch;
	struct answer answer;

	kstat_named_init(kstat->ks_data, "value", KSTAT_DATA_UINT64);
	kstat_install(kstat);
	mutex_enter(kstat->ks_lock);
	answer_init(&answer);
	assert_int_equal(kstat_read(global, 0, 10, kstat_any, NULL, &batch,
			     answer_done, &answer),
	    -EINPROGRESS);
	assert_false(answer_is_over(&answer));
	KSTAT_NAMED_PTR(kstat)->value.ui64 = 3;
	mutex_exit(kstat->ks_lock);
	assert_int_equal(answer_wait(&answer), 0);
	assert_int_equal(batch.list[0].named[0].value.ui64, 3);
	kstat_batch_free(&batch);
	instance_release(global);
}

static int
enter_again(kstat_t *kstat, int rw)
{
	mutex_enter(kstat->ks_lock);
	return 0;
}

static void
an_update_that_enters_the_lock_again_does_not_hang(void **state)
{
	kstat_t *kstat = make("again", 1, 0);
	struct kstat_batch batch;

	kstat->ks_update = enter_again;
	kstat_install(kstat);
	log_keep();
	kstat_read_only(&batch);
	assert_non_null(strstr(log_kept(), "mutex_enter of a mutex that is"));
	assert_int_equal(batch.list[0].error, 0);
	kstat_batch_free(&batch);
	assert_int_equal(mutex_tryenter(kstat->ks_lock), 1);
	mutex_exit(kstat->ks_lock);
}

/* --- hanging callbacks, and kstats that go meanwhile ---------------------- */

static void
stop_at_the_gate(netid_t id)
{
	gate_pass(&gate);
}

static void
plain_numbers_are_read_while_a_callback_hangs(void **state)
{
	kstat_t *kstat = make("plain", 1, 0);
	struct kstat_batch batch;
	struct answer entered;

	gate_init(&gate);
	kstat_install(kstat);
	A->on_create = stop_at_the_gate;
	answer_init(&entered);
	assert_int_equal(registrant_register(core_owner, &A->callbacks, NULL,
			     answer_done, &entered),
	    0);
	gate_wait(&gate, 1);
	kstat_read_only(&batch);
	kstat_batch_free(&batch);
	assert_false(answer_is_over(&entered));
	gate_open(&gate);
	assert_int_equal(answer_wait(&entered), 0);
	gate_destroy(&gate);
}

static int
delete_itself(kstat_t *kstat, int rw)
{
	net_kstat_delete(0, kstat);
	return 0;
}

/* Without a ks_lock, that is: whoever holds it may not delete. */
static void
an_update_may_delete_its_own_kstat(void **state)
{
	kstat_t *kstat = make("fleeting", 1, 0);
	struct kstat_batch batch;

	kstat->ks_update = delete_itself;
	kstat->ks_lock = NULL;
	kstat_install(kstat);
	kstat_read_only(&batch);
	assert_string_equal(batch.list[0].name, "fleeting");
	kstat_batch_free(&batch);
	kstat_read_from(0, 0, 10, &batch);
	assert_int_equal(batch.count, 0);
	kstat_batch_free(&batch);
}

/* --- pages ---------------------------------------------------------------- */

#define MANY 2000
#define PAGE 10

static void
make_many(void)
{
	char name[16];
	int i;

	for (i = 0; i < MANY; i++) {
		(void)snprintf(name, sizeof(name), "k%d", i);
		kstat_install(make(name, 1, 0));
	}
}

static void
pages_hold_each_kstat_once_in_order(void **state)
{
	struct kstat_batch batch;
	kid_t after = 0;
	size_t seen = 0, i;
	bool more;

	make_many();
	do {
		kstat_read_from(0, after, 7, &batch);
		for (i = 0; i < batch.count; i++, seen++) {
			assert_true(batch.list[i].kid > after);
			after = batch.list[i].kid;
		}
		more = batch.more;
		kstat_batch_free(&batch);
	} while (more);
	assert_int_equal(seen, MANY);
}

static void
reading_many_in_pages_does_not_look_at_each_again(void **state)
{
	struct instance *global = instance_find(0);
	unsigned asked = 0, pages = 0;
	struct kstat_batch batch;
	kid_t after = 0;
	bool more;

	make_many();
	do {
		assert_int_equal(kstat_read(global, after, PAGE, kstat_any,
				     &asked, &batch, NULL, NULL),
		    0);
		after = batch.list[batch.count - 1].kid;
		more = batch.more;
		pages++;
		kstat_batch_free(&batch);
	} while (more);
	instance_release(global);
	assert_int_equal(pages, MANY / PAGE);
	/* One look more on each page, to know whether there is a next one. */
	assert_in_range(asked, MANY, MANY + pages);
}

/* The control server does: its pages and its reads are of different size. */
static void
reading_on_from_before_the_last_one_read_does_not_start_anew(void **state)
{
	struct instance *global = instance_find(0);
	unsigned asked = 0, pages = 0;
	struct kstat_batch batch;
	kid_t after = 0;
	bool more;

	make_many();
	do {
		assert_int_equal(kstat_read(global, after, PAGE, kstat_any,
				     &asked, &batch, NULL, NULL),
		    0);
		after = batch.list[batch.count / 2].kid;
		more = batch.more;
		pages++;
		kstat_batch_free(&batch);
	} while (more);
	instance_release(global);
	assert_in_range(asked, MANY, (PAGE + 1) * pages);
	assert_in_range(pages, MANY / PAGE, 2 * MANY / PAGE);
}

static void
a_page_goes_on_when_its_last_kstat_is_gone(void **state)
{
	kstat_t *first = make("first", 1, 0), *second = make("second", 1, 0);
	struct kstat_batch batch;
	kid_t after;

	kstat_install(first);
	kstat_install(second);
	kstat_install(make("third", 1, 0));
	kstat_read_from(0, 0, 2, &batch);
	assert_int_equal(batch.count, 2);
	assert_true(batch.more);
	after = batch.list[1].kid;
	kstat_batch_free(&batch);
	net_kstat_delete(0, second);
	kstat_read_from(0, after, 2, &batch);
	assert_int_equal(batch.count, 1);
	assert_string_equal(batch.list[0].name, "third");
	assert_false(batch.more);
	kstat_batch_free(&batch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CORE_TEST(every_type_of_number_is_read_as_it_is),
	    CORE_TEST(a_snapshot_names_its_kstat_and_stays_as_it_was),
	    CORE_TEST(strings_are_copied_into_the_snapshot),
	    CORE_TEST(a_statistic_of_no_known_type_is_logged),
	    CORE_TEST(virtual_data_is_the_plugin_s_memory),
	    CORE_TEST(an_update_is_called_before_each_read_under_the_lock),
	    CORE_TEST(an_update_that_fails_gives_an_error_and_no_statistics),
	    CORE_TEST(a_lock_of_the_plugin_s_own_is_held_while_reading),
	    CORE_TEST(a_read_waits_for_who_holds_the_lock),
	    CORE_TEST(an_update_that_enters_the_lock_again_does_not_hang),
	    CORE_TEST(plain_numbers_are_read_while_a_callback_hangs),
	    CORE_TEST(an_update_may_delete_its_own_kstat),
	    CORE_TEST(pages_hold_each_kstat_once_in_order),
	    CORE_TEST(reading_many_in_pages_does_not_look_at_each_again),
	    CORE_TEST(
		reading_on_from_before_the_last_one_read_does_not_start_anew),
	    CORE_TEST(a_page_goes_on_when_its_last_kstat_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
