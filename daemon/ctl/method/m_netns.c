/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m_netns.c: who holds a real instance (instance.holders), and what hinders
 * their source (system.doctor). Other threads look through /proc (netns_why.h,
 * netns_doctor.h); here their answers are awaited and written. Loop thread, but
 * for holders_found() and doctor_examined().
 */
#include <errno.h>

#include "base/check.h"
#include "ctl/method/instance_reply.h"
#include "ctl/method/methods.h"
#include "ctl/serve/pending.h"
#include "ctl/serve/session.h"
#include "lib/clock.h"
#include "source/netns/inspect/netns_doctor.h"
#include "source/netns/inspect/netns_why.h"

struct holders_call {
	struct pending pending;	     /* first */
	struct instance *instance;   /* a reference */
	struct netns_holders *found; /* a reference, once there */
};

static void
netns_write_holder(struct buffer *out, const struct netns_holder *holder)
{
	emit_begin_object(out, NULL);
	emit_text(out, "kind", netns_holder_kind_name(holder->kind));
	if (holder->reason != NULL)
		emit_text(out, "reason", holder->reason);
	emit_integer(out, "pid", holder->pid);
	if (holder->tid != 0)
		emit_integer(out, "tid", holder->tid);
	if (holder->kind == NETNS_HOLDER_PROCESS)
		emit_unsigned(out, "threads", holder->threads);
	if (holder->fd >= 0)
		emit_integer(out, "fd", holder->fd);
	emit_unsigned(out, "uid", holder->user);
	/* Readers need no more than milliseconds. */
	emit_double(
	    out, "age_seconds", (double)(holder->age / NS_PER_MS) / 1000);
	if (holder->command != NULL)
		emit_text(out, "command", holder->command);
	if (holder->path != NULL) {
		emit_text(out, "path", holder->path);
		emit_unsigned(out, "mount_namespace", holder->mounts);
	}
	if (holder->remedy != NULL)
		emit_text(out, "remedy", holder->remedy);
	emit_end_object(out);
}

static const struct rpc_answered *
holders_answer(struct rpc_call *call, struct pending *pending)
{
	struct holders_call *holders =
	    CONTAINER_OF(pending, struct holders_call, pending);
	const struct netns_holders *found = holders->found;
	struct buffer *out = rpc_begin(call);

	emit_begin_object(out, "instance");
	instance_reply_write(out, holders->instance);
	emit_end_object(out);
	emit_boolean(out, "alive", !found->gone);
	emit_begin_array(out, "holders");
	for (size_t i = 0; i < found->count && !found->gone; i++)
		netns_write_holder(out, &found->list[i]);
	emit_end_array(out);
	emit_boolean(out, "more", found->more);
	emit_unsigned(out, "hidden", found->hidden);
	return rpc_end(call);
}

static void
holders_release(struct pending *pending)
{
	struct holders_call *holders =
	    CONTAINER_OF(pending, struct holders_call, pending);

	if (holders->found != NULL)
		netns_holders_drop(holders->found);
	instance_release(holders->instance);
}

/* A netns_why_fn. */
static void
holders_found(void *arg, struct netns_holders *found)
{
	struct holders_call *holders = arg;

	holders->found = found;
	pending_done(&holders->pending);
}

/* The answer when the question could not be asked. */
static const struct rpc_answered *
netns_refuse(struct rpc_call *call, int error)
{
	if (error == -EUSERS)
		return rpc_error_limit(call, RPC_LIMIT_REACHED,
		    NETNS_JOBS_USER_MAX, "ask again when those are answered",
		    "too many questions of one user wait for their answer");
	if (error == -EBUSY)
		return rpc_error_limit(call, RPC_LIMIT_REACHED, NETNS_JOBS_MAX,
		    "ask again when those are answered",
		    "too many questions of this kind wait for their answer");
	return rpc_error_system(call, -error);
}

static struct netns_asker
netns_asker(const struct rpc_call *call)
{
	return (struct netns_asker){
	    call->session->user, call->session->may_write};
}

const struct rpc_answered *
m_instance_holders(struct rpc_call *call)
{
	const struct rpc_answered *answered;
	struct netns_asker asker = netns_asker(call);
	struct holders_call *holders;
	struct instance *instance;
	int error;

	answered =
	    instance_reply_find(call, &call->params[SHOW_INSTANCE], &instance);
	if (answered != NULL)
		return answered;
	holders = pending_create(
	    call, sizeof(*holders), holders_answer, holders_release);
	holders->instance = instance;
	pending_expect(&holders->pending);
	error = netns_why_ask(instance, &asker, holders_found, holders);
	if (error == 0)
		return pending_wait(&holders->pending);
	if (error == -ENOTSUP)
		answered = rpc_error(call, RPC_INSTANCE_PROTECTED,
		    "netinstctl instance list --source netns tells which are "
		    "network namespaces",
		    "instance '%s' is no network namespace, and held by nobody",
		    instance_name(instance));
	else
		answered = netns_refuse(call, error);
	pending_drop(&holders->pending);
	return answered;
}

struct doctor_call {
	struct pending pending;		 /* first */
	struct netns_findings *findings; /* once there */
};

static const struct rpc_answered *
doctor_answer(struct rpc_call *call, struct pending *pending)
{
	const struct netns_findings *findings =
	    CONTAINER_OF(pending, struct doctor_call, pending)->findings;
	struct buffer *out = rpc_begin(call);

	emit_begin_array(out, "findings");
	for (size_t i = 0; i < findings->count; i++) {
		const struct netns_finding *finding = &findings->list[i];

		emit_begin_object(out, NULL);
		emit_text(out, "name", finding->name);
		emit_text(
		    out, "severity", netns_severity_name(finding->severity));
		emit_text(out, "text", finding->text);
		if (finding->remedy != NULL)
			emit_text(out, "remedy", finding->remedy);
		emit_end_object(out);
	}
	emit_end_array(out);
	return rpc_end(call);
}

static void
doctor_release(struct pending *pending)
{
	struct doctor_call *doctor =
	    CONTAINER_OF(pending, struct doctor_call, pending);

	if (doctor->findings != NULL)
		netns_findings_free(doctor->findings);
}

/* A netns_doctor_fn. */
static void
doctor_examined(void *arg, struct netns_findings *findings)
{
	struct doctor_call *doctor = arg;

	doctor->findings = findings;
	pending_done(&doctor->pending);
}

const struct rpc_answered *
m_system_doctor(struct rpc_call *call)
{
	struct doctor_call *doctor = pending_create(
	    call, sizeof(*doctor), doctor_answer, doctor_release);
	struct netns_asker asker = netns_asker(call);
	const struct rpc_answered *answered;
	int error;

	pending_expect(&doctor->pending);
	error = netns_doctor_ask(&asker, doctor_examined, doctor);
	if (error == 0)
		return pending_wait(&doctor->pending);
	answered = netns_refuse(call, error);
	pending_drop(&doctor->pending);
	return answered;
}
