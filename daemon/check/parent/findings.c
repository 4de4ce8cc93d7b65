/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings.c: owns the list. Two findings are the same when kind, callback and
 * subject are: then instance and detail of the first are kept. Where several
 * callbacks run at a time, it may not be known which one it was: that is no
 * other finding. Texts may come from the plugin: they are cleaned here.
 */
#include "check/parent/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "plugin/text.h"

static struct finding *
findings_find(const struct findings *findings, const struct board_finding *seen)
{
	size_t i;

	for (i = 0; i < findings->count; i++)
		if (findings->list[i].kind == seen->kind &&
		    (seen->callback[0] == '\0' ||
			strcmp(findings->list[i].callback, seen->callback) ==
			    0) &&
		    strcmp(findings->list[i].subject, seen->subject) == 0)
			return &findings->list[i];
	return NULL;
}

void
findings_add(struct findings *findings, const char *course,
    const struct board_finding *seen)
{
	struct finding *finding = findings_find(findings, seen);
	const char *remedy = kind_row(seen->kind)->remedy;
	char *own;

	if (finding != NULL) {
		finding->times++;
		return;
	}
	findings->list = memory_resize(
	    findings->list, findings->count + 1, sizeof(*findings->list));
	finding = &findings->list[findings->count++];
	*finding = (struct finding){
	    .kind = seen->kind,
	    .course = course,
	    .times = 1,
	    .instance = seen->instance,
	};
	memcpy(finding->callback, seen->callback, sizeof(finding->callback));
	memcpy(
	    finding->registrant, seen->registrant, sizeof(finding->registrant));
	memcpy(finding->subject, seen->subject, sizeof(finding->subject));
	memcpy(finding->detail, seen->detail, sizeof(finding->detail));
	own = strchr(finding->detail, '\n');
	if (own != NULL)
		*own++ = '\0';
	text_clean(finding->detail);
	text_clean(finding->subject);
	text_clean(finding->registrant);
	(void)snprintf(finding->remedy, sizeof(finding->remedy), "%s",
	    own != NULL	     ? own
	    : remedy != NULL ? remedy
			     : "");
	text_clean(finding->remedy);
}

void
findings_note(struct findings *findings, const char *course, enum kind kind,
    const char *subject, const char *format, ...)
{
	struct board_finding seen = {.kind = kind, .instance = NOWHERE};
	va_list arguments;

	(void)snprintf(seen.subject, sizeof(seen.subject), "%s", subject);
	va_start(arguments, format);
	(void)vsnprintf(seen.detail, sizeof(seen.detail), format, arguments);
	va_end(arguments);
	findings_add(findings, course, &seen);
}

void
findings_free(struct findings *findings)
{
	free(findings->list);
}
