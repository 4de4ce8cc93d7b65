/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance_ext.h: private to core/: what only some instances have. Many live
 * for protocols and pairs alone; the others keep here, by one pointer, what is
 * made on first use. Each member belongs to the file named
 * beside it and is freed by that file when the instance ends.
 */
#ifndef NETINST_CORE_INSTANCE_EXT_H
#define NETINST_CORE_INSTANCE_EXT_H

#include "core/object/core_impl.h"

struct name_row;
struct packet_batch;
struct exec_context;
struct timeout;

struct instance_ext {
	/* instance_ext.c; the same from listing to end. */
	struct exec_context *exec_context;
	/* names.c: once they changed; the core's lock. */
	struct name_row *names;
	unsigned name_count;
	_Atomic(const char *) shown; /* written under it; NULL: the first */
	/* In order of arrival: family.c; the strand. */
	struct hook_family_int *families;
	/* Those with notifiers: notify_level.c; the strand. */
	struct notify_sublevel *sublevels;
	/* interface.c; the instance's lock. */
	struct interfaces *interfaces;
	/* kstat_zone.c; the instance's lock. */
	struct kstat_visitors *kstat_visitors;
	/* inject.c */
	_Atomic uint32_t inject_queued;
	_Atomic uint64_t inject_received, inject_sent, inject_lost;
	/* packet_batch.c, first come first run; the instance's lock. */
	struct packet_batch *batches, *last_batch;
	/* timeout.c: under its lock; the number rises under both locks. */
	struct timeout *timeouts;
	_Atomic unsigned timeout_count;
};

/* Those of an instance; made when there are none yet. Any thread. */
struct instance_ext *instance_ext_of(struct instance *instance);

/* The same, but NULL when there are none. Any thread. */
struct instance_ext *instance_ext_peek(const struct instance *instance);

/* The instance's execution context, before it is listed. NULL: takes it back.
 */
void exec_context_give(struct instance *instance, struct exec_context *context);

/* With the instance; every member but its execution context is gone. */
void instance_ext_free(struct instance *instance);

#endif
