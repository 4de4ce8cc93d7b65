/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault.h: the last thing a child does when the plugin crashes: it says on the
 * board where, and which memory was touched.
 */
#ifndef NETINST_CHECK_FAULT_H
#define NETINST_CHECK_FAULT_H

/* Catches what crashes raise, for the whole process. Main thread. */
void fault_start(void);

/*
 * For each thread before it runs plugin code: a stack for the handler of its
 * own, and the signals let through.
 */
void fault_prepare_thread(void);

#endif
