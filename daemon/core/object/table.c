/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.c: owns the index of live instances, under the core's lock.
 *
 * By id: a tree of three levels, each an array, because ids rise for ever
 * while only few of them live. A level is made when its first instance comes
 * and freed with its last, so finding is three loads, the next live id is near,
 * and nothing remembers the dead.
 *
 * By name: hash tables, many small ones rather than one, so that the moment in
 * which one of them doubles stays short.
 */
#include "core/object/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define LEAF_BITS  9
#define NODE_BITS  11
#define ROOT_BITS  11
#define NAME_PARTS 256

_Static_assert(LEAF_BITS + NODE_BITS + ROOT_BITS == 31, "all of a netid_t");

struct leaf {
	unsigned count;
	struct instance *instances[1 << LEAF_BITS];
};

struct node {
	unsigned count;
	struct leaf *leaves[1 << NODE_BITS];
};

static struct {
	netid_t last;
	size_t count;
	struct node *nodes[1 << ROOT_BITS];
	struct label *names[NAME_PARTS];
	struct label *last_names;
} table;

static unsigned
root_index(netid_t id)
{
	return (unsigned)id >> (LEAF_BITS + NODE_BITS);
}

static unsigned
node_index(netid_t id)
{
	return (unsigned)id >> LEAF_BITS & ((1 << NODE_BITS) - 1);
}

static unsigned
leaf_index(netid_t id)
{
	return (unsigned)id & ((1 << LEAF_BITS) - 1);
}

/* Another hash than uthash's, or each part would use few of its buckets. */
static struct label **
name_part(const char *name, size_t length)
{
	unsigned hash = 2166136261U;

	for (; length > 0; length--)
		hash = (hash ^ (unsigned char)*name++) * 16777619U;
	return &table.names[hash >> 24];
}

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

static void
table_insert(struct instance *instance)
{
	struct node **node = &table.nodes[root_index(instance->id)];
	struct leaf **leaf;

	if (*node == NULL)
		*node = memory_zalloc(sizeof(**node));
	leaf = &(*node)->leaves[node_index(instance->id)];
	if (*leaf == NULL) {
		*leaf = memory_zalloc(sizeof(**leaf));
		(*node)->count++;
	}
	(*leaf)->instances[leaf_index(instance->id)] = instance;
	(*leaf)->count++;
}

int
table_add(struct instance *instance)
{
	lock_assert_held(&core.lock);
	if (table.last == INSTANCE_ID_MAX)
		return -ENOSPC;
	instance->id = ++table.last;
	table_insert(instance);
	table.count++;
	return 0;
}

void
table_remove(struct instance *instance)
{
	struct node **node = &table.nodes[root_index(instance->id)];
	struct leaf **leaf = &(*node)->leaves[node_index(instance->id)];

	lock_assert_held(&core.lock);
	(*leaf)->instances[leaf_index(instance->id)] = NULL;
	table.count--;
	if (--(*leaf)->count > 0)
		return;
	free(*leaf);
	*leaf = NULL;
	if (--(*node)->count > 0)
		return;
	free(*node);
	*node = NULL;
}

void
table_add_label(struct label *label)
{
	size_t length = strlen(label->text);
	struct label **part = name_part(label->text, length);

	lock_assert_held(&core.lock);
	HASH_ADD_KEYPTR(by_name, *part, label->text, length, label);
}

void
table_add_last_label(struct label *label)
{
	lock_assert_held(&core.lock);
	label->is_last = true;
	HASH_ADD_KEYPTR(
	    by_name, table.last_names, label->text, strlen(label->text), label);
}

void
table_remove_label(struct label *label)
{
	struct label **part = label->is_last
				  ? &table.last_names
				  : name_part(label->text, strlen(label->text));

	lock_assert_held(&core.lock);
	HASH_DELETE(by_name, *part, label);
	label->by_name.tbl = NULL;
	label->is_last = false;
}

struct instance *
table_find(netid_t id)
{
	struct node *node;
	struct leaf *leaf;

	lock_assert_held(&core.lock);
	if (id < 0 || id > table.last)
		return NULL;
	node = table.nodes[root_index(id)];
	leaf = node != NULL ? node->leaves[node_index(id)] : NULL;
	return leaf != NULL ? leaf->instances[leaf_index(id)] : NULL;
}

/* uthash finds one of those with the same key; they are in one bucket. */
static struct instance *
one_of(const struct label *label, const char *name, bool youngest)
{
	struct instance *found = label->instance;
	UT_hash_handle *handle = label->by_name.hh_next;
	const struct label *other;

	for (; handle != NULL; handle = handle->hh_next) {
		other = CONTAINER_OF(handle, struct label, by_name);
		if ((other->instance->id > found->id) == youngest &&
		    strcmp(other->text, name) == 0)
			found = other->instance;
	}
	return found;
}

struct instance *
table_find_by_name(const char *name)
{
	size_t length = strlen(name);
	struct label *label;

	lock_assert_held(&core.lock);
	HASH_FIND(by_name, *name_part(name, length), name, length, label);
	return label != NULL ? one_of(label, name, false) : NULL;
}

struct instance *
table_find_by_last_name(const char *name)
{
	struct label *label;

	lock_assert_held(&core.lock);
	HASH_FIND(by_name, table.last_names, name, strlen(name), label);
	return label != NULL ? one_of(label, name, true) : NULL;
}

/* Steps over what does not exist in whole levels. */
struct instance *
table_next(netid_t after)
{
	int64_t id = (int64_t)after + 1;
	const struct node *node;
	const struct leaf *leaf;

	lock_assert_held(&core.lock);
	while (id <= table.last) {
		node = table.nodes[root_index((netid_t)id)];
		if (node == NULL) {
			id = (id | ((1 << (LEAF_BITS + NODE_BITS)) - 1)) + 1;
			continue;
		}
		leaf = node->leaves[node_index((netid_t)id)];
		if (leaf == NULL) {
			id = (id | ((1 << LEAF_BITS) - 1)) + 1;
			continue;
		}
		if (leaf->instances[leaf_index((netid_t)id)] != NULL)
			return leaf->instances[leaf_index((netid_t)id)];
		id++;
	}
	return NULL;
}

netid_t
table_last_id(void)
{
	lock_assert_held(&core.lock);
	return table.last;
}

size_t
table_count(void)
{
	lock_assert_held(&core.lock);
	return table.count;
}
