/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interrupt.h: a check that is interrupted, as with Ctrl-C, still ends its
 * processes and removes its files. The signals that ask for an end are held
 * back meanwhile; then they do what they do to any process. Main thread.
 */
#ifndef NETINST_CHECK_INTERRUPT_H
#define NETINST_CHECK_INTERRUPT_H

#include <stdbool.h>

/* Holds the signals back from now on, but for those that are ignored. */
void interrupt_hold(void);
/* Whether one is being held back. */
bool interrupt_is_held(void);
/* As it was before; what was held back ends the process here. */
void interrupt_release(void);

#endif
