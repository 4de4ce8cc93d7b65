/* SPDX-License-Identifier: Apache-2.0 */
/*
 * core_fixture.h: what the unit tests of exec/ and core/ share: waiting with a
 * deadline, a diary that callbacks write, actors (registrants whose callbacks
 * write it and do what a test tells them), and a core that is started and
 * stopped around each test.
 *
 * A wait that takes longer than PATIENCE is a bug and aborts the program: what
 * is waited for may live on the stack of the test.
 */
#ifndef NETINST_TESTS_CORE_FIXTURE_H
#define NETINST_TESTS_CORE_FIXTURE_H

#include <netinst/neti.h>

#include "base/lock.h"
#include "core/object/instance.h"
#include "core/object/owner.h"
#include "lib/clock.h"
#include "test.h"

#define PATIENCE (60 * NS_PER_SEC)

/* --- waiting -------------------------------------------------------------- */

/* A place where callbacks stop until the test lets them go on. */
struct gate {
	struct lock lock;
	struct condition changed;
	unsigned arrived;
	bool open;
};

void gate_init(struct gate *gate);
void gate_destroy(struct gate *gate);
/* In a callback: counts as arrived, returns when the gate is open. */
void gate_pass(struct gate *gate);
/* In the test: returns when so many have arrived. */
void gate_wait(struct gate *gate, unsigned arrived);
void gate_open(struct gate *gate);

/* The end of something that was asked for; reusable after answer_init(). */
struct answer {
	struct gate over;
	int error;
};

void answer_init(struct answer *answer);
/* A core_done_fn; arg is the answer. */
void answer_done(void *arg, int error);
bool answer_is_over(struct answer *answer);
/* Waits, destroys the answer and returns the error. */
int answer_wait(struct answer *answer);

/* Polls until the condition holds. */
void wait_until(bool (*condition)(void *arg), void *arg);

/* --- the diary ------------------------------------------------------------ */

/* Adds words; any thread. */
void diary_write(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Asserts that these are all the words since the last time, in this order. */
void assert_diary(const char *words);
/* The words since the last time; valid until the next call. */
const char *diary_take(void);

/* From here on what the framework logs is kept, and not shown. */
void log_keep(void);
/* What was logged since then; valid until the next call. */
const char *log_kept(void);

/* --- actors --------------------------------------------------------------- */

/*
 * Each callback writes "a.create(0)", "a.shutdown(0)", "a.destroy(0)",
 * "a.notify(0 +inet)" or "a.notify(0 -inet)", then runs its hook, if any.
 */
struct actor {
	net_instance_t callbacks; /* names: "a", "b", "c" */
	hook_notify_fn_t notify;  /* its argument must be the actor */
	bool fails;		  /* create returns NULL */
	void (*on_create)(netid_t id);
	void (*on_shutdown)(netid_t id);
	void (*on_destroy)(netid_t id);
	void (*on_notify)(
	    netid_t id, hook_notify_cmd_t command, const char *protocol);
};

enum { ACTORS = 3 };
extern struct actor actors[ACTORS];
#define A (&actors[0])
#define B (&actors[1])
#define C (&actors[2])

/* As net_instance_register() and net_instance_unregister(). */
int enter(struct actor *actor);
int leave(struct actor *actor);
/* Registers the actor with its notify, as the loader does. */
int enter_with_notify(struct actor *actor);

/* --- a core --------------------------------------------------------------- */

/* For cmocka: two workers, two spares, no deadline, instance 0 ("global"). */
int core_setup(void **state);
/* With one worker and no spare: what they do is in one order. */
int core_setup_serial(void **state);
int core_teardown(void **state);

/* Retires core_owner and ends every instance; core_teardown() does the rest. */
void core_end(void);
/* core_end() and the core's stop; core_teardown() does nothing then. */
void core_end_and_stop(void);

#define CORE_TEST(test)                                                        \
	cmocka_unit_test_setup_teardown(test, core_setup, core_teardown)

/* Who the test's thread works for; made anew for each test. */
extern struct owner *core_owner;

/* These wait for the end. protocol may be NULL. */
netid_t add_instance(const char *name, const char *protocol);
int shut_down(netid_t id);
int destroy(netid_t id);
int add_protocol(netid_t id, const char *name);
int remove_protocol(netid_t id, const char *name);
void retire(struct owner *owner);
void retry(struct owner *owner);

/* Begins to destroy; the answer comes later. */
void begin_to_destroy(netid_t id, struct answer *answer);

/* The names of its protocols, with a space between. */
const char *protocols_of(netid_t id);
/* "a:active b:failed", in registration order. */
const char *pairs_of(netid_t id);

/* Runs body on a thread that the framework knows nothing of, and waits. */
void on_a_thread(void (*body)(void));

#endif
