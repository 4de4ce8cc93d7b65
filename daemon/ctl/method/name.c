/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name.c: the rules for names, in the order in which their faults are reported.
 * scan.c has checked UTF-8 already; it is checked here too, where a reader
 * looks for it.
 */
#include "ctl/method/name.h"

#include <stddef.h>
#include <string.h>

#include "core/core.h"
#include "core/interface/interface.h"
#include "lib/utf8.h"
#include "plugin/plugins.h"

static const char *
name_check_text(const char *name, size_t most)
{
	const char *end = name + strlen(name);
	uint32_t character;
	size_t length;

	if (name == end)
		return "is empty";
	if ((size_t)(end - name) > most)
		return "is too long";
	for (const char *at = name; at < end; at += length) {
		length = utf8_decode(at, end, &character);
		if (length == 0)
			return "is not UTF-8";
		if (utf8_is_control(character))
			return "holds a control character";
		if (*at == '/')
			return "holds a '/'";
	}
	return NULL;
}

/* A text that stands for a file, and is not to be taken for a number. */
static const char *
name_check_file(const char *name, size_t most, const char *taken_for)
{
	const char *fault = name_check_text(name, most);

	if (fault != NULL)
		return fault;
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return "is a directory's";
	return name[strspn(name, "0123456789")] == '\0' ? taken_for : NULL;
}

const char *
name_check_instance(const char *name)
{
	return name_check_file(
	    name, INSTANCE_NAME_MAX, "would be taken for an id");
}

const char *
name_check_protocol(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	size_t length = strlen(name);

	if (length == 0)
		return "is empty";
	if (length > PROTOCOL_NAME_MAX)
		return "is too long";
	if (name[strspn(name, allowed)] != '\0')
		return "holds something other than a-z, 0-9, '_' and '-'";
	return NULL;
}

/* What the kernel takes, less what could be taken for an index. */
const char *
name_check_nic(const char *name)
{
	const char *fault =
	    name_check_file(name, NIC_NAME_MAX, "would be taken for an index");

	if (fault == NULL && strpbrk(name, " :") != NULL)
		return "holds a space or a ':'";
	return fault;
}

const char *
name_check_plugin(const char *name)
{
	return name_check_text(name, PLUGIN_NAME_MAX);
}

bool
name_is_id(const char *text, int32_t *id)
{
	int64_t value = 0;

	if (*text == '\0' || strlen(text) > 10)
		return false;
	for (; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (*text - '0');
	if (*text != '\0' || value > INSTANCE_ID_MAX)
		return false;
	*id = (int32_t)value;
	return true;
}
