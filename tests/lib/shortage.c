/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shortage.c: what a daemon makes of the N-th allocation, or the N-th call of
 * the kernel, that fails while it starts, reads its configuration again, serves
 * a request of each method, or stops; for every N there is. It may end, but
 * only with its line "out of memory"; a request may be refused, but not with
 * words that blame the client or the daemon; and afterwards it works again.
 * Each breach is a line on standard output; exits with 1 if there was one.
 *
 *   shortage [OPTION...] SCRIPT SOCKET NETINSTD [ARGUMENT...]
 *
 *   -l FILE  what the daemon is started with to let calls fail (scarce.so)
 *   -m       allocations fail; without, calls of the kernel do
 *   -e ERRNO what these fail with, as a number; without, what fits each
 *   -i STEP  N is every STEP-th; -f FIRST  from that one on
 *   -s SPAN  so many fail from the N-th on
 *
 * A script is lines: "METHOD [PARAMS]" is sent while the N-th fails, behind
 * all that has "-" in front, before all that has "+" in front; HUP, START and
 * STOP are what they say; an "@" becomes a number that is new each time.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../preload/scarce.h"

#define PATIENCE_MS 60000
#define LINES_MAX   200
#define TEXT_SIZE   4096
#define LOG_SIZE    (1 << 16)

static struct {
	const char *library, *socket;
	char **command; /* of the daemon */
	bool memory;
	long error, step, first, span;
} options = {.step = 1, .first = 1, .span = 1};

static struct scarce *scarce;
static char lines[LINES_MAX][TEXT_SIZE];
static size_t line_count;
static char log_path[512], page_path[512];
static pid_t daemon_pid;
static off_t log_start; /* of the daemon that runs, or of the last look */
static unsigned serial, breaches, places;
static const char *under_test;
static long now_failing; /* 0: none is to fail, this once */
static char usual[64];	 /* the error that the request has then, or "" */

static void
die(const char *what)
{
	(void)fprintf(stderr, "shortage: %s: %s\n", what, strerror(errno));
	if (daemon_pid > 0)
		(void)kill(daemon_pid, SIGKILL);
	exit(2);
}

__attribute__((format(printf, 1, 2))) static void
breach(const char *format, ...)
{
	va_list arguments;

	(void)printf("%ld %s of %s: ", now_failing, scarce->name, under_test);
	va_start(arguments, format);
	(void)vprintf(format, arguments);
	va_end(arguments);
	(void)putchar('\n');
	(void)fflush(stdout);
	breaches++;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void
nap(void)
{
	(void)poll(NULL, 0, 2);
}

/* --- what fails ----------------------------------------------------------- */

static void
arm(long number)
{
	scarce->name[0] = '\0';
	atomic_store(&scarce->failed, 0);
	atomic_store(&scarce->span, options.span);
	atomic_store(&scarce->memory, options.memory);
	atomic_store(&scarce->error, options.error);
	atomic_store(&scarce->left, number);
}

/* Whether one has failed. */
static bool
disarm(void)
{
	atomic_store(&scarce->left, 0);
	return atomic_load(&scarce->failed) > 0;
}

/* --- the daemon ----------------------------------------------------------- */

/* What the daemon has logged since it started, or since it was looked at. */
static const char *
read_log(void)
{
	static char text[LOG_SIZE];
	int fd = open(log_path, O_RDONLY | O_CLOEXEC);
	ssize_t got = pread(fd, text, sizeof(text) - 1, log_start);

	text[got > 0 ? got : 0] = '\0';
	(void)close(fd);
	return text;
}

static void
log_from_here(void)
{
	struct stat status;

	log_start = stat(log_path, &status) == 0 ? status.st_size : 0;
}

static const char *
last_line(void)
{
	static char last[LOG_SIZE];
	char *line;

	(void)snprintf(last, sizeof(last), "%s", read_log());
	if (last[0] != '\0' && last[strlen(last) - 1] == '\n')
		last[strlen(last) - 1] = '\0';
	line = strrchr(last, '\n');
	return line != NULL ? line + 1 : last;
}

static void
start_daemon(void)
{
	int log;

	log_from_here();
	daemon_pid = fork();
	if (daemon_pid < 0)
		die("fork");
	if (daemon_pid > 0)
		return;
	log = open(log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	(void)dup2(log, STDERR_FILENO);
	(void)setenv(SCARCE_ENVIRON, page_path, 1);
	(void)setenv("LD_PRELOAD", options.library, 1);
	(void)execv(options.command[0], options.command);
	_exit(127);
}

/* Whether the daemon is over; then its status is set. */
static bool
is_over(int *status)
{
	if (daemon_pid <= 0 || waitpid(daemon_pid, status, WNOHANG) == 0)
		return false;
	daemon_pid = 0;
	return true;
}

/* Waits until it is over, or one of the texts is logged; false: neither. */
static bool
wait_for(const char *text, const char *other, int *status)
{
	int64_t until = now_ms() + PATIENCE_MS;

	while (now_ms() < until) {
		if (is_over(status) ||
		    (text != NULL && strstr(read_log(), text) != NULL) ||
		    (other != NULL && strstr(read_log(), other) != NULL))
			return true;
		nap();
	}
	return false;
}

static void
kill_daemon(void)
{
	if (daemon_pid > 0) {
		(void)kill(daemon_pid, SIGKILL);
		(void)waitpid(daemon_pid, NULL, 0);
	}
	daemon_pid = 0;
}

static void
need_daemon(void)
{
	int status;

	if (daemon_pid > 0)
		return;
	start_daemon();
	if (!wait_for(" ready: ", NULL, &status) || daemon_pid == 0) {
		(void)fprintf(stderr, "shortage: %s\n", last_line());
		die("the daemon does not start");
	}
}

/* It has ended while something failed: what it may say. */
static void
judge_end(int status, bool may_give_up)
{
	if (strncmp(under_test, "system.stop", 11) == 0 && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0)
		return;
	if (options.memory && strstr(read_log(), "out of memory") != NULL &&
	    WIFSIGNALED(status))
		return;
	if (may_give_up && WIFEXITED(status) && WEXITSTATUS(status) != 0 &&
	    WEXITSTATUS(status) != 127)
		return;
	breach("it ended with %s %d: %s",
	    WIFSIGNALED(status) ? "signal" : "exit status",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
	    last_line());
}

static void
judge_log(void)
{
	const char *bug = strstr(read_log(), "netinst: bug");

	if (bug != NULL && daemon_pid > 0)
		breach("it logged: %.200s", bug);
}

/* --- requests ------------------------------------------------------------- */

static int
reach(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(
	    address.sun_path, sizeof(address.sun_path), "%s", options.socket);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address,
			   sizeof(address)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

/* The number that "@" stands for is put in; the "-" in front is not sent. */
static void
fill_in(char *request, size_t size, const char *line)
{
	const char *blank = strchr(line, ' ');
	int length = (int)(blank != NULL ? blank - line : (long)strlen(line));
	size_t used = (size_t)snprintf(request, size,
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%.*s\"%s", length, line,
	    blank != NULL ? ",\"params\":" : "");

	for (; blank != NULL && *blank != '\0' && used < size - 32; blank++)
		if (*blank == '@')
			used += (size_t)snprintf(
			    request + used, size - used, "%u", serial);
		else
			request[used++] = *blank;
	(void)snprintf(request + used, size - used, "}\n");
}

enum answer { ANSWERED, SILENT, CLOSED, ENDED };

/* Sends a request; reads as much of the reply as there is room for. */
static enum answer
ask(const char *line, char *reply, size_t size, int *status)
{
	int64_t until = now_ms() + PATIENCE_MS;
	char request[TEXT_SIZE * 2], more[4096];
	struct pollfd readable = {.fd = reach(), .events = POLLIN};
	enum answer answer = SILENT;
	size_t used = 0;
	ssize_t got;

	reply[0] = '\0';
	fill_in(request, sizeof(request), line);
	if (readable.fd < 0 ||
	    send(readable.fd, request, strlen(request), MSG_NOSIGNAL) < 0)
		answer = CLOSED;
	while (answer == SILENT && now_ms() < until) {
		if (poll(&readable, 1, 50) == 0)
			continue;
		got = read(readable.fd, more, sizeof(more));
		if (got <= 0) {
			answer = CLOSED;
			break;
		}
		if (used + (size_t)got < size) {
			memcpy(reply + used, more, (size_t)got);
			used += (size_t)got;
			reply[used] = '\0';
		}
		if (more[got - 1] == '\n')
			answer = ANSWERED;
	}
	if (readable.fd >= 0)
		(void)close(readable.fd);
	/* Perhaps it is about to end. */
	for (until = now_ms() + 200;
	     answer == CLOSED && daemon_pid > 0 && now_ms() < until; nap())
		if (is_over(status))
			return ENDED;
	return answer;
}

/* Whether a shortage may have the error of that name. */
static bool
is_honest(const char *name)
{
	static const char *const names[] = {"out-of-memory", "limit-reached",
	    "system-failed", "plugin-failed", "kstat-unavailable", "timed-out"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* The name of the error that was answered, or "". */
static void
read_error(const char *reply, char *name, size_t size)
{
	const char *error = strstr(reply, "\"error\":");
	const char *found = error != NULL ? strstr(error, "\"name\":\"") : NULL;

	name[0] = '\0';
	if (found != NULL)
		(void)snprintf(name, size, "%.*s",
		    (int)strcspn(found + 8, "\""), found + 8);
}

static void
judge_reply(char *reply)
{
	char name[64];

	reply[strcspn(reply, "\n")] = '\0';
	read_error(reply, name, sizeof(name));
	if (now_failing == 0)
		(void)snprintf(usual, sizeof(usual), "%s", name);
	if (name[0] != '\0' && strcmp(name, usual) != 0 && !is_honest(name))
		breach("%.300s", strstr(reply, "\"error\":"));
}

/* The requests in front of a line, and those behind it. */
static void
surround(size_t at, char mark)
{
	char reply[TEXT_SIZE];
	size_t from = at, to = at;
	int status;

	while (from > 0 && lines[from - 1][0] == '-')
		from--;
	while (to + 1 < line_count && lines[to + 1][0] == '+')
		to++;
	if (mark == '-')
		to = at;
	else
		from = at + 1;
	for (size_t i = from; mark == '-' ? i < to : i <= to; i++)
		(void)ask(lines[i] + 2, reply, sizeof(reply), &status);
}

/* --- one failure ---------------------------------------------------------- */

static void
works_again(void)
{
	int64_t until = now_ms() + PATIENCE_MS;
	char reply[TEXT_SIZE];
	int status = 0;

	/* One that is about to end may take its time. */
	while (daemon_pid > 0 && now_ms() < until) {
		enum answer answer =
		    ask("system.status", reply, sizeof(reply), &status);

		if (answer == ENDED)
			judge_end(status, false);
		if (answer == ENDED || strstr(reply, "\"result\"") != NULL)
			return;
		nap();
	}
	if (daemon_pid > 0) {
		breach("afterwards it does not answer");
		kill_daemon();
	}
}

static bool
try_request(size_t at, long number)
{
	static char reply[1 << 20];
	enum answer answer;
	int status = 0;
	bool failed;

	need_daemon();
	surround(at, '-');
	log_from_here();
	if (number > 0)
		arm(number);
	answer = ask(lines[at], reply, sizeof(reply), &status);
	failed = disarm();
	if (answer == ENDED)
		judge_end(status, false);
	else if (answer == SILENT)
		breach("no answer");
	else if (answer == ANSWERED)
		judge_reply(reply);
	judge_log();
	works_again();
	if (daemon_pid > 0)
		surround(at, '+');
	return failed;
}

/* Until it is ready, or has read its configuration or refused it. */
static bool
try_until_told(bool start, long number)
{
	int status = 0;
	bool failed, told;

	if (start)
		kill_daemon();
	else
		need_daemon();
	log_from_here();
	arm(number);
	if (start)
		start_daemon();
	else
		(void)kill(daemon_pid, SIGHUP);
	told = wait_for(start ? " ready: " : "configuration was read again",
	    "configuration stays as it was", &status);
	failed = disarm();
	if (!told)
		breach("it has no end");
	else if (daemon_pid == 0)
		judge_end(status, start);
	judge_log();
	works_again();
	return failed;
}

static bool
try_stop(long number)
{
	int status = 0;
	bool failed;

	need_daemon();
	log_from_here();
	arm(number);
	(void)kill(daemon_pid, SIGTERM);
	if (!wait_for(NULL, NULL, &status))
		breach("it does not end");
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		judge_end(status, true);
	failed = disarm();
	kill_daemon();
	return failed;
}

static bool
try_one(size_t at, long number)
{
	serial++;
	now_failing = number;
	under_test = lines[at];
	if (strcmp(lines[at], "HUP") == 0 || strcmp(lines[at], "START") == 0)
		return try_until_told(lines[at][0] == 'S', number);
	if (strcmp(lines[at], "STOP") == 0)
		return try_stop(number);
	return try_request(at, number);
}

/* --- all of them ---------------------------------------------------------- */

static void
read_script(const char *path)
{
	FILE *file = fopen(path, "re");

	if (file == NULL)
		die(path);
	while (line_count < LINES_MAX &&
	       fgets(lines[line_count], TEXT_SIZE, file) != NULL) {
		lines[line_count][strcspn(lines[line_count], "\n")] = '\0';
		if (lines[line_count][0] != '\0' && lines[line_count][0] != '#')
			line_count++;
	}
	(void)fclose(file);
}

static void
make_page(void)
{
	int fd;

	(void)snprintf(log_path, sizeof(log_path), "%s.log", options.socket);
	(void)snprintf(page_path, sizeof(page_path), "%s.page", options.socket);
	fd = open(page_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*scarce)) != 0)
		die(page_path);
	scarce = mmap(
	    NULL, sizeof(*scarce), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (scarce == MAP_FAILED)
		die("mmap");
	(void)close(fd);
}

static void
read_options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "+l:me:i:f:s:")) != -1) {
		if (option == 'l')
			options.library = optarg;
		else if (option == 'm')
			options.memory = true;
		else if (option != '?')
			*(option == 'e'	    ? &options.error
			    : option == 'i' ? &options.step
			    : option == 'f' ? &options.first
					    : &options.span) = atol(optarg);
		else
			exit(2);
	}
	if (argc - optind < 3 || options.library == NULL) {
		(void)fprintf(stderr, "usage: shortage -l FILE [OPTION...] "
				      "SCRIPT SOCKET NETINSTD [ARGUMENT...]\n");
		exit(2);
	}
	read_script(argv[optind]);
	options.socket = argv[optind + 1];
	options.command = argv + optind + 2;
}

int
main(int argc, char **argv)
{
	read_options(argc, argv);
	make_page();
	for (size_t i = 0; i < line_count; i++) {
		if (lines[i][0] == '-' || lines[i][0] == '+')
			continue;
		(void)try_one(i, 0);
		for (long number = options.first; try_one(i, number);
		     number += options.step)
			places++;
	}
	if (daemon_pid > 0) {
		int status;

		(void)kill(daemon_pid, SIGTERM);
		if (!wait_for(NULL, NULL, &status))
			breach("in the end, it does not stop");
		kill_daemon();
	}
	(void)printf("# %u places, %u breaches\n", places, breaches);
	return breaches > 0;
}
