/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer.h: results on standard output: lines, and tables by libsmartcols.
 * Whatever is printed is escaped as text_escape() does; columns keep their
 * width over several pages; states are colored when that is wanted.
 */
#ifndef NETINST_CLI_WRITER_H
#define NETINST_CLI_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "command.h"

struct writer;

/* Puts a cell: what of an object it shows is a member's name, or a template. */
typedef void writer_put(
    struct writer *writer, const json_t *object, const char *what);

/* The columns of a table: a list, which ends with one without a heading. */
struct writer_column {
	const char *heading; /* after '>': numbers, written to the right */
	const char *what;
	writer_put *put;
};

struct writer *writer_table(
    const struct invocation *invocation, const struct writer_column *columns);

/* Two columns without headings: what, and its value. */
struct writer *writer_pairs(const struct invocation *invocation);

/* The whole table of an array of objects. */
void writer_array(const struct invocation *invocation,
    const struct writer_column *columns, const json_t *array);

/* A row for each object of an array. */
void writer_objects(struct writer *writer, const json_t *array);
/* Likewise, and prints them: a run_page_fn. */
void writer_page(void *writer, const json_t *array);

/* Starts a row; cells are then put from left to right. */
void writer_row(struct writer *writer);
/* Puts the cells that the columns say, from the next one on. */
void writer_cells(struct writer *writer, const json_t *object);
void writer_text(struct writer *writer, const char *text); /* NULL: "-" */
void writer_number(struct writer *writer, int64_t number);

/* A member as people write it: strings bare, lists in words. */
writer_put writer_member;
/* Likewise; its color says whether all is well. */
writer_put writer_state;
/* A count of something bad: colored unless it is 0. */
writer_put writer_alarm;
/* A duration: of nanoseconds, as text_nanoseconds() has it. */
writer_put writer_nanoseconds;
/* A time of day; whole seconds are enough in a list. */
writer_put writer_time;
/* A template, filled by writer_fill(). */
writer_put writer_filled;

/* Rows of writer_pairs(). */
void writer_pair(struct writer *writer, const char *what, const char *value);
void writer_pair_member(struct writer *writer, const char *what,
    const json_t *object, const char *member);
void writer_pair_filled(struct writer *writer, const char *what,
    const json_t *object, const char *template);

/* Prints the rows and forgets them; the headings only the first time. */
void writer_print(struct writer *writer);
/* Prints what is left, and frees. */
void writer_finish(struct writer *writer);

/* A JSON value as people write it; the caller frees it. NULL is "-". */
char *writer_words(const json_t *value);

/*
 * The counts of an object that are not 0, "2 active, 1 creating", or NULL: the
 * caller's. *sum is that of all.
 */
char *writer_counts(const json_t *counts, json_int_t *sum);

/*
 * A template, where {0} stands for the first of operands (NULL: there are
 * none), {name} for a member of object, {name?A|B} for A if the member is there
 * and not false, else for B; an asterisk in A is the member. Not escaped; the
 * caller frees it.
 */
char *writer_fill(
    const char *template, const char *const *operands, const json_t *object);

/* Prints a line, of a filled template. */
void writer_say(
    const char *template, const char *const *operands, const json_t *object);

/* color: the checked argument of --color, or NULL. */
bool writer_wants_color(const char *color);

#endif
