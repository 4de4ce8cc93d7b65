/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_inbox.c: owns the list of messages, under its lock, and the descriptor
 * that wakes the netns thread. That is written to only when the list was empty,
 * and read before the list is taken, so no wake-up is lost.
 */
#include "source/netns/life/netns_inbox.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"
#include "base/lock.h"
#include "base/memory.h"

struct netns_inbox {
	_Atomic unsigned references;
	int fd;
	struct lock lock;
	bool closed;
	struct netns_message *first, **last;
};

struct netns_inbox *
netns_inbox_create(void)
{
	struct netns_inbox *inbox = memory_zalloc(sizeof(*inbox));

	inbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (inbox->fd < 0) {
		free(inbox);
		return NULL;
	}
	atomic_init(&inbox->references, 1);
	lock_init(&inbox->lock, LOCK_INBOX);
	inbox->last = &inbox->first;
	return inbox;
}

void
netns_inbox_hold(struct netns_inbox *inbox)
{
	(void)atomic_fetch_add(&inbox->references, 1);
}

void
netns_inbox_drop(struct netns_inbox *inbox)
{
	if (atomic_fetch_sub(&inbox->references, 1) != 1)
		return;
	ASSERT(inbox->first == NULL);
	(void)close(inbox->fd);
	lock_destroy(&inbox->lock);
	free(inbox);
}

int
netns_inbox_fd(const struct netns_inbox *inbox)
{
	return inbox->fd;
}

void
netns_inbox_post(struct netns_inbox *inbox, struct netns_message *message)
{
	static const uint64_t one = 1;
	ssize_t written = sizeof(one);
	bool was_empty;

	message->next = NULL;
	lock_enter(&inbox->lock);
	if (inbox->closed) {
		lock_exit(&inbox->lock);
		free(message);
		return;
	}
	was_empty = inbox->first == NULL;
	*inbox->last = message;
	inbox->last = &message->next;
	lock_exit(&inbox->lock);
	/* The caller's reference keeps the descriptor. */
	if (was_empty)
		written = write(inbox->fd, &one, sizeof(one));
	ASSERT(written == sizeof(one));
}

static struct netns_message *
netns_inbox_take(struct netns_inbox *inbox)
{
	struct netns_message *first;

	lock_enter(&inbox->lock);
	first = inbox->first;
	inbox->first = NULL;
	inbox->last = &inbox->first;
	lock_exit(&inbox->lock);
	return first;
}

void
netns_inbox_run(struct netns_inbox *inbox)
{
	struct netns_message *message, *next;
	uint64_t count;
	ssize_t got;

	got = read(inbox->fd, &count, sizeof(count));
	ASSERT(got == sizeof(count) || errno == EAGAIN);
	for (message = netns_inbox_take(inbox); message != NULL;
	     message = next) {
		next = message->next;
		message->run(message);
	}
}

void
netns_inbox_close(struct netns_inbox *inbox)
{
	struct netns_message *message, *next;

	lock_enter(&inbox->lock);
	inbox->closed = true;
	lock_exit(&inbox->lock);
	for (message = netns_inbox_take(inbox); message != NULL;
	     message = next) {
		next = message->next;
		free(message);
	}
}
