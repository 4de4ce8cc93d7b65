/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare.h: all that can be done for a plugin before anything of it is called
 * or listed. Nothing of another one is touched, so a reload begins with it. The
 * loader's threads.
 */
#ifndef NETINST_PLUGIN_PREPARE_H
#define NETINST_PLUGIN_PREPARE_H

#include "plugin/bundle.h"
#include "plugin/descriptor.h"
#include "plugin/entry.h"
#include "plugin/loader.h"

/* A plugin between its file and the list. */
struct prepared {
	char path[PLUGIN_PATH_MAX + 1];
	struct bundle *bundle;
	struct object *object;
	const net_plugin_t *descriptor;
	struct entry entry;
	const char *name; /* the descriptor's, or file_name */
	char file_name[PLUGIN_NAME_MAX + 2];
	char summary[DESCRIPTOR_SUMMARY_MAX + 1];
};

/*
 * Finds, judges, copies, links and maps the file that job->what names; its
 * constructors have run after 0. Else returns an error with the job's refusal
 * set.
 */
int prepare_plugin(struct loader_job *job, struct prepared **prepared);

/* Its objects are the owner's from now on, and known to be. */
void prepared_remember(struct prepared *prepared, struct owner *owner);

/* Gives the rest up; NULL is legal. What is mapped stays so. */
void prepared_free(struct prepared *prepared);

#endif
