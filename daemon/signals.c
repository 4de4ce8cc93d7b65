/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signals.c: owns the handlers, a mark for each signal that has come, and a
 * pipe that wakes the loop. The mark is made before the pipe is written to, and
 * looked at after it was read: so a pipe that is full loses nothing, and the
 * same signal many times is one. A handler also runs in a process that a plugin
 * has made, until that starts a program; there it does what would have happened
 * without it.
 */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "ends.h"

/* The main thread's, for a handler when its own is used up. */
#define STACK_SIZE (64 << 10)
/* Lines about signals that nobody waits for. */
#define STRAYS_AT_ONCE	  20
#define STRAYS_PER_SECOND 1

/* Of each signal: 0, or it has come, from whom (0: from no process) + 1. */
static _Atomic int64_t marks[NSIG];
static int pipe_ends[2] = {-1, -1};
static pid_t process; /* that has opened them */

/* --- what becomes of them ------------------------------------------------- */

/* What would happen without us happens as soon as the handler returns. */
static void
become_default(int number)
{
	const struct sigaction action = {.sa_handler = SIG_DFL};

	(void)__sigaction(number, &action, NULL);
	(void)raise(number);
}

static const void *
code_of(const ucontext_t *context)
{
#if defined(__x86_64__)
	return (const void *)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	return (const void *)context->uc_mcontext.pc;
#else
	(void)context;
	return NULL;
#endif
}

static const void *
stack_of(const ucontext_t *context)
{
#if defined(__x86_64__)
	return (const void *)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
	return (const void *)context->uc_mcontext.sp;
#else
	(void)context;
	return NULL;
#endif
}

/* A fault comes again when the handler returns, for whoever writes a core. */
static void
end_process(int number, siginfo_t *info, void *context)
{
	const struct sigaction action = {.sa_handler = SIG_DFL};

	if (ends_are_watched())
		ends_say("signal ", sigabbrev_np(number), code_of(context),
		    stack_of(context));
	if (info->si_code > 0)
		(void)__sigaction(number, &action, NULL);
	else
		become_default(number);
}

static void
pass_on(int number, siginfo_t *info, void *context)
{
	int error = errno;

	(void)context;
	if (getpid() == process) {
		atomic_store(&marks[number],
		    (info->si_code <= 0 ? (int64_t)info->si_pid : 0) + 1);
		(void)!write(pipe_ends[1], "", 1);
	} else {
		become_default(number);
	}
	errno = error;
}

/* The call that wrote to nobody fails, as if it were ignored. */
static void
do_nothing(int number, siginfo_t *info, void *context)
{
	(void)info, (void)context;
	if (getpid() != process)
		become_default(number);
}

typedef void (*handler_fn)(int number, siginfo_t *info, void *context);

/* Those that would end the process, but for SIGKILL. */
static const struct row {
	int number;
	handler_fn handler;
} rows[] = {
    {SIGSEGV, end_process},
    {SIGBUS, end_process},
    {SIGILL, end_process},
    {SIGFPE, end_process},
    {SIGABRT, end_process},
    {SIGSYS, end_process},
    {SIGTRAP, end_process},
    {SIGQUIT, end_process},
    {SIGTERM, pass_on},
    {SIGINT, pass_on},
    {SIGHUP, pass_on},
    {SIGPIPE, do_nothing},
    {SIGALRM, pass_on},
    {SIGVTALRM, pass_on},
    {SIGPROF, pass_on},
    {SIGUSR1, pass_on},
    {SIGUSR2, pass_on},
    {SIGIO, pass_on},
    {SIGPWR, pass_on},
    {SIGSTKFLT, pass_on},
    {SIGXCPU, pass_on},
    {SIGXFSZ, pass_on},
};

static handler_fn
handler_of(int number)
{
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(rows); i++)
		if (rows[i].number == number)
			return rows[i].handler;
	return number >= SIGRTMIN && number <= SIGRTMAX ? pass_on : NULL;
}

/* Whether the daemon stops, or reads its configuration, for this one. */
static bool
is_request(int number)
{
	return number == SIGTERM || number == SIGINT || number == SIGHUP;
}

bool
signals_is_deadly(int number)
{
	return handler_of(number) == end_process;
}

bool
signals_would_end(int number)
{
	return handler_of(number) != NULL;
}

bool
signals_is_ours(int number)
{
	return is_request(number) || signals_is_deadly(number) ||
	       number == SIGPIPE;
}

/* --- setting up ----------------------------------------------------------- */

bool
signals_restore(int number, struct sigaction *before)
{
	struct sigaction action = {
	    .sa_sigaction = handler_of(number),
	    .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART,
	};

	return action.sa_sigaction != NULL &&
	       __sigaction(number, &action, before) == 0;
}

/* A sanitizer has handlers of its own for what ends a process. */
static bool
has_handler(int number)
{
	struct sigaction action;

	return __sigaction(number, NULL, &action) != 0 ||
	       (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN);
}

int
signals_open(void)
{
	static char stack[STACK_SIZE];
	const stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)};
	sigset_t none;
	int number;

	if (pipe2(pipe_ends, O_NONBLOCK | O_CLOEXEC) != 0)
		return -errno;
	process = getpid();
	ends_watch();
	(void)sigaltstack(&other, NULL);
	for (number = 1; number <= SIGRTMAX; number++)
		if (!has_handler(number))
			(void)signals_restore(number, NULL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	return pipe_ends[0];
}

/* A timer that a plugin has left behind may come without end. */
static bool
may_report_stray(void)
{
	static const struct log_rate rate = {STRAYS_AT_ONCE, STRAYS_PER_SECOND};
	static struct log_limit strays;
	uint64_t left_out;

	if (!log_limit_pass(&strays, &rate, &left_out))
		return false;
	if (left_out > 0)
		log_warning("daemon",
		    "%llu lines about signals were left out here",
		    (unsigned long long)left_out);
	return true;
}

/* An alarm or a timer of a plugin, say, that has left it behind. */
static void
report_stray(int number, pid_t from)
{
	const char *name = sigabbrev_np(number);

	if (!may_report_stray())
		return;
	if (name == NULL)
		name = "of real time";
	if (from > 0)
		log_warning("daemon",
		    "signal %s (%d) from process %d is ignored: it asks for "
		    "nothing that netinstd does",
		    name, number, (int)from);
	else
		log_warning("daemon",
		    "signal %s (%d) of an alarm or a timer is ignored: a "
		    "plugin has left one behind",
		    name, number);
}

static bool
has_come(int number, pid_t *from)
{
	int64_t mark = atomic_exchange(&marks[number], 0);

	*from = (pid_t)(mark - 1);
	return mark != 0;
}

int
signals_next(int fd, pid_t *from)
{
	char wakes[512];
	int number;

	while (read(fd, wakes, sizeof(wakes)) == (ssize_t)sizeof(wakes))
		continue;
	for (number = 1; number < NSIG; number++) {
		if (!has_come(number, from))
			continue;
		if (is_request(number))
			return number;
		report_stray(number, *from);
	}
	return 0;
}
