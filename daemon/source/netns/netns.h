/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns.h: the source of real instances, as the rest of the daemon sees it: its
 * start and end, and what there is to tell. It has one thread of its own,
 * "netns", because it walks through /proc and waits for no one else to be
 * served meanwhile. Main thread where nothing else is said.
 */
#ifndef NETINST_SOURCE_NETNS_H
#define NETINST_SOURCE_NETNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/object/instance.h"

/* Limits of what comes from outside. */
#define NETNS_DIRECTORIES_MAX 16
#define NETNS_PATH_MAX	      4095 /* bytes of one of them */

struct netns_config {
	bool enabled;
	const char *directories;  /* absolute paths, with ':' between them */
	int64_t scan_interval;	  /* ns; for those without a name; 0: never */
	int64_t release_deadline; /* ns */
	bool hold;		  /* false: hold = never */
	unsigned without;	  /* bits of enum netns_feature */
};

/*
 * Finds out what this kernel and these privileges allow, and raises the limit
 * of open descriptors as far as it goes. Before there is another thread; only
 * when the source is to run. Copies config.
 */
void netns_prepare(const struct netns_config *config);

/*
 * Closes what the daemon was started with that keeps other namespaces alive,
 * but for its standard input, output and error; says so. After netns_prepare(),
 * before anything of the daemon's own is in one.
 */
void netns_drop_inherited(void);

/* The execution context of the global instance; the caller gets a reference. */
struct exec_context *netns_home_context(void);

/*
 * Starts to look for namespaces; those with a name that are there already are
 * on their way to the core when this returns. The global instance is there. 0
 * or a negative errno. What is missing of privileges or in the kernel is no
 * error: it is logged, and the rest works.
 */
int netns_start(void);

/*
 * Nothing is discovered any more; returns when the thread has ended. Before
 * core_shutdown(), which then ends the instances: what is held of each is let
 * go with it, or at the end of its shutdown callbacks if these run already.
 * Again, or without a start: does nothing.
 */
void netns_stop(void);

/* What an instance is in the kernel; false: it is no namespace. Any thread. */
struct netns_view {
	uint64_t id;
	bool weak;
	uint64_t inode;
	int nsid;	   /* by which home knows it; -1: none */
	bool named;	   /* a name is mounted */
	const char *hold;  /* "none", "name", "process", "ending" */
	int64_t holder;	   /* the process that keeps it without a name; or 0 */
	bool missed_links; /* some may have come and gone without a word */
	bool early; /* it was there before the daemon, or may have been */
};
bool netns_describe(const struct instance *instance, struct netns_view *view);

/* What the links of a namespace count, all together, as the kernel does. */
struct netns_figures {
	uint64_t links, rx_packets, rx_bytes, tx_packets, tx_bytes;
};
/* Any thread; sealed: nothing was counted after the figures, nor can be. */
typedef void (*netns_sealed_fn)(void *arg, bool sealed);
/*
 * Asks whether these are the last figures of the namespace of an instance whose
 * shutdown callbacks run: done is called, once, when it has been let go of. On
 * the instance's strand. False: that cannot be known, and nothing is called.
 * Whoever asks knows of every link that came there, if it heard of all that the
 * interface model was told.
 */
bool netns_seal(struct instance *instance, const struct netns_figures *figures,
    netns_sealed_fn done, void *arg);

struct netns_status {
	bool running;
	uint64_t namespaces;	/* tracked now, not counting home */
	uint64_t held;		/* descriptors held now */
	uint64_t resyncs;	/* since the start */
	uint64_t stale;		/* entries that are no namespace */
	uint64_t unholdable;	/* not held for want of descriptors, ever */
	uint64_t late_releases; /* at the deadline, since the start */
	uint64_t leaks; /* threads or sockets found left in a namespace */
};
/* Any thread. */
void netns_read_status(struct netns_status *status);
/* The same of running alone, also with locks of ctl held. */
bool netns_is_running(void);

/* The directories that are watched, from index 0; none unless it runs. */
typedef void (*netns_directory_visit_fn)(
    void *arg, size_t index, const char *path);
void netns_visit_directories(netns_directory_visit_fn visit, void *arg);

#endif
