/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_exec.h: netinstd --check is another program, netinst-check: it takes
 * this process over. Main thread, before there is any other.
 */
#ifndef NETINST_CHECK_EXEC_H
#define NETINST_CHECK_EXEC_H

/* Exit codes of netinstd --check. */
enum check_exit { CHECK_CLEAN = 0, CHECK_FINDINGS = 1, CHECK_CANNOT_RUN = 2 };

/*
 * Runs the netinst-check of netinstd's own installation with the same
 * arguments. Returns only when it cannot, with the exit code, after the reason
 * was printed.
 */
enum check_exit check_exec(char **argv);

#endif
