/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervise.c: owns the child process. It ends when its course is over, by
 * itself when the plugin crashes it, or here, when a callback does not return;
 * and with its parent.
 */
#include "check/parent/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "check/parent/interrupt.h"
#include "check/parent/memcheck.h"
#include "lib/clock.h"

#define LOOK 50 /* milliseconds between looks at a child */

/* How long one callback, and a whole course, may take. */
static const struct limits {
	int64_t callback, course;
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
	size_t i;

	*since = 0;
	for (i = 0; i < BOARD_SLOTS; i++) {
		begun = atomic_load(&shared->slots[i].since);
		if (begun == 0 || (busy != NULL && begun >= *since))
			continue;
		busy = &shared->slots[i];
		*since = begun;
	}
	return busy;
}

/* Adds a finding about what the child was inside of. */
static void
note_at(const struct supervision *supervision, const struct course *course,
    enum kind kind, const char *detail)
{
	int64_t since;
	const struct board_slot *busy = find_busy(supervision->board, &since);
	struct board_finding seen = {.kind = kind, .instance = NOWHERE};

	if (busy != NULL) {
		seen.instance = busy->instance;
		copy_text(seen.callback, busy->callback, BOARD_CALLBACK);
		copy_text(seen.registrant, busy->registrant, BOARD_NAME);
	}
	(void)snprintf(seen.detail, sizeof(seen.detail), "%s", detail);
	findings_add(supervision->findings, course->name, &seen);
}

/* Whether the child has overrun a limit; then that was found. */
static bool
is_overdue(const struct supervision *supervision, const struct course *course,
    int64_t begun)
{
	const struct limits *limits =
	    supervision->board->order.valgrind ? &with_valgrind : &plain;
	int64_t since, now = clock_monotonic();
	char detail[128];

	if (find_busy(supervision->board, &since) != NULL &&
	    now - since > limits->callback) {
		(void)snprintf(detail, sizeof(detail),
		    "it had not returned after %lld ms, and was ended",
		    (long long)(limits->callback / NS_PER_MS));
		note_at(supervision, course, KIND_HANG, detail);
		return true;
	}
	if (now - begun < limits->course)
		return false;
	(void)snprintf(detail, sizeof(detail), "it was ended after %lld s",
	    (long long)(limits->course / NS_PER_SEC));
	note_at(supervision, course, KIND_STALL, detail);
	return true;
}

/* Ends what the child has started, once it is over itself. */
static void
end_group(pid_t child)
{
	siginfo_t info;

	/* Not taken away yet: its number is not somebody else's. */
	while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) != 0 &&
	       errno == EINTR)
		;
	(void)kill(-child, SIGKILL);
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

static bool
is_listed(const pid_t *list, size_t count, pid_t process)
{
	while (count > 0 && list[count - 1] != process)
		count--;
	return count > 0;
}

/*
 * Ends what has left the group: being nobody else's, it is ours
 * (PR_SET_CHILD_SUBREAPER), unlike what we had before.
 */
static void
end_orphans(const struct supervision *supervision)
{
	pid_t orphans[CHILDREN_MAX];
	size_t i, count, ended = 1;

	while (ended > 0) {
		ended = 0;
		count = read_children(orphans);
		for (i = 0; i < count; i++) {
			if (is_listed(supervision->others,
				supervision->other_count, orphans[i]))
				continue;
			(void)kill(orphans[i], SIGKILL);
			(void)waitpid(orphans[i], NULL, 0);
			ended++;
		}
	}
}

/* Waits for the child's end. True when it had to be ended: overdue, or with us.
 */
static bool
wait_for(const struct supervision *supervision, const struct course *course,
    pid_t child, int *status)
{
	struct pollfd over = {.fd = pidfd_open(child, 0), .events = POLLIN};
	int64_t begun = clock_monotonic();
	bool killed = false;

	while (over.fd >= 0 && poll(&over, 1, LOOK) == 0 && !killed) {
		killed = interrupt_is_held() ||
			 is_overdue(supervision, course, begun);
		if (killed)
			(void)kill(child, SIGKILL);
	}
	if (over.fd >= 0)
		(void)close(over.fd);
	end_group(child);
	while (waitpid(child, status, 0) < 0 && errno == EINTR)
		;
	end_orphans(supervision);
	return killed;
}

/* The last line that the child has written, for when it aborts. */
static void
read_last_words(int log, char *words, size_t size)
{
	ssize_t got;
	char *line;
	off_t end = lseek(log, 0, SEEK_END);
	off_t from = end > (off_t)size - 1 ? end - (off_t)size + 1 : 0;

	got = pread(log, words, size - 1, from);
	words[got > 0 ? got : 0] = '\0';
	if (got > 0 && words[got - 1] == '\n')
		words[got - 1] = '\0';
	line = strrchr(words, '\n');
	if (line != NULL)
		memmove(words, line + 1, strlen(line + 1) + 1);
}

/* A plugin that is built with a sanitizer ends by that one's exit. */
static bool
is_sanitizer_report(const char *words)
{
	return strstr(words, "runtime error: ") != NULL ||
	       strstr(words, "Sanitizer") != NULL;
}

static void
note_death(const struct supervision *supervision, const struct course *course,
    int status)
{
	bool killed = WIFSIGNALED(status);
	char words[256], detail[BOARD_DETAIL], how[32];
	enum kind kind = killed ? KIND_CRASH : KIND_EXIT;

	read_last_words(supervision->log, words, sizeof(words));
	if (killed)
		(void)snprintf(
		    how, sizeof(how), "SIG%s", sigabbrev_np(WTERMSIG(status)));
	else
		(void)snprintf(
		    how, sizeof(how), "exit code %d", WEXITSTATUS(status));
	if (is_sanitizer_report(words))
		kind = KIND_CRASH;
	if (supervision->board->failure[0] != '\0')
		kind = KIND_ALLOCATION_IGNORED;
	(void)snprintf(detail, sizeof(detail),
	    "%s%sthe process ended with %s; the last line was: %.160s",
	    supervision->board->failure,
	    kind == KIND_ALLOCATION_IGNORED ? " failed; then " : "", how,
	    words);
	note_at(supervision, course, kind, detail);
}

static void
collect_one(struct findings *findings, const struct course *course,
    const struct board_finding *finding)
{
	struct board_finding seen = *finding;

	if ((unsigned)seen.kind >= KINDS) {
		findings_note(findings, course->name, KIND_CRASH, "",
		    "it wrote over memory of the check itself");
		return;
	}
	seen.callback[BOARD_CALLBACK - 1] = '\0';
	seen.registrant[BOARD_NAME - 1] = '\0';
	seen.subject[BOARD_SUBJECT - 1] = '\0';
	seen.detail[BOARD_DETAIL - 1] = '\0';
	findings_add(findings, course->name, &seen);
}

static void
collect(const struct supervision *supervision, const struct course *course)
{
	struct board *shared = supervision->board;
	struct findings *findings = supervision->findings;
	unsigned i, count = atomic_load(&shared->finding_count);

	for (i = 0; i < count && i < BOARD_FINDINGS; i++)
		if (atomic_load(&shared->findings[i].ready))
			collect_one(findings, course, &shared->findings[i]);
	if (findings->name[0] == '\0') {
		copy_text(findings->name, shared->name, BOARD_NAME);
		copy_text(findings->version, shared->version, BOARD_NAME);
	}
}

static enum child_end
judge(struct supervision *supervision, const struct course *course, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	char words[256];

	if (!atomic_load(&supervision->board->begun)) {
		read_last_words(supervision->log, words, sizeof(words));
		(void)snprintf(supervision->problem,
		    sizeof(supervision->problem), "%s could not start: %s",
		    supervision->board->order.valgrind
			? "netinstd under valgrind (is it installed?)"
			: "the child process",
		    words[0] != '\0' ? words : "it did not say why");
		return CHILD_END_CANNOT_RUN;
	}
	if (atomic_load(&supervision->board->over) && code >= 0)
		return CHILD_END_WELL;
	if (code != CHILD_REPORTED)
		note_death(supervision, course, status);
	return CHILD_END_EARLY;
}

static enum child_end
say_interrupted(struct supervision *supervision)
{
	(void)snprintf(supervision->problem, sizeof(supervision->problem),
	    "it was interrupted");
	return CHILD_END_CANNOT_RUN;
}

enum child_end
supervise_child(struct supervision *supervision, const struct course *course)
{
	enum child_end end;
	int status = 0, xml = -1;
	bool killed;
	pid_t child;

	if (interrupt_is_held())
		return say_interrupted(supervision);
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
	if (child < 0) {
		(void)snprintf(supervision->problem,
		    sizeof(supervision->problem), "no child process: %s",
		    strerror(errno));
		return CHILD_END_CANNOT_RUN;
	}
	killed = wait_for(supervision, course, child, &status);
	if (interrupt_is_held())
		end = say_interrupted(supervision);
	else {
		collect(supervision, course);
		end = killed ? CHILD_END_EARLY
			     : judge(supervision, course, status);
	}
	if (xml >= 0)
		memcheck_collect(
		    xml, supervision->board, supervision->findings, course);
	return end;
}
