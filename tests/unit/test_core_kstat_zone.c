/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_kstat_zone.c: kstats that are seen in other instances, that are
 * held, and the ways to name them.
 */
#include "core_fixture.h"
#include "kstat_fixture.h"

/* --- zones ---------------------------------------------------------------- */

static kstat_t *
make_in(netid_t id, const char *name)
{
	kstat_t *kstat = net_kstat_create(
	    id, "test", 0, name, "misc", KSTAT_TYPE_NAMED, 1, 0);

	if (kstat == NULL)
		return NULL;
	kstat_named_init(kstat->ks_data, "value", KSTAT_DATA_UINT64);
	kstat_install(kstat);
	return kstat;
}

/* Their names, in the order in which they are read, page by page. */
static const char *
names_in(netid_t id, size_t page)
{
	static char names[128];
	struct kstat_batch batch;
	kid_t after = 0;
	size_t i, length = 0;
	bool more;

	names[0] = '\0';
	do {
		kstat_read_from(id, after, page, &batch);
		for (i = 0; i < batch.count; i++) {
			length += (size_t)snprintf(names + length,
			    sizeof(names) - length, "%s%s",
			    length > 0 ? " " : "", batch.list[i].name);
			after = batch.list[i].kid;
		}
		more = batch.more;
		kstat_batch_free(&batch);
	} while (more);
	return names;
}

static void
a_kstat_is_seen_where_it_is_added(void **state)
{
	kstat_t *kstat;

	(void)add_instance("one", NULL);
	(void)add_instance("two", NULL);
	kstat = make_in(1, "k");
	assert_int_equal(kstat_zone_find(kstat, 1), 1);
	assert_int_equal(kstat_zone_find(kstat, 0), 0);
	assert_int_equal(kstat_zone_find(kstat, ALL_ZONES), 1);
	kstat_zone_add(kstat, 0);
	kstat_zone_add(kstat, 0);
	assert_int_equal(kstat_zone_find(kstat, 0), 1);
	assert_int_equal(kstat_zone_find(kstat, 2), 0);
	assert_string_equal(names_in(0, 10), "k");
	assert_string_equal(names_in(2, 10), "");
	kstat_zone_remove(kstat, 0);
	assert_int_equal(kstat_zone_find(kstat, 0), 0);
	assert_string_equal(names_in(0, 10), "");
	assert_string_equal(names_in(1, 10), "k");
}

static void
visitors_and_its_own_are_read_in_the_order_of_their_making(void **state)
{
	kstat_t *b, *d;

	(void)add_instance("one", NULL);
	(void)make_in(0, "a");
	b = make_in(1, "b");
	(void)make_in(0, "c");
	d = make_in(1, "d");
	(void)make_in(0, "e");
	kstat_zone_add(d, 0);
	kstat_zone_add(b, 0);
	assert_string_equal(names_in(0, 10), "a b c d e");
	assert_string_equal(names_in(0, 2), "a b c d e");
	assert_string_equal(names_in(0, 1), "a b c d e");
	kstat_delete(b);
	assert_string_equal(names_in(0, 2), "a c d e");
	assert_int_equal(destroy(1), 0);
	assert_string_equal(names_in(0, 2), "a c e");
}

static int
say_where(kstat_t *kstat, int rw)
{
	diary_write("update of %s", kstat->ks_name);
	KSTAT_NAMED_PTR(kstat)->value.ui64++;
	return 0;
}

static void
a_visitor_is_brought_up_to_date_on_its_own_strand(void **state)
{
	kstat_t *first, *second;
	struct kstat_batch batch;

	(void)add_instance("one", NULL);
	(void)add_instance("two", NULL);
	first = make_in(1, "first");
	(void)make_in(0, "own");
	second = make_in(2, "second");
	first->ks_update = second->ks_update = say_where;
	kstat_zone_add(first, 0);
	kstat_zone_add(second, 0);
	kstat_read_from(0, 0, 10, &batch);
	assert_int_equal(batch.count, 3);
	assert_string_equal(batch.list[1].name, "own");
	assert_int_equal(batch.list[0].named[0].value.ui64, 1);
	assert_int_equal(batch.list[2].named[0].value.ui64, 1);
	kstat_batch_free(&batch);
	assert_diary("update of first update of second");
}

static void
a_name_is_unique_among_all_that_are_seen_in_an_instance(void **state)
{
	kstat_t *kstat, *other;
	const char *log;

	(void)add_instance("one", NULL);
	kstat = make_in(1, "k");
	kstat_zone_add(kstat, 0);
	log_keep();
	assert_null(make_in(0, "k"));
	(void)make_in(0, "other");
	other = make_in(1, "other");
	kstat_zone_add(other, 0);
	kstat_zone_add(other, 77);
	kstat_zone_remove(other, 0);
	kstat_zone_remove(other, 1);
	kstat_zone_add(NULL, 0);
	log = log_kept();
	assert_non_null(strstr(
	    log, "refused: there is one of that name, of another instance"));
	assert_non_null(strstr(log,
	    "tester: kstat_zone_add to 0 refused: there is one of that name"));
	assert_non_null(strstr(log, "to 77 refused: there is no such zone"));
	assert_non_null(strstr(log, "from 0 refused: it is not visible there"));
	assert_non_null(strstr(
	    log, "from 1 refused: it stays visible in its own instance"));
	assert_non_null(strstr(log, "to 0 refused: there is no such kstat"));
	kstat_delete(kstat);
	assert_non_null(make_in(0, "k"));
}

static atomic_int visitors_made;

static void *
come_and_go(void *arg)
{
	netid_t id = *(const netid_t *)arg;
	kstat_t *kstat;
	int i;

	for (i = 0; i < 300; i++) {
		kstat = net_kstat_create(
		    id, "test", id, "guest", "misc", KSTAT_TYPE_NAMED, 1, 0);
		if (kstat == NULL)
			break;
		if (i % 2 == 0)
			kstat->ks_update = say_where;
		kstat_install(kstat);
		kstat_zone_add(kstat, 0);
		kstat_zone_add(kstat, 3);
		kstat_delete(kstat);
		atomic_fetch_add(&visitors_made, 1);
	}
	return NULL;
}

/* What fails, if it does, is a report of the sanitizers, or a hang. */
static void
visitors_come_and_go_while_they_are_read(void **state)
{
	static const netid_t ids[] = {1, 2};
	pthread_t threads[ARRAY_LENGTH(ids)];
	size_t i;

	(void)add_instance("one", NULL);
	(void)add_instance("two", NULL);
	(void)add_instance("three", NULL);
	atomic_store(&visitors_made, 0);
	for (i = 0; i < ARRAY_LENGTH(ids); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, come_and_go,
				     (void *)(uintptr_t)&ids[i]),
		    0);
	for (i = 0; i < 100; i++)
		assert_in_range(kstat_readable(0), 0, 2);
	assert_int_equal(destroy(3), 0);
	for (i = 0; i < ARRAY_LENGTH(ids); i++)
		(void)pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&visitors_made), 600);
	assert_int_equal(kstat_readable(0), 0);
	(void)diary_take();
}

/* --- holding -------------------------------------------------------------- */

static void
a_kstat_is_held_by_its_kid_or_name_where_it_is_seen(void **state)
{
	kstat_t *kstat;

	(void)add_instance("one", NULL);
	kstat = make_in(1, "k");
	assert_ptr_equal(kstat_hold_bykid(kstat->ks_kid, 1), kstat);
	assert_ptr_equal(kstat_hold_bykid(kstat->ks_kid, ALL_ZONES), kstat);
	assert_null(kstat_hold_bykid(kstat->ks_kid, 0));
	assert_null(kstat_hold_bykid(kstat->ks_kid + 1, 1));
	assert_ptr_equal(kstat_hold_byname("test", 0, "k", 1), kstat);
	assert_ptr_equal(kstat_hold_byname("test", 0, "k", ALL_ZONES), kstat);
	assert_null(kstat_hold_byname("test", 0, "k", 0));
	assert_null(kstat_hold_byname("test", 1, "k", 1));
	assert_null(kstat_hold_byname("test", 0, "k", 77));
	assert_null(kstat_hold_byname(NULL, 0, "k", 1));
	kstat_zone_add(kstat, 0);
	assert_ptr_equal(kstat_hold_byname("test", 0, "k", 0), kstat);
	for (int i = 0; i < 5; i++)
		kstat_rele(kstat);
}

static void
what_is_held_stays_in_memory_when_it_is_deleted(void **state)
{
	kstat_t *kstat;

	(void)add_instance("one", NULL);
	kstat = make_in(1, "k");
	(void)kstat_hold_byname("test", 0, "k", 1);
	(void)kstat_hold_byname("test", 0, "k", 1);
	kstat_delete(kstat);
	assert_string_equal(names_in(1, 10), "");
	assert_null(kstat_hold_byname("test", 0, "k", 1));
	assert_non_null(make_in(1, "k"));
	assert_int_equal(destroy(1), 0);
	kstat_rele(kstat);
	/* The sanitizers would know. */
	assert_string_equal(kstat->ks_name, "k");
	KSTAT_NAMED_PTR(kstat)->value.ui64 = 1;
	kstat_delete(kstat);
	kstat_zone_add(kstat, 0);
	kstat_rele(kstat);
}

static kstat_t *not_held;

static void
release_what_is_not_held(void)
{
	kstat_rele(not_held);
}

static void
nothing_is_released_that_is_not_held(void **state)
{
	not_held = make_in(0, "k");
	assert_breaks_rule(release_what_is_not_held,
	    "tester: kstat_rele refused: nobody holds that kstat");
	assert_string_equal(names_in(0, 10), "k");
}

/* --- other names for the same --------------------------------------------- */

static void
every_way_to_create_and_delete_means_an_instance(void **state)
{
	kstat_t *kstat;

	(void)add_instance("one", NULL);
	kstat = kstat_create("test", 0, "a", "misc", KSTAT_TYPE_IO, 1, 0);
	kstat_install(kstat);
	assert_string_equal(names_in(0, 10), "a");
	kstat_delete(kstat);
	kstat = kstat_create_zone(
	    "test", 0, "b", "misc", KSTAT_TYPE_IO, 1, 0, ALL_ZONES);
	kstat_install(kstat);
	assert_string_equal(names_in(0, 10), "b");
	kstat_delete_byname("test", 1, "b");
	kstat_delete_byname("test", 0, "b");
	kstat_delete_byname("test", 0, "b");
	assert_string_equal(names_in(0, 10), "");
	kstat_install(
	    kstat_create_zone("test", 0, "c", "misc", KSTAT_TYPE_IO, 1, 0, 1));
	kstat = kstat_create_netstack(
	    "test", 0, "d", "misc", KSTAT_TYPE_IO, 1, 0, 1);
	kstat_install(kstat);
	assert_string_equal(names_in(1, 10), "c d");
	kstat_delete_byname("test", 0, "c");
	kstat_delete_netstack(kstat, 0);
	assert_string_equal(names_in(1, 10), "c d");
	kstat_delete_netstack(kstat, 1);
	assert_string_equal(names_in(1, 10), "c");
	log_keep();
	assert_null(
	    kstat_create_zone("test", 0, "e", "misc", KSTAT_TYPE_IO, 1, 0, 77));
	assert_non_null(strstr(log_kept(),
	    "kstat_create_zone of test:0:e on instance 77 refused: there is no "
	    "such instance"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CORE_TEST(a_kstat_is_seen_where_it_is_added),
	    CORE_TEST(
		visitors_and_its_own_are_read_in_the_order_of_their_making),
	    CORE_TEST(a_visitor_is_brought_up_to_date_on_its_own_strand),
	    CORE_TEST(a_name_is_unique_among_all_that_are_seen_in_an_instance),
	    CORE_TEST(visitors_come_and_go_while_they_are_read),
	    CORE_TEST(a_kstat_is_held_by_its_kid_or_name_where_it_is_seen),
	    CORE_TEST(what_is_held_stays_in_memory_when_it_is_deleted),
	    CORE_TEST(nothing_is_released_that_is_not_held),
	    CORE_TEST(every_way_to_create_and_delete_means_an_instance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
