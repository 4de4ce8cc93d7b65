/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_thread.c: the netns thread: owns it, its event base and the mailbox by
 * which others reach it. The base has no locks: nobody else touches it. What
 * others ask for comes as mail; what they only want to know is in the
 * references (netns_ref.c), the stale entries (netns_names.h) and the counters.
 */
#include "source/netns/netns.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <event2/event.h>

#include "base/check.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "exec/thread.h"
#include "source/netns/kernel/netns_feature.h"
#include "source/netns/netns_state.h"
#include "source/netns/names/netns_names.h"
#include "source/netns/netns_ref.h"
#include "source/netns/life/netns_track.h"

static struct {
	struct netns_config config;
	/* The configuration's; who visits them may outlast the thread. */
	char *directories;
	struct thread thread;
	struct completion started; /* of netns_start() */
	struct event_base *base;
	struct netns_track *track; /* the netns thread's */
	struct lock lock;	   /* guards: */
	struct mailbox *mailbox;   /* a reference; NULL: it does not run */
} netns = {.lock = LOCK_INITIALIZER(LOCK_NETNS)};

/* --- before there are threads --------------------------------------------- */

static void
netns_raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		log_warning("netns",
		    "the limit of open files stays as it is: "
		    "%s",
		    strerror(errno));
}

void
netns_prepare(const struct netns_config *config)
{
	free(netns.directories);
	netns.directories = memory_strdup(config->directories);
	netns.config = *config;
	netns.config.directories = netns.directories;
	netns_raise_limit();
	netns_features_probe(config->without);
}

struct exec_context *
netns_home_context(void)
{
	return &netns_ref_create_home()->context;
}

/* --- the thread ----------------------------------------------------------- */

static void
netns_run(void *arg)
{
	struct mailbox *mailbox = arg;

	netns.track = netns_track_start(netns.base, mailbox, &netns.config);
	completion_finish(&netns.started, 0);
	(void)event_base_dispatch(netns.base);
	netns_track_stop(netns.track);
}

/* Nobody but the netns thread touches it. */
static struct event_base *
netns_create_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	ASSERT(config != NULL);
	(void)event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

static void
netns_free(struct mailbox *mailbox)
{
	if (netns.base != NULL)
		event_base_free(netns.base);
	mailbox_drop(mailbox);
}

int
netns_start(void)
{
	struct mailbox *mailbox = mailbox_create();
	int error;

	if (mailbox == NULL)
		return -errno;
	netns.base = netns_create_base();
	completion_init(&netns.started);
	error = netns.base == NULL
		    ? -ENOMEM
		    : thread_start(&netns.thread, "netns", netns_run, mailbox);
	if (error != 0)
		completion_finish(&netns.started, error);
	error = completion_wait(&netns.started);
	if (error != 0) {
		netns_free(mailbox);
		return error;
	}
	lock_enter(&netns.lock);
	netns.mailbox = mailbox;
	lock_exit(&netns.lock);
	return 0;
}

static void
netns_end(struct mail *mail)
{
	free(mail);
	(void)event_base_loopbreak(netns.base);
}

void
netns_stop(void)
{
	struct mailbox *mailbox;
	struct mail *end;

	lock_enter(&netns.lock);
	mailbox = netns.mailbox;
	netns.mailbox = NULL;
	lock_exit(&netns.lock);
	if (mailbox == NULL)
		return;
	end = memory_zalloc(sizeof(*end));
	end->run = netns_end;
	mailbox_post(mailbox, end);
	thread_join(&netns.thread);
	netns_free(mailbox);
}

/* --- what there is to tell ------------------------------------------------ */

bool
netns_describe(const struct instance *instance, struct netns_view *view)
{
	struct netns_ref *ref = netns_ref_of(instance);
	struct netns_ref_view look;

	if (ref == NULL)
		return false;
	netns_ref_read(ref, &look);
	*view = (struct netns_view){
	    .id = ref->identity.id,
	    .weak = ref->identity.weak,
	    .inode = ref->identity.inode,
	    .nsid = ref->nsid,
	    .named = look.holder_kind == NETNS_HOLD_NAME,
	    .hold =
		netns_hold_name(look.held ? look.holder_kind : NETNS_HOLD_NONE),
	    .holder = look.holder,
	    .missed_links = atomic_load(&ref->missed_links),
	    .early = ref->early,
	};
	return true;
}

bool
netns_is_running(void)
{
	bool running;

	lock_enter(&netns.lock);
	running = netns.mailbox != NULL;
	lock_exit(&netns.lock);
	return running;
}

void
netns_read_status(struct netns_status *status)
{
	*status = (struct netns_status){
	    .running = netns_is_running(),
	    .namespaces = netns_count(NETNS_COUNT_LIVES, 0),
	    .held = netns_pins_count(),
	    .resyncs = netns_count(NETNS_COUNT_RESYNCS, 0),
	    .unholdable = netns_count(NETNS_COUNT_UNHOLDABLE, 0),
	    .late_releases = netns_count(NETNS_COUNT_LATE, 0),
	    .leaks = netns_count(NETNS_COUNT_LEAKS, 0),
	};
	netns_stale_visit(NULL, NULL, &status->stale);
}

void
netns_visit_directories(netns_directory_visit_fn visit, void *arg)
{
	char path[NETNS_PATH_MAX + 1];
	const char *from = netns.directories;

	if (!netns_is_running())
		return;
	for (size_t index = 0; from != NULL && index < NETNS_DIRECTORIES_MAX;
	     index++) {
		size_t length = strcspn(from, ":");

		(void)snprintf(path, sizeof(path), "%.*s", (int)length, from);
		visit(arg, index, path);
		from = from[length] == ':' ? from + length + 1 : NULL;
	}
}
