/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.h: lib's memory, and what the daemon adds to it. A daemon of this size
 * cannot do anything useful without memory, so running out ends it in one
 * place, with a line that says how much was asked for. Sizes that a client
 * chooses are bounded before they come here.
 */
#ifndef NETINST_BASE_MEMORY_H
#define NETINST_BASE_MEMORY_H

#include "lib/memory.h"

/*
 * For the start of main(): out of memory, the line goes where the log goes; and
 * memory that threads give back is used again by all of them, so that what a
 * peak has taken does not grow with every peak.
 */
void memory_start(void);

#endif
