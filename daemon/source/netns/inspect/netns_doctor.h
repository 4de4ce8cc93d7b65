/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_doctor.h: finds what keeps the source of real instances from working:
 * privileges, the kernel, mounts, directories, limits. Each finding says what
 * is wrong and what to do about it. It reads tables of mounts, which takes
 * long: on the jobs' thread.
 */
#ifndef NETINST_SOURCE_NETNS_DOCTOR_H
#define NETINST_SOURCE_NETNS_DOCTOR_H

#include <stddef.h>

#include "source/netns/inspect/netns_job.h"

enum netns_severity {
	NETNS_OK,
	NETNS_WARNING, /* something works less well */
	NETNS_PROBLEM  /* something does not work */
};

/* "ok", "warning", "problem". */
const char *netns_severity_name(enum netns_severity severity);

struct netns_finding {
	const char *name; /* a word that stays the same */
	enum netns_severity severity;
	char *text;   /* a sentence without a full stop */
	char *remedy; /* likewise; NULL: nothing needs to be done */
};

struct netns_findings {
	struct netns_finding *list;
	size_t count;
};

/* Gets the findings, to be freed. Jobs' thread. */
typedef void (*netns_doctor_fn)(void *arg, struct netns_findings *findings);

/* 0 or a negative errno, as netns_job_post(). Any thread. */
int netns_doctor_ask(
    const struct netns_asker *asker, netns_doctor_fn answer, void *arg);

void netns_findings_free(struct netns_findings *findings);

#endif
