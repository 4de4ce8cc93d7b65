/* SPDX-License-Identifier: Apache-2.0 */
/*
 * later.h: the timeouts of the ordering test. Whoever makes or cancels one is
 * recorded, and so is each call. Any thread.
 */
#ifndef MODEL_LATER_H
#define MODEL_LATER_H

#include <stdint.h>

#include <netinst/types.h>

/* There are none. */
void later_reset(void);

/* Makes one on that instance, for once or again and again. */
void later_make(netid_t id, uint64_t random);

/* Cancels one that was made, often a new one; or none. */
void later_cancel(uint64_t random);

/* The last that was made, perhaps by somebody else. */
void later_cancel_newest(void);

/* From now on none is made; cancels all there are, and waits. */
void later_end(void);

#endif
