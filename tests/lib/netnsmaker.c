/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netnsmaker.c: makes and removes names of network namespaces as fast as the
 * kernel lets it, in the mount namespace that it is started in.
 *
 *   netnsmaker make DIRECTORY PREFIX COUNT PROCESSES    PREFIX0, PREFIX1, ...,
 *                           a new namespace each, by so many processes; prints
 *                           "NAME ID INODE" of each
 *   netnsmaker remove DIRECTORY PREFIX COUNT PROCESSES  removes these names
 *   netnsmaker identify DIRECTORY NAME                  prints the same line
 *   netnsmaker files DIRECTORY PREFIX COUNT PROCESSES   plain files; they stay
 *   netnsmaker noise DIRECTORY PREFIX COUNT PROCESSES   makes plain files and
 *                           removes each again
 *   netnsmaker remounts DIRECTORY PREFIX COUNT PROCESSES  mounts the process's
 *                           own namespace on one name, so often, and
 *                           unmounts it
 *
 * Removing is what `ip netns del` does: unmount, whoever uses it, and unlink.
 */
#include <inttypes.h>
#include <sys/wait.h>

#include "namespace.h"

#define COUNT_MAX     1000000
#define PROCESSES_MAX 64

struct job {
	const char *directory, *prefix;
	unsigned count, processes;
};

static void
path_of(const struct job *job, unsigned number, char path[NAMESPACE_PATH_MAX])
{
	(void)snprintf(path, NAMESPACE_PATH_MAX, "%s/%s%u", job->directory,
	    job->prefix, number);
}

/* One write each: several processes share the output. */
static void
tell(const char *path, const char *name)
{
	struct stat status;

	if (stat(path, &status) != 0)
		namespace_fail("stat", path);
	(void)dprintf(STDOUT_FILENO, "%s %" PRIu64 " %lu\n", name,
	    namespace_id(path), (unsigned long)status.st_ino);
}

static void
make(const struct job *job, unsigned number)
{
	char path[NAMESPACE_PATH_MAX];

	path_of(job, number, path);
	namespace_make_file(path);
	namespace_make();
	namespace_cover(path, NAMESPACE_OWN);
	tell(path, path + strlen(job->directory) + 1);
}

static void
remove_one(const struct job *job, unsigned number)
{
	char path[NAMESPACE_PATH_MAX];

	path_of(job, number, path);
	namespace_uncover(path);
	namespace_remove_file(path);
}

static void
make_file(const struct job *job, unsigned number)
{
	char path[NAMESPACE_PATH_MAX];

	path_of(job, number, path);
	namespace_make_file(path);
}

static void
make_noise(const struct job *job, unsigned number)
{
	char path[NAMESPACE_PATH_MAX];

	path_of(job, number, path);
	namespace_make_file(path);
	namespace_remove_file(path);
}

/* Each process has a name of its own. */
static void
remount(const struct job *job, unsigned number)
{
	char path[NAMESPACE_PATH_MAX];

	path_of(job, number % job->processes, path);
	if (number < job->processes)
		namespace_make_file(path);
	namespace_cover(path, NAMESPACE_OWN);
	namespace_uncover(path);
	if (number + job->processes >= job->count)
		namespace_remove_file(path);
}

static const struct mode {
	const char *name;
	void (*step)(const struct job *job, unsigned number);
} modes[] = {
    {"make", make},
    {"remove", remove_one},
    {"files", make_file},
    {"noise", make_noise},
    {"remounts", remount},
};

/* The processes share the numbers out between them. */
static int
run(const struct job *job, const struct mode *mode)
{
	unsigned process, number;
	int status, result = 0;

	for (process = 0; process < job->processes; process++) {
		if (fork() != 0)
			continue;
		for (number = process; number < job->count;
		     number += job->processes)
			mode->step(job, number);
		_exit(0);
	}
	while (wait(&status) > 0)
		result |= status;
	return result == 0 ? 0 : 1;
}

static unsigned
read_number(const char *text, unsigned most)
{
	unsigned long number = strtoul(text, NULL, 10);

	if (number < 1 || number > most) {
		errno = ERANGE;
		namespace_fail("number", text);
	}
	return (unsigned)number;
}

static int
identify(const char *directory, const char *name)
{
	char path[NAMESPACE_PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	tell(path, name);
	return 0;
}

int
main(int argc, char **argv)
{
	struct job job;
	size_t i;

	if (argc == 4 && strcmp(argv[1], "identify") == 0)
		return identify(argv[2], argv[3]);
	for (i = 0; argc == 6 && i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(argv[1], modes[i].name) != 0)
			continue;
		job.directory = argv[2];
		job.prefix = argv[3];
		job.count = read_number(argv[4], COUNT_MAX);
		job.processes = read_number(argv[5], PROCESSES_MAX);
		return run(&job, &modes[i]);
	}
	(void)fprintf(stderr, "usage: netnsmaker MODE DIRECTORY PREFIX COUNT "
			      "PROCESSES\n");
	return 2;
}
