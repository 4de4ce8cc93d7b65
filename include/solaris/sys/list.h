/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/list.h: lists whose links are inside the objects. The list knows where:
 * list_create() is told. Locking is the caller's.
 */
#ifndef NETINST_SOLARIS_SYS_LIST_H
#define NETINST_SOLARIS_SYS_LIST_H

#include <stddef.h>
#include <sys/types.h>

/* A ring: the list's own node is before the first and after the last. */
typedef struct list_node {
	struct list_node *list_next; /* NULL: in no list */
	struct list_node *list_prev;
} list_node_t;

typedef struct list {
	size_t list_offset; /* bytes from an object to its node */
	struct list_node list_ring;
} list_t;

static inline list_node_t *
netinst_list_node(const list_t *list, void *object)
{
	return (list_node_t *)(void *)((char *)object + list->list_offset);
}

/* The object of a node, or NULL when it is the list's own. */
static inline void *
netinst_list_object(list_t *list, list_node_t *node)
{
	if (node == &list->list_ring)
		return NULL;
	return (char *)node - list->list_offset;
}

/* The node of an object; of NULL, the list's own. */
static inline list_node_t *
netinst_list_at(list_t *list, void *object)
{
	return object == NULL ? &list->list_ring
			      : netinst_list_node(list, object);
}

static inline void
netinst_list_link(list_node_t *before, list_node_t *node)
{
	node->list_prev = before;
	node->list_next = before->list_next;
	before->list_next->list_prev = node;
	before->list_next = node;
}

static inline void
netinst_list_unlink(list_node_t *node)
{
	node->list_prev->list_next = node->list_next;
	node->list_next->list_prev = node->list_prev;
	node->list_next = node->list_prev = NULL;
}

/* size: of the objects; not used. */
static inline void
list_create(list_t *list, size_t size, size_t offset)
{
	(void)size;
	list->list_offset = offset;
	list->list_ring.list_next = &list->list_ring;
	list->list_ring.list_prev = &list->list_ring;
}

/* The list is empty. */
static inline void
list_destroy(list_t *list)
{
	list->list_ring.list_next = list->list_ring.list_prev = NULL;
}

static inline int
list_is_empty(list_t *list)
{
	return list->list_ring.list_next == &list->list_ring;
}

static inline void
list_insert_head(list_t *list, void *object)
{
	netinst_list_link(&list->list_ring, netinst_list_node(list, object));
}

static inline void
list_insert_tail(list_t *list, void *object)
{
	netinst_list_link(
	    list->list_ring.list_prev, netinst_list_node(list, object));
}

/* There is NULL, the list's own end: then at the head, or the tail. */
static inline void
list_insert_after(list_t *list, void *there, void *object)
{
	netinst_list_link(
	    netinst_list_at(list, there), netinst_list_node(list, object));
}

static inline void
list_insert_before(list_t *list, void *there, void *object)
{
	netinst_list_link(netinst_list_at(list, there)->list_prev,
	    netinst_list_node(list, object));
}

static inline void
list_remove(list_t *list, void *object)
{
	netinst_list_unlink(netinst_list_node(list, object));
}

static inline void *
list_head(list_t *list)
{
	return netinst_list_object(list, list->list_ring.list_next);
}

static inline void *
list_tail(list_t *list)
{
	return netinst_list_object(list, list->list_ring.list_prev);
}

static inline void *
list_next(list_t *list, void *object)
{
	return netinst_list_object(
	    list, netinst_list_node(list, object)->list_next);
}

static inline void *
list_prev(list_t *list, void *object)
{
	return netinst_list_object(
	    list, netinst_list_node(list, object)->list_prev);
}

static inline void *
list_remove_head(list_t *list)
{
	void *object = list_head(list);

	if (object != NULL)
		list_remove(list, object);
	return object;
}

static inline void *
list_remove_tail(list_t *list)
{
	void *object = list_tail(list);

	if (object != NULL)
		list_remove(list, object);
	return object;
}

/* All of from goes to the end of to. */
static inline void
list_move_tail(list_t *to, list_t *from)
{
	void *object;

	while ((object = list_remove_head(from)) != NULL)
		list_insert_tail(to, object);
}

static inline void
list_link_init(list_node_t *node)
{
	node->list_next = node->list_prev = NULL;
}

static inline int
list_link_active(list_node_t *node)
{
	return node->list_next != NULL;
}

/* Another node takes the place of one. */
static inline void
list_link_replace(list_node_t *old, list_node_t *other)
{
	netinst_list_link(old, other);
	netinst_list_unlink(old);
}

#endif
