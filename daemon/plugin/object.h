/* SPDX-License-Identifier: Apache-2.0 */
/*
 * object.h: a shared object in the daemon's memory. This is the one place that
 * talks to the dynamic linker. The loader's threads; object_contains() any.
 */
#ifndef NETINST_PLUGIN_OBJECT_H
#define NETINST_PLUGIN_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "plugin/refusal.h"

struct object;

/*
 * Maps the file at copy and runs its constructors. path: of the original, for
 * the text. Returns 0, or -ENOEXEC with the refusal set. What was mapped once
 * stays mapped: a thread or a timer that a plugin left behind would crash the
 * daemon if its code went away.
 */
int object_open(const char *copy, const char *path, struct object **object,
    struct refusal *refusal);

/* Gives the object up; NULL is legal. */
void object_close(struct object *object);

/*
 * Looks up a symbol. *address: NULL when there is none. Returns 0, or -ENOEXEC
 * when the name leads to another object.
 */
int object_find(struct object *object, const char *symbol, const char *path,
    void **address, struct refusal *refusal);

/* Bytes that can be read from address to the end of its part of the object. */
size_t object_readable(struct object *object, const void *address);

/* Whether address is code of the object. */
bool object_is_code(struct object *object, const void *address);

#endif
