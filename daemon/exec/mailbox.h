/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mailbox.h: how any thread hands something to a thread that waits in an event
 * loop, the owner: a list and one descriptor. However much is posted before the
 * owner looks, it costs one write to the descriptor and one wake-up.
 */
#ifndef NETINST_EXEC_MAILBOX_H
#define NETINST_EXEC_MAILBOX_H

struct mailbox;

/* Embedded in what is handed over; in one mailbox at a time. */
struct mail {
	struct mail *next;
	void (*run)(struct mail *mail); /* on the owner's thread */
};

/* Returns a reference, or NULL with errno. */
struct mailbox *mailbox_create(void);
void mailbox_hold(struct mailbox *mailbox);
/* Nothing may be left in it when the last reference is dropped. */
void mailbox_drop(struct mailbox *mailbox);

/* Readable when there is something to run. */
int mailbox_fd(const struct mailbox *mailbox);

/*
 * Any thread. The mail stays the mailbox's until it is run. Whoever posts has a
 * reference, or the owner keeps its own until the last mail was run.
 */
void mailbox_post(struct mailbox *mailbox, struct mail *mail);

/* Owner: runs, in the order of posting, what was posted until now. */
void mailbox_run(struct mailbox *mailbox);

/*
 * Owner: from now on nothing is run any more. What is or will be posted is
 * freed unread: each mail begins a block of memory that owns nothing else.
 */
void mailbox_close(struct mailbox *mailbox);

#endif
