/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_mounts.c: tables of mounts as the kernel writes them, as somebody
 * hostile would, and what can be told from them.
 */
#include <sys/mman.h>
#include <sys/sysmacros.h>

#include "source/netns/inspect/netns_doctor_impl.h"
#include "source/netns/kernel/netns_mounts.h"
#include "test.h"

static bool
parse(const char *text, char *line, struct netns_mount *mount)
{
	(void)snprintf(line, NETNS_MOUNTINFO_LINE_MAX, "%s", text);
	return netns_mountinfo_parse(line, mount);
}

static void
test_a_line_is_taken_apart(void **state)
{
	static char line[NETNS_MOUNTINFO_LINE_MAX];
	struct netns_mount mount;
	ino_t inode = 0;

	assert_true(parse("1234 56 0:4 net:[4026532301] /run/netns/a\\040b rw "
			  "shared:7 master:8 unbindable - nsfs nsfs rw",
	    line, &mount));
	assert_int_equal(mount.id, 1234);
	assert_int_equal(mount.parent, 56);
	assert_true(mount.device == makedev(0, 4));
	assert_string_equal(mount.point, "/run/netns/a b");
	assert_string_equal(mount.type, "nsfs");
	assert_int_equal(mount.shared, 7);
	assert_int_equal(mount.master, 8);
	assert_true(netns_mountinfo_is_namespace(&mount, &inode));
	assert_true(inode == 4026532301);
	assert_true(parse("1 0 8:1 / / rw - ext4 /dev/sda1 rw", line, &mount));
	assert_false(netns_mountinfo_is_namespace(&mount, &inode));
}

static void
test_octal_escapes_are_bytes_and_nothing_else_is(void **state)
{
	static const struct {
		const char *written, *meant;
	} rows[] = {
	    {"/a\\040b", "/a b"}, {"/a\\134040", "/a\\040"}, /* once only */
	    {"/\\033[31m", "/\033[31m"}, {"/\\012\\011", "/\n\t"},
	    {"/\\377", "/\377"}, {"/\\400", "/\\400"}, {"/\\08x", "/\\08x"},
	    {"/\\0", "/\\0"}, {"/\\", "/\\"},
	    {"/a\\000b", "/a\\000b"}, /* no name has a NUL */
	};
	static char line[NETNS_MOUNTINFO_LINE_MAX];
	struct netns_mount mount;
	char text[128];
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(rows); i++) {
		(void)snprintf(text, sizeof(text),
		    "1 2 0:3 / %s rw - nsfs x rw", rows[i].written);
		assert_true(parse(text, line, &mount));
		assert_string_equal(mount.point, rows[i].meant);
	}
}

static void
test_what_is_no_line_is_refused(void **state)
{
	static const char *const rows[] = {"", " ", "1", "1 2", "1 2 0:3",
	    "1 2 0:3 /", "1 2 0:3 / /x", "1 2 0:3 / /x rw", "1 2 0:3 / /x rw -",
	    "1 2 0:3 / /x rw - ", "1 2 0:3 / /x rw shared:1 nsfs",
	    "x 2 0:3 / /x rw - nsfs a b", "1 -2 0:3 / /x rw - nsfs a b",
	    "1 2 03 / /x rw - nsfs a b", "1 2 0:3x / /x rw - nsfs a b",
	    "1  2 0:3 / /x rw - nsfs a b", "1 2 0:3 / /x rw shared: - nsfs a b",
	    "1 2 0:3 / /x rw shared:99999999999999999999 - nsfs a b",
	    "99999999999999999999 2 0:3 / /x rw - nsfs a b"};
	static char line[NETNS_MOUNTINFO_LINE_MAX];
	struct netns_mount mount;
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(rows); i++)
		if (parse(rows[i], line, &mount))
			fail_msg("taken for a mount: '%s'", rows[i]);
}

static void
test_what_looks_like_a_namespace_is_none(void **state)
{
	static const char *const rows[] = {
	    "1 2 0:4 net:[12 /x rw - nsfs nsfs rw",
	    "1 2 0:4 net:[12]x /x rw - nsfs nsfs rw",
	    "1 2 0:4 net:[] /x rw - nsfs nsfs rw",
	    "1 2 0:4 net:[0] /x rw - nsfs nsfs rw",
	    "1 2 0:4 mnt:[12] /x rw - nsfs nsfs rw",
	    "1 2 0:4 /net:[12] /x rw - nsfs nsfs rw",
	    "1 2 0:4 net:[12] /x rw - ext4 nsfs rw"};
	static char line[NETNS_MOUNTINFO_LINE_MAX];
	struct netns_mount mount;
	ino_t inode;
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(rows); i++) {
		assert_true(parse(rows[i], line, &mount));
		assert_false(netns_mountinfo_is_namespace(&mount, &inode));
	}
}

/* Every cut of a line is a line, or none; sanitizers see what is read. */
static void
test_a_line_may_end_anywhere(void **state)
{
	static const char whole[] = "1234 56 0:4 net:[4026532301] "
				    "/run/netns/a\\040b rw shared:7 - nsfs "
				    "nsfs rw";
	struct netns_mount mount;
	size_t length;

	for (length = 0; length < sizeof(whole); length++) {
		char *line = strndup(whole, length);
		bool good;

		assert_non_null(line);
		good = netns_mountinfo_parse(line, &mount);
		assert_true(good == (length >= sizeof(whole) - 12));
		free(line);
	}
}

/* --- whole tables --------------------------------------------------------- */

struct seen {
	unsigned count;
	uint64_t last;
	unsigned most; /* stop after so many */
};

static bool
see(void *arg, const struct netns_mount *mount)
{
	struct seen *seen = arg;

	seen->count++;
	seen->last = mount->id;
	return seen->count != seen->most;
}

/* A table as a file: its path in path, a descriptor to be closed. */
static int
write_table(char *path, size_t size, const char *text, size_t length)
{
	int fd = memfd_create("table", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_true(write(fd, text, length) == (ssize_t)length);
	(void)snprintf(path, size, "/proc/self/fd/%d", fd);
	return fd;
}

static void
test_lines_that_are_too_long_or_torn_are_passed_over(void **state)
{
	static const char line[] = "%d 1 0:3 / /x rw - nsfs a b\n";
	const size_t most = 4 * NETNS_MOUNTINFO_LINE_MAX;
	char *text = malloc(most), path[64];
	struct seen seen = {.count = 0};
	size_t length, i;
	int fd;

	assert_non_null(text);
	length = (size_t)snprintf(text, most, line, 5);
	for (i = 0; i < 2 * NETNS_MOUNTINFO_LINE_MAX + 17; i++)
		text[length++] = 'x';
	text[length++] = '\n';
	length += (size_t)snprintf(text + length, most - length, line, 6);
	length += (size_t)snprintf(text + length, most - length, "nothing\n");
	length += (size_t)snprintf(text + length, most - length, line, 7);
	length += (size_t)snprintf(text + length, most - length, line, 8) - 1;
	fd = write_table(path, sizeof(path), text, length);
	assert_int_equal(netns_mountinfo_visit(path, NULL, see, &seen), 0);
	assert_int_equal(seen.count, 3);
	assert_int_equal(seen.last, 7);
	(void)close(fd);
	free(text);
}

static void
test_a_visit_ends_when_it_is_told(void **state)
{
	static const char text[] = "5 1 0:3 / /x rw - nsfs a b\n"
				   "6 1 0:3 /y /x rw - nsfs a b\n"
				   "7 1 0:3 /y /x rw - nsfs a b\n";
	struct seen seen = {.most = 1};
	char path[64];
	int fd = write_table(path, sizeof(path), text, sizeof(text) - 1);

	assert_int_equal(netns_mountinfo_visit(path, " /y ", see, &seen), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.last, 6);
	assert_int_equal(
	    netns_mountinfo_visit("/nowhere", NULL, see, &seen), -ENOENT);
	(void)close(fd);
}

/* --- what hides what ------------------------------------------------------ */

/* A machine as it is after the first two "ip netns add". */
#define MACHINE                                                                \
	"20 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"                       \
	"30 20 0:20 / /run rw shared:2 - tmpfs tmpfs rw\n"                     \
	"40 30 0:20 /netns /run/netns rw shared:2 - tmpfs tmpfs rw\n"          \
	"41 40 0:4 net:[11] /run/netns/a rw shared:3 - nsfs nsfs rw\n"         \
	"42 40 0:4 net:[12] /run/netns/b rw shared:4 - nsfs nsfs rw\n"         \
	"43 20 0:9 / /proc rw - proc proc rw\n"

static void
read_mounts(struct netns_mounts *mounts, const char *text, const char *where)
{
	char path[64];
	int fd = write_table(path, sizeof(path), text, strlen(text));

	assert_int_equal(netns_mounts_read(mounts, path, where), 0);
	(void)close(fd);
}

static uint64_t
find(const struct netns_mounts *mounts, const char *path)
{
	const struct netns_mount *mount = netns_mounts_find(mounts, path);

	return mount != NULL ? mount->id : 0;
}

static void
test_the_mount_that_a_path_is_on_is_found(void **state)
{
	struct netns_mounts_names names;
	struct netns_mounts mounts;

	read_mounts(&mounts, MACHINE, "/run/netns");
	assert_int_equal(mounts.count, 5); /* not /proc */
	assert_int_equal(find(&mounts, "/"), 20);
	assert_int_equal(find(&mounts, "/var"), 20);
	assert_int_equal(find(&mounts, "/runner"), 20);
	assert_int_equal(find(&mounts, "/run"), 30);
	assert_int_equal(find(&mounts, "/run/netns"), 40);
	assert_int_equal(find(&mounts, "/run/netns/a"), 41);
	assert_int_equal(find(&mounts, "/run/netns/c"), 40);
	netns_mounts_list(
	    &mounts, netns_mounts_find(&mounts, "/run/netns"), false, &names);
	assert_int_equal(names.count, 2);
	assert_true(netns_mounts_have(&names, "/run/netns/a"));
	assert_true(netns_mounts_have(&names, "/run/netns/b"));
	assert_false(netns_mounts_have(&names, "/run/netns/c"));
	assert_false(netns_mounts_have(&names, "/run/netns"));
	free(names.list);
	netns_mounts_free(&mounts);
}

/* Says whether the mount of that id is hidden in a table. */
static bool
is_hidden(const char *text, uint64_t id)
{
	struct netns_mounts mounts;
	bool hidden = false, there = false;
	size_t i;

	read_mounts(&mounts, text, "/run/netns");
	for (i = 0; i < mounts.count; i++) {
		if (mounts.list[i].id != id)
			continue;
		there = true;
		hidden = netns_mounts_is_hidden(&mounts,
		    netns_mounts_find(&mounts, "/run/netns"), &mounts.list[i]);
	}
	netns_mounts_free(&mounts);
	assert_true(there);
	return hidden;
}

static void
test_names_below_another_mount_are_hidden(void **state)
{
	assert_false(is_hidden(MACHINE, 41));
	/* Over the directory. */
	assert_true(is_hidden(
	    MACHINE "50 40 0:30 / /run/netns rw - tmpfs tmpfs rw\n", 41));
	assert_false(is_hidden(MACHINE
	    "50 40 0:30 / /run/netns rw - tmpfs tmpfs rw\n"
	    "51 50 0:4 net:[13] /run/netns/a rw - nsfs nsfs rw\n",
	    51));
	/* Over a directory above it, which does not even have this one. */
	assert_true(
	    is_hidden(MACHINE "50 30 0:30 / /run rw - tmpfs tmpfs rw\n", 42));
	/* Over the root. */
	assert_true(
	    is_hidden(MACHINE "50 20 0:30 / / rw - tmpfs tmpfs rw\n", 42));
	/* Another namespace on the same name leaves the name to be seen. */
	assert_false(is_hidden(
	    MACHINE "50 41 0:4 net:[13] /run/netns/a rw - nsfs nsfs rw\n", 41));
}

static void
test_a_table_that_leads_in_a_circle_comes_to_an_end(void **state)
{
	static const char text[] =
	    "1 2 0:3 / / rw - tmpfs a b\n"
	    "2 1 0:3 / / rw - tmpfs a b\n"
	    "3 3 0:4 net:[9] /run/netns/a rw - nsfs a b\n";
	struct netns_mounts mounts;
	size_t i;

	read_mounts(&mounts, text, "/run/netns");
	(void)netns_mounts_find(&mounts, "/run/netns/a");
	for (i = 0; i < mounts.count; i++) {
		(void)netns_mounts_is_hidden(
		    &mounts, &mounts.list[0], &mounts.list[i]);
		(void)netns_mounts_is_hidden(
		    &mounts, &mounts.list[2], &mounts.list[i]);
		(void)netns_mounts_is_hidden(&mounts, NULL, &mounts.list[i]);
	}
	netns_mounts_free(&mounts);
}

/* --- what a doctor makes of it -------------------------------------------- */

/* The finding of that name, which is there once at most; NULL: it is not. */
static const struct netns_finding *
finding_of(const struct netns_findings *findings, const char *name)
{
	const struct netns_finding *found = NULL;
	size_t i;

	for (i = 0; i < findings->count; i++) {
		if (strcmp(findings->list[i].name, name) != 0)
			continue;
		assert_null(found);
		found = &findings->list[i];
	}
	return found;
}

static struct netns_findings *
judge(const char *own_text, const char *first_text)
{
	struct netns_findings *findings = calloc(1, sizeof(*findings));
	struct netns_mounts own, first;

	assert_non_null(findings);
	read_mounts(&own, own_text, "/run/netns");
	if (first_text != NULL)
		read_mounts(&first, first_text, "/run/netns");
	doctor_judge_mounts(
	    findings, "/run/netns", &own, first_text != NULL ? &first : NULL);
	netns_mounts_free(&own);
	if (first_text != NULL)
		netns_mounts_free(&first);
	return findings;
}

static void
assert_propagation(const char *own, const char *first,
    enum netns_severity severity, const char *says)
{
	struct netns_findings *findings = judge(own, first);
	const struct netns_finding *finding =
	    finding_of(findings, "mount-propagation");

	assert_non_null(finding);
	assert_int_equal(finding->severity, severity);
	assert_non_null(strstr(finding->text, says));
	assert_int_equal(finding->remedy != NULL, severity != NETNS_OK);
	assert_null(finding_of(findings, "shadowed"));
	netns_findings_free(findings);
}

static void
test_a_doctor_sees_whether_mounts_come_in(void **state)
{
	assert_propagation(MACHINE, MACHINE, NETNS_OK, "of process 1");
	/* The same group, or a slave of it. */
	assert_propagation(
	    "60 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
	    "61 60 0:20 / /run rw shared:2 - tmpfs tmpfs rw\n"
	    "62 61 0:20 /netns /run/netns rw shared:2 - tmpfs tmpfs rw\n"
	    "63 62 0:4 net:[11] /run/netns/a rw shared:3 - nsfs nsfs rw\n"
	    "64 62 0:4 net:[12] /run/netns/b rw shared:4 - nsfs nsfs rw\n",
	    MACHINE, NETNS_OK, "comes into");
	assert_propagation(
	    "60 1 8:1 / / rw master:1 - ext4 /dev/sda1 rw\n"
	    "61 60 0:20 / /run rw master:2 - tmpfs tmpfs rw\n"
	    "62 61 0:20 /netns /run/netns rw master:2 - tmpfs tmpfs rw\n"
	    "63 62 0:4 net:[11] /run/netns/a rw master:3 - nsfs nsfs rw\n"
	    "64 62 0:4 net:[12] /run/netns/b rw master:4 - nsfs nsfs rw\n",
	    MACHINE, NETNS_OK, "comes into");
	/* Private, and nothing is missing yet; and one that is. */
	assert_propagation(
	    "60 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
	    "61 60 0:20 / /run rw - tmpfs tmpfs rw\n"
	    "63 61 0:4 net:[11] /run/netns/a rw - nsfs nsfs rw\n"
	    "64 61 0:4 net:[12] /run/netns/b rw - nsfs nsfs rw\n",
	    MACHINE, NETNS_PROBLEM, "does not come in");
	assert_propagation(
	    "60 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
	    "61 60 0:20 / /run rw - tmpfs tmpfs rw\n"
	    "64 61 0:4 net:[12] /run/netns/b rw - nsfs nsfs rw\n",
	    MACHINE, NETNS_PROBLEM, "cannot be seen here (1): a");
}

static void
test_a_doctor_names_what_is_shadowed_but_not_all_of_it(void **state)
{
	char text[8192];
	size_t length = (size_t)snprintf(text, sizeof(text), "%s", MACHINE);
	struct netns_findings *findings;
	const struct netns_finding *finding;
	int i;

	for (i = 0; i < 40; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length,
		    "%d 40 0:4 net:[%d] /run/netns/many%d rw - nsfs x rw\n",
		    100 + i, 1000 + i, i);
	(void)snprintf(text + length, sizeof(text) - length,
	    "50 40 0:30 / /run/netns rw - tmpfs tmpfs rw\n");
	findings = judge(text, text);
	finding = finding_of(findings, "shadowed");
	assert_non_null(finding);
	assert_int_equal(finding->severity, NETNS_PROBLEM);
	assert_non_null(
	    strstr(finding->text, "hides names (42): a, b, many0, many1, "));
	assert_non_null(strstr(finding->text, "many13 and 34 more"));
	assert_non_null(strstr(finding->remedy, "umount /run/netns"));
	netns_findings_free(findings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_line_is_taken_apart),
	    cmocka_unit_test(test_octal_escapes_are_bytes_and_nothing_else_is),
	    cmocka_unit_test(test_what_is_no_line_is_refused),
	    cmocka_unit_test(test_what_looks_like_a_namespace_is_none),
	    cmocka_unit_test(test_a_line_may_end_anywhere),
	    cmocka_unit_test(
		test_lines_that_are_too_long_or_torn_are_passed_over),
	    cmocka_unit_test(test_a_visit_ends_when_it_is_told),
	    cmocka_unit_test(test_the_mount_that_a_path_is_on_is_found),
	    cmocka_unit_test(test_names_below_another_mount_are_hidden),
	    cmocka_unit_test(
		test_a_table_that_leads_in_a_circle_comes_to_an_end),
	    cmocka_unit_test(test_a_doctor_sees_whether_mounts_come_in),
	    cmocka_unit_test(
		test_a_doctor_names_what_is_shadowed_but_not_all_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
