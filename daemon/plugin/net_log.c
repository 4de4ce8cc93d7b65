/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net_log.c: puts the name of the plugin before what it logs. In a callback the
 * framework knows whose it is; on a thread of the plugin's own, the address of
 * the caller tells. For that it owns every object ever loaded, in a list that
 * only grows and is read without a lock: a thread that a plugin left behind may
 * log at any time.
 */
#include "plugin/net_log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include <netinst/plugin.h>

#include "base/log.h"
#include "base/memory.h"
#include "core/object/owner.h"

struct speaker {
	struct speaker *next;
	struct object *object;
	struct owner *owner; /* a reference, for good */
};

static _Atomic(struct speaker *) speakers;

static const enum log_level levels[] = {
    [NET_LOG_ERROR] = LOG_ERROR,
    [NET_LOG_WARNING] = LOG_WARNING,
    [NET_LOG_INFO] = LOG_INFO,
    [NET_LOG_DEBUG] = LOG_DEBUG,
};

void
net_log_remember(struct owner *owner, struct object *object)
{
	struct speaker *speaker = memory_zalloc(sizeof(*speaker));

	speaker->object = object;
	speaker->owner = owner;
	owner_hold(owner);
	speaker->next = atomic_load(&speakers);
	while (
	    !atomic_compare_exchange_weak(&speakers, &speaker->next, speaker))
		;
}

struct owner *
net_log_owner_of(const void *address)
{
	const struct speaker *speaker = atomic_load(&speakers);

	while (speaker != NULL && !object_is_code(speaker->object, address))
		speaker = speaker->next;
	return speaker != NULL ? speaker->owner : NULL;
}

NETINST_EXPORT void
net_log(net_log_level_t level, const char *format, ...)
{
	bool known = (unsigned)level < sizeof(levels) / sizeof(levels[0]);
	enum log_level wanted = known ? levels[level] : LOG_INFO;
	struct owner *owner = owner_current();
	char token[80];
	va_list arguments;

	if (owner == NULL)
		owner = net_log_owner_of(__builtin_return_address(0));
	(void)snprintf(token, sizeof(token), "plugin %s",
	    owner != NULL ? owner_name(owner) : "?");
	va_start(arguments, format);
	if (owner != NULL)
		owner_log(owner, wanted, token, format, arguments);
	else
		log_write_list(wanted, token, format, arguments);
	va_end(arguments);
}
