/* SPDX-License-Identifier: Apache-2.0 */
/*
 * many.h: what the files of the module share. It includes sys/modctl.h, as the
 * private headers of modules do, so that every file has what that emits.
 */
#ifndef TESTS_PLUGINS_SOLARIS_MANY_H
#define TESTS_PLUGINS_SOLARIS_MANY_H

#include <sys/types.h>
#include <sys/conf.h>
#include <sys/modctl.h>

extern struct dev_ops many_ops;

/* 0, or an errno. */
int many_start(void);
void many_stop(void);

#endif
