/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify.h: private to core/: telling notification callbacks what comes and
 * goes, at each of the three levels (board.h). On the instance's strand; bool
 * as in pair.h.
 */
#ifndef NETINST_CORE_NOTIFY_H
#define NETINST_CORE_NOTIFY_H

#include "core/object/core_impl.h"

/*
 * Delivers whatever each notifier of the instance has not been told yet,
 * including the last words to those that leave: first what happened to hooks,
 * then to events, then to families, so that the end of a whole is told after
 * that of its parts, and never from inside a callback that is told of one.
 */
bool notify_deliver(struct instance *instance);

#endif
