/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_pattern.h: the two kinds of pattern that kstat(8) takes: those of the
 * shell, and extended regular expressions between slashes, as in /^tcp/, which
 * match when any part of the text does.
 */
#ifndef NETINST_CLI_KSTAT_PATTERN_H
#define NETINST_CLI_KSTAT_PATTERN_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

/* Zeroed is a valid pattern: one that matches everything. */
struct kstat_pattern {
	char *text;	     /* NULL: everything */
	regex_t *expression; /* NULL: text is a pattern of the shell */
};

/*
 * Takes the pattern of length bytes at text; "" and "*" match everything.
 * Returns NULL, or why it is none: a sentence that quotes it, the caller's to
 * free. Then the pattern matches everything.
 */
char *kstat_pattern_parse(
    struct kstat_pattern *pattern, const char *text, size_t length);
void kstat_pattern_free(struct kstat_pattern *pattern);

bool kstat_pattern_matches(
    const struct kstat_pattern *pattern, const char *text);

/* What the daemon may be asked for, NULL: it has no regular expressions. */
const char *kstat_pattern_for_daemon(const struct kstat_pattern *pattern);

#endif
