/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify.h: private to core/: telling notification callbacks what comes and
 * goes, at each of the three levels (board.h). All of it runs on the
 * instance's strand; bool as in pair.h.
 */
#ifndef NETINST_CORE_NOTIFY_H
#define NETINST_CORE_NOTIFY_H

#include "core/object/core_impl.h"

/*
 * Delivers whatever each notifier of the instance has not been told yet,
 * including the last words to those that leave: first what happened to hooks,
 * then to events, then to families, so that the end of a whole is told after
 * that of its parts, and never from inside a callback that is told of one.
 */
bool notify_deliver(struct instance *instance);

/*
 * Posts that an entry of the board comes, or goes; notify_deliver() tells.
 * What is posted already is not posted again.
 */
void notify_post_coming(
    struct instance *instance, struct board *board, struct board_entry *entry);
void notify_post_going(
    struct instance *instance, struct board *board, struct board_entry *entry);

/* The same of all that are there, the newest first. */
void notify_post_all_going(struct instance *instance, struct board *board);

/* The newest that is there, or NULL. */
struct board_entry *notify_newest(const struct board *board);

/*
 * Adds a notifier; notify_deliver() does the replay. registrant: whose pair
 * here it goes with, or NULL. 0 or a positive errno: EEXIST, ESHUTDOWN.
 */
int notify_add(struct instance *instance, struct board *board,
    struct registrant *registrant, struct owner *owner,
    hook_notify_fn_t function, void *arg);

/* Marks it as leaving; notify_deliver() says goodbye. 0 or ESRCH. */
int notify_remove(
    struct instance *instance, struct board *board, hook_notify_fn_t function);

/*
 * Frees, without a further call, what belongs to the registrant (or, when that
 * is NULL, to the owner). Returns how many that were.
 */
unsigned notify_free_left(struct instance *instance,
    const struct registrant *registrant, const struct owner *owner);

/* The owner of one that is left, borrowed; NULL when none is. */
struct owner *notify_left_owner(const struct instance *instance);

/* The board goes away: frees what is on it, without a further call. */
void notify_end_board(struct instance *instance, struct board_below *below);

#endif
