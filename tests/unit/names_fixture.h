/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names_fixture.h: what the unit tests of names share: an event base, and
 * somebody who listens as the tracker does and keeps a record. Everything that
 * is told is checked at once: the descriptor leads to that identity, nothing
 * goes that has not come, and each batch is settled.
 */
#ifndef TESTS_UNIT_NAMES_FIXTURE_H
#define TESTS_UNIT_NAMES_FIXTURE_H

#include "source/netns/names/netns_names.h"
#include "netns_world.h"
#include "test.h"

/* The directory that most tests watch, and a path in it. */
#define NAMES	     NETNS_WORLD "/names"
#define IN_NAMES(at) NAMES "/" at

/* How it is woken up: what is left out of the features. */
struct names_way {
	const char *title;
	unsigned without;
};

/*
 * Runs each test once for each way, which is its state, in a world of its own.
 * What main() returns.
 */
int names_run(const struct CMUnitTest *tests, size_t count,
    const struct names_way *ways, size_t way_count);

/* Starts to watch NAMES, or these. */
void names_start(void);
void names_start_at(const char *const *directories, size_t count);
void names_stop(void);

/* Called whenever a name has appeared, before anything else is looked at. */
typedef void (*names_react_fn)(const char *name);
void names_react(names_react_fn react);

/* The record does not hold namespaces from now on, as with hold = never. */
void names_hold_nothing(void);

/*
 * Waits until the record is text: "+a" for each name that appeared, "-a" for
 * each that went, in order; and forgets it.
 */
void names_expect(const char *text);
/* Nothing is told for what was done before: something done now is told. */
void names_expect_nothing(void);
/* What was told until now, without waiting. */
const char *names_told(void);

/* Lets the loop run until the condition holds. */
typedef bool (*names_condition_fn)(void *arg);
void names_wait(names_condition_fn condition, void *arg);

/* The id that the name leads to now; 0: it is not there. */
uint64_t names_id(const char *name);
/* How many there are now. */
size_t names_count(void);
/* Whether something was settled while no name led to that namespace. */
void names_watch(uint64_t id);
bool names_lost(void);
/* When appeared was called last; clock_monotonic. */
int64_t names_last(void);
unsigned names_resyncs(void);
struct netns_names *names_under_test(void);

/* The id of the namespace fd leads to. */
uint64_t id_of(int fd);

#endif
