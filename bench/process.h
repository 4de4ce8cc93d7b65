/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.h: the servers that are measured from outside: netinstd of this
 * build, and redis-server and zebra when they are installed, each in a private
 * directory with a Unix socket. They end, and their directories go, with the
 * program at the latest. One thread.
 */
#ifndef NETINST_BENCH_PROCESS_H
#define NETINST_BENCH_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_PATH_MAX 4096

struct process {
	pid_t pid;  /* 0: not running */
	int status; /* how it ended, as from waitpid() */
	char directory[PROCESS_PATH_MAX / 2];
	char socket[PROCESS_PATH_MAX];
	/* Where what it prints goes; 0: to the file "log" in directory. */
	int output;
	unsigned plugins; /* that it was told to load */
	struct process *next;
};

/* The path of a file of the build this program belongs to. */
void process_build_path(char path[PROCESS_PATH_MAX], const char *file);

/*
 * Starts "netinstd -s SOCKET -p PLUGIN", where plugin is a file of the build,
 * and waits until the plugin is loaded.
 */
void process_start_netinstd(struct process *process, const char *plugin);

/*
 * Likewise with several plugins, and with the source of real namespaces: those
 * with names in /run/netns. plugins: files of the build, up to NULL.
 */
#define PROCESS_PLUGINS_MAX 8
void process_start_netinstd_netns(
    struct process *process, const char *const plugins[]);

/* FRR's zebra, which logs what it notices in /run/netns. */
bool process_has_zebra(void);
void process_start_zebra(struct process *process);

bool process_has_redis(void);
void process_start_redis(struct process *process);

/* SIGTERM; fails the program unless the server then ends with status 0. */
void process_stop(struct process *process);

/* Keeps all its threads on these CPUs, counted as in measure.h. */
void process_pin(const struct process *process, unsigned first, unsigned count);

/* Nanoseconds of CPU that all its threads used so far. */
int64_t process_cpu_time(const struct process *process);

/* What the kernel counts in bytes; pid 0 is the calling process. */
struct process_memory {
	double rss;	/* resident */
	double pss;	/* pages shared by n processes count for 1/n */
	double private; /* resident and nobody else's */
};
void process_read_memory(pid_t pid, struct process_memory *memory);

#endif
