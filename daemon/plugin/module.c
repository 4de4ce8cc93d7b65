/* SPDX-License-Identifier: Apache-2.0 */
/*
 * module.c: runs the entry points of Solaris modules and gives them the
 * documented functions to call from there. It owns, per thread, which module is
 * in which of its entry points; that is how mod_install() knows whose it is.
 *
 * What _init registers is the plugin's as anything registered in nin_load is,
 * so taking a failed one back is unload.c's, as for any plugin.
 */
#include "plugin/module.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <netinst/solaris.h>

#include "base/check.h"
#include "base/log.h"
#include "plugin/text.h"

/* One call into a module; lives on the stack of the thread that makes it. */
struct module_run {
	enum loader_call call;
	struct modlinkage *installed; /* by mod_install(), or NULL */
};

static _Thread_local struct module_run *current;

void
module_name_of(const char *path, char name[static PLUGIN_NAME_MAX + 2])
{
	static const char suffix[] = ".so";
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;
	size_t length = strlen(base);

	if (length > strlen(suffix) &&
	    strcmp(base + length - strlen(suffix), suffix) == 0)
		length -= strlen(suffix);
	/* One more than is valid, so that a name too long is seen as that. */
	if (length > PLUGIN_NAME_MAX + 1)
		length = PLUGIN_NAME_MAX + 1;
	(void)memcpy(name, base, length);
	name[length] = '\0';
}

/* --- what modules call ---------------------------------------------------- */

static bool
linkage_is_sound(const struct modlinkage *linkage)
{
	return linkage != NULL && linkage->ml_rev == MODREV_1 &&
	       linkage->ml_linkage[0] != NULL;
}

static int
module_complain(const char *function, const char *what, int error)
{
	const struct owner *owner = owner_current();

	log_warning("loader", "%s: %s: %s",
	    owner != NULL ? owner_name(owner) : "a module", function, what);
	return error;
}

NETINST_EXPORT int
mod_install(struct modlinkage *linkage)
{
	if (current == NULL || current->call != CALL_INIT)
		return module_complain(
		    "mod_install", "it is for _init to call", EINVAL);
	if (!linkage_is_sound(linkage))
		return module_complain("mod_install",
		    "the linkage is not of MODREV_1, or empty", EINVAL);
	if (current->installed != NULL)
		return module_complain(
		    "mod_install", "the module is installed already", EBUSY);
	current->installed = linkage;
	return 0;
}

NETINST_EXPORT int
mod_remove(struct modlinkage *linkage)
{
	if (current == NULL || current->call == CALL_INFO)
		return module_complain(
		    "mod_remove", "it is for _fini to call", EINVAL);
	if (linkage == NULL || current->installed != linkage)
		return module_complain(
		    "mod_remove", "that linkage is not installed", EINVAL);
	current->installed = NULL;
	return 0;
}

NETINST_EXPORT int
mod_info(struct modlinkage *linkage, struct modinfo *info)
{
	const struct modlmisc *part;

	if (info == NULL || !linkage_is_sound(linkage))
		return 0;
	info->mi_rev = linkage->ml_rev;
	for (unsigned i = 0; i < ARRAY_LENGTH(linkage->ml_linkage) &&
			     linkage->ml_linkage[i] != NULL;
	     i++) {
		part = linkage->ml_linkage[i];
		(void)snprintf(info->mi_msinfo[i].msi_linkinfo,
		    MODMAXLINKINFOLEN, "%s",
		    part->misc_linkinfo != NULL ? part->misc_linkinfo : "");
	}
	return 1;
}

/* --- how they are entered ------------------------------------------------- */

struct module_args {
	enum loader_call call;
	const struct entry *entry;
	struct modinfo *info;
	int result;
};

static void
module_call(void *arg)
{
	struct module_args *args = arg;

	if (args->call == CALL_INIT)
		args->result = args->entry->module_init();
	else if (args->call == CALL_INFO)
		args->result = args->entry->module_info(args->info);
	else
		args->result = args->entry->module_fini();
}

static int
module_run(struct loader_job *job, struct module_run *run,
    const struct entry *entry, struct modinfo *info)
{
	struct owner *owner = job->plugin != NULL ? job->plugin->owner : NULL;
	struct module_args args = {run->call, entry, info, 0};
	struct loader_frame frame;

	loader_enter(&frame, job, owner, run->call);
	current = run;
	/* What does not return has failed: _info by 0, the others by an errno.
	 */
	if (!loader_call(&frame, module_call, &args))
		args.result = run->call == CALL_INFO ? 0 : ECANCELED;
	current = NULL;
	loader_leave(&frame);
	return args.result;
}

/* "EEXIST (17)", or the number alone. */
static void
module_name_error(int result, char text[static 32])
{
	const char *name = result > 0 ? strerrorname_np(result) : NULL;

	if (name != NULL)
		(void)snprintf(text, 32, "%s (%d)", name, result);
	else
		(void)snprintf(text, 32, "%d", result);
}

int
module_describe(struct loader_job *job, const struct entry *entry,
    const char *path, char summary[static MODMAXLINKINFOLEN])
{
	struct module_run run = {.call = CALL_INFO};
	struct modinfo info;
	char *text = info.mi_msinfo[0].msi_linkinfo;

	(void)memset(&info, 0, sizeof(info));
	if (module_run(job, &run, entry, &info) == 0)
		return refusal_set(&job->refusal, -ENOEXEC,
		    "return mod_info(&linkage, info) from _info, with a "
		    "linkage of MODREV_1 that is not empty",
		    "_info of %s returned 0, which says that the module "
		    "cannot be used",
		    path);
	text[MODMAXLINKINFOLEN - 1] = '\0';
	text_clean(text);
	if (text[0] != '\0')
		(void)memcpy(summary, text, MODMAXLINKINFOLEN);
	return 0;
}

int
module_enter(struct loader_job *job)
{
	struct module_run run = {.call = CALL_INIT};
	struct plugin *plugin = job->plugin;
	char error[32];
	int result;

	result = module_run(job, &run, &plugin->entry, NULL);
	if (result != 0) {
		module_name_error(result, error);
		return refusal_set(&job->refusal, -ECANCELED,
		    "the module's own lines in the log of netinstd may say why",
		    "_init of module '%s' returned %s instead of 0",
		    plugin->name, error);
	}
	plugin->linkage = run.installed;
	if (run.installed == NULL)
		log_warning("loader",
		    "_init of module %s returned 0, but there was no "
		    "mod_install() that succeeded",
		    plugin->name);
	return 0;
}

int
module_leave(struct loader_job *job, struct refusal *refusal)
{
	struct plugin *plugin = job->plugin;
	struct module_run run = {
	    .call = CALL_FINI, .installed = plugin->linkage};
	char error[32];
	int result;

	if (plugin->entry.module_init == NULL)
		return 0;
	if (plugin->entry.module_fini == NULL)
		return refusal_set(refusal, -EBUSY,
		    "it is unloaded when netinstd stops",
		    "module '%s' has no _fini, so it cannot be unloaded",
		    plugin->name);
	result = module_run(job, &run, &plugin->entry, NULL);
	plugin->linkage = run.installed;
	if (result == 0)
		return 0;
	module_name_error(result, error);
	return refusal_set(refusal, -EBUSY,
	    "try again when what it waits for is over; its own lines in the "
	    "log of netinstd may say what that is",
	    "module '%s' stays loaded: its _fini returned %s instead of 0",
	    plugin->name, error);
}
