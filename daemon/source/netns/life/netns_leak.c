/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_leak.c: looks at every thread, socket and descriptor of this process
 * for namespaces that were let go of. That happens on a timer, once for all
 * that ended in between, and only what is found twice in a row is reported: a
 * client's question may just have opened one of them. Owns the list of what is
 * to be looked at; netns thread.
 */
#include "source/netns/life/netns_leak.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <event2/event.h>

#include <linux/sockios.h>

#include "base/check.h"
#include "base/log.h"
#include "base/memory.h"
#include "core/object/owner.h"
#include "lib/clock.h"
#include "source/netns/kernel/netns_proc.h"
#include "source/netns/netns_state.h"
#include "source/netns/netns_timer.h"

/* Between the end of a hold and the look at what is left. */
#define LEAK_DELAY (100 * NS_PER_MS)
/* Bytes of the names of plugins; the rest is cut. */
#define SUSPECTS_SIZE 256
#define PATH_SIZE     64

/* A namespace that was let go of. */
struct leak_note {
	struct leak_note *next;
	struct netns_identity identity;
	struct instance *instance; /* a reference */
	unsigned threads, descriptors;
	bool again; /* something was there the last time */
};

struct netns_leaks {
	struct leak_note *notes;
	struct event *timer;
	int self; /* this process; -1: its sockets cannot be looked at */
};

/* --- what there is -------------------------------------------------------- */

static struct leak_note *
leaks_find(const struct netns_leaks *leaks, dev_t device, ino_t inode)
{
	struct leak_note *note = leaks->notes;

	while (note != NULL && !netns_is_at(&note->identity, device, inode))
		note = note->next;
	return note;
}

/* The namespace that fd leads to, if it is noted; an inode may be another's. */
static struct leak_note *
leaks_find_open(const struct netns_leaks *leaks, int fd)
{
	struct netns_identity identity;
	struct leak_note *note;
	struct stat status;

	if (fstat(fd, &status) != 0)
		return NULL;
	note = leaks_find(leaks, status.st_dev, status.st_ino);
	if (note == NULL || netns_identify(fd, &identity) != 0 ||
	    !netns_is_same(&identity, &note->identity))
		return NULL;
	return note;
}

/* A netns_proc_number_fn. */
static bool
leaks_look_at_thread(void *arg, int tasks, int tid)
{
	struct netns_leaks *leaks = arg;
	char path[PATH_SIZE];
	struct leak_note *note;
	struct stat status;
	int fd;

	(void)snprintf(path, sizeof(path), "%d/ns/net", tid);
	if (fstatat(tasks, path, &status, 0) != 0 ||
	    leaks_find(leaks, status.st_dev, status.st_ino) == NULL)
		return true;
	fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	note = leaks_find_open(leaks, fd);
	if (note != NULL)
		note->threads++;
	(void)close(fd);
	return true;
}

/*
 * What a descriptor leads to: itself a namespace that is noted, or the one that
 * a socket was made in; or -1. It is another thread's, who may close it at any
 * time: what is looked at is a copy.
 */
static int
leaks_open_descriptor(
    const struct netns_leaks *leaks, int descriptors, int number)
{
	struct stat status;
	char name[PATH_SIZE];
	int copy, fd;

	(void)snprintf(name, sizeof(name), "%d", number);
	if (fstatat(descriptors, name, &status, 0) != 0)
		return -1;
	if (!S_ISSOCK(status.st_mode))
		return leaks_find(leaks, status.st_dev, status.st_ino)
			   ? openat(descriptors, name, O_RDONLY | O_CLOEXEC)
			   : -1;
	copy = (int)syscall(SYS_pidfd_getfd, leaks->self, number, 0);
	if (copy < 0)
		return -1;
	fd = ioctl(copy, SIOCGSKNS);
	(void)close(copy);
	return fd;
}

/* A netns_proc_number_fn. */
static bool
leaks_look_at_descriptor(void *arg, int descriptors, int number)
{
	struct netns_leaks *leaks = arg;
	struct leak_note *note;
	int fd;

	/* No plugin's; netns_inherited.c has told of them. */
	if (netns_is_standard(number))
		return true;
	fd = leaks_open_descriptor(leaks, descriptors, number);
	if (fd < 0)
		return true;
	note = leaks_find_open(leaks, fd);
	if (note != NULL)
		note->descriptors++;
	(void)close(fd);
	return true;
}

/* --- what is made of it --------------------------------------------------- */

static void
leaks_free_note(struct leak_note *note)
{
	instance_release(note->instance);
	free(note);
}

/* An owner_visit_fn. */
static void
leaks_add_suspect(void *arg, const char *name)
{
	char *text = arg;
	size_t length = strlen(text);

	(void)snprintf(text + length, SUSPECTS_SIZE - length, "%s%s",
	    length > 0 ? ", " : "", name);
}

static void
leaks_report(const struct leak_note *note)
{
	char suspects[SUSPECTS_SIZE] = "";

	owner_visit_inside(leaks_add_suspect, suspects);
	(void)netns_count(NETNS_COUNT_LEAKS, note->threads + note->descriptors);
	log_warning("netns",
	    "instance %s (%d): %u threads and %u descriptors of netinstd are "
	    "left in its namespace and keep it alive; %s%s",
	    instance_name(note->instance), instance_id(note->instance),
	    note->threads, note->descriptors,
	    suspects[0] != '\0' ? "of the plugins whose callbacks run inside, "
				  "one has left them: "
				: "no plugin's callbacks run inside, so which "
				  "left them is not known",
	    suspects);
}

/* False: it is to be looked at once more. */
static bool
leaks_decide(struct leak_note *note)
{
	if (note->threads + note->descriptors == 0)
		return true;
	if (note->again) {
		leaks_report(note);
		return true;
	}
	note->again = true;
	return false;
}

static void
leaks_look(evutil_socket_t fd, short what, void *arg)
{
	struct netns_leaks *leaks = arg;
	struct leak_note **link = &leaks->notes, *note;
	bool looked;

	(void)fd, (void)what;
	for (note = leaks->notes; note != NULL; note = note->next)
		note->threads = note->descriptors = 0;
	looked = netns_proc_numbers(AT_FDCWD, "/proc/self/task",
		     leaks_look_at_thread, leaks) == 0 &&
		 netns_proc_numbers(AT_FDCWD, "/proc/self/fd",
		     leaks_look_at_descriptor, leaks) == 0;
	while (looked && (note = *link) != NULL) {
		if (!leaks_decide(note)) {
			link = &note->next;
			continue;
		}
		*link = note->next;
		leaks_free_note(note);
	}
	if (leaks->notes != NULL)
		netns_timer_need(leaks->timer, LEAK_DELAY);
}

/* --- for netns_life.c ----------------------------------------------------- */

struct netns_leaks *
netns_leaks_create(struct event_base *base)
{
	struct netns_leaks *leaks = memory_zalloc(sizeof(*leaks));

	leaks->timer = evtimer_new(base, leaks_look, leaks);
	ASSERT(leaks->timer != NULL);
	leaks->self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	return leaks;
}

void
netns_leaks_free(struct netns_leaks *leaks)
{
	struct leak_note *note;

	while ((note = leaks->notes) != NULL) {
		leaks->notes = note->next;
		leaks_free_note(note);
	}
	event_free(leaks->timer);
	if (leaks->self >= 0)
		(void)close(leaks->self);
	free(leaks);
}

void
netns_leaks_note(struct netns_leaks *leaks,
    const struct netns_identity *identity, struct instance *instance)
{
	struct leak_note *note = memory_zalloc(sizeof(*note));

	note->identity = *identity;
	note->instance = instance;
	instance_hold(instance);
	note->next = leaks->notes;
	leaks->notes = note;
	netns_timer_need(leaks->timer, LEAK_DELAY);
}

void
netns_leaks_forget(
    struct netns_leaks *leaks, const struct netns_identity *identity)
{
	struct leak_note **link = &leaks->notes, *note;

	while (
	    (note = *link) != NULL && !netns_is_same(&note->identity, identity))
		link = &note->next;
	if (note == NULL)
		return;
	*link = note->next;
	leaks_free_note(note);
}
