/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec_context.h: where the callbacks of an instance may be run. The core knows
 * no namespaces: a source that has some gives an instance a context, and
 * callbacks of plugins that ask for it (NETINST_PLUGIN_INSIDE) are made there.
 * Each frame switches the thread to where its callback belongs and back again,
 * so nested callbacks of others run at home.
 */
#ifndef NETINST_CORE_EXEC_CONTEXT_H
#define NETINST_CORE_EXEC_CONTEXT_H

#include "core/object/instance.h"

/* Embed it; whoever fills it gives one reference to the instance. */
struct exec_context {
	const struct exec_context_ops *ops;
};

struct exec_context_ops {
	/*
	 * Switches the calling thread there. 0, or a negative errno, and the
	 * thread is where it was: the callback is then made at home. Any
	 * worker.
	 */
	int (*enter)(struct exec_context *context);
	/* Back home; a negative errno: the thread is not to be used any more.
	 */
	int (*leave)(void);
	/* A descriptor (close-on-exec) that leads there, or a negative errno.
	 */
	int (*open)(struct exec_context *context);
	/* The instance is freed. */
	void (*release)(struct exec_context *context);
};

/* Borrowed; NULL: it has none. Any thread, with a reference to the instance. */
struct exec_context *instance_exec_context(const struct instance *instance);

#endif
