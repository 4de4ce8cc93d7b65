/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.c: writes. Owns nothing. Findings hold plain text (text.h), so of
 * JSON's escapes two are enough.
 */
#include "check/parent/report.h"

#include <stdio.h>
#include <string.h>

#include "check/child/course.h"

static const char *const end_names[] = {
    [COURSE_NOT_RUN] = "not-run",
    [COURSE_WELL] = "well",
    [COURSE_EARLY] = "early",
};

static unsigned
count_runs(const struct findings *findings)
{
	unsigned runs = 0;
	size_t i;

	for (i = 0; i < course_count; i++)
		runs += findings->runs[i];
	return runs;
}

/* "in create of instance 3 (registrant "x"), course life" */
static void
put_where(const struct finding *finding)
{
	if (finding->course == NULL) {
		(void)printf("in the file");
		return;
	}
	if (finding->callback[0] != '\0')
		(void)printf("in %s", finding->callback);
	else
		(void)printf("in no callback");
	if (finding->instance != NOWHERE)
		(void)printf(" of instance %d", (int)finding->instance);
	if (finding->registrant[0] != '\0') {
		(void)printf(" by registrant %s", finding->registrant);
	}
	(void)printf(", course %s", finding->course);
	if (finding->times > 1)
		(void)printf(", %u times in all", finding->times);
}

static void
put_finding(size_t number, const struct finding *finding)
{
	const struct kind_row *row = kind_row(finding->kind);

	(void)printf("\n%zu. %s: %s [%s]\n   ", number, row->name,
	    row->sentence, row->clause);
	put_where(finding);
	(void)printf("\n   %s\n   do: %s\n", finding->detail, finding->remedy);
}

void
report_text(const struct findings *findings)
{
	size_t i;

	if (findings->name[0] != '\0')
		(void)printf(
		    "plugin %s %s, ", findings->name, findings->version);
	(void)printf("%s\n", findings->path);
	for (i = 0; i < findings->count; i++)
		put_finding(i + 1, &findings->list[i]);
	if (findings->stopped)
		(void)printf("\nIt did not get through the first course, so "
			     "the others were left out.\n");
	(void)printf("%s%zu %s, %u %s\n", findings->count > 0 ? "\n" : "",
	    findings->count, findings->count == 1 ? "finding" : "findings",
	    count_runs(findings),
	    count_runs(findings) == 1 ? "simulation" : "simulations");
}

/* --- JSON ----------------------------------------------------------------- */

static void
json_string(const char *text)
{
	(void)putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			(void)printf("\\%c", *text);
		else
			(void)putchar(*text);
	}
	(void)putchar('"');
}

static void
json_member(const char *name, const char *text)
{
	(void)printf(",\"%s\":", name);
	json_string(text);
}

/* A member that is null when there is nothing to say. */
static void
json_optional(const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_member(name, text);
	else
		(void)printf(",\"%s\":null", name);
}

static void
json_finding(const struct finding *finding)
{
	const struct kind_row *row = kind_row(finding->kind);

	(void)printf("{\"kind\":\"%s\"", row->name);
	json_member("clause", row->clause);
	json_member("sentence", row->sentence);
	json_optional("callback", finding->callback);
	json_optional("registrant", finding->registrant);
	if (finding->instance != NOWHERE)
		(void)printf(",\"instance\":%d", (int)finding->instance);
	else
		(void)printf(",\"instance\":null");
	json_optional("course", finding->course);
	json_member("detail", finding->detail);
	json_member("remedy", finding->remedy);
	(void)printf(",\"times\":%u}", finding->times);
}

void
report_json(const struct findings *findings)
{
	size_t i;

	(void)printf(
	    "{\"result\":\"%s\"", findings->count == 0 ? "clean" : "findings");
	json_member("path", findings->path);
	json_optional("plugin", findings->name);
	json_optional("version", findings->version);
	(void)printf(",\"findings\":[");
	for (i = 0; i < findings->count; i++) {
		(void)printf("%s", i > 0 ? "," : "");
		json_finding(&findings->list[i]);
	}
	(void)printf("],\"courses\":[");
	for (i = 0; i < course_count; i++)
		(void)printf("%s{\"name\":\"%s\",\"runs\":%u,\"end\":\"%s\"}",
		    i > 0 ? "," : "", courses[i].name, findings->runs[i],
		    end_names[findings->ends[i]]);
	(void)printf("]}\n");
}
