/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h: the log that the model tests write and the checker reads. It is
 * all that the two sides share: libc only, nothing of the framework.
 *
 * What is asked of the framework has two or three records: CALL before the
 * function is called, RETURN after it has returned, and, when it reports its
 * end later, DONE. What the framework calls has ENTER as the first thing in
 * the callback and LEAVE as the last. So a callback took at least as long as
 * the log says and a call at most; what the log shows as wrong was wrong.
 *
 * QUIET says that at this moment nothing was under way anywhere.
 */
#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include <stdint.h>

enum record_kind {
	RECORD_CALL,
	RECORD_RETURN,
	RECORD_DONE,
	RECORD_ENTER,
	RECORD_LEAVE,
	RECORD_QUIET
};

/* What a record is about, and which of its members say more about it. */
enum record_what {
	/* instance (-1 until RETURN); protocol, extra: first and how many */
	WHAT_INSTANCE_CREATE,
	WHAT_INSTANCE_SHUTDOWN, /* instance */
	WHAT_INSTANCE_DESTROY,	/* instance */
	WHAT_INSTANCE_FIND,	/* instance; result: found */
	/* instance, protocol, extra: PROTOCOL_...; result of LOOKUP: found */
	WHAT_PROTOCOL_ADD,
	WHAT_PROTOCOL_REMOVE,
	WHAT_PROTOCOL_LOOKUP,
	WHAT_REGISTER,	 /* registrant, name, extra: REGISTER_... */
	WHAT_UNREGISTER, /* registrant, name */
	WHAT_RETRY,	 /* everything that failed */
	/* instance, notifier, name: the function; context: its argument */
	WHAT_NOTIFY_REGISTER,
	WHAT_NOTIFY_UNREGISTER,
	/* The callbacks: instance, registrant, context. */
	WHAT_CREATE,
	WHAT_SHUTDOWN,
	WHAT_DESTROY,
	/* notifier, name: the function; extra: the command; text, no_text */
	WHAT_NOTIFY,
	/* Of timeouts. context: its number, from 1; extra: TIMEOUT_... */
	WHAT_TIMEOUT_MAKE,   /* instance */
	WHAT_TIMEOUT_CANCEL, /* instance */
	WHAT_TIMEOUT	     /* the callback: instance */
};

/* In extra of WHAT_REGISTER. */
#define REGISTER_FAULTY	     1 /* wrong in itself: to be refused */
#define REGISTER_NO_SHUTDOWN 2 /* has no shutdown callback */
#define REGISTER_LATER	     4 /* its end is a DONE, not the RETURN */

/* In extra of WHAT_PROTOCOL_...: by a registrant, for its own instance. */
#define PROTOCOL_PROVIDED 1

/* In extra of WHAT_TIMEOUT_MAKE. */
#define TIMEOUT_AGAIN 1 /* and again */

/* A registrant that must never be called: its registration was refused. */
#define REGISTRANT_NOBODY UINT32_MAX

/* result of RETURN and DONE: 0, or what the function returned, as -errno. */
struct record {
	uint64_t sequence; /* counts up over all threads */
	uint64_t context;
	uint32_t number; /* of the call or callback */
	uint32_t registrant;
	uint32_t notifier;
	uint32_t protocol;
	int32_t instance;
	int32_t result;
	uint16_t thread;
	uint16_t name;
	uint8_t kind;
	uint8_t what;
	uint8_t extra;
	uint8_t no_text; /* the argument that has to be NULL was NULL */
	char text[12];	 /* the instance as the callback was told it */
};

_Static_assert(sizeof(struct record) <= 64, "one line of a cache");

#endif
