/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_file.h: the state directory, the file in it, and what keeps them from
 * being used. The history's thread.
 */
#ifndef NETINST_HISTORY_FILE_H
#define NETINST_HISTORY_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define HISTORY_FILE "history.db"
/* What names of those that were moved aside begin with; then the moment. */
#define HISTORY_ASIDE HISTORY_FILE ".corrupt-"

/* Why records cannot be stored, for people: one sentence, and what helps. */
struct history_problem {
	char text[PATH_MAX + 256];
	char remedy[256];
};

void history_problem_set(struct history_problem *problem, const char *remedy,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * Makes the directory (mode 0700) if only that is missing, judges it and all
 * above it as a plugin's (plugin/trust.h), and locks it against a second
 * daemon. Returns a descriptor, which holds the lock, or -1 with the problem.
 */
int history_file_enter(const char *directory, struct history_problem *problem);

enum history_access { HISTORY_REFUSED, HISTORY_READABLE, HISTORY_WRITABLE };

/*
 * Makes sure of a file of mode 0600 that only we can use. Unless it is
 * WRITABLE, the problem says why. Call it while nobody has the file open.
 */
enum history_access history_file_prepare(
    int directory, const char *path, struct history_problem *problem);

/* Whether the log beside a database of that name holds its last changes. */
bool history_file_has_log(int directory, const char *name);

/*
 * Renames the file and its log: moved is the name, with the moment at which the
 * damage was found. False with errno: it stays where it is.
 */
bool history_file_move_aside(int directory, char *moved, size_t size);

#endif
