/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_proc.h: which processes are in which network namespace, by one walk
 * through /proc for many questions at a time. netns thread (the walk may take
 * milliseconds).
 */
#ifndef NETINST_SOURCE_NETNS_PROC_H
#define NETINST_SOURCE_NETNS_PROC_H

#include <sys/types.h>

#include "source/netns_kernel.h"

/*
 * Before descriptors run out: then the walk needs none. 0 or -errno; the walk
 * tries it again.
 */
int netns_proc_open(void);
void netns_proc_close(void);

/*
 * Visits the namespace of each process (of its main thread), once per process,
 * until visit returns false. device, inode: of /proc/PID/ns/net. Processes that
 * may not be looked at are passed over; returns how many those were, or -errno.
 */
typedef bool (*netns_proc_visit_fn)(
    void *arg, pid_t pid, dev_t device, ino_t inode);
int netns_proc_walk(netns_proc_visit_fn visit, void *arg);

/*
 * A descriptor that becomes readable when the process exits, once it was made
 * sure that the process is still in that namespace; or -ESRCH. -EMFILE,
 * -ENFILE: it is, but no descriptor was left.
 */
int netns_proc_watch(pid_t pid, const struct netns_identity *identity);

#endif
