/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.h: private to core/: the names of an instance, for
 * instance.c. All but names_init() and names_free() under the core's lock.
 */
#ifndef NETINST_CORE_NAMES_H
#define NETINST_CORE_NAMES_H

#include "core/object/core_impl.h"

/* The name that it is made with; size: with the NUL, for which there is room.
 */
void names_init(struct instance *instance, const char *name, size_t size);

/* Whether another has the name that it is made with. */
bool names_are_taken(const struct instance *instance);

/* It is found by its names from now on, or by none of them any more. */
void names_list(struct instance *instance);
void names_unlist(struct instance *instance);

/* With the instance. */
void names_free(struct instance *instance);

#endif
