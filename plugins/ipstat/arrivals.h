/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arrivals.h: hears of links that come and go between two samples, by a hook on
 * NIC_EVENTS of inet, where every link has its events. A link that was never
 * sampled is sampled soon, so its kstat need not wait for the interval; one
 * that is gone before was not counted, and the account has to know that. On the
 * instance's strand.
 */
#ifndef IPSTAT_ARRIVALS_H
#define IPSTAT_ARRIVALS_H

#include <netinst/hook.h>

#include "account.h"

struct arrivals {
	struct account *account;
	void (*ask)(void *arg); /* a sample is wanted */
	void *arg;
};

/* A protocol comes to the instance, or goes; all but inet are left alone. */
void arrivals_follow(
    struct arrivals *arrivals, hook_notify_cmd_t command, const char *protocol);

#endif
