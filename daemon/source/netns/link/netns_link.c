/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_link.c: owns the sockets, hands out nsids, attaches mirrors, and reads
 * and looks in turns of the event loop. netns thread.
 */
#include "source/netns/link/netns_link.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/check.h"
#include "base/log.h"
#include "source/netns/link/netns_link_impl.h"
#include "source/netns/kernel/netns_own.h"
#include "source/netns/netns_timer.h"

/* How many nsids that turn out to be taken are tried. */
#define NSID_TRIES_MAX 16

/* Home's, in a namespace of our own. */
#define HOME_NSID 0

/* Turns in which events that wait are read at once. */
#define CATCH_UP_MAX 256

/* nsids ------------------------------------------------------------------- */

/*
 * Those that we give rise, and do not come again: the word of an end that is
 * still to be read then cannot be taken for a newer one's. The kernel chooses
 * when none is left above all others, or all that were tried are taken.
 */
static int
get_or_give(struct netns_link *link, int fd)
{
	int nsid, requested, tries = 0;

	do {
		nsid = netns_nsid_get(&link->request, fd);
		if (nsid != -ENOENT)
			return nsid;
		requested = -1;
		if (tries < NSID_TRIES_MAX && link->next_nsid < INT_MAX)
			requested = link->next_nsid++;
		nsid = netns_nsid_give(&link->request, fd, requested);
	} while (nsid == -EEXIST && tries++ < NSID_TRIES_MAX);
	return nsid;
}

int
netns_link_assign(struct netns_link *link, int fd)
{
	struct netns_identity identity;
	int nsid;

	if (!link->listens)
		return -EPERM;
	nsid = netns_identify(fd, &identity);
	if (nsid == 0 && netns_is_same(&identity, netns_home()))
		nsid = -EINVAL;
	if (nsid < 0)
		return nsid;
	nsid = get_or_give(link, fd);
	if (nsid >= 0)
		netns_link_remember(link, nsid, &identity);
	return nsid;
}

/* home's numbers ---------------------------------------------------------- */

int
netns_link_number(struct netns_link *link, int nsid)
{
	int number;

	if (!link->own)
		return nsid;
	number = netns_nsid_in(&link->request, nsid, link->home_nsid);
	if (number < 0 && netns_is_passing(number))
		netns_link_rescan_numbers(link);
	return number >= 0 ? number : -1;
}

/* A netns_request_fn. */
static void
report_number(void *arg, const struct netns_message_view *said)
{
	struct netns_link *link = arg;

	if (said->kind == NETNS_MESSAGE_NSID && said->current_nsid >= 0 &&
	    netns_link_known(link, said->current_nsid) != NULL)
		link->events.numbered(
		    link->events.arg, said->current_nsid, said->nsid);
}

static void
report_numbers(struct netns_link *link)
{
	if (!link->renumbered)
		return;
	link->renumbered = false;
	if (netns_nsid_list(&link->request, link->home_nsid, report_number,
		link) == -EAGAIN)
		netns_link_rescan_numbers(link);
}

/* mirrors ----------------------------------------------------------------- */

int
netns_link_attach(struct netns_link *link, int nsid, struct instance *instance)
{
	struct known *known = nsid >= 0 ? netns_link_known(link, nsid) : NULL;
	struct attachment **slot =
	    known != NULL ? &known->attachment : &link->home;
	struct attachment *attachment;

	ASSERT(netns_link_find(link, instance) == NULL);
	if (nsid >= 0 && known == NULL)
		return -ENOENT;
	attachment = memory_zalloc(sizeof(*attachment));
	attachment->mirror = netns_mirror_create(instance);
	attachment->instance = instance;
	attachment->nsid = nsid < 0 && link->own ? link->home_nsid : nsid;
	HASH_ADD(by_instance, link->attachments, instance,
	    sizeof(attachment->instance), attachment);
	netns_dump_never(link, *slot);
	*slot = attachment;
	netns_dump_later(link, attachment, true);
	return 0;
}

void
netns_link_detach(struct netns_link *link, struct instance *instance)
{
	struct attachment *attachment = netns_link_find(link, instance);
	struct known *known;

	if (attachment == NULL)
		return;
	netns_dump_never(link, attachment);
	known = netns_link_known(link, attachment->nsid);
	if (known != NULL && known->attachment == attachment)
		known->attachment = NULL;
	if (link->home == attachment)
		link->home = NULL;
	HASH_DELETE(by_instance, link->attachments, attachment);
	netns_mirror_free(attachment->mirror);
	free(attachment);
}

void
netns_link_say_again(struct netns_link *link, struct instance *instance)
{
	struct attachment *attachment = netns_link_find(link, instance);

	if (attachment == NULL)
		return;
	attachment->published = false;
	attachment->not_before = clock_monotonic() + NETNS_DUMP_PAUSE;
	netns_dump_later(link, attachment, false);
}

/* turns of the event loop ------------------------------------------------- */

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct netns_link *link = arg;

	(void)fd, (void)what;
	(void)netns_listen_read(link);
	if (link->resyncs)
		netns_timer_arm(link->more, 0);
}

void
netns_link_catch_up(struct netns_link *link)
{
	/* More than the socket's buffer can have: it is not waited for. */
	for (unsigned turns = 0; turns < CATCH_UP_MAX; turns++)
		if (netns_listen_read(link))
			break;
	if (link->resyncs)
		netns_timer_arm(link->more, 0);
}

/* The events so far first: then the list is not followed by older ones. */
static void
on_more(evutil_socket_t fd, short what, void *arg)
{
	struct netns_link *link = arg;
	enum netns_dumped looked = NETNS_DUMPED_SOME;

	(void)fd, (void)what;
	(void)netns_listen_read(link);
	report_numbers(link);
	if (!link->lost)
		looked = netns_dump_some(link);
	if (looked != NETNS_DUMPED_SOME && link->resyncs) {
		link->resyncs = false;
		link->events.resynced(link->events.arg, "netlink-overflow");
	}
	if (looked == NETNS_DUMPED_SOME)
		netns_timer_arm(link->more, 0);
	else if (looked == NETNS_DUMPED_NONE)
		netns_timer_arm(link->more, NETNS_DUMP_PAUSE);
}

/* start and stop ---------------------------------------------------------- */

static void
find_highest(void *arg, const struct netns_message_view *said)
{
	struct netns_link *link = arg;

	if (said->kind == NETNS_MESSAGE_NSID && said->nsid < INT_MAX &&
	    said->nsid >= link->next_nsid)
		link->next_nsid = said->nsid + 1;
}

static int
open_sockets(struct netns_link *link, bool all)
{
	int error = netns_request_open(&link->request);

	return error == 0 ? netns_listen_open(link, all) : error;
}

static void
close_sockets(struct netns_link *link)
{
	if (link->fd >= 0)
		(void)close(link->fd);
	if (link->request.fd >= 0)
		netns_request_close(&link->request);
	link->request.fd = link->fd = -1;
}

/* On a thread that is in a namespace of our own. */
static int
open_there(void *arg)
{
	struct netns_link *link = arg;
	int error = open_sockets(link, true);

	if (error != 0)
		return error;
	link->home_nsid =
	    netns_nsid_give(&link->request, netns_home_open(), HOME_NSID);
	if (link->home_nsid < 0)
		return link->home_nsid;
	error = netns_request_make_room(&link->request);
	if (error != 0)
		log_warning("netns",
		    "links with very many names may hide others: %s",
		    strerror(-error));
	return 0;
}

static int
open_at_home(struct netns_link *link, bool all)
{
	int error = open_sockets(link, all);

	if (error == 0)
		netns_link_rescan_home(link);
	return error;
}

/*
 * Without the privilege to make a namespace the numbers are given at home;
 * without the means, for the moment, none are.
 */
static int
open_somewhere(struct netns_link *link)
{
	int error;

	if (!netns_feature(NETNS_NSID))
		return open_at_home(link, false);
	error = netns_own_make(open_there, link);
	link->own = error == 0;
	if (error == 0)
		return 0;
	close_sockets(link);
	link->home_nsid = -1;
	link->lacks = error == -EPERM ? 0 : error;
	return open_at_home(link, error == -EPERM);
}

static int
open_all(struct netns_link *link, struct event_base *base)
{
	int error = open_somewhere(link);

	if (error != 0)
		return error;
	link->readable =
	    event_new(base, link->fd, EV_READ | EV_PERSIST, on_readable, link);
	link->more = evtimer_new(base, on_more, link);
	if (link->readable == NULL || link->more == NULL ||
	    event_add(link->readable, NULL) != 0)
		return -ENOMEM;
	return 0;
}

int
netns_link_lacks(const struct netns_link *link)
{
	return link->lacks;
}

int
netns_link_start(struct netns_link **started, struct event_base *base,
    const struct netns_link_events *events)
{
	struct netns_link *link = memory_zalloc(sizeof(*link));
	int error;

	link->events = *events;
	link->request.fd = link->fd = link->home_nsid = -1;
	link->datagram = memory_alloc(NETNS_REPLY_MAX);
	TAILQ_INIT(&link->due);
	error = open_all(link, base);
	if (error != 0) {
		netns_link_stop(link);
		return error;
	}
	(void)netns_nsid_list(&link->request, -1, find_highest, link);
	*started = link;
	return 0;
}

void
netns_link_stop(struct netns_link *link)
{
	struct attachment *attachment, *next_attachment;
	struct known *known, *next_known;

	HASH_ITER (
	    by_instance, link->attachments, attachment, next_attachment) {
		netns_link_detach(link, attachment->instance);
	}
	HASH_ITER (by_nsid, link->known, known, next_known) {
		HASH_DELETE(by_nsid, link->known, known);
		free(known);
	}
	if (link->readable != NULL)
		event_free(link->readable);
	if (link->more != NULL)
		event_free(link->more);
	close_sockets(link);
	free(link->datagram);
	free(link);
}
