/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_holders_process.c: one process of a walk: whether it, or which of its
 * threads, is in the namespace. A process that ends meanwhile holds nothing;
 * one that cannot be read for another reason is counted. Owns nothing. The
 * thread that walks.
 */
#include "source/netns/inspect/netns_holders_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "source/netns/kernel/netns_proc.h"

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

struct thread_search {
	struct holders_walk *walk;
	struct holders_process *process;
};

/* Whether the thread is there: 0, 1 or -errno. */
static int
thread_look_at(const struct thread_search *search, int tasks, pid_t tid)
{
	char file[64];

	(void)snprintf(file, sizeof(file), "%d/ns/net", tid);
	return holders_leads_there(search->walk, tasks, file);
}

/* A netns_proc_number_fn. */
static bool
thread_count(void *arg, int tasks, int tid)
{
	const struct thread_search *search = arg;
	struct holders_process *process = search->process;
	int there = thread_look_at(search, tasks, tid);

	process->threads++;
	if (there < 0) {
		holders_note_hidden(process, -there);
		return true;
	}
	/* A main thread that has ended tells nothing of the others. */
	if (process->speaker == 0 || tid == process->pid)
		process->speaker = tid;
	if (there == 0) {
		process->inside++;
		process->main_inside |= tid == process->pid;
	}
	return true;
}

/* A netns_proc_number_fn. */
static bool
thread_add(void *arg, int tasks, int tid)
{
	const struct thread_search *search = arg;

	if (thread_look_at(search, tasks, tid) == 0)
		process_add(search->walk, search->process, tid);
	return true;
}

static void
process_visit_threads(struct holders_walk *walk,
    struct holders_process *process, netns_proc_number_fn visit)
{
	struct thread_search search = {walk, process};
	int error =
	    netns_proc_numbers(process->directory, "task", visit, &search);

	if (error != 0)
		holders_note_hidden(process, -error);
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
	process_visit_threads(walk, &process, thread_count);
	if (process.main_inside)
		process_add(walk, &process, 0);
	else if (process.inside > 0)
		process_visit_threads(walk, &process, thread_add);
	if (process.speaker != 0) {
		holders_look_at_descriptors(walk, &process);
		holders_look_at_mounts(walk, &process);
	}
	walk->found->hidden += process.hidden;
	(void)close(process.directory);
}
