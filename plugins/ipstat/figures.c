/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures.c: a list of bounded length, because the files that fill it have no
 * guaranteed one.
 */
#include "figures.h"

#include <string.h>

void
figures_add(struct figures *figures, const char *name, size_t length,
    uchar_t type, uint64_t value)
{
	struct figure *figure;

	if (figures->count == FIGURES_MAX || length == 0)
		return;
	if (length > sizeof(figure->name) - 1)
		length = sizeof(figure->name) - 1;
	figure = &figures->list[figures->count++];
	memcpy(figure->name, name, length);
	figure->name[length] = '\0';
	figure->type = type;
	figure->value = value;
}

const struct figure *
figures_find(const struct figures *figures, const char *name)
{
	unsigned i;

	for (i = 0; i < figures->count; i++)
		if (strcmp(figures->list[i].name, name) == 0)
			return &figures->list[i];
	return NULL;
}
