/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_doctor.c: the checks, one function each, but for those of directories
 * (netns_doctor_directory.c). Owns the findings until they are handed over.
 * Jobs' thread.
 */
#include "source/netns/inspect/netns_doctor.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <linux/capability.h>

#include "base/check.h"
#include "base/memory.h"
#include "source/netns/netns.h"
#include "source/netns/inspect/netns_doctor_impl.h"
#include "source/netns/names/netns_names.h"
#include "source/netns/kernel/netns_own.h"
#include "source/netns/kernel/netns_proc.h"
#include "source/netns/netns_state.h"

/* The first PID namespace of a machine has this inode, always. */
#define FIRST_PID_NAMESPACE UINT64_C(0xeffffffc)

/* --- checks --------------------------------------------------------------- */

static void
doctor_source(
    struct netns_findings *findings, const struct netns_status *status)
{
	if (status->running)
		doctor_find(findings, "source", NETNS_OK, NULL,
		    "network namespaces are followed: %" PRIu64
		    " now, of which %" PRIu64 " are held",
		    status->namespaces, status->held);
	else
		doctor_find(findings, "source", NETNS_WARNING,
		    "start netinstd with --source netns=on, or set enabled = "
		    "yes in section netns of its configuration",
		    "network namespaces are not followed: the source netns is "
		    "off");
}

static const struct {
	unsigned bit;
	const char *name;
	const char *use; /* what it is needed for */
} capabilities[] = {
    {CAP_SYS_ADMIN, "CAP_SYS_ADMIN",
	"to go into namespaces and to open them by a weak reference"},
    {CAP_NET_ADMIN, "CAP_NET_ADMIN",
	"to be told of interfaces in namespaces, and of their end"},
    {CAP_SYS_PTRACE, "CAP_SYS_PTRACE",
	"to see which processes and sockets of others are in a namespace"},
    {CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH",
	"to open namespaces by a weak reference"},
};

/* The capabilities in effect; none when they cannot be told. */
static uint64_t
doctor_read_capabilities(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	uint64_t bits = 0;
	char line[256];

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, "CapEff:", 7) == 0)
			bits = strtoull(line + 7, NULL, 16);
	(void)fclose(file);
	return bits;
}

static void
doctor_capabilities(struct netns_findings *findings)
{
	uint64_t bits = doctor_read_capabilities();
	bool all = true;

	for (size_t i = 0; i < ARRAY_LENGTH(capabilities); i++) {
		if ((bits >> capabilities[i].bit & 1) != 0)
			continue;
		all = false;
		doctor_find(findings, "capabilities", NETNS_WARNING,
		    "run netinstd as root, or give it the capability",
		    "%s is missing, which is needed %s", capabilities[i].name,
		    capabilities[i].use);
	}
	if (all)
		doctor_find(findings, "capabilities", NETNS_OK, NULL,
		    "netinstd has every capability that it makes use of");
}

static void
doctor_features(struct netns_findings *findings)
{
	for (unsigned i = 0; i < NETNS_FEATURES; i++) {
		const struct netns_feature_view *view = netns_feature_view(i);

		if (view->switched_off)
			doctor_find(findings, view->name, NETNS_WARNING,
			    "take it out of without, in section netns of the "
			    "configuration",
			    "switched off, therefore %s", view->what);
		else if (view->have)
			doctor_find(
			    findings, view->name, NETNS_OK, NULL, "works");
		else if (i == NETNS_LIST)
			/* Newer than most: /proc is nearly as good. */
			doctor_find(findings, view->name, NETNS_OK, NULL,
			    "not in this kernel: %s", view->what);
		else
			doctor_find(findings, view->name, NETNS_WARNING,
			    view->remedy, "not to be had, therefore %s",
			    view->what);
	}
}

/* The ways in which netinstd learns of namespaces, as they are now. */
static void
doctor_watchers(struct netns_findings *findings)
{
	for (unsigned i = 0; i < NETNS_WATCHERS; i++) {
		struct netns_watcher_view view = netns_watcher_view(i);

		if (view.error != 0)
			doctor_find(findings, view.name, NETNS_WARNING,
			    view.remedy, "%s: %s; it is tried again", view.what,
			    strerror(-view.error));
	}
}

/* Where namespaces get the numbers by which they are followed. */
static void
doctor_numbers(struct netns_findings *findings)
{
	static const char name[] = "nsid-space";
	uint64_t inode = netns_own_inode();

	if (!netns_feature(NETNS_NSID))
		return;
	if (inode != 0)
		doctor_find(findings, name, NETNS_OK, NULL,
		    "netinstd numbers namespaces in an empty one of its own, "
		    "net:[%" PRIu64 "]",
		    inode);
	else
		doctor_find(findings, name, NETNS_WARNING,
		    "run netinstd with CAP_SYS_ADMIN",
		    "netinstd numbers namespaces in the one that it is at home "
		    "in: ip netns set cannot number them there any more");
}

static void
doctor_processes(struct netns_findings *findings)
{
	struct stat status;

	if (stat("/proc/self/ns/pid", &status) != 0 ||
	    status.st_ino == FIRST_PID_NAMESPACE)
		return;
	doctor_find(findings, "pid-namespace", NETNS_WARNING,
	    "run netinstd in the PID namespace of the machine",
	    "netinstd has a PID namespace of its own: processes outside of it "
	    "keep namespaces alive without being seen");
}

/* A netns_directory_visit_fn. */
static void
doctor_directory(void *arg, size_t index, const char *path)
{
	doctor_look_at_directory(arg, path, netns_directory_error(index));
}

struct doctor_stale_entries {
	struct netns_findings *findings;
	size_t shown;
};

/* A netns_stale_visit_fn. */
static void
doctor_stale_entry(void *arg, const struct netns_stale_view *stale)
{
	/* Removing a file takes what is mounted on it elsewhere away, too. */
	static const char remove_it[] =
	    "remove it, if nothing is about to be mounted on it and it is "
	    "mounted nowhere else (in no /proc/*/mountinfo)";
	static const char wait_for_it[] =
	    "netinstd tries again by itself; see to what it lacks";
	struct doctor_stale_entries *stale_entries = arg;

	if (stale_entries->shown == NETNS_DOCTOR_STALE_MAX)
		return;
	stale_entries->shown++;
	doctor_find(stale_entries->findings, "ghost", NETNS_WARNING,
	    stale->passing ? wait_for_it : remove_it, "%s/%s %s: %s",
	    stale->directory, stale->name,
	    stale->passing ? "cannot be looked at" : "is no network namespace",
	    stale->reason);
}

static void
doctor_stale_entries(struct netns_findings *findings)
{
	struct doctor_stale_entries stale_entries = {.findings = findings};
	uint64_t total = 0;

	netns_stale_visit(doctor_stale_entry, &stale_entries, &total);
	if (total > stale_entries.shown)
		doctor_find(findings, "ghost", NETNS_WARNING,
		    "remove the files that nobody needs",
		    "%" PRIu64 " more entries of the directories are no "
		    "network namespaces",
		    total - stale_entries.shown);
}

/* A netns_proc_number_fn. */
static bool
doctor_count(void *arg, int at, int number)
{
	size_t *count = arg;

	(void)at, (void)number;
	(*count)++;
	return true;
}

static void
doctor_descriptors(
    struct netns_findings *findings, const struct netns_status *status)
{
	static const char remedy[] =
	    "raise the hard limit of open files (ulimit -Hn; systemd: "
	    "LimitNOFILE=), or set hold = never";
	struct rlimit limit;
	size_t count = 0;

	(void)netns_proc_numbers(
	    AT_FDCWD, "/proc/self/fd", doctor_count, &count);
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	if (status->unholdable > 0)
		doctor_find(findings, "descriptors", NETNS_PROBLEM, remedy,
		    "%" PRIu64 " namespaces could not be held for want of "
		    "descriptors: their last counters may be missed; %zu of "
		    "%ju are open",
		    status->unholdable, count, (uintmax_t)limit.rlim_cur);
	else if (count > limit.rlim_cur - limit.rlim_cur / 8)
		doctor_find(findings, "descriptors", NETNS_WARNING, remedy,
		    "%zu of %ju descriptors are open", count,
		    (uintmax_t)limit.rlim_cur);
	else
		doctor_find(findings, "descriptors", NETNS_OK, NULL,
		    "%zu of %ju descriptors are open", count,
		    (uintmax_t)limit.rlim_cur);
}

static void
doctor_holds(struct netns_findings *findings, const struct netns_status *status)
{
	if (status->late_releases > 0)
		doctor_find(findings, "holds", NETNS_WARNING,
		    "netinstctl plugin list tells which shutdown callback "
		    "takes long; release_deadline is how long it may",
		    "%" PRIu64 " namespaces were let go before their shutdown "
		    "callbacks had ended",
		    status->late_releases);
	if (status->leaks > 0)
		doctor_find(findings, "holds", NETNS_WARNING,
		    "netinstd's log tells which plugin it was",
		    "%" PRIu64 " threads or descriptors were left in a "
		    "namespace by plugins",
		    status->leaks);
}

static void
doctor_examine(struct netns_findings *findings)
{
	struct netns_status status;

	netns_read_status(&status);
	doctor_source(findings, &status);
	doctor_capabilities(findings);
	if (status.running) {
		doctor_features(findings);
		doctor_watchers(findings);
		doctor_numbers(findings);
	}
	doctor_processes(findings);
	netns_visit_directories(doctor_directory, findings);
	doctor_stale_entries(findings);
	doctor_descriptors(findings, &status);
	doctor_holds(findings, &status);
}

struct doctor {
	struct netns_job job; /* first */
	netns_doctor_fn answer;
	void *arg;
};

static void
doctor_run(struct netns_job *job)
{
	struct doctor *doctor = CONTAINER_OF(job, struct doctor, job);
	struct netns_findings *findings = memory_zalloc(sizeof(*findings));

	doctor_examine(findings);
	doctor->answer(doctor->arg, findings);
	free(doctor);
}

int
netns_doctor_ask(
    const struct netns_asker *asker, netns_doctor_fn answer, void *arg)
{
	struct doctor *doctor = memory_zalloc(sizeof(*doctor));
	int error;

	doctor->job.asker = *asker;
	doctor->job.run = doctor_run;
	doctor->answer = answer;
	doctor->arg = arg;
	error = netns_job_post(&doctor->job);
	if (error != 0)
		free(doctor);
	return error;
}
