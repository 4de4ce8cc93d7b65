/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link_fixture.h: what unit tests of links of real namespaces share. The test
 * moves into a namespace of its own first, which is home then, so that nothing
 * of the machine is seen or changed; the others are made by processes that do
 * nothing else, and go with them. The test's own thread is the netns thread.
 */
#ifndef NETINST_TESTS_LINK_FIXTURE_H
#define NETINST_TESTS_LINK_FIXTURE_H

#include <stdio.h>
#include <sys/types.h>

#include "core_fixture.h"
#include "source/netns/link/netns_link.h"

#define SPACES 3

/* A namespace, and the process that keeps it; home has none. */
struct space {
	pid_t pid;
	int end; /* closed: the process ends */
	int fd;
	int nsid;
	netid_t id;
	struct instance *instance;
};

extern struct netns_link *link_tested;
extern struct space home, spaces[SPACES];

/* What was told since the test began. */
struct link_told {
	int resyncs, gone;
	int last_gone;	      /* nsid */
	int numbered, number; /* that nsid, by home */
	int ipv6[SPACES + 1]; /* by instance id: 0 off, 1 on, -1 never */
	int refuse;	      /* so many words of IPv6 to come */
};
extern struct link_told link_told;

/* For cmocka. All spaces are there, and mirrored. */
int link_group_setup(void **state);
int link_setup(void **state);
int link_teardown(void **state);
/* Only the link, with nothing mirrored; what was told stays. */
void link_start(void);
#define LINK_TEST(test)                                                        \
	cmocka_unit_test_setup_teardown(test, link_setup, link_teardown)

void space_begin(struct space *space);
/* Nothing of the test keeps it any more, when this returns. */
void space_end(struct space *space);
/* Mirrors it into its instance. */
void space_attach(struct space *space);

/* Runs a command of the shell there; it must succeed. */
void space_run(const struct space *space, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Begins it, whatever becomes of it; its standard input is in. */
pid_t space_run_in(const struct space *space, const char *command, int in);

/* One turn of the event loop. */
void turn(void);
/* Turns until it holds; false: not in a minute. */
bool turn_until(bool (*holds)(const void *arg), const void *arg);
/* Turns until a number has become what is wanted. */
void assert_becomes(const int *number, int wanted);
/* Turns until the model has what the kernel has, by other means. */
void assert_shown(const struct space *space);
/* What it had when the two were compared last, sorted lines. */
const char *shown(void);

#endif
