/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_kstat.h: private to core/: what the framework shows of events and hooks
 * as kstats of their instance: <family>:0:<EVENT> of class hook_event, made
 * with the event's first hook, and <family>/<EVENT>:0:<hook> of class hook.
 * Strand, except hook_kstat_init_event().
 */
#ifndef NETINST_CORE_HOOK_KSTAT_H
#define NETINST_CORE_HOOK_KSTAT_H

#include "core/hook/hook.h"

/* Names its statistics. Any thread. */
void hook_kstat_init_event(struct hook_event_int *event);

/* A hook came, or goes: it is counted, and shown or not any more. */
void hook_kstat_begin(struct instance *instance, struct hook_event_int *event,
    struct hook_int *hook);
void hook_kstat_end(struct instance *instance, struct hook_event_int *event,
    struct hook_int *hook);

/* The event goes. */
void hook_kstat_end_event(
    struct instance *instance, struct hook_event_int *event);

/* For kstat_table_init(): a hook goes when its kstat does. Any thread. */
void hook_kstat_release(void *hook);

/* Where it stands in the order, from 1. */
void hook_kstat_set_position(struct hook_int *hook, size_t position);

#endif
