/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search.h: where the dynamic linker would look for a library: in the
 * directories that an object states (DT_RPATH, DT_RUNPATH), where $ORIGIN is
 * the directory the object lies in; then in those of the system: what
 * ldconfig(8) has listed in ld.so.cache, and the few that the linker knows by
 * itself. What the environment says (LD_LIBRARY_PATH) does not count. The
 * loader's threads.
 */
#ifndef NETINST_PLUGIN_SEARCH_H
#define NETINST_PLUGIN_SEARCH_H

#include <stdbool.h>

/* Looks at one place, an absolute path; false ends the search. */
typedef bool (*search_place_fn)(void *arg, const char *path);

/*
 * Visits the paths that a name, which has no slash, means in directories with
 * ':' between them, for an object at an absolute path. Directories that do not
 * begin with '/' or $ORIGIN are left out: it is not the daemon's working
 * directory that is meant. So are those with $LIB or $PLATFORM.
 */
void search_visit(const char *object, const char *directories, const char *name,
    search_place_fn visit, void *arg);

/* The same for a name with a slash in it, which is one place. */
void search_path(
    const char *object, const char *name, search_place_fn visit, void *arg);

/*
 * Visits the paths that a name, which has no slash, may have in the system,
 * best first. Not each of them is there.
 */
void search_system(const char *name, search_place_fn visit, void *arg);

#endif
