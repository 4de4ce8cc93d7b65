/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h: from what a user named to a private copy of a file that can be
 * trusted. The loader's threads.
 */
#ifndef NETINST_PLUGIN_FILE_H
#define NETINST_PLUGIN_FILE_H

#include <stdbool.h>
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

/* The same for a library, which may be a link to the file. */
int file_open_library(const char *path, struct refusal *refusal);

/*
 * A private copy. Its bytes can be changed until it is sealed; then the dynamic
 * linker maps it from path.
 */
struct file_copy {
	char path[PLUGIN_PATH_MAX + 1]; /* never used for another one */
	unsigned char *bytes;		/* NULL: none, or it is sealed */
	size_t size;
	int fd;
	bool is_memory; /* no other process can name it */
};

/*
 * Reads what fd holds, for a copy in memory, or if directory is not NULL in a
 * new file there. path: of the original. Returns 0, -ENOMEM, -ENOSPC, -EBUSY
 * (the original changed meanwhile) or -EIO; only after 0, file_discard() gives
 * the copy up: what is mapped of it stays.
 */
int file_copy(int fd, const char *path, const char *directory,
    struct file_copy *copy, struct refusal *refusal);
void file_discard(struct file_copy *copy);

/*
 * Cuts the copy at an offset, appends size bytes, and lets nobody change it any
 * more. Returns 0 or as above.
 */
int file_seal(struct file_copy *copy, size_t offset, const void *more,
    size_t size, const char *path, struct refusal *refusal);

#endif
