/* SPDX-License-Identifier: Apache-2.0 */
/*
 * actions.h: what the ordering test does at random: the documented functions
 * of plugins and what sources do with instances, each recorded. Any thread.
 */
#ifndef MODEL_ACTIONS_H
#define MODEL_ACTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <netinst/neti.h>

#include "core/object/instance.h"
#include "core/object/owner.h"

/* The random numbers of each thread are a function of seed and its turn. */
void actions_seed(uint64_t seed);

/*
 * Nothing is under way; calls from inside callbacks are made. Makes the
 * instances that stay until action_clear_all().
 */
void actions_open(struct owner *owner);
/*
 * No more calls from inside callbacks, no more timeouts, and whoever can wait
 * for the end of what he does waits.
 */
void actions_quieten(void);
void actions_close(void);

/* The calling thread's next random number. */
uint64_t action_random(void);

/* One action from outside; waits for its end, or does not. */
void action_outside(void);

/* Perhaps an action, from inside a callback on that instance. */
void action_inside(netid_t id);

/* For the actions in other files: nothing waits inside callbacks. */
bool action_wants_to_wait(void);
/* Any instance, with a reference, or NULL; inside callbacks often one's own. */
struct instance *action_instance(void);

/* Whether a create callback is to provide a protocol. */
bool action_wants_to_provide(void);
/* A number that no protocol has had. */
uint32_t action_new_protocol(void);
/* The calling thread is in an action that was made inside a callback. */
bool action_is_nested(void);

/* Cancels the timeouts, so that nothing comes by itself any more; waits. */
void action_end_timeouts(void);

/* Takes away everything there is; waits. */
void action_clear_all(void);

/* Actions from inside callbacks. */
uint64_t actions_nested(void);

#endif
