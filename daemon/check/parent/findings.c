/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings.c: owns the list. Findings of one kind, callback and subject are the
 * same: instance and detail of the first are kept. Where several callbacks run
 * at a time, the callback may be unknown: that is no other finding. Texts may
 * come from the plugin: they are cleaned here.
 */
#include "check/parent/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "check/child/scenario.h"
#include "lib/emit.h"
#include "plugin/text.h"

static bool
is_same(const struct board_finding *first, const struct board_finding *seen)
{
	return first->kind == seen->kind &&
	       (seen->callback[0] == '\0' ||
		   strcmp(first->callback, seen->callback) == 0) &&
	       strcmp(first->subject, seen->subject) == 0;
}

void
findings_add(struct findings *findings, const char *scenario,
    const struct board_finding *seen)
{
	const char *remedy = kind_row(seen->kind)->remedy;
	struct finding *finding;
	char *own;

	for (size_t i = 0; i < findings->count; i++)
		if (is_same(&findings->list[i].seen, seen)) {
			findings->list[i].times++;
			return;
		}
	findings->list = memory_resize(
	    findings->list, findings->count + 1, sizeof(*findings->list));
	finding = &findings->list[findings->count++];
	*finding =
	    (struct finding){.seen = *seen, .scenario = scenario, .times = 1};
	own = strchr(finding->seen.detail, '\n');
	if (own != NULL)
		*own++ = '\0';
	if (own != NULL || remedy != NULL)
		(void)snprintf(finding->remedy, sizeof(finding->remedy), "%s",
		    own != NULL ? own : remedy);
	text_clean(finding->seen.detail);
	text_clean(finding->seen.subject);
	text_clean(finding->seen.registrant);
	text_clean(finding->remedy);
}

void
findings_note(struct findings *findings, const char *scenario, enum kind kind,
    const char *subject, const char *format, ...)
{
	struct board_finding seen = {.kind = kind, .instance = NOWHERE};
	va_list arguments;

	(void)snprintf(seen.subject, sizeof(seen.subject), "%s", subject);
	va_start(arguments, format);
	(void)vsnprintf(seen.detail, sizeof(seen.detail), format, arguments);
	va_end(arguments);
	findings_add(findings, scenario, &seen);
}

/* --- the report ----------------------------------------------------------- */

static const char *const end_names[] = {
    [SCENARIO_NOT_RUN] = "not-run",
    [SCENARIO_WELL] = "well",
    [SCENARIO_EARLY] = "early",
};

/* "in create of instance 3 by registrant x, course life" */
static void
put_where(const struct finding *finding)
{
	const struct board_finding *seen = &finding->seen;

	if (finding->scenario == NULL) {
		(void)printf("in the file");
		return;
	}
	(void)printf("in %s",
	    seen->callback[0] != '\0' ? seen->callback : "no callback");
	if (seen->instance != NOWHERE)
		(void)printf(" of instance %d", (int)seen->instance);
	if (seen->registrant[0] != '\0')
		(void)printf(" by registrant %s", seen->registrant);
	(void)printf(", course %s", finding->scenario);
	if (finding->times > 1)
		(void)printf(", %u times in all", finding->times);
}

static void
put_finding(size_t number, const struct finding *finding)
{
	const struct kind_row *row = kind_row(finding->seen.kind);

	(void)printf("\n%zu. %s: %s [%s]\n   ", number, row->name,
	    row->sentence, row->clause);
	put_where(finding);
	(void)printf(
	    "\n   %s\n   do: %s\n", finding->seen.detail, finding->remedy);
}

void
findings_print(const struct findings *findings)
{
	unsigned runs = 0;

	for (size_t i = 0; i < scenario_count; i++)
		runs += findings->runs[i];
	if (findings->name[0] != '\0')
		(void)printf(
		    "plugin %s %s, ", findings->name, findings->version);
	(void)printf("%s\n", findings->path);
	for (size_t i = 0; i < findings->count; i++)
		put_finding(i + 1, &findings->list[i]);
	if (findings->stopped)
		(void)printf("\nIt did not get through the first course, so "
			     "the others were left out.\n");
	(void)printf("%s%zu %s, %u %s\n", findings->count > 0 ? "\n" : "",
	    findings->count, findings->count == 1 ? "finding" : "findings",
	    runs, runs == 1 ? "simulation" : "simulations");
}

/* A member that is null when there is nothing to say. */
static void
emit_optional(struct buffer *out, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		emit_text(out, name, text);
	else
		emit_null(out, name);
}

static void
emit_finding(struct buffer *out, const struct finding *finding)
{
	const struct board_finding *seen = &finding->seen;
	const struct kind_row *row = kind_row(seen->kind);

	emit_begin_object(out, NULL);
	emit_text(out, "kind", row->name);
	emit_text(out, "clause", row->clause);
	emit_text(out, "sentence", row->sentence);
	emit_optional(out, "callback", seen->callback);
	emit_optional(out, "registrant", seen->registrant);
	if (seen->instance != NOWHERE)
		emit_integer(out, "instance", seen->instance);
	else
		emit_null(out, "instance");
	emit_optional(out, "course", finding->scenario);
	emit_text(out, "detail", seen->detail);
	emit_text(out, "remedy", finding->remedy);
	emit_unsigned(out, "times", finding->times);
	emit_end_object(out);
}

void
findings_print_json(const struct findings *findings)
{
	struct buffer out = {0};

	emit_begin_object(&out, NULL);
	emit_text(&out, "result", findings->count == 0 ? "clean" : "findings");
	emit_text(&out, "path", findings->path);
	emit_optional(&out, "plugin", findings->name);
	emit_optional(&out, "version", findings->version);
	emit_begin_array(&out, "findings");
	for (size_t i = 0; i < findings->count; i++)
		emit_finding(&out, &findings->list[i]);
	emit_end_array(&out);
	emit_begin_array(&out, "courses");
	for (size_t i = 0; i < scenario_count; i++) {
		emit_begin_object(&out, NULL);
		emit_text(&out, "name", scenarios[i].name);
		emit_unsigned(&out, "runs", findings->runs[i]);
		emit_text(&out, "end", end_names[findings->ends[i]]);
		emit_end_object(&out);
	}
	emit_end_array(&out);
	emit_end_object(&out);
	(void)printf("%.*s\n", (int)out.length, out.data);
	buffer_free(&out);
}
