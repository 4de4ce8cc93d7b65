/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h: private to core/: the live instances, by id and by name. All of it
 * under the core's lock, which the caller holds.
 */
#ifndef NETINST_CORE_TABLE_H
#define NETINST_CORE_TABLE_H

#include "core/object/core_impl.h"

void table_init(void);
/* Frees the table; it is empty. */
void table_destroy(void);

/* Gives the instance the next id and lists it; -ENOSPC when there is none. */
int table_add(struct instance *instance);
void table_remove(struct instance *instance);

/* A name of a listed instance. */
void table_add_label(struct label *label);
void table_remove_label(struct label *label);
/* The last name of one that has none now; table_remove_label() ends that. */
void table_add_last_label(struct label *label);

/* Borrowed, or NULL. */
struct instance *table_find(netid_t id);
/* Of those that share a name, the one with the lowest id. */
struct instance *table_find_by_name(const char *name);
/* Of those that have no name and had this one last, the youngest. */
struct instance *table_find_by_last_name(const char *name);
/* The lowest id above after. */
struct instance *table_next(netid_t after);

/* The highest id given so far, or -1. */
netid_t table_last_id(void);
size_t table_count(void);

#endif
