/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service.h: what all clients share: the server without its sockets. server.c
 * owns it and hands it down to whoever serves a client. Loop thread, except
 * mailbox, which any thread may post to.
 */
#ifndef NETINST_CTL_SERVICE_H
#define NETINST_CTL_SERVICE_H

#include <stdint.h>

#include "ctl/serve/alarm.h"
#include "ctl/serve/turn.h"
#include "exec/mailbox.h"
#include "lib/buffer.h"

/* "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx" and a NUL. */
#define BOOT_ID_SIZE 37

struct method_table;

struct service {
	const struct method_table *methods; /* all there are */
	struct mailbox *mailbox;
	struct turns turns;
	struct alarms alarms;
	/*
	 * Lent to whoever has its turn, so that clients who are idle hold no
	 * memory: what is read, what is written.
	 */
	struct buffer input, output;
	unsigned clients;    /* connected now */
	unsigned abandoned;  /* requests under way whose client is gone */
	unsigned late_reads; /* kstat reads that nobody waits for any more */
	int64_t started;     /* clock_monotonic */
	int64_t callback_deadline;  /* nanoseconds */
	char boot_id[BOOT_ID_SIZE]; /* random, new with every start */
	char *admin_group;	    /* or NULL */
	void (*stop)(void *arg);    /* see server.h */
	void *stop_arg;
};

#endif
