/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wrap.h: what wrap.c tells, each on the thread where it happens and without a
 * lock; watch.c listens. Must not call the core.
 */
#ifndef NETINST_CHECK_WRAP_H
#define NETINST_CHECK_WRAP_H

#include <stdbool.h>

#include "base/log.h"
#include "core/core.h"

/*
 * The last words before a callback and the first after it; callbacks nest.
 * failed: create gave NULL, or the like. registrant: "" when not known.
 */
void watch_callback_begins(
    enum callback callback, const char *registrant, netid_t instance);
void watch_callback_over(enum callback callback, bool failed);

/* The same of the loader's calls: "a constructor", "nin_load", "nin_unload". */
void watch_loader_begins(const char *call);
void watch_loader_over(void);

/* Every line of the log, whatever its level, before it is written. */
void watch_log(enum log_level level, const char *token, const char *text);

#endif
