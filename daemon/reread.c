/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reread.c: owns the process that reads the configuration and the event that
 * waits for its end, which is also the deadline. A process that is killed may
 * be slow to end, on a disk that hangs: no other one starts until then. Loop
 * thread.
 */
#include "reread.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "base/log.h"
#include "base/memory.h"
#include "config.h"
#include "config_process.h"

/* Seconds that reading may take. */
#define REREAD_DEADLINE 10
/*
 * The same once it has been asked for again: then it is of use no more, but
 * those who ask all the time are to see one that ends.
 */
#define REREAD_PATIENCE 1

enum reread_state { IDLE, READING, REPLACED, KILLED };

struct reread {
	struct event_base *base;
	const char *file;
	reread_done_fn done;
	void *arg;
	enum reread_state state;
	bool again; /* asked for meanwhile: another one follows */
	struct config_process process;
	struct event *ended; /* of the process; NULL: there is none */
};

struct reread *
reread_create(
    struct event_base *base, const char *file, reread_done_fn done, void *arg)
{
	struct reread *reread = memory_zalloc(sizeof(*reread));

	*reread = (struct reread){
	    .base = base, .file = file, .done = done, .arg = arg};
	return reread;
}

static void
reread_let_go(struct reread *reread)
{
	if (reread->state == IDLE)
		return;
	if (reread->ended != NULL)
		event_free(reread->ended);
	reread->ended = NULL;
	config_process_end(&reread->process);
	reread->state = IDLE;
}

/* Nobody waits for the process any more, except to see it end. */
static void
reread_give_up(struct reread *reread)
{
	log_error("daemon",
	    "the configuration was not read within %d s: %s may be a pipe "
	    "that nobody writes to, or its disk does not answer",
	    REREAD_DEADLINE, reread->file != NULL ? reread->file : "its file");
	reread->state = KILLED;
	reread->again = false;
	config_process_kill(&reread->process);
	if (event_add(reread->ended, NULL) != 0)
		reread_let_go(reread);
	reread->done(reread->arg, NULL);
}

/* Kills it; the next one starts when it has ended. */
static void
reread_replace(struct reread *reread)
{
	static const struct timeval deadline = {.tv_sec = REREAD_DEADLINE};

	config_process_kill(&reread->process);
	if (event_add(reread->ended, &deadline) == 0)
		reread->state = REPLACED;
	else
		reread_give_up(reread);
}

static void
reread_ended(evutil_socket_t fd, short what, void *arg)
{
	struct reread *reread = arg;
	bool wanted = reread->state == READING, again = reread->again;
	struct config *config = NULL;

	(void)fd;
	if (what & EV_TIMEOUT && wanted && again) {
		reread_replace(reread);
		return;
	}
	if (what & EV_TIMEOUT && reread->state != KILLED) {
		reread_give_up(reread);
		return;
	}
	if (wanted)
		config = config_process_take(&reread->process);
	reread_let_go(reread);
	reread->again = false;
	if (wanted)
		reread->done(reread->arg, config);
	if (again)
		reread_begin(reread);
}

/* Returns 0 or a negative errno. */
static int
reread_start(struct reread *reread)
{
	static const struct timeval deadline = {.tv_sec = REREAD_DEADLINE};
	int error = config_process_start(&reread->process, reread->file);

	if (error != 0)
		return error;
	reread->state = READING;
	reread->ended = event_new(
	    reread->base, reread->process.pidfd, EV_READ, reread_ended, reread);
	if (reread->ended != NULL && event_add(reread->ended, &deadline) == 0)
		return 0;
	reread_let_go(reread);
	return -ENOMEM;
}

static void
reread_fail(struct reread *reread, const char *why)
{
	log_error("daemon",
	    "the configuration cannot be read in a process of its own: %s",
	    why);
	reread->done(reread->arg, NULL);
}

void
reread_begin(struct reread *reread)
{
	static const struct timeval patience = {.tv_sec = REREAD_PATIENCE};
	int error;

	if (reread->state == READING && !reread->again) {
		reread->again = true;
		if (event_add(reread->ended, &patience) != 0)
			reread_replace(reread);
		return;
	}
	if (reread->again)
		return;
	if (reread->state == KILLED ||
	    !config_process_is_over(&reread->process)) {
		reread_fail(reread, "the last one has not ended yet");
		return;
	}
	error = reread_start(reread);
	if (error != 0)
		reread_fail(reread, strerror(-error));
}

void
reread_free(struct reread *reread)
{
	if (reread == NULL)
		return;
	reread_let_go(reread);
	free(reread);
}
