/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memcheck.h: what valgrind says about a child. It writes XML to a file, and
 * the child writes marks between, which say in which callback an error was.
 * Parent, main thread.
 */
#ifndef NETINST_CHECK_MEMCHECK_H
#define NETINST_CHECK_MEMCHECK_H

#include "check/child/scenario.h"
#include "check/parent/findings.h"

/* Makes the file for the next child, by the board; its descriptor, or -1. */
int memcheck_open(struct board *shared);

/* Reads the file, adds what concerns the plugin, and closes it. */
void memcheck_collect(int xml, struct board *shared, struct findings *findings,
    const struct scenario *scenario);

#endif
