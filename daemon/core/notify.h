/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify.h: private to core/: telling notification callbacks which protocols
 * come and go. All of it runs on the instance's strand; bool as in pair.h.
 */
#ifndef NETINST_CORE_NOTIFY_H
#define NETINST_CORE_NOTIFY_H

#include "core/core_impl.h"

/*
 * Delivers whatever each notifier has not been told yet, including the last
 * words to those that leave.
 */
bool notify_deliver(struct instance *instance);

/*
 * Adds a notifier; notify_deliver() does the replay. registrant: whose pair
 * here it goes with, or NULL. 0 or a positive errno: EEXIST, ESHUTDOWN.
 */
int notify_add(struct instance *instance, struct registrant *registrant,
    struct owner *owner, hook_notify_fn_t function, void *arg);

/* Marks it as leaving; notify_deliver() says goodbye. 0 or ESRCH. */
int notify_remove(struct instance *instance, hook_notify_fn_t function);

/*
 * Frees, without a further call, what belongs to the registrant (or, when that
 * is NULL, to the owner; or, when that is NULL too, everything). Returns how
 * many that were.
 */
unsigned notify_free_left(struct instance *instance,
    const struct registrant *registrant, const struct owner *owner);

/* The owner of one that is left, borrowed; NULL when none is. */
struct owner *notify_left_owner(const struct instance *instance);

#endif
