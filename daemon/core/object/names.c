/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.c: owns the names of instances. Most have one all their life: it is
 * part of the instance. Those whose names change have a list of them among
 * their instance_ext, oldest first, with those that they once had: whoever got
 * one from instance_name() may go on using it. Everything under the core's
 * lock, but that instance_name() takes none.
 */
#include "core/object/instance_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/object/instance_ext.h"
#include "core/object/table.h"

struct name_row {
	struct label *label;
	bool shown; /* instance_name() may have given it away */
};

const char *
instance_name(const struct instance *instance)
{
	const struct instance_ext *ext;
	const char *shown = NULL;

	CHECK(instance, INSTANCE_MAGIC);
	ext = instance_ext_peek(instance);
	if (ext != NULL)
		shown = atomic_load_explicit(&ext->shown, memory_order_acquire);
	return shown != NULL ? shown : instance->label.text;
}

/* It has it, and is found by it. */
static bool
is_listed(const struct label *label)
{
	return label->by_name.tbl != NULL && !label->is_last;
}

/* The list, if it has one; else one of the only name on the caller's stack. */
static struct name_row *
names_of(struct instance *instance, struct name_row *only, unsigned *count)
{
	struct instance_ext *ext = instance_ext_peek(instance);

	lock_assert_held(&core.lock);
	if (ext != NULL && ext->names != NULL) {
		*count = ext->name_count;
		return ext->names;
	}
	*only = (struct name_row){&instance->label, true};
	*count = 1;
	return only;
}

void
names_unlist(struct instance *instance)
{
	struct name_row only, *rows;
	unsigned count, i;

	rows = names_of(instance, &only, &count);
	for (i = 0; i < count; i++)
		if (rows[i].label->by_name.tbl != NULL)
			table_remove_label(rows[i].label);
}

void
names_free(struct instance *instance)
{
	struct instance_ext *ext = instance_ext_peek(instance);
	unsigned i;

	if (ext == NULL)
		return;
	for (i = 0; i < ext->name_count; i++)
		if (ext->names[i].label != &instance->label)
			free(ext->names[i].label);
	free(ext->names);
	ext->names = NULL;
}

/* --- changing ------------------------------------------------------------- */

/* Makes the list, if it has none yet. */
static struct instance_ext *
names_need_list(struct instance *instance)
{
	struct instance_ext *ext = instance_ext_of(instance);

	if (ext->names == NULL) {
		ext->names = memory_alloc(sizeof(*ext->names));
		ext->names[0] = (struct name_row){&instance->label, true};
		ext->name_count = 1;
	}
	return ext;
}

static struct label *
label_new(struct instance *instance, const char *name)
{
	size_t size = strlen(name) + 1;
	struct label *label = memory_zalloc(sizeof(*label) + size);

	label->instance = instance;
	memcpy(label->text, name, size);
	return label;
}

/* Takes a row out; those behind it move up. */
static struct name_row
names_take(struct instance_ext *ext, unsigned at)
{
	struct name_row row = ext->names[at];

	ext->name_count--;
	memmove(&ext->names[at], &ext->names[at + 1],
	    (ext->name_count - at) * sizeof(ext->names[0]));
	return row;
}

/* Makes room: what it had, and nobody can be using, is forgotten. */
static bool
names_forget_one(struct instance_ext *ext)
{
	unsigned i;

	for (i = 0; i < ext->name_count; i++)
		if (!is_listed(ext->names[i].label) && !ext->names[i].shown) {
			free(names_take(ext, i).label);
			return true;
		}
	return false;
}

/* The row of that name, or -1. */
static int
names_find(struct instance *instance, const char *name)
{
	struct name_row only, *rows;
	unsigned count, i;

	rows = names_of(instance, &only, &count);
	for (i = 0; i < count; i++)
		if (strcmp(rows[i].label->text, name) == 0)
			return (int)i;
	return -1;
}

/* Shows its oldest name; false when it has none: what was shown stays. */
static bool
names_show_first(struct instance *instance)
{
	struct name_row only, *rows;
	unsigned count, i;

	rows = names_of(instance, &only, &count);
	for (i = 0; i < count && !is_listed(rows[i].label); i++)
		continue;
	if (i == count)
		return false;
	if (rows == &only)
		return true;
	rows[i].shown = true;
	atomic_store_explicit(&instance_ext_peek(instance)->shown,
	    rows[i].label->text, memory_order_release);
	return true;
}

/* The label of the name that it shows. */
static struct label *
names_shown(struct instance *instance)
{
	return (struct label *)(uintptr_t)(instance_name(instance) -
					   offsetof(struct label, text));
}

/* It does not have the name now; at: where it stands if it had it, or -1. */
static int
names_add(struct instance *instance, const char *name, int at)
{
	struct instance_ext *ext = names_need_list(instance);
	struct name_row row = {NULL, false};

	if (at >= 0) {
		row = names_take(ext, (unsigned)at);
	} else {
		if (ext->name_count >= INSTANCE_NAMES_MAX &&
		    !names_forget_one(ext))
			return -ENOSPC;
		row.label = label_new(instance, name);
	}
	if (names_shown(instance)->is_last)
		table_remove_label(names_shown(instance));
	ext->names =
	    memory_resize(ext->names, ext->name_count + 1, sizeof(row));
	ext->names[ext->name_count++] = row;
	table_add_label(row.label);
	(void)names_show_first(instance);
	return 0;
}

int
instance_add_name(struct instance *instance, const char *name)
{
	struct name_row only, *rows;
	unsigned count;
	int error, at;

	CHECK(instance, INSTANCE_MAGIC);
	lock_enter(&core.lock);
	at = names_find(instance, name);
	rows = names_of(instance, &only, &count);
	if (table_find(instance->id) != instance)
		error = -EBUSY;
	else if (at >= 0 && is_listed(rows[at].label))
		error = 0; /* also when an older one shares it */
	else if (table_find_by_name(name) != NULL)
		error = -EEXIST;
	else
		error = names_add(instance, name, at);
	lock_exit(&core.lock);
	return error;
}

int
instance_remove_name(struct instance *instance, const char *name)
{
	struct name_row only, *rows;
	unsigned count;
	int at, error = -ENOENT;

	CHECK(instance, INSTANCE_MAGIC);
	lock_enter(&core.lock);
	at = names_find(instance, name);
	rows = names_of(instance, &only, &count);
	if (at >= 0 && is_listed(rows[at].label)) {
		table_remove_label(rows[at].label);
		if (!names_show_first(instance))
			table_add_last_label(names_shown(instance));
		error = 0;
	}
	lock_exit(&core.lock);
	return error;
}

/* --- reading -------------------------------------------------------------- */

void
instance_visit_names(struct instance *instance, name_visit_fn visit, void *arg)
{
	struct name_row only, *rows;
	unsigned count, i;

	CHECK(instance, INSTANCE_MAGIC);
	lock_enter(&core.lock);
	rows = names_of(instance, &only, &count);
	for (i = 0; i < count; i++)
		visit(arg, rows[i].label->text, !is_listed(rows[i].label));
	lock_exit(&core.lock);
}

bool
instance_is_named(struct instance *instance)
{
	struct name_row only, *rows;
	bool named = false;
	unsigned count, i;

	lock_enter(&core.lock);
	rows = names_of(instance, &only, &count);
	for (i = 0; i < count; i++)
		named |= is_listed(rows[i].label);
	lock_exit(&core.lock);
	return named;
}
