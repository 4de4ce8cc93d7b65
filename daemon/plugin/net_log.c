/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net_log.c: puts the name of the plugin before what it logs. In a callback
 * the framework knows whose it is; on a thread of the plugin's own, the
 * address of the call tells. For that it owns every object that ever was
 * loaded, in a list that only grows and is read without a lock: a thread that
 * a plugin left behind may speak at any time.
 */
#include "plugin/net_log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include <netinst/plugin.h>

#include "base/log.h"
#include "base/memory.h"
#include "core/owner.h"

struct speaker {
	struct speaker *next;
	struct object *object;
	char *name;
};

static _Atomic(struct speaker *) speakers;

static const enum log_level levels[] = {
    [NET_LOG_ERROR] = LOG_ERROR,
    [NET_LOG_WARNING] = LOG_WARNING,
    [NET_LOG_INFO] = LOG_INFO,
    [NET_LOG_DEBUG] = LOG_DEBUG,
};

void
net_log_remember(const char *name, struct object *object)
{
	struct speaker *speaker = memory_zalloc(sizeof(*speaker));

	speaker->object = object;
	speaker->name = memory_strdup(name);
	speaker->next = atomic_load(&speakers);
	while (
	    !atomic_compare_exchange_weak(&speakers, &speaker->next, speaker))
		;
}

static const char *
net_log_speaker(const void *caller)
{
	const struct owner *owner = owner_current();
	const struct speaker *speaker;

	if (owner != NULL)
		return owner_name(owner);
	for (speaker = atomic_load(&speakers); speaker != NULL;
	     speaker = speaker->next)
		if (object_is_code(speaker->object, caller))
			return speaker->name;
	return "?";
}

NETINST_EXPORT void
net_log(net_log_level_t level, const char *format, ...)
{
	bool known = (unsigned)level < sizeof(levels) / sizeof(levels[0]);
	char token[80];
	va_list arguments;

	(void)snprintf(token, sizeof(token), "plugin %s",
	    net_log_speaker(__builtin_return_address(0)));
	va_start(arguments, format);
	log_write_list(
	    known ? levels[level] : LOG_INFO, token, format, arguments);
	va_end(arguments);
}
