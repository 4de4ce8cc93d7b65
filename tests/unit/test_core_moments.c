/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_moments.c: what another thread sees, or does, at the worst moment.
 * The Makefile has a few functions of the core called through here: each stands
 * in the middle of something, and the test acts there. So the interleaving that
 * is meant happens every time.
 */
#include <netinst/kstat.h>
#include <netinst/timeout.h>

#include "core/kstat/kstat_impl.h"
#include "core/kstat/kstat_use.h"
#include "core/kstat/kstat_visit.h"
#include "core/kstat/kstat_write.h"
#include "core/object/instance_ext.h"
#include "exec/timer.h"
#include "core_fixture.h"
#include "kstat_fixture.h"

/* --- the moments ---------------------------------------------------------- */

/* Timers taken off the clock, and how many while nothing was counted. */
static _Atomic unsigned cancelled, uncounted;

bool __real_timer_cancel(struct timer_clock *clock, struct timer *timer);
bool __wrap_timer_cancel(struct timer_clock *clock, struct timer *timer);

bool
__wrap_timer_cancel(struct timer_clock *clock, struct timer *timer)
{
	const struct instance *home = instance_of(timer->strand);

	cancelled++;
	if (atomic_load(&instance_ext_peek(home)->timeout_count) == 0)
		uncounted++;
	return __real_timer_cancel(clock, timer);
}

/* While a test makes kstats: how often, and what was found too early. */
static _Atomic bool is_listing;
static _Atomic unsigned listings, found_early;

struct kstat_entry *__real_kstat_visitor_find(
    const struct instance *instance, const struct kstat_key *key);
struct kstat_entry *__wrap_kstat_visitor_find(
    const struct instance *instance, const struct kstat_key *key);

struct kstat_entry *
__wrap_kstat_visitor_find(
    const struct instance *instance, const struct kstat_key *key)
{
	if (is_listing) {
		listings++;
		found_early += kstat_table_find_kid(0) != NULL;
	}
	return __real_kstat_visitor_find(instance, key);
}

/* Called once, on a thread of its own, at the next such moment. */
static void (*_Atomic before_use)(void), (*_Atomic before_update)(void);

static void
call_once(void (*_Atomic *moment)(void))
{
	void (*body)(void) = atomic_exchange(moment, NULL);

	if (body != NULL)
		on_a_thread(body);
}

void __real_frame_enter(struct frame *frame, struct instance *instance,
    struct registrant *registrant, struct owner *owner, enum callback callback);
void __wrap_frame_enter(struct frame *frame, struct instance *instance,
    struct registrant *registrant, struct owner *owner, enum callback callback);

void
__wrap_frame_enter(struct frame *frame, struct instance *instance,
    struct registrant *registrant, struct owner *owner, enum callback callback)
{
	if (callback == CALLBACK_KSTAT)
		call_once(&before_use);
	__real_frame_enter(frame, instance, registrant, owner, callback);
}

int __real_kstat_update(struct kstat_entry *entry, int rw);
int __wrap_kstat_update(struct kstat_entry *entry, int rw);

int
__wrap_kstat_update(struct kstat_entry *entry, int rw)
{
	call_once(&before_update);
	return __real_kstat_update(entry, rw);
}

static int
setup(void **state)
{
	cancelled = uncounted = listings = found_early = 0;
	before_use = before_update = NULL;
	return core_setup(state);
}

/* --- what counts a timeout ------------------------------------------------ */

static void
never(netid_t id, void *arg)
{
	fail();
}

static void
make_one(netid_t id)
{
	assert_int_not_equal(net_timeout(id, UINT64_MAX, never, NULL), 0);
}

static void
a_timeout_is_counted_until_its_timer_is_off_the_clock(void **state)
{
	net_timeout_t number;

	number = net_timeout(0, UINT64_MAX, never, NULL);
	assert_int_not_equal(number, 0);
	assert_int_equal(net_untimeout(number), 0);
	assert_int_equal(cancelled, 1);
	assert_int_equal(uncounted, 0);
}

static void
so_is_one_that_ends_with_its_registrant_or_its_instance(void **state)
{
	netid_t id = add_instance("x", NULL);

	A->on_create = make_one;
	B->on_create = make_one;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(enter(B), DDI_SUCCESS);
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_int_equal(destroy(id), 0);
	assert_int_equal(cancelled, 3);
	assert_int_equal(uncounted, 0);
}

/* --- who finds a kstat ---------------------------------------------------- */

static void
a_kstat_is_found_only_when_it_is_complete(void **state)
{
	kstat_t *first;

	is_listing = true;
	first = kstat_make("same", KSTAT_TYPE_NAMED, 1, 0);
	log_keep();
	assert_null(net_kstat_create(
	    0, "test", 0, "same", "misc", KSTAT_TYPE_NAMED, 1, 0));
	(void)log_kept();
	is_listing = false;
	assert_int_equal(listings, 2);
	assert_int_equal(found_early, 0);
	assert_int_equal(first->ks_kid > 0, 1);
	net_kstat_delete(0, first);
}

/* --- a dormant kstat is woken --------------------------------------------- */

static kstat_t *kept;

static int
say_update(kstat_t *kstat, int rw)
{
	diary_write(rw == KSTAT_READ ? "read" : "write");
	return 0;
}

static void
make_kept(void)
{
	kept = net_kstat_create(0, "test", 0, "kept", "misc", KSTAT_TYPE_NAMED,
	    1, KSTAT_FLAG_PERSISTENT | KSTAT_FLAG_WRITABLE);
	assert_non_null(kept);
	kstat_named_init(kept->ks_data, "value", KSTAT_DATA_UINT64);
	kept->ks_update = say_update;
}

static void
let_it_sleep(void)
{
	make_kept();
	kstat_install(kept);
	net_kstat_delete(0, kept);
	(void)diary_take();
}

static enum kstat_outcome
write_kept(void)
{
	const struct kstat_value value = {
	    .statistic = "value",
	    .kind = KSTAT_VALUE_INTEGER,
	    .integer = 7,
	};
	struct kstat_order order = {
	    .module = "test",
	    .name = "kept",
	    .values = &value,
	    .count = 1,
	};
	struct instance *home = instance_find(0);
	struct answer answer;

	answer_init(&answer);
	kstat_write(home, &order, answer_done, &answer);
	assert_int_equal(answer_wait(&answer), 0);
	instance_release(home);
	if (order.outcome == KSTAT_WRITTEN)
		kstat_snapshot_free(&order.written);
	return order.outcome;
}

static void
nothing_is_written_to_a_kstat_that_is_being_woken(void **state)
{
	let_it_sleep();
	assert_int_equal(write_kept(), KSTAT_WRITTEN);
	before_use = make_kept;
	assert_int_equal(write_kept(), KSTAT_NOT_FOUND);
	assert_diary("");
	assert_int_equal(KSTAT_NAMED_PTR(kept)->value.ui64, 0);
	kstat_install(kept);
	assert_diary("write");
	assert_int_equal(write_kept(), KSTAT_WRITTEN);
	assert_diary("read write");
	net_kstat_delete(0, kept);
}

/* Its lock is held, so it is read on the strand. */
static void
nor_is_it_read(void **state)
{
	struct kstat_batch batch;
	struct instance *home;
	struct answer answer;

	let_it_sleep();
	home = instance_find(0);
	mutex_enter(kept->ks_lock);
	before_use = make_kept;
	answer_init(&answer);
	assert_int_equal(kstat_read(home, 0, 10, kstat_any, NULL, &batch,
			     answer_done, &answer),
	    -EINPROGRESS);
	/* It cannot be woken either while its lock is held. */
	log_keep();
	assert_null(net_kstat_create(0, "test", 0, "kept", "misc",
	    KSTAT_TYPE_NAMED, 1, KSTAT_FLAG_PERSISTENT));
	assert_non_null(strstr(log_kept(), "the caller holds its ks_lock"));
	mutex_exit(kept->ks_lock);
	assert_int_equal(answer_wait(&answer), 0);
	assert_int_equal(batch.count, 0);
	assert_diary("");
	kstat_batch_free(&batch);
	instance_release(home);
	kstat_install(kept);
	assert_diary("write");
	net_kstat_delete(0, kept);
}

/* Where it visits, the lock of its own instance is not held. */
static void
what_reads_a_visitor_at_once_runs_no_code_of_its_plugin(void **state)
{
	netid_t id = add_instance("x", NULL);

	let_it_sleep();
	kstat_zone_add(kept, id);
	before_update = make_kept;
	assert_int_equal(kstat_readable(id), 1);
	assert_diary("");
	if (atomic_exchange(&before_update, NULL) != NULL)
		make_kept();
	kstat_install(kept);
	assert_diary("write");
	net_kstat_delete(0, kept);
}

#define MOMENT(test) cmocka_unit_test_setup_teardown(test, setup, core_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    MOMENT(a_timeout_is_counted_until_its_timer_is_off_the_clock),
	    MOMENT(so_is_one_that_ends_with_its_registrant_or_its_instance),
	    MOMENT(a_kstat_is_found_only_when_it_is_complete),
	    MOMENT(nothing_is_written_to_a_kstat_that_is_being_woken),
	    MOMENT(nor_is_it_read),
	    MOMENT(what_reads_a_visitor_at_once_runs_no_code_of_its_plugin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
