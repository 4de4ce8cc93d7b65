/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsontext.h: JSON as it was written. Scripts get the daemon's own bytes,
 * because a parser may spell a number differently. All text here has been
 * accepted by the parser.
 */
#ifndef NETINST_CLI_JSONTEXT_H
#define NETINST_CLI_JSONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/scan.h"

/* The value of an object's member; false when there is none of that name. */
bool jsontext_member(
    struct scan_slice object, const char *name, struct scan_slice *value);

/* What stands between the brackets of an array: "" when it is empty. */
struct scan_slice jsontext_elements(struct scan_slice array);

/*
 * Writes a value over several lines, two columns per level, one line feed at
 * the end. Characters that text_escape() hides become \uNNNN: it stays JSON of
 * the same meaning, and does nothing to a terminal.
 */
void jsontext_indent(FILE *out, struct scan_slice value);

#endif
