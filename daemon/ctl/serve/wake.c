/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wake.c: the fd is written to only when that was not done since the list was
 * taken, and read before the list is taken: so a post that comes in between
 * makes one needless wake-up, never a lost one.
 */
#include "ctl/serve/wake.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"

int
wake_init(struct wake *wake)
{
	wake->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake->fd < 0)
		return -errno;
	lock_init(&wake->lock, LOCK_WAKE);
	wake->first = NULL;
	wake->last = &wake->first;
	wake->rung = false;
	return 0;
}

void
wake_destroy(struct wake *wake)
{
	ASSERT(wake->first == NULL);
	lock_destroy(&wake->lock);
	(void)close(wake->fd);
}

/* Adding one to the count cannot block, but may be interrupted. */
static bool
wake_ring(const struct wake *wake)
{
	static const uint64_t one = 1;
	ssize_t written;

	do
		written = write(wake->fd, &one, sizeof(one));
	while (written < 0 && errno == EINTR);
	return written == sizeof(one);
}

void
wake_post(struct wake *wake, struct wake_node *node)
{
	node->next = NULL;
	lock_enter(&wake->lock);
	*wake->last = node;
	wake->last = &node->next;
	/*
	 * Written under the lock: as soon as it is free the loop may take the
	 * node, end, and close the fd. If it fails, the next post tries again.
	 */
	if (!wake->rung)
		wake->rung = wake_ring(wake);
	lock_exit(&wake->lock);
}

void
wake_run(struct wake *wake)
{
	struct wake_node *node, *next;
	uint64_t count;
	/* If that fails, the loop comes back at once. */
	ssize_t got = read(wake->fd, &count, sizeof(count));

	(void)got;
	lock_enter(&wake->lock);
	node = wake->first;
	wake->first = NULL;
	wake->last = &wake->first;
	wake->rung = false;
	lock_exit(&wake->lock);
	for (; node != NULL; node = next) {
		next = node->next;
		node->run(node);
	}
}
