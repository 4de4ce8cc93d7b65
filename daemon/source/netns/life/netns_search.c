/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_search.c: finds the processes that hold namespaces. A walk knows
 * namespaces by inode, which is sure only of those that are held meanwhile; so
 * what is found is looked at again, by its identity, when it is open. Owns
 * nothing; netns thread.
 */
#include "source/netns/life/netns_search.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "source/netns/kernel/netns_own.h"
#include "source/netns/kernel/netns_proc.h"
#include "source/netns/netns_state.h"
#include "source/netns/netns_timer.h"

/* Ids that the kernel is asked for by one call. */
#define LISTED_AT_A_TIME 256
/* Between two looks when processes could not be looked at. */
#define UNSURE_INTERVAL (100 * NS_PER_MS)

/* A namespace that was not known, or thought to be held by nobody. */
struct search_news {
	struct netns_proc_thread thread;
	dev_t device;
	ino_t inode;
};

struct search {
	struct life **lives; /* ascending by inode */
	size_t count;
	size_t missing; /* of them, still without a process */
	struct search_news *news;
	size_t news_count;
};

/* --- who is looked for ---------------------------------------------------- */

static int
search_compare(const void *a, const void *b)
{
	const struct life *one = *(struct life *const *)a;
	const struct life *other = *(struct life *const *)b;

	if (one->identity.inode != other->identity.inode)
		return one->identity.inode < other->identity.inode ? -1 : 1;
	return 0;
}

static void
search_sort(struct search *search)
{
	qsort(search->lives, search->count, sizeof(*search->lives),
	    search_compare);
}

static struct life *
search_find(const struct search *search, dev_t device, ino_t inode)
{
	size_t low = 0, high = search->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct life *life = search->lives[middle];

		if (life->identity.inode == inode)
			return life->identity.device == device ? life : NULL;
		if (life->identity.inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int
search_walk(netns_proc_visit_fn visit, struct search *search)
{
	int error = netns_proc_walk(visit, search);

	netns_watcher_set(NETNS_WATCHER_PROCESSES, error);
	return error;
}

/* --- settling ------------------------------------------------------------- */

/* A netns_proc_visit_fn. */
static bool
search_visit_suspect(void *arg, const struct netns_proc_thread *thread,
    dev_t device, ino_t inode)
{
	struct search *search = arg;
	struct life *life = search_find(search, device, inode);
	int pidfd;

	if (life == NULL || life->holder.pid != 0)
		return true;
	pidfd = netns_proc_watch(thread, &life->identity);
	if (pidfd == -ESRCH)
		return true;
	life_set_holder(life, thread, pidfd);
	return --search->missing > 0;
}

/* Takes the list of the suspects, but for what has a name again. */
static void
search_take_suspects(struct netns_track *track, struct search *search)
{
	struct life *life;
	size_t count = 0;

	for (life = track->suspects; life != NULL; life = life->next_suspect)
		count++;
	search->lives = memory_alloc((count + 1) * sizeof(*search->lives));
	while ((life = track->suspects) != NULL) {
		track->suspects = life->next_suspect;
		life->suspect = false;
		if (life_is_held(life) && life->names == NULL &&
		    life->holder.pid == 0)
			search->lives[search->count++] = life;
	}
	search->missing = search->count;
}

/* Who holds what is held is known: a name, or a process that is watched. */
static void
search_assert_all_held(const struct netns_track *track)
{
#ifdef NETINST_DEBUG
	const struct life *life;

	for (life = track->lives; life != NULL; life = life->next)
		ASSERT(!life_is_held(life) || life->suspect ||
		       life->names != NULL || life->holder.pid != 0);
#else
	(void)track;
#endif
}

/* No process was found in it; error: not everything could be looked at. */
static void
search_decide(struct life *life, int error)
{
	if (error == 0 || life_is_unsure_too_long(life)) {
		life_end(life);
		return;
	}
	life_mark_suspect(life);
	netns_timer_arm(life->track->settle, UNSURE_INTERVAL);
}

void
netns_search_settle(struct netns_track *track)
{
	struct search search = {0};
	int error = 0;

	if (track->suspects == NULL)
		return;
	/* A link that went before the name did is to be told of before, too. */
	if (track->link != NULL)
		netns_link_catch_up(track->link);
	search_take_suspects(track, &search);
	search_sort(&search);
	if (search.count > 0)
		error = search_walk(search_visit_suspect, &search);
	for (size_t i = 0; i < search.count; i++) {
		if (search.lives[i]->holder.pid == 0)
			search_decide(search.lives[i], error);
	}
	free(search.lives);
	search_assert_all_held(track);
}

/* --- scanning ------------------------------------------------------------- */

static bool
search_has_news(const struct search *search, dev_t device, ino_t inode)
{
	for (size_t i = 0; i < search->news_count; i++) {
		if (search->news[i].inode == inode &&
		    search->news[i].device == device)
			return true;
	}
	return false;
}

/* A netns_proc_visit_fn. */
static bool
search_visit_all(void *arg, const struct netns_proc_thread *thread,
    dev_t device, ino_t inode)
{
	struct search *search = arg;
	const struct life *life = search_find(search, device, inode);

	if (life == NULL && search->news_count < NETNS_SEARCH_NEWS_MAX &&
	    !search_has_news(search, device, inode))
		search->news[search->news_count++] =
		    (struct search_news){*thread, device, inode};
	return true;
}

/* Those that are held, and home. */
static void
search_take_held(struct netns_track *track, struct search *search)
{
	struct life *life;
	size_t count = 1;

	for (life = track->lives; life != NULL; life = life->next)
		count++;
	search->lives = memory_alloc(count * sizeof(*search->lives));
	search->lives[search->count++] = &track->home;
	for (life = track->lives; life != NULL; life = life->next) {
		if (life_is_held(life))
			search->lives[search->count++] = life;
	}
	search_sort(search);
}

/* The thread may have ended, or be another one by now: it is all checked. */
static void
search_take_in(
    struct netns_track *track, const struct netns_proc_thread *thread)
{
	struct netns_identity identity;
	struct life *life;
	int pidfd = -ESRCH, fd = netns_open_thread(thread->pid, thread->tid);

	if (fd < 0)
		return;
	if (netns_identify(fd, &identity) == 0 && !netns_own_is(&identity)) {
		life = life_find(track, &identity);
		if (life == NULL || !life_is_held(life))
			pidfd = netns_proc_watch(thread, &identity);
	}
	if (pidfd < 0) {
		(void)close(fd);
		return;
	}
	life = life_create(track, &identity, fd);
	life_set_holder(life, thread, pidfd);
}

static bool
search_knows(const struct netns_track *track, uint64_t id)
{
	struct life *life;

	if (id == track->home.identity.id || netns_own_is_id(id))
		return true;
	HASH_FIND(by_id, track->by_id, &id, sizeof(id), life);
	return life != NULL && life_is_held(life);
}

/* Whether the kernel lists no namespace but those that are held. */
static bool
search_knows_all(const struct netns_track *track)
{
	uint64_t ids[LISTED_AT_A_TIME], after = 0;
	ssize_t count;

	do {
		count = netns_list(after, ids, ARRAY_LENGTH(ids));
		for (ssize_t i = 0; i < count; i++) {
			after = ids[i];
			if (!search_knows(track, after))
				return false;
		}
	} while (count == (ssize_t)ARRAY_LENGTH(ids));
	return count >= 0;
}

void
netns_search_scan(struct netns_track *track)
{
	struct search search = {0};

	/* Then no process has to be asked, of which there may be many. */
	if (search_knows_all(track))
		return;
	search.news =
	    memory_alloc(NETNS_SEARCH_NEWS_MAX * sizeof(*search.news));
	search_take_held(track, &search);
	(void)search_walk(search_visit_all, &search);
	for (size_t i = 0; i < search.news_count; i++)
		search_take_in(track, &search.news[i].thread);
	free(search.news);
	free(search.lives);
}
