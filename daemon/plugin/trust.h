/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust.h: who could have put a file where it is. What netinstd runs or obeys
 * may be such that only root and the daemon's own user can change it, or put
 * another one in its place.
 */
#ifndef NETINST_PLUGIN_TRUST_H
#define NETINST_PLUGIN_TRUST_H

#include <stdbool.h>
#include <sys/stat.h>

#include "plugin/refusal.h"

/*
 * Whether nobody but root and the daemon's user can change a file or
 * directory. Returns 0, or -EPERM with the refusal set. what: "file" or
 * "directory".
 */
int trust_check(const struct stat *status, const char *what, const char *path,
    struct refusal *refusal);

/*
 * Opens a directory for *at() functions, one component after the other. Each
 * directory on the way, also through symbolic links, has to pass trust_check().
 * A sticky directory of root's, such as /tmp, may be on the way, where nobody
 * else can replace what is in it, but not at the end. path: absolute. Returns a
 * descriptor for the caller to close; -ENOENT, -EPERM or -EIO with the refusal
 * set.
 */
int trust_open_directory(const char *path, struct refusal *refusal);

/*
 * The same, but makes the last one if it does not exist: in the directory that
 * was checked, wherever the path leads meanwhile. *made: 0: it was made, or why
 * not, an errno.
 */
int trust_make_directory(
    const char *path, mode_t mode, int *made, struct refusal *refusal);

/*
 * Opens a regular file for reading, on a way as above; the file has to pass
 * trust_check(), too. follow: it may be a symbolic link. Likewise.
 */
int trust_open_file(const char *path, bool follow, struct refusal *refusal);

#endif
