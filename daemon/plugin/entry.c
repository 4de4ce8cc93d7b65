/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.c: turns symbols into functions that may be called. It owns nothing.
 * One table says which symbols there are and which of them ask for others.
 */
#include "plugin/entry.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/check.h"
#include "plugin/descriptor.h"

#define DEFINE_CALLBACKS                                                       \
	"define nin_create and nin_destroy, and include <netinst/netinst.h> "  \
	"so that they are exported, or register in nin_load"

static const struct symbol {
	const char *name;
	size_t member;	    /* of struct entry */
	bool is_callback;   /* then create and destroy have to be there */
	bool is_required;   /* as soon as one callback is there */
	const char *module; /* what a Solaris module calls it, or NULL */
} symbols[] = {
    {"nin_create", offsetof(struct entry, create), true, true, NULL},
    {"nin_destroy", offsetof(struct entry, destroy), true, true, NULL},
    {"nin_shutdown", offsetof(struct entry, shutdown), true, false, NULL},
    {"nin_notify", offsetof(struct entry, notify), true, false, NULL},
    {"nin_load", offsetof(struct entry, load), false, false, NULL},
    {"nin_unload", offsetof(struct entry, unload), false, false, NULL},
    {"nin_solaris_init", offsetof(struct entry, module_init), false, false,
	"_init"},
    {"nin_solaris_fini", offsetof(struct entry, module_fini), false, false,
	"_fini"},
    {"nin_solaris_info", offsetof(struct entry, module_info), false, false,
	"_info"},
};

static int
entry_find_symbol(struct object *object, const struct symbol *symbol,
    const char *path, struct entry *entry, struct refusal *refusal)
{
	void *address;
	int error;

	error = object_find(object, symbol->name, path, &address, refusal);
	if (error != 0)
		return error;
	if (address != NULL && !object_is_code(object, address))
		return refusal_set(refusal, -ENOEXEC, "define it as a function",
		    "%s of %s is data, not a function", symbol->name, path);
	/* A function pointer, seen as the bytes that dlsym() returns. */
	(void)memcpy((char *)entry + symbol->member, &address, sizeof(address));
	return 0;
}

static bool
entry_has(const struct entry *entry, const struct symbol *symbol)
{
	void *address;

	(void)memcpy(
	    &address, (const char *)entry + symbol->member, sizeof(address));
	return address != NULL;
}

/* The name of a callback that is there, or NULL. */
static const char *
entry_callback(const struct entry *entry)
{
	for (unsigned i = 0; i < ARRAY_LENGTH(symbols); i++)
		if (symbols[i].is_callback && entry_has(entry, &symbols[i]))
			return symbols[i].name;
	return NULL;
}

/* The first that is there and is, or is not, for a Solaris module; or NULL. */
static const char *
entry_first(const struct entry *entry, bool module)
{
	for (unsigned i = 0; i < ARRAY_LENGTH(symbols); i++)
		if ((symbols[i].module != NULL) == module &&
		    entry_has(entry, &symbols[i]))
			return module ? symbols[i].module : symbols[i].name;
	return NULL;
}

/* There is at least one function of a Solaris module. */
static int
entry_check_module(
    const struct entry *entry, const char *path, struct refusal *refusal)
{
	const char *other = entry_first(entry, false);

	if (other != NULL)
		return refusal_set(refusal, -ENOEXEC,
		    "leave out the one or the other",
		    "%s is a Solaris module, which exports %s, but exports %s "
		    "as well",
		    path, entry_first(entry, true), other);
	if (entry->module_init != NULL && entry->module_info != NULL)
		return 0;
	return refusal_set(refusal, -ENOEXEC,
	    "define both, below #include <sys/modctl.h>",
	    "%s is a Solaris module without %s", path,
	    entry->module_init == NULL ? "_init" : "_info");
}

static int
entry_check(
    const struct entry *entry, const char *path, struct refusal *refusal)
{
	const char *present = entry_callback(entry);

	if (entry_first(entry, true) != NULL)
		return entry_check_module(entry, path, refusal);
	if (present == NULL && entry->load == NULL)
		return refusal_set(refusal, -ENOEXEC, DEFINE_CALLBACKS,
		    "%s exports neither nin_create nor nin_load", path);
	for (unsigned i = 0; present != NULL && i < ARRAY_LENGTH(symbols); i++)
		if (symbols[i].is_required && !entry_has(entry, &symbols[i]))
			return refusal_set(refusal, -ENOEXEC, DEFINE_CALLBACKS,
			    "%s exports %s but no %s", path, present,
			    symbols[i].name);
	return 0;
}

int
entry_find(struct object *object, const char *path, struct entry *entry,
    struct refusal *refusal)
{
	int error;

	for (unsigned i = 0; i < ARRAY_LENGTH(symbols); i++) {
		error = entry_find_symbol(
		    object, &symbols[i], path, entry, refusal);
		if (error != 0)
			return error;
	}
	return entry_check(entry, path, refusal);
}

int
entry_find_descriptor(struct object *object, const char *path,
    const net_plugin_t **descriptor, struct refusal *refusal)
{
	void *address;
	int error;

	error = object_find(object, "nin_plugin", path, &address, refusal);
	if (error != 0)
		return error;
	/* Its size was compared with the object's already, in the file. */
	if (address == NULL || (uintptr_t)address % _Alignof(net_plugin_t) ||
	    object_readable(object, address) < DESCRIPTOR_SIZE_MIN ||
	    object_readable(object, address) <
		((const net_plugin_t *)address)->size)
		return refusal_set(refusal, -ENOEXEC,
		    "state the descriptor with NETINST_PLUGIN()",
		    "nin_plugin of %s is not a descriptor in its data", path);
	*descriptor = address;
	return 0;
}
