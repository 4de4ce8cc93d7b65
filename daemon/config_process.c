/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_process.c: owns the process that reads a configuration file, and the
 * two files in memory that it writes to, so that neither side can block the
 * other. A complete list means success; how the process ended is only reported.
 * Main thread.
 */
#include "config_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <netinst/rpc.h>

#include "base/log.h"
#include "base/memory.h"
#include "config_file.h"
#include "config_list.h"

/* This very program, even if its file was replaced meanwhile. */
#define PROGRAM "/proc/self/exe"

int
config_process_main(const char *file, int list_fd)
{
	FILE *list;
	bool good;

	/* Nobody is left to tell when the daemon is gone. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	list = fdopen(list_fd, "w");
	if (list == NULL) {
		(void)fprintf(stderr, "netinstd: out of memory\n");
		return EXIT_FAILED;
	}
	good = config_file_read(file, list);
	(void)fclose(list);
	return good ? EXIT_OK : EXIT_CONFIG;
}

static int
config_process_memory(void)
{
	int fd = memfd_create("netinstd-config", MFD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* All that is in such a file, and a NUL; NULL: it cannot be read. */
static char *
config_process_text(int fd, size_t *size)
{
	struct stat status;
	ssize_t got;
	char *text;

	if (fstat(fd, &status) != 0)
		return NULL;
	*size = (size_t)status.st_size;
	text = memory_alloc(*size + 1);
	got = pread(fd, text, *size, 0);
	if (got != (ssize_t)*size) {
		free(text);
		return NULL;
	}
	text[*size] = '\0';
	return text;
}

static struct config *
config_process_list(int fd)
{
	struct config *config;
	size_t size;
	char *list = config_process_text(fd, &size);

	if (list == NULL)
		return NULL;
	config = config_list_read(list, size);
	free(list);
	return config;
}

/* --- before the daemon starts --------------------------------------------- */

/* Returns how it ended, as of waitpid(), or -1. */
static int
config_process_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) != pid) {
		if (errno != EINTR)
			return -1;
	}
	return status;
}

static int
config_process_complain(const char *why)
{
	return fprintf(
	    stderr, "netinstd: the configuration cannot be read: %s\n", why);
}

struct config *
config_process_read(const char *file)
{
	struct config *config;
	int list = config_process_memory(), status;
	pid_t pid = list < 0 ? -1 : fork();

	if (pid == 0)
		_exit(config_process_main(file, list));
	if (pid < 0) {
		(void)config_process_complain(strerror(errno));
		if (list >= 0)
			(void)close(list);
		return NULL;
	}
	status = config_process_wait(pid);
	config = config_process_list(list);
	(void)close(list);
	if (config == NULL && WIFSIGNALED(status))
		(void)config_process_complain(strsignal(WTERMSIG(status)));
	return config;
}

/* --- while it runs -------------------------------------------------------- */

static int
config_process_spawn(struct config_process *process, const char *file)
{
	char name[] = "netinstd", read[] = "--read-config",
	     config[] = "--config";
	char *arguments[] = {name, read, NULL, NULL, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, ignored;
	int error;

	if (file != NULL) {
		arguments[2] = config;
		arguments[3] = (char *)(uintptr_t)file;
	}
	(void)sigemptyset(&none);
	(void)sigemptyset(&ignored);
	(void)sigaddset(&ignored, SIGPIPE);
	(void)posix_spawnattr_init(&attributes);
	(void)posix_spawnattr_setsigmask(&attributes, &none);
	(void)posix_spawnattr_setsigdefault(&attributes, &ignored);
	(void)posix_spawnattr_setflags(
	    &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	(void)posix_spawn_file_actions_init(&actions);
	error = posix_spawn_file_actions_addopen(
	    &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(
		    &actions, process->list, STDOUT_FILENO);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(
		    &actions, process->messages, STDERR_FILENO);
	if (error == 0)
		error = posix_spawn(&process->pid, PROGRAM, &actions,
		    &attributes, arguments, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)posix_spawnattr_destroy(&attributes);
	return -error;
}

int
config_process_start(struct config_process *process, const char *file)
{
	int error = 0;

	*process = (struct config_process){.pid = -1, .pidfd = -1};
	process->list = config_process_memory();
	process->messages = config_process_memory();
	if (process->list < 0)
		error = process->list;
	else if (process->messages < 0)
		error = process->messages;
	else
		error = config_process_spawn(process, file);
	if (error == 0) {
		process->pidfd = pidfd_open(process->pid, 0);
		error = process->pidfd < 0 ? -errno : 0;
	}
	if (error != 0)
		config_process_end(process);
	return error;
}

/* Each line of what it printed is an error. */
static void
config_process_log(const struct config_process *process)
{
	size_t size;
	char *text = config_process_text(process->messages, &size),
	     *next = text;
	const char *line;

	while ((line = strsep(&next, "\n")) != NULL) {
		if (*line != '\0')
			log_error("daemon", "%s", line);
	}
	free(text);
}

struct config *
config_process_take(struct config_process *process)
{
	struct config *config = config_process_list(process->list);
	int status;
	bool reaped = waitpid(process->pid, &status, WNOHANG) == process->pid;

	config_process_log(process);
	if (reaped)
		process->pid = -1;
	if (config == NULL && reaped && WIFSIGNALED(status))
		log_error("daemon",
		    "the process that read the configuration was ended by "
		    "SIG%s",
		    sigabbrev_np(WTERMSIG(status)));
	return config;
}

static void
config_process_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

void
config_process_kill(const struct config_process *process)
{
	/* By its pid only while that cannot be another's. */
	if (process->pidfd >= 0)
		(void)pidfd_send_signal(process->pidfd, SIGKILL, NULL, 0);
	else if (process->pid > 0)
		(void)kill(process->pid, SIGKILL);
}

bool
config_process_is_over(struct config_process *process)
{
	/* -1: somebody else has waited for it. */
	if (process->pid > 0 && waitpid(process->pid, NULL, WNOHANG) != 0)
		process->pid = -1;
	return process->pid <= 0;
}

void
config_process_end(struct config_process *process)
{
	if (process->pid > 0)
		config_process_kill(process);
	(void)config_process_is_over(process);
	config_process_close(&process->pidfd);
	config_process_close(&process->list);
	config_process_close(&process->messages);
}
