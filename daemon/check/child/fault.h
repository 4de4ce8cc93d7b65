/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault.h: when the plugin crashes, the board says where, and which memory was
 * touched; then the child ends.
 */
#ifndef NETINST_CHECK_FAULT_H
#define NETINST_CHECK_FAULT_H

/* Catches what crashes raise, for the whole process. Main thread. */
void fault_start(void);

/*
 * Each thread calls it before it runs plugin code: the handler gets a stack
 * there, and the signals are let through.
 */
void fault_prepare_thread(void);

#endif
