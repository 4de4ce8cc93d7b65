/* SPDX-License-Identifier: Apache-2.0 */
/*
 * descriptor.c: judges descriptors. It owns nothing. What a descriptor says
 * comes from a stranger: numbers are compared before anything else is read,
 * and a pointer is followed only into the object it came with.
 */
#include "plugin/descriptor.h"

#include <errno.h>
#include <string.h>

#include "base/check.h"
#include "plugin/text.h"

#define NAME_FIRST "abcdefghijklmnopqrstuvwxyz0123456789"
#define NAME_OTHER NAME_FIRST "_-"

/* Whose doings are accounted to the daemon itself. */
#define DAEMON_NAME "netinstd"

#define NAME_RULE                                                              \
	"names are made of a-z, 0-9, - and _, begin with a letter or digit, "  \
	"and are not " DAEMON_NAME

#define USE_MACRO                                                              \
	"state the descriptor with NETINST_PLUGIN(.name, .version, .summary)"

/* The part without pointers. */
#define HEAD_SIZE offsetof(net_plugin_t, name)

#define FLAGS_KNOWN NETINST_PLUGIN_INSIDE

bool
descriptor_is_name(const char *text)
{
	size_t length = strnlen(text, PLUGIN_NAME_MAX + 1);

	return length > 0 && length <= PLUGIN_NAME_MAX &&
	       strchr(NAME_FIRST, text[0]) != NULL &&
	       strspn(text, NAME_OTHER) == length;
}

static int
descriptor_check_abi(
    const net_plugin_t *head, const char *path, struct refusal *refusal)
{
	bool minor = head->abi_major == NETINST_ABI_MAJOR;

	if (minor && head->abi_minor <= NETINST_ABI_MINOR)
		return 0;
	return refusal_set(refusal, -ENOEXEC,
	    minor ? "update netinstd, or compile the plugin with its headers"
		  : "compile the plugin with the headers of this netinstd",
	    "%s is built for plugin ABI %u.%u, which %s than this netinstd's "
	    "%u.%u",
	    path, head->abi_major, head->abi_minor,
	    minor ? "is newer" : "has another major number", NETINST_ABI_MAJOR,
	    NETINST_ABI_MINOR);
}

/* Whether a descriptor that says it has size bytes has flags. */
static bool
has_flags(uint32_t size)
{
	return size >= offsetof(net_plugin_t, flags) + sizeof(uint32_t);
}

uint32_t
descriptor_flags(const net_plugin_t *descriptor)
{
	return has_flags(descriptor->size) ? descriptor->flags : 0;
}

/* size: what the descriptor says it has, which is there. */
static int
descriptor_check_flags(const unsigned char *bytes, uint32_t size,
    const char *path, struct refusal *refusal)
{
	uint32_t flags = 0;

	if (has_flags(size))
		(void)memcpy(&flags, bytes + offsetof(net_plugin_t, flags),
		    sizeof(flags));
	flags &= ~FLAGS_KNOWN;
	if (flags == 0)
		return 0;
	return refusal_set(refusal, -ENOEXEC,
	    "set .flags to NETINST_PLUGIN_INSIDE, or leave it out",
	    "the descriptor of %s has the flags %#x, which this netinstd does "
	    "not know",
	    path, flags);
}

int
descriptor_check_head(
    const void *bytes, size_t size, const char *path, struct refusal *refusal)
{
	net_plugin_t head;
	int error;

	if (size < HEAD_SIZE)
		return refusal_set(refusal, -ENOEXEC, USE_MACRO,
		    "nin_plugin of %s has %zu bytes, too few for a descriptor",
		    path, size);
	(void)memcpy(&head, bytes, HEAD_SIZE);
	if (head.magic != NETINST_PLUGIN_MAGIC)
		return refusal_set(refusal, -ENOEXEC, USE_MACRO,
		    "nin_plugin of %s is no netinst descriptor: its magic "
		    "number is %#llx instead of %#llx",
		    path, (unsigned long long)head.magic,
		    (unsigned long long)NETINST_PLUGIN_MAGIC);
	error = descriptor_check_abi(&head, path, refusal);
	if (error != 0)
		return error;
	if (head.size < DESCRIPTOR_SIZE_MIN || head.size > size)
		return refusal_set(refusal, -ENOEXEC, USE_MACRO,
		    "the descriptor of %s says that it has %u bytes; ABI "
		    "%u.%u needs %zu and the object holds %zu",
		    path, head.size, head.abi_major, head.abi_minor,
		    DESCRIPTOR_SIZE_MIN, size);
	return descriptor_check_flags(bytes, head.size, path, refusal);
}

/* name is a string; it may be empty only when file_name is not NULL. */
static int
descriptor_check_name(const char *name, const char *file_name, const char *path,
    struct refusal *refusal)
{
	bool by_file = name[0] == '\0';

	if (by_file)
		name = file_name;
	if (descriptor_is_name(name) && strcmp(name, DAEMON_NAME) != 0)
		return 0;
	if (by_file)
		return refusal_set(refusal, -ENOEXEC,
		    "rename the file, or compile the module with "
		    "-DNETINST_MODULE_NAME=, a string; " NAME_RULE,
		    "%s gives its module the name '%s', which is no valid "
		    "name",
		    path, name);
	return refusal_set(refusal, -ENOEXEC, NAME_RULE,
	    "the descriptor of %s names the plugin '%s', which is no valid "
	    "name",
	    path, name);
}

int
descriptor_check_texts(const net_plugin_t *descriptor,
    descriptor_readable_fn readable, void *arg, const char *file_name,
    const char *path, struct refusal *refusal)
{
	const struct {
		const char *member, *text;
		size_t max;
	} texts[] = {
	    {"name", descriptor->name, PLUGIN_NAME_MAX},
	    {"version", descriptor->version, DESCRIPTOR_VERSION_MAX},
	    {"summary", descriptor->summary, DESCRIPTOR_SUMMARY_MAX},
	};
	size_t held;

	for (unsigned i = 0; i < ARRAY_LENGTH(texts); i++) {
		if (texts[i].text == NULL)
			return refusal_set(refusal, -ENOEXEC, USE_MACRO,
			    "the descriptor of %s has no %s", path,
			    texts[i].member);
		held = readable(arg, texts[i].text);
		if (held == 0 || memchr(texts[i].text, '\0', held) == NULL)
			return refusal_set(refusal, -ENOEXEC, USE_MACRO,
			    "the %s in the descriptor of %s is not a string "
			    "of that object",
			    texts[i].member, path);
		if (i == 0 && file_name != NULL && texts[i].text[0] == '\0')
			continue;
		if (!text_is_plain(texts[i].text, texts[i].max))
			return refusal_set(refusal, -ENOEXEC, USE_MACRO,
			    "the %s in the descriptor of %s is not 1 to %zu "
			    "bytes of plain text",
			    texts[i].member, path, texts[i].max);
	}
	return descriptor_check_name(
	    descriptor->name, file_name, path, refusal);
}
