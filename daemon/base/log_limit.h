/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_limit.h: how many lines somebody may cause: so many at a time, and so
 * many a second for long. Without a lock; any thread.
 */
#ifndef NETINST_BASE_LOG_LIMIT_H
#define NETINST_BASE_LOG_LIMIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct log_rate {
	unsigned at_once;
	unsigned per_second;
};

/* All zero at first. */
struct log_limit {
	_Atomic int64_t used_until; /* when all of it is free again */
	_Atomic uint64_t left_out;  /* lines, since that was said */
};

/*
 * Whether one more line may be written; if so, *left_out were not since the
 * last time. If not, it is counted.
 */
bool log_limit_pass(
    struct log_limit *limit, const struct log_rate *rate, uint64_t *left_out);

#endif
