/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeout.h: calls that come later, on the strand of an instance: never
 * together with another callback of it.
 */
#ifndef NETINST_TIMEOUT_H
#define NETINST_TIMEOUT_H

#include <netinst/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint64_t net_timeout_t; /* 0 is none; never used again */
typedef void (*net_timeout_fn_t)(netid_t id, void *arg);

/*
 * Calls fn once, at the earliest after that many milliseconds. Those made
 * inside a callback belong to its registrant: the framework cancels them before
 * that's shutdown on the instance; all others before the instance's first
 * shutdown callback, and before the plugin's first when it is unloaded. Returns
 * 0, with a log line that says why, for a NULL fn, when the instance, or the
 * registrant there, is not there or in or past shutdown, and when the instance
 * has 4096 of them.
 */
net_timeout_t net_timeout(
    netid_t id, uint64_t milliseconds, net_timeout_fn_t fn, void *arg);

/*
 * The same again and again, every that many milliseconds (0 counts as 1)
 * without drift; calls that could not be made in time are left out, not made up
 * for.
 */
net_timeout_t net_timeout_every(
    netid_t id, uint64_t milliseconds, net_timeout_fn_t fn, void *arg);

/*
 * Cancels. Returns 0 when fn will not be called (any more); ESRCH when it had
 * been already, or was cancelled. When it returns, fn does not run, unless it
 * was called inside fn itself, or inside a hook or a callback of another
 * instance. So hold no lock that fn takes.
 */
int net_untimeout(net_timeout_t timeout);

#ifdef __cplusplus
}
#endif

#endif
