/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_dump.c: dumps what is in a namespace, a few of them in one turn of the
 * event loop, and asks whether IPv6 works there. Owns the list of those that
 * are due. netns thread.
 */
#include "source/netns/link/netns_link_impl.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "lib/clock.h"
#include "source/netns/netns_ref.h"
#include "source/netns/netns_timer.h"

/* Namespaces that are dumped in one turn of the event loop. */
#define DUMPS_MAX 16

/*
 * How often a list that changes while it is read, or fails, is read again
 * before there is a pause.
 */
#define LIST_TRIES_MAX 8

/* what is due ------------------------------------------------------------- */

void
netns_dump_later(
    struct netns_link *link, struct attachment *attachment, bool everything)
{
	if (attachment->gone)
		return;
	attachment->list_due = attachment->list_due || everything;
	if (attachment->is_due)
		return;
	attachment->is_due = true;
	TAILQ_INSERT_TAIL(&link->due, attachment, due);
	netns_timer_arm(link->more, 0);
}

void
netns_dump_all_later(struct netns_link *link)
{
	struct attachment *attachment, *next;

	HASH_ITER (by_instance, link->attachments, attachment, next) {
		attachment->tries = 0;
		netns_dump_later(link, attachment, true);
	}
}

static void
forget_due(struct netns_link *link, struct attachment *attachment)
{
	if (!attachment->is_due)
		return;
	attachment->is_due = false;
	TAILQ_REMOVE(&link->due, attachment, due);
}

void
netns_dump_never(struct netns_link *link, struct attachment *attachment)
{
	if (attachment == NULL)
		return;
	attachment->gone = true;
	forget_due(link, attachment);
}

/* dumping a namespace ----------------------------------------------------- */

static void
take_loopback(void *arg, const struct netns_message_view *said)
{
	struct attachment *attachment = arg;

	if (said->kind != NETNS_MESSAGE_LINK ||
	    said->index != NETNS_LOOPBACK_INDEX)
		return;
	attachment->loopback_up = (said->link.flags & IFF_UP) != 0;
	attachment->ipv6 = said->link.ipv6;
}

static void
take_listed(void *arg, const struct netns_message_view *said)
{
	struct attachment *attachment = arg;

	netns_mirror_take(attachment->mirror, said);
	take_loopback(attachment, said);
}

static int
dump_links(struct netns_link *link, struct attachment *attachment)
{
	int error;

	netns_mirror_begin(attachment->mirror);
	error = netns_request_links(
	    &link->request, attachment->nsid, 0, take_listed, attachment);
	if (error == 0)
		error = netns_request_addresses(
		    &link->request, attachment->nsid, take_listed, attachment);
	netns_mirror_end(attachment->mirror, error == 0);
	return error;
}

/* Call this last: the callback may end the attachment. */
static void
publish_ipv6(struct netns_link *link, struct attachment *attachment)
{
	bool changed = attachment->ipv6 != attachment->ipv6_published;

	if (!changed && attachment->published)
		return;
	attachment->published = true;
	attachment->ipv6_published = attachment->ipv6;
	link->events.ipv6(
	    link->events.arg, attachment->instance, attachment->ipv6);
}

/* Changes come all the time, or the kernel has no memory. */
static void
try_again(struct netns_link *link, struct attachment *attachment, int error)
{
	if (error != -EAGAIN && !attachment->failed)
		log_warning("netns",
		    "the interfaces of instance %d cannot be listed: %s; it is "
		    "tried again",
		    (int)instance_id(attachment->instance), strerror(-error));
	attachment->failed = error != -EAGAIN;
	if (++attachment->tries == LIST_TRIES_MAX) {
		attachment->tries = 0;
		attachment->not_before = clock_monotonic() + NETNS_DUMP_PAUSE;
	}
	netns_dump_later(link, attachment, true);
}

static void
dump(struct netns_link *link, struct attachment *attachment)
{
	int error;

	if (attachment->list_due)
		error = dump_links(link, attachment);
	else
		error = netns_request_links(&link->request, attachment->nsid,
		    NETNS_LOOPBACK_INDEX, take_loopback, attachment);
	/* The nsid leads nowhere any more: its end will be reported. */
	if (error == -EINVAL)
		return;
	if (error != 0) {
		try_again(link, attachment, error);
		return;
	}
	if (attachment->list_due)
		netns_ref_list_links(netns_ref_of(attachment->instance));
	attachment->list_due = attachment->failed = false;
	attachment->tries = 0;
	publish_ipv6(link, attachment);
}

enum netns_dumped
netns_dump_some(struct netns_link *link)
{
	int64_t now = clock_monotonic();
	struct attachment *attachment;
	unsigned i, waiting = 0;

	for (i = 0; i < DUMPS_MAX; i++) {
		attachment = TAILQ_FIRST(&link->due);
		if (attachment == NULL)
			return NETNS_DUMPED_ALL;
		forget_due(link, attachment);
		if (attachment->not_before > now ||
		    netns_mirror_is_behind(attachment->mirror)) {
			attachment->is_due = true;
			TAILQ_INSERT_TAIL(&link->due, attachment, due);
			waiting++;
		} else {
			dump(link, attachment);
		}
	}
	return waiting < i ? NETNS_DUMPED_SOME : NETNS_DUMPED_NONE;
}
