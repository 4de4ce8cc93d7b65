/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_called.h: private to the netns thread: what a namespace is called, and
 * which of that its instance has.
 */
#ifndef NETINST_SOURCE_NETNS_CALLED_H
#define NETINST_SOURCE_NETNS_CALLED_H

#include "source/netns/life/netns_life.h"
#include "source/netns/life/netns_title.h"

/* A name is mounted on it; the first begins its instance. */
void netns_called_add(
    struct life *life, const char *directory, const char *name);

/* It is not any more. A life that no name is left of is doubted. */
void netns_called_remove(
    struct life *life, const char *directory, const char *name);

/*
 * What an instance that begins now is created with, and that it was not; then
 * the other names.
 */
void netns_called_first(struct life *life, char title[static NETNS_TITLE_SIZE]);
void netns_called_untell_first(struct life *life);
void netns_called_tell_others(struct life *life);

/* Frees its names. */
void netns_called_forget(struct life *life);

#endif
