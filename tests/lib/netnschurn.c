/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netnschurn.c: a model of names of network namespaces, and the same names for
 * real: made, deleted, made again at once for another namespace, given to a
 * namespace that has one, covered by another namespace and uncovered, and moved
 * from one file to another, at random. Who looks on must in the end know of
 * exactly the namespaces that still have names, by these names.
 *
 *   netnschurn DIRECTORY PREFIX REMAKES STOPS SEED [LOG]
 *
 * Goes on until so many names were deleted and made again. At each of so many
 * stops, evenly spread, it tells the model: lines "state ID NAME..." and then
 * "stop N"; it goes on when it reads a line. In the end all names are removed,
 * there is one more stop, and then a line "lived ID N" for each namespace: how
 * often it came to be seen by a name. That is the most an onlooker can know of.
 *
 * With a LOG it does not overtake the plugin "identity" that writes there:
 * after each step, who came to be seen must have been logged as "create in ID",
 * and who ceased to as "shutdown in ID". Then nothing can be missed.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <time.h>

#include "namespace.h"

#define NAMES	     12
#define DEPTH_MAX    3	       /* of namespaces that cover each other */
#define LIVES_MAX    (1 << 17) /* a power of two */
#define LOG_PATIENCE 60	       /* seconds */

/* The namespaces mounted on a name; the last one is seen. */
struct name {
	char path[NAMESPACE_PATH_MAX];
	uint64_t ids[DEPTH_MAX];
	unsigned depth;
};

/* What is known of a namespace. */
struct life {
	uint64_t id;
	bool seen;    /* by a name, now */
	bool settled; /* that it is seen is counted */
	unsigned lived;
	unsigned created, shut_down; /* in the log */
};

static struct name names[NAMES];
static struct life lives[LIVES_MAX]; /* hashed by id */
static struct life *seen[NAMES];     /* at the last look */
static int home;
static FILE *log_file;
static unsigned remade;

/* The entry of an id, or the one where it would be. */
static struct life *
find_life(uint64_t id)
{
	size_t at = id % LIVES_MAX;

	while (lives[at].id != 0 && lives[at].id != id)
		at = (at + 1) % LIVES_MAX;
	return &lives[at];
}

static struct name *
any_name(void)
{
	return &names[random() % NAMES];
}

/* A name with (without) a namespace, or NULL. */
static struct name *
some_name(bool there)
{
	size_t start = (size_t)random() % NAMES, i;

	for (i = 0; i < NAMES; i++) {
		struct name *name = &names[(start + i) % NAMES];

		if ((name->depth > 0) == there)
			return name;
	}
	return NULL;
}

static uint64_t
top(const struct name *name)
{
	return name->ids[name->depth - 1];
}

/* Counts what one line says of a namespace of ours. */
static void
read_line(const char *line)
{
	const char *create = strstr(line, ": create in "),
		   *down = strstr(line, ": shutdown in ");
	const char *at = create != NULL ? create : down;
	struct life *life;
	uint64_t id;

	if (at == NULL || sscanf(at, ": %*s in %" SCNu64, &id) != 1)
		return;
	life = find_life(id);
	if (life->id == 0)
		return;
	if (create != NULL)
		life->created++;
	else
		life->shut_down++;
}

static bool
is_logged(const struct life *life)
{
	return life->created == life->lived &&
	       life->shut_down == life->lived - life->seen;
}

/* Whole lines: the end of one may be still to come. */
static void
read_log(void)
{
	char line[4096];
	long at = ftell(log_file);

	while (fgets(line, sizeof(line), log_file) != NULL) {
		if (strchr(line, '\n') == NULL) {
			(void)fseek(log_file, at, SEEK_SET);
			break;
		}
		read_line(line);
		at = ftell(log_file);
	}
	clearerr(log_file);
}

static void
await_log(const struct life *life)
{
	const struct timespec pause = {.tv_nsec = 200000};
	time_t end = time(NULL) + LOG_PATIENCE;
	char text[24];

	while (log_file != NULL && !is_logged(life)) {
		read_log();
		(void)nanosleep(&pause, NULL);
		if (time(NULL) <= end)
			continue;
		(void)snprintf(text, sizeof(text), "%" PRIu64, life->id);
		errno = ETIMEDOUT;
		namespace_fail("log of", text);
	}
}

/* After a change: who is seen now, who no more. */
static void
settle(void)
{
	struct life *before[NAMES];
	size_t i;

	(void)memcpy(before, seen, sizeof(before));
	for (i = 0; i < NAMES; i++)
		if (before[i] != NULL)
			before[i]->seen = false;
	for (i = 0; i < NAMES; i++) {
		seen[i] = NULL;
		if (names[i].depth == 0)
			continue;
		seen[i] = find_life(top(&names[i]));
		seen[i]->seen = true;
		if (!seen[i]->settled)
			seen[i]->lived++;
		seen[i]->settled = true;
		await_log(seen[i]);
	}
	for (i = 0; i < NAMES; i++)
		if (before[i] != NULL && !before[i]->seen) {
			before[i]->settled = false;
			await_log(before[i]);
		}
}

static void
mount_new(struct name *name)
{
	namespace_make();
	namespace_cover(name->path, NAMESPACE_OWN);
	namespace_go_home(home);
	name->ids[name->depth++] = namespace_id(name->path);
	find_life(top(name))->id = top(name);
}

static void
make(struct name *name)
{
	namespace_make_file(name->path);
	mount_new(name);
}

/* As `ip netns del` does it; what it covered is seen for a moment. */
static void
delete_name(struct name *name)
{
	while (name->depth > 0) {
		namespace_uncover(name->path);
		name->depth--;
		settle();
	}
	namespace_remove_file(name->path);
}

static void
step_make(void)
{
	struct name *name = some_name(false);

	if (name != NULL)
		make(name);
}

static void
step_delete(void)
{
	struct name *name = some_name(true);

	if (name != NULL)
		delete_name(name);
}

static void
step_remake(void)
{
	struct name *name = some_name(true);

	if (name == NULL)
		return;
	delete_name(name);
	make(name);
	remade++;
}

static void
step_alias(void)
{
	struct name *to = some_name(false), *from = some_name(true);

	if (to == NULL || from == NULL)
		return;
	namespace_make_file(to->path);
	namespace_cover(to->path, from->path);
	to->ids[to->depth++] = top(from);
}

/* A new namespace over a name that has one, or one that has a name too. */
static void
step_cover(void)
{
	struct name *name = some_name(true), *from = any_name();

	if (name == NULL || name->depth == DEPTH_MAX)
		return;
	if (from->depth == 0) {
		mount_new(name);
		return;
	}
	namespace_cover(name->path, from->path);
	name->ids[name->depth] = top(from);
	name->depth++;
}

static void
step_uncover(void)
{
	struct name *name = some_name(true);

	if (name == NULL || name->depth < 2)
		return;
	namespace_uncover(name->path);
	name->depth--;
}

/* The mount itself goes to another file; its own stays, plain, for a while. */
static void
step_move(void)
{
	struct name *to = some_name(false), *from = some_name(true);

	if (to == NULL || from == NULL || from->depth > 1)
		return;
	namespace_make_file(to->path);
	if (mount(from->path, to->path, NULL, MS_MOVE, NULL) != 0)
		namespace_fail("move to", to->path);
	to->ids[to->depth++] = top(from);
	from->depth = 0;
	namespace_remove_file(from->path);
}

static void (*const steps[])(void) = {step_make, step_delete, step_delete,
    step_delete, step_remake, step_remake, step_remake, step_alias, step_alias,
    step_cover, step_uncover, step_move};

static void
tell_state(uint64_t id)
{
	size_t i;

	(void)printf("state %" PRIu64, id);
	for (i = 0; i < NAMES; i++)
		if (names[i].depth > 0 && top(&names[i]) == id)
			(void)printf(" %s", strrchr(names[i].path, '/') + 1);
	(void)putchar('\n');
}

/* Only what is seen through a name is told, once. */
static void
stop(unsigned number)
{
	char line[16];
	size_t i, before;

	for (i = 0; i < NAMES; i++) {
		if (names[i].depth == 0)
			continue;
		for (before = 0; before < i; before++)
			if (names[before].depth > 0 &&
			    top(&names[before]) == top(&names[i]))
				break;
		if (before == i)
			tell_state(top(&names[i]));
	}
	(void)printf("stop %u\n", number);
	(void)fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL)
		exit(1);
}

static void
churn(unsigned remakes, unsigned stops)
{
	unsigned stopped = 0;
	size_t i;

	while (remade < remakes) {
		steps[(size_t)random() % (sizeof(steps) / sizeof(steps[0]))]();
		settle();
		if (remade * stops > remakes * stopped)
			stop(++stopped);
	}
	for (i = 0; i < NAMES; i++)
		if (names[i].depth > 0)
			delete_name(&names[i]);
	settle();
	stop(++stopped);
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc < 6 || argc > 7) {
		(void)fprintf(stderr, "usage: netnschurn DIRECTORY PREFIX "
				      "REMAKES STOPS SEED [LOG]\n");
		return 2;
	}
	for (i = 0; i < NAMES; i++)
		(void)snprintf(names[i].path, sizeof(names[i].path), "%s/%s%zu",
		    argv[1], argv[2], i);
	if (argc == 7 && (log_file = fopen(argv[6], "re")) == NULL)
		namespace_fail("open", argv[6]);
	srandom((unsigned)strtoul(argv[5], NULL, 10));
	home = namespace_open(NAMESPACE_OWN);
	churn((unsigned)strtoul(argv[3], NULL, 10),
	    (unsigned)strtoul(argv[4], NULL, 10));
	for (i = 0; i < LIVES_MAX; i++)
		if (lives[i].lived > 0)
			(void)printf("lived %" PRIu64 " %u\n", lives[i].id,
			    lives[i].lived);
	return 0;
}
