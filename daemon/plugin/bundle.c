/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundle.c: owns the copies of a plugin's files until they are mapped, and what
 * each of them needs. The plugin is part 0; a part comes after one that needs
 * it.
 */
#include "plugin/bundle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "plugin/dynamic.h"
#include "plugin/file.h"
#include "plugin/kept.h"
#include "plugin/mapped.h"
#include "plugin/rewrite.h"
#include "plugin/search.h"

/* A library that is there already. */
#define RESIDENT SIZE_MAX

/* What one part needs. */
struct need {
	char *name;
	size_t part; /* or RESIDENT */
};

struct part {
	char *path;
	struct file_copy copy;
	struct dynamic dynamic;
	dev_t device;
	ino_t inode;
	size_t needed_by; /* the first part that does */
	struct need *needs;
	size_t need_count;
	bool is_system; /* mapped by its path: the copy was for reading */
	bool is_mapped;
	struct object *object;
};

struct bundle {
	const char *directory;
	size_t count, taken;
	uint64_t mappings, bytes; /* that are going to be kept */
	bool is_kept;
	struct part parts[PLUGIN_LIBRARIES_MAX + 1];
};

static void
bundle_free_part(struct part *part)
{
	for (size_t i = 0; i < part->need_count; i++)
		free(part->needs[i].name);
	free(part->needs);
	file_discard(&part->copy);
	object_close(part->object);
	free(part->path);
}

void
bundle_free(struct bundle *bundle)
{
	if (bundle == NULL)
		return;
	for (size_t i = 0; i < bundle->count; i++)
		bundle_free_part(&bundle->parts[i]);
	if (bundle->is_kept)
		kept_remove(bundle->mappings, bundle->bytes);
	free(bundle);
}

/* Copies an open file (stolen) into a new last part. */
static int
bundle_add(struct bundle *bundle, const char *path, int fd, size_t needed_by,
    struct refusal *refusal)
{
	struct part *part = &bundle->parts[bundle->count];
	struct stat status;
	int error;

	if (fstat(fd, &status) != 0)
		error = refusal_set_error(
		    refusal, errno, "try again", "%s cannot be examined", path);
	else
		error = file_copy(
		    fd, path, bundle->directory, &part->copy, refusal);
	(void)close(fd);
	if (error != 0)
		return error;
	part->path = memory_strdup(path);
	part->device = status.st_dev;
	part->inode = status.st_ino;
	part->needed_by = needed_by;
	bundle->count++;
	return 0;
}

int
bundle_create(const char *path, const char *directory, struct bundle **bundle,
    struct refusal *refusal)
{
	struct bundle *new;
	int error, fd;

	fd = file_open(path, refusal);
	if (fd < 0)
		return fd;
	new = memory_zalloc(sizeof(*new));
	new->directory = directory;
	error = bundle_add(new, path, fd, RESIDENT, refusal);
	if (error != 0) {
		bundle_free(new);
		return error;
	}
	*bundle = new;
	return 0;
}

static struct elf
part_elf(const struct part *part)
{
	return (struct elf){part->copy.bytes, part->copy.size};
}

struct elf
bundle_elf(const struct bundle *bundle)
{
	return part_elf(&bundle->parts[0]);
}

/* --- what is needed ------------------------------------------------------- */

/* A library looked for, for a part. */
struct hunt {
	struct bundle *bundle;
	size_t by;
	const char *name;
	bool in_system; /* where it is looked for now */
	size_t found;	/* RESIDENT: nowhere yet */
	int error;	/* of the last place that had something unfit */
	struct refusal *refusal;
};

static size_t
bundle_find(const struct bundle *bundle, const struct stat *status)
{
	size_t i = 0;

	while (
	    i < bundle->count && (bundle->parts[i].device != status->st_dev ||
				     bundle->parts[i].inode != status->st_ino))
		i++;
	return i;
}

/* Makes an open file (stolen) a part, if it is a library of this machine. */
static int
hunt_add(struct hunt *hunt, const char *path, int fd)
{
	struct bundle *bundle = hunt->bundle;
	struct stat status;
	struct elf elf;
	size_t at;
	int error;

	at = fstat(fd, &status) == 0 ? bundle_find(bundle, &status)
				     : bundle->count;
	if (at < bundle->count) {
		(void)close(fd);
		hunt->found = at;
		return 0;
	}
	if (at > PLUGIN_LIBRARIES_MAX) {
		(void)close(fd);
		(void)refusal_set(hunt->refusal, -ENOSPC,
		    "link it with fewer libraries",
		    "%s needs more than %d libraries", bundle->parts[0].path,
		    PLUGIN_LIBRARIES_MAX);
		return refusal_limit(hunt->refusal, PLUGIN_LIBRARIES_MAX);
	}
	error = bundle_add(bundle, path, fd, hunt->by, hunt->refusal);
	if (error != 0)
		return error;
	elf = part_elf(&bundle->parts[at]);
	error = elf_check(&elf, path, hunt->refusal);
	if (error == 0) {
		bundle->parts[at].is_system = hunt->in_system;
		hunt->found = at;
		return 0;
	}
	bundle_free_part(&bundle->parts[at]);
	(void)memset(&bundle->parts[at], 0, sizeof(bundle->parts[at]));
	bundle->count--;
	return error;
}

/*
 * A search_place_fn. What is there but may not be trusted ends the search: the
 * plugin was linked to have it. One for another machine is passed over, as the
 * dynamic linker does.
 */
static bool
hunt_look(void *arg, const char *path)
{
	struct hunt *hunt = arg;
	struct refusal refusal;
	int fd = file_open_library(path, &refusal);

	if (fd == -ENOENT)
		return true;
	if (fd < 0) {
		*hunt->refusal = refusal;
		hunt->error = fd;
		return false;
	}
	hunt->error = hunt_add(hunt, path, fd);
	return hunt->error == -ENOEXEC;
}

/* The same places, for one that was found by other means. */
static bool
hunt_compare(void *arg, const char *path)
{
	const struct hunt *hunt = arg;
	struct part *part = &hunt->bundle->parts[hunt->found];
	struct stat status;

	if (stat(path, &status) != 0)
		return true;
	part->is_system =
	    status.st_dev == part->device && status.st_ino == part->inode;
	return false;
}

/* Looks in the directories that the part and those that need it state. */
static void
hunt_in_paths(struct hunt *hunt)
{
	const struct part *parts = hunt->bundle->parts;
	const struct part *by = &parts[hunt->by];
	const char *run_path = dynamic_text(&by->dynamic, DT_RUNPATH);

	if (run_path != NULL) {
		search_visit(by->path, run_path, hunt->name, hunt_look, hunt);
		return;
	}
	for (size_t i = hunt->by; i != RESIDENT && hunt->found == RESIDENT &&
				  (hunt->error == 0 || hunt->error == -ENOEXEC);
	     i = parts[i].needed_by) {
		run_path = dynamic_text(&parts[i].dynamic, DT_RPATH);
		if (run_path != NULL &&
		    dynamic_text(&parts[i].dynamic, DT_RUNPATH) == NULL)
			search_visit(parts[i].path, run_path, hunt->name,
			    hunt_look, hunt);
	}
}

static void
hunt_everywhere(struct hunt *hunt)
{
	const struct part *by = &hunt->bundle->parts[hunt->by];
	const char *slash = strrchr(hunt->name, '/');

	if (slash != NULL)
		search_path(by->path, hunt->name, hunt_look, hunt);
	else
		hunt_in_paths(hunt);
	if (hunt->found != RESIDENT) {
		search_system(
		    slash != NULL ? slash + 1 : hunt->name, hunt_compare, hunt);
		return;
	}
	if (slash != NULL || (hunt->error != 0 && hunt->error != -ENOEXEC))
		return;
	hunt->in_system = true;
	search_system(hunt->name, hunt_look, hunt);
}

/* Finds the part that a name means for a part, or RESIDENT. */
static int
bundle_resolve(struct bundle *bundle, size_t by, const char *name, size_t *part,
    struct refusal *refusal)
{
	struct hunt hunt = {
	    .bundle = bundle,
	    .by = by,
	    .name = name,
	    .found = RESIDENT,
	    .refusal = refusal,
	};

	*part = RESIDENT;
	if (object_is_resident(name))
		return 0;
	hunt_everywhere(&hunt);
	*part = hunt.found;
	if (hunt.found != RESIDENT)
		return 0;
	if (hunt.error == 0)
		return refusal_set(refusal, -ENOEXEC,
		    "install that library, or put it beside the plugin and "
		    "link the plugin with -Wl,-rpath,'$ORIGIN'",
		    "%s needs the library %s, which is nowhere to be found",
		    bundle->parts[by].path, name);
	refusal_prefix(
	    refusal, "%s needs the library %s: ", bundle->parts[by].path, name);
	return hunt.error == -ENOENT ? -ENOEXEC : hunt.error;
}

/* The dynamic linker would search for libraries that stand in for these. */
static int
part_check_filters(const struct part *part, struct refusal *refusal)
{
	uint64_t value;

	if (!dynamic_value(&part->dynamic, DT_FILTER, &value) &&
	    !dynamic_value(&part->dynamic, DT_AUXILIARY, &value))
		return 0;
	return refusal_set(refusal, -ENOEXEC,
	    "link it without -f and -F (--auxiliary, --filter)",
	    "%s is a filter for another library, which netinstd does not load",
	    part->path);
}

/* Reads what a part needs and finds it. */
static int
bundle_follow(struct bundle *bundle, size_t i, struct refusal *refusal)
{
	struct part *part = &bundle->parts[i];
	struct elf elf = part_elf(part);
	dynamic_entry_t entry;
	const char *name;
	int error;

	error = dynamic_find(&elf, part->path, &part->dynamic, refusal);
	if (error == 0)
		error = part_check_filters(part, refusal);
	for (size_t at = 0; error == 0 && at < part->dynamic.count; at++) {
		entry = dynamic_entry(&part->dynamic, at);
		if (entry.d_tag != DT_NEEDED)
			continue;
		name = dynamic_string(&part->dynamic, entry.d_un.d_val);
		part->needs = memory_resize(
		    part->needs, part->need_count + 1, sizeof(*part->needs));
		part->needs[part->need_count++] = (struct need){
		    memory_strdup(name != NULL ? name : ""), RESIDENT};
		error = bundle_resolve(bundle, i,
		    part->needs[part->need_count - 1].name,
		    &part->needs[part->need_count - 1].part, refusal);
	}
	return error;
}

/* --- how each is mapped --------------------------------------------------- */

/*
 * Whether the dynamic linker finds all that a library of the system needs
 * without a search: by the names that mapped libraries have.
 */
static bool
part_needs_no_search(const struct bundle *bundle, const struct part *part)
{
	const struct part *other;
	const char *own;

	for (size_t i = 0; i < part->need_count; i++) {
		if (part->needs[i].part == RESIDENT)
			continue;
		other = &bundle->parts[part->needs[i].part];
		own = dynamic_text(&other->dynamic, DT_SONAME);
		if (!other->is_system || own == NULL ||
		    strcmp(own, part->needs[i].name) != 0)
			return false;
	}
	return true;
}

/* A library of the system with other needs is copied as the plugin's are. */
static void
bundle_choose(struct bundle *bundle)
{
	bool changed = true;
	struct part *part;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < bundle->count; i++) {
			part = &bundle->parts[i];
			if (!part->is_system ||
			    part_needs_no_search(bundle, part))
				continue;
			part->is_system = false;
			changed = true;
		}
	}
}

/* What the dynamic linker is told to map. */
static const char *
part_name(const struct part *part)
{
	return part->is_system ? part->path : part->copy.path;
}

static int
bundle_rewrite(
    struct bundle *bundle, struct part *part, struct refusal *refusal)
{
	struct rewrite_name *names =
	    memory_zalloc((part->need_count + 1) * sizeof(*names));
	struct elf elf = part_elf(part);
	int error;

	for (size_t i = 0; i < part->need_count; i++) {
		names[i].from = part->needs[i].name;
		if (part->needs[i].part != RESIDENT)
			names[i].to =
			    part_name(&bundle->parts[part->needs[i].part]);
	}
	/* The copy gets one segment more. */
	bundle->mappings += elf_count_mappings(&elf) + 1;
	error = rewrite_copy(
	    &part->copy, names, part->need_count, part->path, refusal);
	bundle->bytes += part->copy.size;
	free(names);
	return error;
}

int
bundle_complete(struct bundle *bundle, struct refusal *refusal)
{
	int error = 0;

	for (size_t i = 0; error == 0 && i < bundle->count; i++)
		error = bundle_follow(bundle, i, refusal);
	bundle_choose(bundle);
	for (size_t i = 0; error == 0 && i < bundle->count; i++)
		if (!bundle->parts[i].is_system)
			error =
			    bundle_rewrite(bundle, &bundle->parts[i], refusal);
	if (error == 0)
		error = kept_add(bundle->mappings, bundle->bytes,
		    bundle->parts[0].path, refusal);
	bundle->is_kept = error == 0;
	return error;
}

/* --- mapping -------------------------------------------------------------- */

/* Copies what the linker says, with the paths in place of those of copies. */
static void
bundle_translate(
    const struct bundle *bundle, const char *problem, char *text, size_t size)
{
	const char *name = bundle->parts[0].copy.path;
	size_t i, used = 0;

	/* Which plugin it is about is said before it. */
	if (strncmp(problem, name, strlen(name)) == 0 &&
	    strncmp(problem + strlen(name), ": ", 2) == 0)
		problem += strlen(name) + 2;
	while (*problem != '\0' && used + 1 < size) {
		for (i = 0; i < bundle->count; i++) {
			name = bundle->parts[i].copy.path;
			if (strncmp(problem, name, strlen(name)) == 0)
				break;
		}
		if (i == bundle->count) {
			text[used++] = *problem++;
			continue;
		}
		problem += strlen(name);
		used += (size_t)snprintf(
		    text + used, size - used, "%s", bundle->parts[i].path);
		used = used < size ? used : size - 1;
	}
	text[used] = '\0';
}

static int
bundle_open(struct bundle *bundle, struct part *part, struct refusal *refusal)
{
	const char *problem;
	char text[512];
	int error;

	part->object = object_open(part_name(part),
	    part->is_system ? OBJECT_CAN_GO : OBJECT_STAYS, &problem);
	if (part->object != NULL)
		return 0;
	error = errno;
	bundle_translate(bundle, problem, text, sizeof(text));
	/* The dynamic linker's words do not always say that. */
	if (error == ENOMEM || error == EMFILE || error == ENFILE)
		return refusal_set_error(refusal, error, "",
		    "%s cannot be linked", bundle->parts[0].path);
	return refusal_set(refusal, -ENOEXEC,
	    "link the plugin with the libraries it needs; of netinstd it may "
	    "call what <netinst/netinst.h> declares",
	    "%s cannot be linked: %s", bundle->parts[0].path, text);
}

/* Maps a library of the system, after those that it needs. */
static int
bundle_open_system(
    struct bundle *bundle, struct part *part, struct refusal *refusal)
{
	int error = 0;

	if (part->is_mapped || !part->is_system)
		return 0;
	part->is_mapped = true;
	for (size_t i = 0; error == 0 && i < part->need_count; i++)
		if (part->needs[i].part != RESIDENT)
			error = bundle_open_system(bundle,
			    &bundle->parts[part->needs[i].part], refusal);
	return error != 0 ? error : bundle_open(bundle, part, refusal);
}

static int
bundle_map_all(struct bundle *bundle, struct refusal *refusal)
{
	int error = 0;

	for (size_t i = 0; error == 0 && i < bundle->count; i++)
		error = bundle_open_system(bundle, &bundle->parts[i], refusal);
	/* The plugin maps its own libraries along with it. */
	for (size_t i = 0; error == 0 && i < bundle->count; i++) {
		if (bundle->parts[i].is_system)
			continue;
		error = bundle_open(bundle, &bundle->parts[i], refusal);
		bundle->is_kept = bundle->is_kept && error != 0;
	}
	return error;
}

static bool
bundle_is_at(void *arg, uintptr_t address)
{
	const struct bundle *bundle = arg;

	for (size_t i = 0; i < bundle->count; i++)
		if (object_is_at(bundle->parts[i].object, address))
			return true;
	return false;
}

int
bundle_map(struct bundle *bundle, struct refusal *refusal)
{
	struct mapped *before = mapped_note();
	int error = bundle_map_all(bundle, refusal);
	struct part *part;

	if (error == 0)
		error = mapped_check(before, bundle_is_at, bundle,
		    bundle->parts[0].path, refusal);
	mapped_free(before);
	for (size_t i = 0; error == 0 && i < bundle->count; i++) {
		part = &bundle->parts[i];
		if (!part->is_system && part->copy.is_memory)
			object_show_as(part->object, part->path);
	}
	return error;
}

struct object *
bundle_take(struct bundle *bundle)
{
	struct object *object;
	struct part *part;

	while (bundle->taken < bundle->count) {
		part = &bundle->parts[bundle->taken++];
		if (part->is_system)
			continue;
		object = part->object;
		part->object = NULL;
		return object;
	}
	return NULL;
}
