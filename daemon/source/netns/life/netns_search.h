/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_search.h: private to the netns thread: walks through the processes of
 * the machine, once for all questions.
 */
#ifndef NETINST_SOURCE_NETNS_SEARCH_H
#define NETINST_SOURCE_NETNS_SEARCH_H

#include "source/netns/life/netns_life.h"

/* Namespaces found in one scan; what is more is found in the next. */
#define NETNS_SEARCH_NEWS_MAX 1024

/*
 * A suspect life without a name has a process in it, or ends. While processes
 * could not be looked at it stays suspect, for NETNS_UNSURE_MAX at most.
 */
void netns_search_settle(struct netns_track *track);

/*
 * Namespaces that a process is in and that are not known become lives; those
 * that are down, a new one each.
 */
void netns_search_scan(struct netns_track *track);

#endif
