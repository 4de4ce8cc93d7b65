/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_proc.h: walks through /proc: which processes are in which network
 * namespace, one walk for many questions. Threads count like processes: one may
 * be elsewhere than its main thread, which may have ended. netns thread (a walk
 * may take milliseconds), where nothing else is said.
 */
#ifndef NETINST_SOURCE_NETNS_PROC_H
#define NETINST_SOURCE_NETNS_PROC_H

#include <sys/types.h>

#include "source/netns/kernel/netns_kernel.h"

/*
 * Opened early, it spares each walk a descriptor, except for threads. 0 or
 * -errno; the walk tries it again.
 */
int netns_proc_open(void);
void netns_proc_close(void);

/*
 * Visits what a directory of /proc names by number, processes, threads or
 * descriptors, until visit returns false. at: the directory, open. 0 or the
 * -errno of what it could not be opened or read for. Any thread.
 */
typedef bool (*netns_proc_number_fn)(void *arg, int at, int number);
int netns_proc_numbers(
    int at, const char *path, netns_proc_number_fn visit, void *arg);

/* A thread of a process: tid is pid for the main one. */
struct netns_proc_thread {
	pid_t pid, tid;
};

/*
 * Visits each namespace that a process is in, once or more often per process,
 * until visit returns false. device, inode: of /proc/PID/task/TID/ns/net. Of
 * this process only the main thread is visited: the others are in namespaces
 * for callbacks. Skips processes that may not be read. 0; or the -errno of what
 * could not be read now: there may be more.
 */
typedef bool (*netns_proc_visit_fn)(void *arg,
    const struct netns_proc_thread *thread, dev_t device, ino_t inode);
int netns_proc_walk(netns_proc_visit_fn visit, void *arg);

/*
 * 0: the thread is in that namespace; -ESRCH: it has ended, or is elsewhere;
 * another negative errno: unknown now.
 */
int netns_proc_is_in(const struct netns_proc_thread *thread,
    const struct netns_identity *identity);

/*
 * A descriptor that becomes readable when the thread (before Linux 6.9: its
 * process) exits, if it is in that namespace; else -ESRCH. Another negative
 * errno: it is, but cannot be watched now.
 */
int netns_proc_watch(const struct netns_proc_thread *thread,
    const struct netns_identity *identity);

/* Whether what a pidfd stands for has not ended yet. Any thread. */
bool netns_proc_lives(int pidfd);

#endif
