/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stub_table.c, of the exhaustive test: takes the place of core/object/table.c.
 * The state is the whole memory: a few instances need no tree of large arrays.
 */
#include "core/object/table.h"

#include <errno.h>
#include <string.h>

#include "stub_pool.h"

static struct {
	netid_t last;
	size_t count;
	struct instance *instances[STUB_STRANDS]; /* by id */
} table;

void
table_init(void)
{
	memset(&table, 0, sizeof(table));
	table.last = -1;
}

void
table_destroy(void)
{
	ASSERT(table.count == 0);
}

int
table_add(struct instance *instance)
{
	if (table.last == STUB_STRANDS - 1)
		return -ENOSPC;
	instance->id = ++table.last;
	table.instances[instance->id] = instance;
	table.count++;
	return 0;
}

void
table_remove(struct instance *instance)
{
	table.instances[instance->id] = NULL;
	table.count--;
}

/* Here all instances have the one name that they are made with. */
static UT_hash_table listed;

void
table_add_label(struct label *label)
{
	ASSERT(label == &label->instance->label);
	label->by_name.tbl = &listed;
}

/* And none of them loses it. */
void
table_add_last_label(struct label *label)
{
	ASSERT(label == NULL);
}

void
table_remove_label(struct label *label)
{
	label->by_name.tbl = NULL;
}

struct instance *
table_find_by_last_name(const char *name)
{
	return NULL;
}

struct instance *
table_find(netid_t id)
{
	return id >= 0 && id < STUB_STRANDS ? table.instances[id] : NULL;
}

struct instance *
table_find_by_name(const char *name)
{
	netid_t id;

	for (id = 0; id < STUB_STRANDS; id++)
		if (table.instances[id] != NULL &&
		    strcmp(table.instances[id]->label.text, name) == 0)
			return table.instances[id];
	return NULL;
}

struct instance *
table_next(netid_t after)
{
	netid_t id = after + 1;

	while (id < STUB_STRANDS && table.instances[id] == NULL)
		id++;
	return table_find(id);
}

netid_t
table_last_id(void)
{
	return table.last;
}

size_t
table_count(void)
{
	return table.count;
}
