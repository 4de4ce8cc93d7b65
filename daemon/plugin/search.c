/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search.c: takes search paths apart. Owns nothing.
 */
#include "plugin/search.h"

#include <stdio.h>
#include <string.h>

#include "plugin/plugins.h"

#define ORIGIN	     "$ORIGIN"
#define ORIGIN_BRACE "${ORIGIN}"

/* How long the token is that text begins with; 0: it is none. */
static size_t
search_origin(const char *text)
{
	size_t length = sizeof(ORIGIN) - 1;

	if (strncmp(text, ORIGIN_BRACE, sizeof(ORIGIN_BRACE) - 1) == 0)
		return sizeof(ORIGIN_BRACE) - 1;
	if (strncmp(text, ORIGIN, length) != 0)
		return 0;
	/* It is not the beginning of a longer word. */
	return text[length] == '\0' || text[length] == '/' ||
		       text[length] == ':'
		   ? length
		   : 0;
}

/* Visits what directory/name means, when that is an absolute path. */
static bool
search_place(const char *object, const char *directory, size_t length,
    const char *name, search_place_fn visit, void *arg)
{
	size_t origin = search_origin(directory);
	int base = origin > 0 ? (int)(strrchr(object, '/') - object) : 0;
	char path[PLUGIN_PATH_MAX + 1];
	int used;

	if (origin == 0 && directory[0] != '/')
		return true;
	if (origin > length ||
	    memchr(directory + origin, '$', length - origin) != NULL)
		return true;
	used = snprintf(path, sizeof(path), "%.*s%.*s%s%s", base, object,
	    (int)(length - origin), directory + origin,
	    name[0] != '\0' ? "/" : "", name);
	return used < 0 || (size_t)used >= sizeof(path) || visit(arg, path);
}

void
search_visit(const char *object, const char *directories, const char *name,
    search_place_fn visit, void *arg)
{
	size_t length;
	bool more = true;

	while (more && *directories != '\0') {
		length = strcspn(directories, ":");
		more =
		    search_place(object, directories, length, name, visit, arg);
		directories += length + (directories[length] == ':');
	}
}

void
search_path(
    const char *object, const char *name, search_place_fn visit, void *arg)
{
	(void)search_place(object, name, strlen(name), "", visit, arg);
}
