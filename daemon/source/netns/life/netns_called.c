/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_called.c: owns the names of each life; netns thread. Two files may make
 * one and the same name of an instance (in two directories, or by what had to
 * be written otherwise), and a name may be another instance's: then this one
 * gets it when the other has it no more.
 */
#include "source/netns/life/netns_called.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static struct life_name **
netns_called_find(struct life *life, const char *directory, const char *name)
{
	struct life_name **link = &life->names;

	while (*link != NULL && (strcmp((*link)->name, name) != 0 ||
				    strcmp((*link)->directory, directory) != 0))
		link = &(*link)->next;
	return link;
}

/* --- telling -------------------------------------------------------------- */

/* The instance is there. Counts what it did not get; returns why not. */
static int
netns_called_try(struct life *life, struct life_name *name)
{
	int error = instance_add_name(life->instance, name->title);

	if (name->told != (error == 0))
		life->track->untold += error == 0 ? -1U : 1U;
	name->told = error == 0;
	return error;
}

static void
netns_called_tell(struct life *life, struct life_name *name)
{
	if (netns_called_try(life, name) == -ENOSPC)
		log_warning("netns",
		    "instance %d has as many names as it can have: it is not "
		    "called %s",
		    instance_id(life->instance), name->title);
}

/* Those that wanted it may have it. */
static void
netns_called_offer_to(struct life *life, const char *title)
{
	if (life->instance == NULL || !life_is_held(life))
		return;
	for (struct life_name *name = life->names; name != NULL;
	     name = name->next) {
		if (!name->told && strcmp(name->title, title) == 0)
			netns_called_tell(life, name);
	}
}

static void
netns_called_offer(struct netns_track *track, const char *title)
{
	if (track->untold == 0)
		return;
	netns_called_offer_to(&track->home, title);
	for (struct life *life = track->lives; life != NULL; life = life->next)
		netns_called_offer_to(life, title);
}

/* It has one less: there may be room for those that found none. */
static void
netns_called_fill(struct life *life)
{
	struct life_name *name = life_is_held(life) ? life->names : NULL;

	while (name != NULL && life->track->untold > 0 &&
	       (name->told || netns_called_try(life, name) != -ENOSPC))
		name = name->next;
}

static bool
netns_called_has(const struct life *life, const char *title)
{
	const struct life_name *name = life->names;

	while (name != NULL && strcmp(name->title, title) != 0)
		name = name->next;
	return name != NULL;
}

/* The instance has a real name now. */
static void
netns_called_drop_made_up(struct life *life)
{
	char title[NETNS_TITLE_SIZE];

	netns_title_nameless(&life->identity, title);
	if (!netns_called_has(life, title))
		(void)instance_remove_name(life->instance, title);
	life->nameless = false;
}

/* --- coming and going ----------------------------------------------------- */

void
netns_called_add(struct life *life, const char *directory, const char *name)
{
	struct life_name **link = netns_called_find(life, directory, name);
	struct life_name *added;
	char title[NETNS_TITLE_SIZE];

	if (*link != NULL)
		return;
	netns_title(name, title);
	added = memory_zalloc(sizeof(*added));
	added->directory = memory_strdup(directory);
	added->name = memory_strdup(name);
	added->title = memory_strdup(title);
	*link = added;
	life->track->untold++;
	life->unsure_since = 0;
	if (life->holder.pid != 0)
		life_forget_holder(life);
	if (life->place != NULL && added == life->names)
		(void)netns_place_set_hold(life->place, NETNS_HOLD_NAME, 0);
	if (life->instance == NULL) {
		life_begin(life);
		return;
	}
	netns_called_tell(life, added);
	if (life->nameless)
		netns_called_drop_made_up(life);
}

static void
netns_called_free(struct life *life, struct life_name *name)
{
	if (!name->told)
		life->track->untold--;
	free(name->directory);
	free(name->name);
	free(name->title);
	free(name);
}

void
netns_called_remove(struct life *life, const char *directory, const char *name)
{
	struct life_name **link = netns_called_find(life, directory, name);
	struct life_name *gone = *link;

	if (gone == NULL)
		return;
	*link = gone->next;
	if (gone->told && !netns_called_has(life, gone->title)) {
		(void)instance_remove_name(life->instance, gone->title);
		netns_called_offer(life->track, gone->title);
		netns_called_fill(life);
	}
	netns_called_free(life, gone);
	if (life->names == NULL && life != &life->track->home)
		life_doubt(life);
}

void
netns_called_first(struct life *life, char title[static NETNS_TITLE_SIZE])
{
	struct life_name *name = life->names;

	life->nameless = name == NULL;
	if (name == NULL) {
		netns_title_nameless(&life->identity, title);
		return;
	}
	memcpy(title, name->title, strlen(name->title) + 1);
	name->told = true;
	life->track->untold--;
}

void
netns_called_untell_first(struct life *life)
{
	if (life->names == NULL)
		return;
	life->names->told = false;
	life->track->untold++;
}

void
netns_called_tell_others(struct life *life)
{
	if (life->names == NULL)
		return;
	for (struct life_name *name = life->names->next; name != NULL;
	     name = name->next)
		netns_called_tell(life, name);
}

void
netns_called_forget(struct life *life)
{
	struct life_name *name;

	while ((name = life->names) != NULL) {
		life->names = name->next;
		netns_called_free(life, name);
	}
}
