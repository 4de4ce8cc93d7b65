/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libc.c: each function does what it does in the C library, but for what is
 * said here. In processes that a plugin has made, and before the daemon watches
 * its end, there is no difference. Any thread.
 */
#include "libc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <netinst/plugin.h>
#include <netinst/rpc.h>

#include "base/log.h"
#include "core/core.h"
#include "ends.h"
#include "signals.h"

/* The C library's own name for it, which nobody else defines. */
extern int __sigaction(
    int number, const struct sigaction *action, struct sigaction *before);

int
libc_sigaction(
    int number, const struct sigaction *action, struct sigaction *before)
{
	return __sigaction(number, action, before);
}

/* --- the end ----------------------------------------------------------------
 */

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

/* --- handlers ---------------------------------------------------------------
 */

/* Those that the daemon handles itself cannot be caught, just as SIGKILL. */
static int
refuse_handler(int number, const void *caller)
{
	const char *plugin = core_plugin_calling(caller);

	log_warning("daemon",
	    "plugin %s wants to handle signal %s, which is the daemon's: "
	    "refused",
	    plugin != NULL ? plugin : "?", sigabbrev_np(number));
	errno = EINVAL;
	return -1;
}

static int
set_handler(int number, const struct sigaction *action,
    struct sigaction *before, const void *caller)
{
	if (action == NULL || !ends_are_watched())
		return libc_sigaction(number, action, before);
	if (signals_is_ours(number))
		return refuse_handler(number, caller);
	/* By default some would end the process: not for a moment. */
	if (action->sa_handler == SIG_DFL && signals_restore(number, before))
		return 0;
	return libc_sigaction(number, action, before);
}

NETINST_EXPORT int
sigaction(int number, const struct sigaction *restrict action,
    struct sigaction *restrict before)
{
	return set_handler(number, action, before, __builtin_return_address(0));
}

NETINST_EXPORT __sighandler_t
signal(int number, __sighandler_t handler)
{
	const struct sigaction action = {
	    .sa_handler = handler,
	    .sa_flags = SA_RESTART,
	};
	struct sigaction before;

	if (set_handler(
		number, &action, &before, __builtin_return_address(0)) != 0)
		return SIG_ERR;
	return before.sa_handler;
}

/* --- masks ------------------------------------------------------------------
 */

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
