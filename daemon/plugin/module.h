/* SPDX-License-Identifier: Apache-2.0 */
/*
 * module.h: private to plugin/: Solaris modules, which are entered by _init,
 * _info and _fini (under the names that <sys/modctl.h> gives them). The
 * loader's threads.
 */
#ifndef NETINST_PLUGIN_MODULE_H
#define NETINST_PLUGIN_MODULE_H

#include "plugin/loader.h"

/*
 * The name that a module has by its file: the last part of path without ".so".
 * It is cut to fit, and may be none that is valid.
 */
void module_name_of(const char *path, char name[static PLUGIN_NAME_MAX + 2]);

/*
 * Asks _info what the module is; summary stays as it is when it does not say.
 * Returns 0, or -ENOEXEC with the job's refusal set.
 */
int module_describe(struct loader_job *job, const struct entry *entry,
    const char *path, char summary[static MODMAXLINKINFOLEN]);

/* Calls _init of job->plugin. 0, or -ECANCELED with the refusal set. */
int module_enter(struct loader_job *job);

/*
 * Calls _fini of job->plugin. 0, also for a plugin that is no module, or -EBUSY
 * with the refusal set: the module wants to stay.
 */
int module_leave(struct loader_job *job, struct refusal *refusal);

/*
 * module_timeout.c: forgets the timeouts that owner made, or, for NULL, all
 * there are. None of them will call anybody; one that runs now ends. Any
 * thread.
 */
void module_timeout_forget(const struct owner *owner);

#endif
