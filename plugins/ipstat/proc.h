/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proc.h: the formats of /proc/net. Pure functions: text in, figures out; any
 * thread.
 *
 * What is there is found by its name, never by its place, so other kernels have
 * more or less of it and all is well. What is not understood is left out: a
 * column without a number, a number without a column, an unknown row, and the
 * last line when nothing ends it, because its last number may be cut. A number
 * beyond 64 bits is the largest there is.
 *
 * Each appends to out and returns whether it found its part at all.
 */
#ifndef IPSTAT_PROC_H
#define IPSTAT_PROC_H

#include <stdbool.h>

#include "figures.h"

typedef bool (*proc_parse_fn)(
    const char *text, size_t length, const char *label, struct figures *out);

/*
 * snmp, netstat: the pair of lines "label: names" and "label: numbers". Names
 * are spelled as Solaris does where it has them: InReceives is inReceives, but
 * TCPTimeouts is what it is.
 */
bool proc_parse_rows(
    const char *text, size_t length, const char *label, struct figures *out);

/*
 * snmp6: the lines "labelName number", Name spelled as above. Without those per
 * type of message (label InType135), which come and go.
 */
bool proc_parse_lines(
    const char *text, size_t length, const char *label, struct figures *out);

/* sockstat: "TCP: inuse 3" is tcp_inuse; label is not used. */
bool proc_parse_sockets(
    const char *text, size_t length, const char *label, struct figures *out);

/*
 * stat/nf_conntrack: a line of names, and one of hexadecimal numbers per CPU.
 * Sums; but label, which each CPU tells of all, is taken once, as "count".
 */
bool proc_parse_cpus(
    const char *text, size_t length, const char *label, struct figures *out);

#endif
