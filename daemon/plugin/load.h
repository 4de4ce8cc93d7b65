/* SPDX-License-Identifier: Apache-2.0 */
/* load.h: private to plugin/: the job of loading a plugin. */
#ifndef NETINST_PLUGIN_LOAD_H
#define NETINST_PLUGIN_LOAD_H

#include "plugin/loader.h"

/*
 * The first step: loads what job->what names, with job->settings. At the end
 * the plugin is loaded, or nothing is left of it but its mapped code.
 */
enum job_result load_step(struct loader_job *job);

/* The same from where job->prepared (taken) is mapped. */
enum job_result load_prepared_step(struct loader_job *job);

#endif
