/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_life.c: the phases of a life and what the core is asked for in each.
 * Owns the lives and the indexes that find them; netns thread. The core's
 * answers come on workers: what is held is let go there, at once, the rest
 * comes back through the mailbox. A life is freed by the answer to its destroy,
 * which is the last; at once, if it never was an instance; or at the stop.
 */
#include "source/netns/life/netns_life.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/log.h"
#include "lib/clock.h"
#include "source/netns/life/netns_alias.h"
#include "source/netns/netns_state.h"
#include "source/netns/life/netns_leak.h"
#include "source/netns/life/netns_seal.h"
#include "source/netns/netns_timer.h"

/* --- finding -------------------------------------------------------------- */

struct life *
life_find(struct netns_track *track, const struct netns_identity *identity)
{
	struct life *life;

	if (netns_is_same(identity, &track->home.identity))
		return &track->home;
	HASH_FIND(
	    by_id, track->by_id, &identity->id, sizeof(identity->id), life);
	return life;
}

static void
life_forget_nsid(struct life *life)
{
	if (life->is_found && life->nsid >= 0)
		HASH_DELETE(by_nsid, life->track->by_nsid, life);
	life->nsid = -1;
}

/* Another one is found from now on. */
static void
life_hide(struct life *life)
{
	life_forget_nsid(life);
	if (life->is_found)
		HASH_DELETE(by_id, life->track->by_id, life);
	life->is_found = false;
}

/* It is the youngest again. */
static void
life_lose_successor(struct life *life)
{
	life->successor = NULL;
	HASH_ADD(by_id, life->track->by_id, identity.id,
	    sizeof(life->identity.id), life);
	life->is_found = true;
}

static void
life_list(struct life *life)
{
	struct netns_track *track = life->track;

	life->next = track->lives;
	life->link = &track->lives;
	if (track->lives != NULL)
		track->lives->link = &life->next;
	track->lives = life;
	HASH_ADD(
	    by_id, track->by_id, identity.id, sizeof(life->identity.id), life);
	if (life->nsid >= 0)
		HASH_ADD(
		    by_nsid, track->by_nsid, nsid, sizeof(life->nsid), life);
	life->is_found = true;
	(void)netns_count(NETNS_COUNT_LIVES, 1);
}

/* --- the beginning -------------------------------------------------------- */

/* Whether fd may be kept; counts those that may not for want of room. */
static bool
life_may_hold(const struct netns_track *track, int fd)
{
	if (fd < 0 || !track->config.hold)
		return false;
	if (netns_pins_count() + netns_seals_views() + track->watched <
	    track->holds_max)
		return true;
	if (netns_count(NETNS_COUNT_UNHOLDABLE, 1) == 1)
		log_warning("netns",
		    "the limit of open files leaves room to hold %zu "
		    "namespaces: the last counters of others may be missed",
		    track->holds_max);
	return false;
}

/* For want of something it has none yet: it is tried again. */
static void
life_is_numbered(struct life *life, int nsid)
{
	if (nsid < 0 && nsid != -EPERM && netns_is_passing(nsid))
		netns_timer_need(life->track->link_again, NETNS_LINK_AGAIN);
}

static struct netns_ref *
life_create_ref(struct life *life, int fd)
{
	struct netns_track *track = life->track;
	bool hold = life_may_hold(track, fd);

	life->nsid = -1;
	if (fd >= 0) {
		(void)netns_handle_prove(fd, &life->handle);
		if (track->link != NULL)
			life->nsid = netns_link_assign(track->link, fd);
		life_is_numbered(life, life->nsid);
	}
	if (!hold && fd >= 0) {
		(void)close(fd);
		fd = -1;
	}
	if (life->nsid < 0)
		life->nsid = -1;
	return netns_ref_create(&life->identity, &life->handle,
	    life->nsid >= 0 ? netns_link_number(track->link, life->nsid) : -1,
	    fd);
}

struct life *
life_create(
    struct netns_track *track, const struct netns_identity *identity, int fd)
{
	struct life *before = life_find(track, identity);
	struct life *life = memory_zalloc(sizeof(*life));

	life->track = track;
	life->identity = *identity;
	life->pidfd = -1;
	life->phase = LIFE_WAITING;
	if (before != NULL) {
		ASSERT(!life_is_held(before) && before->successor == NULL);
		life_hide(before);
		before->successor = life;
		life->before = before;
		netns_leaks_forget(track->leaks, identity);
	}
	life->ref = life_create_ref(life, fd);
	life->ref->early = track->starts;
	life_list(life);
	if (before != NULL)
		life_destroy(before);
	return life;
}

/* The core's: inet6 too, unless the link tells when there is one. */
static int
life_ask_for_instance(struct life *life, const char *name)
{
	static const char *const protocols[] = {NHF_INET, NHF_ARP, NHF_INET6};
	const struct instance_config config = {
	    .name = name,
	    .source = "netns",
	    .protocols = protocols,
	    .protocol_count = ARRAY_LENGTH(protocols) - (life->nsid >= 0),
	    .exec_context = &life->ref->context,
	    .may_share_name = true,
	};
	int error;

	netns_ref_hold(life->ref);
	error = instance_create(&config, &life->instance, NULL, NULL);
	if (error != 0)
		netns_ref_drop(life->ref);
	return error;
}

void
life_number(struct life *life, int fd)
{
	struct netns_link *link = life->track->link;
	int nsid = netns_link_assign(link, fd);

	life_is_numbered(life, nsid);
	if (nsid < 0 || !life->is_found)
		return;
	life->nsid = nsid;
	HASH_ADD(by_nsid, life->track->by_nsid, nsid, sizeof(life->nsid), life);
	atomic_store(&life->ref->nsid, netns_link_number(link, nsid));
}

void
life_attach(struct life *life)
{
	if (life->nsid >= 0 && life->instance != NULL)
		life->attached = netns_link_attach(life->track->link,
				     life->nsid, life->instance) == 0;
}

void
life_begin(struct life *life)
{
	char name[NETNS_NAME_SIZE];
	int error;

	if (life->before != NULL)
		return;
	ASSERT(life_is_held(life) && life->instance == NULL);
	life->phase = LIFE_ACTIVE;
	/* The record of the life before precedes whatever comes of this one. */
	netns_seals_fail(life->track->seals, &life->identity);
	netns_alias_publish_primary(life, name);
	error = life_ask_for_instance(life, name);
	if (error != 0) {
		life->instance = NULL;
		netns_alias_unpublish_primary(life);
		log_warning("netns", "namespace %s is no instance: %s", name,
		    strerror(-error));
		return;
	}
	netns_alias_publish_others(life);
	life_attach(life);
}

/* --- processes ------------------------------------------------------------ */

static void
life_holder_exited(evutil_socket_t fd, short what, void *arg)
{
	struct life *life = arg;

	(void)fd, (void)what;
	life_forget_holder(life);
	life_mark_suspect(life);
	event_active(life->track->settle, EV_TIMEOUT, 0);
}

/* Without a descriptor, or room to wait for it, it is only followed. */
static void
life_await_exit(struct life *life, int pidfd)
{
	if (pidfd < 0)
		return;
	life->exited = event_new(
	    life->track->base, pidfd, EV_READ, life_holder_exited, life);
	if (life->exited != NULL && event_add(life->exited, NULL) == 0) {
		life->pidfd = pidfd;
		return;
	}
	if (life->exited != NULL)
		event_free(life->exited);
	life->exited = NULL;
	(void)close(pidfd);
}

void
life_set_holder(
    struct life *life, const struct netns_proc_thread *thread, int pidfd)
{
	struct netns_track *track = life->track;

	ASSERT(life->holder.pid == 0 && life->names == NULL);
	life->holder = *thread;
	life->unsure_since = 0;
	life_await_exit(life, pidfd);
	track->watched++;
	(void)netns_ref_set_hold(life->ref, NETNS_HOLD_PROCESS, thread->pid);
	netns_timer_need(track->follow, NETNS_FOLLOW_INTERVAL);
	if (life->instance == NULL)
		life_begin(life);
}

void
life_forget_holder(struct life *life)
{
	ASSERT(life->holder.pid != 0);
	if (life->exited != NULL) {
		event_free(life->exited);
		(void)close(life->pidfd);
	}
	life->exited = NULL;
	life->pidfd = -1;
	life->holder = (struct netns_proc_thread){0};
	life->track->watched--;
}

bool
life_is_unsure_too_long(struct life *life)
{
	int64_t now = clock_monotonic();

	if (life->unsure_since == 0)
		life->unsure_since = now;
	return now - life->unsure_since > NETNS_UNSURE_MAX;
}

void
life_follow(struct netns_track *track)
{
	struct life *life;

	for (life = track->lives; life != NULL; life = life->next) {
		int error;

		if (life->holder.pid == 0)
			continue;
		error = netns_proc_is_in(&life->holder, &life->identity);
		if (error == 0) {
			life->unsure_since = 0;
			continue;
		}
		if (error != -ESRCH && !life_is_unsure_too_long(life))
			continue;
		life_forget_holder(life);
		life_mark_suspect(life);
	}
}

void
life_mark_suspect(struct life *life)
{
	struct netns_track *track = life->track;

	if (life->suspect || !life_is_held(life))
		return;
	life->suspect = true;
	life->next_suspect = track->suspects;
	track->suspects = life;
}

static void
life_clear_suspect(struct life *life)
{
	struct life **link = &life->track->suspects;

	if (!life->suspect)
		return;
	while (*link != life)
		link = &(*link)->next_suspect;
	*link = life->next_suspect;
	life->suspect = false;
}

/* --- what the core is asked for ------------------------------------------- */

/* A question; goes to the core and comes back as mail. */
struct life_question {
	struct mail mail;
	struct mailbox *mailbox; /* a reference */
	struct life *life;	 /* for the netns thread only */
	struct netns_ref *ref;	 /* a reference */
};

static void
life_answer(struct life_question *question)
{
	struct mailbox *mailbox = question->mailbox;

	netns_ref_drop(question->ref);
	mailbox_post(mailbox, &question->mail);
	mailbox_drop(mailbox);
}

/*
 * A core_done_fn, on a worker, or here if it was refused: the last callbacks
 * have had the namespace.
 */
static void
life_shutdown_done(void *arg, int error)
{
	struct life_question *question = arg;

	(void)error;
	(void)netns_seal_close(question->ref);
	life_answer(question);
}

/* A core_done_fn, likewise. */
static void
life_destroy_done(void *arg, int error)
{
	(void)error;
	life_answer(arg);
}

/*
 * An instance that is ending already (-EBUSY) does so because the daemon stops;
 * nothing is waited for then.
 */
static void
life_ask(struct life *life,
    int (*change)(struct instance *instance, core_done_fn done, void *arg),
    core_done_fn done, void (*answered)(struct mail *mail))
{
	struct life_question *question = memory_zalloc(sizeof(*question));
	int error;

	mailbox_hold(life->track->mailbox);
	netns_ref_hold(life->ref);
	*question = (struct life_question){
	    .mail.run = answered,
	    .mailbox = life->track->mailbox,
	    .life = life,
	    .ref = life->ref,
	};
	error = change(life->instance, done, question);
	if (error != 0)
		done(question, error);
}

/* Returns the life that a mail is about; frees the mail. */
static struct life *
life_asked(struct mail *mail)
{
	struct life_question *question =
	    CONTAINER_OF(mail, struct life_question, mail);
	struct life *life = question->life;

	free(question);
	return life;
}

/* --- the first death ------------------------------------------------------ */

static void
life_detach(struct life *life)
{
	if (life->attached)
		netns_link_detach(life->track->link, life->instance);
	life->attached = false;
}

static void
life_await_release(struct life *life)
{
	struct netns_track *track = life->track;

	life->release_due = clock_monotonic() + track->config.release_deadline;
	life->next_release = NULL;
	*track->last_release = life;
	track->last_release = &life->next_release;
	if (track->releases == life)
		netns_timer_arm(track->release, track->config.release_deadline);
}

static void
life_await_no_release(struct life *life)
{
	struct netns_track *track = life->track;
	struct life **link = &track->releases;

	if (life->release_due == 0)
		return;
	while (*link != life)
		link = &(*link)->next_release;
	*link = life->next_release;
	if (*link == NULL)
		track->last_release = link;
	life->release_due = 0;
}

void
life_release_late(struct netns_track *track)
{
	int64_t now = clock_monotonic();
	struct life *life;

	while ((life = track->releases) != NULL && life->release_due <= now) {
		life_await_no_release(life);
		if (!netns_ref_set_hold(life->ref, NETNS_HOLD_NONE, 0))
			continue;
		(void)netns_count(NETNS_COUNT_LATE, 1);
		log_warning("netns",
		    "instance %s (%d): its shutdown callbacks still run; its "
		    "namespace was let go of without waiting for them",
		    instance_name(life->instance), instance_id(life->instance));
	}
	if (life != NULL)
		netns_timer_arm(track->release, life->release_due - now);
}

static void
life_is_down(struct mail *mail)
{
	struct life *life = life_asked(mail);
	int64_t until = clock_monotonic() + NETNS_SEAL_WAIT;

	if (life->release_due != 0 && life->release_due < until)
		until = life->release_due;
	netns_seals_watch(life->track->seals, life->ref, until);
	life_await_no_release(life);
	if (life->phase != LIFE_ENDING)
		return;
	life->phase = LIFE_DOWN;
	netns_leaks_note(life->track->leaks, &life->identity, life->instance);
	if (life->nsid >= 0)
		return;
	if (life->handle.bytes == 0)
		life_destroy(life);
	else
		netns_timer_need(life->track->tick, life->track->tick_interval);
}

void
life_end(struct life *life)
{
	ASSERT(
	    life_is_held(life) && life->names == NULL && life->holder.pid == 0);
	if (life->instance == NULL) {
		life_free(life);
		return;
	}
	life_clear_suspect(life);
	life->phase = LIFE_ENDING;
	(void)netns_ref_set_hold(life->ref, NETNS_HOLD_ENDING, 0);
	life_detach(life);
	life_await_release(life);
	life_ask(life, instance_shutdown, life_shutdown_done, life_is_down);
}

/* --- the second ----------------------------------------------------------- */

static void
life_is_gone(struct mail *mail)
{
	life_free(life_asked(mail));
}

/*
 * What still runs of its shutdown keeps what it holds; what was active has lost
 * it, for somebody ended it without our knowing.
 */
void
life_destroy(struct life *life)
{
	if (life->phase == LIFE_DESTROYING)
		return;
	if (life->instance == NULL) {
		life_free(life);
		return;
	}
	if (life->holder.pid != 0)
		life_forget_holder(life);
	if (life_is_held(life))
		(void)netns_ref_set_hold(life->ref, NETNS_HOLD_NONE, 0);
	life_clear_suspect(life);
	life_detach(life);
	life_forget_nsid(life);
	life->phase = LIFE_DESTROYING;
	life_ask(life, instance_destroy, life_destroy_done, life_is_gone);
}

void
life_free(struct life *life)
{
	struct life *successor = life->successor;

	if (life->holder.pid != 0)
		life_forget_holder(life);
	life_clear_suspect(life);
	life_await_no_release(life);
	life_detach(life);
	netns_alias_free_all(life);
	life_hide(life);
	if (life->before != NULL)
		life_lose_successor(life->before);
	*life->link = life->next;
	if (life->next != NULL)
		life->next->link = life->link;
	if (life->instance != NULL)
		instance_release(life->instance);
	netns_ref_drop(life->ref);
	free(life);
	(void)netns_count(NETNS_COUNT_LIVES, -1);
	if (successor == NULL)
		return;
	successor->before = NULL;
	if (successor->names != NULL || successor->holder.pid != 0)
		life_begin(successor);
}
