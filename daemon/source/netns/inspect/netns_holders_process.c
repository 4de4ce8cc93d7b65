/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_holders_process.c: one process of a walk: whether it, or which of its
 * threads, is in the namespace, and who it is. Processes end while they are
 * looked at; what is not there any more held nothing, and what cannot be read
 * for another reason is counted. The thread that walks.
 */
#include "source/netns/inspect/netns_holders_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

/* Reads the beginning of a file as text; what cannot be read is "". */
static size_t
process_read(int directory, const char *file, char *text, size_t size)
{
	int fd = openat(directory, file, O_RDONLY | O_CLOEXEC);
	ssize_t count = -1;

	if (fd >= 0) {
		count = read(fd, text, size - 1);
		(void)close(fd);
	}
	if (count < 0)
		count = 0;
	text[count] = '\0';
	return (size_t)count;
}

/* What the stat of a process tells: "PID (NAME) S ...". */
struct process_stat {
	char name[64];
	bool kernel;	  /* a thread of the kernel's own */
	uint64_t started; /* ticks since the machine did */
};

/* From linux/sched.h, which is the kernel's own. */
#define PF_KTHREAD 0x00200000

/* The word of that number, as proc(5) counts them; the third is the first. */
static uint64_t
process_stat_word(const char *words, unsigned number)
{
	unsigned i;

	for (i = 3; i < number && words != NULL; i++) {
		words = strchr(words, ' ');
		words = words != NULL ? words + 1 : NULL;
	}
	return words != NULL ? strtoull(words, NULL, 10) : 0;
}

/* The name may have anything in it, also what ends it. */
static void
process_read_stat(int directory, struct process_stat *stat)
{
	enum { WORD_FLAGS = 9, WORD_START = 22 };
	char text[1024], *open, *close;

	*stat = (struct process_stat){.started = 0};
	(void)process_read(directory, "stat", text, sizeof(text));
	open = strchr(text, '(');
	close = strrchr(text, ')');
	if (open == NULL || close == NULL || close < open || close[1] != ' ')
		return;
	*close = '\0';
	(void)snprintf(stat->name, sizeof(stat->name), "%s", open + 1);
	stat->started = process_stat_word(close + 2, WORD_START);
	stat->kernel =
	    (process_stat_word(close + 2, WORD_FLAGS) & PF_KTHREAD) != 0;
}

static uid_t
process_read_user(int directory)
{
	char text[2048];
	const char *line;

	(void)process_read(directory, "status", text, sizeof(text));
	line = strstr(text, "\nUid:\t");
	return line != NULL ? (uid_t)strtoul(line + 6, NULL, 10) : 0;
}

/* Its arguments with a space between, or "[name]" of one without. */
static char *
process_read_command(int directory, const char *name)
{
	char text[NETNS_HOLDERS_COMMAND_SIZE];
	size_t length = process_read(directory, "cmdline", text, sizeof(text));
	size_t i;

	while (length > 0 && text[length - 1] == '\0')
		length--;
	for (i = 0; i < length; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	text[length] = '\0';
	return length > 0 ? memory_strdup(text) : memory_format("[%s]", name);
}

void
holders_describe(const struct holders_walk *walk,
    const struct holders_process *process, struct netns_holder *holder)
{
	struct process_stat stat;
	int64_t tick = NS_PER_SEC / sysconf(_SC_CLK_TCK), age;

	process_read_stat(process->directory, &stat);
	age = walk->booted - (int64_t)stat.started * tick;
	holder->pid = process->pid;
	holder->age = age > 0 ? age : 0;
	holder->user = process_read_user(process->directory);
	holder->command = process_read_command(process->directory, stat.name);
	/* Those cannot be ended, and are in the first namespace only. */
	if (stat.kernel) {
		free(holder->remedy);
		holder->remedy = NULL;
	}
}

static void
process_add(
    struct holders_walk *walk, const struct holders_process *process, pid_t tid)
{
	struct netns_holder holder = {
	    .kind = tid != 0 ? NETNS_HOLDER_THREAD : NETNS_HOLDER_PROCESS,
	    .tid = tid,
	    .fd = -1,
	    .threads = process->inside,
	    .remedy = holders_kill(walk, process->pid),
	};

	/* A worker of ours that is inside of it is there for a callback. */
	if (tid != 0 && process->pid == walk->self) {
		holder.kind = NETNS_HOLDER_OWN;
		holder.reason = "callback";
	}
	holders_describe(walk, process, &holder);
	holders_add(walk, &holder);
}

void
holders_note_hidden(struct holders_process *process, int error)
{
	if (error != ENOENT && error != ESRCH)
		process->hidden = true;
}

/* Calls visit for each thread, with whether it is there: 0, 1 or -errno. */
static void
process_visit_threads(struct holders_walk *walk,
    struct holders_process *process,
    void (*visit)(struct holders_walk *walk, struct holders_process *process,
	pid_t tid, int there))
{
	int fd = openat(
	    process->directory, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *tasks = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	char file[64];

	if (tasks == NULL) {
		holders_note_hidden(process, errno);
		if (fd >= 0)
			(void)close(fd);
		return;
	}
	while ((entry = readdir(tasks)) != NULL) {
		pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (tid <= 0)
			continue;
		(void)snprintf(file, sizeof(file), "%d/ns/net", tid);
		visit(walk, process, tid,
		    holders_leads_there(walk, dirfd(tasks), file));
	}
	(void)closedir(tasks);
}

static void
process_count_thread(struct holders_walk *walk, struct holders_process *process,
    pid_t tid, int there)
{
	(void)walk;
	process->threads++;
	if (there < 0) {
		holders_note_hidden(process, -there);
		return;
	}
	/* A main thread that has ended tells nothing of the others. */
	if (process->speaker == 0 || tid == process->pid)
		process->speaker = tid;
	if (there == 0) {
		process->inside++;
		process->main_inside |= tid == process->pid;
	}
}

static void
process_add_thread(struct holders_walk *walk, struct holders_process *process,
    pid_t tid, int there)
{
	if (there == 0)
		process_add(walk, process, tid);
}

void
holders_look_at(struct holders_walk *walk, pid_t pid)
{
	struct holders_process process = {.pid = pid};
	char name[32];

	(void)snprintf(name, sizeof(name), "%d", pid);
	process.directory =
	    openat(walk->proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (process.directory < 0) {
		holders_note_hidden(&process, errno);
		walk->found->hidden += process.hidden;
		return;
	}
	process_visit_threads(walk, &process, process_count_thread);
	if (process.main_inside)
		process_add(walk, &process, 0);
	else if (process.inside > 0)
		process_visit_threads(walk, &process, process_add_thread);
	if (process.speaker != 0) {
		holders_look_at_descriptors(walk, &process);
		holders_look_at_mounts(walk, &process);
	}
	walk->found->hidden += process.hidden;
	(void)close(process.directory);
}
