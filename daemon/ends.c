/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ends.c: says who was running when the process ends, on the thread that ends
 * it and at any moment, so without a lock or memory: each thread notes which
 * callback it is in. A thread that is in none may be a plugin's own; then its
 * stack has an address of the plugin's code.
 */
#include "ends.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <netinst/rpc.h>

#include "base/last_line.h"
#include "core/core.h"
#include "plugin/plugins.h"

/* Words of the stack that are looked through. */
#define STACK_WORDS 1024

static volatile pid_t watched; /* the process; 0: none is */
static pid_t speaker;	       /* the thread that says it; atomic */

bool
ends_are_watched(void)
{
	return watched != 0 && watched == getpid();
}

void
ends_in_order(void)
{
	watched = 0;
}

/* Whose code called; the kernel reads the stack, for it may end anywhere. */
static const char *
plugin_on_stack(const void *code, const void *stack)
{
	uintptr_t words[STACK_WORDS];
	struct iovec to = {words, sizeof(words)};
	struct iovec from = {(void *)(uintptr_t)stack, sizeof(words)};
	const char *name = core_plugin_of_code(code);
	ssize_t length = 0;

	if (name == NULL && stack != NULL)
		length = process_vm_readv(getpid(), &to, 1, &from, 1, 0);
	for (ssize_t i = 0;
	     name == NULL && i < length / (ssize_t)sizeof(words[0]); i++)
		name = core_plugin_of_code((const void *)words[i]);
	return name;
}

static void
add_callback(struct last_line *line, const struct running_view *view)
{
	last_line_add(line, "in plugin ");
	last_line_add(line, view->owner);
	last_line_add(line, ", callback ");
	last_line_add(line, callback_name(view->callback));
	if (view->registrant[0] != '\0') {
		last_line_add(line, " of registrant ");
		last_line_add(line, view->registrant);
	}
	if (view->instance < 0)
		return;
	last_line_add(line, " on instance ");
	last_line_add(line, view->name);
	last_line_add(line, " (instance ");
	last_line_add_number(line, view->instance);
	last_line_add(line, ")");
}

static void
add_culprit(struct last_line *line, const void *code, const void *stack)
{
	const char *plugin, *call = plugins_running_call(&plugin);
	struct running_view view;

	if (core_read_running(&view)) {
		add_callback(line, &view);
	} else if (call != NULL) {
		last_line_add(line, "in plugin ");
		last_line_add(line, plugin);
		last_line_add(line, ", ");
		last_line_add(line, call);
	} else if ((plugin = plugin_on_stack(code, stack)) != NULL) {
		last_line_add(line, "in a thread of plugin ");
		last_line_add(line, plugin);
	} else {
		last_line_add(line, "in no callback of a plugin");
	}
}

void
ends_say(
    const char *what, const char *detail, const void *code, const void *stack)
{
	struct last_line line;
	pid_t nobody = 0, self = gettid();

	if (!__atomic_compare_exchange_n(&speaker, &nobody, self, false,
		__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
		while (nobody != self)
			(void)pause();
		return;
	}
	last_line_begin(&line, "daemon");
	last_line_add(&line, "ends without having stopped, by ");
	last_line_add(&line, what);
	last_line_add(&line, detail);
	last_line_add(&line, " ");
	add_culprit(&line, code, stack);
	last_line_write(&line);
}

static void
ends_at_exit(void)
{
	if (!ends_are_watched())
		return;
	ends_say("exit()", "", NULL, __builtin_frame_address(0));
	ends_in_order();
	_exit(EXIT_FAILED);
}

void
ends_watch(void)
{
	watched = getpid();
	(void)atexit(ends_at_exit);
	(void)at_quick_exit(ends_at_exit);
}
