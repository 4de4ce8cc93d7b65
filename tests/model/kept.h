/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kept.h: two instances of the ordering test that are there as long as the
 * epoch, and what is done to them only: to their kstats and to a protocol that
 * is asked for again while it goes. Any thread.
 */
#ifndef MODEL_KEPT_H
#define MODEL_KEPT_H

#include <stdbool.h>

#include <netinst/types.h>

#include "core/object/owner.h"

/* Makes them; waits. */
void kept_open(struct owner *owner);
/* Destroys them; waits. */
void kept_close(void);

/* Whether it is one of them. */
bool kept_has(netid_t id);

/* One random action, outside of callbacks; waits for its end. */
void kept_act(void);

#endif
