/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.c: namespaces of the calling process, and the processes that it started
 * to have something in them. Those end with the program.
 */
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/check.h"
#include "base/memory.h"
#include "lib/clock.h"
#include "measure.h"
#include "wire.h"

#define WORLD_DIRECTORY	    "/run/netns"
#define WORLD_ARGUMENTS_MAX 32
#define WORLD_PAUSE	    100000 /* ns between two looks */
#define WORLD_PATIENCE	    (60 * NS_PER_SEC)

static pid_t busy[WORLD_BUSY_MAX];
static unsigned busy_count;

static int
world_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		measure_fail("cannot open %s: %s", path, strerror(errno));
	return fd;
}

bool
world_make(struct world *world)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWNET) != 0) {
		if (errno == EPERM)
			return false;
		measure_fail("cannot unshare: %s", strerror(errno));
	}
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    (mkdir(WORLD_DIRECTORY, 0755) != 0 && errno != EEXIST) ||
	    mount("netns", WORLD_DIRECTORY, "tmpfs", 0, NULL) != 0)
		measure_fail(
		    "cannot mount " WORLD_DIRECTORY ": %s", strerror(errno));
	world_ip("link set lo up");
	world->mounts = world_open("/proc/self/ns/mnt");
	world->network = world_open("/proc/self/ns/net");
	return true;
}

void
world_enter(const struct world *world)
{
	if (setns(world->mounts, CLONE_NEWNS) != 0 ||
	    setns(world->network, CLONE_NEWNET) != 0)
		measure_fail("cannot go from world to world");
}

static pid_t
world_fork(void)
{
	pid_t parent = getpid(), child;

	(void)fflush(stdout);
	child = fork();
	if (child == -1)
		measure_fail("cannot fork");
	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
	}
	return child;
}

void
world_run(const char *const argv[])
{
	char *arguments[WORLD_ARGUMENTS_MAX] = {NULL};
	int status;
	unsigned i;
	pid_t child;

	for (i = 0; argv[i] != NULL && i + 1 < WORLD_ARGUMENTS_MAX; i++)
		arguments[i] = memory_strdup(argv[i]);
	child = world_fork();
	if (child == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		(void)dup2(null, STDOUT_FILENO);
		(void)execvp(arguments[0], arguments);
		_exit(127);
	}
	if (waitpid(child, &status, 0) != child || status != 0)
		measure_fail("%s %s: did not end well", argv[0], argv[1]);
	for (i = 0; arguments[i] != NULL; i++)
		free(arguments[i]);
}

void
world_ip(const char *format, ...)
{
	const char *argv[WORLD_ARGUMENTS_MAX] = {"ip"};
	char line[512], *rest = line, *word;
	va_list arguments;
	unsigned count = 1;

	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	while ((word = strsep(&rest, " ")) != NULL &&
	       count + 1 < WORLD_ARGUMENTS_MAX)
		argv[count++] = word;
	world_run(argv);
}

static void
world_path(char path[PATH_MAX], const char *name)
{
	(void)snprintf(path, PATH_MAX, WORLD_DIRECTORY "/%s", name);
}

void
world_add(const char *name)
{
	int home = world_open("/proc/self/ns/net"), fd;
	char path[PATH_MAX];

	world_path(path, name);
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd < 0 || unshare(CLONE_NEWNET) != 0 ||
	    mount("/proc/self/ns/net", path, "none", MS_BIND, NULL) != 0 ||
	    setns(home, CLONE_NEWNET) != 0)
		measure_fail("cannot make %s: %s", path, strerror(errno));
	(void)close(fd);
	(void)close(home);
}

void
world_delete(const char *name)
{
	char path[PATH_MAX];

	world_path(path, name);
	if (umount2(path, MNT_DETACH) != 0 || unlink(path) != 0)
		measure_fail("cannot remove %s: %s", path, strerror(errno));
}

void
world_add_veths(const char *prefix, unsigned count)
{
	FILE *batch = popen("ip -batch -", "we");
	char name[IFNAMSIZ];
	unsigned i;

	if (batch == NULL)
		measure_fail("cannot start ip");
	for (i = 0; i < count; i++) {
		(void)snprintf(name, sizeof(name), "%s%u", prefix, i);
		world_add(name);
		(void)fprintf(batch,
		    "link add %s up type veth peer name inside netns %s\n",
		    name, name);
	}
	if (pclose(batch) != 0)
		measure_fail("ip makes no veth pairs");
}

/* In one state, or in all for NULL. */
static unsigned
world_count_instances(struct wire *wire, const char *state)
{
	size_t length;
	json_t *reply = json_loads(
	    wire_call(wire, "system.status", "{}", &length), 0, NULL);
	json_t *states =
	    json_object_get(json_object_get(reply, "result"), "instances");
	const char *name;
	json_t *value;
	unsigned total = 0;

	json_object_foreach (states, name, value) {
		if (state == NULL || strcmp(name, state) == 0)
			total += (unsigned)json_integer_value(value);
	}
	json_decref(reply);
	return total;
}

void
world_await_instances(struct wire *wire, unsigned count)
{
	const struct timespec pause = {.tv_nsec = NS_PER_MS};
	int64_t until = clock_monotonic() + WORLD_PATIENCE;

	/* The global one is active, too. */
	while (world_count_instances(wire, NULL) != count + 1 ||
	       world_count_instances(wire, "active") != count + 1) {
		if (clock_monotonic() > until)
			measure_fail(
			    "netinstd does not get to %u instances", count);
		(void)nanosleep(&pause, NULL);
	}
}

void
world_await_no_link(const char *name)
{
	const struct timespec pause = {.tv_nsec = WORLD_PAUSE};
	int64_t until = clock_monotonic() + WORLD_PATIENCE;

	while (if_nametoindex(name) != 0) {
		if (clock_monotonic() > until)
			measure_fail("%s does not go", name);
		(void)nanosleep(&pause, NULL);
	}
}

pid_t
world_inhabit(const char *name)
{
	char path[PATH_MAX], byte = 0;
	int there[2], fd;
	pid_t child;

	world_path(path, name);
	if (pipe2(there, O_CLOEXEC) != 0)
		measure_fail("cannot make a pipe");
	child = world_fork();
	if (child == 0) {
		fd = world_open(path);
		if (setns(fd, CLONE_NEWNET) == 0) {
			(void)close(fd);
			(void)!write(there[1], &byte, 1);
		}
		for (;;)
			(void)pause();
	}
	(void)close(there[1]);
	if (read(there[0], &byte, 1) != 1)
		measure_fail("cannot be in %s", name);
	(void)close(there[0]);
	return child;
}

void
world_be_busy(unsigned processes)
{
	volatile unsigned long spins = 0;

	ASSERT(busy_count + processes <= WORLD_BUSY_MAX);
	for (; processes > 0; processes--) {
		pid_t child = world_fork();

		if (child != 0)
			busy[busy_count++] = child;
		else
			for (;;)
				spins = spins + 1;
	}
}

void
world_be_idle(void)
{
	while (busy_count > 0) {
		pid_t child = busy[--busy_count];

		(void)kill(child, SIGKILL);
		(void)waitpid(child, NULL, 0);
	}
}
