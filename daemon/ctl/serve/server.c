/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.c: owns the listening socket, the connections and the service they
 * share, and ties the parts that know nothing of the event loop to it: results
 * from other threads (exec/mailbox.h), turns (turn.h), alarms (alarm.h). Loop
 * thread.
 */
#include "ctl/serve/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <event2/event.h>
#include <jansson.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "base/log.h"
#include "base/memory.h"
#include "ctl/serve/conn.h"
#include "ctl/serve/listener.h"
#include "ctl/serve/peer.h"
#include "ctl/serve/service.h"
#include "ctl/serve/session.h"
#include "lib/clock.h"

/* Connections accepted in one visit of the loop. */
#define ACCEPT_MAX 16
/* Connections of those who may only look. */
#define READERS_MAX (RPC_CONNECTIONS_MAX - RPC_CONNECTIONS_RESERVED)
/* How long accepting rests when there is no descriptor left at all. */
#define ACCEPT_PAUSE (100 * NS_PER_MS)
/* How long kstat.read waits when callbacks have no deadline. */
#define READ_DEADLINE (5 * NS_PER_SEC)
/* Random bytes of a boot id. */
#define BOOT_ID_BYTES 16

struct server {
	struct service service;
	struct listener listener;
	struct conn_list conns;
	struct event_base *base;
	struct event *accept_event, *mail_event, *turn_event, *alarm_event;
	struct alarm accept_pause;
	bool running;  /* server_start() has come as far as the events */
	bool refusing; /* the last client was refused, and that was logged */
	gid_t admin_group;
};

/* A random UUID, version 4. False, with errno: there are no random bytes. */
static bool
server_make_boot_id(char *text)
{
	unsigned char bytes[BOOT_ID_BYTES];
	ssize_t got = getrandom(bytes, sizeof(bytes), 0);

	if (got != sizeof(bytes))
		return false;
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*text++ = '-';
		(void)snprintf(text, 3, "%02x", bytes[i]);
		text += 2;
	}
	return true;
}

/* Without a descriptor only memory can fail, and that ends the daemon. */
static void
server_set_timer(struct event *event, const struct timeval *after)
{
	int error = event_add(event, after);

	ASSERT(error == 0);
}

/* --- the parts that the loop drives --------------------------------------- */

static void
server_mail(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	mailbox_run(((struct server *)arg)->service.mailbox);
}

/* Through the loop, so that it looks after everybody else in between. */
static void
server_arm_turns(void *arg)
{
	static const struct timeval at_once = {0};

	server_set_timer(((struct server *)arg)->turn_event, &at_once);
}

static void
server_turns(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	turns_run(&((struct server *)arg)->service.turns);
}

static void
server_arm_alarms(void *arg, int64_t at)
{
	int64_t after = at - clock_monotonic();
	struct timeval wait = {0};

	/* One microsecond more than less: an alarm is not to ring early. */
	if (after > 0) {
		wait.tv_sec = after / NS_PER_SEC;
		wait.tv_usec = after % NS_PER_SEC / 1000 + 1;
	}
	server_set_timer(((struct server *)arg)->alarm_event, &wait);
}

static void
server_alarms(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	alarms_run(&((struct server *)arg)->service.alarms);
}

/* --- accepting ------------------------------------------------------------ */

static void
server_resume_accepting(struct alarm *alarm)
{
	struct server *server =
	    CONTAINER_OF(alarm, struct server, accept_pause);

	if (server->accept_event != NULL &&
	    event_add(server->accept_event, NULL) != 0)
		alarm_set(&server->service.alarms, alarm, ACCEPT_PAUSE);
}

/* One line for as many clients as are refused in a row. */
static void
server_log_refusal(struct server *server, const char *why)
{
	if (!server->refusing)
		log_warning("ctl", "clients are refused: %s", why);
	server->refusing = true;
}

static void
server_refuse(
    struct server *server, int fd, const struct session_refusal *refusal)
{
	server_log_refusal(server,
	    refusal->error != 0 ? strerror(refusal->error) : refusal->text);
	conn_refuse(&server->service, fd, refusal);
}

/*
 * Finds the limit that one more connection of this client would break. Nobody
 * can take what others need: each user has a limit, those who may only look
 * leave some for those who may write, and of these root and the daemon's user
 * are bound by nothing but the number of all.
 */
static void
server_find_limit(const struct server *server, const struct peer *peer,
    struct session_refusal *refusal)
{
	refusal->hint = "close a connection, or try again later";
	if (server->service.clients >= RPC_CONNECTIONS_MAX) {
		refusal->limit = RPC_CONNECTIONS_MAX;
		refusal->text = "there are too many connections";
	} else if (!peer->may_write &&
		   conn_count_readers(&server->conns) >= READERS_MAX) {
		refusal->limit = READERS_MAX;
		refusal->text = "there are too many connections of those who "
				"may only look";
	} else if (!peer->is_owner &&
		   conn_count_user(&server->conns, peer->uid) >=
		       RPC_CONNECTIONS_USER_MAX) {
		refusal->limit = RPC_CONNECTIONS_USER_MAX;
		refusal->text = "there are too many connections of one user";
	}
}

static void
server_admit(struct server *server, int fd)
{
	struct session_refusal refusal = {0};
	struct peer peer;

	peer_read(fd, server->admin_group, &peer);
	server_find_limit(server, &peer, &refusal);
	errno = 0;
	if (refusal.limit == 0 && conn_open(&server->conns, server->base,
				      &server->service, fd, &peer)) {
		server->refusing = false;
		return;
	}
	if (refusal.limit == 0)
		refusal.error = errno != 0 ? errno : ENOMEM;
	server_refuse(server, fd, &refusal);
}

static void
server_accept(evutil_socket_t listening, short what, void *arg)
{
	struct server *server = arg;
	int fd;

	(void)listening;
	(void)what;
	for (int i = 0; i < ACCEPT_MAX; i++) {
		switch (listener_accept(&server->listener, &fd)) {
		case LISTENER_CLIENT:
			server_admit(server, fd);
			break;
		case LISTENER_NOBODY:
			return;
		case LISTENER_FULL:
			server_refuse(server, fd,
			    &(struct session_refusal){
				.error = server->listener.shortage});
			listener_restore_spare(&server->listener);
			break;
		case LISTENER_EXHAUSTED:
			server_log_refusal(
			    server, strerror(server->listener.shortage));
			/* If that fails, accepting is only tried too early. */
			(void)event_del(server->accept_event);
			alarm_set(&server->service.alarms,
			    &server->accept_pause, ACCEPT_PAUSE);
			return;
		}
	}
}

/* --- start and end -------------------------------------------------------- */

/* Returns 0 or a negative errno; so do the two below. */
static int
server_init_service(struct server *server, const struct server_config *config)
{
	struct service *service = &server->service;

	turns_init(&service->turns, server_arm_turns, server);
	alarms_init(&service->alarms, server_arm_alarms, server);
	service->methods = config->methods;
	service->started = clock_monotonic();
	service->stop = config->stop;
	service->stop_arg = config->arg;
	if (config->admin_group != NULL)
		service->admin_group = memory_strdup(config->admin_group);
	server_set_callback_deadline(server, config->callback_deadline);
	if (!server_make_boot_id(service->boot_id))
		return -errno;
	service->mailbox = mailbox_create();
	return service->mailbox != NULL ? 0 : -errno;
}

static int
server_listen_to(
    struct server *server, struct event **event, int fd, event_callback_fn run)
{
	*event = event_new(server->base, fd, EV_READ | EV_PERSIST, run, server);
	errno = 0;
	if (event_add(*event, NULL) == 0)
		return 0;
	return errno != 0 ? -errno : -ENOMEM;
}

static int
server_add_events(struct server *server)
{
	int error;

	server->running = true;
	server->turn_event =
	    event_new(server->base, -1, 0, server_turns, server);
	server->alarm_event =
	    event_new(server->base, -1, 0, server_alarms, server);
	error = server_listen_to(server, &server->mail_event,
	    mailbox_fd(server->service.mailbox), server_mail);
	if (error == 0)
		error = server_listen_to(server, &server->accept_event,
		    server->listener.fd, server_accept);
	return error;
}

static bool
server_find_group(struct server *server, const char *name)
{
	server->admin_group = PEER_NO_GROUP;
	if (name == NULL || peer_find_group(name, &server->admin_group))
		return true;
	log_error("ctl",
	    "there is no group '%s', which is to be the admin "
	    "group of the control socket",
	    name);
	return false;
}

struct server *
server_claim(const char *socket)
{
	struct server *server = memory_zalloc(sizeof(*server));

	TAILQ_INIT(&server->conns);
	alarm_init(&server->accept_pause, server_resume_accepting);
	if (listener_claim(&server->listener, socket))
		return server;
	free(server);
	return NULL;
}

bool
server_start(struct server *server, struct event_base *base,
    const struct server_config *config)
{
	int error;

	/* Out of memory, it ends the daemon as everything else does. */
	json_set_alloc_funcs(memory_alloc, free);
	server->base = base;
	if (!server_find_group(server, config->admin_group) ||
	    !listener_open(
		&server->listener, config->socket_mode, server->admin_group))
		return false;
	error = server_init_service(server, config);
	if (error == 0)
		error = server_add_events(server);
	if (error == 0)
		return true;
	log_error(
	    "ctl", "cannot serve %s: %s", config->socket, strerror(-error));
	return false;
}

void
server_set_callback_deadline(struct server *server, int64_t deadline)
{
	server->service.callback_deadline =
	    deadline != 0 ? deadline : READ_DEADLINE;
}

void
server_stop_accepting(struct server *server)
{
	if (server->accept_event == NULL)
		return;
	event_free(server->accept_event);
	server->accept_event = NULL;
	alarm_cancel(&server->service.alarms, &server->accept_pause);
	listener_close(&server->listener);
}

void
server_close_clients(struct server *server)
{
	struct conn *conn;

	server_stop_accepting(server);
	while ((conn = TAILQ_FIRST(&server->conns)) != NULL)
		conn_shut_down(conn);
}

static void
server_end_service(struct server *server)
{
	struct service *service = &server->service;

	/* What has reported back meanwhile is released. */
	mailbox_run(service->mailbox);
	ASSERT(service->abandoned == 0 && service->late_reads == 0);
	event_free(server->mail_event);
	event_free(server->turn_event);
	event_free(server->alarm_event);
	mailbox_drop(service->mailbox);
	buffer_free(&service->input);
	buffer_free(&service->output);
}

void
server_free(struct server *server)
{
	if (server == NULL)
		return;
	server_close_clients(server);
	if (server->running)
		server_end_service(server);
	free(server->service.admin_group);
	listener_free(&server->listener);
	free(server);
}
