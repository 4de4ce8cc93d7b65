/* SPDX-License-Identifier: Apache-2.0 */
/*
 * object.c: owns the handles of the dynamic linker, and the list of what it had
 * mapped before main().
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
	struct link_map *map;
	const segment_t *segments;
	int segment_count;
};

/* The names of what netinstd was started with; written once. */
static struct {
	char **names;
	size_t count;
} residents;

static const char *
object_problem(void)
{
	const char *message = dlerror();

	return message != NULL ? message : "the dynamic linker gives no reason";
}

struct object *
object_open(const char *file, enum object_stay stay, const char **problem)
{
	struct object *new = memory_zalloc(sizeof(*new));
	int error, flags = stay == OBJECT_STAYS ? RTLD_NODELETE : 0;

	errno = 0;
	new->handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | flags);
	if (new->handle == NULL) {
		error = errno;
		*problem = object_problem();
		free(new);
		errno = error;
		return NULL;
	}
	/* The GNU C library 2.36 has what it takes. */
	new->segment_count =
	    dlinfo(new->handle, RTLD_DI_PHDR, (void *)&new->segments);
	if (dlinfo(new->handle, RTLD_DI_LINKMAP, (void *)&new->map) == 0 &&
	    new->segment_count >= 0)
		return new;
	*problem = object_problem();
	object_close(new);
	return NULL;
}

void
object_close(struct object *object)
{
	if (object == NULL)
		return;
	(void)dlclose(object->handle);
	free(object);
}

void
object_show_as(struct object *object, const char *path)
{
	/* The name before stays allocated: others may be reading it. */
	object->map->l_name = memory_strdup(path);
}

/* --- what is mapped ------------------------------------------------------- */

struct object_visitor {
	void (*visit)(void *arg, uintptr_t address, const char *name);
	void *arg;
};

/* A callback of dl_iterate_phdr(). */
static int
object_visit_one(struct dl_phdr_info *info, size_t size, void *arg)
{
	const struct object_visitor *visitor = arg;

	(void)size;
	visitor->visit(visitor->arg, info->dlpi_addr, info->dlpi_name);
	return 0;
}

void
object_visit_mapped(
    void (*visit)(void *arg, uintptr_t address, const char *name), void *arg)
{
	struct object_visitor visitor = {visit, arg};

	(void)dl_iterate_phdr(object_visit_one, &visitor);
}

bool
object_is_at(const struct object *object, uintptr_t address)
{
	return object->map->l_addr == address;
}

/* --- what the daemon was started with ------------------------------------- */

/* What an object calls itself, or NULL. */
static const char *
object_own_name(const struct link_map *map)
{
	const ElfW(Dyn) * entry;
	uintptr_t strings = 0;
	const char *name = NULL;

	for (entry = map->l_ld; entry->d_tag != DT_NULL; entry++)
		if (entry->d_tag == DT_STRTAB)
			strings = entry->d_un.d_ptr;
	/* Not every section can be relocated where it is. */
	if (strings < map->l_addr)
		strings += map->l_addr;
	for (entry = map->l_ld; entry->d_tag != DT_NULL; entry++)
		if (entry->d_tag == DT_SONAME)
			name = (const char *)strings + entry->d_un.d_val;
	return name;
}

void
object_note_residents(void)
{
	void *program = dlopen(NULL, RTLD_LAZY);
	const struct link_map *map = NULL;
	const char *name;

	if (residents.count > 0 || program == NULL)
		return;
	if (dlinfo(program, RTLD_DI_LINKMAP, (void *)&map) != 0)
		map = NULL;
	for (; map != NULL; map = map->l_next) {
		name = object_own_name(map);
		if (name == NULL)
			continue;
		residents.names = memory_resize(residents.names,
		    residents.count + 1, sizeof(*residents.names));
		residents.names[residents.count++] = memory_strdup(name);
	}
	(void)dlclose(program);
}

bool
object_is_resident(const char *name)
{
	for (size_t i = 0; i < residents.count; i++)
		if (strcmp(residents.names[i], name) == 0)
			return true;
	return false;
}

void
object_visit_directories(
    bool (*visit)(void *arg, const char *directory), void *arg)
{
	void *program = dlopen(NULL, RTLD_LAZY);
	Dl_serinfo head, *all;
	bool more;

	if (program == NULL)
		return;
	if (dlinfo(program, RTLD_DI_SERINFOSIZE, &head) == 0) {
		all = memory_zalloc(head.dls_size);
		*all = head;
		more = dlinfo(program, RTLD_DI_SERINFO, all) == 0;
		for (unsigned i = 0; more && i < all->dls_cnt; i++)
			if ((all->dls_serpath[i].dls_flags & LA_SER_DEFAULT) !=
			    0)
				more = visit(arg, all->dls_serpath[i].dls_name);
		free(all);
	}
	(void)dlclose(program);
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

	for (int i = 0; i < object->segment_count; i++) {
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
