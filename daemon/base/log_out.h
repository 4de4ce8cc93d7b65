/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_out.h: private to base/: where lines go: to standard error, without
 * waiting for who reads it.
 */
#ifndef NETINST_BASE_LOG_OUT_H
#define NETINST_BASE_LOG_OUT_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a line with all that is put around it; a pipe takes it whole. */
#define LOG_OUT_MAX 1280

/*
 * Finds out what standard error is, and opens it once more where that is needed
 * to write to it without waiting. The flags of what the daemon was given are
 * not touched: others may share it. Before there are threads.
 */
void log_out_open(void);

/* False: nobody reads, so the line is not written. Any thread. */
bool log_out(const char *line, size_t length);

/*
 * For the last line of a process: waits a moment for who reads. Also in a
 * signal handler.
 */
void log_out_last(const char *line, size_t length);

#endif
