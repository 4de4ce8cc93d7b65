/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance_impl.h: private to core/: instances as data, for those who create
 * and end them.
 */
#ifndef NETINST_CORE_INSTANCE_IMPL_H
#define NETINST_CORE_INSTANCE_IMPL_H

#include "core/object/core_impl.h"

/* For core_start(): what the strands of instances have in common. */
void instances_init(struct pool *pool);

/* Copies name, keeps source. Returns a reference; it is not listed yet. */
struct instance *instance_new(const char *name, const char *source);

/*
 * Gives it an id and lists it, with first as the first job of its strand.
 * -EEXIST (unless it may share), -ENOSPC, -ESHUTDOWN: nothing happened, the job
 * is the caller's.
 */
int instance_list(
    struct instance *instance, struct job *first, bool may_share_name);

/* The strand, at the very end: takes it off the lists. */
void instance_unlist(struct instance *instance);

/* Sets the state that is shown; the lock is held. */
void instance_set_state(struct instance *instance, enum instance_state state);

/* The same, only if that goes forward; takes the lock. */
void instance_advance(struct instance *instance, enum instance_state state);

/*
 * names.c: no name of it is listed any more (core's lock); and those that it
 * got later are freed, with the instance.
 */
void names_unlist(struct instance *instance);
void names_free(struct instance *instance);

#endif
