/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_limit.c: each line uses up an interval of time, the first ones in
 * advance.
 */
#include "base/log_limit.h"

#include "lib/clock.h"

bool
log_limit_pass(
    struct log_limit *limit, const struct log_rate *rate, uint64_t *left_out)
{
	int64_t interval = NS_PER_SEC / rate->per_second;
	int64_t now = clock_monotonic();
	int64_t until = atomic_load(&limit->used_until), from;

	*left_out = 0;
	do {
		from = until > now ? until : now;
		if (from - now > (rate->at_once - 1) * interval) {
			(void)atomic_fetch_add(&limit->left_out, 1);
			return false;
		}
	} while (!atomic_compare_exchange_weak(
	    &limit->used_until, &until, from + interval));
	*left_out = atomic_exchange(&limit->left_out, 0);
	return true;
}
