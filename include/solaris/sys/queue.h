/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/queue.h: the C library's, and the walks of Solaris that allow for taking
 * away what they are at.
 */
#ifndef NETINST_SOLARIS_SYS_QUEUE_H
#define NETINST_SOLARIS_SYS_QUEUE_H

#include_next <sys/queue.h>

#ifndef SLIST_FOREACH_SAFE
#define SLIST_FOREACH_SAFE(var, head, field, next)                             \
	for ((var) = SLIST_FIRST(head);                                        \
	     (var) != NULL && ((next) = SLIST_NEXT(var, field), 1);            \
	     (var) = (next))
#endif

#ifndef LIST_FOREACH_SAFE
#define LIST_FOREACH_SAFE(var, head, field, next)                              \
	for ((var) = LIST_FIRST(head);                                         \
	     (var) != NULL && ((next) = LIST_NEXT(var, field), 1);             \
	     (var) = (next))
#endif

#ifndef TAILQ_FOREACH_SAFE
#define TAILQ_FOREACH_SAFE(var, head, field, next)                             \
	for ((var) = TAILQ_FIRST(head);                                        \
	     (var) != NULL && ((next) = TAILQ_NEXT(var, field), 1);            \
	     (var) = (next))
#endif

#endif
