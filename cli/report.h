/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.h: how failures look and what exit code they have. Every failure is
 * one line "netinstctl: what: which" on standard error, and where something
 * can be done about it a line "hint: ..." below.
 */
#ifndef NETINST_CLI_REPORT_H
#define NETINST_CLI_REPORT_H

#include <jansson.h>

/*
 * Prints a failure, escaped as text_escape() does, and returns code. hint may
 * be NULL; the same hint twice in a row is printed once.
 */
int report(int code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Prints the error object of a reply. what says what was tried ("instance
 * destroy"), operand with what: NULL, or a name that is left out when the
 * daemon's own message quotes it. Returns the exit code that rpc.h has for the
 * error's name.
 */
int report_error(const char *what, const char *operand, const json_t *error);

/* Exit code of an error name; EXIT_FAILED for one from a newer daemon. */
int report_exit_code(const char *name);

#endif
