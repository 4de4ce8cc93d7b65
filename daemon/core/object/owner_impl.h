/* SPDX-License-Identifier: Apache-2.0 */
/*
 * owner_impl.h: private to core/: the accounts of an owner. All counters are
 * relaxed atomics; readers add up what they see.
 */
#ifndef NETINST_CORE_OWNER_IMPL_H
#define NETINST_CORE_OWNER_IMPL_H

#include "base/log_limit.h"
#include "core/object/core_impl.h"

#define OWNER_MAGIC 0x6f776e72U

/* How many lines of the log a plugin may cause, and may write itself. */
#define COMPLAINTS_AT_ONCE    100
#define COMPLAINTS_PER_SECOND 10
#define LINES_AT_ONCE	      200000
#define LINES_PER_SECOND      2000

/* Buckets of a histogram: four to each power of two, up to 2^42 ns. */
#define OWNER_BUCKETS 168

struct callback_account {
	_Atomic uint64_t begun, failures, overdue;
	_Atomic int64_t max;
	_Atomic uint64_t buckets[OWNER_BUCKETS];
};

struct owner {
	unsigned magic;
	_Atomic unsigned references;
	uint64_t number;    /* never used again */
	struct owner *next; /* of all; owner.c's lock */
	_Atomic bool retired;
	bool inside; /* before its first registration: its callbacks' place */
	struct callback_account accounts[CALLBACKS];
	_Atomic uint64_t left_kstats, left_notifies, left_protocols, left_hooks;
	_Atomic uint64_t opened;
	struct log_limit complaints, lines; /* about it; its own */
	unsigned timeouts; /* of no registrant; the lock of timeout.c */
	char name[];
};

/* Who the calling thread works for: owner_current(), where calls are dear. */
extern _Thread_local struct owner *owner_at_work;

/* What belongs to no plugin. */
struct owner *owner_daemon(void);
/* What the framework makes for itself: it is nobody's leftover. */
struct owner *owner_framework(void);
void owner_init(void);
void owner_destroy(void);

/* One by number, with a reference, or NULL. */
struct owner *owner_find(uint64_t number);

/* The resolver's answer, or NULL. */
struct owner *owner_of_code(const void *address);

/*
 * Who the calling thread works for: in a callback its owner, else the plugin
 * whose code is at address (__builtin_return_address(0) of the documented
 * function), else the daemon. Never NULL, borrowed.
 */
struct owner *owner_of_caller(const void *address);

/* From now on nothing is registered for it. */
void owner_retire_begin(struct owner *owner);
bool owner_is_retired(const struct owner *owner);

/* A callback begins, and ends after elapsed nanoseconds. */
void owner_count_begin(struct owner *owner, enum callback callback);
void owner_count_end(
    struct owner *owner, enum callback callback, int64_t elapsed, bool failed);
void owner_count_overdue(struct owner *owner, enum callback callback);

/* net_instance_open() has given it a descriptor. */
void owner_count_opened(struct owner *owner);

/* Logs and counts things the framework had to free; nothing is silent. */
void owner_count_leftovers(
    struct owner *owner, netid_t netid, const struct owner_leftovers *left);

#endif
