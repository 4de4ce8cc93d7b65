/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugins.h: the plugins that are loaded, and the jobs that load and unload
 * them. Each job begins in the order of asking on the loader's own thread,
 * waits there for nobody, and reports its end through a plugin_done_fn.
 */
#ifndef NETINST_PLUGIN_PLUGINS_H
#define NETINST_PLUGIN_PLUGINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/object/owner.h"

/* Limits of what comes from outside. */
#define PLUGIN_PATH_MAX	     4095	 /* bytes */
#define PLUGIN_NAME_MAX	     64		 /* bytes */
#define PLUGIN_SETTINGS_MAX  256	 /* of one plugin */
#define PLUGINS_MAX	     1024	 /* loaded at a time */
#define PLUGIN_FILE_SIZE_MAX (256 << 20) /* bytes */

/* Of all copies of plugins together; half of vm.max_map_count limits them, too.
 */
#define PLUGIN_KEPT_BYTES_MAX (UINT64_C(1) << 30)

struct plugins_config {
	const char *directory; /* where a plugin given by name is sought */
	/*
	 * Where plugins are copied to and mapped from: a private directory, not
	 * noexec; NULL: in memory that nothing else can reach.
	 */
	const char *copies;
	/*
	 * Nanoseconds: how long nin_load and nin_unload may run before they are
	 * reported and other plugins go ahead; 0: for ever.
	 */
	int64_t callback_deadline;
};

/* Starts the loader's thread; copies config. Returns 0 or a negative errno. */
int plugins_start(const struct plugins_config *config);

/* For what begins from now on. Any thread. */
void plugins_set_callback_deadline(int64_t deadline);

/*
 * Unloads every plugin, newest first, and ends the loader's thread. Waits for
 * all of that.
 */
void plugins_stop(void);

struct plugin_setting {
	const char *key, *value;
};

/*
 * How a job ended. code: 0, or -ENOENT (no such plugin or file), -EEXIST (a
 * plugin of that name is loaded), -EBUSY (it is loading or unloading, or its
 * file is being written), -EPERM (the file may not be trusted), -ENOEXEC (not
 * a plugin, or one for another daemon), -ECANCELED (nin_load said no),
 * -ESHUTDOWN, -ENOSPC (a limit of ours, or no room), -ENOMEM, -EMFILE, -ENFILE,
 * -EIO. For all but 0, text is one precise sentence and
 * hint says what to do. Borrowed for the call.
 */
struct plugin_outcome {
	int code;
	const char *text, *hint;
	uint64_t limit;	  /* with -ENOSPC: the one that was reached; or 0 */
	const char *name; /* of the plugin, when known; else NULL */
};
typedef void (*plugin_done_fn)(void *arg, const struct plugin_outcome *outcome);

/*
 * Queues a job; everything is copied. what: a path with a slash in it, or a
 * name: NAME means DIRECTORY/NAME.so.
 */
void plugins_load(const char *what, const struct plugin_setting *settings,
    size_t setting_count, plugin_done_fn done, void *arg);
/* The same for one that nothing goes on without: done logs its refusal. */
void plugins_load_needed(const char *what,
    const struct plugin_setting *settings, size_t setting_count,
    plugin_done_fn done, void *arg);
void plugins_unload(const char *name, plugin_done_fn done, void *arg);
/*
 * Unloads it, then loads the same path with the same settings. A file that is
 * refused changes nothing; a nin_load that fails leaves it unloaded.
 */
void plugins_reload(const char *name, plugin_done_fn done, void *arg);
/* Runs create again where it failed. */
void plugins_retry(const char *name, plugin_done_fn done, void *arg);

enum plugin_state { PLUGIN_LOADING, PLUGIN_LOADED, PLUGIN_UNLOADING };

/* "loading", "loaded", "unloading". */
const char *plugin_state_name(enum plugin_state state);

struct plugin_view {
	const char *name, *version, *summary, *path;
	unsigned abi_major, abi_minor;
	enum plugin_state state;
	uint64_t loads; /* of this name since the start, this one included */
	struct owner *owner;
};

/*
 * Any thread. visit is called under the list's lock, in the order of loading:
 * it may read the owner (owner.h) but must not call the functions above.
 * Returning false ends the walk.
 */
typedef bool (*plugin_visit_fn)(void *arg, const struct plugin_view *view);
void plugins_visit(plugin_visit_fn visit, void *arg);
size_t plugins_count(void);

/*
 * What of a plugin the calling thread is loading or unloading calls
 * ("nin_load") and which plugin that is; NULL: nothing. Also in a signal
 * handler.
 */
const char *plugins_running_call(const char **plugin);

/* What stays mapped of all plugins that were loaded since the start. */
struct plugins_kept {
	uint64_t loads;
	uint64_t mappings, mappings_max;
	uint64_t bytes, bytes_max;
};

/* Any thread. */
void plugins_read_kept(struct plugins_kept *now);

#endif
