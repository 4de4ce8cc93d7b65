/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_foreign.c: looks at every thread, socket and descriptor of this process
 * for namespaces that were let go of. That happens on a timer, once for all
 * that ended in between, and only what is found twice in a row is reported: a
 * client's question may just have opened one of them. Owns the list of what is
 * to be looked at; netns thread.
 */
#include "source/netns/life/netns_foreign.h"

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
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "core/object/owner.h"
#include "source/netns/kernel/netns_proc.h"
#include "source/netns/netns_count.h"
#include "source/netns/life/netns_track_timers.h"

/* Between the end of a hold and the look at what is left. */
#define FOREIGN_DELAY (100 * NS_PER_MS)
/* Bytes of the names of plugins; the rest is cut. */
#define SUSPECTS_SIZE 256
#define PATH_SIZE     64

/* A namespace that was let go of. */
struct foreign_note {
	struct foreign_note *next;
	struct netns_identity identity;
	struct instance *instance; /* a reference */
	unsigned threads, descriptors;
	bool again; /* something was there the last time */
};

struct netns_foreign {
	struct foreign_note *notes;
	struct event *timer;
	int self; /* this process; -1: its sockets cannot be looked at */
};

/* --- what there is -------------------------------------------------------- */

static struct foreign_note *
foreign_find(const struct netns_foreign *foreign, dev_t device, ino_t inode)
{
	struct foreign_note *note = foreign->notes;

	while (note != NULL && (note->identity.inode != inode ||
				   note->identity.device != device))
		note = note->next;
	return note;
}

/* The namespace that fd leads to, if it is noted; an inode may be another's. */
static struct foreign_note *
foreign_find_open(const struct netns_foreign *foreign, int fd)
{
	struct netns_identity identity;
	struct foreign_note *note;
	struct stat status;

	if (fstat(fd, &status) != 0)
		return NULL;
	note = foreign_find(foreign, status.st_dev, status.st_ino);
	if (note == NULL || netns_identify(fd, &identity) != 0 ||
	    !netns_is_same(&identity, &note->identity))
		return NULL;
	return note;
}

/* A netns_proc_number_fn. */
static bool
foreign_look_at_thread(void *arg, int tasks, int tid)
{
	struct netns_foreign *foreign = arg;
	char path[PATH_SIZE];
	struct foreign_note *note;
	struct stat status;
	int fd;

	(void)snprintf(path, sizeof(path), "%d/ns/net", tid);
	if (fstatat(tasks, path, &status, 0) != 0 ||
	    foreign_find(foreign, status.st_dev, status.st_ino) == NULL)
		return true;
	fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	note = foreign_find_open(foreign, fd);
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
foreign_open_descriptor(
    const struct netns_foreign *foreign, int descriptors, int number)
{
	struct stat status;
	char name[PATH_SIZE];
	int copy, fd;

	(void)snprintf(name, sizeof(name), "%d", number);
	if (fstatat(descriptors, name, &status, 0) != 0)
		return -1;
	if (!S_ISSOCK(status.st_mode))
		return foreign_find(foreign, status.st_dev, status.st_ino)
			   ? openat(descriptors, name, O_RDONLY | O_CLOEXEC)
			   : -1;
	copy = (int)syscall(SYS_pidfd_getfd, foreign->self, number, 0);
	if (copy < 0)
		return -1;
	fd = ioctl(copy, SIOCGSKNS);
	(void)close(copy);
	return fd;
}

/* A netns_proc_number_fn. */
static bool
foreign_look_at_descriptor(void *arg, int descriptors, int number)
{
	struct netns_foreign *foreign = arg;
	struct foreign_note *note;
	int fd;

	/* No plugin's; netns_inherited.c has told of them. */
	if (netns_is_standard(number))
		return true;
	fd = foreign_open_descriptor(foreign, descriptors, number);
	if (fd < 0)
		return true;
	note = foreign_find_open(foreign, fd);
	if (note != NULL)
		note->descriptors++;
	(void)close(fd);
	return true;
}

/* --- what is made of it --------------------------------------------------- */

static void
foreign_free_note(struct foreign_note *note)
{
	instance_release(note->instance);
	free(note);
}

/* An owner_visit_fn. */
static void
foreign_add_suspect(void *arg, const char *name)
{
	char *text = arg;
	size_t length = strlen(text);

	(void)snprintf(text + length, SUSPECTS_SIZE - length, "%s%s",
	    length > 0 ? ", " : "", name);
}

static void
foreign_report(const struct foreign_note *note)
{
	char suspects[SUSPECTS_SIZE] = "";

	owner_visit_inside(foreign_add_suspect, suspects);
	(void)netns_count(
	    NETNS_COUNT_FOREIGN, note->threads + note->descriptors);
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
foreign_decide(struct foreign_note *note)
{
	if (note->threads + note->descriptors == 0)
		return true;
	if (note->again) {
		foreign_report(note);
		return true;
	}
	note->again = true;
	return false;
}

static void
foreign_look(evutil_socket_t fd, short what, void *arg)
{
	struct netns_foreign *foreign = arg;
	struct foreign_note **link = &foreign->notes, *note;
	bool looked;

	(void)fd, (void)what;
	for (note = foreign->notes; note != NULL; note = note->next)
		note->threads = note->descriptors = 0;
	looked = netns_proc_numbers(AT_FDCWD, "/proc/self/task",
		     foreign_look_at_thread, foreign) == 0 &&
		 netns_proc_numbers(AT_FDCWD, "/proc/self/fd",
		     foreign_look_at_descriptor, foreign) == 0;
	while (looked && (note = *link) != NULL) {
		if (!foreign_decide(note)) {
			link = &note->next;
			continue;
		}
		*link = note->next;
		foreign_free_note(note);
	}
	if (foreign->notes != NULL)
		netns_track_arm(foreign->timer, FOREIGN_DELAY);
}

/* --- for netns_life.c ----------------------------------------------------- */

struct netns_foreign *
netns_foreign_create(struct event_base *base)
{
	struct netns_foreign *foreign = memory_zalloc(sizeof(*foreign));

	foreign->timer = evtimer_new(base, foreign_look, foreign);
	ASSERT(foreign->timer != NULL);
	foreign->self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	return foreign;
}

void
netns_foreign_free(struct netns_foreign *foreign)
{
	struct foreign_note *note;

	while ((note = foreign->notes) != NULL) {
		foreign->notes = note->next;
		foreign_free_note(note);
	}
	event_free(foreign->timer);
	if (foreign->self >= 0)
		(void)close(foreign->self);
	free(foreign);
}

void
netns_foreign_note(struct netns_foreign *foreign,
    const struct netns_identity *identity, struct instance *instance)
{
	struct foreign_note *note = memory_zalloc(sizeof(*note));

	note->identity = *identity;
	note->instance = instance;
	instance_hold(instance);
	note->next = foreign->notes;
	foreign->notes = note;
	if (evtimer_pending(foreign->timer, NULL) == 0)
		netns_track_arm(foreign->timer, FOREIGN_DELAY);
}

void
netns_foreign_forget(
    struct netns_foreign *foreign, const struct netns_identity *identity)
{
	struct foreign_note **link = &foreign->notes, *note;

	while (
	    (note = *link) != NULL && !netns_is_same(&note->identity, identity))
		link = &note->next;
	if (note == NULL)
		return;
	*link = note->next;
	foreign_free_note(note);
}
