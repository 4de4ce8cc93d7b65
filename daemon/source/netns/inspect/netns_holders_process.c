/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_holders_process.c: one process of a walk: whether it, or which of its
 * threads, is in the namespace. Processes end while they are looked at; what is
 * not there any more held nothing, and what cannot be read for another reason
 * is counted. Owns nothing. The thread that walks.
 */
#include "source/netns/inspect/netns_holders_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
