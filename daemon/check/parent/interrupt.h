/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interrupt.h: an interrupted check, as with Ctrl-C, still ends its processes
 * and removes its files. It holds the signals back until then. Main thread.
 */
#ifndef NETINST_CHECK_INTERRUPT_H
#define NETINST_CHECK_INTERRUPT_H

#include <stdbool.h>

/* Holds the signals back from now on, but for those that are ignored. */
void interrupt_hold(void);
/* Whether one is being held back. */
bool interrupt_is_held(void);
/* Restores the mask; a signal that was held back ends the process here. */
void interrupt_release(void);

#endif
