/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_names_odd.c: what a watched directory may have besides names, and
 * names nobody would choose; events that are lost, descriptors that are short;
 * and how long it takes from the mount to the telling. Each test runs once for
 * each way to be woken up.
 */
#include <limits.h>
#include <pthread.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "lib/clock.h"
#include "source/netns/netns_state.h"
#include "names_fixture.h"

#define PLAIN_FILES	10000
#define PLAIN_FILES_MAX (500 * NS_PER_MS) /* of the CPU, to start with them */
#define HOGS_MAX	64		  /* descriptors */
#define LATENCIES	200
#define LATENCY_MAX	(50 * NS_PER_MS) /* the median of them */

static void
make(const char *path)
{
	int fd = netns_world_make();

	netns_world_name(path, fd);
	(void)close(fd);
}

/* --- stale entries -------------------------------------------------------- */

struct stale_search {
	const char *name;
	const char *reason; /* of that name; NULL: it is not stale */
	size_t visited;
	uint64_t total;
};

static void
stale_found(void *arg, const struct netns_stale_view *stale)
{
	struct stale_search *search = arg;

	assert_string_equal(stale->directory, NAMES);
	assert_true(stale->since > 0 && stale->since <= clock_realtime());
	search->visited++;
	if (strcmp(stale->name, search->name) == 0)
		search->reason = stale->reason;
}

static struct stale_search
stale_search(const char *name)
{
	struct stale_search search = {.name = name};

	netns_stale_visit(stale_found, &search, &search.total);
	return search;
}

static void
make_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	(void)close(fd);
}

static void
make_ghosts(void)
{
	netns_world_touch(IN_NAMES("file"));
	assert_int_equal(mkdir(IN_NAMES("directory"), 0755), 0);
	assert_int_equal(mkfifo(IN_NAMES("pipe"), 0600), 0);
	make_socket(IN_NAMES("socket"));
	assert_int_equal(
	    mknod(IN_NAMES("device"), S_IFCHR | 0600, makedev(1, 5)), 0);
	assert_int_equal(symlink("nowhere", IN_NAMES("dangling")), 0);
	assert_int_equal(symlink("loop", IN_NAMES("loop")), 0);
	assert_int_equal(symlink("/proc/self/ns/mnt", IN_NAMES("other")), 0);
	assert_int_equal(symlink("/proc/self/ns/net", IN_NAMES("own")), 0);
	netns_world_touch(IN_NAMES("mounted"));
	assert_int_equal(mount("/proc/self/ns/uts", IN_NAMES("mounted"), NULL,
			     MS_BIND, NULL),
	    0);
}

static const struct {
	const char *name, *reason;
} stale_entries[] = {
    {"file", "no namespace is mounted on it in this mount namespace"},
    {"directory", "it is a directory"},
    {"pipe", "it is a pipe"},
    {"socket", "it is a socket"},
    {"device", "it is a device"},
    {"dangling", "it is a symbolic link that leads nowhere"},
    {"loop", "it is a symbolic link that leads to itself"},
    {"other", "it leads to a namespace that is not mounted there"},
    {"own", "it leads to a namespace that is not mounted there"},
    {"mounted", "it is a namespace, but none of the network"},
};

static void
assert_ghosts(void)
{
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(stale_entries); i++) {
		struct stale_search search =
		    stale_search(stale_entries[i].name);

		assert_non_null(search.reason);
		assert_string_equal(search.reason, stale_entries[i].reason);
		assert_int_equal(search.total, ARRAY_LENGTH(stale_entries));
		assert_int_equal(search.visited, ARRAY_LENGTH(stale_entries));
	}
}

static void
test_what_is_no_namespace_is_a_ghost_with_a_reason(void **state)
{
	make_ghosts();
	names_start();
	assert_int_equal(names_count(), 0);
	assert_ghosts();
	names_stop();
	assert_int_equal(stale_search("file").total, 0);
}

static void
test_a_ghost_may_come_at_any_time_and_become_a_name_or_go(void **state)
{
	int fd = netns_world_make();

	names_start();
	make_ghosts();
	names_expect_nothing();
	assert_ghosts();
	netns_world_mount(IN_NAMES("file"), fd);
	names_expect("+file");
	assert_null(stale_search("file").reason);
	assert_int_equal(umount2(IN_NAMES("file"), 0), 0);
	names_expect("-file");
	assert_non_null(stale_search("file").reason);
	assert_int_equal(unlink(IN_NAMES("file")), 0);
	assert_int_equal(unlink(IN_NAMES("pipe")), 0);
	assert_int_equal(unlink(IN_NAMES("loop")), 0);
	names_expect_nothing();
	assert_int_equal(
	    stale_search("file").total, ARRAY_LENGTH(stale_entries) - 3);
	(void)close(fd);
}

static void
make_plain_files(void)
{
	char path[64];
	unsigned i;

	for (i = 0; i < PLAIN_FILES; i++) {
		(void)snprintf(path, sizeof(path), "%s/%u", NAMES, i);
		netns_world_touch(path);
	}
}

static void
test_thousands_of_plain_files_are_counted_and_do_no_harm(void **state)
{
	int64_t took;

	make_plain_files();
	took = clock_read(CLOCK_THREAD_CPUTIME_ID);
	names_start();
	took = clock_read(CLOCK_THREAD_CPUTIME_ID) - took;
	print_message("# %d plain files take %.1f ms of the CPU\n", PLAIN_FILES,
	    (double)took / NS_PER_MS);
	assert_true(took < PLAIN_FILES_MAX);
	assert_int_equal(stale_search("").total, PLAIN_FILES);
	assert_int_equal(stale_search("").visited, NETNS_STALE_MAX);
	make(IN_NAMES("a"));
	names_expect("+a");
	netns_world_unname(IN_NAMES("a"));
	names_expect("-a");
}

/* --- names ---------------------------------------------------------------- */

static void
test_a_name_may_be_of_any_bytes_and_any_length(void **state)
{
	static const char *const names[] = {
	    "line\nfeed", " ", "\\040", "\x1b[31m", "\xff\xfe", "..a", NULL};
	char longest[NAME_MAX + 1], path[PATH_MAX], told[NAME_MAX + 2];
	size_t i;

	names_start();
	(void)memset(longest, 'n', NAME_MAX);
	longest[NAME_MAX] = '\0';
	for (i = 0; i < ARRAY_LENGTH(names); i++) {
		const char *name = names[i] != NULL ? names[i] : longest;

		(void)snprintf(path, sizeof(path), "%s/%s", NAMES, name);
		make(path);
		(void)snprintf(told, sizeof(told), "+%s", name);
		names_expect(told);
		netns_world_unname(path);
		told[0] = '-';
		names_expect(told);
	}
}

/* --- what is short -------------------------------------------------------- */

static unsigned
events_max(const char *path)
{
	FILE *file = fopen(path, "re");
	unsigned value = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%u", &value), 1);
	(void)fclose(file);
	return value;
}

static bool
has_resynced(void *arg)
{
	return names_resyncs() > *(unsigned *)arg;
}

static bool
has_b_alone(void *arg)
{
	return names_id("b") != 0 && names_count() == 1;
}

static void
test_everything_is_looked_at_again_when_inotify_was_too_slow(void **state)
{
	unsigned left = events_max("/proc/sys/fs/inotify/max_queued_events");
	unsigned before;
	char path[64];

	names_start();
	make(IN_NAMES("a"));
	names_expect("+a");
	before = names_resyncs();
	for (left = left / 2 + 100; left > 0; left--) {
		(void)snprintf(path, sizeof(path), "%s/%u", NAMES, left);
		netns_world_touch(path);
		assert_int_equal(unlink(path), 0);
	}
	netns_world_unname(IN_NAMES("a"));
	make(IN_NAMES("b"));
	names_wait(has_resynced, &before);
	assert_true(has_b_alone(NULL));
	assert_int_equal(stale_search("").total, 0);
}

static void
test_everything_is_looked_at_again_when_mounts_were_too_many(void **state)
{
	unsigned left = events_max("/proc/sys/fs/fanotify/max_queued_events");
	unsigned before = 0;
	int fd = netns_world_make();

	names_start();
	make(IN_NAMES("a"));
	names_expect("+a");
	netns_world_touch(NETNS_WORLD "/elsewhere");
	for (left = left / 2 + 100; left > 0; left--) {
		netns_world_mount(NETNS_WORLD "/elsewhere", fd);
		assert_int_equal(umount2(NETNS_WORLD "/elsewhere", 0), 0);
	}
	assert_int_equal(umount2(IN_NAMES("a"), MNT_DETACH), 0);
	netns_world_name(IN_NAMES("b"), fd);
	names_wait(has_b_alone, NULL);
	if (netns_feature(NETNS_MOUNT_EVENTS))
		names_wait(has_resynced, &before);
	assert_true(names_id("b") == id_of(fd));
	(void)close(fd);
}

static int hogs[HOGS_MAX];
static unsigned hog_count;
static struct rlimit hog_before;

/* Holds all descriptors that can be had but that many. */
static void
hog_descriptors(unsigned count)
{
	struct rlimit limit;
	int fd;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &hog_before), 0);
	limit = hog_before;
	limit.rlim_cur = HOGS_MAX;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	while ((fd = dup(STDIN_FILENO)) >= 0)
		hogs[hog_count++] = fd;
	for (; count > 0; count--)
		(void)close(hogs[--hog_count]);
}

static void
free_descriptors(void)
{
	while (hog_count > 0)
		(void)close(hogs[--hog_count]);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &hog_before), 0);
}

static bool
has_b(void *arg)
{
	return names_id("b") != 0;
}

static void
test_without_descriptors_a_name_is_a_ghost_until_there_are_some(void **state)
{
	names_start();
	make(IN_NAMES("a"));
	make(IN_NAMES("b"));
	hog_descriptors(2);
	names_expect("+a");
	assert_string_equal(stale_search("b").reason,
	    "no file descriptor is left to open it; it is tried again");
	free_descriptors();
	/* Nothing tells that there are some now. */
	names_wait(has_b, NULL);
	assert_null(stale_search("b").reason);
}

static bool
is_watched(void *arg)
{
	return netns_watcher_view(NETNS_WATCHER_NAMES).error == 0 &&
	       netns_watcher_view(NETNS_WATCHER_MOUNTS).error == 0 &&
	       netns_directory_error(0) == 0;
}

static void
test_what_cannot_be_watched_is_tried_again(void **state)
{
	make(IN_NAMES("a"));
	hog_descriptors(0);
	names_start();
	assert_int_equal(
	    netns_watcher_view(NETNS_WATCHER_NAMES).error, -EMFILE);
	assert_int_equal(
	    netns_watcher_view(NETNS_WATCHER_MOUNTS).error, -EMFILE);
	assert_true(netns_directory_error(0) != 0);
	free_descriptors();
	names_wait(is_watched, NULL);
	names_expect("+a");
	make(IN_NAMES("b"));
	names_expect("+b");
}

/* --- time ----------------------------------------------------------------- */

struct mounter {
	_Atomic bool go, stop;
	_Atomic int64_t mounted;
};

static void *
mounter_run(void *arg)
{
	struct mounter *mounter = arg;

	while (!mounter->stop) {
		int fd;

		if (!mounter->go)
			continue;
		mounter->go = false;
		fd = netns_world_make();
		netns_world_name(IN_NAMES("a"), fd);
		mounter->mounted = clock_monotonic();
		(void)close(fd);
	}
	return NULL;
}

static int
compare_times(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t
one_latency(struct mounter *mounter)
{
	mounter->mounted = 0;
	mounter->go = true;
	names_expect("+a");
	while (mounter->mounted == 0)
		;
	netns_world_unname(IN_NAMES("a"));
	names_expect("-a");
	return names_last() - mounter->mounted;
}

static void
test_a_name_appears_soon_after_its_mount(void **state)
{
	const struct names_way *way = *state;
	struct mounter mounter = {0};
	int64_t times[LATENCIES];
	pthread_t thread;
	size_t i;

	names_start();
	assert_int_equal(
	    pthread_create(&thread, NULL, mounter_run, &mounter), 0);
	for (i = 0; i < LATENCIES; i++)
		times[i] = one_latency(&mounter);
	mounter.stop = true;
	(void)pthread_join(thread, NULL);
	qsort(times, LATENCIES, sizeof(*times), compare_times);
	print_message("# %s: told %.0f us after the mount (median), %.0f us "
		      "(95%%), %.0f us (longest)\n",
	    way->title, (double)times[LATENCIES / 2] / 1000,
	    (double)times[LATENCIES * 95 / 100] / 1000,
	    (double)times[LATENCIES - 1] / 1000);
	assert_true(times[LATENCIES / 2] < LATENCY_MAX);
}

int
main(void)
{
	static const struct names_way ways[] = {
	    {"by mount events", 0},
	    {"by mountinfo", 1U << NETNS_MOUNT_EVENTS},
	    {"without mount ids", 1U << NETNS_MOUNT_ID},
	};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_what_is_no_namespace_is_a_ghost_with_a_reason),
	    cmocka_unit_test(
		test_a_ghost_may_come_at_any_time_and_become_a_name_or_go),
	    cmocka_unit_test(
		test_thousands_of_plain_files_are_counted_and_do_no_harm),
	    cmocka_unit_test(test_a_name_may_be_of_any_bytes_and_any_length),
	    cmocka_unit_test(
		test_everything_is_looked_at_again_when_inotify_was_too_slow),
	    cmocka_unit_test(
		test_everything_is_looked_at_again_when_mounts_were_too_many),
	    cmocka_unit_test(
		test_without_descriptors_a_name_is_a_ghost_until_there_are_some),
	    cmocka_unit_test(test_what_cannot_be_watched_is_tried_again),
	    cmocka_unit_test(test_a_name_appears_soon_after_its_mount),
	};

	netns_world_enter();
	return names_run(tests, ARRAY_LENGTH(tests), ways, ARRAY_LENGTH(ways));
}
