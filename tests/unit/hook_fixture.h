/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_fixture.h: what the tests of families, events and hooks share: an
 * instance 1, "one", with inet; hooks that write their name; a protocol of the
 * test's own, "mine".
 */
#ifndef NETINST_TESTS_HOOK_FIXTURE_H
#define NETINST_TESTS_HOOK_FIXTURE_H

#include <pthread.h>

#include <netinst/netinst.h>

#include "core_fixture.h"

/* For cmocka; as core_setup(), ... */
int hook_setup(void **state);
int hook_setup_serial(void **state);
int hook_teardown(void **state);

#define HOOK_TEST(test)                                                        \
	cmocka_unit_test_setup_teardown(test, hook_setup, hook_teardown)

extern net_handle_t inet; /* of instance 1 */

/* Runs a job of the instance's strand and waits for it. */
void on_the_strand(netid_t id, void (*body)(struct instance *instance));

/* A hook that writes its name; "a" returns result_of_a and runs on_a. */
hook_t hook_named(const char *name);
extern int result_of_a;
extern void (*on_a)(hook_event_token_t token);

/* On PHYSICAL_IN of inet. */
int add(hook_t *hook);
int take(hook_t *hook);
int add_hinted(const char *name, hook_hint_t hint, const char *target);
int take_named(const char *name);
/* Runs its hooks on the strand, as the framework does. */
int run(void);

/* A handle of a lookup on instance 1, given back at the end. */
net_handle_t look_up(const char *name);

/* Registers a protocol on instance 1; then its family, and an event. */
net_handle_t provide(const char *name);
int provide_family(net_handle_t handle, const char *name);
hook_event_token_t provide_event(
    net_handle_t handle, hook_event_t *event, const char *name);

/* A hook_notify_fn_t that writes "[name1 name2 +name3]"; NULL is "-". */
int note(hook_notify_cmd_t command, void *arg, const char *name1,
    const char *name2, const char *name3);

/* A statistic of the framework's own; -1: there is no such thing. */
int64_t statistic_of(
    netid_t id, const char *module, const char *name, const char *statistic);

struct owner_leftovers leftovers(void);

/* --- mine, and threads ---------------------------------------------------- */

/* The same as hook_setup(), with a protocol "mine" that has an event, "E". */
int hook_setup_mine(void **state);
int hook_setup_mine_serial(void **state);
extern net_handle_t mine_handle;
extern hook_event_t mine_event;
extern hook_event_token_t mine_token; /* of E */

int mine_add(const char *name, hook_func_t function, const void *arg);
int mine_take(const char *name);
/* Runs E with 7. */
int run_mine(void);
/* A hook that does nothing. */
int nothing(hook_event_token_t which, hook_data_t data, void *arg);

/* Something done on a thread of its own, for the test's owner. */
struct errand {
	pthread_t thread;
	int (*body)(void);
	struct answer over;
};
void errand_begin(struct errand *errand, int (*body)(void));
/* Waits; the body's result. */
int errand_end(struct errand *errand);

#endif
