/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_farewell.h: from the last words of instances to their records. An
 * instance that is no simulation always gets one, a simulated one when it had
 * a kstat of class "net", the global one never.
 */
#ifndef NETINST_CTL_HISTORY_FAREWELL_H
#define NETINST_CTL_HISTORY_FAREWELL_H

#include "core/kstat/farewell.h"

/* For core_set_farewell(); between history_start() and history_stop(). */
extern const struct farewell history_farewell;

/*
 * The daemon stops: instances end from now on because of that, and their
 * records say so. Any thread.
 */
void history_farewell_stopping(void);

#endif
