/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_doctor_findings.c: the list of findings and the texts in it. Whoever
 * has the list owns it; one thread at a time.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "base/memory.h"
#include "source/netns/inspect/netns_doctor_impl.h"

const char *
netns_severity_name(enum netns_severity severity)
{
	static const char *const names[] = {
	    [NETNS_OK] = "ok",
	    [NETNS_WARNING] = "warning",
	    [NETNS_PROBLEM] = "problem",
	};

	return names[severity];
}

void
doctor_find(struct netns_findings *findings, const char *name,
    enum netns_severity severity, const char *remedy, const char *format, ...)
{
	struct netns_finding *finding;
	va_list arguments;

	findings->list = memory_resize(
	    findings->list, findings->count + 1, sizeof(*findings->list));
	finding = &findings->list[findings->count++];
	finding->name = name;
	finding->severity = severity;
	finding->remedy = remedy != NULL ? memory_strdup(remedy) : NULL;
	va_start(arguments, format);
	finding->text = memory_vformat(format, arguments);
	va_end(arguments);
}

void
netns_findings_free(struct netns_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->list[i].text);
		free(findings->list[i].remedy);
	}
	free(findings->list);
	free(findings);
}

void
doctor_names_add(struct doctor_names *names, const char *name)
{
	char *text = names->text;

	if (names->count++ >= NETNS_DOCTOR_NAMES_MAX)
		return;
	names->text = text == NULL ? memory_strdup(name)
				   : memory_format("%s, %s", text, name);
	free(text);
}

char *
doctor_names_finish(struct doctor_names *names)
{
	char *text = names->text, *whole;

	if (names->count <= NETNS_DOCTOR_NAMES_MAX)
		return text;
	whole = memory_format(
	    "%s and %zu more", text, names->count - NETNS_DOCTOR_NAMES_MAX);
	free(text);
	return whole;
}
