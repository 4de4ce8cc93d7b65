/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeout.h: private to core/: cancelling the timeouts that plugins have made,
 * when whom they belong to goes.
 */
#ifndef NETINST_CORE_TIMEOUT_H
#define NETINST_CORE_TIMEOUT_H

#include "core/object/core_impl.h"

/* With the core; between them no thread exists until a timeout is made. */
void timeout_init(void);
/* Every instance is gone. Before the pool. */
void timeout_destroy(void);

/*
 * Has what timeouts need, so that none makes a thread: that would be where the
 * callback is that makes the timeout. Any thread. 0 or -EAGAIN.
 */
int timeout_prepare(void);

/*
 * Cancels, on one instance, what the callbacks of a registrant have made; or,
 * when that is NULL, what the owner has made outside its registrants'
 * callbacks; or, when that is NULL too, everything. None of them runs any more.
 * Who calls has first made sure, in a way that shows under the instance's lock,
 * that no more of them are accepted. Strand.
 */
void timeout_cancel(struct instance *instance,
    const struct registrant *registrant, const struct owner *owner);

/* Whether the owner has any outside its registrants' callbacks. Any thread. */
bool timeout_has_any(const struct owner *owner);

#endif
