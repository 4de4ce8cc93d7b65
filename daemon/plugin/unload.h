/* SPDX-License-Identifier: Apache-2.0 */
/* unload.h: private to plugin/: unloading, as a job or a part of one. */
#ifndef NETINST_PLUGIN_UNLOAD_H
#define NETINST_PLUGIN_UNLOAD_H

#include "plugin/loader.h"

/*
 * Takes back everything that job->plugin (claimed) registered, calls its
 * nin_unload, takes it off the list, and goes on with job->after_unload. What
 * the job was refused for before stays so.
 */
enum job_result unload_plugin(struct loader_job *job);

/*
 * The same for a plugin that is loaded: a Solaris module gets its _fini first,
 * which cannot keep it here.
 */
enum job_result unload_for_good(struct loader_job *job);

/*
 * Whether job->plugin (claimed) lets itself be unloaded. If not, it is loaded
 * again, the claim is given up and the job is refused.
 */
bool unload_is_agreed(struct loader_job *job);

/* A first step: unloads the plugin that job->what names. */
enum job_result unload_step(struct loader_job *job);

#endif
