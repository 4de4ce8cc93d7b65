/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_plugin_file.c: which files the loader takes, and what it makes of them.
 * Each test has a private directory of its own; files that belong to someone
 * else are made up, so that it makes no difference who runs it.
 */
#include "plugin/file.h"

#include <sys/stat.h>

#include "plugin/trust.h"
#include "workdir.h"
#include "test.h"

static struct refusal refusal;

static void
assert_refused(int result, int code, const char *part)
{
	assert_int_equal(result, code);
	assert_int_equal(refusal.code, code);
	if (strstr(refusal.text, part) == NULL)
		fail_msg("'%s' is not in: %s", part, refusal.text);
}

static int
open_file(const char *path)
{
	(void)memset(&refusal, 0, sizeof(refusal));
	return file_open(path, &refusal);
}

static void
assert_opens(const char *path)
{
	int fd = open_file(path);

	if (fd < 0)
		fail_msg("%s", refusal.text);
	(void)close(fd);
}

static const char *
some_file(const char *name)
{
	return workdir_write(name, "content", 7);
}

static void
make_directory(const char *name, mode_t mode)
{
	const char *path = workdir_path(name);

	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
make_link(const char *target, const char *name)
{
	assert_int_equal(symlink(target, workdir_path(name)), 0);
}

/* --- who could have changed it -------------------------------------------- */

static void
a_private_file_on_a_private_path_is_opened(void **state)
{
	assert_opens(some_file("a.so"));
}

static void
a_file_that_others_can_write_is_refused(void **state)
{
	const char *path = some_file("a.so");

	assert_int_equal(chmod(path, 0664), 0);
	assert_refused(open_file(path), -EPERM, "is writable by its group");
	assert_int_equal(chmod(path, 0646), 0);
	assert_refused(open_file(path), -EPERM, "is writable by everyone");
}

/* What it holds may be others' by now: it is not to be made trusted. */
static void
no_remedy_changes_what_others_could_write(void **state)
{
	const char *path = some_file("a.so");

	assert_int_equal(chmod(path, 0666), 0);
	assert_refused(open_file(path), -EPERM, "is writable by everyone");
	assert_null(strstr(refusal.hint, "chmod"));
	assert_null(strstr(refusal.hint, "chown"));
	assert_non_null(strstr(refusal.hint, "install it anew"));
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(chmod(workdir_path("."), 0777), 0);
	assert_refused(open_file(path), -EPERM, "is writable by everyone");
	assert_null(strstr(refusal.hint, "chmod"));
	assert_int_equal(chmod(workdir_path("."), 0755), 0);
}

static void
a_directory_on_the_way_that_others_can_write_is_refused(void **state)
{
	make_directory("open", 0775);
	make_directory("open/below", 0755);
	assert_refused(open_file(some_file("open/below/a.so")), -EPERM,
	    "/open is writable by its group, so what is below it cannot be");
	assert_int_equal(chmod(workdir_path("open"), 0757), 0);
	assert_refused(open_file(workdir_path("open/below/a.so")), -EPERM,
	    "/open is writable by everyone");
}

/* Nobody else can replace in there what is root's or the daemon's user's. */
static void
a_sticky_directory_may_be_on_the_way(void **state)
{
	int directory;

	make_directory("sticky", 01777);
	assert_opens(some_file("sticky/a.so"));
	make_directory("sticky/below", 0755);
	assert_opens(some_file("sticky/below/a.so"));
	make_link("below", "sticky/link");
	assert_opens(workdir_path("sticky/link/a.so"));
	assert_opens(workdir_path("sticky/../sticky/below/a.so"));
	directory =
	    trust_open_directory(workdir_path("sticky/below"), &refusal);
	assert_true(directory >= 0);
	(void)close(directory);
	assert_refused(trust_open_directory(workdir_path("sticky"), &refusal),
	    -EPERM, "/sticky is writable by everyone");
}

/* Root alone can give something away. */
static void
what_others_have_in_a_sticky_directory_is_refused(void **state)
{
	if (geteuid() != 0)
		return;
	make_directory("sticky", 01777);
	make_directory("sticky/theirs", 0755);
	(void)some_file("sticky/theirs/a.so");
	assert_int_equal(chown(workdir_path("sticky/theirs"), 65534, 65534), 0);
	assert_refused(open_file(workdir_path("sticky/theirs/a.so")), -EPERM,
	    "/sticky/theirs belongs to user 65534");
	assert_int_equal(chown(some_file("sticky/b.so"), 65534, 65534), 0);
	assert_refused(open_file(workdir_path("sticky/b.so")), -EPERM,
	    "/sticky/b.so belongs to user 65534");
	make_directory("ours", 0755);
	(void)some_file("ours/a.so");
	make_link(workdir_path("ours"), "sticky/link");
	assert_int_equal(lchown(workdir_path("sticky/link"), 65534, 65534), 0);
	assert_refused(
	    open_file(workdir_path("sticky/link/a.so")), -EPERM, "the link ");
}

static void
a_file_or_directory_of_another_user_is_refused(void **state)
{
	struct stat status = {
	    .st_mode = S_IFREG | 0644, .st_uid = geteuid() + 1};

	assert_refused(trust_check(&status, "file", "/it", &refusal), -EPERM,
	    "the file /it belongs to user ");
	assert_null(strstr(refusal.hint, "chown"));
	status.st_mode = S_IFDIR | 0755;
	assert_refused(trust_check(&status, "directory", "/it", &refusal),
	    -EPERM, "the directory /it belongs to user ");
	status.st_uid = geteuid();
	assert_int_equal(trust_check(&status, "directory", "/it", &refusal), 0);
	status.st_uid = 0;
	assert_int_equal(trust_check(&status, "directory", "/it", &refusal), 0);
}

/* --- the way there -------------------------------------------------------- */

static void
a_symbolic_link_in_place_of_the_file_is_refused(void **state)
{
	(void)some_file("a.so");
	make_link("a.so", "link.so");
	assert_refused(
	    open_file(workdir_path("link.so")), -EPERM, "is a symbolic link");
}

static void
a_symbolic_link_to_the_directory_is_followed(void **state)
{
	make_directory("real", 0755);
	(void)some_file("real/a.so");
	make_link("real", "relative");
	make_link(workdir_path("real"), "absolute");
	make_link("relative/../real/.", "winding");
	assert_opens(workdir_path("relative/a.so"));
	assert_opens(workdir_path("absolute/a.so"));
	assert_opens(workdir_path("winding/a.so"));
	assert_opens(workdir_path("real/./../real//a.so"));
}

static void
a_symbolic_link_cannot_lead_around_the_check(void **state)
{
	make_directory("open", 0777);
	make_directory("open/closed", 0755);
	(void)some_file("open/closed/a.so");
	make_link("open/closed", "into");
	assert_refused(open_file(workdir_path("into/a.so")), -EPERM,
	    "/open is writable by everyone");
	make_directory("closed", 0755);
	(void)some_file("closed/a.so");
	make_link("../closed", "open/out");
	assert_refused(open_file(workdir_path("open/out/a.so")), -EPERM,
	    "/open is writable by everyone");
	/* Through it and back out: it was still on the way. */
	assert_refused(open_file(workdir_path("open/../closed/a.so")), -EPERM,
	    "/open is writable by everyone");
}

static void
links_that_go_round_end(void **state)
{
	make_link("two", "one");
	make_link("one", "two");
	assert_refused(open_file(workdir_path("one/a.so")), -EIO,
	    "cannot be entered: Too many levels of symbolic links");
}

static void
what_is_not_there_is_said_to_be_missing(void **state)
{
	char path[PLUGIN_PATH_MAX + 1];

	assert_refused(
	    open_file(workdir_path("a.so")), -ENOENT, "there is no file /");
	assert_refused(
	    open_file(workdir_path("not/here/a.so")), -ENOENT, "/not");
	assert_non_null(strstr(refusal.text, "there is no directory /"));
	(void)some_file("plain");
	assert_refused(open_file(workdir_path("plain/a.so")), -ENOENT,
	    "there is no directory /");
	(void)snprintf(
	    path, sizeof(path), "%s/%0300d/a.so", workdir_path("."), 1);
	assert_refused(open_file(path), -EIO, "File name too long");
}

static void
only_a_regular_file_is_opened(void **state)
{
	make_directory("directory.so", 0755);
	assert_refused(open_file(workdir_path("directory.so")), -EPERM,
	    "is not a regular file");
	assert_refused(open_file(workdir_path("directory.so/")), -EPERM,
	    "is not a regular file");
	assert_int_equal(mkfifo(workdir_path("fifo.so"), 0600), 0);
	assert_refused(open_file(workdir_path("fifo.so")), -EPERM,
	    "is not a regular file");
}

static void
a_file_that_is_too_large_is_refused(void **state)
{
	const char *path = some_file("a.so");

	assert_int_equal(truncate(path, PLUGIN_FILE_SIZE_MAX), 0);
	assert_opens(path);
	assert_int_equal(truncate(path, PLUGIN_FILE_SIZE_MAX + 1), 0);
	assert_refused(
	    open_file(path), -ENOEXEC, "268435457 bytes; at most 268435456");
}

/* --- the copy ------------------------------------------------------------- */

/* Reads a file whole; it has size bytes. */
static void
assert_content(const char *path, const char *content, size_t size)
{
	char bytes[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, bytes, sizeof(bytes)), size);
	assert_memory_equal(bytes, content, size);
	(void)close(fd);
}

static void
a_copy_stays_as_it_was_and_has_a_path_of_its_own(void **state)
{
	const char *path = some_file("a.so");
	int fd = open_file(path);
	struct file_copy copy, second;

	assert_int_equal(file_copy(fd, path, NULL, &copy, &refusal), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(file_copy(fd, path, NULL, &second, &refusal), 0);
	(void)close(fd);
	assert_string_not_equal(copy.path, second.path);
	(void)workdir_write("a.so", "changed", 7);
	assert_int_equal(copy.size, 7);
	assert_memory_equal(copy.bytes, "content", 7);
	file_discard(&second);
	file_discard(&copy);
}

/* The dynamic linker would take two files of one name for the same. */
static void
no_path_of_a_copy_comes_twice(void **state)
{
	static char paths[300][64];
	const char *path = some_file("a.so");
	struct file_copy copy;
	unsigned i, other;
	int fd;

	for (i = 0; i < 300; i++) {
		fd = open_file(path);
		assert_int_equal(file_copy(fd, path, NULL, &copy, &refusal), 0);
		(void)close(fd);
		assert_true(strlen(copy.path) < sizeof(paths[i]));
		(void)memcpy(paths[i], copy.path, strlen(copy.path) + 1);
		assert_int_equal(file_seal(&copy, 7, "", 0, path, &refusal), 0);
		assert_content(paths[i], "content", 7);
		for (other = 0; other < i; other++)
			assert_string_not_equal(paths[i], paths[other]);
		file_discard(&copy);
	}
}

static void
a_sealed_copy_cannot_be_changed(void **state)
{
	const char *path = some_file("a.so");
	int fd = open_file(path);
	struct file_copy copy;

	assert_int_equal(file_copy(fd, path, NULL, &copy, &refusal), 0);
	(void)close(fd);
	assert_int_equal(file_seal(&copy, 4, "ainer", 5, path, &refusal), 0);
	assert_content(copy.path, "container", 9);
	assert_int_equal(pwrite(copy.fd, "C", 1, 0), -1);
	assert_int_equal(ftruncate(copy.fd, 0), -1);
	assert_int_equal(ftruncate(copy.fd, 100), -1);
	assert_content(copy.path, "container", 9);
	file_discard(&copy);
}

static void
an_empty_file_is_copied_as_such(void **state)
{
	const char *path = workdir_write("a.so", "", 0);
	struct file_copy copy;
	int fd = open_file(path);

	assert_int_equal(file_copy(fd, path, NULL, &copy, &refusal), 0);
	assert_int_equal(copy.size, 0);
	file_discard(&copy);
	(void)close(fd);
}

static void
a_copy_in_a_directory_is_private_and_goes_with_it(void **state)
{
	const char *path = some_file("a.so");
	struct file_copy copy;
	struct stat status;
	int fd = open_file(path);

	assert_int_equal(
	    file_copy(fd, path, workdir_path("."), &copy, &refusal), 0);
	assert_int_equal(stat(copy.path, &status), 0);
	assert_int_equal(status.st_mode, S_IFREG | 0600);
	file_discard(&copy);
	assert_int_equal(access(copy.path, F_OK), -1);
	assert_refused(
	    file_copy(fd, path, workdir_path("gone"), &copy, &refusal), -EIO,
	    "cannot be copied to ");
	(void)close(fd);
}

/* --- what is meant -------------------------------------------------------- */

static void
a_name_means_a_file_of_the_directory_and_a_path_itself(void **state)
{
	char path[PLUGIN_PATH_MAX + 1];

	assert_int_equal(file_find("/lib/netinst", "trace", path, &refusal), 0);
	assert_string_equal(path, "/lib/netinst/trace.so");
	assert_int_equal(
	    file_find("/lib/netinst", "/tmp/x.so", path, &refusal), 0);
	assert_string_equal(path, "/tmp/x.so");
	assert_int_equal(chdir("/usr"), 0);
	assert_int_equal(
	    file_find("/lib/netinst", "./x.so", path, &refusal), 0);
	assert_string_equal(path, "/usr/x.so");
	assert_int_equal(file_find("plugins", "trace", path, &refusal), 0);
	assert_string_equal(path, "/usr/plugins/trace.so");
}

static void
what_is_neither_name_nor_path_is_refused(void **state)
{
	char path[PLUGIN_PATH_MAX + 1], what[PLUGIN_PATH_MAX + 2];

	assert_refused(file_find("/lib", "trace.so", path, &refusal), -ENOENT,
	    "trace.so is neither a path");
	assert_string_equal(refusal.hint,
	    "for a file in the working directory write ./trace.so");
	assert_refused(
	    file_find("/lib", "", path, &refusal), -ENOENT, "1 to 4095 bytes");
	assert_refused(file_find("/lib", "/a\nb", path, &refusal), -ENOENT,
	    "without control characters");
	(void)memset(what, '/', sizeof(what) - 1);
	what[sizeof(what) - 1] = '\0';
	assert_refused(file_find("/lib", what, path, &refusal), -ENOENT,
	    "1 to 4095 bytes");
}

#define HERE(test)                                                             \
	cmocka_unit_test_setup_teardown(test, workdir_setup, workdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    HERE(a_private_file_on_a_private_path_is_opened),
	    HERE(a_file_that_others_can_write_is_refused),
	    HERE(a_directory_on_the_way_that_others_can_write_is_refused),
	    HERE(no_remedy_changes_what_others_could_write),
	    HERE(a_sticky_directory_may_be_on_the_way),
	    HERE(what_others_have_in_a_sticky_directory_is_refused),
	    HERE(a_file_or_directory_of_another_user_is_refused),
	    HERE(a_symbolic_link_in_place_of_the_file_is_refused),
	    HERE(a_symbolic_link_to_the_directory_is_followed),
	    HERE(a_symbolic_link_cannot_lead_around_the_check),
	    HERE(links_that_go_round_end),
	    HERE(what_is_not_there_is_said_to_be_missing),
	    HERE(only_a_regular_file_is_opened),
	    HERE(a_file_that_is_too_large_is_refused),
	    HERE(a_copy_stays_as_it_was_and_has_a_path_of_its_own),
	    HERE(no_path_of_a_copy_comes_twice),
	    HERE(a_sealed_copy_cannot_be_changed),
	    HERE(an_empty_file_is_copied_as_such),
	    HERE(a_copy_in_a_directory_is_private_and_goes_with_it),
	    HERE(a_name_means_a_file_of_the_directory_and_a_path_itself),
	    HERE(what_is_neither_name_nor_path_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
