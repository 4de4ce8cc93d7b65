/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_named.c: the documented functions that fill named statistics. Any
 * thread; the memory is the caller's.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <netinst/kstat.h>
#include <netinst/plugin.h>

#include "base/check.h"
#include "base/log.h"
#include "core/kstat/kstat_impl.h"
#include "core/object/owner_impl.h"

NETINST_EXPORT void
kstat_named_init(kstat_named_t *named, const char *name, uchar_t type)
{
	memset(named, 0, sizeof(*named));
	kstat_copy_name(named->name, name != NULL ? name : "");
	named->data_type = type;
	if (type > KSTAT_DATA_STRING)
		owner_complain(owner_of_caller(__builtin_return_address(0)),
		    "statistic %s has the unknown data type %u", named->name,
		    type);
}

NETINST_EXPORT void
kstat_named_setstr(kstat_named_t *named, const char *src)
{
	if (named->data_type != KSTAT_DATA_STRING) {
		kstat_complain(__builtin_return_address(0),
		    "kstat_named_setstr refused: statistic %.30s is no string",
		    named->name);
		return;
	}
	KSTAT_NAMED_STR_PTR(named) = (char *)(uintptr_t)src;
	KSTAT_NAMED_STR_BUFLEN(named) =
	    src != NULL ? (uint32_t)strlen(src) + 1 : 0;
}

void
kstat_copy_name(char target[static KSTAT_STRLEN], const char *source)
{
	size_t length = strnlen(source, KSTAT_STRLEN - 1);

	memcpy(target, source, length);
	memset(target + length, 0, KSTAT_STRLEN - length);
}

NETINST_EXPORT void
kstat_set_string(char *target, const char *source)
{
	kstat_copy_name(target, source);
}

void
kstat_complain(const void *caller, const char *format, ...)
{
	char text[160];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	owner_complain(owner_of_caller(caller), "%s", text);
#ifdef NETINST_DEBUG
	check_failed(text, __FILE__, __LINE__, __func__);
#endif
}
