/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer.c: the only file that knows libsmartcols. The library's own escaping
 * is off: it depends on the locale, and all text is escaped here, by the same
 * rule as everywhere else.
 */
#include "writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libsmartcols/libsmartcols.h>

#include "memory.h"
#include "text.h"

#define WRITER_COLUMNS 16

struct writer {
	const struct writer_column *columns; /* NULL: pairs */
	size_t count, column;		     /* all; the one to be put next */
	bool color;
	struct libscols_table *table; /* of the rows not printed yet, or NULL */
	struct libscols_line *line;
	bool continued;		       /* rows have been printed before */
	size_t widths[WRITER_COLUMNS]; /* the widest cell so far */
};

bool
writer_wants_color(const char *color)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (color != NULL && strcmp(color, "auto") != 0)
		return strcmp(color, "always") == 0;
	if (no_color != NULL && *no_color != '\0')
		return false;
	return isatty(STDOUT_FILENO) && terminal != NULL &&
	       strcmp(terminal, "dumb") != 0;
}

static struct writer *
writer_new(const struct invocation *invocation, size_t count)
{
	struct writer *writer = memory_zalloc(sizeof(*writer));

	writer->count = count;
	writer->color =
	    writer_wants_color(invocation->options.values[OPTION_COLOR]);
	return writer;
}

struct writer *
writer_table(
    const struct invocation *invocation, const struct writer_column *columns)
{
	struct writer *writer;
	size_t count = 0;

	while (columns[count].heading != NULL)
		count++;
	writer = writer_new(invocation, count);
	writer->columns = columns;
	if (invocation->options.values[OPTION_NO_HEADINGS] != NULL)
		writer->continued = true;
	return writer;
}

struct writer *
writer_pairs(const struct invocation *invocation)
{
	return writer_new(invocation, 2);
}

/*
 * Every page is a table of its own to the library. It takes widths from the
 * first one's headings and cells; later ones get these.
 */
static void
writer_begin(struct writer *writer)
{
	bool headings = writer->columns != NULL && !writer->continued;

	writer->table = memory_check(scols_new_table());
	(void)scols_table_enable_noencoding(writer->table, 1);
	(void)scols_table_enable_colors(writer->table, writer->color);
	(void)scols_table_enable_noheadings(writer->table, !headings);
	(void)scols_table_set_column_separator(writer->table, "  ");
	for (size_t i = 0; i < writer->count; i++) {
		const char *heading =
		    writer->columns != NULL ? writer->columns[i].heading : "";
		bool right = *heading == '>';

		heading = headings ? heading + right : "";
		if (writer->widths[i] < text_width(heading))
			writer->widths[i] = text_width(heading);
		(void)memory_check(scols_table_new_column(
		    writer->table, heading, 0, right ? SCOLS_FL_RIGHT : 0));
	}
}

void
writer_row(struct writer *writer)
{
	if (writer->table == NULL)
		writer_begin(writer);
	writer->line = memory_check(scols_table_new_line(writer->table, NULL));
	writer->column = 0;
}

void
writer_cells(struct writer *writer, const json_t *object)
{
	while (writer->column < writer->count) {
		const struct writer_column *column =
		    &writer->columns[writer->column];

		column->put(writer, object, column->what);
	}
}

void
writer_objects(struct writer *writer, const json_t *array)
{
	const json_t *object;
	size_t i;

	json_array_foreach (array, i, object) {
		writer_row(writer);
		writer_cells(writer, object);
	}
}

void
writer_page(void *writer, const json_t *array)
{
	writer_objects(writer, array);
	writer_print(writer);
}

void
writer_array(const struct invocation *invocation,
    const struct writer_column *columns, const json_t *array)
{
	struct writer *writer = writer_table(invocation, columns);

	writer_objects(writer, array);
	writer_finish(writer);
}

/* STEALS text, which is safe to print. color may be NULL. */
static void
writer_cell(struct writer *writer, char *text, const char *color)
{
	size_t width = text_width(text), column = writer->column++;
	struct libscols_cell *cell = scols_line_get_cell(writer->line, column);

	if (writer->widths[column] < width)
		writer->widths[column] = width;
	if (color != NULL)
		(void)scols_cell_set_color(cell, color);
	if (scols_cell_refer_data(cell, text) != 0)
		(void)memory_check(NULL);
}

/* An empty cell would shift the fields of awk(1). */
static char *
writer_safe(const char *text)
{
	return text_escape(text != NULL && *text != '\0' ? text : "-");
}

void
writer_text(struct writer *writer, const char *text)
{
	writer_cell(writer, writer_safe(text), NULL);
}

void
writer_number(struct writer *writer, int64_t number)
{
	writer_cell(writer, memory_format("%lld", (long long)number), NULL);
}

/* "inet inet6 arp" */
static char *
writer_list(const json_t *array)
{
	char *all = NULL;
	const json_t *item;
	size_t i;

	json_array_foreach (array, i, item) {
		char *word = writer_words(item);

		all = text_append(all, " ", word);
		free(word);
	}
	return all != NULL ? all : memory_format("-");
}

char *
writer_words(const json_t *value)
{
	if (json_is_string(value))
		return memory_format("%s", json_string_value(value));
	if (json_is_array(value))
		return writer_list(value);
	if (json_is_null(value) || value == NULL)
		return memory_format("-");
	return memory_check(
	    json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)));
}

char *
writer_counts(const json_t *counts, json_int_t *sum)
{
	char *all = NULL;
	const char *name;
	json_t *count;

	*sum = 0;
	json_object_foreach ((json_t *)(uintptr_t)counts, name, count) {
		json_int_t value = json_integer_value(count);
		char *word = memory_format("%lld %s", (long long)value, name);

		if (value != 0)
			all = text_append(all, ", ", word);
		*sum += value;
		free(word);
	}
	return all;
}

static void
writer_colored(struct writer *writer, const json_t *object, const char *member,
    const char *color)
{
	char *words = writer_words(json_object_get(object, member));

	writer_cell(writer, writer_safe(words), color);
	free(words);
}

void
writer_member(struct writer *writer, const json_t *object, const char *member)
{
	writer_colored(writer, object, member, NULL);
}

void
writer_state(struct writer *writer, const json_t *object, const char *member)
{
	static const struct {
		const char *state, *color;
	} colors[] = {
	    {"active", "green"},
	    {"loaded", "green"},
	    {"ok", "green"},
	    {"failed", "red"},
	    {"problem", "red"},
	};
	const char *state = json_string_value(json_object_get(object, member));
	const char *color = "yellow";

	for (size_t i = 0; i < ARRAY_LENGTH(colors); i++) {
		if (state != NULL && strcmp(colors[i].state, state) == 0)
			color = colors[i].color;
	}
	writer_colored(writer, object, member, color);
}

void
writer_alarm(struct writer *writer, const json_t *object, const char *member)
{
	bool bad = json_number_value(json_object_get(object, member)) > 0;

	writer_colored(writer, object, member, bad ? "red" : NULL);
}

/* STEALS text. */
static void
writer_put_text(struct writer *writer, char *text)
{
	writer_text(writer, text);
	free(text);
}

void
writer_nanoseconds(
    struct writer *writer, const json_t *object, const char *member)
{
	writer_put_text(writer, text_nanoseconds(json_integer_value(
				    json_object_get(object, member))));
}

void
writer_time(struct writer *writer, const json_t *object, const char *member)
{
	char *time = writer_words(json_object_get(object, member));
	char *fraction = strchr(time, '.');

	if (fraction != NULL)
		(void)memcpy(fraction, "Z", sizeof("Z"));
	writer_put_text(writer, time);
}

/* What stands between the braces of a template. */
static void
writer_fill_in(
    FILE *out, char *blank, const char *const *operands, const json_t *object)
{
	char *choice = strchr(blank, '?'), *words, *other;
	const json_t *member;
	size_t length;

	if (*blank >= '0' && *blank <= '9') {
		(void)fputs(operands[*blank - '0'], out);
		return;
	}
	if (choice != NULL)
		*choice++ = '\0';
	member = json_object_get(object, blank);
	words = writer_words(member);
	if (choice == NULL) {
		(void)fputs(words, out);
	} else {
		other = strchr(choice, '|');
		*other++ = '\0';
		if (member == NULL || json_is_false(member))
			choice = other;
		length = strcspn(choice, "*");
		(void)fwrite(choice, 1, length, out);
		if (choice[length] == '*')
			(void)fprintf(out, "%s%s", words, choice + length + 1);
	}
	free(words);
}

char *
writer_fill(
    const char *template, const char *const *operands, const json_t *object)
{
	char *text = NULL, *blank;
	size_t size, length;
	FILE *out = memory_check(open_memstream(&text, &size));

	for (;;) {
		length = strcspn(template, "{");
		(void)fwrite(template, 1, length, out);
		template += length;
		if (*template == '\0')
			break;
		length = strcspn(++template, "}");
		blank = memory_format("%.*s", (int)length, template);
		writer_fill_in(out, blank, operands, object);
		free(blank);
		template += length + 1;
	}
	(void)fclose(out);
	return memory_check(text);
}

void
writer_say(
    const char *template, const char *const *operands, const json_t *object)
{
	char *text = writer_fill(template, operands, object);
	char *safe = text_escape(text);

	(void)puts(safe);
	free(safe);
	free(text);
}

void
writer_filled(struct writer *writer, const json_t *object, const char *template)
{
	writer_put_text(writer, writer_fill(template, NULL, object));
}

void
writer_pair(struct writer *writer, const char *what, const char *value)
{
	writer_row(writer);
	writer_text(writer, what);
	writer_text(writer, value);
}

void
writer_pair_member(struct writer *writer, const char *what,
    const json_t *object, const char *member)
{
	writer_row(writer);
	writer_text(writer, what);
	writer_member(writer, object, member);
}

void
writer_pair_filled(struct writer *writer, const char *what,
    const json_t *object, const char *template)
{
	writer_row(writer);
	writer_text(writer, what);
	writer_filled(writer, object, template);
}

/*
 * The last column may be as wide as it likes: nothing is behind it. A hint
 * only works on a column without heading.
 */
static void
writer_keep_widths(const struct writer *writer)
{
	for (size_t i = 0; i + 1 < writer->count; i++) {
		struct libscols_column *column =
		    scols_table_get_column(writer->table, i);

		(void)scols_column_set_whint(column, (double)writer->widths[i]);
		(void)scols_column_set_flags(column,
		    scols_column_get_flags(column) | SCOLS_FL_STRICTWIDTH);
	}
}

void
writer_print(struct writer *writer)
{
	if (writer->table == NULL)
		return;
	if (writer->continued)
		writer_keep_widths(writer);
	(void)scols_print_table(writer->table);
	scols_unref_table(writer->table);
	writer->table = NULL;
	writer->continued = true;
}

void
writer_finish(struct writer *writer)
{
	writer_print(writer);
	free(writer);
}
