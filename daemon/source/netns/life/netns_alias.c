/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_alias.c: owns the names of each life; netns thread. A file may be named
 * by any bytes, but the name of an instance goes through JSON and to terminals.
 * Two files may make one and the same name of an instance (in two directories,
 * or by what had to be escaped), and a name may be another instance's: then
 * this one gets it when the other has it no more.
 */
#include "source/netns/life/netns_alias.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "lib/utf8.h"

#define ESCAPED 4 /* bytes of "\xNN" */

/* --- escaping ------------------------------------------------------------- */

void
netns_escape_name(const char *name, char escaped[static NETNS_NAME_SIZE])
{
	const char *from = name, *end = name + strlen(name);
	size_t room = NETNS_NAME_SIZE - 1;

	while (from < end) {
		size_t plain = utf8_printable(from, end);

		if ((plain > 0 ? plain : ESCAPED) > room)
			break;
		if (plain > 0) {
			memcpy(escaped, from, plain);
			escaped += plain;
			room -= plain;
			from += plain;
		} else {
			(void)snprintf(escaped, ESCAPED + 1, "\\x%02x",
			    (unsigned char)*from);
			escaped += ESCAPED;
			room -= ESCAPED;
			from++;
		}
	}
	*escaped = '\0';
}

void
netns_make_name(
    const struct netns_identity *identity, char name[static NETNS_NAME_SIZE])
{
	(void)snprintf(name, NETNS_NAME_SIZE, "ns-%" PRIu64,
	    identity->weak ? (uint64_t)identity->inode : identity->id);
}

/* --- publishing ----------------------------------------------------------- */

static struct life_name **
alias_find(struct life *life, const char *directory, const char *name)
{
	struct life_name **link = &life->names;

	while (*link != NULL && (strcmp((*link)->name, name) != 0 ||
				    strcmp((*link)->directory, directory) != 0))
		link = &(*link)->next;
	return link;
}

/* The instance is there. Counts what it did not get; returns why not. */
static int
alias_try(struct life *life, struct life_name *name)
{
	int error = instance_add_name(life->instance, name->alias);

	if (name->published != (error == 0))
		life->track->unpublished += error == 0 ? -1U : 1U;
	name->published = error == 0;
	return error;
}

static void
alias_publish(struct life *life, struct life_name *name)
{
	if (alias_try(life, name) == -ENOSPC)
		log_warning("netns",
		    "instance %d has as many names as it can have: it is not "
		    "called %s",
		    instance_id(life->instance), name->alias);
}

/* Those that wanted it may have it. */
static void
alias_offer_to(struct life *life, const char *alias)
{
	if (life->instance == NULL || !life_is_held(life))
		return;
	for (struct life_name *name = life->names; name != NULL;
	     name = name->next) {
		if (!name->published && strcmp(name->alias, alias) == 0)
			alias_publish(life, name);
	}
}

static void
alias_offer(struct netns_track *track, const char *alias)
{
	if (track->unpublished == 0)
		return;
	alias_offer_to(&track->home, alias);
	for (struct life *life = track->lives; life != NULL; life = life->next)
		alias_offer_to(life, alias);
}

/* It has one less: there may be room for those that found none. */
static void
alias_fill(struct life *life)
{
	struct life_name *name = life_is_held(life) ? life->names : NULL;

	while (name != NULL && life->track->unpublished > 0 &&
	       (name->published || alias_try(life, name) != -ENOSPC))
		name = name->next;
}

static bool
alias_has(const struct life *life, const char *alias)
{
	const struct life_name *name = life->names;

	while (name != NULL && strcmp(name->alias, alias) != 0)
		name = name->next;
	return name != NULL;
}

/* --- coming and going ----------------------------------------------------- */

struct life_name *
netns_alias_add(struct life *life, const char *directory, const char *name)
{
	struct life_name **link = alias_find(life, directory, name);
	struct life_name *added;
	char alias[NETNS_NAME_SIZE];

	if (*link != NULL)
		return NULL;
	netns_escape_name(name, alias);
	added = memory_zalloc(sizeof(*added));
	added->directory = memory_strdup(directory);
	added->name = memory_strdup(name);
	added->alias = memory_strdup(alias);
	*link = added;
	life->track->unpublished++;
	return added;
}

void
netns_alias_publish(struct life *life, struct life_name *name)
{
	char made_up[NETNS_NAME_SIZE];

	alias_publish(life, name);
	if (!life->nameless)
		return;
	netns_make_name(&life->identity, made_up);
	if (!alias_has(life, made_up))
		(void)instance_remove_name(life->instance, made_up);
	life->nameless = false;
}

static void
alias_free(struct life *life, struct life_name *name)
{
	if (!name->published)
		life->track->unpublished--;
	free(name->directory);
	free(name->name);
	free(name->alias);
	free(name);
}

bool
netns_alias_remove(struct life *life, const char *directory, const char *name)
{
	struct life_name **link = alias_find(life, directory, name);
	struct life_name *gone = *link;

	if (gone == NULL)
		return false;
	*link = gone->next;
	if (gone->published && !alias_has(life, gone->alias)) {
		(void)instance_remove_name(life->instance, gone->alias);
		alias_offer(life->track, gone->alias);
		alias_fill(life);
	}
	alias_free(life, gone);
	return true;
}

void
netns_alias_publish_primary(
    struct life *life, char alias[static NETNS_NAME_SIZE])
{
	struct life_name *name = life->names;

	life->nameless = name == NULL;
	if (name == NULL) {
		netns_make_name(&life->identity, alias);
		return;
	}
	memcpy(alias, name->alias, strlen(name->alias) + 1);
	name->published = true;
	life->track->unpublished--;
}

void
netns_alias_unpublish_primary(struct life *life)
{
	if (life->names == NULL)
		return;
	life->names->published = false;
	life->track->unpublished++;
}

void
netns_alias_publish_others(struct life *life)
{
	if (life->names == NULL)
		return;
	for (struct life_name *name = life->names->next; name != NULL;
	     name = name->next)
		alias_publish(life, name);
}

void
netns_alias_free_all(struct life *life)
{
	struct life_name *name;

	while ((name = life->names) != NULL) {
		life->names = name->next;
		alias_free(life, name);
	}
}
