/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m_kstat.c: the method kstat.read. A request walks the instances by id, and
 * the kstats of each by kid, some in each turn.
 *
 * Kstats that need plugin code are read by a fetch, on the instance's strand.
 * It owns what the strand writes into, so it can outlive the request. One that
 * misses the callback deadline is left behind (late), the reply marks its
 * instance as unavailable, and the walk goes on. Loop thread, but for
 * fetch_done().
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "base/memory.h"
#include "core/kstat/kstat_read.h"
#include "ctl/method/instance_reply.h"
#include "ctl/method/kstat_filter.h"
#include "ctl/method/kstat_reply.h"
#include "ctl/method/methods.h"
#include "ctl/method/name.h"
#include "ctl/serve/alarm.h"
#include "ctl/serve/pending.h"
#include "ctl/serve/service.h"
#include "ctl/serve/session.h"
#include "lib/clock.h"
#include "lib/emit.h"
#include "lib/glob.h"

/* Kstats that one fetch brings at most. */
#define FETCH_SIZE 16
/* Fetches left behind, of all clients, at most. */
#define LATE_READS_MAX 256
/* Of these, for clients who may change something. */
#define LATE_READS_RESERVED 64
/* Statistics or instances looked at in one step, and bytes written. */
#define STEP_ITEMS 64
#define STEP_BYTES (32 << 10)
/* How long to wait for an instance when others have used up the time. */
#define WAIT_MIN (20 * NS_PER_MS)
/* A cursor that stands behind all kstats of its instance. */
#define KID_LAST      INT32_MAX
#define KID_NONE      (-1)
#define INSTANCE_NONE (-1)

struct kstat_walk;

/* Kstats of one instance, read or being read. */
struct fetch {
	struct mail mail;
	struct kstat_walk *walk; /* NULL: late */
	struct service *service;
	struct kstat_filter *filter;
	struct instance *instance; /* a reference */
	struct kstat_batch batch;
};

/* Behind a kstat of an instance; INSTANCE_NONE and KID_NONE: before all. */
struct position {
	netid_t instance;
	kid_t kid;
};

struct kstat_walk {
	struct pending pending; /* first */
	struct kstat_filter *filter;
	bool only_one;		    /* instance is wanted */
	struct instance *instance;  /* where the walk is; NULL: between two */
	struct position at;	    /* what was looked at */
	struct position written;    /* what is in the reply */
	int64_t left;		    /* kstats that may still be written */
	struct fetch *fetch;	    /* or NULL */
	bool fetched;		    /* it has come back */
	bool late;		    /* it did not, in time */
	struct alarm alarm;	    /* for that */
	int64_t waited, wait_begin; /* nanoseconds, for fetches */
	size_t index;		    /* in the fetch: the kstat to write */
	uint_t statistic;	    /* of it: the next one */
	bool begun;		    /* it is opened in the reply */
};

static struct kstat_walk *
walk_of(struct pending *pending)
{
	return CONTAINER_OF(pending, struct kstat_walk, pending);
}

/* --- fetches -------------------------------------------------------------- */

static void
fetch_free(struct fetch *fetch)
{
	kstat_batch_free(&fetch->batch);
	kstat_filter_release(fetch->filter);
	instance_release(fetch->instance);
	free(fetch);
}

static void
fetch_woken(struct mail *mail)
{
	struct fetch *fetch = CONTAINER_OF(mail, struct fetch, mail);
	struct kstat_walk *walk = fetch->walk;

	if (walk == NULL) {
		fetch->service->late_reads--;
		fetch_free(fetch);
		return;
	}
	alarm_cancel(&fetch->service->alarms, &walk->alarm);
	walk->waited += clock_monotonic() - walk->wait_begin;
	walk->fetched = true;
	pending_ready(&walk->pending);
}

/* A worker. */
static void
fetch_done(void *arg, int error)
{
	struct fetch *fetch = arg;

	(void)error;
	mailbox_post(fetch->service->mailbox, &fetch->mail);
}

/* Nobody waits for it any more. */
static void
fetch_leave_behind(struct kstat_walk *walk)
{
	struct service *service = walk->fetch->service;

	alarm_cancel(&service->alarms, &walk->alarm);
	service->late_reads++;
	walk->fetch->walk = NULL;
	walk->fetch = NULL;
}

/* The deadline. */
static void
walk_ring(struct alarm *alarm)
{
	struct kstat_walk *walk = CONTAINER_OF(alarm, struct kstat_walk, alarm);

	walk->waited += clock_monotonic() - walk->wait_begin;
	walk->late = true;
	fetch_leave_behind(walk);
	pending_ready(&walk->pending);
}

static struct fetch *
fetch_create(struct kstat_walk *walk)
{
	struct fetch *fetch = memory_zalloc(sizeof(*fetch));

	fetch->mail.run = fetch_woken;
	fetch->walk = walk;
	fetch->service = walk->pending.service;
	fetch->filter = walk->filter;
	kstat_filter_hold(fetch->filter);
	fetch->instance = walk->instance;
	instance_hold(fetch->instance);
	return fetch;
}

/* --- the walk ------------------------------------------------------------- */

enum walk_result {
	WALK_ON,     /* the next item */
	WALK_WAIT,   /* a fetch has to come back first */
	WALK_FULL,   /* there is more than may be written */
	WALK_END,    /* there is no more */
	WALK_REFUSED /* too many fetches were left behind */
};

static void
walk_leave_instance(struct kstat_walk *walk)
{
	instance_release(walk->instance);
	walk->instance = NULL;
}

static enum walk_result
walk_find_instance(struct kstat_walk *walk)
{
	walk->instance =
	    walk->only_one ? NULL : instance_next(walk->at.instance);
	if (walk->instance == NULL)
		return WALK_END;
	walk->at.instance = instance_id(walk->instance);
	walk->at.kid = KID_NONE;
	if (!kstat_filter_wants(
		walk->filter, READ_IP_INSTANCE, instance_name(walk->instance)))
		walk_leave_instance(walk);
	return WALK_ON;
}

/* With so many fetches left behind, this client is refused. */
static unsigned
late_reads_max(const struct session *session)
{
	return session->may_write ? LATE_READS_MAX
				  : LATE_READS_MAX - LATE_READS_RESERVED;
}

static enum walk_result
walk_fetch(struct kstat_walk *walk)
{
	struct service *service = walk->pending.service;
	int64_t wait = service->callback_deadline - walk->waited;
	struct fetch *fetch;

	if (service->late_reads >= late_reads_max(walk->pending.session))
		return WALK_REFUSED;
	walk->fetch = fetch = fetch_create(walk);
	walk->index = 0;
	walk->fetched = kstat_read(walk->instance, walk->at.kid, FETCH_SIZE,
			    kstat_filter_wants_kstat, walk->filter,
			    &fetch->batch, fetch_done, fetch) == 0;
	if (walk->fetched)
		return WALK_ON;
	walk->wait_begin = clock_monotonic();
	alarm_set(
	    &service->alarms, &walk->alarm, wait > WAIT_MIN ? wait : WAIT_MIN);
	return WALK_WAIT;
}

/* Everything of the fetch is written. */
static enum walk_result
walk_end_fetch(struct kstat_walk *walk)
{
	bool more = walk->fetch->batch.more;

	fetch_free(walk->fetch);
	walk->fetch = NULL;
	if (!more)
		walk_leave_instance(walk);
	return WALK_ON;
}

/* Something was written to the end of kid. */
static void
walk_count(struct kstat_walk *walk, kid_t kid)
{
	walk->written.instance = walk->at.instance;
	walk->written.kid = kid;
	walk->left = pending_is_long(&walk->pending) ? 0 : walk->left - 1;
}

static enum walk_result
walk_end_kstat(
    struct buffer *out, struct kstat_walk *walk, struct kstat_snapshot *kstat)
{
	if (walk->begun) {
		kstat_reply_end(out);
		walk_count(walk, kstat->kid);
	}
	walk->begun = false;
	walk->statistic = 0;
	walk->at.kid = kstat->kid;
	walk->index++;
	return WALK_ON;
}

/* A kstat without any statistic is shown for itself. */
static bool
walk_wants_empty(const struct kstat_walk *walk,
    const struct kstat_snapshot *kstat, uint_t count)
{
	return kstat->error != 0 ||
	       (count == 0 &&
		   kstat_filter_wants(walk->filter, READ_STATISTIC, ""));
}

/* Writes one statistic, and what stands before the first and after the last. */
static enum walk_result
walk_write(struct buffer *out, struct kstat_walk *walk)
{
	struct kstat_snapshot *kstat;
	struct kstat_item item;
	uint_t count;
	bool wanted;

	if (walk->index == walk->fetch->batch.count)
		return walk_end_fetch(walk);
	kstat = &walk->fetch->batch.list[walk->index];
	count = kstat_item_count(kstat->type, kstat->count);
	if (walk->statistic < count) {
		kstat_item_get(&item, kstat->type, kstat->data, kstat->count,
		    walk->statistic);
		wanted =
		    kstat_filter_wants(walk->filter, READ_STATISTIC, item.name);
	} else {
		wanted = walk_wants_empty(walk, kstat, count);
	}
	if (wanted && !walk->begun) {
		if (walk->left == 0)
			return WALK_FULL;
		kstat_reply_begin(out, walk->instance, kstat);
		walk->begun = true;
	}
	if (walk->statistic >= count)
		return walk_end_kstat(out, walk, kstat);
	if (wanted)
		kstat_reply_statistic(out, &item);
	walk->statistic++;
	return WALK_ON;
}

static enum walk_result
walk_write_unavailable(struct buffer *out, struct kstat_walk *walk)
{
	if (walk->left == 0)
		return WALK_FULL;
	kstat_reply_unavailable(out, walk->instance);
	walk_count(walk, KID_LAST);
	walk->late = false;
	walk_leave_instance(walk);
	return WALK_ON;
}

static enum walk_result
walk_one(struct buffer *out, struct kstat_walk *walk)
{
	if (walk->late)
		return walk_write_unavailable(out, walk);
	if (walk->fetch != NULL)
		return walk_write(out, walk);
	if (walk->instance != NULL)
		return walk_fetch(walk);
	return walk_find_instance(walk);
}

static const struct rpc_answered *
walk_close(struct rpc_call *call, const struct kstat_walk *walk, bool more)
{
	rpc_end_page(
	    call, more, "k%d.%d", walk->written.instance, walk->written.kid);
	return rpc_end(call);
}

static const struct rpc_answered *
walk_refuse(struct rpc_call *call)
{
	return rpc_error_limit(call, RPC_LIMIT_REACHED,
	    late_reads_max(call->session),
	    "system.status tells which callbacks hang",
	    "too many reads wait for plugins that do not return");
}

static const struct rpc_answered *
walk_answer(struct rpc_call *call, struct pending *pending)
{
	struct kstat_walk *walk = walk_of(pending);
	size_t start = call->out->length;
	const bool more = true, no_more = false;

	if (start == 0)
		emit_begin_array(rpc_begin(call), "kstats");
	for (unsigned i = 0;
	     i < STEP_ITEMS && call->out->length - start < STEP_BYTES; i++) {
		switch (walk_one(call->out, walk)) {
		case WALK_ON:
			break;
		case WALK_WAIT:
			return pending_wait(pending);
		case WALK_FULL:
			return walk_close(call, walk, more);
		case WALK_END:
			return walk_close(call, walk, no_more);
		case WALK_REFUSED:
			return walk_refuse(call);
		}
	}
	return pending_again(pending);
}

static void
walk_release(struct pending *pending)
{
	struct kstat_walk *walk = walk_of(pending);

	if (walk->fetch != NULL && walk->fetched)
		fetch_free(walk->fetch);
	else if (walk->fetch != NULL)
		fetch_leave_behind(walk);
	if (walk->instance != NULL)
		instance_release(walk->instance);
	kstat_filter_release(walk->filter);
}

/* --- the call ------------------------------------------------------------- */

/* Reads "kID.KID"; the text is changed. */
static bool
read_parse_cursor(char *text, struct position *position)
{
	char *point = strchr(text, '.');

	if (text[0] != 'k' || point == NULL)
		return false;
	*point = '\0';
	return name_is_id(text + 1, &position->instance) &&
	       name_is_id(point + 1, &position->kid);
}

/* Where the walk starts: at a cursor, at the only instance, or before all. */
static const struct rpc_answered *
read_find_start(struct rpc_call *call, struct kstat_walk *walk)
{
	const struct param_value *only = &call->params[READ_IP_INSTANCE];
	const struct param_value *cursor = &call->params[READ_CURSOR];
	const struct rpc_answered *answered = NULL;

	walk->at = (struct position){INSTANCE_NONE, KID_NONE};
	if (cursor->given && !read_parse_cursor(cursor->text, &walk->at))
		return params_refuse_cursor(call);
	walk->written = walk->at;
	walk->only_one = only->given && glob_is_literal(only->text);
	if (walk->only_one)
		answered = instance_reply_find(call, only, &walk->instance);
	else if (cursor->given)
		walk->instance = instance_find(walk->at.instance);
	if (walk->only_one && walk->instance != NULL)
		walk->at.instance = instance_id(walk->instance);
	return answered;
}

const struct rpc_answered *
m_kstat_read(struct rpc_call *call)
{
	struct kstat_filter *filter;
	const struct rpc_answered *answered =
	    kstat_filter_create(call, &filter);
	struct kstat_walk *walk;

	if (answered != NULL)
		return answered;
	walk = pending_create(call, sizeof(*walk), walk_answer, walk_release);
	alarm_init(&walk->alarm, walk_ring);
	walk->filter = filter;
	walk->left = param_limit(&call->params[READ_LIMIT]);
	if (walk->pending.service->late_reads >= late_reads_max(call->session))
		answered = walk_refuse(call);
	else
		answered = read_find_start(call, walk);
	if (answered == NULL)
		return pending_again(&walk->pending);
	pending_drop(&walk->pending);
	return answered;
}
