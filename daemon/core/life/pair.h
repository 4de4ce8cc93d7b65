/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pair.h: private to core/: the life of one registrant on one instance, one
 * step at a time. All of it runs on the instance's strand.
 *
 * A function here that returns bool returns false when a step will complete
 * later: its job returns JOB_WAITING and calls the same function again when it
 * is resumed. Each looks at what is still to be done, so calling again is all
 * there is to it.
 */
#ifndef NETINST_CORE_PAIR_H
#define NETINST_CORE_PAIR_H

#include "core/object/core_impl.h"

/*
 * Runs create for every registrant, up to and including last, that was not
 * seen here yet, in registration order.
 */
bool pair_catch_up(struct instance *instance, struct registrant *last);
/* The same for all that are in the registry. */
bool pair_catch_up_all(struct instance *instance);

/* Walks all pairs in reverse order; begin with pair_walk_begin(). */
void pair_walk_begin(struct instance *instance);
bool pair_walk_shutdown(struct instance *instance);
bool pair_walk_destroy(struct instance *instance);

/* One registrant leaves this instance, in two phases. */
bool pair_shutdown_one(
    struct instance *instance, struct registrant *registrant);
bool pair_destroy_one(struct instance *instance, struct registrant *registrant);

/* Runs create again for pairs of owner that failed. */
bool pair_retry(struct instance *instance, const struct owner *owner);

#endif
