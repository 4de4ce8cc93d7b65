/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c: the daemon from start to end. The table of stages says in which order
 * its parts start; they end in the reverse order, also when one of them cannot
 * start.
 *
 * The main thread is the loop thread. Others wake it by activating an event,
 * and touch nothing of the daemon's after that.
 *
 * The instances end while the loop still runs, so that clients can watch it;
 * only then do the stages end.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include <netinst/rpc.h>
#include <netinst/version.h>

#include "base/check.h"
#include "check_exec.h"
#include "base/log.h"
#include "base/memory.h"
#include "config.h"
#include "config_process.h"
#include "core/core.h"
#include "history/history.h"
#include "history/history_final.h"
#include "history/history_living.h"
#include "ctl/method/methods.h"
#include "ctl/serve/server.h"
#include "ends.h"
#include "global.h"
#include "lib/clock.h"
#include "loop.h"
#include "manager.h"
#include "options.h"
#include "plugin/plugins.h"
#include "process.h"
#include "reload.h"
#include "reread.h"
#include "signals.h"
#include "source/netns/netns.h"
#include "source/netns/inspect/netns_job.h"
#include "stop.h"
#include "wanted.h"

enum phase { STARTING, READY, RELOADING, STOPPING };

struct daemon {
	struct options options;
	struct config *config;
	struct event_base *base;
	struct event *signals;	/* one can be read */
	struct event *progress; /* another thread has something to tell */
	struct event *stop;	/* a client asked for the end */
	struct event *gone;	/* the instances are */
	struct server *server;
	enum phase phase;
	int exit_code;
	int signal_fd;
	struct reread *reread;
	bool hangup;	/* SIGHUP came while it could not be heeded */
	bool rereading; /* the configuration */
	bool rejected;	/* what was read last */
	bool instances_gone;
};

/* --- the end -------------------------------------------------------------- */

/* A core_done_fn: this is the last that its thread has to do with the loop. */
static void
main_instances_gone(void *arg, int error)
{
	struct daemon *daemon = arg;

	(void)error;
	event_active(daemon->gone, EV_READ, 0);
}

static void
main_gone_event(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;

	(void)fd, (void)what;
	daemon->instances_gone = true;
	(void)event_base_loopbreak(daemon->base);
}

/* The stop deadline has passed: what does not need the daemon's parts. */
static void
main_give_up(void *arg)
{
	(void)arg;
	manager_tell("STATUS=stopped without some plugins, see the log");
	history_give_up();
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
	stop_by(deadline, main_give_up, NULL);
	stop_report_progress();
	stop_waits_for("watch over network namespaces");
	netns_stop();
	stop_waits_for(NULL);
	history_final_stopping();
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

/* --- what the loop is told ------------------------------------------------ */

static void main_reload(struct daemon *daemon);

/* Any thread: the loop is to look what has come about. */
static void
main_has_news(void *arg)
{
	struct daemon *daemon = arg;

	event_active(daemon->progress, EV_READ, 0);
}

static void
main_ready(struct daemon *daemon)
{
	const char *socket = daemon->config->socket;
	unsigned refused = wanted_refused();

	daemon->phase = READY;
	log_info(
	    "daemon", "ready: socket %s, plugins %zu", socket, plugins_count());
	if (daemon->rejected)
		manager_tell(
		    "READY=1\nSTATUS=serving %s; the configuration was "
		    "not taken, see the log",
		    socket);
	else if (refused > 0)
		manager_tell("READY=1\nSTATUS=serving %s; plugins that were "
			     "refused: %u, see the log",
		    socket, refused);
	else
		manager_tell("READY=1\nSTATUS=serving %s", socket);
	if (daemon->hangup)
		main_reload(daemon);
}

static void
main_progress(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;
	bool settled = wanted_settle();

	(void)fd, (void)what;
	if (daemon->phase == READY || daemon->phase == STOPPING ||
	    daemon->rereading || !settled)
		return;
	if (daemon->phase == STARTING && wanted_refused() > 0) {
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

/* Brings into force what can be, while the daemon runs. */
static void
main_take_config(struct daemon *daemon, struct config *fresh)
{
	struct config *before = daemon->config;
	struct history_limits limits = main_history_limits(fresh);

	reload_keep(before, fresh);
	log_set_level(fresh->log_level);
	core_set_callback_deadline(fresh->callback_deadline);
	plugins_set_callback_deadline(fresh->callback_deadline);
	server_set_callback_deadline(daemon->server, fresh->callback_deadline);
	history_set_limits(&limits);
	daemon->config = fresh;
	wanted_load_configured(fresh, false);
	config_free(before);
	log_info("daemon", "the configuration was read again");
}

/* A reread_done_fn. */
static void
main_reread(void *arg, struct config *fresh)
{
	struct daemon *daemon = arg;

	daemon->rereading = false;
	if (daemon->phase == STOPPING) {
		config_free(fresh);
		return;
	}
	if (fresh != NULL)
		fresh = options_apply(&daemon->options, fresh);
	daemon->rejected = fresh == NULL;
	if (fresh != NULL)
		main_take_config(daemon, fresh);
	else
		log_error("daemon", "the configuration stays as it was");
	main_has_news(daemon);
}

static void
main_reload(struct daemon *daemon)
{
	daemon->hangup = daemon->phase == STARTING;
	if (daemon->phase == STARTING) {
		log_info("daemon", "the configuration is read again once the "
				   "daemon has started");
		return;
	}
	if (daemon->phase == STOPPING) {
		log_warning("daemon", "the configuration is not read again "
				      "while the daemon stops");
		return;
	}
	daemon->phase = RELOADING;
	daemon->rereading = true;
	manager_tell("RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)clock_monotonic() / 1000);
	reread_begin(daemon->reread);
}

static void
main_signal_event(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;
	pid_t from;
	int signal;

	(void)what;
	while ((signal = signals_next(fd, &from)) != 0) {
		if (signal == SIGHUP) {
			main_reload(daemon);
			continue;
		}
		log_info("daemon", "signal %s from process %d",
		    sigabbrev_np(signal), (int)from);
		main_stop(daemon);
	}
}

/* --- stages --------------------------------------------------------------- */

/* How long the start waits for a slow disk to tell what was there before. */
#define PAST_WAIT (2 * NS_PER_SEC)
#define SAID_WHY  1 /* the stage has logged why it did not start */

static int
main_start_signals(struct daemon *daemon)
{
	daemon->signal_fd = signals_open();
	return daemon->signal_fd < 0 ? daemon->signal_fd : 0;
}

static void
main_end_signals(struct daemon *daemon)
{
	(void)close(daemon->signal_fd);
}

/* The server's memory goes last of all: until now it could be reported to. */
static void
main_end_loop(struct daemon *daemon)
{
	server_free(daemon->server);
	event_free(daemon->gone);
	event_free(daemon->stop);
	event_free(daemon->progress);
	event_free(daemon->signals);
	event_base_free(daemon->base);
}

static int
main_start_loop(struct daemon *daemon)
{
	daemon->base = loop_create();
	if (daemon->base == NULL)
		return errno != 0 ? -errno : -ENOMEM;
	daemon->signals = event_new(daemon->base, daemon->signal_fd,
	    EV_READ | EV_PERSIST, main_signal_event, daemon);
	daemon->progress =
	    event_new(daemon->base, -1, 0, main_progress, daemon);
	daemon->stop = event_new(daemon->base, -1, 0, main_stop_event, daemon);
	daemon->gone = event_new(daemon->base, -1, 0, main_gone_event, daemon);
	if (event_add(daemon->signals, NULL) == 0)
		return 0;
	main_end_loop(daemon);
	return -ENOMEM;
}

/* A daemon that does not get it has touched nothing that its holder uses. */
static int
main_start_claim(struct daemon *daemon)
{
	daemon->server = server_claim(daemon->config->socket);
	return daemon->server != NULL ? 0 : SAID_WHY;
}

/* What the kernel allows is tried before there is another thread. */
static int
main_start_features(struct daemon *daemon)
{
	struct netns_config config = daemon->config->netns;

	config.directories = daemon->config->netns_directories;
	if (config.enabled) {
		netns_prepare(&config);
		netns_drop_inherited();
	}
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

static int
main_start_global(struct daemon *daemon)
{
	return global_start(daemon->config->netns.enabled);
}

/* The instances are gone by now, unless a later stage could not start. */
static void
main_end_global(struct daemon *daemon)
{
	if (!daemon->instances_gone)
		global_end();
}

static int
main_start_history(struct daemon *daemon)
{
	struct history_limits limits = main_history_limits(daemon->config);
	int error = history_start(daemon->config->state, &limits);

	if (error == 0)
		core_set_final_listener(&history_final);
	return error;
}

/* Before the stop deadline ceases to count: what waits is written now. */
static void
main_end_history(struct daemon *daemon)
{
	(void)daemon;
	core_set_final_listener(NULL);
	history_stop();
}

static int
main_start_server(struct daemon *daemon)
{
	struct server_config config = {
	    .methods = &methods,
	    .socket = daemon->config->socket,
	    .socket_mode = daemon->config->socket_mode,
	    .admin_group = daemon->config->admin_group,
	    .callback_deadline = daemon->config->callback_deadline,
	    .stop = main_asked_to_stop,
	    .arg = daemon,
	};

	return server_start(daemon->server, daemon->base, &config) ? 0
								   : SAID_WHY;
}

static void
main_end_server(struct daemon *daemon)
{
	server_close_clients(daemon->server);
	/* What they had asked for is answered, or cut short. */
	netns_jobs_stop();
}

static int
main_start_namespaces(struct daemon *daemon)
{
	if (!daemon->config->netns.enabled)
		return 0;
	/* The first one has to know what was counted before. */
	history_living_await(PAST_WAIT);
	return netns_start();
}

static void
main_end_namespaces(struct daemon *daemon)
{
	(void)daemon;
	netns_stop();
}

/* Only asks for them: main_progress() goes on when the last one has come. */
static int
main_start_plugins(struct daemon *daemon)
{
	wanted_init(main_has_news, daemon);
	wanted_load_configured(daemon->config, true);
	wanted_load(
	    daemon->options.plugins, daemon->options.plugin_count, true);
	main_has_news(daemon);
	return 0;
}

static int
main_start_reread(struct daemon *daemon)
{
	daemon->reread = reread_create(
	    daemon->base, daemon->options.config_file, main_reread, daemon);
	return 0;
}

static void
main_end_reread(struct daemon *daemon)
{
	reread_free(daemon->reread);
}

static const struct stage {
	const char *name;
	int (*start)(struct daemon *daemon); /* 0, SAID_WHY or an errno < 0 */
	void (*end)(struct daemon *daemon);  /* NULL: nothing to do */
} stages[] = {
    {"signals", main_start_signals, main_end_signals},
    {"event loop", main_start_loop, main_end_loop},
    {"control socket", main_start_claim, NULL},
    {"kernel features", main_start_features, NULL},
    {"core", main_start_core, main_end_core},
    {"plugin loader", main_start_loader, main_end_loader},
    {"history", main_start_history, main_end_history},
    {"global instance", main_start_global, main_end_global},
    {"control server", main_start_server, main_end_server},
    {"namespaces", main_start_namespaces, main_end_namespaces},
    {"configuration", main_start_reread, main_end_reread},
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
	if (error == 0 && event_base_dispatch(daemon->base) != 0) {
		/* The kernel tells nothing any more: libevent has said why. */
		log_error("daemon", "stops: the event loop cannot go on");
		error = SAID_WHY;
	}
	if (error != 0)
		daemon->exit_code = EXIT_FAILED;
	while (i-- > 0) {
		stop_waits_for(stages[i].name);
		if (stages[i].end != NULL)
			stages[i].end(daemon);
	}
}

int
main(int argc, char **argv)
{
	struct daemon daemon = {.exit_code = EXIT_OK};
	int result;

	if (!process_fill_descriptors())
		return EXIT_FAILED;
	memory_start();
	result = options_parse(&daemon.options, argc, argv);
	if (result != OPTIONS_GO_ON)
		return result;
	if (daemon.options.check != NULL) {
		daemon.exit_code = check_exec(argv);
		options_free(&daemon.options);
		return daemon.exit_code;
	}
	if (daemon.options.read_config)
		return config_process_main(
		    daemon.options.config_file, STDOUT_FILENO);
	daemon.config = config_process_read(daemon.options.config_file);
	if (daemon.config != NULL)
		daemon.config = options_apply(&daemon.options, daemon.config);
	if (daemon.config == NULL) {
		daemon.exit_code = EXIT_CONFIG;
	} else if (daemon.options.test) {
		(void)printf("netinstd: the configuration is good\n");
	} else {
		log_open(daemon.config->log_level);
		log_info("daemon", "netinstd %s starts, libevent %s",
		    NETINST_VERSION, event_get_version());
		manager_open();
		main_run(&daemon);
		log_info("daemon", "stopped");
		ends_in_order();
		manager_close();
	}
	config_free(daemon.config);
	options_free(&daemon.options);
	return daemon.exit_code;
}
