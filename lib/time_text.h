/* SPDX-License-Identifier: Apache-2.0 */
/* time_text.h: moments as clients write them. Any thread. */
#ifndef NETINST_LIB_TIME_TEXT_H
#define NETINST_LIB_TIME_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads what emit_time() writes, in UTC: "2026-11-23T08:00:00.123456789Z". The
 * 'Z', the fraction, the seconds and the time of the day may be left out; a
 * blank may stand for the 'T'. Also nanoseconds since 1970, in decimal. False:
 * it is none of these.
 */
bool time_text_read(const char *text, int64_t *time);

#endif
