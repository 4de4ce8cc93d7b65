/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.h: what belongs to the process and its threads and must be the same
 * after a callback, or at least after the plugin was unloaded, as before it:
 * signal masks and handlers, descriptors, threads, the network namespace.
 */
#ifndef NETINST_CHECK_PROCESS_H
#define NETINST_CHECK_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/select.h>
#include <sys/types.h>

#include "check/board.h"

/* How things stand on a thread. */
struct process_note {
	sigset_t mask;
	ino_t network;
	char name[16];
	fd_set open;
};

/*
 * Remembers how things stand without a plugin. exclusive: the whole process
 * runs one callback at a time, so what changes during one is its doing. Main
 * thread, when every thread of the framework runs.
 */
void process_start(bool exclusive);

/* Before and after a callback, on its thread; reports and mends changes. */
void process_note(struct process_note *note);
void process_compare(
    const struct process_note *before, const struct location *where);

/* Whether the descriptor was there before the plugin. */
bool process_had(int fd);

/* Remembers who did it, for the report if it stays. */
void process_blame_signal(int number, struct location where);
void process_blame_thread(struct location where);

/* The plugin is unloaded: reports handlers, descriptors and threads left. */
void process_finish(void);

#endif
