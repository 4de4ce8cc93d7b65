/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_inbox.h: what other threads have to tell the netns thread, first come
 * first served. The core answers when it likes, also after the netns thread has
 * ended: whoever will post keeps a reference, and what is posted then is freed
 * unread. Posting: any thread.
 */
#ifndef NETINST_SOURCE_NETNS_INBOX_H
#define NETINST_SOURCE_NETNS_INBOX_H

struct netns_inbox;

/* Embed it first, in one block of memory that owns nothing else. */
struct netns_message {
	struct netns_message *next;
	/* On the netns thread; frees the message. */
	void (*run)(struct netns_message *message);
};

/* Returns a reference, or NULL with errno. */
struct netns_inbox *netns_inbox_create(void);
void netns_inbox_hold(struct netns_inbox *inbox);
void netns_inbox_drop(struct netns_inbox *inbox);

/* Readable when there is something to run. */
int netns_inbox_fd(const struct netns_inbox *inbox);

/* Steals the message. */
void netns_inbox_post(struct netns_inbox *inbox, struct netns_message *message);

/* netns thread: runs what was posted until now. */
void netns_inbox_run(struct netns_inbox *inbox);

/* netns thread: from now on nothing is run any more. */
void netns_inbox_close(struct netns_inbox *inbox);

#endif
