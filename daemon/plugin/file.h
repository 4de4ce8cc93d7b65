/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h: from what a user named to a private copy of a file that can be
 * trusted. The loader's threads.
 */
#ifndef NETINST_PLUGIN_FILE_H
#define NETINST_PLUGIN_FILE_H

#include <stddef.h>

#include "plugin/refusal.h"

/*
 * Says which file is meant: a path with a slash in it, or NAME for
 * DIRECTORY/NAME.so. path gets it, absolute. Returns 0 or -ENOENT.
 */
int file_find(const char *directory, const char *what,
    char path[PLUGIN_PATH_MAX + 1], struct refusal *refusal);

/*
 * Opens a plugin's file for reading, if it is a regular file that only root
 * and the daemon's user can change or replace. Symbolic links may lead to its
 * directory, but the file itself must not be one. Returns a descriptor for
 * the caller to close; -ENOENT, -EPERM, -ENOEXEC (its size) or -EIO.
 */
int file_open(const char *path, struct refusal *refusal);

/* A private copy, and its bytes to look at. */
struct file_copy {
	char path[PLUGIN_PATH_MAX + 1];
	void *bytes; /* read-only */
	size_t size;
};

/*
 * Copies what fd holds into a new file of the scratch directory, whose name is
 * never used again. path: of the original. Returns 0, -ENOSPC, -EBUSY (the
 * original changed meanwhile) or -EIO; only after 0, file_discard() removes
 * the copy.
 */
int file_copy(int fd, const char *path, const char *scratch,
    struct file_copy *copy, struct refusal *refusal);
void file_discard(struct file_copy *copy);

#endif
