/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.c: owns the processes it started and their directories, in a list
 * that is cleared when the program exits. A server whose starter dies is ended
 * by the kernel.
 *
 * Directories are made where only the user can write to the way there, because
 * netinstd loads plugins from nowhere else; the plugin is copied there.
 */
#include "process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memory.h"
#include "lib/clock.h"
#include "measure.h"
#include "wire.h"

/* How long a server may take to come up and to go down. */
#define PROCESS_START_LIMIT   (10 * NS_PER_SEC)
#define PROCESS_STOP_LIMIT    (120 * NS_PER_SEC)
#define PROCESS_ARGUMENTS_MAX 32

#define PROCESS_ZEBRA "/usr/lib/frr/zebra"

static struct process *running;

void
process_build_path(char path[PROCESS_PATH_MAX], const char *file)
{
	char self[PROCESS_PATH_MAX / 2];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	unsigned up;

	if (length < 0)
		measure_fail("cannot read /proc/self/exe");
	self[length] = '\0';
	/* BUILD/bench/PROGRAM */
	for (up = 0; up < 2; up++)
		*strrchr(self, '/') = '\0';
	(void)snprintf(path, PROCESS_PATH_MAX, "%s/%s", self, file);
}

static int
process_remove_file(
    const char *path, const struct stat *status, int type, struct FTW *position)
{
	return remove(path);
}

static void
process_forget(struct process *process)
{
	struct process **link = &running;

	while (*link != process)
		link = &(*link)->next;
	*link = process->next;
	(void)nftw(
	    process->directory, process_remove_file, 8, FTW_DEPTH | FTW_PHYS);
}

/* Whether it is over; then its status is that of waitpid(). */
static bool
process_has_ended(struct process *process)
{
	if (process->pid != 0 &&
	    waitpid(process->pid, &process->status, WNOHANG) != 0)
		process->pid = 0;
	return process->pid == 0;
}

/* At exit: what still runs is not wanted any more. */
static void
process_end_all(void)
{
	while (running != NULL) {
		if (!process_has_ended(running)) {
			(void)kill(running->pid, SIGKILL);
			(void)waitpid(running->pid, NULL, 0);
		}
		process_forget(running);
	}
}

static void
process_make_directory(struct process *process)
{
	const char *parents[] = {
	    "/run", getenv("XDG_RUNTIME_DIR"), getenv("HOME")};
	char *made = NULL;
	unsigned i;

	for (i = 0; i < ARRAY_LENGTH(parents) && made == NULL; i++) {
		if (parents[i] == NULL)
			continue;
		(void)snprintf(process->directory, sizeof(process->directory),
		    "%s/netinst-bench.XXXXXX", parents[i]);
		made = mkdtemp(process->directory);
	}
	process->plugins = 0;
	if (made == NULL)
		measure_fail("no place for a private directory: /run, "
			     "$XDG_RUNTIME_DIR and $HOME do not do");
	(void)snprintf(process->socket, sizeof(process->socket), "%s/socket",
	    process->directory);
}

static void
process_copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat status;

	if (in < 0 || out < 0 || fstat(in, &status) != 0 ||
	    sendfile(out, in, NULL, (size_t)status.st_size) != status.st_size)
		measure_fail("cannot copy %s to %s", from, to);
	(void)close(in);
	(void)close(out);
}

static _Noreturn void
process_become(const struct process *process, const char *const argv[])
{
	char *arguments[PROCESS_ARGUMENTS_MAX] = {NULL};
	unsigned i;
	int output = process->output;

	for (i = 0; argv[i] != NULL && i + 1 < PROCESS_ARGUMENTS_MAX; i++)
		arguments[i] = memory_strdup(argv[i]);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (chdir(process->directory) == 0 &&
	    (output != 0 || (output = open("log", O_CREAT | O_WRONLY | O_APPEND,
				 0600)) >= 0) &&
	    dup2(output, STDOUT_FILENO) >= 0 &&
	    dup2(output, STDERR_FILENO) >= 0)
		(void)execvp(arguments[0], arguments);
	_exit(127);
}

/* Copies the log of a server that did not do well to standard error. */
static void
process_show_log(const struct process *process)
{
	char path[PROCESS_PATH_MAX], line[1024];
	FILE *log;

	(void)snprintf(path, sizeof(path), "%s/log", process->directory);
	log = fopen(path, "re");
	if (log == NULL)
		return;
	while (fgets(line, sizeof(line), log) != NULL)
		(void)fprintf(stderr, "| %s", line);
	(void)fclose(log);
}

static void
process_pause(void)
{
	const struct timespec pause = {.tv_nsec = NS_PER_MS};

	(void)nanosleep(&pause, NULL);
}

static bool
process_takes_connections(const struct process *process)
{
	int fd = wire_connect(process->socket);

	if (fd < 0)
		return false;
	(void)close(fd);
	return true;
}

/* The control socket is served before the plugins are there. */
static bool
process_has_its_plugins(const struct process *process)
{
	static const char mark[] = "\"state\":\"loaded\"";
	unsigned loaded = 0;
	struct wire wire;
	const char *at;
	size_t length;

	wire_open(&wire, process->socket);
	at = wire_call(&wire, "plugin.list", "{}", &length);
	while ((at = strstr(at, mark)) != NULL) {
		loaded++;
		at += sizeof(mark) - 1;
	}
	wire_close(&wire);
	return loaded == process->plugins;
}

static void
process_await(
    struct process *process, bool (*is_up)(const struct process *process))
{
	int64_t until = clock_monotonic() + PROCESS_START_LIMIT;

	while (!is_up(process)) {
		if (process_has_ended(process) || clock_monotonic() > until) {
			process_show_log(process);
			measure_fail("a server did not come up");
		}
		process_pause();
	}
}

static void
process_start(struct process *process, const char *const argv[])
{
	static bool watched;

	if (!watched)
		(void)atexit(process_end_all);
	watched = true;
	(void)fflush(stdout);
	process->pid = fork();
	if (process->pid == -1)
		measure_fail("cannot fork");
	if (process->pid == 0)
		process_become(process, argv);
	process->next = running;
	running = process;
	process_await(process, process_takes_connections);
}

/* Copies a plugin of the build to where netinstd loads it from. */
static void
process_bring_plugin(struct process *process, const char *plugin, char *copy)
{
	char built[PROCESS_PATH_MAX];

	process_build_path(built, plugin);
	(void)snprintf(copy, PROCESS_PATH_MAX, "%s/%s", process->directory,
	    strrchr(plugin, '/') + 1);
	process_copy_file(built, copy);
	process->plugins++;
}

void
process_start_netinstd(struct process *process, const char *plugin)
{
	char program[PROCESS_PATH_MAX], copy[PROCESS_PATH_MAX];
	const char *const argv[] = {program, "-s", process->socket, "--source",
	    "netns=off", "-p", copy, NULL};

	process_build_path(program, "netinstd");
	process_make_directory(process);
	process_bring_plugin(process, plugin, copy);
	process_start(process, argv);
	process_await(process, process_has_its_plugins);
}

/* Writes a file of the server's directory. */
static void
process_write_file(const struct process *process, const char *name,
    const char *text, char path[PROCESS_PATH_MAX])
{
	FILE *file;

	(void)snprintf(
	    path, PROCESS_PATH_MAX, "%s/%s", process->directory, name);
	file = fopen(path, "we");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
		measure_fail("cannot write %s", path);
}

void
process_start_netinstd_netns(
    struct process *process, const char *const plugins[])
{
	static char copies[PROCESS_PLUGINS_MAX][PROCESS_PATH_MAX];
	char program[PROCESS_PATH_MAX], settings[PROCESS_PATH_MAX];
	const char *argv[PROCESS_ARGUMENTS_MAX] = {program, "-s",
	    process->socket, "-c", settings, "--source", "netns=on"};
	unsigned count = 7, i;

	process_build_path(program, "netinstd");
	process_make_directory(process);
	process_write_file(process, "netinst.conf",
	    "netns {\n\tdirectories = \"/run/netns\"\n"
	    "\tscan_interval = 0\n}\n",
	    settings);
	for (i = 0; plugins[i] != NULL && i < PROCESS_PLUGINS_MAX; i++) {
		process_bring_plugin(process, plugins[i], copies[i]);
		argv[count++] = "-p";
		argv[count++] = copies[i];
	}
	process_start(process, argv);
	process_await(process, process_has_its_plugins);
}

bool
process_has_zebra(void)
{
	return access(PROCESS_ZEBRA, X_OK) == 0 && getpwnam("frr") != NULL;
}

/* It gives up its rights early, and its files are its user's then. */
void
process_start_zebra(struct process *process)
{
	const struct passwd *user = getpwnam("frr");
	char settings[PROCESS_PATH_MAX];
	const char *const argv[] = {PROCESS_ZEBRA, "-n", "-u", "frr", "-g",
	    "frr", "-f", settings, "-i", "pid", "-z", process->socket,
	    "--vty_socket", process->directory, "-P", "0", "--log", "stdout",
	    NULL};

	process_make_directory(process);
	process_write_file(process, "zebra.conf", "", settings);
	if (user == NULL ||
	    chown(process->directory, user->pw_uid, user->pw_gid) != 0 ||
	    chown(settings, user->pw_uid, user->pw_gid) != 0)
		measure_fail("zebra has no user \"frr\"");
	process_start(process, argv);
}

bool
process_has_redis(void)
{
	return system("command -v redis-server >/dev/null 2>&1") == 0;
}

void
process_start_redis(struct process *process)
{
	const char *const argv[] = {"redis-server", "--port", "0",
	    "--unixsocket", process->socket, "--save", "", "--appendonly", "no",
	    "--daemonize", "no", NULL};

	process_make_directory(process);
	process_start(process, argv);
}

void
process_stop(struct process *process)
{
	int64_t until = clock_monotonic() + PROCESS_STOP_LIMIT;

	(void)kill(process->pid, SIGTERM);
	while (!process_has_ended(process) && clock_monotonic() < until)
		process_pause();
	if (!process_has_ended(process) || process->status != 0) {
		process_show_log(process);
		measure_fail("the server did not end well");
	}
	process_forget(process);
}

typedef void (*thread_visit_fn)(void *arg, pid_t pid, pid_t thread);

static void
process_visit_threads(pid_t pid, thread_visit_fn visit, void *arg)
{
	char path[64];
	struct dirent *entry;
	DIR *tasks;

	(void)snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = opendir(path);
	if (tasks == NULL)
		measure_fail("the server is gone");
	while ((entry = readdir(tasks)) != NULL)
		if (entry->d_name[0] != '.')
			visit(arg, pid, atoi(entry->d_name));
	(void)closedir(tasks);
}

static void
process_pin_thread(void *arg, pid_t pid, pid_t thread)
{
	if (sched_setaffinity(thread, sizeof(cpu_set_t), arg) != 0 &&
	    errno != ESRCH)
		measure_fail("cannot pin the server to a CPU");
}

void
process_pin(const struct process *process, unsigned first, unsigned count)
{
	cpu_set_t set;

	measure_cpu_set(first, count, &set);
	process_visit_threads(process->pid, process_pin_thread, &set);
}

static void
process_add_thread_time(void *arg, pid_t pid, pid_t thread)
{
	int64_t *total = arg;
	long long spent;
	char path[64];
	FILE *file;

	(void)snprintf(
	    path, sizeof(path), "/proc/%d/task/%d/schedstat", pid, thread);
	file = fopen(path, "re");
	if (file == NULL)
		return;
	if (fscanf(file, "%lld", &spent) == 1)
		*total += spent;
	(void)fclose(file);
}

int64_t
process_cpu_time(const struct process *process)
{
	int64_t total = 0;

	process_visit_threads(process->pid, process_add_thread_time, &total);
	return total;
}

void
process_read_memory(pid_t pid, struct process_memory *memory)
{
	char path[64], line[256];
	double kilobytes;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup",
	    pid == 0 ? getpid() : pid);
	file = fopen(path, "re");
	if (file == NULL)
		measure_fail("cannot read %s", path);
	*memory = (struct process_memory){0};
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "Rss: %lf", &kilobytes) == 1)
			memory->rss += kilobytes * 1024;
		else if (sscanf(line, "Pss: %lf", &kilobytes) == 1)
			memory->pss += kilobytes * 1024;
		else if (sscanf(line, "Private_Clean: %lf", &kilobytes) == 1 ||
			 sscanf(line, "Private_Dirty: %lf", &kilobytes) == 1)
			memory->private += kilobytes * 1024;
	}
	(void)fclose(file);
}
