/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin.h: what makes a shared object a plugin.
 *
 * A plugin is compiled with -shared -fPIC -fvisibility=hidden, states its
 * descriptor once with NETINST_PLUGIN() and defines those of the callbacks
 * declared at the end of this file that it wants: nin_create and nin_destroy
 * are required, the others optional.
 *
 * create and destroy may both be left out by a plugin whose nin_load calls
 * net_instance_register() itself. nin_notify is registered on each instance
 * after create and removed before shutdown. nin_load returns 0 to go on; it
 * and nin_unload run on the loader's thread, where calls that wait may be
 * made. Plugins must not start threads or change signal handling unless they
 * undo both in nin_unload; a plugin's code stays mapped after unloading.
 */
#ifndef NETINST_PLUGIN_H
#define NETINST_PLUGIN_H

#include <stdint.h>

#include <netinst/neti.h>
#include <netinst/version.h>

#ifdef __cplusplus
extern "C" {
#define NETINST_LINKAGE extern "C"
#else
#define NETINST_LINKAGE
#endif

#define NETINST_EXPORT __attribute__((visibility("default")))

/* "nin" and "inst", so that a descriptor of something else is told apart. */
#define NETINST_PLUGIN_MAGIC 0x6e696e0a696e7374ULL

/*
 * The descriptor: data, so that nothing of the plugin runs before it was
 * checked. It only ever grows at the end; size says how much there is.
 */
typedef struct net_plugin {
	uint64_t magic;
	uint16_t abi_major;
	uint16_t abi_minor;
	uint32_t size;
	const char *name;    /* [a-z0-9][a-z0-9_-]*, at most 64 bytes */
	const char *version; /* the plugin's own */
	const char *summary; /* one line */
	/* Since 1.2: */
	uint32_t flags; /* NETINST_PLUGIN_INSIDE, or 0 */
} net_plugin_t;

/*
 * The plugin's callbacks run inside the network namespace of their instance,
 * where that has one and can be entered; net_instance_inside() tells. Hooks
 * that are run by hook_run() run wherever that was called. nin_load and
 * nin_unload never do. Threads and sockets made inside keep a namespace alive:
 * leave none.
 */
#define NETINST_PLUGIN_INSIDE 0x1U

/* NETINST_PLUGIN(.name = "trace", .version = "1.0.0", .summary = "..."); */
#define NETINST_PLUGIN(...)                                                    \
	NETINST_LINKAGE NETINST_EXPORT const net_plugin_t nin_plugin = {       \
	    .magic = NETINST_PLUGIN_MAGIC,                                     \
	    .abi_major = NETINST_ABI_MAJOR,                                    \
	    .abi_minor = NETINST_ABI_MINOR,                                    \
	    .size = sizeof(net_plugin_t),                                      \
	    __VA_ARGS__}

/* A plugin's settings; valid during nin_load only. */
typedef struct net_config net_config_t;

/*
 * The value of a setting, or NULL when it is not set. Borrowed; copy what is
 * to outlive nin_load. config may be NULL.
 */
const char *net_config_get(const net_config_t *config, const char *key);

/*
 * The callbacks, if the plugin defines them. See net_instance_t and
 * hook_notify_fn_t for the first four; nin_notify's arg is the context.
 */
NETINST_EXPORT void *nin_create(const netid_t id);
NETINST_EXPORT void nin_destroy(const netid_t id, void *context);
NETINST_EXPORT void nin_shutdown(const netid_t id, void *context);
NETINST_EXPORT int nin_notify(hook_notify_cmd_t cmd, void *context,
    const char *netid, const char *none, const char *protocol);
NETINST_EXPORT int nin_load(const net_config_t *config);
NETINST_EXPORT void nin_unload(void);

typedef enum net_log_level {
	NET_LOG_ERROR = 0,
	NET_LOG_WARNING,
	NET_LOG_INFO,
	NET_LOG_DEBUG
} net_log_level_t;

/*
 * Writes one line to the daemon's log, marked with the plugin's name. Never
 * blocks on the reader of the log; safe from any thread.
 */
void net_log(net_log_level_t level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#ifdef __cplusplus
}
#endif

#endif
