/* SPDX-License-Identifier: Apache-2.0 */
/*
 * object.h: a shared object in the daemon's memory. This is the one place that
 * talks to the dynamic linker. The loader's threads; object_is_code() any.
 */
#ifndef NETINST_PLUGIN_OBJECT_H
#define NETINST_PLUGIN_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugin/refusal.h"

struct object;

enum object_stay {
	OBJECT_STAYS,  /* until the daemon ends */
	OBJECT_CAN_GO, /* with object_close(), when nothing else needs it */
};

/*
 * Maps a file and runs its constructors, unless it is mapped already. NULL: see
 * *problem, the dynamic linker's words, valid until this thread calls again,
 * and errno for a shortage. Code of plugins stays: a thread or timer that one
 * left behind would crash the daemon if its code went away.
 */
struct object *object_open(
    const char *file, enum object_stay stay, const char **problem);

/* Gives the object up; NULL is legal. */
void object_close(struct object *object);

/* Debuggers and dladdr(3) name path (copied) as the object's. Once each. */
void object_show_as(struct object *object, const char *path);

/* Whether netinstd was started with a library of that name: it is used then. */
bool object_is_resident(const char *name);
/* Before any plugin is loaded: what is there now counts. */
void object_note_residents(void);

/*
 * Visits all that is mapped: where, and by which name, which is valid
 * meanwhile. The dynamic linker serves nobody until it is over.
 */
void object_visit_mapped(
    void (*visit)(void *arg, uintptr_t address, const char *name), void *arg);

/* Whether the object is the one at such an address. */
bool object_is_at(const struct object *object, uintptr_t address);

/* Visits the linker's own directories; false ends it. */
void object_visit_directories(
    bool (*visit)(void *arg, const char *directory), void *arg);

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
