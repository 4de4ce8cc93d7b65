/* SPDX-License-Identifier: Apache-2.0 */
/*
 * module_timeout.c: what timeout() and untimeout() of Solaris modules stand on:
 * net_timeout() of the global instance, whose function gets other arguments and
 * which does not tell the time that was left. Owns what was asked for and is
 * not over, under its lock; any thread. What the framework cancels by itself
 * stays here until its plugin is unloaded.
 *
 * A timeout goes by a number, so that one that comes late finds nothing instead
 * of memory that was freed.
 */
#include "plugin/module.h"

#include <stdlib.h>

#include <netinst/plugin.h>
#include <netinst/solaris.h>
#include <netinst/timeout.h>

#include "base/lock.h"
#include "base/memory.h"
#include "lib/clock.h"
#include "plugin/net_log.h"

struct module_timeout {
	struct module_timeout *next;
	uintptr_t number; /* what untimeout() is given; not used again */
	void (*fn)(void *);
	void *arg;
	int64_t due;		   /* clock_monotonic() */
	const struct owner *owner; /* NULL: nobody's; only compared */
	net_timeout_t timeout;	   /* 0: not told yet */
	bool running;
};

static struct {
	struct lock lock;
	struct module_timeout *first;
	uintptr_t numbers;
} timeouts = {.lock = LOCK_INITIALIZER(LOCK_PLUGINS)};

/* The link that leads to a timeout, or the last one. */
static struct module_timeout **
timeout_link(uintptr_t number)
{
	struct module_timeout **link = &timeouts.first;

	lock_assert_held(&timeouts.lock);
	while (*link != NULL && (*link)->number != number)
		link = &(*link)->next;
	return link;
}

/* link: the last one when it was forgotten meanwhile. */
static void
timeout_remove(struct module_timeout **link)
{
	struct module_timeout *timeout = *link;

	if (timeout == NULL)
		return;
	*link = timeout->next;
	free(timeout);
}

/* What net_timeout() calls. */
static void
timeout_run(netid_t id, void *arg)
{
	uintptr_t number = (uintptr_t)arg;
	struct module_timeout *timeout;
	void (*fn)(void *) = NULL;
	void *fn_arg = NULL;

	(void)id;
	lock_enter(&timeouts.lock);
	timeout = *timeout_link(number);
	if (timeout != NULL) {
		timeout->running = true;
		fn = timeout->fn;
		fn_arg = timeout->arg;
	}
	lock_exit(&timeouts.lock);
	if (fn == NULL)
		return;
	fn(fn_arg);
	lock_enter(&timeouts.lock);
	timeout_remove(timeout_link(number));
	lock_exit(&timeouts.lock);
}

static uintptr_t
timeout_add(void (*fn)(void *), void *arg, int64_t due, const void *caller)
{
	struct module_timeout *timeout = memory_zalloc(sizeof(*timeout));
	const struct owner *owner = owner_current();
	uintptr_t number;

	timeout->fn = fn;
	timeout->arg = arg;
	timeout->due = due;
	timeout->owner = owner != NULL ? owner : net_log_owner_of(caller);
	lock_enter(&timeouts.lock);
	timeout->number = number = ++timeouts.numbers;
	timeout->next = timeouts.first;
	timeouts.first = timeout;
	lock_exit(&timeouts.lock);
	return number;
}

NETINST_EXPORT void *
net_solaris_timeout(void (*fn)(void *), void *arg, int64_t nanoseconds)
{
	int64_t wait = nanoseconds > 0 ? nanoseconds : 0;
	struct module_timeout **link;
	net_timeout_t timeout;
	uintptr_t number;

	number = timeout_add(
	    fn, arg, clock_monotonic() + wait, __builtin_return_address(0));
	timeout = net_timeout(GLOBAL_NETSTACKID,
	    (uint64_t)((wait + NS_PER_MS - 1) / NS_PER_MS),
	    fn != NULL ? timeout_run : NULL, (void *)number);
	lock_enter(&timeouts.lock);
	link = timeout_link(number);
	if (timeout == 0)
		timeout_remove(link);
	else if (*link != NULL)
		(*link)->timeout = timeout;
	lock_exit(&timeouts.lock);
	return timeout != 0 ? (void *)number : NULL;
}

NETINST_EXPORT int64_t
net_solaris_untimeout(void *id)
{
	uintptr_t number = (uintptr_t)id;
	struct module_timeout **link;
	net_timeout_t timeout = 0;
	int64_t left = -1;

	lock_enter(&timeouts.lock);
	link = timeout_link(number);
	if (*link != NULL)
		timeout = (*link)->timeout;
	lock_exit(&timeouts.lock);
	if (timeout == 0)
		return -1;

	/* Its answer does not matter: what counts is whether fn was begun. */
	(void)net_untimeout(timeout);
	lock_enter(&timeouts.lock);
	link = timeout_link(number);
	if (*link != NULL && !(*link)->running) {
		left = (*link)->due - clock_monotonic();
		if (left < 0)
			left = 0;
		timeout_remove(link);
	}
	lock_exit(&timeouts.lock);
	return left;
}

void
module_timeout_forget(const struct owner *owner)
{
	struct module_timeout **link = &timeouts.first;

	lock_enter(&timeouts.lock);
	while (*link != NULL)
		if (!(*link)->running &&
		    (owner == NULL || (*link)->owner == owner))
			timeout_remove(link);
		else
			link = &(*link)->next;
	lock_exit(&timeouts.lock);
}
