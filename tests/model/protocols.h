/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocols.h: what sources do with the protocols of instances, at random and
 * recorded, and what everybody asks about them. Any thread.
 */
#ifndef MODEL_PROTOCOLS_H
#define MODEL_PROTOCOLS_H

#include <netinst/types.h>

#include "core/object/instance.h"

/* Adds one, or, the likelier the more there are, removes one. */
void protocols_change(void);

/*
 * Adds one, removes it and adds it again, without waiting for the removal.
 * The instance stays; outside of callbacks. Nothing is recorded.
 */
void protocols_change_again(struct instance *instance);

void protocols_look_up(void);
/* Looks for a protocol of that instance. */
void protocol_look_up(netid_t id);

#endif
