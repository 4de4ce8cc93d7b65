/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signals.c: owns the handlers, and a pipe that carries signals from them to
 * the loop. A handler also runs in a process that a plugin has made, until that
 * starts a program; there it does what would have happened without it.
 */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "ends.h"
#include "libc.h"

/* The main thread's, for a handler when its own is used up. */
#define STACK_SIZE (64 << 10)

struct report {
	int number;
	pid_t from;
};

static int pipe_ends[2] = {-1, -1};
static pid_t process; /* that has opened them */

/* --- what becomes of them ---------------------------------------------------
 */

/* What would happen without us happens as soon as the handler returns. */
static void
become_default(int number)
{
	const struct sigaction action = {.sa_handler = SIG_DFL};

	(void)libc_sigaction(number, &action, NULL);
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
		(void)libc_sigaction(number, &action, NULL);
	else
		become_default(number);
}

static void
pass_on(int number, siginfo_t *info, void *context)
{
	const struct report report = {
	    number, info->si_code <= 0 ? info->si_pid : 0};
	int error = errno;

	(void)context;
	/* When the pipe is full, the loop has enough to do already. */
	if (getpid() == process)
		(void)!write(pipe_ends[1], &report, sizeof(report));
	else
		become_default(number);
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
signals_is_ours(int number)
{
	return is_request(number) || signals_is_deadly(number) ||
	       number == SIGPIPE;
}

/* --- setting up -------------------------------------------------------------
 */

void
signals_restore(int number)
{
	struct sigaction action = {
	    .sa_sigaction = handler_of(number),
	    .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART,
	};

	if (action.sa_sigaction != NULL)
		(void)libc_sigaction(number, &action, NULL);
}

/* A sanitizer has handlers of its own for what ends a process. */
static bool
has_handler(int number)
{
	struct sigaction action;

	return libc_sigaction(number, NULL, &action) != 0 ||
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
			signals_restore(number);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	return pipe_ends[0];
}

/* An alarm or a timer of a plugin, say, that has left it behind. */
static void
report_stray(const struct report *report)
{
	const char *name = sigabbrev_np(report->number);

	if (report->from > 0)
		log_warning("daemon",
		    "signal %s (%d) from process %d is ignored: it asks for "
		    "nothing that netinstd does",
		    name != NULL ? name : "of real time", report->number,
		    (int)report->from);
	else
		log_warning("daemon",
		    "signal %s (%d) of an alarm or a timer is ignored: a "
		    "plugin has left one behind",
		    name != NULL ? name : "of real time", report->number);
}

int
signals_next(int fd, pid_t *from)
{
	struct report report;

	while (read(fd, &report, sizeof(report)) == (ssize_t)sizeof(report)) {
		*from = report.from;
		if (is_request(report.number))
			return report.number;
		report_stray(&report);
	}
	return 0;
}
