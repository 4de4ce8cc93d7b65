/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_link_table.c: owns which nsids were handed out, and which of them is
 * mirrored into which instance; finds out which of them have ended. netns
 * thread.
 */
#include "source/netns/link/netns_link_impl.h"

#include <stdlib.h>

#include "base/memory.h"
#include "source/netns/netns_timer.h"

/* finding ----------------------------------------------------------------- */

struct known *
netns_link_known(const struct netns_link *link, int nsid)
{
	struct known *known;

	HASH_FIND(by_nsid, link->known, &nsid, sizeof(nsid), known);
	return known;
}

struct attachment *
netns_link_find(const struct netns_link *link, const struct instance *instance)
{
	struct attachment *attachment;

	HASH_FIND(by_instance, link->attachments, &instance, sizeof(instance),
	    attachment);
	return attachment;
}

struct attachment *
netns_link_attachment(const struct netns_link *link, int nsid)
{
	const struct known *known;

	if (nsid < 0)
		return link->home;
	known = netns_link_known(link, nsid);
	return known != NULL ? known->attachment : NULL;
}

/* ends -------------------------------------------------------------------- */

void
netns_link_report_gone(struct netns_link *link, int nsid)
{
	struct known *known = netns_link_known(link, nsid);

	/* Or was it an older one's, which the kernel has taken back since? */
	if (known == NULL || netns_nsid_exists(&link->request, nsid))
		return;
	netns_dump_never(link, known->attachment);
	HASH_DELETE(by_nsid, link->known, known);
	free(known);
	link->events.gone(link->events.arg, nsid);
}

static void
mark_seen(void *arg, const struct netns_message_view *said)
{
	const struct netns_link *link = arg;
	struct known *known;

	if (said->kind != NETNS_MESSAGE_NSID)
		return;
	known = netns_link_known(link, said->nsid);
	if (known != NULL)
		known->seen = true;
}

/*
 * The words of their ends may be among what was lost. A list that changes while
 * it is read may lack some: what is not in it is asked for.
 */
void
netns_link_find_ends(struct netns_link *link)
{
	struct known *known, *next;
	size_t count = 0;
	int *unseen;

	HASH_ITER (by_nsid, link->known, known, next) {
		known->seen = false;
	}
	(void)netns_nsid_list(&link->request, -1, mark_seen, link);
	unseen = memory_alloc(
	    (HASH_CNT(by_nsid, link->known) + 1) * sizeof(unseen[0]));
	HASH_ITER (by_nsid, link->known, known, next) {
		if (!known->seen)
			unseen[count++] = known->nsid;
	}
	for (size_t i = 0; i < count; i++)
		if (!netns_nsid_exists(&link->request, unseen[i]))
			netns_link_report_gone(link, unseen[i]);
	free(unseen);
}

/* nsids ------------------------------------------------------------------- */

void
netns_link_remember(
    struct netns_link *link, int nsid, const struct netns_identity *identity)
{
	struct known *known = netns_link_known(link, nsid);

	if (known != NULL && netns_is_same(&known->identity, identity))
		return;
	if (known != NULL) {
		/* The kernel's word of the other one's end comes later. */
		netns_dump_never(link, known->attachment);
		known->attachment = NULL;
		known->identity = *identity;
		link->events.gone(link->events.arg, nsid);
		return;
	}
	known = memory_zalloc(sizeof(*known));
	known->nsid = nsid;
	known->identity = *identity;
	HASH_ADD(by_nsid, link->known, nsid, sizeof(known->nsid), known);
}

/* home -------------------------------------------------------------------- */

void
netns_link_rescan_home(struct netns_link *link)
{
	int nsid;

	if (link->own || link->home_nsid >= 0)
		return;
	nsid = netns_nsid_of_home(&link->request);
	if (nsid < 0)
		return;
	link->home_nsid = nsid;
	if (link->home != NULL)
		netns_dump_later(link, link->home, true);
}

void
netns_link_rescan_numbers(struct netns_link *link)
{
	if (!link->own)
		return;
	link->renumbered = true;
	netns_timer_arm(link->more, 0);
}
