/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer.h: tables on standard output. What is put into a cell is escaped as
 * text_escape() does; columns keep their width over several pages; states are
 * colored when that is wanted.
 */
#ifndef NETINST_CLI_WRITER_H
#define NETINST_CLI_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "command.h"

struct writer;

/*
 * A table with these columns; the list of headings ends with NULL. A heading
 * that starts with '>' (not printed) is a column of numbers, written to the
 * right.
 */
struct writer *writer_table(
    const struct invocation *invocation, const char *const *headings);

/* Two columns without headings: what, and its value. */
struct writer *writer_pairs(const struct invocation *invocation);

/* Starts a row; cells are then put from left to right. */
void writer_row(struct writer *writer);
void writer_text(struct writer *writer, const char *text); /* NULL: "-" */
void writer_number(struct writer *writer, int64_t number);
/* The member of an object as people write it: strings bare, lists in words. */
void writer_member(
    struct writer *writer, const json_t *object, const char *member);
/* Likewise; its color says whether all is well. */
void writer_state(
    struct writer *writer, const json_t *object, const char *member);
/* A count of something bad: colored unless it is 0. */
void writer_alarm(
    struct writer *writer, const json_t *object, const char *member);

/* A row of writer_pairs(). */
void writer_pair(struct writer *writer, const char *what, const char *value);
void writer_pair_member(struct writer *writer, const char *what,
    const json_t *object, const char *member);

/* Prints the rows and forgets them; the headings only the first time. */
void writer_print(struct writer *writer);
/* Prints what is left, and frees. */
void writer_finish(struct writer *writer);

/* A JSON value as people write it; the caller frees it. NULL is "-". */
char *writer_words(const json_t *value);

/* What --color asks for is known to be one of its three words. */
bool writer_wants_color(const char *color);

#endif
