/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loader.c: owns the loader's thread and the jobs, under its lock. Each job
 * has a strand of its own on a pool with one worker; the pool's spare workers
 * step in while plugin code hangs on that one. It knows nothing of what the
 * jobs do: load.c and unload.c.
 */
#include "plugin/loader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/catch_exit.h"
#include "base/check.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "lib/clock.h"

/* How many plugins may hang in their own code before nothing is loaded. */
#define LOADER_SPARES 8

static struct {
	struct lock lock;
	struct condition idle; /* there are no jobs */
	struct pool *pool;
	struct strand_class strands;
	struct loader_job *first, *last; /* oldest first, until they are over */
	uint64_t submitted;
	struct plugins_config config;
} loader = {.lock = LOCK_INITIALIZER(LOCK_PLUGINS)};

static const char *const call_names[] = {
    [CALL_CONSTRUCTORS] = "a constructor",
    [CALL_LOAD] = "nin_load",
    [CALL_UNLOAD] = "nin_unload",
    [CALL_INIT] = "_init",
    [CALL_INFO] = "_info",
    [CALL_FINI] = "_fini",
};

static void
loader_hold_strand(struct strand *strand)
{
	(void)strand; /* the job's memory is its own reference */
}

static void
loader_release_strand(struct strand *strand)
{
	struct loader_job *job =
	    CONTAINER_OF(strand, struct loader_job, strand);

	if (job->owner != NULL)
		owner_release(job->owner);
	if (job->settings != NULL)
		settings_free(job->settings);
	free(job->what);
	free(job);
}

/* Lets the next job take its first step; the loader's lock is held. */
static void
loader_next(void)
{
	struct loader_job *job = loader.first;

	while (job != NULL && job->turn == TURN_OVER)
		job = job->next;
	if (job == NULL || job->turn == TURN_TAKEN)
		return;
	job->turn = TURN_TAKEN;
	strand_post(&job->strand, &job->job);
}

/* Takes the turn from a job that has it. */
static void
loader_pass_turn(struct loader_job *job)
{
	lock_enter(&loader.lock);
	if (job->turn == TURN_TAKEN)
		job->turn = TURN_OVER;
	loader_next();
	lock_exit(&loader.lock);
}

static const char *
job_name(const struct loader_job *job)
{
	return job->label[0] != '\0' ? job->label : job->what;
}

/* Told by the watch that a plugin has not returned for too long. */
static void
loader_overdue(const struct worker_note *note, int64_t elapsed)
{
	struct loader_job *job;
	char token[PLUGIN_NAME_MAX + 8];

	lock_enter(&loader.lock);
	for (job = loader.first; job != NULL; job = job->next)
		if (job->number == note->who)
			break;
	if (job != NULL) {
		(void)snprintf(token, sizeof(token), "plugin %.*s",
		    PLUGIN_NAME_MAX, job_name(job));
		job->turn = TURN_OVER;
	}
	lock_exit(&loader.lock);
	if (job == NULL)
		return; /* it returned just now */
	log_warning(token,
	    "%s has not returned for %.1f s; other plugins go ahead of it",
	    call_names[note->what], (double)elapsed / NS_PER_SEC);
	lock_enter(&loader.lock);
	loader_next();
	lock_exit(&loader.lock);
}

static void
loader_unlink(struct loader_job *job)
{
	struct loader_job **link = &loader.first, *before = NULL;

	lock_enter(&loader.lock);
	while (*link != job) {
		before = *link;
		link = &before->next;
	}
	*link = job->next;
	if (loader.last == job)
		loader.last = before;
	if (loader.first == NULL)
		condition_broadcast(&loader.idle);
	lock_exit(&loader.lock);
}

static void
loader_report(struct loader_job *job)
{
	const struct refusal *refusal = &job->refusal;
	struct plugin_outcome outcome = {
	    .code = refusal->code,
	    .limit = refusal->limit,
	    .text = refusal->code != 0 ? refusal->text : "",
	    .hint = refusal->code != 0 ? refusal->hint : "",
	    .name = job->label[0] != '\0' ? job->label : NULL,
	};

	if (job->done != NULL)
		job->done(job->arg, &outcome);
}

static enum job_result
loader_run(struct job *embedded, struct strand *strand)
{
	struct loader_job *job = CONTAINER_OF(embedded, struct loader_job, job);
	enum job_result result = job->step(job);

	(void)strand;
	loader_pass_turn(job);
	if (result == JOB_DONE) {
		loader_report(job);
		loader_unlink(job);
	}
	return result;
}

struct loader_job *
loader_create_job(loader_step_fn step, const char *what, net_config_t *settings,
    plugin_done_fn done, void *arg)
{
	struct loader_job *job = memory_zalloc(sizeof(*job));

	strand_init(&job->strand, &loader.strands);
	job->job.run = loader_run;
	job->turn = TURN_AWAITED;
	job->step = step;
	job->what = memory_strdup(what);
	job->settings = settings;
	job->done = done;
	job->arg = arg;
	return job;
}

void
loader_submit(struct loader_job *job)
{
	lock_enter(&loader.lock);
	job->number = ++loader.submitted;
	if (loader.last != NULL)
		loader.last->next = job;
	else
		loader.first = job;
	loader.last = job;
	loader_next();
	lock_exit(&loader.lock);
}

void
loader_resume(void *arg, int error)
{
	struct loader_job *job = arg;

	job->core_error = error;
	strand_resume(&job->strand);
}

void
loader_set_label(struct loader_job *job, const char *label)
{
	size_t length = strnlen(label, PLUGIN_NAME_MAX);

	lock_enter(&loader.lock);
	(void)memcpy(job->label, label, length);
	job->label[length] = '\0';
	lock_exit(&loader.lock);
}

static _Thread_local const struct loader_frame *entered;

void
loader_enter(struct loader_frame *frame, struct loader_job *job,
    struct owner *owner, enum loader_call call)
{
	struct worker_mark mark = {
	    .note = {.who = job->number, .what = call},
	    .since = clock_monotonic(),
	};

	frame->owner_before = owner_enter(owner);
	frame->job = job;
	entered = frame;
	frame->call = call;
	frame->level = worker_begin(&mark);
}

bool
loader_call(
    const struct loader_frame *frame, void (*call)(void *arg), void *arg)
{
	struct owner *owner = owner_current();

	if (catch_exit(call, arg) == EXIT_NONE)
		return true;
	owner_leave(owner);
	worker_end(frame->level + 1);
	log_error("loader", "plugin %s called pthread_exit() in %s",
	    job_name(frame->job), call_names[frame->call]);
	/* The dynamic linker's lock is this thread's: it stays for the next. */
	if (frame->call != CALL_CONSTRUCTORS)
		worker_retire();
	return false;
}

void
loader_leave(const struct loader_frame *frame)
{
	worker_end(frame->level);
	owner_leave(frame->owner_before);
	entered = NULL;
}

const char *
plugins_running_call(const char **plugin)
{
	if (entered == NULL)
		return NULL;
	*plugin = job_name(entered->job);
	return call_names[entered->call];
}

void
plugins_set_callback_deadline(int64_t deadline)
{
	pool_set_deadline(loader.pool, deadline);
}

const struct plugins_config *
loader_config(void)
{
	return &loader.config;
}

int
loader_start(const struct plugins_config *config)
{
	struct pool_config pool = {
	    .name = "loader",
	    .workers = 1,
	    .spares = LOADER_SPARES,
	    .deadline = config->callback_deadline,
	    .overdue = loader_overdue,
	};

	loader.pool = pool_create(&pool);
	if (loader.pool == NULL)
		return -errno;
	condition_init(&loader.idle);
	loader.strands = (struct strand_class){
	    .pool = loader.pool,
	    .hold = loader_hold_strand,
	    .release = loader_release_strand,
	};
	loader.config = *config;
	loader.config.directory = memory_strdup(config->directory);
	if (config->copies != NULL)
		loader.config.copies = memory_strdup(config->copies);
	return 0;
}

void
loader_stop(void)
{
	lock_enter(&loader.lock);
	while (loader.first != NULL)
		condition_wait(&loader.idle, &loader.lock);
	lock_exit(&loader.lock);
	pool_destroy(loader.pool);
	condition_destroy(&loader.idle);
	free((char *)(uintptr_t)loader.config.directory);
	free((char *)(uintptr_t)loader.config.copies);
}
