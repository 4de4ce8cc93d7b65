/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loader.h: private to plugin/: the thread that jobs of loading and unloading
 * run on.
 *
 * A job is a chain of steps. While plugin callbacks have to run on workers
 * first, it waits without a thread, so a callback that never returns holds up
 * the one job that waits for it. Jobs take their first step in the order they
 * came, one at a time; that is what makes the order of registration the order
 * of loading. A nin_load, nin_unload or constructor that runs past the deadline
 * is reported and loses that right: the next job goes ahead on another thread.
 */
#ifndef NETINST_PLUGIN_LOADER_H
#define NETINST_PLUGIN_LOADER_H

#include <netinst/plugin.h>

#include "exec/pool.h"
#include "exec/strand.h"
#include "plugin/list.h"
#include "plugin/plugins.h"
#include "plugin/refusal.h"
#include "plugin/settings.h"

struct loader_job;
struct prepared;

/*
 * Does a part of a job. JOB_DONE: the job is over, as its refusal says.
 * JOB_WAITING: loader_resume() was or will be called, then job->step runs.
 */
typedef enum job_result (*loader_step_fn)(struct loader_job *job);

enum loader_turn { TURN_AWAITED, TURN_TAKEN, TURN_OVER };

struct loader_job {
	/* The loader's: */
	struct strand strand;
	struct job job;
	struct loader_job *next;
	enum loader_turn turn;
	uint64_t number;
	char label[PLUGIN_NAME_MAX + 1]; /* for the watch; its lock */
	/* The steps': */
	loader_step_fn step;
	loader_step_fn after_unload; /* NULL: then the job is over */
	char *what;		     /* path or name of the plugin; ours */
	net_config_t *settings;	     /* ours; NULL: none */
	struct plugin *plugin;	     /* claimed, or NULL */
	struct prepared *prepared;   /* of a reload, or NULL */
	struct owner *owner;	     /* a reference, or NULL */
	bool reloads;		     /* the plugin was unloaded for this load */
	bool is_needed;		     /* done says why it was refused */
	int core_error;		     /* what loader_resume() was given */
	struct refusal refusal;
	/* The caller's: */
	plugin_done_fn done;
	void *arg;
};

/* Starts the thread; copies config. Returns 0 or a negative errno. */
int loader_start(const struct plugins_config *config);

/* Waits until there are no jobs, then ends the thread. */
void loader_stop(void);

const struct plugins_config *loader_config(void);

/*
 * Makes a job that starts with step; what is copied, settings (may be NULL)
 * are stolen.
 */
struct loader_job *loader_create_job(loader_step_fn step, const char *what,
    net_config_t *settings, plugin_done_fn done, void *arg);

/* Queues a job, which is stolen. Any thread. */
void loader_submit(struct loader_job *job);

/* A core_done_fn: arg is the job that waits for it. */
void loader_resume(void *arg, int error);

/* Says which plugin the job is about. */
void loader_set_label(struct loader_job *job, const char *label);

enum loader_call {
	CALL_CONSTRUCTORS,
	CALL_LOAD,
	CALL_UNLOAD,
	CALL_INIT, /* those of Solaris modules */
	CALL_INFO,
	CALL_FINI
};

/*
 * Bracket a call into a plugin: marks the thread, and makes owner (may be
 * NULL) the current one.
 */
struct loader_frame {
	struct owner *owner_before;
	const struct loader_job *job;
	unsigned level; /* of the worker's mark */
	enum loader_call call;
};
void loader_enter(struct loader_frame *frame, struct loader_job *job,
    struct owner *owner, enum loader_call call);
void loader_leave(const struct loader_frame *frame);
/*
 * Makes the call between them. False: the plugin ended the thread in it, which
 * is in the log; whatever it was to do is not done.
 */
bool loader_call(
    const struct loader_frame *frame, void (*call)(void *arg), void *arg);

#endif
