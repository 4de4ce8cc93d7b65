/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_text.h: one statistic as JSON, as replies and the records of the
 * history have it. A number stays exact: what a JSON number may not hold is
 * written as a decimal string (lib/emit.c).
 */
#ifndef NETINST_TEXT_KSTAT_TEXT_H
#define NETINST_TEXT_KSTAT_TEXT_H

#include "core/kstat/kstat_item.h"
#include "lib/buffer.h"

/* What type it has: "uint64", "raw", "unknown", ... */
const char *kstat_text_type(const struct kstat_item *item);

/* Only what it is, without its name and type; raw ones in hexadecimal. */
void kstat_text_value(
    struct buffer *out, const char *key, const struct kstat_item *item);

#endif
