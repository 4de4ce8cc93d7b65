/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_track.c: turns what the names, the links, the processes and the clock
 * tell into lives of namespaces (netns_life.c). Owns the tracker and its
 * events; netns thread.
 */
#include "source/netns/life/netns_track.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/log.h"
#include "lib/clock.h"
#include "source/netns/life/netns_alias.h"
#include "source/netns/life/netns_leak.h"
#include "source/netns/life/netns_life.h"
#include "source/netns/kernel/netns_proc.h"
#include "source/netns/life/netns_seal.h"
#include "source/netns/life/netns_search.h"
#include "source/netns/netns_timer.h"
#include "source/netns/netns_state.h"

/* Between two looks at what nobody tells of, when no interval is configured. */
#define TICK_DEFAULT (5 * NS_PER_SEC)
/* Descriptors that are left to the rest of the daemon, if there are as many. */
#define SPARE_DESCRIPTORS 1024

/* --- names ---------------------------------------------------------------- */

/* A name is mounted on it; the first begins its instance. */
static void
track_add_name(struct life *life, const char *directory, const char *name)
{
	struct life_name *added = netns_alias_add(life, directory, name);

	if (added == NULL)
		return;
	life->unsure_since = 0;
	if (life->holder.pid != 0)
		life_forget_holder(life);
	if (life->ref != NULL && added == life->names)
		(void)netns_ref_set_hold(life->ref, NETNS_HOLD_NAME, 0);
	if (life->instance == NULL)
		life_begin(life);
	else
		netns_alias_publish(life, added);
}

static void
track_name_appeared(void *arg, const char *directory, const char *name, int fd,
    const struct netns_identity *identity)
{
	struct netns_track *track = arg;
	struct life *life = life_find(track, identity);

	log_debug("netns", "%s/%s is namespace %" PRIu64, directory, name,
	    identity->id);
	if (life == NULL || !life_is_held(life))
		life = life_create(track, identity, fd);
	else if (fd >= 0)
		(void)close(fd);
	track_add_name(life, directory, name);
}

static void
track_name_gone(void *arg, const char *directory, const char *name,
    const struct netns_identity *identity)
{
	struct life *life = life_find(arg, identity);

	log_debug("netns", "%s/%s is not namespace %" PRIu64 " any more",
	    directory, name, identity->id);
	if (life == NULL || !netns_alias_remove(life, directory, name))
		return;
	if (life->names == NULL && life != &life->track->home)
		life_mark_suspect(life);
}

static void
track_settled(void *arg)
{
	struct netns_track *track = arg;

	netns_search_settle(track);
	/* NULL: it is being started. */
	if (track->names == NULL || netns_names_have_links(track->names))
		netns_timer_need(track->follow, NETNS_FOLLOW_INTERVAL);
}

static void
track_resynced(void *arg, const char *why)
{
	(void)arg;
	(void)netns_count(NETNS_COUNT_RESYNCS, 1);
	log_warning("netns", "resync: %s; everything was looked at again", why);
}

/* --- links ---------------------------------------------------------------- */

static void
track_nsid_gone(void *arg, int nsid)
{
	struct netns_track *track = arg;
	struct life *life;

	HASH_FIND(by_nsid, track->by_nsid, &nsid, sizeof(nsid), life);
	if (life == NULL)
		return;
	if (life_is_held(life))
		log_debug("netns",
		    "namespace %" PRIu64 " ended while it had a name",
		    life->identity.id);
	life_destroy(life);
}

static void
track_numbered(void *arg, int nsid, int number)
{
	struct netns_track *track = arg;
	struct life *life;

	HASH_FIND(by_nsid, track->by_nsid, &nsid, sizeof(nsid), life);
	if (life != NULL)
		atomic_store(&life->ref->nsid, number);
}

/* What is queued for the instance may be as much as there may be. */
static void
track_ipv6(void *arg, struct instance *instance, bool on)
{
	struct netns_track *track = arg;
	int error =
	    on ? instance_add_protocol(instance, NHF_INET6, NULL, NULL)
	       : instance_remove_protocol(instance, NHF_INET6, NULL, NULL);

	if (error == -ENOSPC && track->link != NULL)
		netns_link_say_again(track->link, instance);
	else if (error != 0 && error != -EEXIST && error != -ENOENT &&
		 error != -EBUSY)
		log_warning("netns", "instance %d: inet6 is not %s: %s",
		    instance_id(instance), on ? "added" : "removed",
		    strerror(-error));
}

/* It is mirrored and its end is told from now on, if it was not before. */
static void
track_number(struct life *life)
{
	int fd;

	if (life->nsid >= 0 || life->phase == LIFE_DESTROYING)
		return;
	fd = netns_ref_open(life->ref);
	if (fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM)
		netns_timer_need(life->track->link_again, NETNS_LINK_AGAIN);
	if (fd < 0)
		return;
	life_number(life, fd);
	(void)close(fd);
	if (life->phase == LIFE_ACTIVE)
		life_attach(life);
}

static void
track_number_all(struct netns_track *track)
{
	for (struct life *life = track->lives; life != NULL; life = life->next)
		track_number(life);
}

/*
 * Takes this one, which is whole or better than none. Before, nothing had an
 * nsid.
 */
static void
track_take_link(struct netns_track *track, struct netns_link *link)
{
	if (track->link != NULL)
		netns_link_stop(track->link);
	track->link = link;
	track->home.attached =
	    netns_link_attach(link, -1, track->home.instance) == 0;
	track_number_all(track);
}

/* Whether it is whole now; else it is tried again. */
static bool
track_open_link(struct netns_track *track)
{
	const struct netns_link_events events = {
	    .gone = track_nsid_gone,
	    .ipv6 = track_ipv6,
	    .numbered = track_numbered,
	    .resynced = track_resynced,
	    .arg = track,
	};
	struct netns_link *link;
	int error = netns_link_start(&link, track->base, &events);
	int lacks = error == 0 ? netns_link_lacks(link) : error;

	netns_watcher_set(NETNS_WATCHER_LINKS, lacks);
	if (error == 0 && (lacks == 0 || track->link == NULL))
		track_take_link(track, link);
	else if (error == 0)
		netns_link_stop(link);
	if (lacks != 0)
		netns_timer_need(track->link_again, NETNS_LINK_AGAIN);
	return lacks == 0;
}

static void
track_link_again(evutil_socket_t fd, short what, void *arg)
{
	struct netns_track *track = arg;

	(void)fd, (void)what;
	if (track->link != NULL && netns_link_lacks(track->link) == 0)
		track_number_all(track);
	else
		(void)track_open_link(track);
}

/* --- the clock ------------------------------------------------------------ */

/* Processes go elsewhere without a word. */
static void
track_follow(evutil_socket_t fd, short what, void *arg)
{
	struct netns_track *track = arg;
	bool links = netns_names_have_links(track->names);

	(void)fd, (void)what;
	if (links)
		netns_names_follow_links(track->names);
	life_follow(track);
	netns_search_settle(track);
	if (links || track->watched > 0)
		netns_timer_need(track->follow, NETNS_FOLLOW_INTERVAL);
}

/* The end of those that have no nsid is not told; returns how many are left. */
static size_t
track_look_after_down(struct netns_track *track)
{
	struct life *life, *next;
	size_t left = 0;

	for (life = track->lives; life != NULL; life = next) {
		int fd;

		next = life->next;
		if (life->phase != LIFE_DOWN || life->nsid >= 0)
			continue;
		fd = netns_handle_open(&life->handle);
		if (fd >= 0)
			(void)close(fd);
		if (fd != -ESTALE)
			left++;
		else
			life_destroy(life);
	}
	return left;
}

static void
track_tick(evutil_socket_t fd, short what, void *arg)
{
	struct netns_track *track = arg;
	bool discover = track->config.scan_interval > 0;
	size_t left = track_look_after_down(track);

	(void)fd, (void)what;
	if (discover)
		netns_search_scan(track);
	if (discover || left > 0)
		netns_timer_need(track->tick, track->tick_interval);
}

static void
track_release(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	life_release_late(arg);
}

/* Processes that ended. */
static void
track_settle(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	netns_search_settle(arg);
}

static void
track_answers(evutil_socket_t fd, short what, void *arg)
{
	struct netns_track *track = arg;

	(void)fd, (void)what;
	mailbox_run(track->mailbox);
}

/* --- start and end -------------------------------------------------------- */

static void
track_start_events(struct netns_track *track)
{
	track->answers = event_new(track->base, mailbox_fd(track->mailbox),
	    EV_READ | EV_PERSIST, track_answers, track);
	track->settle = evtimer_new(track->base, track_settle, track);
	track->release = evtimer_new(track->base, track_release, track);
	track->tick = evtimer_new(track->base, track_tick, track);
	track->follow = evtimer_new(track->base, track_follow, track);
	track->link_again = evtimer_new(track->base, track_link_again, track);
	ASSERT(track->answers != NULL && track->settle != NULL &&
	       track->release != NULL && track->tick != NULL &&
	       track->follow != NULL && track->link_again != NULL);
	(void)event_add(track->answers, NULL);
	track->leaks = netns_leaks_create(track->base);
	track->seals = netns_seals_create(track->base);
}

/* How many descriptors may be kept of namespaces and processes. */
static size_t
track_read_limit(void)
{
	struct rlimit limit;
	size_t files;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	files = limit.rlim_cur;
	return files > 2 * SPARE_DESCRIPTORS ? files - SPARE_DESCRIPTORS
					     : files / 2;
}

/* Its first name stays its own, whatever namespace is called so. */
static void
track_start_home(struct netns_track *track)
{
	struct life_name *global = memory_zalloc(sizeof(*global));

	track->home.track = track;
	track->home.identity = *netns_home();
	track->home.nsid = -1;
	track->home.pidfd = -1;
	track->home.phase = LIFE_ACTIVE;
	track->home.instance = instance_find(GLOBAL_ZONEID);
	ASSERT(track->home.instance != NULL);
	global->directory = memory_strdup("");
	global->name = memory_strdup(instance_name(track->home.instance));
	global->alias = memory_strdup(global->name);
	global->published = true;
	track->home.names = global;
}

static size_t
track_split_directories(
    char *text, const char *directories[static NETNS_DIRECTORIES_MAX])
{
	size_t count = 0;

	while (text != NULL && count < NETNS_DIRECTORIES_MAX) {
		char *end = strchr(text, ':');

		if (end != NULL)
			*end++ = '\0';
		directories[count++] = text;
		text = end;
	}
	return count;
}

static void
track_start_names(struct netns_track *track)
{
	const struct netns_names_events events = {
	    .appeared = track_name_appeared,
	    .gone = track_name_gone,
	    .settled = track_settled,
	    .resynced = track_resynced,
	    .arg = track,
	};
	const char *directories[NETNS_DIRECTORIES_MAX];
	char *text = memory_strdup(track->config.directories);
	size_t count = track_split_directories(text, directories);

	track->names =
	    netns_names_start(track->base, directories, count, &events);
	free(text);
}

struct netns_track *
netns_track_start(struct event_base *base, struct mailbox *mailbox,
    const struct netns_config *config)
{
	struct netns_track *track = memory_zalloc(sizeof(*track));

	mailbox_hold(mailbox);
	track->mailbox = mailbox;
	track->base = base;
	track->config = *config;
	track->last_release = &track->releases;
	track->starts = true;
	track->tick_interval =
	    config->scan_interval > 0 ? config->scan_interval : TICK_DEFAULT;
	track->holds_max = track_read_limit();
	(void)netns_proc_open();
	track_start_events(track);
	track_start_home(track);
	if (!track_open_link(track) && track->link == NULL)
		track_ipv6(track, track->home.instance, true);
	track_start_names(track);
	if (config->scan_interval > 0) {
		netns_search_scan(track);
		netns_timer_need(track->tick, track->tick_interval);
	}
	track->starts = false;
	return track;
}

void
netns_track_stop(struct netns_track *track)
{
	if (track->link != NULL)
		netns_link_catch_up(track->link);
	mailbox_close(track->mailbox);
	netns_names_stop(track->names);
	for (struct life *life = track->lives; life != NULL; life = life->next)
		life->successor = life->before = NULL;
	while (track->lives != NULL)
		life_free(track->lives);
	if (track->home.attached)
		netns_link_detach(track->link, track->home.instance);
	netns_alias_free_all(&track->home);
	instance_release(track->home.instance);
	if (track->link != NULL)
		netns_link_stop(track->link);
	netns_seals_free(track->seals);
	netns_leaks_free(track->leaks);
	event_free(track->link_again);
	event_free(track->follow);
	event_free(track->tick);
	event_free(track->release);
	event_free(track->settle);
	event_free(track->answers);
	mailbox_drop(track->mailbox);
	netns_proc_close();
	free(track);
}
