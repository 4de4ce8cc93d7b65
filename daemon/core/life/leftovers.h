/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leftovers.h: private to core/: what registrants and owners leave behind on an
 * instance: everything of every kind that is theirs there. Strand.
 */
#ifndef NETINST_CORE_LEFTOVERS_H
#define NETINST_CORE_LEFTOVERS_H

#include "core/object/core_impl.h"

/*
 * Frees what is left there by the registrant or, when that is NULL, by the
 * owner, whose account it goes on.
 */
void reclaim_leftovers(struct instance *instance, struct registrant *registrant,
    struct owner *owner);

/* The instance ends: frees what anybody left. */
void reclaim_all(struct instance *instance);

#endif
