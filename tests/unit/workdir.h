/* SPDX-License-Identifier: Apache-2.0 */
/*
 * workdir.h: for unit tests that need files a daemon would trust: a private
 * directory that only the owner and root can change, on a path of which the
 * same is true.
 */
#ifndef TESTS_UNIT_WORKDIR_H
#define TESTS_UNIT_WORKDIR_H

#include <stddef.h>

/* Makes the directory; cmocka set-up and tear-down. */
int workdir_setup(void **state);
int workdir_teardown(void **state);

/* The path of name in the directory; valid until the eighth call from now. */
const char *workdir_path(const char *name);

/* Writes a file there. Returns its path, as workdir_path(). */
const char *workdir_write(const char *name, const void *bytes, size_t size);

/*
 * The content of a file below the build directory, such as
 * "plugins/template.so", for free().
 */
void *workdir_read_built(const char *name, size_t *size);

#endif
