/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libc.c: functions of the C library that netinstd defines itself, so that
 * plugins reach those (daemon/taken.list names them): an end by _exit() is to
 * be named, and what a plugin does with handlers and masks must not undo that.
 * Each does what it does in the C library, but for what is said here; in
 * processes that a plugin has made, and before the daemon watches its end,
 * there is no difference. Any thread.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <netinst/plugin.h>
#include <netinst/rpc.h>

#include "base/log.h"
#include "base/log_limit.h"
#include "core/core.h"
#include "ends.h"
#include "signals.h"

/* --- the end -------------------------------------------------------------- */

NETINST_EXPORT _Noreturn void
_exit(int status)
{
	if (ends_are_watched()) {
		ends_say("_exit()", "", __builtin_return_address(0),
		    __builtin_frame_address(0));
		status = EXIT_FAILED;
	}
	for (;;)
		(void)syscall(SYS_exit_group, status);
}

NETINST_EXPORT _Noreturn void
_Exit(int status)
{
	_exit(status);
}

/* --- handlers ------------------------------------------------------------- */

/* Lines about handlers that are refused. */
#define REFUSALS_AT_ONCE    20
#define REFUSALS_PER_SECOND 1

static void
report_refusal(int number, const void *caller)
{
	static const struct log_rate rate = {
	    REFUSALS_AT_ONCE, REFUSALS_PER_SECOND};
	static struct log_limit refusals;
	const char *plugin = core_plugin_calling(caller);
	uint64_t left_out;

	if (!log_limit_pass(&refusals, &rate, &left_out))
		return;
	if (left_out > 0)
		log_warning("daemon",
		    "%llu lines about handlers were left out here",
		    (unsigned long long)left_out);
	log_warning("daemon",
	    "plugin %s wants to handle signal %s, which is the daemon's: "
	    "refused",
	    plugin != NULL ? plugin : "?", sigabbrev_np(number));
}

/*
 * Those that the daemon handles itself cannot be caught, just as SIGKILL. Some
 * libraries ignore SIGPIPE around each call, which comes to the same as what
 * the daemon does, and then bring back what they have found.
 */
static int
keep_handler(int number, const struct sigaction *action,
    struct sigaction *before, const void *caller)
{
	struct sigaction own;
	bool same;

	if (__sigaction(number, NULL, &own) != 0)
		return -1;
	same = action->sa_handler == own.sa_handler ||
	       (number == SIGPIPE && action->sa_handler == SIG_IGN);
	if (!same) {
		report_refusal(number, caller);
		errno = EINVAL;
		return -1;
	}
	if (before != NULL)
		*before = own;
	return 0;
}

static int
set_handler(int number, const struct sigaction *action,
    struct sigaction *before, const void *caller)
{
	struct sigaction lasting;

	if (action == NULL || !ends_are_watched())
		return __sigaction(number, action, before);
	if (signals_is_ours(number))
		return keep_handler(number, action, before, caller);
	/* By default some would end the process: not for a moment. */
	if (action->sa_handler == SIG_DFL && signals_restore(number, before))
		return 0;
	/* Nor after it was handled once. */
	lasting = *action;
	if (signals_would_end(number))
		lasting.sa_flags &= (int)~SA_RESETHAND;
	return __sigaction(number, &lasting, before);
}

NETINST_EXPORT int
sigaction(int number, const struct sigaction *restrict action,
    struct sigaction *restrict before)
{
	return set_handler(number, action, before, __builtin_return_address(0));
}

static __sighandler_t
set_simple_handler(
    int number, __sighandler_t handler, int flags, const void *caller)
{
	const struct sigaction action = {
	    .sa_handler = handler,
	    .sa_flags = flags,
	};
	struct sigaction before;

	if (set_handler(number, &action, &before, caller) != 0)
		return SIG_ERR;
	return before.sa_handler;
}

NETINST_EXPORT __sighandler_t
signal(int number, __sighandler_t handler)
{
	return set_simple_handler(
	    number, handler, SA_RESTART, __builtin_return_address(0));
}

/* What signal() means to who asked for no more than the C standard. */
NETINST_EXPORT __sighandler_t
__sysv_signal(int number, __sighandler_t handler)
{
	return set_simple_handler(number, handler,
	    (int)(SA_RESETHAND | SA_NODEFER), __builtin_return_address(0));
}

/* --- masks ---------------------------------------------------------------- */

/* Two signals are the thread library's own, and never blocked. */
#define THREAD_LIBRARY (3UL << (32 - 1))

/* What names an end is not blocked; 0 or an errno. */
static int
set_mask(int how, const sigset_t *set, sigset_t *before)
{
	sigset_t allowed;
	int number;

	if (set != NULL) {
		allowed = *set;
		allowed.__val[0] &= ~THREAD_LIBRARY;
		set = &allowed;
	}
	for (number = 1; set != NULL && how != SIG_UNBLOCK &&
			 number < SIGRTMIN && ends_are_watched();
	     number++)
		if (signals_is_deadly(number))
			(void)sigdelset(&allowed, number);
	return syscall(SYS_rt_sigprocmask, how, set, before, _NSIG / 8) == 0
		   ? 0
		   : errno;
}

NETINST_EXPORT int
pthread_sigmask(
    int how, const sigset_t *restrict set, sigset_t *restrict before)
{
	return set_mask(how, set, before);
}

NETINST_EXPORT int
sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict before)
{
	int error = set_mask(how, set, before);

	if (error == 0)
		return 0;
	errno = error;
	return -1;
}
