/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ends.c: does what the setting "how" names, which ends a thread or the
 * process: in create on the instance that the setting "instance" names, or
 * where the setting "where" says: in "load", or in a "thread" that nin_load
 * starts.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "gate.h"

NETINST_PLUGIN(.name = "ends", .version = "1.0.0",
    .summary = "ends a thread, or the process");

static char anything;
static volatile int *volatile nowhere;
static volatile int zero;

static void
crash(void)
{
	*nowhere = 1;
}

static void overflow(void);
static void (*volatile again)(void) = overflow;

/* Its own stack is used up when the signal comes. */
static void
overflow(void)
{
	volatile char page[4096];

	page[0] = 1;
	again();
	zero = page[0];
}

static void
divide(void)
{
	zero = 100 / zero;
}

static void
call_exit(void)
{
	exit(0);
}

static void
call__exit(void)
{
	_exit(0);
}

static void
call_quick_exit(void)
{
	quick_exit(0);
}

static void
die_on(int number)
{
	_exit(0);
}

/* As a library does that wants to report crashes itself. */
static void
crash_with_a_handler(void)
{
	const struct sigaction action = {.sa_handler = die_on};
	int refused = sigaction(SIGSEGV, &action, NULL);

	net_log(NET_LOG_INFO, "sigaction: %d, signal: %d", refused,
	    signal(SIGTERM, SIG_DFL) == SIG_ERR ? -1 : 0);
	crash();
}

static void
crash_with_a_mask(void)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, NULL);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	crash();
}

static void
leave_an_alarm(void)
{
	(void)signal(SIGALRM, die_on);
	(void)signal(SIGALRM, SIG_DFL);
	(void)raise(SIGALRM);
	(void)alarm(1);
}

static void
exit_thread(void)
{
	pthread_exit(NULL);
}

static void
cancel_thread(void)
{
	(void)pthread_cancel(pthread_self());
	(void)pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	pthread_testcancel();
}

static const struct way {
	const char *name;
	void (*go)(void);
} ways[] = {
    {"crash", crash},
    {"overflow", overflow},
    {"divide", divide},
    {"abort", abort},
    {"exit", call_exit},
    {"_exit", call__exit},
    {"quick_exit", call_quick_exit},
    {"handler", crash_with_a_handler},
    {"mask", crash_with_a_mask},
    {"alarm", leave_an_alarm},
    {"pthread_exit", exit_thread},
    {"cancel", cancel_thread},
    {NULL, NULL},
};

static const struct way *way = ways;

static void *
go_in_a_thread(void *arg)
{
	way->go();
	return arg;
}

int
nin_load(const net_config_t *config)
{
	const char *how = net_config_get(config, "how");
	const char *where = net_config_get(config, "where");
	pthread_t thread;

	gate_configure(config);
	while (way->name != NULL && how != NULL && strcmp(way->name, how) != 0)
		way++;
	if (way->name == NULL || how == NULL)
		return -1;
	if (where != NULL && strcmp(where, "load") == 0)
		way->go();
	if (where != NULL && strcmp(where, "thread") == 0)
		return pthread_create(&thread, NULL, go_in_a_thread, NULL);
	return 0;
}

void *
nin_create(const netid_t id)
{
	if (id == gate_instance)
		way->go();
	return &anything;
}

void
nin_destroy(const netid_t id, void *context)
{
	net_log(NET_LOG_INFO, "instance %d: destroy", id);
}
