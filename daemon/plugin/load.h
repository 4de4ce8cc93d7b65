/* SPDX-License-Identifier: Apache-2.0 */
/* load.h: private to plugin/: the jobs of loading and reloading a plugin. */
#ifndef NETINST_PLUGIN_LOAD_H
#define NETINST_PLUGIN_LOAD_H

#include "plugin/loader.h"

/*
 * A first step: loads what job->what names, with job->settings. At the end
 * the plugin is loaded, or nothing is left of it but its mapped code.
 */
enum job_result load_step(struct loader_job *job);

/*
 * A first step: unloads the plugin that job->what names, then loads the same
 * path with the same settings. What can fail without touching the old one is
 * done before: a file that is refused changes nothing.
 */
enum job_result reload_step(struct loader_job *job);

#endif
