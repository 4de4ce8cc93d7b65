/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_process.h: reads the configuration file in a process of its own: a
 * file may be a pipe that nobody writes to or lie on a disk that hangs, and
 * libconfuse may end its process when there is no memory. Main thread.
 */
#ifndef NETINST_CONFIG_PROCESS_H
#define NETINST_CONFIG_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct config;

/*
 * Before there is another thread: forks, and waits. What is wrong is printed to
 * standard error; then returns NULL. file: see config_file_read().
 */
struct config *config_process_read(const char *file);

/* One that reads beside a running daemon. */
struct config_process {
	pid_t pid;
	int pidfd;    /* can be read once it has ended */
	int list;     /* what the file says */
	int messages; /* what it printed */
};

/*
 * Starts one: netinstd itself, anew, for a fork of the daemon would have its
 * threads' locks and its plugins' handlers. Returns 0 or a negative errno.
 */
int config_process_start(struct config_process *process, const char *file);

/*
 * Once it has ended: logs what it printed and returns what it has read; NULL:
 * nothing, and that is logged.
 */
struct config *config_process_take(struct config_process *process);

void config_process_kill(const struct config_process *process);

/*
 * Kills it, if it still runs, and frees what belongs to it. Never waits: ask
 * config_process_is_over() before the next one starts.
 */
void config_process_end(struct config_process *process);

/* Whether no such process is left, not even one that was killed. */
bool config_process_is_over(struct config_process *process);

/* What the new netinstd does: reads, and writes the list to list_fd. */
int config_process_main(const char *file, int list_fd);

#endif
