/* SPDX-License-Identifier: Apache-2.0 */
/*
 * static.c: takes the loader's own steps up to where code would run, and looks
 * at what the loader accepts but a plugin's author should not. It asks the
 * dynamic linker which names netinstd itself has, before any plugin is there.
 * Owns the copy of the file meanwhile.
 */
#include "check/parent/static.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <netinst/plugin.h>

#include "base/check.h"
#include "check/parent/image.h"
#include "plugin/descriptor.h"
#include "plugin/elf.h"
#include "plugin/file.h"

/* Functions of libc may turn out to be in this one. */
#define KERNEL_OBJECT "linux-vdso"

struct look {
	const struct elf *elf;
	struct findings *findings;
	char prefix[BOARD_NAME]; /* of names that are the plugin's own */
	bool complete;	/* every library it is linked with is here already */
	bool undefined; /* a symbol is missing: it cannot be loaded */
};

static enum static_result
static_refuse(
    struct findings *findings, enum kind kind, const struct refusal *refusal)
{
	findings_note(
	    findings, NULL, kind, "", "%s\n%s", refusal->text, refusal->hint);
	return STATIC_STOP;
}

static const char *
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/*
 * The file name of the object that has the symbol in a process of netinstd's,
 * "netinstd" for the program itself, NULL when none has it. Borrowed for good.
 */
static const char *
symbol_owner(const char *symbol)
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
is_library(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	return strcmp(file_name(info->dlpi_name), arg) == 0;
}

/* Whether a library of that file name is there already. */
static bool
has_library(const char *library)
{
	return dl_iterate_phdr(is_library, (void *)(uintptr_t)library) != 0;
}

/* Names that every linker exports, the interface's and the compiler's. */
static bool
is_interface(const char *name)
{
	static const char *const names[] = {
	    "_init", "_fini", "_info", "_edata", "_end"};

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return strncmp(name, "nin_", 4) == 0 || strncmp(name, "__", 2) == 0;
}

static void
look_at_export(struct look *look, const struct image_symbol *symbol)
{
	const char *owner;

	if (is_interface(symbol->name) || symbol->weak)
		return;
	owner = symbol_owner(symbol->name);
	if (owner != NULL)
		findings_note(look->findings, NULL, KIND_EXPORT_COLLIDES,
		    symbol->name, "%s is also a name of %s", symbol->name,
		    owner);
	else if (strncmp(symbol->name, look->prefix, strlen(look->prefix)) != 0)
		findings_note(look->findings, NULL, KIND_EXPORT_GENERIC,
		    symbol->name, "%s", symbol->name);
}

/*
 * What needs no linking: the daemon, the kernel's object, and a sanitizer that
 * this daemon is built with, which stands before the C library.
 */
static bool
is_always_there(const char *object)
{
	static const char *const names[] = {
	    "netinstd", KERNEL_OBJECT, "libasan.", "libtsan.", "libubsan."};

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (strncmp(object, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static void
look_at_import(struct look *look, const struct image_symbol *symbol)
{
	const char *owner = symbol_owner(symbol->name);

	if (symbol->weak || (owner == NULL && !look->complete))
		return;
	look->undefined = look->undefined || owner == NULL;
	if (owner == NULL)
		findings_note(look->findings, NULL, KIND_UNDEFINED_SYMBOL,
		    symbol->name, "%s", symbol->name);
	else if (!is_always_there(owner) && !image_needs(look->elf, owner))
		findings_note(look->findings, NULL, KIND_UNLINKED_LIBRARY,
		    owner, "%s is a function of %s", symbol->name, owner);
}

/* An image_symbol_fn. */
static void
look_at_symbol(void *arg, const struct image_symbol *symbol)
{
	if (symbol->defined)
		look_at_export(arg, symbol);
	else
		look_at_import(arg, symbol);
}

/* "mine_" for /somewhere/libmine.so: what a file's own names begin with. */
static void
make_prefix(const char *path, char prefix[BOARD_NAME])
{
	const char *name = file_name(path);
	size_t length;

	if (strncmp(name, "lib", 3) == 0)
		name += 3;
	length = strcspn(name, ".");
	(void)snprintf(prefix, BOARD_NAME, "%.*s_", (int)length, name);
	for (size_t i = 0; prefix[i] != '\0'; i++)
		if (prefix[i] == '-')
			prefix[i] = '_';
}

/* False when the loader will not be able to link it. */
static bool
look_at_image(
    const struct elf *elf, const char *path, struct findings *findings)
{
	struct look look = {.elf = elf, .findings = findings};
	struct image_facts facts;

	image_read_facts(elf, has_library, &facts);
	look.complete = facts.complete;
	if (facts.executable_stack)
		findings_note(findings, NULL, KIND_EXECUTABLE_STACK, "",
		    "its PT_GNU_STACK header is missing or has the execute "
		    "flag");
	if (facts.text_relocations)
		findings_note(findings, NULL, KIND_TEXT_RELOCATIONS, "",
		    "its dynamic section has DT_TEXTREL");
	make_prefix(path, look.prefix);
	image_visit_symbols(elf, look_at_symbol, &look);
	return !look.undefined;
}

/* A valid head of another interface than ours. */
static bool
is_other_abi(const void *descriptor, size_t size)
{
	net_plugin_t head = {0};

	if (size < offsetof(net_plugin_t, name))
		return false;
	memcpy(&head, descriptor, offsetof(net_plugin_t, name));
	return head.magic == NETINST_PLUGIN_MAGIC &&
	       (head.abi_major != NETINST_ABI_MAJOR ||
		   head.abi_minor > NETINST_ABI_MINOR);
}

static enum static_result
static_check_copy(const struct file_copy *copy, const char *path,
    struct findings *findings, struct refusal *refusal)
{
	struct elf elf = {copy->bytes, copy->size};
	const void *descriptor;
	size_t size = 0;
	bool links;

	if (elf_check(&elf, path, refusal) != 0)
		return static_refuse(findings, KIND_NOT_A_PLUGIN, refusal);
	links = look_at_image(&elf, path, findings);
	descriptor = elf_find_data(&elf, "nin_plugin", &size);
	/* Without one it may be a module of another kind: the loader knows. */
	if (descriptor == NULL ||
	    descriptor_check_head(descriptor, size, path, refusal) == 0)
		return links ? STATIC_GO_ON : STATIC_STOP;
	return static_refuse(findings,
	    is_other_abi(descriptor, size) ? KIND_NEWER_ABI : KIND_NOT_A_PLUGIN,
	    refusal);
}

enum static_result
static_check(const struct check_request *request, struct findings *findings,
    struct refusal *refusal)
{
	enum static_result result;
	struct file_copy copy;
	int error, fd;

	if (file_find(request->directory, request->plugin, findings->path,
		refusal) != 0)
		return STATIC_CANNOT_RUN;
	fd = file_open(findings->path, refusal);
	if (fd == -EPERM)
		return static_refuse(findings, KIND_UNTRUSTED, refusal);
	if (fd == -ENOEXEC)
		return static_refuse(findings, KIND_NOT_A_PLUGIN, refusal);
	if (fd < 0)
		return STATIC_CANNOT_RUN;
	error = file_copy(fd, findings->path, NULL, &copy, refusal);
	(void)close(fd);
	if (error != 0)
		return STATIC_CANNOT_RUN;
	result = static_check_copy(&copy, findings->path, findings, refusal);
	file_discard(&copy);
	return result;
}
