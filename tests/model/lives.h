/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lives.h: private to the checker: what the world knows of each thing in it.
 */
#ifndef MODEL_LIVES_H
#define MODEL_LIVES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Something that has happened: the sequence number of the record that said so,
 * for reports; 0: not yet. Two marks are never compared.
 */
typedef uint64_t mark_t;

enum pair_life_state {
	LIFE_NONE,
	LIFE_CREATING,
	LIFE_ACTIVE,
	LIFE_FAILED,
	LIFE_SHUTTING,
	LIFE_DOWN,
	LIFE_DESTROYING,
	LIFE_GONE
};

/* One registrant on one instance. */
struct pair_life {
	uint32_t registrant;
	enum pair_life_state state;
	mark_t since;	/* in this state */
	mark_t tried;	/* the first create has returned */
	uint32_t retry; /* the call that owes it another create; 0: none */
	uint64_t context;
};

struct protocol_life {
	uint32_t number;
	unsigned adding; /* calls under way */
	unsigned adds;	 /* that succeeded */
	mark_t added, removing, removed;
};

/* What a notifier was told last of one protocol. */
struct told {
	uint32_t protocol;
	bool here;
	bool withdrawn; /* because the notifier left, not the protocol */
	mark_t since;
};

struct notifier_life {
	uint32_t number;
	uint16_t function;
	int32_t instance;
	uint32_t registrant; /* in whose callback it was made; 0: none */
	uint64_t argument;
	mark_t called, over, left;
	unsigned leaving; /* calls under way or successful */
	bool refused;
	bool reason;	/* there is one for an EEXIST */
	bool elsewhere; /* made where its registrant has no pair */
	bool unsure;	/* that, and it may have ended with a pair here */
	struct told *told;
	uint32_t told_count, told_room;
};

struct timeout_life {
	uint64_t number;
	int32_t instance;
	uint32_t registrant; /* in whose callback it was made; 0: none */
	bool again, refused;
	bool elsewhere; /* made in a callback of another instance */
	bool lost;	/* its maker's create failed there, or it is gone */
	mark_t called, begun, cancelled;
	unsigned running; /* its calls under way */
	unsigned cancels; /* that were called */
};

/* A callback that runs now, and where. */
struct running {
	uint16_t thread;
	uint32_t number;
	mark_t since;
};

#define RUNNING_MAX    16  /* callbacks nested in one another */
#define EVENTS_TRACKED 128 /* comings and goings whose order is watched */

struct instance_life {
	int32_t id;
	mark_t seen, listed, created;
	mark_t stop_called, stop_accepted, down; /* shutdown or destroy */
	mark_t destroy_called, gone;
	mark_t walk_shutdown, walk_destroy; /* callbacks because of these */
	unsigned stop_calls;
	struct running running[RUNNING_MAX];
	uint32_t running_count;
	struct pair_life *pairs; /* in order of their first create */
	uint32_t pair_count, pair_room;
	struct protocol_life *protocols;
	uint32_t protocol_count, protocol_room;
	uint32_t *notifiers; /* numbers */
	uint32_t notifier_count, notifier_room;
	/* Bit e of row f: f was before e. Coming is 2 * index, going + 1. */
	uint64_t (*before)[EVENTS_TRACKED / 64];
};

struct registrant_life {
	uint32_t number;
	uint16_t name;
	uint8_t flags; /* REGISTER_... */
	mark_t called, returned, over;
	bool refused;
	bool reason;	   /* there is one for a refusal */
	unsigned leaving;  /* unregister calls under way or successful */
	mark_t asked_away; /* one succeeded */
	mark_t left;	   /* and is over */
	unsigned running;  /* its callbacks */
	int32_t swept;	   /* serial: the instance visited last */
	uint8_t sweeping;  /* serial: with which callback */
};

/* A call or a callback that a thread is in the middle of. */
struct frame_life {
	bool callback;
	uint8_t what;
	uint32_t number;
	int32_t instance;
	uint32_t registrant;
	bool was_down, was_gone; /* the instance, when it was called */
	bool was_added;		 /* the protocol */
};

#define FRAMES_MAX 32

struct thread_life {
	struct frame_life frames[FRAMES_MAX];
	uint32_t depth;
};

/* An instance asked for: its id is known when the call returns. */
struct creation_life {
	uint32_t number;
	int32_t instance; /* -1: not known yet */
	uint32_t first_protocol, protocol_count;
	bool over;
};

#endif
