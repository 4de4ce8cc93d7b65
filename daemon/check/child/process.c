/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.c: owns the notes of how the process was before the plugin came. It
 * mends a thread of the framework at once, so that the callbacks that follow do
 * not report the same mistake again.
 */
#include "check/child/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "lib/clock.h"

/* The name of a thread while it runs code of the plugin. */
#define PLUGIN_THREAD "plugin"
#define THREAD_NAME   16
#define THREADS_MAX   64
#define DESCRIPTORS   256 /* higher numbers go unchecked */

#define OWN_NETWORK "/proc/thread-self/ns/net"

/* How long threads that were asked to end may take. */
#define ENDING_TRIES   10
#define ENDING_NAPTIME (10 * NS_PER_MS)

struct blame {
	_Atomic bool known;
	struct location where;
};

static struct {
	bool exclusive;
	int network; /* descriptor */
	ino_t network_number;
	pid_t threads[THREADS_MAX]; /* of the framework */
	size_t thread_count;
	fd_set open;
	struct stat files[DESCRIPTORS];
	struct sigaction handlers[NSIG];
	struct blame openers[DESCRIPTORS], signals[NSIG], thread;
} process;

static const struct location unknown = {"", "", NOWHERE};

static void
read_open(fd_set *set)
{
	FD_ZERO(set);
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			FD_SET(fd, set);
}

static ino_t
read_network(void)
{
	struct stat status;

	return stat(OWN_NETWORK, &status) == 0 ? status.st_ino : 0;
}

static void
read_thread_name(const char *id, char name[THREAD_NAME])
{
	char path[320];
	ssize_t got = -1;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%s/comm", id);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		got = read(fd, name, THREAD_NAME - 1);
		(void)close(fd);
	}
	name[got > 0 ? got : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
}

/* Calls visit for each thread of the process; returns how many it counted. */
static size_t
count_threads(bool (*visit)(const char *id))
{
	DIR *directory = opendir("/proc/self/task");
	const struct dirent *entry;
	size_t count = 0;

	while (directory != NULL && (entry = readdir(directory)) != NULL)
		count += entry->d_name[0] != '.' && visit(entry->d_name);
	if (directory != NULL)
		(void)closedir(directory);
	return count;
}

static bool
remember_thread(const char *id)
{
	if (process.thread_count < THREADS_MAX)
		process.threads[process.thread_count++] =
		    (pid_t)strtol(id, NULL, 10);
	return true;
}

/*
 * A thread that is new and was not made by the framework, whose threads have
 * these names; others inherit PLUGIN_THREAD. "": it has just ended.
 */
static bool
is_strange_thread(const char *id)
{
	static const char *const names[] = {"", "worker", "loader", "timer"};
	pid_t number = (pid_t)strtol(id, NULL, 10);
	char name[THREAD_NAME];

	for (size_t i = 0; i < process.thread_count; i++)
		if (process.threads[i] == number)
			return false;
	read_thread_name(id, name);
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (strcmp(names[i], name) == 0)
			return false;
	return true;
}

void
process_start(bool exclusive)
{
	process.exclusive = exclusive;
	process.network = open(OWN_NETWORK, O_RDONLY | O_CLOEXEC);
	process.network_number = read_network();
	(void)count_threads(remember_thread);
	read_open(&process.open);
	for (int i = 0; i < DESCRIPTORS; i++)
		if (FD_ISSET(i, &process.open))
			(void)fstat(i, &process.files[i]);
	for (int i = 1; i < NSIG; i++)
		(void)sigaction(i, NULL, &process.handlers[i]);
}

static void
blame(struct blame *blame, struct location where)
{
	where.registrant = "";
	blame->where = where;
	atomic_store(&blame->known, true);
}

static const struct location *
blamed(const struct blame *blame)
{
	return atomic_load(&blame->known) ? &blame->where : &unknown;
}

void
process_blame_signal(int number, struct location where)
{
	if (number > 0 && number < NSIG)
		blame(&process.signals[number], where);
}

void
process_blame_thread(struct location where)
{
	blame(&process.thread, where);
}

bool
process_had(int fd)
{
	return fd >= 0 && fd < DESCRIPTORS && FD_ISSET(fd, &process.open);
}

void
process_note(struct process_note *note)
{
	(void)sigprocmask(SIG_BLOCK, NULL, &note->mask);
	note->network = read_network();
	(void)prctl(PR_GET_NAME, note->name);
	(void)prctl(PR_SET_NAME, PLUGIN_THREAD);
	if (process.exclusive)
		read_open(&note->open);
}

static void
compare_mask(const sigset_t *before, const struct location *where)
{
	struct line line = {.length = 0};
	sigset_t after;

	(void)sigprocmask(SIG_SETMASK, before, &after);
	for (int number = 1; number < NSIG; number++) {
		int blocked = sigismember(&after, number);

		if (blocked == sigismember(before, number))
			continue;
		line_text(&line, line.length > 0 ? ", " : "");
		line_text(&line, blocked ? "blocked: " : "unblocked: ");
		if (sigabbrev_np(number) != NULL)
			line_text(&line, sigabbrev_np(number));
		else
			line_number(&line, number);
	}
	if (line.length > 0)
		board_report(KIND_SIGNAL_MASK, where, "", line.text);
}

static void
compare_network(ino_t before, const struct location *where)
{
	ino_t after = read_network();

	if (after == before)
		return;
	board_reportf(KIND_NAMESPACE, where, "",
	    "the thread is in net:[%lu] instead of net:[%lu]",
	    (unsigned long)after, (unsigned long)before);
	(void)setns(process.network, CLONE_NEWNET);
}

static void
compare_open(const fd_set *before, const struct location *where)
{
	const struct stat *was;
	struct stat is;
	fd_set after;
	char number[16];

	read_open(&after);
	for (int fd = 0; fd < DESCRIPTORS; fd++) {
		if (FD_ISSET(fd, &after) && !FD_ISSET(fd, before))
			blame(&process.openers[fd], *where);
		if (!FD_ISSET(fd, &process.open) || !FD_ISSET(fd, before))
			continue;
		/* It may be another file by now. */
		was = &process.files[fd];
		if (fstat(fd, &is) == 0 && is.st_dev == was->st_dev &&
		    is.st_ino == was->st_ino)
			continue;
		(void)snprintf(number, sizeof(number), "%d", fd);
		board_reportf(KIND_FOREIGN_CLOSE, where, number,
		    "descriptor %d, which the daemon had opened", fd);
		FD_CLR(fd, &process.open);
	}
}

void
process_compare(const struct process_note *before, const struct location *where)
{
	compare_mask(&before->mask, where);
	compare_network(before->network, where);
	(void)prctl(PR_SET_NAME, before->name);
	if (process.exclusive)
		compare_open(&before->open, where);
}

static void
finish_handlers(void)
{
	struct sigaction now;
	const char *name;

	for (int number = 1; number < NSIG; number++) {
		if (sigaction(number, NULL, &now) != 0 ||
		    now.sa_sigaction == process.handlers[number].sa_sigaction)
			continue;
		name = sigabbrev_np(number);
		board_reportf(KIND_SIGNAL_HANDLER,
		    blamed(&process.signals[number]), name != NULL ? name : "",
		    "what happens on %s%s is not what it was before",
		    name != NULL ? "SIG" : "signal ",
		    name != NULL ? name : "of real time");
	}
}

static void
finish_open(void)
{
	char link[64], target[256];
	ssize_t length;

	for (int fd = 0; fd < DESCRIPTORS; fd++) {
		if (FD_ISSET(fd, &process.open) || fd == process.network ||
		    fcntl(fd, F_GETFD) < 0)
			continue;
		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		length = readlink(link, target, sizeof(target) - 1);
		target[length > 0 ? length : 0] = '\0';
		board_reportf(KIND_DESCRIPTOR_LEFT,
		    blamed(&process.openers[fd]), "", "descriptor %d, %s", fd,
		    target);
	}
}

/* A thread that was told to end needs a moment. */
static void
finish_threads(void)
{
	const struct timespec nap = {.tv_nsec = ENDING_NAPTIME};
	size_t now = count_threads(is_strange_thread);

	for (unsigned i = 0; i < ENDING_TRIES && now > 0; i++) {
		(void)nanosleep(&nap, NULL);
		now = count_threads(is_strange_thread);
	}
	if (now > 0)
		board_reportf(KIND_THREAD_LEFT, blamed(&process.thread), "",
		    "threads that were not there before the plugin: %zu", now);
}

void
process_finish(void)
{
	finish_threads();
	finish_handlers();
	finish_open();
}
