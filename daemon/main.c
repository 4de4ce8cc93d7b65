/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c: the daemon from start to end. The table of stages says in which
 * order its parts start; they end in the reverse order, also when one of them
 * cannot start.
 *
 * The main thread is the loop thread. It blocks the signals it wants before
 * there is any other thread and reads them from a descriptor, so no code of
 * the daemon ever runs in a signal handler. What other threads have to tell
 * (a plugin is loaded, the instances are gone) they store in atomics and
 * activate the progress event.
 *
 * The instances end while the loop still runs, so that clients can watch it;
 * only then do the stages end.
 */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/thread.h>

#include <netinst/rpc.h>
#include <netinst/version.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "config.h"
#include "core/core.h"
#include "ctl/history.h"
#include "ctl/history_farewell.h"
#include "ctl/server.h"
#include "manager.h"
#include "options.h"
#include "plugin/plugins.h"
#include "reload.h"
#include "scratch.h"
#include "source/netns.h"
#include "source/netns_errand.h"
#include "source/source.h"
#include "stop.h"

enum phase { STARTING, READY, RELOADING, STOPPING };

struct daemon {
	struct options options;
	struct config *config;
	struct event_base *base;
	struct event *signals;	/* one can be read */
	struct event *progress; /* another thread has something to tell */
	struct event *stop;	/* a client asked for the end */
	struct server *server;
	char *scratch; /* private directory for the copies of plugins */
	enum phase phase;
	int exit_code;
	int signal_fd;
	_Atomic unsigned loading; /* plugins that are asked for */
	atomic_bool refused;	  /* one of them was not taken */
	atomic_bool instances_gone;
};

/* --- the end -------------------------------------------------------------- */

/* A core_done_fn. */
static void
main_instances_gone(void *arg, int error)
{
	struct daemon *daemon = arg;

	(void)error;
	atomic_store(&daemon->instances_gone, true);
	event_active(daemon->progress, EV_READ, 0);
}

/* The stop deadline has passed: what does not need the daemon's parts. */
static void
main_give_up(void *arg)
{
	struct daemon *daemon = arg;

	manager_tell("STATUS=stopped without some plugins, see the log");
	history_give_up();
	scratch_remove(daemon->scratch);
}

static void
main_stop(struct daemon *daemon)
{
	int64_t deadline = daemon->config->stop_deadline;

	if (daemon->phase == STOPPING) {
		stop_report_progress();
		return;
	}
	daemon->phase = STOPPING;
	manager_tell("STOPPING=1\nSTATUS=ending the instances\n"
		     "EXTEND_TIMEOUT_USEC=%lld",
	    (long long)deadline / 1000 + 1000000);
	server_stop_accepting(daemon->server);
	stop_by(deadline, main_give_up, daemon);
	stop_report_progress();
	netns_stop();
	history_farewell_stopping();
	core_shutdown(main_instances_gone, daemon);
}

/* A client's system.stop; see server.h. */
static void
main_asked_to_stop(void *arg)
{
	struct daemon *daemon = arg;

	event_active(daemon->stop, EV_READ, 0);
}

static void
main_stop_event(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	log_info("daemon", "a client asked for the stop");
	main_stop(arg);
}

/* --- plugins -------------------------------------------------------------- */

static void
main_loading_less(struct daemon *daemon)
{
	(void)atomic_fetch_sub(&daemon->loading, 1);
	event_active(daemon->progress, EV_READ, 0);
}

/* A plugin_done_fn, on the loader's thread; the loader has logged the end. */
static void
main_plugin_done(void *arg, const struct plugin_outcome *outcome)
{
	(void)outcome;
	main_loading_less(arg);
}

/* The same for what the daemon does not start without; it logs the refusal. */
static void
main_first_plugin_done(void *arg, const struct plugin_outcome *outcome)
{
	struct daemon *daemon = arg;

	if (outcome->code != 0) {
		log_error("daemon", "cannot start: %s; %s", outcome->text,
		    outcome->hint);
		atomic_store(&daemon->refused, true);
	}
	main_loading_less(daemon);
}

static void
main_load(struct daemon *daemon, const char *what,
    const struct plugin_setting *settings, size_t setting_count)
{
	(void)atomic_fetch_add(&daemon->loading, 1);
	if (daemon->phase == STARTING)
		plugins_load_needed(what, settings, setting_count,
		    main_first_plugin_done, daemon);
	else
		plugins_load(
		    what, settings, setting_count, main_plugin_done, daemon);
}

/*
 * Asks for what the configuration lists and before, which may be NULL, did
 * not, then for more. The count is held up meanwhile: only the last of all
 * makes the daemon ready.
 */
static void
main_load_all(struct daemon *daemon, const struct config *before,
    const char *const *more, size_t more_count)
{
	(void)atomic_fetch_add(&daemon->loading, 1);
	for (size_t i = 0; i < daemon->config->plugin_count; i++) {
		const struct config_plugin *plugin =
		    &daemon->config->plugins[i];

		if (before == NULL || !reload_lists(before, plugin->what))
			main_load(daemon, plugin->what, plugin->settings,
			    plugin->setting_count);
	}
	for (size_t i = 0; i < more_count; i++)
		main_load(daemon, more[i], NULL, 0);
	main_loading_less(daemon);
}

/* --- what the loop is told ------------------------------------------------ */

static void
main_ready(struct daemon *daemon)
{
	daemon->phase = READY;
	log_info("daemon", "ready: socket %s, plugins %zu",
	    daemon->config->socket, plugins_count());
	manager_tell("READY=1\nSTATUS=serving %s", daemon->config->socket);
}

static void
main_progress(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;

	(void)fd, (void)what;
	if (atomic_load(&daemon->instances_gone))
		(void)event_base_loopbreak(daemon->base);
	if (daemon->phase == READY || daemon->phase == STOPPING ||
	    atomic_load(&daemon->loading) > 0)
		return;
	if (daemon->phase == STARTING && atomic_load(&daemon->refused)) {
		daemon->exit_code = EXIT_FAILED;
		main_stop(daemon);
		return;
	}
	main_ready(daemon);
}

static struct history_limits
main_history_limits(const struct config *config)
{
	return (struct history_limits){
	    .keep = config->history_keep,
	    .max_age = config->history_max_age,
	};
}

static void
main_reload(struct daemon *daemon)
{
	struct config *before = daemon->config, *fresh;
	struct history_limits limits;

	if (daemon->phase == STARTING || daemon->phase == STOPPING) {
		log_warning("daemon", "the configuration is not read again "
				      "while the daemon starts or stops");
		return;
	}
	fresh = options_read_config(&daemon->options);
	if (fresh == NULL) {
		log_error("daemon", "the configuration stays as it was");
		return;
	}
	daemon->phase = RELOADING;
	manager_tell("RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)clock_monotonic() / 1000);
	reload_keep(before, fresh);
	log_set_level(fresh->log_level);
	core_set_callback_deadline(fresh->callback_deadline);
	plugins_set_callback_deadline(fresh->callback_deadline);
	server_set_callback_deadline(daemon->server, fresh->callback_deadline);
	limits = main_history_limits(fresh);
	history_set_limits(&limits);
	daemon->config = fresh;
	main_load_all(daemon, before, NULL, 0);
	config_free(before);
	log_info("daemon", "the configuration was read again");
}

static void
main_signal_event(evutil_socket_t fd, short what, void *arg)
{
	struct signalfd_siginfo info;
	struct daemon *daemon = arg;

	(void)what;
	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGHUP) {
			main_reload(daemon);
			continue;
		}
		log_info("daemon", "signal %s from process %u",
		    sigabbrev_np((int)info.ssi_signo), info.ssi_pid);
		main_stop(daemon);
	}
}

/* --- stages --------------------------------------------------------------- */

#define SAID_WHY 1 /* the stage has logged why it did not start */

static int
main_start_signals(struct daemon *daemon)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	daemon->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return daemon->signal_fd < 0 ? -errno : 0;
}

static void
main_end_signals(struct daemon *daemon)
{
	(void)close(daemon->signal_fd);
}

static int
main_start_loop(struct daemon *daemon)
{
	if (evthread_use_pthreads() != 0)
		return -ENOMEM;
	daemon->base = event_base_new();
	if (daemon->base == NULL)
		return -ENOMEM;
	daemon->signals = event_new(daemon->base, daemon->signal_fd,
	    EV_READ | EV_PERSIST, main_signal_event, daemon);
	daemon->progress =
	    event_new(daemon->base, -1, 0, main_progress, daemon);
	daemon->stop = event_new(daemon->base, -1, 0, main_stop_event, daemon);
	ASSERT(daemon->signals != NULL && daemon->progress != NULL &&
	       daemon->stop != NULL);
	return event_add(daemon->signals, NULL) == 0 ? 0 : -ENOMEM;
}

/* The server's memory goes last of all: until now it could be reported to. */
static void
main_end_loop(struct daemon *daemon)
{
	server_free(daemon->server);
	event_free(daemon->stop);
	event_free(daemon->progress);
	event_free(daemon->signals);
	event_base_free(daemon->base);
}

static int
main_start_scratch(struct daemon *daemon)
{
	daemon->scratch = scratch_create();
	if (daemon->scratch != NULL)
		return 0;
	log_error("daemon", "nowhere to map plugins from: TMPDIR, /tmp or "
			    "/var/tmp must allow it");
	return SAID_WHY;
}

static void
main_end_scratch(struct daemon *daemon)
{
	scratch_remove(daemon->scratch);
	free(daemon->scratch);
}

/* What the kernel allows is tried before there is another thread. */
static int
main_start_features(struct daemon *daemon)
{
	struct netns_config config = daemon->config->netns;

	config.directories = daemon->config->netns_directories;
	if (config.enabled)
		netns_prepare(&config);
	return 0;
}

static int
main_start_core(struct daemon *daemon)
{
	struct core_config config = {
	    .workers = daemon->config->workers,
	    .spares = daemon->config->spare_workers,
	    .callback_deadline = daemon->config->callback_deadline,
	};

	return core_start(&config);
}

static void
main_end_core(struct daemon *daemon)
{
	(void)daemon;
	stop_in_time();
	core_stop();
}

static int
main_start_loader(struct daemon *daemon)
{
	struct plugins_config config = {
	    .directory = daemon->config->plugin_directory,
	    .scratch = daemon->scratch,
	    .callback_deadline = daemon->config->callback_deadline,
	};

	return plugins_start(&config);
}

static void
main_end_loader(struct daemon *daemon)
{
	(void)daemon;
	plugins_stop();
}

/* A core_done_fn that ends a wait. */
static void
main_waited(void *arg, int error)
{
	completion_finish(arg, error);
}

static int
main_start_global(struct daemon *daemon)
{
	struct completion created;
	int error;

	completion_init(&created);
	error = daemon->config->netns.enabled
		    ? source_create_home(main_waited, &created)
		    : source_create_global(main_waited, &created);
	if (error != 0)
		completion_finish(&created, error);
	return completion_wait(&created);
}

/* The instances are gone by now, unless a later stage could not start. */
static void
main_end_global(struct daemon *daemon)
{
	struct completion gone;

	if (atomic_load(&daemon->instances_gone))
		return;
	completion_init(&gone);
	core_shutdown(main_waited, &gone);
	(void)completion_wait(&gone);
}

static int
main_start_history(struct daemon *daemon)
{
	struct history_limits limits = main_history_limits(daemon->config);
	int error = history_start(daemon->config->state, &limits);

	if (error == 0)
		core_set_farewell(&history_farewell);
	return error;
}

/* Before the stop deadline ceases to count: what waits is written now. */
static void
main_end_history(struct daemon *daemon)
{
	(void)daemon;
	core_set_farewell(NULL);
	history_stop();
}

static int
main_start_server(struct daemon *daemon)
{
	struct server_config config = {
	    .socket = daemon->config->socket,
	    .socket_mode = daemon->config->socket_mode,
	    .admin_group = daemon->config->admin_group,
	    .callback_deadline = daemon->config->callback_deadline,
	    .stop = main_asked_to_stop,
	    .arg = daemon,
	};

	daemon->server = server_start(daemon->base, &config);
	return daemon->server != NULL ? 0 : SAID_WHY;
}

static void
main_end_server(struct daemon *daemon)
{
	server_close_clients(daemon->server);
	/* What they had asked for is answered, or cut short. */
	netns_errands_stop();
}

static int
main_start_namespaces(struct daemon *daemon)
{
	return daemon->config->netns.enabled ? netns_start() : 0;
}

static void
main_end_namespaces(struct daemon *daemon)
{
	(void)daemon;
	netns_stop();
}

/* Only asks for them: the loop goes on when the last one has come. */
static int
main_start_plugins(struct daemon *daemon)
{
	main_load_all(daemon, NULL, daemon->options.plugins,
	    daemon->options.plugin_count);
	return 0;
}

static const struct stage {
	const char *name;
	int (*start)(struct daemon *daemon); /* 0, SAID_WHY or an errno < 0 */
	void (*end)(struct daemon *daemon);  /* NULL: nothing to do */
} stages[] = {
    {"signals", main_start_signals, main_end_signals},
    {"event loop", main_start_loop, main_end_loop},
    {"scratch directory", main_start_scratch, main_end_scratch},
    {"kernel features", main_start_features, NULL},
    {"core", main_start_core, main_end_core},
    {"plugin loader", main_start_loader, main_end_loader},
    {"history", main_start_history, main_end_history},
    {"global instance", main_start_global, main_end_global},
    {"control server", main_start_server, main_end_server},
    {"namespaces", main_start_namespaces, main_end_namespaces},
    {"plugins", main_start_plugins, NULL},
};

static void
main_run(struct daemon *daemon)
{
	size_t i = 0;
	int error = 0;

	while (i < ARRAY_LENGTH(stages)) {
		error = stages[i].start(daemon);
		if (error != 0)
			break;
		i++;
	}
	if (error < 0)
		log_error("daemon", "cannot start: %s: %s", stages[i].name,
		    strerror(-error));
	if (error != 0)
		daemon->exit_code = EXIT_FAILED;
	else
		(void)event_base_dispatch(daemon->base);
	while (i-- > 0) {
		if (stages[i].end != NULL)
			stages[i].end(daemon);
	}
}

int
main(int argc, char **argv)
{
	struct daemon daemon = {.exit_code = EXIT_OK};
	int result;

	memory_share();
	result = options_parse(&daemon.options, argc, argv);
	if (result != OPTIONS_GO_ON)
		return result;
	if (daemon.options.check != NULL || daemon.options.check_child >= 0) {
		daemon.exit_code = options_check(&daemon.options);
		options_free(&daemon.options);
		return daemon.exit_code;
	}
	daemon.config = options_read_config(&daemon.options);
	if (daemon.config == NULL) {
		daemon.exit_code = EXIT_CONFIG;
	} else if (daemon.options.test) {
		(void)printf("netinstd: the configuration is good\n");
	} else {
		log_set_level(daemon.config->log_level);
		log_info("daemon", "netinstd %s starts, libevent %s",
		    NETINST_VERSION, event_get_version());
		manager_open();
		main_run(&daemon);
		log_info("daemon", "stopped");
		manager_close();
	}
	config_free(daemon.config);
	options_free(&daemon.options);
	return daemon.exit_code;
}
