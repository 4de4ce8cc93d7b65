/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_kstat_write.c: writing statistics: every type of value at the ends
 * of its range and beyond, all or nothing, what ks_update and ks_snapshot get
 * to see and may refuse, and writing while others count.
 */
#include "core/kstat/kstat_write.h"

#include <float.h>

#include "core_fixture.h"
#include "kstat_fixture.h"

static struct kstat_value
text(const char *statistic, const char *value)
{
	return (struct kstat_value){
	    .statistic = statistic, .kind = KSTAT_VALUE_TEXT, .text = value};
}

static struct kstat_value
integer(const char *statistic, int64_t value)
{
	return (struct kstat_value){.statistic = statistic,
	    .kind = KSTAT_VALUE_INTEGER,
	    .integer = value};
}

static struct kstat_value
real(const char *statistic, double value)
{
	return (struct kstat_value){
	    .statistic = statistic, .kind = KSTAT_VALUE_REAL, .real = value};
}

static struct kstat_order order;

/* Writes to test:0:NAME as an instance sees it. */
static enum kstat_outcome
write_in(netid_t id, const char *name, const struct kstat_value *values,
    size_t count)
{
	struct instance *instance = instance_find(id);
	struct answer answer;

	order = (struct kstat_order){
	    .module = "test", .name = name, .values = values, .count = count};
	answer_init(&answer);
	kstat_write(instance, &order, answer_done, &answer);
	assert_int_equal(answer_wait(&answer), 0);
	kstat_snapshot_free(&order.written);
	instance_release(instance);
	return order.outcome;
}

static enum kstat_outcome
write_one(const char *name, struct kstat_value value)
{
	return write_in(0, name, &value, 1);
}

/* --- values --------------------------------------------------------------- */

/* Named as their types. */
static const char *const type_names[] = {
    [KSTAT_DATA_CHAR] = "char",
    [KSTAT_DATA_INT32] = "int32",
    [KSTAT_DATA_UINT32] = "uint32",
    [KSTAT_DATA_INT64] = "int64",
    [KSTAT_DATA_UINT64] = "uint64",
    [KSTAT_DATA_FLOAT] = "float",
    [KSTAT_DATA_DOUBLE] = "double",
    [KSTAT_DATA_LONG] = "long",
    [KSTAT_DATA_ULONG] = "ulong",
};

static kstat_named_t *
make_all_types(void)
{
	kstat_t *kstat = kstat_make("all", KSTAT_TYPE_NAMED,
	    ARRAY_LENGTH(type_names), KSTAT_FLAG_WRITABLE);
	kstat_named_t *named = kstat->ks_data;
	uchar_t type;

	for (type = 0; type < ARRAY_LENGTH(type_names); type++)
		kstat_named_init(&named[type], type_names[type], type);
	kstat_install(kstat);
	return named;
}

static const struct {
	uchar_t type;
	const char *fits[4];
	const char *does_not[5];
} integers[] = {
    {KSTAT_DATA_INT32, {"2147483647", "-2147483648", "0", "-0"},
	{"2147483648", "-2147483649", "99999999999999999999", "1.0", "0x1"}},
    {KSTAT_DATA_UINT32, {"4294967295", "0", "007"},
	{"4294967296", "-1", "", "+1", " 1"}},
    {KSTAT_DATA_INT64, {"9223372036854775807", "-9223372036854775808"},
	{"9223372036854775808", "-9223372036854775809", "--1", "-", "1 "}},
    {KSTAT_DATA_UINT64, {"18446744073709551615", "0"},
	{"18446744073709551616", "-1", "1e3", "1,0", "nan"}},
    {KSTAT_DATA_LONG, {"9223372036854775807", "-9223372036854775808"},
	{"9223372036854775808"}},
    {KSTAT_DATA_ULONG, {"18446744073709551615"}, {"18446744073709551616"}},
};

/* What is in an integer statistic, as text. */
static const char *
shown(const kstat_named_t *named)
{
	static char buffer[32];

	switch (named->data_type) {
	case KSTAT_DATA_INT32:
		(void)snprintf(buffer, sizeof(buffer), "%d", named->value.i32);
		break;
	case KSTAT_DATA_UINT32:
		(void)snprintf(buffer, sizeof(buffer), "%u", named->value.ui32);
		break;
	case KSTAT_DATA_INT64:
	case KSTAT_DATA_LONG:
		(void)snprintf(buffer, sizeof(buffer), "%lld",
		    (long long)named->value.i64);
		break;
	default:
		(void)snprintf(buffer, sizeof(buffer), "%llu",
		    (unsigned long long)named->value.ui64);
		break;
	}
	return buffer;
}

static void
integers_are_taken_up_to_the_ends_of_their_range(void **state)
{
	kstat_named_t *named = make_all_types();
	size_t i, j;

	for (i = 0; i < ARRAY_LENGTH(integers); i++) {
		uchar_t type = integers[i].type;

		for (j = 0; j < 4 && integers[i].fits[j] != NULL; j++) {
			const char *value = integers[i].fits[j];

			assert_int_equal(
			    write_one("all", text(type_names[type], value)),
			    KSTAT_WRITTEN);
			if (strtoull(value, NULL, 10) > 9)
				assert_string_equal(shown(&named[type]), value);
		}
		for (j = 0; j < 5 && integers[i].does_not[j] != NULL; j++)
			assert_int_equal(
			    write_one("all", text(type_names[type],
						 integers[i].does_not[j])),
			    KSTAT_BAD_VALUE);
	}
	assert_int_equal(
	    write_one("all", integer("int64", INT64_MIN)), KSTAT_WRITTEN);
	assert_int_equal(named[KSTAT_DATA_INT64].value.i64, INT64_MIN);
	assert_int_equal(
	    write_one("all", integer("uint64", -1)), KSTAT_BAD_VALUE);
	assert_int_equal(write_one("all", real("int32", 1)), KSTAT_BAD_VALUE);
}

static void
real_numbers_are_finite_and_in_range(void **state)
{
	kstat_named_t *named = make_all_types();

	assert_int_equal(write_one("all", real("double", 0.1)), KSTAT_WRITTEN);
	assert_true(named[KSTAT_DATA_DOUBLE].value.d == 0.1);
	assert_int_equal(
	    write_one("all", text("double", "-1e300")), KSTAT_WRITTEN);
	assert_true(named[KSTAT_DATA_DOUBLE].value.d == -1e300);
	assert_int_equal(write_one("all", integer("float", 3)), KSTAT_WRITTEN);
	assert_true(named[KSTAT_DATA_FLOAT].value.f == 3.0F);
	assert_int_equal(
	    write_one("all", real("float", (double)FLT_MAX)), KSTAT_WRITTEN);
	assert_int_equal(
	    write_one("all", real("float", 1e39)), KSTAT_BAD_VALUE);
	assert_int_equal(
	    write_one("all", text("double", "1e999")), KSTAT_BAD_VALUE);
	assert_int_equal(
	    write_one("all", text("double", "infinity")), KSTAT_BAD_VALUE);
	assert_int_equal(
	    write_one("all", text("double", "1.5x")), KSTAT_BAD_VALUE);
	assert_int_equal(write_one("all", text("double", "")), KSTAT_BAD_VALUE);
	assert_true(named[KSTAT_DATA_DOUBLE].value.d == -1e300);
}

static void
characters_are_sixteen_at_most_and_filled_up(void **state)
{
	kstat_named_t *named = make_all_types();

	assert_int_equal(
	    write_one("all", text("char", "sixteen letters!")), KSTAT_WRITTEN);
	assert_memory_equal(
	    named[KSTAT_DATA_CHAR].value.c, "sixteen letters!", 16);
	assert_int_equal(write_one("all", text("char", "two")), KSTAT_WRITTEN);
	assert_memory_equal(named[KSTAT_DATA_CHAR].value.c,
	    "two\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(write_one("all", text("char", "seventeen letters")),
	    KSTAT_BAD_VALUE);
	assert_int_equal(write_one("all", integer("char", 1)), KSTAT_BAD_VALUE);
	assert_memory_equal(named[KSTAT_DATA_CHAR].value.c, "two", 4);
}

static void
other_types_are_written_by_the_names_that_are_shown(void **state)
{
	kstat_t *io = kstat_make("io", KSTAT_TYPE_IO, 1, KSTAT_FLAG_WRITABLE);
	kstat_t *timer =
	    kstat_make("timer", KSTAT_TYPE_TIMER, 2, KSTAT_FLAG_WRITABLE);
	kstat_t *raw =
	    kstat_make("raw", KSTAT_TYPE_RAW, 2, KSTAT_FLAG_WRITABLE);
	kstat_t *intr =
	    kstat_make("intr", KSTAT_TYPE_INTR, 1, KSTAT_FLAG_WRITABLE);

	kstat_timer_init(&KSTAT_TIMER_PTR(timer)[0], "one");
	kstat_timer_init(&KSTAT_TIMER_PTR(timer)[1], "two");
	kstat_install(io);
	kstat_install(timer);
	kstat_install(raw);
	kstat_install(intr);
	assert_int_equal(write_one("io", integer("rcnt", 4)), KSTAT_WRITTEN);
	assert_int_equal(KSTAT_IO_PTR(io)->rcnt, 4);
	assert_int_equal(
	    write_one("timer", integer("two max_time", -4)), KSTAT_WRITTEN);
	assert_int_equal(KSTAT_TIMER_PTR(timer)[1].max_time, -4);
	assert_int_equal(KSTAT_TIMER_PTR(timer)[0].max_time, 0);
	assert_int_equal(
	    write_one("intr", integer("spurious", 9)), KSTAT_WRITTEN);
	assert_int_equal(KSTAT_INTR_PTR(intr)->intrs[KSTAT_INTR_SPURIOUS], 9);
	assert_int_equal(write_one("raw", text("raw", "aF09")), KSTAT_WRITTEN);
	assert_memory_equal(raw->ks_data, "\xaf\x09", 2);
	assert_int_equal(write_one("raw", text("raw", "aF0")), KSTAT_BAD_VALUE);
	assert_int_equal(
	    write_one("raw", text("raw", "aF09aa")), KSTAT_BAD_VALUE);
	assert_int_equal(
	    write_one("raw", text("raw", "aG09")), KSTAT_BAD_VALUE);
	assert_int_equal(
	    write_one("timer", integer("max_time", 1)), KSTAT_NO_STATISTIC);
}

/* --- all or nothing ------------------------------------------------------- */

static void
one_value_that_cannot_be_written_leaves_all_as_they_were(void **state)
{
	kstat_named_t *named = make_all_types();
	const struct kstat_value bad[] = {integer("int32", 1),
	    text("char", "x"), integer("uint32", -1), integer("int64", 2)};
	const struct kstat_value unknown[] = {
	    integer("int32", 1), integer("nosuch", 1)};

	assert_int_equal(
	    write_in(0, "all", bad, ARRAY_LENGTH(bad)), KSTAT_BAD_VALUE);
	assert_int_equal(order.at_fault, 2);
	assert_int_equal(write_in(0, "all", unknown, ARRAY_LENGTH(unknown)),
	    KSTAT_NO_STATISTIC);
	assert_int_equal(order.at_fault, 1);
	assert_int_equal(named[KSTAT_DATA_INT32].value.i32, 0);
	assert_int_equal(named[KSTAT_DATA_CHAR].value.c[0], '\0');
}

/* Refuses odd numbers. */
static int
want_even(kstat_t *kstat, int rw)
{
	kstat_named_t *named = kstat->ks_data;

	diary_write("%s %d %d", rw == KSTAT_READ ? "read" : "write",
	    named->value.i32, mutex_owned(kstat->ks_lock));
	return rw == KSTAT_WRITE && named->value.i32 % 2 != 0 ? EACCES : 0;
}

static void
what_an_update_refuses_is_taken_back(void **state)
{
	kstat_t *kstat =
	    kstat_make("even", KSTAT_TYPE_NAMED, 2, KSTAT_FLAG_WRITABLE);
	kstat_named_t *named = kstat->ks_data;
	const struct kstat_value odd[] = {integer("b", 5), integer("a", 7)};
	struct callback_stats stats;

	kstat_named_init(&named[0], "a", KSTAT_DATA_INT32);
	kstat_named_init(&named[1], "b", KSTAT_DATA_UINT64);
	kstat->ks_update = want_even;
	kstat_install(kstat);
	assert_int_equal(write_one("even", integer("a", 4)), KSTAT_WRITTEN);
	assert_diary("read 0 1 write 4 1");
	assert_int_equal(write_in(0, "even", odd, 2), KSTAT_REFUSED);
	assert_int_equal(order.error, EACCES);
	assert_int_equal(named[0].value.i32, 4);
	assert_int_equal(named[1].value.ui64, 0);
	assert_diary("read 4 1 write 7 1");
	owner_read_callback(core_owner, CALLBACK_KSTAT, &stats);
	assert_int_equal(stats.calls, 2);
	assert_int_equal(stats.failures, 1);
}

static int
cannot_read(kstat_t *kstat, int rw)
{
	return rw == KSTAT_READ ? EIO : 0;
}

static void
what_cannot_be_read_cannot_be_written(void **state)
{
	kstat_t *kstat =
	    kstat_make("blind", KSTAT_TYPE_NAMED, 1, KSTAT_FLAG_WRITABLE);

	kstat_named_init(kstat->ks_data, "a", KSTAT_DATA_INT32);
	kstat->ks_update = cannot_read;
	kstat_install(kstat);
	assert_int_equal(write_one("blind", integer("a", 1)), KSTAT_REFUSED);
	assert_int_equal(order.error, EIO);
	assert_int_equal(KSTAT_NAMED_PTR(kstat)->value.i32, 0);
}

/* --- ks_snapshot ---------------------------------------------------------- */

static struct {
	int level;
	char motto[16];
	bool refuses;
} stored;

static int
snapshot_stored(kstat_t *kstat, void *buffer, int rw)
{
	kstat_named_t *named = buffer;

	if (rw == KSTAT_WRITE) {
		stored.level = named[0].value.i32;
		/* What was not named is still the text that was read. */
		memmove(stored.motto, KSTAT_NAMED_STR_PTR(&named[1]),
		    KSTAT_NAMED_STR_BUFLEN(&named[1]));
		diary_write("%d %s", stored.level, stored.motto);
		return stored.refuses ? EPERM : 0;
	}
	kstat_named_init(&named[0], "level", KSTAT_DATA_INT32);
	named[0].value.i32 = stored.level;
	kstat_named_init(&named[1], "motto", KSTAT_DATA_STRING);
	kstat_named_setstr(&named[1], stored.motto);
	return 0;
}

static void
a_snapshot_of_the_plugin_s_own_takes_what_is_written(void **state)
{
	kstat_t *kstat = kstat_make("stored", KSTAT_TYPE_NAMED, 2,
	    KSTAT_FLAG_WRITABLE | KSTAT_FLAG_VIRTUAL);
	const struct kstat_value both[] = {
	    text("motto", "carpe"), integer("level", 3)};

	memset(&stored, 0, sizeof(stored));
	kstat->ks_snapshot = snapshot_stored;
	kstat_install(kstat);
	assert_int_equal(write_in(0, "stored", both, 2), KSTAT_WRITTEN);
	assert_diary("3 carpe");
	/* What is not named is written as it was read. */
	assert_int_equal(
	    write_one("stored", text("level", "5")), KSTAT_WRITTEN);
	assert_diary("5 carpe");
	stored.refuses = true;
	assert_int_equal(
	    write_one("stored", integer("level", 6)), KSTAT_REFUSED);
	assert_int_equal(order.error, EPERM);
	/* It is given the old values back. */
	assert_diary("6 carpe 5 carpe");
	net_kstat_delete(0, kstat);
}

/* --- which kstat ---------------------------------------------------------- */

static void
only_what_is_writable_and_installed_is_written(void **state)
{
	kstat_t *fixed = kstat_make("fixed", KSTAT_TYPE_IO, 1, 0);
	kstat_t *early =
	    kstat_make("early", KSTAT_TYPE_IO, 1, KSTAT_FLAG_WRITABLE);

	kstat_install(fixed);
	/* The flag counts as it was when the kstat was made. */
	fixed->ks_flags |= KSTAT_FLAG_WRITABLE;
	assert_int_equal(
	    write_one("fixed", integer("reads", 1)), KSTAT_READ_ONLY);
	assert_int_equal(
	    write_one("early", integer("reads", 1)), KSTAT_NOT_FOUND);
	assert_int_equal(
	    write_one("nosuch", integer("reads", 1)), KSTAT_NOT_FOUND);
	kstat_install(early);
	assert_int_equal(
	    write_one("early", integer("reads", 1)), KSTAT_WRITTEN);
	net_kstat_delete(0, early);
	assert_int_equal(
	    write_one("early", integer("reads", 1)), KSTAT_NOT_FOUND);
}

static void
a_visitor_is_written_on_its_own_strand(void **state)
{
	const struct kstat_value value = integer("reads", 8);
	kstat_t *kstat;

	(void)add_instance("one", NULL);
	kstat = net_kstat_create(1, "test", 0, "guest", "misc", KSTAT_TYPE_IO,
	    1, KSTAT_FLAG_WRITABLE);
	kstat_install(kstat);
	assert_int_equal(write_in(0, "guest", &value, 1), KSTAT_NOT_FOUND);
	kstat_zone_add(kstat, 0);
	assert_int_equal(write_in(0, "guest", &value, 1), KSTAT_WRITTEN);
	assert_int_equal(KSTAT_IO_PTR(kstat)->reads, 8);
}

static void *
count_up(void *arg)
{
	int i;

	for (i = 0; i < 20000; i++)
		kstat_named_add_u64(arg, 1);
	return NULL;
}

static void
counting_goes_on_beside_what_is_written(void **state)
{
	kstat_t *kstat =
	    kstat_make("both", KSTAT_TYPE_NAMED, 2, KSTAT_FLAG_WRITABLE);
	kstat_named_t *named = kstat->ks_data;
	pthread_t thread;
	int i;

	kstat_named_init(&named[0], "counted", KSTAT_DATA_UINT64);
	kstat_named_init(&named[1], "set", KSTAT_DATA_UINT64);
	kstat_install(kstat);
	assert_int_equal(pthread_create(&thread, NULL, count_up, &named[0]), 0);
	for (i = 1; i <= 100; i++)
		assert_int_equal(
		    write_one("both", integer("set", i)), KSTAT_WRITTEN);
	(void)pthread_join(thread, NULL);
	assert_int_equal(named[0].value.ui64, 20000);
	assert_int_equal(named[1].value.ui64, 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CORE_TEST(integers_are_taken_up_to_the_ends_of_their_range),
	    CORE_TEST(real_numbers_are_finite_and_in_range),
	    CORE_TEST(characters_are_sixteen_at_most_and_filled_up),
	    CORE_TEST(other_types_are_written_by_the_names_that_are_shown),
	    CORE_TEST(one_value_that_cannot_be_written_leaves_all_as_they_were),
	    CORE_TEST(what_an_update_refuses_is_taken_back),
	    CORE_TEST(what_cannot_be_read_cannot_be_written),
	    CORE_TEST(a_snapshot_of_the_plugin_s_own_takes_what_is_written),
	    CORE_TEST(only_what_is_writable_and_installed_is_written),
	    CORE_TEST(a_visitor_is_written_on_its_own_strand),
	    CORE_TEST(counting_goes_on_beside_what_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
