/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conn.c: owns the descriptor, the events and what was read or written of one
 * connection.
 *
 * Back-pressure: while a client leaves more than OUTPUT_HIGH bytes unread, no
 * more of its requests are read; with more than RPC_OUTPUT_MAX it is cut off.
 * Fairness: a visit ends after TURN_LENGTH; what is left over waits for a turn
 * (turn.h). While it has nothing to say a client holds no buffer: those of the
 * service are lent for the visit.
 *
 * A connection ends when the client has closed its side, or was refused, and
 * everything it asked for is answered and sent. A refused one is read for a
 * while and its bytes discarded: a client that still writes when its connection
 * is closed would never see why.
 */
#include "ctl/serve/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "base/forked.h"
#include "base/log.h"
#include "base/memory.h"
#include "ctl/serve/peer.h"
#include "ctl/serve/service.h"
#include "ctl/serve/session.h"
#include "lib/clock.h"
#include "lib/lines.h"

#define CONN_MAGIC 0x636f6e6e
/* Bytes that one read asks for. */
#define READ_SIZE (64 << 10)
/* Bytes that are written in one visit. */
#define WRITE_SIZE (256 << 10)
/* Bytes left unread by the client that stop the reading of requests. */
#define OUTPUT_HIGH (256 << 10)
/* The most bytes of an empty buffer that is kept. */
#define BUFFER_KEEP (1 << 20)
/* How long a refused client may go on writing. */
#define LINGER_TIME (2 * NS_PER_SEC)
/* How often to check a waiting client that has closed its side. */
#define GONE_CHECK_TIME NS_PER_SEC

static const struct session_refusal line_too_long = {
    .limit = RPC_LINE_MAX,
    .hint = "one request, or one batch, is one line",
    .text = "a line that is too long",
};
static const struct session_refusal line_too_slow = {
    .limit = RPC_LINE_TIMEOUT,
    .hint = "send a line at once",
    .text = "a line that was not finished in time",
};

struct conn {
	uint32_t magic;
	int fd;
	TAILQ_ENTRY(conn) link;
	struct conn_list *list;
	struct service *service;
	struct session session;
	struct turn turn;
	struct alarm
	    alarm; /* a line is not finished; or the linger has ended */
	struct event *read_event, *write_event;
	struct lines lines;
	size_t sent;	       /* of session.output */
	bool reading, writing; /* which events are added */
	bool visiting;	       /* conn_visit() runs */
	bool ended;	       /* the client sends no more */
	bool lingering;	       /* refused and told so */
	bool finished_line;    /* in this visit */
	bool held_back;	       /* in this visit: a line, for want of room */
};

static void
conn_close(struct conn *conn)
{
	struct service *service = conn->service;

	CHECK(conn, CONN_MAGIC);
	event_free(conn->read_event);
	event_free(conn->write_event);
	turn_cancel(&service->turns, &conn->turn);
	alarm_cancel(&service->alarms, &conn->alarm);
	session_close(&conn->session);
	buffer_free(&conn->lines.buffer);
	forked_close(conn->fd);
	TAILQ_REMOVE(conn->list, conn, link);
	service->clients--;
	conn->magic = 0;
	free(conn);
}

/* --- in ------------------------------------------------------------------- */

/* Bytes that the client has not taken yet. */
static size_t
conn_unsent(const struct conn *conn)
{
	return conn->session.output.length - conn->sent;
}

/* Whether the client takes its answers fast enough to be asked for more. */
static bool
conn_has_room(const struct conn *conn)
{
	return conn_unsent(conn) < OUTPUT_HIGH;
}

/* Serves one line; false when there is none that can be served now. */
static bool
conn_serve_line(struct conn *conn)
{
	struct session *session = &conn->session;
	enum lines_next next;
	size_t length;
	char *line;

	if (session->refused || session->batch != NULL)
		return false;
	next = lines_next(&conn->lines, &line, &length);
	if (next == LINES_NONE && conn->ended)
		next = lines_last(&conn->lines, &line, &length);
	switch (next) {
	case LINES_NONE:
		return false;
	case LINES_LONG:
		session_refuse(session, &line_too_long);
		return false;
	case LINES_ONE:
		conn->finished_line = true;
		session_serve_line(session, line, length);
		return true;
	}
	return false;
}

/* Serves for one turn; returns whether it was cut short. */
static bool
conn_serve(struct conn *conn)
{
	int64_t end = clock_monotonic() + TURN_LENGTH;
	bool more;

	do {
		conn->held_back = !conn_has_room(conn);
		if (conn->held_back)
			return false;
		more = session_step(&conn->session);
		more = conn_serve_line(conn) || more;
	} while (more && clock_monotonic() < end);
	return more;
}

/* Reads once; false when the connection is broken. */
static bool
conn_receive(struct conn *conn)
{
	struct buffer *input = &conn->lines.buffer;
	char *room = buffer_room(input, READ_SIZE);
	ssize_t got = recv(conn->fd, room, READ_SIZE, MSG_DONTWAIT);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	conn->ended = got == 0;
	input->length += (size_t)got;
	return true;
}

/* --- out ------------------------------------------------------------------ */

/* Sends what the client takes; false when the connection is broken. */
static bool
conn_send(struct conn *conn)
{
	struct buffer *output = &conn->session.output;
	size_t size = conn_unsent(conn);
	ssize_t sent;

	if (size == 0)
		return true;
	if (size > RPC_OUTPUT_MAX) {
		log_warning(
		    "ctl", "disconnected: %zu bytes were left unread", size);
		return false;
	}
	sent = send(conn->fd, output->data + conn->sent,
	    size < WRITE_SIZE ? size : WRITE_SIZE, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent < 0)
		return errno == EAGAIN || errno == EINTR;
	conn->sent += (size_t)sent;
	/* Moved when at least half of it was sent: each byte moves once. */
	if (conn->sent * 2 >= output->length) {
		buffer_consume(output, conn->sent);
		conn->sent = 0;
	}
	return true;
}

/* --- between the visits --------------------------------------------------- */

/* An empty buffer takes a lent one's place for the visit. */
static void
conn_borrow(struct buffer *own, struct buffer *lent)
{
	if (own->capacity == 0)
		buffer_swap(own, lent);
}

/* Keeps only what has something in it. */
static void
conn_give_back(struct buffer *own, struct buffer *lent)
{
	if (own->length > 0)
		return;
	if (lent->capacity == 0 && own->capacity <= BUFFER_KEEP)
		buffer_swap(own, lent);
	buffer_free(own);
}

/* Keeps the rest of the input without the room that the lent buffer has. */
static void
conn_keep_rest(struct conn *conn)
{
	struct buffer *input = &conn->lines.buffer, rest = {0};

	lines_compact(&conn->lines);
	if (conn->session.refused) {
		input->length = 0;
		conn->lines.searched = 0;
	}
	if (input->length > 0 && input->length < input->capacity / 4) {
		buffer_append(&rest, input->data, input->length);
		buffer_swap(&rest, input);
		rest.length = 0;
		conn_give_back(&rest, &conn->service->input);
	}
	conn_give_back(input, &conn->service->input);
}

/* False when the kernel has no room to watch for it. */
static bool
conn_want(struct event *event, bool *added, bool wanted)
{
	if (*added == wanted)
		return true;
	if ((wanted ? event_add(event, NULL) : event_del(event)) != 0)
		return false;
	*added = wanted;
	return true;
}

/* Whether the other end is not even there to read any more. */
static bool
conn_is_gone(const struct conn *conn)
{
	struct pollfd other = {.fd = conn->fd};

	return poll(&other, 1, 0) == 1 && (other.revents & POLLHUP) != 0;
}

/* Gives a refused client some time to read why. */
static void
conn_linger(struct conn *conn)
{
	conn->lingering = true;
	(void)shutdown(conn->fd, SHUT_WR);
	alarm_set(&conn->service->alarms, &conn->alarm, LINGER_TIME);
}

static void
conn_set_alarm(struct conn *conn, bool more)
{
	struct alarms *alarms = &conn->service->alarms;
	bool unfinished = !more && !conn->ended && conn->reading &&
			  lines_has_rest(&conn->lines);

	if (conn->lingering)
		return;
	if (conn->ended)
		alarm_set(alarms, &conn->alarm, GONE_CHECK_TIME);
	else if (!unfinished)
		alarm_cancel(alarms, &conn->alarm);
	else if (!conn->alarm.set || conn->finished_line)
		alarm_set(alarms, &conn->alarm, RPC_LINE_TIMEOUT * NS_PER_SEC);
}

/* Decides what comes next; may close the connection. */
static void
conn_settle(struct conn *conn, bool more)
{
	struct session *session = &conn->session;
	bool silent = conn_unsent(conn) == 0;
	bool over = silent && !more && session_is_idle(session), watched;

	if (over && conn->ended) {
		conn_close(conn);
		return;
	}
	if (over && session->refused && !conn->lingering)
		conn_linger(conn);
	watched = conn_want(conn->read_event, &conn->reading,
		      !conn->ended &&
			  (conn->lingering ||
			      (!session->refused && conn_has_room(conn)))) &&
		  conn_want(conn->write_event, &conn->writing, !silent);
	if (!watched) {
		log_warning("ctl", "disconnected: it cannot be watched: %s",
		    strerror(errno));
		conn_close(conn);
		return;
	}
	conn_set_alarm(conn, more);
	if (more)
		turn_queue(&conn->service->turns, &conn->turn);
}

/* Serves what there is, sends, and sees what comes next. */
static void
conn_visit(struct conn *conn)
{
	struct service *service = conn->service;
	bool more, alive;

	CHECK(conn, CONN_MAGIC);
	conn->visiting = true;
	conn->finished_line = conn->held_back = false;
	conn_borrow(&conn->session.output, &service->output);
	more = conn_serve(conn);
	alive = conn_send(conn);
	more = more || (conn->held_back && conn_has_room(conn));
	conn_keep_rest(conn);
	conn_give_back(&conn->session.output, &service->output);
	conn->visiting = false;
	if (alive)
		conn_settle(conn, more);
	else
		conn_close(conn);
}

/* --- what wakes it -------------------------------------------------------- */

static void
conn_discard(struct conn *conn)
{
	char *room = buffer_room(&conn->service->input, READ_SIZE);
	ssize_t got = recv(conn->fd, room, READ_SIZE, MSG_DONTWAIT);

	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		conn_close(conn);
}

static void
conn_readable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *conn = arg;

	(void)fd;
	(void)what;
	if (conn->lingering) {
		conn_discard(conn);
		return;
	}
	/* It still has what it read before: that comes first. */
	if (conn->turn.queued)
		return;
	conn_borrow(&conn->lines.buffer, &conn->service->input);
	if (conn_receive(conn))
		conn_visit(conn);
	else
		conn_close(conn);
}

static void
conn_writable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *conn = arg;

	(void)fd;
	(void)what;
	if (conn_send(conn))
		conn_visit(conn);
	else
		conn_close(conn);
}

static void
conn_turn(struct turn *turn)
{
	conn_visit(CONTAINER_OF(turn, struct conn, turn));
}

/* Output or work has come up outside of a visit. */
static void
conn_stirred(struct session *session)
{
	struct conn *conn = CONTAINER_OF(session, struct conn, session);

	if (!conn->visiting)
		turn_queue(&conn->service->turns, &conn->turn);
}

static void
conn_ring(struct alarm *alarm)
{
	struct conn *conn = CONTAINER_OF(alarm, struct conn, alarm);

	if (conn->lingering || (conn->ended && conn_is_gone(conn))) {
		conn_close(conn);
		return;
	}
	if (!conn->ended)
		session_refuse(&conn->session, &line_too_slow);
	conn_visit(conn);
}

bool
conn_open(struct conn_list *list, struct event_base *base,
    struct service *service, int fd, const struct peer *peer)
{
	struct conn *conn = memory_zalloc(sizeof(*conn));

	conn->magic = CONN_MAGIC;
	conn->fd = fd;
	conn->lines.longest = RPC_LINE_MAX;
	conn->list = list;
	conn->service = service;
	session_init(&conn->session, service, conn_stirred);
	conn->session.user = peer->uid;
	conn->session.may_write = peer->may_write;
	turn_init(&conn->turn, conn_turn);
	alarm_init(&conn->alarm, conn_ring);
	conn->read_event =
	    event_new(base, fd, EV_READ | EV_PERSIST, conn_readable, conn);
	conn->write_event =
	    event_new(base, fd, EV_WRITE | EV_PERSIST, conn_writable, conn);
	if (!conn_want(conn->read_event, &conn->reading, true)) {
		int error = errno;

		event_free(conn->read_event);
		event_free(conn->write_event);
		free(conn);
		errno = error;
		return false;
	}
	TAILQ_INSERT_TAIL(list, conn, link);
	service->clients++;
	return true;
}

unsigned
conn_count_user(const struct conn_list *list, uid_t uid)
{
	const struct conn *conn;
	unsigned count = 0;

	TAILQ_FOREACH (conn, list, link)
		count += conn->session.user == uid;
	return count;
}

unsigned
conn_count_readers(const struct conn_list *list)
{
	const struct conn *conn;
	unsigned count = 0;

	TAILQ_FOREACH (conn, list, link)
		count += !conn->session.may_write;
	return count;
}

void
conn_shut_down(struct conn *conn)
{
	size_t left;

	session_shut_down(&conn->session);
	do
		left = conn_unsent(conn);
	while (conn_send(conn) && conn_unsent(conn) < left);
	conn_close(conn);
}

void
conn_refuse(
    struct service *service, int fd, const struct session_refusal *refusal)
{
	struct session session;

	session_init(&session, service, NULL);
	session_refuse(&session, refusal);
	/* A new socket takes one line; if not, the client sees it close. */
	(void)send(fd, session.output.data, session.output.length,
	    MSG_DONTWAIT | MSG_NOSIGNAL);
	session_close(&session);
	forked_close(fd);
}
