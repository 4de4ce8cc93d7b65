/* SPDX-License-Identifier: Apache-2.0 */
/*
 * object.c: owns the handles of the dynamic linker.
 *
 * dlsym() looks through everything an object is linked with: asked for a name
 * that the plugin lacks, it may find one in some library. So the owner of
 * every symbol is compared with the object it was looked up in.
 */
#include "plugin/object.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

typedef ElfW(Phdr) segment_t;

struct object {
	void *handle;
	const struct link_map *map;
	const segment_t *segments;
	int segment_count;
};

/* The dynamic linker's message names the copy, which means nothing outside. */
static const char *
object_error(const char *copy)
{
	const char *message = dlerror();
	size_t length = strlen(copy);

	if (message == NULL)
		return "the dynamic linker gives no reason";
	if (strncmp(message, copy, length) == 0 &&
	    strncmp(message + length, ": ", 2) == 0)
		return message + length + 2;
	return message;
}

int
object_open(const char *copy, const char *path, struct object **object,
    struct refusal *refusal)
{
	struct object *new = memory_zalloc(sizeof(*new));

	new->handle = dlopen(copy, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (new->handle == NULL) {
		free(new);
		return refusal_set(refusal, -ENOEXEC,
		    "link the plugin with the libraries it needs; of netinstd "
		    "it may call what <netinst/netinst.h> declares",
		    "%s cannot be linked: %s", path, object_error(copy));
	}
	new->segment_count =
	    dlinfo(new->handle, RTLD_DI_PHDR, (void *)&new->segments);
	if (dlinfo(new->handle, RTLD_DI_LINKMAP, (void *)&new->map) != 0 ||
	    new->segment_count < 0) {
		object_close(new);
		return refusal_set(refusal, -ENOEXEC,
		    "netinstd needs the GNU C library 2.36 or later",
		    "%s cannot be examined: %s", path, object_error(copy));
	}
	*object = new;
	return 0;
}

void
object_close(struct object *object)
{
	if (object == NULL)
		return;
	(void)dlclose(object->handle);
	free(object);
}

/* Names the object that an address belongs to, or NULL when it is ours. */
static const char *
object_stranger(const struct object *object, const void *address)
{
	struct link_map *map = NULL;
	Dl_info info;

	if (dladdr1(address, &info, (void **)&map, RTLD_DL_LINKMAP) == 0)
		return "no object at all";
	if (map == object->map)
		return NULL;
	return map->l_name[0] != '\0' ? map->l_name : "netinstd itself";
}

int
object_find(struct object *object, const char *symbol, const char *path,
    void **address, struct refusal *refusal)
{
	const char *stranger;

	*address = dlsym(object->handle, symbol);
	if (*address == NULL)
		return 0;
	stranger = object_stranger(object, *address);
	if (stranger == NULL)
		return 0;
	return refusal_set(refusal, -ENOEXEC,
	    "define it in the plugin itself, and include <netinst/netinst.h> "
	    "so that it is exported",
	    "%s of %s is not its own but belongs to %s", symbol, path,
	    stranger);
}

/* The segment that address is in and that has all of flags, or NULL. */
static const segment_t *
object_segment(
    const struct object *object, const void *address, ElfW(Word) flags)
{
	uintptr_t at = (uintptr_t)address - object->map->l_addr;
	const segment_t *segment;
	int i;

	for (i = 0; i < object->segment_count; i++) {
		segment = &object->segments[i];
		if (segment->p_type == PT_LOAD &&
		    (segment->p_flags & flags) == flags &&
		    at >= segment->p_vaddr &&
		    at - segment->p_vaddr < segment->p_memsz)
			return segment;
	}
	return NULL;
}

size_t
object_readable(struct object *object, const void *address)
{
	uintptr_t at = (uintptr_t)address - object->map->l_addr;
	const segment_t *segment = object_segment(object, address, PF_R);

	if (segment == NULL)
		return 0;
	return segment->p_memsz - (at - segment->p_vaddr);
}

bool
object_is_code(struct object *object, const void *address)
{
	return object_segment(object, address, PF_X) != NULL;
}
