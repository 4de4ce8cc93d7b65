/* SPDX-License-Identifier: Apache-2.0 */
/*
 * issue.c, of the ordering test: owns what a call needs until its end is
 * reported. Whoever comes last frees it: the waiting caller, or else the
 * report.
 */
#include "issue.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/lock.h"
#include "core/object/instance.h"
#include "recorder.h"

struct pending {
	struct record record;
	struct completion over;
	bool waited;
	char name[32]; /* of the instance that is created */
};

void
issue_begin(struct issue *issue)
{
	issue->pending = NULL;
	issue->record.kind = RECORD_CALL;
	issue->record.number = recorder_number();
	recorder_write(&issue->record);
}

void
issue_begin_pending(struct issue *issue, bool waited)
{
	struct pending *pending = calloc(1, sizeof(*pending));

	if (pending == NULL)
		abort();
	issue_begin(issue);
	issue->pending = pending;
	issue->waited = waited;
	pending->record = issue->record;
	pending->waited = waited;
	if (waited)
		completion_init(&pending->over);
	if (issue->record.what == WHAT_INSTANCE_CREATE)
		(void)snprintf(pending->name, sizeof(pending->name),
		    "instance-%u", issue->record.number);
}

const char *
issue_instance_name(const struct issue *issue)
{
	return issue->pending->name;
}

/* A creation may be over before its caller knows the id. */
static int32_t
pending_instance(const struct pending *pending)
{
	struct instance *instance;
	int32_t id = pending->record.instance;

	if (pending->record.what != WHAT_INSTANCE_CREATE)
		return id;
	instance = instance_find_by_name(pending->name);
	if (instance == NULL)
		return -1;
	id = instance_id(instance);
	instance_release(instance);
	return id;
}

void
issue_done(void *arg, int error)
{
	struct pending *pending = arg;
	struct record record = pending->record;

	record.kind = RECORD_DONE;
	record.result = error;
	record.instance = pending_instance(pending);
	recorder_write(&record);
	if (pending->waited)
		completion_finish(&pending->over, 0);
	else
		free(pending);
}

/* pending may be gone by now, when nobody waits for it. */
void
issue_return(struct issue *issue, int result)
{
	issue->record.kind = RECORD_RETURN;
	issue->record.result = result;
	recorder_write(&issue->record);
}

void
issue_end(struct issue *issue)
{
	struct pending *pending = issue->pending;

	if (issue->waited && issue->record.result != 0)
		completion_finish(&pending->over, 0);
	if (issue->waited)
		(void)completion_wait(&pending->over);
	if (issue->waited || issue->record.result != 0)
		free(pending);
}
