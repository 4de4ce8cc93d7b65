/* SPDX-License-Identifier: Apache-2.0 */
/* loop.c: see loop.h; owns nothing but what it hands out. */
#include "loop.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/thread.h>

#include <netinst/rpc.h>

#include "base/log.h"
#include "base/memory.h"

static void *
loop_resize(void *old, size_t size)
{
	return memory_resize(old, size, 1);
}

/* An event_log_cb. */
static void
loop_log(int severity, const char *text)
{
	static const enum log_level levels[] = {
	    [EVENT_LOG_DEBUG] = LOG_DEBUG,
	    [EVENT_LOG_MSG] = LOG_INFO,
	    [EVENT_LOG_WARN] = LOG_WARNING,
	    [EVENT_LOG_ERR] = LOG_ERROR,
	};

	int error = errno;

	log_write(levels[severity], "libevent", "%s", text);
	errno = error; /* whoever called libevent may ask for it */
}

/* An event_fatal_cb: libevent cannot go on, and has said why. */
static void
loop_die(int error)
{
	(void)error;
	_exit(EXIT_FAILED);
}

struct event_base *
loop_create(void)
{
	event_set_mem_functions(memory_alloc, loop_resize, free);
	event_set_log_callback(loop_log);
	event_set_fatal_callback(loop_die);
	errno = 0;
	if (evthread_use_pthreads() != 0)
		return NULL;
	return event_base_new();
}
