/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_kstat_types.c: what each type of kstat holds and how a snapshot of
 * it comes about: copies, the queues of I/O by hand, timers, ks_snapshot, data
 * of variable size, and the rules that installing asks for.
 */
#include "core_fixture.h"
#include "kstat_fixture.h"

#define SECOND NS_PER_SEC

/* --- raw, interrupt, timer ------------------------------------------------ */

static void
a_raw_kstat_is_read_as_its_bytes(void **state)
{
	kstat_t *kstat = kstat_make("raw", KSTAT_TYPE_RAW, 5, 0);
	struct kstat_batch batch;

	assert_int_equal(kstat->ks_data_size, 5);
	memcpy(kstat->ks_data, "a\0b\xff!", 5);
	kstat_install(kstat);
	kstat_read_only(&batch);
	memset(kstat->ks_data, 0, 5);
	assert_int_equal(batch.list[0].type, KSTAT_TYPE_RAW);
	assert_int_equal(batch.list[0].count, 5);
	assert_memory_equal(batch.list[0].raw, "a\0b\xff!", 5);
	kstat_batch_free(&batch);
}

static void
an_interrupt_kstat_counts_five_kinds(void **state)
{
	kstat_t *kstat = kstat_make("intr", KSTAT_TYPE_INTR, 1, 0);
	struct kstat_batch batch;
	uint_t i;

	kstat_install(kstat);
	for (i = 0; i < KSTAT_NUM_INTRS; i++)
		KSTAT_INTR_PTR(kstat)->intrs[i] = 10 * i;
	kstat_intr_add(KSTAT_INTR_PTR(kstat), KSTAT_INTR_WATCHDOG);
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].count, 1);
	for (i = 0; i < KSTAT_NUM_INTRS; i++)
		assert_int_equal(batch.list[0].intr->intrs[i],
		    10 * i + (i == KSTAT_INTR_WATCHDOG));
	kstat_batch_free(&batch);
}

static void
a_timer_adds_up_its_events(void **state)
{
	kstat_t *kstat = kstat_make("timer", KSTAT_TYPE_TIMER, 2, 0);
	kstat_timer_t *timer = KSTAT_TIMER_PTR(kstat) + 1, seen;
	struct kstat_batch batch;

	kstat_timer_init(KSTAT_TIMER_PTR(kstat), NULL);
	kstat_timer_init(timer, "a name of more than thirty letters");
	kstat_install(kstat);
	kstat_timer_start(timer);
	timer->start_time -= 5 * SECOND;
	kstat_timer_stop(timer);
	kstat_timer_start(timer);
	timer->start_time -= 3 * SECOND;
	kstat_timer_stop(timer);
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].count, 2);
	assert_string_equal(batch.list[0].timers[0].name, "");
	seen = batch.list[0].timers[1];
	kstat_batch_free(&batch);
	assert_string_equal(seen.name, "a name of more than thirty let");
	assert_int_equal(seen.num_events, 2);
	assert_int_equal(seen.elapsed_time / SECOND, 8);
	assert_int_equal(seen.min_time / SECOND, 3);
	assert_int_equal(seen.max_time / SECOND, 5);
	assert_int_equal(seen.elapsed_time, seen.min_time + seen.max_time);
	assert_int_equal(seen.stop_time - seen.start_time, seen.min_time);
}

/* --- the queues of I/O ---------------------------------------------------- */

/* A queue changed so long ago; what is added is that, and a little more. */
#define ago(seconds) (clock_monotonic() - (seconds)*SECOND)

static void
the_times_of_a_queue_are_those_computed_by_hand(void **state)
{
	kstat_io_t io = {0};

	/* Empty: nothing adds up, however long it was. */
	io.wlastupdate = ago(100);
	kstat_waitq_enter(&io);
	assert_int_equal(io.wcnt, 1);
	assert_int_equal(io.wtime, 0);
	assert_int_equal(io.wlentime, 0);
	assert_true(clock_monotonic() - io.wlastupdate < SECOND);
	/* One for 2 s, then two for 3 s, then one for 4 s. */
	io.wlastupdate = ago(2);
	kstat_waitq_enter(&io);
	io.wlastupdate = ago(3);
	kstat_waitq_exit(&io);
	io.wlastupdate = ago(4);
	kstat_waitq_exit(&io);
	assert_int_equal(io.wcnt, 0);
	assert_int_equal(io.wtime / SECOND, 2 + 3 + 4);
	assert_int_equal(io.wlentime / SECOND, 2 * 1 + 3 * 2 + 4 * 1);
	assert_int_equal(io.rtime + io.rlentime + io.rlastupdate, 0);
}

static void
going_from_queue_to_queue_is_one_moment(void **state)
{
	kstat_io_t io = {0};

	kstat_waitq_enter(&io);
	kstat_waitq_enter(&io);
	io.wlastupdate = ago(1);
	kstat_waitq_to_runq(&io);
	assert_int_equal(io.wcnt, 1);
	assert_int_equal(io.rcnt, 1);
	assert_int_equal(io.wlentime / SECOND, 2);
	assert_int_equal(io.wlastupdate, io.rlastupdate);
	io.rlastupdate = ago(5);
	kstat_runq_back_to_waitq(&io);
	assert_int_equal(io.wcnt, 2);
	assert_int_equal(io.rcnt, 0);
	assert_int_equal(io.rtime / SECOND, 5);
	assert_int_equal(io.wlastupdate, io.rlastupdate);
	kstat_runq_enter(&io);
	kstat_runq_exit(&io);
	assert_int_equal(io.rcnt, 0);
	assert_int_equal(io.rtime / SECOND, 5);
}

static kstat_io_t empty;

static void
leave_the_empty_wait_queue(void)
{
	kstat_waitq_exit(&empty);
}

static void
leave_the_empty_run_queue(void)
{
	kstat_runq_exit(&empty);
}

static void
move_from_the_empty_wait_queue(void)
{
	kstat_waitq_to_runq(&empty);
}

static void
move_from_the_empty_run_queue(void)
{
	kstat_runq_back_to_waitq(&empty);
}

static void
nothing_leaves_an_empty_queue(void **state)
{
	static const kstat_io_t nothing;

	assert_breaks_rule(leave_the_empty_wait_queue,
	    "tester: kstat_waitq_exit refused: the queue is empty");
	assert_breaks_rule(
	    leave_the_empty_run_queue, "kstat_runq_exit refused");
	assert_breaks_rule(
	    move_from_the_empty_wait_queue, "kstat_waitq_to_runq refused");
	assert_breaks_rule(
	    move_from_the_empty_run_queue, "kstat_runq_back_to_waitq refused");
	assert_memory_equal(&empty, &nothing, sizeof(empty));
}

static void
a_snapshot_of_io_adds_what_is_under_way_to_the_copy_only(void **state)
{
	kstat_t *kstat = kstat_make("io", KSTAT_TYPE_IO, 1, 0);
	kstat_io_t *io = KSTAT_IO_PTR(kstat), before;
	const kstat_io_t *seen;
	struct kstat_batch batch;
	hrtime_t open;

	kstat_install(kstat);
	io->nread = 77;
	kstat_waitq_enter(io);
	kstat_waitq_enter(io);
	io->wtime = io->wlentime = 10 * SECOND;
	io->wlastupdate = ago(6);
	io->rtime = 1;
	before = *io;
	kstat_read_only(&batch);
	seen = batch.list[0].io;
	open = batch.list[0].snaptime - before.wlastupdate;
	assert_true(open >= 6 * SECOND);
	assert_int_equal(seen->nread, 77);
	assert_int_equal(seen->wtime, 10 * SECOND + open);
	assert_int_equal(seen->wlentime, 10 * SECOND + 2 * open);
	assert_int_equal(seen->wlastupdate, before.wlastupdate);
	assert_int_equal(seen->rtime, 1);
	assert_int_equal(seen->wcnt, 2);
	assert_memory_equal(io, &before, sizeof(before));
	assert_int_equal(kstat->ks_snaptime, batch.list[0].snaptime);
	kstat_batch_free(&batch);
}

/* --- ks_snapshot ---------------------------------------------------------- */

static int
snapshot_of_two(kstat_t *kstat, void *buffer, int rw)
{
	kstat_named_t *named = buffer;
	char *text = (char *)(named + 2);

	diary_write("snapshot %d %d %d", rw, (int)kstat->ks_data_size,
	    mutex_owned(kstat->ks_lock));
	if (kstat->ks_private != NULL)
		return EAGAIN;
	kstat_named_init(&named[0], "number", KSTAT_DATA_UINT64);
	named[0].value.ui64 = 12;
	memcpy(text, "abc", 3);
	kstat_named_init(&named[1], "text", KSTAT_DATA_STRING);
	KSTAT_NAMED_STR_PTR(&named[1]) = text;
	/* More than the buffer has. */
	KSTAT_NAMED_STR_BUFLEN(&named[1]) = 4096;
	kstat->ks_snaptime = 42;
	return 0;
}

static void
a_snapshot_of_the_plugin_s_own_is_what_is_read(void **state)
{
	kstat_t *kstat =
	    kstat_make("own", KSTAT_TYPE_NAMED, 2, KSTAT_FLAG_VIRTUAL);
	struct kstat_batch batch;
	char expected[64];

	kstat->ks_data_size += 4;
	kstat->ks_snapshot = snapshot_of_two;
	kstat_install(kstat);
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].count, 2);
	assert_int_equal(batch.list[0].named[0].value.ui64, 12);
	assert_string_equal(
	    KSTAT_NAMED_STR_PTR(&batch.list[0].named[1]), "abc");
	assert_int_equal(batch.list[0].snaptime, 42);
	kstat_batch_free(&batch);
	(void)snprintf(expected, sizeof(expected), "snapshot 0 %d 1",
	    (int)(2 * sizeof(kstat_named_t) + 4));
	assert_diary(expected);
	kstat->ks_private = kstat;
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].error, EAGAIN);
	assert_int_equal(batch.list[0].count, 0);
	kstat_batch_free(&batch);
	(void)diary_take();
	net_kstat_delete(0, kstat);
}

static void
sizes_that_make_no_sense_are_an_error(void **state)
{
	kstat_t *kstat =
	    kstat_make("wild", KSTAT_TYPE_NAMED, 2, KSTAT_FLAG_VIRTUAL);
	struct kstat_batch batch;

	kstat->ks_snapshot = snapshot_of_two;
	kstat->ks_data_size += 4;
	kstat->ks_ndata = 4;
	kstat_install(kstat);
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].error, EINVAL);
	kstat_batch_free(&batch);
	kstat->ks_data_size = SIZE_MAX;
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].error, ENOMEM);
	kstat_batch_free(&batch);
	kstat->ks_snapshot = NULL;
	kstat->ks_ndata = UINT32_MAX;
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].error, EINVAL);
	kstat_batch_free(&batch);
	(void)diary_take();
	net_kstat_delete(0, kstat);
}

static void
a_plugin_cannot_make_a_read_go_beyond_the_framework_s_memory(void **state)
{
	kstat_t *kstat = kstat_make("own", KSTAT_TYPE_NAMED, 2, 0);
	kstat_t *raw = kstat_make("raw", KSTAT_TYPE_RAW, 4, 0);
	struct kstat_batch batch;

	kstat->ks_ndata = 2000;
	raw->ks_data_size = 1 << 19;
	kstat_install(kstat);
	kstat_install(raw);
	kstat_read_from(0, 0, 10, &batch);
	assert_int_equal(batch.list[0].count, 2);
	assert_int_equal(batch.list[1].count, 4);
	kstat_batch_free(&batch);
}

/* --- variable size -------------------------------------------------------- */

static kstat_named_t grown[3];

static int
grow(kstat_t *kstat, int rw)
{
	kstat->ks_ndata++;
	kstat_named_init(
	    &grown[kstat->ks_ndata - 1], "more", KSTAT_DATA_UINT64);
	kstat->ks_data = grown;
	return 0;
}

static void
an_update_may_change_the_size_of_one_that_varies(void **state)
{
	kstat_t *kstat = kstat_make("varies", KSTAT_TYPE_NAMED, 0,
	    KSTAT_FLAG_VIRTUAL | KSTAT_FLAG_VAR_SIZE);
	struct kstat_batch batch;
	uint_t i;

	kstat->ks_update = grow;
	kstat_install(kstat);
	for (i = 1; i <= ARRAY_LENGTH(grown); i++) {
		kstat_read_only(&batch);
		assert_int_equal(batch.list[0].error, 0);
		assert_int_equal(batch.list[0].count, i);
		kstat_batch_free(&batch);
	}
	net_kstat_delete(0, kstat);
}

static int
ask_for_more(kstat_t *kstat, void *buffer, int rw)
{
	diary_write("%d", (int)kstat->ks_data_size);
	if (kstat->ks_data_size < 40) {
		kstat->ks_data_size += 20;
		return ENOMEM;
	}
	memset(buffer, 'x', kstat->ks_data_size);
	return 0;
}

static void
a_snapshot_gets_the_larger_buffer_that_it_asks_for(void **state)
{
	kstat_t *kstat = kstat_make("more", KSTAT_TYPE_RAW, 10,
	    KSTAT_FLAG_VIRTUAL | KSTAT_FLAG_VAR_SIZE);
	struct kstat_batch batch;

	kstat->ks_snapshot = ask_for_more;
	kstat_install(kstat);
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].error, 0);
	assert_int_equal(batch.list[0].count, 50);
	assert_int_equal(batch.list[0].raw[49], 'x');
	kstat_batch_free(&batch);
	assert_diary("10 30 50");
	net_kstat_delete(0, kstat);
}

static void
one_of_fixed_size_gets_no_larger_buffer(void **state)
{
	kstat_t *kstat =
	    kstat_make("fixed", KSTAT_TYPE_RAW, 10, KSTAT_FLAG_VIRTUAL);
	struct kstat_batch batch;

	kstat->ks_snapshot = ask_for_more;
	kstat_install(kstat);
	kstat_read_only(&batch);
	assert_int_equal(batch.list[0].error, ENOMEM);
	kstat_batch_free(&batch);
	assert_diary("10");
	net_kstat_delete(0, kstat);
}

/* --- rules ---------------------------------------------------------------- */

static kstat_t *subject;

static void
install_the_subject(void)
{
	kstat_install(subject);
}

static void
what_varies_is_not_installed_without_a_lock(void **state)
{
	subject = kstat_make("varies", KSTAT_TYPE_RAW, 1,
	    KSTAT_FLAG_VIRTUAL | KSTAT_FLAG_VAR_SIZE);
	subject->ks_lock = NULL;
	assert_breaks_rule(install_the_subject,
	    "kstat_install refused: what is of variable size needs a ks_lock");
	assert_int_equal(kstat_readable(0), 0);
	net_kstat_delete(0, subject);
}

static void
text_is_not_installed_in_the_framework_s_memory(void **state)
{
	subject = kstat_make("text", KSTAT_TYPE_NAMED, 2, 0);
	kstat_named_init(
	    &KSTAT_NAMED_PTR(subject)[1], "text", KSTAT_DATA_STRING);
	assert_breaks_rule(install_the_subject,
	    "kstat_install refused: a string statistic needs a virtual kstat");
	assert_int_equal(
	    subject->ks_flags & KSTAT_FLAG_INVALID, KSTAT_FLAG_INVALID);
	assert_int_equal(kstat_readable(0), 0);
}

static void
text_is_written_by_way_of_a_snapshot_only(void **state)
{
	kstat_named_t named;

	subject = kstat_make("text", KSTAT_TYPE_NAMED, 1,
	    KSTAT_FLAG_VIRTUAL | KSTAT_FLAG_WRITABLE);
	kstat_named_init(&named, "text", KSTAT_DATA_STRING);
	subject->ks_data = &named;
	subject->ks_data_size = sizeof(named);
	assert_breaks_rule(install_the_subject,
	    "kstat_install refused: strings cannot be written without a "
	    "ks_snapshot");
	subject->ks_snapshot = snapshot_of_two;
	kstat_install(subject);
	assert_int_equal(subject->ks_flags & KSTAT_FLAG_INVALID, 0);
	net_kstat_delete(0, subject);
}

static kstat_named_t number;

static void
make_a_number_text(void)
{
	kstat_named_setstr(&number, "text");
}

static void
what_is_no_string_takes_no_string(void **state)
{
	kstat_named_init(&number, "number", KSTAT_DATA_UINT64);
	number.value.ui64 = 5;
	assert_breaks_rule(make_a_number_text, "statistic number is no string");
	assert_int_equal(number.value.ui64, 5);
}

static void
delete_under_its_lock(void)
{
	mutex_enter(subject->ks_lock);
	net_kstat_delete(0, subject);
	kstat_delete(subject);
	mutex_exit(subject->ks_lock);
}

static void
nobody_deletes_a_kstat_whose_lock_he_holds(void **state)
{
	subject = kstat_make("held", KSTAT_TYPE_NAMED, 1, 0);
	kstat_install(subject);
	assert_breaks_rule(delete_under_its_lock,
	    "deleting kstat test:0:held refused: the caller holds its "
	    "ks_lock");
	assert_int_equal(kstat_readable(0), 1);
	net_kstat_delete(0, subject);
	assert_int_equal(kstat_readable(0), 0);
}

static void
strings_of_kstats_are_cut_and_filled_up(void **state)
{
	char target[KSTAT_STRLEN + 1];

	memset(target, 'x', sizeof(target));
	kstat_set_string(target, "short");
	assert_memory_equal(target, "short\0\0\0", 8);
	assert_int_equal(target[KSTAT_STRLEN - 1], '\0');
	kstat_set_string(target, "forty bytes are more than a name can be.");
	assert_string_equal(target, "forty bytes are more than a na");
	assert_int_equal(target[KSTAT_STRLEN], 'x');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CORE_TEST(a_raw_kstat_is_read_as_its_bytes),
	    CORE_TEST(an_interrupt_kstat_counts_five_kinds),
	    CORE_TEST(a_timer_adds_up_its_events),
	    CORE_TEST(the_times_of_a_queue_are_those_computed_by_hand),
	    CORE_TEST(going_from_queue_to_queue_is_one_moment),
	    CORE_TEST(nothing_leaves_an_empty_queue),
	    CORE_TEST(a_snapshot_of_io_adds_what_is_under_way_to_the_copy_only),
	    CORE_TEST(a_snapshot_of_the_plugin_s_own_is_what_is_read),
	    CORE_TEST(sizes_that_make_no_sense_are_an_error),
	    CORE_TEST(
		a_plugin_cannot_make_a_read_go_beyond_the_framework_s_memory),
	    CORE_TEST(an_update_may_change_the_size_of_one_that_varies),
	    CORE_TEST(a_snapshot_gets_the_larger_buffer_that_it_asks_for),
	    CORE_TEST(one_of_fixed_size_gets_no_larger_buffer),
	    CORE_TEST(what_varies_is_not_installed_without_a_lock),
	    CORE_TEST(text_is_not_installed_in_the_framework_s_memory),
	    CORE_TEST(text_is_written_by_way_of_a_snapshot_only),
	    CORE_TEST(what_is_no_string_takes_no_string),
	    CORE_TEST(nobody_deletes_a_kstat_whose_lock_he_holds),
	    CORE_TEST(strings_of_kstats_are_cut_and_filled_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
