/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provide.h: registrants of the ordering test that provide a protocol on their
 * instance: they make it in create and take it back in shutdown or destroy, or
 * leave it behind. Inside their callbacks.
 */
#ifndef MODEL_PROVIDE_H
#define MODEL_PROVIDE_H

#include <stdint.h>

#include <netinst/types.h>

/* Nothing is provided. */
void provide_reset(void);

/* Provides one. Returns what provide_end() wants, or 0: there is none. */
uint32_t provide_begin(netid_t id, uint32_t registrant);

/* In shutdown; in destroy, or before create fails, after which all is over. */
void provide_shut_down(uint32_t provided, netid_t id);
void provide_end(uint32_t provided, netid_t id);

/* Calls a function of one that may be there. Any thread. */
void provide_ask(uint64_t random);

/* Unregistering the registrant has returned: none of its functions runs. */
void provide_left(uint32_t registrant);

#endif
