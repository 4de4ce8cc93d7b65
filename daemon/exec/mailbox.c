/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mailbox.c: owns the list, under its lock, and the descriptor. That is written
 * to only when it was not since the list was last taken, and read before the
 * list is taken: a post that comes in between makes one needless wake-up, never
 * a lost one.
 */
#include "exec/mailbox.h"

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

struct mailbox {
	_Atomic unsigned references;
	int fd;
	struct lock lock; /* guards: */
	struct mail *first, **last;
	bool rung; /* fd was written to, and the list not taken since */
	bool closed;
};

struct mailbox *
mailbox_create(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct mailbox *mailbox;

	if (fd < 0)
		return NULL;
	mailbox = memory_zalloc(sizeof(*mailbox));
	atomic_init(&mailbox->references, 1);
	mailbox->fd = fd;
	lock_init(&mailbox->lock, LOCK_MAILBOX);
	mailbox->last = &mailbox->first;
	return mailbox;
}

void
mailbox_hold(struct mailbox *mailbox)
{
	(void)atomic_fetch_add(&mailbox->references, 1);
}

void
mailbox_drop(struct mailbox *mailbox)
{
	if (atomic_fetch_sub(&mailbox->references, 1) != 1)
		return;
	ASSERT(mailbox->first == NULL);
	(void)close(mailbox->fd);
	lock_destroy(&mailbox->lock);
	free(mailbox);
}

int
mailbox_fd(const struct mailbox *mailbox)
{
	return mailbox->fd;
}

/* Adding one to the count cannot block, but may be interrupted. */
static bool
mailbox_ring(const struct mailbox *mailbox)
{
	static const uint64_t one = 1;
	ssize_t written;

	do
		written = write(mailbox->fd, &one, sizeof(one));
	while (written < 0 && errno == EINTR);
	return written == sizeof(one);
}

void
mailbox_post(struct mailbox *mailbox, struct mail *mail)
{
	mail->next = NULL;
	lock_enter(&mailbox->lock);
	if (mailbox->closed) {
		lock_exit(&mailbox->lock);
		free(mail);
		return;
	}
	*mailbox->last = mail;
	mailbox->last = &mail->next;
	/*
	 * Written under the lock: as soon as it is free the owner may run the
	 * mail and drop the mailbox. If it fails, the next post tries again.
	 */
	if (!mailbox->rung)
		mailbox->rung = mailbox_ring(mailbox);
	lock_exit(&mailbox->lock);
}

static struct mail *
mailbox_take(struct mailbox *mailbox, bool close)
{
	struct mail *first;

	lock_enter(&mailbox->lock);
	first = mailbox->first;
	mailbox->first = NULL;
	mailbox->last = &mailbox->first;
	mailbox->rung = false;
	mailbox->closed = mailbox->closed || close;
	lock_exit(&mailbox->lock);
	return first;
}

void
mailbox_run(struct mailbox *mailbox)
{
	struct mail *mail, *next;
	uint64_t count;
	/* If that fails, the owner comes back at once. */
	ssize_t got = read(mailbox->fd, &count, sizeof(count));

	(void)got;
	for (mail = mailbox_take(mailbox, false); mail != NULL; mail = next) {
		next = mail->next;
		mail->run(mail);
	}
}

void
mailbox_close(struct mailbox *mailbox)
{
	struct mail *mail, *next;

	for (mail = mailbox_take(mailbox, true); mail != NULL; mail = next) {
		next = mail->next;
		free(mail);
	}
}
