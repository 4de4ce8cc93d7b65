/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust.h: who could have put a file where it is. Code from a file runs with
 * the daemon's rights, so only root and the daemon's own user may be able to
 * change it, or to put another one in its place.
 */
#ifndef NETINST_PLUGIN_TRUST_H
#define NETINST_PLUGIN_TRUST_H

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
 * Opens a directory for *at() functions, one component after the other:
 * each directory on the way, those that symbolic links lead through as well,
 * has to pass trust_check(). path: absolute. Returns a descriptor for the
 * caller to close; -ENOENT, -EPERM or -EIO with the refusal set.
 */
int trust_open_directory(const char *path, struct refusal *refusal);

#endif
