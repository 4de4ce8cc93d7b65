/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_doctor_impl.h: private to netns_doctor*.c. Jobs' thread.
 */
#ifndef NETINST_SOURCE_NETNS_DOCTOR_IMPL_H
#define NETINST_SOURCE_NETNS_DOCTOR_IMPL_H

#include "source/netns/inspect/netns_doctor.h"
#include "source/netns/kernel/netns_mounts.h"

/* Names that a finding tells, and stale entries that are findings, at most. */
#define NETNS_DOCTOR_NAMES_MAX 8
#define NETNS_DOCTOR_STALE_MAX 16

/* Adds a finding; remedy is copied, NULL: none. */
void doctor_find(struct netns_findings *findings, const char *name,
    enum netns_severity severity, const char *remedy, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Names in a sentence: "a, b and 3 more". Start with {0}. */
struct doctor_names {
	char *text;
	size_t count;
};
void doctor_names_add(struct doctor_names *names, const char *name);
/* The caller frees it; nothing is left. */
char *doctor_names_finish(struct doctor_names *names);

/* netns_doctor_directory.c: one of the directories that are watched. */
void doctor_look_at_directory(
    struct netns_findings *findings, const char *path, int error);

/*
 * What the tables of mounts tell of a directory: own as netinstd sees it, first
 * as process 1 does.
 */
void doctor_judge_mounts(struct netns_findings *findings, const char *path,
    const struct netns_mounts *own, const struct netns_mounts *first);

#endif
