/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervise.c: owns the child process, which ends when its scenario has
 * finished, when the plugin crashes it, here when a callback does not return,
 * and with its parent. Main thread.
 */
#include "check/parent/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check/parent/interrupt.h"
#include "check/parent/memcheck.h"
#include "lib/clock.h"

#define INTERRUPTED "it was interrupted"

#define LOOK 50 /* milliseconds between looks at a child */

/* How long one callback, and a whole scenario, may take. */
static const struct limits {
	int64_t callback, scenario;
} plain = {5 * NS_PER_SEC, 60 * NS_PER_SEC},
  with_valgrind = {120 * NS_PER_SEC, 900 * NS_PER_SEC};

/* In the child, between fork and exec. */
_Noreturn static void
child_exec(const struct supervision *supervision, int xml)
{
	const struct rlimit none = {0, 0};
	const char *program = supervision->program;
	char number[16], option[32];
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)snprintf(number, sizeof(number), "%d", supervision->board_fd);
	(void)snprintf(option, sizeof(option), "--xml-fd=%d", xml);
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(null, STDOUT_FILENO);
	(void)dup2(supervision->log, STDERR_FILENO);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)setpgid(0, 0);
	interrupt_release();
	if (xml >= 0)
		(void)execlp("valgrind", "valgrind", "--quiet", "--xml=yes",
		    option, "--leak-check=full", "--track-origins=yes",
		    "--keep-debuginfo=yes", "--num-callers=30",
		    "--fair-sched=yes", program, CHECK_CHILD, number, NULL);
	else
		(void)execl(
		    program, program, CHECK_CHILD, number, (char *)NULL);
	_exit(CHILD_CANNOT_RUN);
}

/* What is on the board may be anything: a plugin can write there, too. */
static void
copy_text(char *to, const char *from, size_t size)
{
	memcpy(to, from, size);
	to[size - 1] = '\0';
}

/*
 * The slot that is busy for longest, or NULL, and since when: its thread may
 * go on while one looks.
 */
static const struct board_slot *
find_busy(struct board *shared, int64_t *since)
{
	const struct board_slot *busy = NULL;
	int64_t begun;

	*since = 0;
	for (size_t i = 0; i < BOARD_SLOTS; i++) {
		begun = atomic_load(&shared->slots[i].since);
		if (begun == 0 || (busy != NULL && begun >= *since))
			continue;
		busy = &shared->slots[i];
		*since = begun;
	}
	return busy;
}

/* Adds a finding about what the child was inside of. */
__attribute__((format(printf, 4, 5))) static void
note_at(const struct supervision *supervision, const struct scenario *scenario,
    enum kind kind, const char *format, ...)
{
	int64_t since;
	const struct board_slot *busy = find_busy(supervision->board, &since);
	struct board_finding seen = {.kind = kind, .instance = NOWHERE};
	va_list arguments;

	if (busy != NULL) {
		seen.instance = busy->instance;
		copy_text(seen.callback, busy->callback, BOARD_CALLBACK);
		copy_text(seen.registrant, busy->registrant, BOARD_NAME);
	}
	va_start(arguments, format);
	(void)vsnprintf(seen.detail, sizeof(seen.detail), format, arguments);
	va_end(arguments);
	findings_add(supervision->findings, scenario->name, &seen);
}

/* Whether the child has overrun a limit; then that was found. */
static bool
is_overdue(const struct supervision *supervision,
    const struct scenario *scenario, int64_t begun)
{
	const struct limits *limits =
	    supervision->board->order.valgrind ? &with_valgrind : &plain;
	int64_t since, now = clock_monotonic();

	if (find_busy(supervision->board, &since) != NULL &&
	    now - since > limits->callback) {
		note_at(supervision, scenario, KIND_HANG,
		    "it had not returned after %lld ms, and was ended",
		    (long long)(limits->callback / NS_PER_MS));
		return true;
	}
	if (now - begun < limits->scenario)
		return false;
	note_at(supervision, scenario, KIND_STALL, "it was ended after %lld s",
	    (long long)(limits->scenario / NS_PER_SEC));
	return true;
}

/* Reads the processes whose parent we are. */
static size_t
read_children(pid_t list[CHILDREN_MAX])
{
	FILE *file = fopen("/proc/thread-self/children", "re");
	size_t count = 0;

	while (file != NULL && count < CHILDREN_MAX &&
	       fscanf(file, "%d", &list[count]) == 1)
		count++;
	if (file != NULL)
		(void)fclose(file);
	return count;
}

/*
 * Ends what has left the group: an orphan becomes ours
 * (PR_SET_CHILD_SUBREAPER), unlike what we had before.
 */
static void
end_orphans(const struct supervision *supervision)
{
	const pid_t *others = supervision->others;
	pid_t orphans[CHILDREN_MAX];
	size_t j, count, ended = 1;

	while (ended > 0) {
		ended = 0;
		count = read_children(orphans);
		for (size_t i = 0; i < count; i++) {
			for (j = 0; j < supervision->other_count; j++)
				if (others[j] == orphans[i])
					break;
			if (j < supervision->other_count)
				continue;
			(void)kill(orphans[i], SIGKILL);
			(void)waitpid(orphans[i], NULL, 0);
			ended++;
		}
	}
}

/* Waits for the child's end. True when it was ended: overdue, or with us. */
static bool
wait_for(const struct supervision *supervision, const struct scenario *scenario,
    pid_t child, int *status)
{
	struct pollfd over = {.fd = pidfd_open(child, 0), .events = POLLIN};
	int64_t begun = clock_monotonic();
	bool killed = false;
	siginfo_t info;

	while (over.fd >= 0 && poll(&over, 1, LOOK) == 0 && !killed) {
		killed = interrupt_is_held() ||
			 is_overdue(supervision, scenario, begun);
		if (killed)
			(void)kill(child, SIGKILL);
	}
	if (over.fd >= 0)
		(void)close(over.fd);
	/* Not taken away yet: its number is not somebody else's. */
	while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) != 0 &&
	       errno == EINTR)
		;
	/* With what it has started. */
	(void)kill(-child, SIGKILL);
	while (waitpid(child, status, 0) < 0 && errno == EINTR)
		;
	end_orphans(supervision);
	return killed;
}

/* The last line that the child has written, for when it aborts. */
static void
read_last_line(int log, char *text, size_t size)
{
	ssize_t got;
	char *line;
	off_t end = lseek(log, 0, SEEK_END);
	off_t from = end > (off_t)size - 1 ? end - (off_t)size + 1 : 0;

	got = pread(log, text, size - 1, from);
	text[got > 0 ? got : 0] = '\0';
	if (got > 0 && text[got - 1] == '\n')
		text[got - 1] = '\0';
	line = strrchr(text, '\n');
	if (line != NULL)
		memmove(text, line + 1, strlen(line + 1) + 1);
}

static void
note_death(const struct supervision *supervision,
    const struct scenario *scenario, int status)
{
	const char *failure = supervision->board->failure;
	enum kind kind = WIFSIGNALED(status) ? KIND_CRASH : KIND_EXIT;
	char line[256], how[32];

	read_last_line(supervision->log, line, sizeof(line));
	if (WIFSIGNALED(status))
		(void)snprintf(
		    how, sizeof(how), "SIG%s", sigabbrev_np(WTERMSIG(status)));
	else
		(void)snprintf(
		    how, sizeof(how), "exit code %d", WEXITSTATUS(status));
	/* A plugin that is built with a sanitizer ends by that one's exit. */
	if (strstr(line, "runtime error: ") != NULL ||
	    strstr(line, "Sanitizer") != NULL)
		kind = KIND_CRASH;
	if (failure[0] != '\0')
		kind = KIND_ALLOCATION_IGNORED;
	note_at(supervision, scenario, kind,
	    "%s%sthe process ended with %s; the last line was: %.160s", failure,
	    failure[0] != '\0' ? " failed; then " : "", how, line);
}

static void
collect(const struct supervision *supervision, const struct scenario *scenario)
{
	struct board *shared = supervision->board;
	struct findings *findings = supervision->findings;
	unsigned i, count = atomic_load(&shared->finding_count);
	struct board_finding seen;

	for (i = 0; i < count && i < BOARD_FINDINGS; i++) {
		if (!atomic_load(&shared->findings[i].ready))
			continue;
		seen = shared->findings[i];
		seen.callback[BOARD_CALLBACK - 1] = '\0';
		seen.registrant[BOARD_NAME - 1] = '\0';
		seen.subject[BOARD_SUBJECT - 1] = '\0';
		seen.detail[BOARD_DETAIL - 1] = '\0';
		if ((unsigned)seen.kind < KINDS)
			findings_add(findings, scenario->name, &seen);
		else
			findings_note(findings, scenario->name, KIND_CRASH, "",
			    "it wrote over memory of the check itself");
	}
	if (findings->name[0] == '\0') {
		copy_text(findings->name, shared->name, BOARD_NAME);
		copy_text(findings->version, shared->version, BOARD_NAME);
	}
}

/* Says why a child could not run. */
__attribute__((format(printf, 2, 3))) static enum scenario_end
cannot_run(struct supervision *supervision, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(supervision->problem, sizeof(supervision->problem),
	    format, arguments);
	va_end(arguments);
	return SCENARIO_CANNOT_RUN;
}

static enum scenario_end
judge(struct supervision *supervision, const struct scenario *scenario,
    int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	char line[256];

	if (!atomic_load(&supervision->board->begun)) {
		read_last_line(supervision->log, line, sizeof(line));
		return cannot_run(supervision, "%s could not start: %s",
		    supervision->board->order.valgrind
			? "netinstd under valgrind (is it installed?)"
			: "the child process",
		    line[0] != '\0' ? line : "it did not say why");
	}
	if (atomic_load(&supervision->board->finished) && code >= 0)
		return SCENARIO_WELL;
	if (code != CHILD_REPORTED)
		note_death(supervision, scenario, status);
	return SCENARIO_EARLY;
}

enum scenario_end
supervise_child(
    struct supervision *supervision, const struct scenario *scenario)
{
	enum scenario_end end;
	int status = 0, xml = -1;
	bool killed;
	pid_t child;

	if (interrupt_is_held())
		return cannot_run(supervision, INTERRUPTED);
	board_clear(supervision->board);
	if (ftruncate(supervision->log, 0) != 0)
		(void)lseek(supervision->log, 0, SEEK_END);
	if (supervision->board->order.valgrind)
		xml = memcheck_open(supervision->board);
	(void)fflush(stdout);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	supervision->other_count = read_children(supervision->others);
	child = fork();
	if (child == 0)
		child_exec(supervision, xml);
	if (child < 0)
		return cannot_run(
		    supervision, "no child process: %s", strerror(errno));
	killed = wait_for(supervision, scenario, child, &status);
	if (interrupt_is_held())
		end = cannot_run(supervision, INTERRUPTED);
	else {
		collect(supervision, scenario);
		end = killed ? SCENARIO_EARLY
			     : judge(supervision, scenario, status);
	}
	if (xml >= 0)
		memcheck_collect(
		    xml, supervision->board, supervision->findings, scenario);
	return end;
}
