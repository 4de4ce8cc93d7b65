/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_final.h: from the final snapshots of an instance's kstats to its
 * record. A real instance always gets one, a simulated one when it had a kstat
 * of class "net", the global one never.
 */
#ifndef NETINST_HISTORY_FINAL_H
#define NETINST_HISTORY_FINAL_H

#include "core/kstat/final_snapshot.h"

/* For core_set_final_listener(); between history_start() and history_stop(). */
extern const struct final_listener history_final;

/* The daemon stops: from now on records name that as the cause. Any thread. */
void history_final_stopping(void);

#endif
