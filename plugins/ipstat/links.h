/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links.h: the links of one instance from sample to sample, and the sum of all
 * that they ever counted: what a link had counted when it was last seen stays
 * in the sum when it vanishes, and one that is made anew begins on top of it,
 * so the sum never falls. What a link counted before it came here, or while it
 * was elsewhere, is not in the sum. Belongs to one instance's strand; no lock.
 */
#ifndef IPSTAT_LINKS_H
#define IPSTAT_LINKS_H

#include <stdbool.h>

#include <netinst/kstat.h>

#include "message.h"

/* Links that are followed; more are in no sum. */
#define LINKS_MAX 16384
/* Links that are known again when they come back; then the oldest goes. */
#define LINKS_DEPARTED_MAX 64

struct link {
	struct message_link last;	/* as it was last seen */
	uint64_t base[MESSAGE_COUNTED]; /* what of it is not in the sum */
	enum {
		LINK_OLD,  /* seen in an earlier sample only */
		LINK_SEEN, /* also in this one */
		LINK_GONE  /* until links_sweep() */
	} state;
	bool is_new;	/* until links_sweep(): another than before */
	bool went;	/* an event said so, */
	bool came;	/* and this later: another one, or was elsewhere */
	kstat_t *kstat; /* publish.c's */
};

struct links {
	struct link *list; /* ascending by index */
	unsigned count, room;
	struct message_link *departed; /* those that vanished, as a ring */
	unsigned departed_count, departed_next;
	struct message_link *expected; /* until there was a whole sample */
	unsigned expected_count;
	bool anything_expected;
	uint64_t gone[MESSAGE_COUNTED]; /* counted by those that vanished */
	uint64_t vanished;		/* how many */
	uint64_t brought; /* had counted when first seen, perhaps elsewhere */
	unsigned
	    replaced;  /* others now, their index the same; for links_end() */
	bool left_out; /* some of this sample, for want of room */
	bool sampled;  /* all of them were seen once */
};

/*
 * The first sample will have that link, or one that looks so: what it had
 * counted by then is not in the sum.
 */
void links_expect(struct links *links, const struct message_link *link);

/* Nothing that a link of the first sample had counted by then is in the sum. */
void links_expect_anything(struct links *links);

/* A sample begins. */
void links_begin(struct links *links);
/* Takes what a link says of itself; a message_link_fn. */
void links_see(void *links, const struct message_link *seen);
/*
 * All of them were seen: those that were not are LINK_GONE. Not called when a
 * dump was not whole; they then stay as they were. Returns how many vanished in
 * this sample, also by being made anew.
 */
unsigned links_end(struct links *links);
/*
 * An event says that the link of that index went, or came. One that went and
 * came again may look the same, but its counts in between were not seen: the
 * next sample takes it as vanished. links_went() returns whether there is one.
 */
bool links_went(struct links *links, int index);
void links_came(struct links *links, int index);

/* What became of links was acted on: takes out those that are gone. */
void links_sweep(struct links *links);

/* The one of that index, or NULL. */
struct link *links_find(const struct links *links, int index);

/* What one counted here. */
void links_counted(const struct link *link, uint64_t counted[MESSAGE_COUNTED]);

/* What all of them counted, those that vanished included. */
void links_total(const struct links *links, uint64_t total[MESSAGE_COUNTED]);

/*
 * How many links may have counted what is not in the sum: those that are up,
 * which count on as long as the kernel has them; and those that had counted
 * before they were first seen, perhaps elsewhere. Never lo.
 */
uint64_t links_open(const struct links *links);

void links_free(struct links *links);

#endif
