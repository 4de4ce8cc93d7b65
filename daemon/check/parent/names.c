/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.c: asks the dynamic linker. plugin/object.c does that for plugins; this
 * is about the daemon itself, which no plugin's handle leads to. Owns nothing.
 */
#include "check/parent/names.h"

#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

static const char *
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

const char *
names_owner(const char *symbol)
{
	const void *address = dlsym(RTLD_DEFAULT, symbol);
	struct link_map *map = NULL;
	Dl_info info;

	if (address == NULL ||
	    dladdr1(address, &info, (void **)&map, RTLD_DL_LINKMAP) == 0)
		return NULL;
	return map->l_name[0] != '\0' ? file_name(map->l_name) : "netinstd";
}

/* A callback of dl_iterate_phdr(). */
static int
look_for(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	return strcmp(file_name(info->dlpi_name), arg) == 0;
}

bool
names_has_library(const char *library)
{
	return dl_iterate_phdr(look_for, (void *)(uintptr_t)library) != 0;
}
