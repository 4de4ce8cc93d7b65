/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_holders_walk.c: what each step of a walk needs: the list of what was
 * found, who a process is, and the commands that end what was found. Owns
 * nothing: the walk is netns_holders.c's. The thread that walks.
 */
#include "source/netns/inspect/netns_holders_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/memory.h"
#include "lib/clock.h"

/* --- what was found ------------------------------------------------------- */

void
holders_add(struct holders_walk *walk, const struct netns_holder *holder)
{
	struct netns_holders *found = walk->found;

	if (found->count == NETNS_HOLDERS_MAX) {
		found->more = true;
		free(holder->command);
		free(holder->path);
		free(holder->remedy);
		return;
	}
	if (found->count == walk->size) {
		walk->size = walk->size > 0 ? 2 * walk->size : 16;
		found->list = memory_resize(
		    found->list, walk->size, sizeof(*found->list));
	}
	found->list[found->count++] = *holder;
}

int
holders_stat(
    int directory, const char *file, unsigned what, struct statx *status)
{
	return statx(directory, file, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		   what, status) == 0
		   ? 0
		   : -errno;
}

int
holders_leads_there(
    const struct holders_walk *walk, int directory, const char *file)
{
	struct statx status;
	int error = holders_stat(directory, file, STATX_INO, &status);

	if (error != 0)
		return error;
	return !netns_is_at(walk->identity,
	    makedev(status.stx_dev_major, status.stx_dev_minor),
	    status.stx_ino);
}

void
holders_note_hidden(struct holders_process *process, int error)
{
	if (error != ENOENT && error != ESRCH)
		process->hidden = true;
}

/* --- who a process is ----------------------------------------------------- */

/* Reads the beginning of a file as text; what cannot be read is "". */
static size_t
process_read(int directory, const char *file, char *text, size_t size)
{
	int fd = openat(directory, file, O_RDONLY | O_CLOEXEC);
	ssize_t count = -1;

	if (fd >= 0) {
		count = read(fd, text, size - 1);
		(void)close(fd);
	}
	if (count < 0)
		count = 0;
	text[count] = '\0';
	return (size_t)count;
}

/* What the stat of a process tells: "PID (NAME) S ...". */
struct process_stat {
	char name[64];
	bool kernel;	  /* a thread of the kernel's own */
	uint64_t started; /* ticks since the machine did */
};

/* From linux/sched.h, which is the kernel's own. */
#define PF_KTHREAD 0x00200000

/* The word of that number, as proc(5) counts them; the third is the first. */
static uint64_t
process_stat_word(const char *words, unsigned number)
{
	for (unsigned i = 3; i < number && words != NULL; i++) {
		words = strchr(words, ' ');
		words = words != NULL ? words + 1 : NULL;
	}
	return words != NULL ? strtoull(words, NULL, 10) : 0;
}

/* The name may have anything in it, also what ends it. */
static void
process_read_stat(int directory, struct process_stat *stat)
{
	enum { WORD_FLAGS = 9, WORD_START = 22 };
	char text[1024], *open, *close;

	*stat = (struct process_stat){.started = 0};
	(void)process_read(directory, "stat", text, sizeof(text));
	open = strchr(text, '(');
	close = strrchr(text, ')');
	if (open == NULL || close == NULL || close < open || close[1] != ' ')
		return;
	*close = '\0';
	(void)snprintf(stat->name, sizeof(stat->name), "%s", open + 1);
	stat->started = process_stat_word(close + 2, WORD_START);
	stat->kernel =
	    (process_stat_word(close + 2, WORD_FLAGS) & PF_KTHREAD) != 0;
}

static uid_t
process_read_user(int directory)
{
	char text[2048];
	const char *line;

	(void)process_read(directory, "status", text, sizeof(text));
	line = strstr(text, "\nUid:\t");
	return line != NULL ? (uid_t)strtoul(line + 6, NULL, 10) : 0;
}

/* Its arguments with a space between, or "[name]" of one without. */
static char *
process_read_command(int directory, const char *name)
{
	char text[NETNS_HOLDERS_COMMAND_SIZE];
	size_t length = process_read(directory, "cmdline", text, sizeof(text));

	while (length > 0 && text[length - 1] == '\0')
		length--;
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	text[length] = '\0';
	return length > 0 ? memory_strdup(text) : memory_format("[%s]", name);
}

void
holders_describe(const struct holders_walk *walk,
    const struct holders_process *process, struct netns_holder *holder)
{
	struct process_stat stat;
	int64_t tick = NS_PER_SEC / sysconf(_SC_CLK_TCK), age;

	process_read_stat(process->directory, &stat);
	age = walk->booted - (int64_t)stat.started * tick;
	holder->pid = process->pid;
	holder->age = age > 0 ? age : 0;
	holder->user = process_read_user(process->directory);
	holder->command = process_read_command(process->directory, stat.name);
	/* Those cannot be ended, and are in the first namespace only. */
	if (stat.kernel) {
		free(holder->remedy);
		holder->remedy = NULL;
	}
}

/* --- commands ------------------------------------------------------------- */

/* Whether the process is a netinstd; another daemon holds for good reasons. */
static bool
holders_is_daemon(const struct holders_walk *walk, pid_t pid)
{
	char path[32], target[PATH_MAX];
	ssize_t length;
	const char *name;

	(void)snprintf(path, sizeof(path), "%d/exe", pid);
	length = readlinkat(walk->proc, path, target, sizeof(target) - 1);
	if (length < 0)
		return false;
	target[length] = '\0';
	name = strrchr(target, '/');
	return name != NULL && (strcmp(name, "/netinstd") == 0 ||
				   strcmp(name, "/netinstd (deleted)") == 0);
}

char *
holders_kill(const struct holders_walk *walk, pid_t pid)
{
	if (pid <= 1 || pid == walk->self || holders_is_daemon(walk, pid))
		return NULL;
	return memory_format("kill %d", pid);
}

/* Whether each byte is one that shells leave alone. */
static bool
holders_is_plain(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-:@%+=,";

	return text[0] != '\0' && text[strspn(text, plain)] == '\0';
}

char *
holders_quote(const char *text)
{
	/* $'' and its quotes, four bytes for each of text, a NUL. */
	char *quoted = memory_alloc(4 * strlen(text) + 4), *to = quoted;

	if (holders_is_plain(text)) {
		(void)memcpy(quoted, text, strlen(text) + 1);
		return quoted;
	}
	*to++ = '$';
	*to++ = '\'';
	for (; *text != '\0'; text++) {
		unsigned byte = (unsigned char)*text;

		if (byte < ' ' || byte >= 0x7f) {
			*to++ = '\\';
			*to++ = (char)('0' + (byte >> 6));
			*to++ = (char)('0' + (byte >> 3 & 7));
			*to++ = (char)('0' + (byte & 7));
			continue;
		}
		if (byte == '\'' || byte == '\\')
			*to++ = '\\';
		*to++ = *text;
	}
	*to++ = '\'';
	*to = '\0';
	return quoted;
}
