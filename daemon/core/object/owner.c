/* SPDX-License-Identifier: Apache-2.0 */
/*
 * owner.c: owns the accounts: how long callbacks took, what failed, what was
 * left behind. Written by workers, read by anyone, without a lock.
 */
#include "core/object/owner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "core/object/owner_impl.h"

static struct owner *daemon_owner, *framework_owner;
static struct owner *(*resolve)(const void *address);

static struct {
	struct lock lock;
	struct owner *first;
	uint64_t numbers; /* given so far */
} owners = {.lock = LOCK_INITIALIZER(LOCK_OWNER)};

_Thread_local struct owner *owner_at_work;

static const char *const callback_names[CALLBACKS] = {
    [CALLBACK_CREATE] = "create",
    [CALLBACK_SHUTDOWN] = "shutdown",
    [CALLBACK_DESTROY] = "destroy",
    [CALLBACK_NOTIFY] = "notify",
    [CALLBACK_KSTAT] = "kstat_update",
    [CALLBACK_TIMEOUT] = "timeout",
    [CALLBACK_HOOK] = "hook",
};

const char *
callback_name(enum callback callback)
{
	ASSERT((unsigned)callback < CALLBACKS);
	return callback_names[callback];
}

void
owner_init(void)
{
	daemon_owner = owner_create("netinstd");
	framework_owner = owner_create("netinstd");
}

void
owner_destroy(void)
{
	owner_release(framework_owner);
	owner_release(daemon_owner);
	daemon_owner = framework_owner = NULL;
}

struct owner *
owner_daemon(void)
{
	return daemon_owner;
}

struct owner *
owner_framework(void)
{
	return framework_owner;
}

struct owner *
owner_create(const char *name)
{
	size_t length = strlen(name) + 1;
	struct owner *owner = memory_zalloc(sizeof(*owner) + length);

	owner->magic = OWNER_MAGIC;
	atomic_init(&owner->references, 1);
	memcpy(owner->name, name, length);
	lock_enter(&owners.lock);
	owner->number = ++owners.numbers;
	owner->next = owners.first;
	owners.first = owner;
	lock_exit(&owners.lock);
	return owner;
}

void
owner_hold(struct owner *owner)
{
	CHECK(owner, OWNER_MAGIC);
	(void)atomic_fetch_add(&owner->references, 1);
}

/* The last reference is given up under the lock: owner_find() may look. */
static void
owner_free(struct owner *owner)
{
	struct owner **link = &owners.first;

	while (*link != owner)
		link = &(*link)->next;
	*link = owner->next;
	owner->magic = 0;
	free(owner);
}

void
owner_release(struct owner *owner)
{
	unsigned references = atomic_load(&owner->references);

	CHECK(owner, OWNER_MAGIC);
	while (references > 1)
		if (atomic_compare_exchange_weak(
			&owner->references, &references, references - 1))
			return;
	lock_enter(&owners.lock);
	if (atomic_fetch_sub(&owner->references, 1) == 1)
		owner_free(owner);
	lock_exit(&owners.lock);
}

struct owner *
owner_find(uint64_t number)
{
	struct owner *owner;

	lock_enter(&owners.lock);
	owner = owners.first;
	while (owner != NULL && owner->number != number)
		owner = owner->next;
	if (owner != NULL)
		owner_hold(owner);
	lock_exit(&owners.lock);
	return owner;
}

void
owner_set_resolver(struct owner *(*resolver)(const void *address))
{
	resolve = resolver;
}

struct owner *
owner_of_code(const void *address)
{
	return resolve != NULL ? resolve(address) : NULL;
}

void
owner_retire_begin(struct owner *owner)
{
	atomic_store(&owner->retired, true);
}

bool
owner_is_retired(const struct owner *owner)
{
	return atomic_load(&owner->retired);
}

const char *
owner_name(const struct owner *owner)
{
	CHECK(owner, OWNER_MAGIC);
	return owner->name;
}

void
owner_complain(struct owner *owner, const char *format, ...)
{
	static const struct log_rate rate = {
	    COMPLAINTS_AT_ONCE, COMPLAINTS_PER_SECOND};
	char text[LOG_LINE_MAX];
	uint64_t left_out;
	va_list arguments;

	if (!log_limit_pass(&owner->complaints, &rate, &left_out))
		return;
	if (left_out > 0)
		log_warning("core",
		    "%s: %llu lines like these were left out here", owner->name,
		    (unsigned long long)left_out);
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	log_warning("core", "%s: %s", owner->name, text);
}

void
owner_log(struct owner *owner, enum log_level level, const char *token,
    const char *format, va_list arguments)
{
	static const struct log_rate rate = {LINES_AT_ONCE, LINES_PER_SECOND};
	uint64_t left_out;

	if (!log_wants(level))
		return;
	if (!log_limit_pass(&owner->lines, &rate, &left_out))
		return;
	if (left_out > 0)
		log_warning("core",
		    "%s: %llu lines of its own were left out "
		    "here",
		    owner->name, (unsigned long long)left_out);
	log_write_list(level, token, format, arguments);
}

void
owner_set_inside(struct owner *owner)
{
	CHECK(owner, OWNER_MAGIC);
	lock_enter(&owners.lock);
	owner->inside = true;
	lock_exit(&owners.lock);
}

bool
owner_is_inside(const struct owner *owner)
{
	CHECK(owner, OWNER_MAGIC);
	return owner->inside;
}

void
owner_visit_inside(owner_visit_fn visit, void *arg)
{
	const struct owner *owner;

	lock_enter(&owners.lock);
	for (owner = owners.first; owner != NULL; owner = owner->next)
		if (owner->inside)
			visit(arg, owner->name);
	lock_exit(&owners.lock);
}

struct owner *
owner_enter(struct owner *owner)
{
	struct owner *before = owner_at_work;

	owner_at_work = owner;
	return before;
}

void
owner_leave(struct owner *before)
{
	owner_at_work = before;
}

struct owner *
owner_current(void)
{
	return owner_at_work;
}

struct owner *
owner_of_caller(const void *address)
{
	struct owner *owner = owner_current();

	if (owner == NULL)
		owner = owner_of_code(address);
	return owner != NULL ? owner : owner_daemon();
}

static void
count(_Atomic uint64_t *counter, uint64_t n)
{
	(void)atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static uint64_t
counted(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/* Four buckets per power of two: the two bits below the highest choose. */
static unsigned
bucket_of(int64_t elapsed)
{
	uint64_t ns = elapsed < 4 ? 4 : (uint64_t)elapsed;
	unsigned high = 63U - (unsigned)__builtin_clzll(ns);
	unsigned bucket = (high - 2) * 4 + (unsigned)(ns >> (high - 2) & 3);

	return bucket < OWNER_BUCKETS ? bucket : OWNER_BUCKETS - 1;
}

/* The middle of a bucket. */
static int64_t
bucket_value(unsigned bucket)
{
	unsigned high = bucket / 4 + 2;
	uint64_t width = 1ULL << (high - 2);

	return (int64_t)((1ULL << high) + (bucket % 4) * width + width / 2);
}

void
owner_count_begin(struct owner *owner, enum callback callback)
{
	count(&owner->accounts[callback].begun, 1);
}

void
owner_count_end(
    struct owner *owner, enum callback callback, int64_t elapsed, bool failed)
{
	struct callback_account *account = &owner->accounts[callback];
	int64_t max = atomic_load_explicit(&account->max, memory_order_relaxed);

	while (elapsed > max &&
	       !atomic_compare_exchange_weak_explicit(&account->max, &max,
		   elapsed, memory_order_relaxed, memory_order_relaxed))
		;
	if (failed)
		count(&account->failures, 1);
	count(&account->buckets[bucket_of(elapsed)], 1);
}

void
owner_count_overdue(struct owner *owner, enum callback callback)
{
	count(&owner->accounts[callback].overdue, 1);
}

/* The middle of the bucket the rank falls in, but not above the maximum. */
static int64_t
percentile(
    const uint64_t *buckets, uint64_t total, unsigned percent, int64_t max)
{
	uint64_t rank = (total * percent + 99) / 100, seen = 0;
	unsigned i;

	for (i = 0; i < OWNER_BUCKETS; i++) {
		seen += buckets[i];
		if (seen >= rank && seen > 0)
			return bucket_value(i) < max ? bucket_value(i) : max;
	}
	return 0;
}

void
owner_read_callback(const struct owner *owner, enum callback callback,
    struct callback_stats *stats)
{
	const struct callback_account *account = &owner->accounts[callback];
	uint64_t buckets[OWNER_BUCKETS], ended = 0;
	unsigned i;

	CHECK(owner, OWNER_MAGIC);
	for (i = 0; i < OWNER_BUCKETS; i++) {
		buckets[i] = counted(&account->buckets[i]);
		ended += buckets[i];
	}
	stats->calls = counted(&account->begun);
	stats->running = stats->calls > ended ? stats->calls - ended : 0;
	stats->failures = counted(&account->failures);
	stats->overdue = counted(&account->overdue);
	stats->max = atomic_load_explicit(&account->max, memory_order_relaxed);
	stats->p50 = percentile(buckets, ended, 50, stats->max);
	stats->p99 = percentile(buckets, ended, 99, stats->max);
}

void
owner_count_opened(struct owner *owner)
{
	count(&owner->opened, 1);
}

uint64_t
owner_opened(const struct owner *owner)
{
	CHECK(owner, OWNER_MAGIC);
	return counted(&owner->opened);
}

void
owner_count_leftovers(
    struct owner *owner, netid_t netid, const struct owner_leftovers *left)
{
	if (left->kstats + left->notifies + left->protocols + left->hooks == 0)
		return;
	count(&owner->left_kstats, left->kstats);
	count(&owner->left_notifies, left->notifies);
	count(&owner->left_protocols, left->protocols);
	count(&owner->left_hooks, left->hooks);
	log_warning("core",
	    "%s left behind on instance %d, freed now: %llu kstats, "
	    "%llu notify registrations, %llu protocols, %llu hooks",
	    owner->name, (int)netid, (unsigned long long)left->kstats,
	    (unsigned long long)left->notifies,
	    (unsigned long long)left->protocols,
	    (unsigned long long)left->hooks);
}

void
owner_read_leftovers(
    const struct owner *owner, struct owner_leftovers *leftovers)
{
	CHECK(owner, OWNER_MAGIC);
	leftovers->kstats = counted(&owner->left_kstats);
	leftovers->notifies = counted(&owner->left_notifies);
	leftovers->protocols = counted(&owner->left_protocols);
	leftovers->hooks = counted(&owner->left_hooks);
}
