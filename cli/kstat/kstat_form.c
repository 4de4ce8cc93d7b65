/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_form.c: prints kstats; asks nothing of the daemon. Plugins choose the
 * names and texts, so each is escaped: as text_escape() does for people, as
 * JSON for programs.
 */
#include "kstat/kstat_form.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "text.h"

bool
kstat_form_has_class(const struct kstat_form *form)
{
	return form->layout == KSTAT_LINES;
}

char *
kstat_form_label(const json_t *kstat, bool says_instance)
{
	return memory_format("%s%s%s:%lld:%s",
	    says_instance ? kstat_value_text(kstat, "ip_instance") : "",
	    says_instance ? "/" : "", kstat_value_text(kstat, "module"),
	    (long long)kstat_value_integer(kstat, "instance"),
	    kstat_value_text(kstat, "name"));
}

/* --- blocks --------------------------------------------------------------- */

static void
kstat_form_head(FILE *out, const struct kstat_form *form, const json_t *kstat)
{
	char *instance = text_escape(kstat_value_text(kstat, "ip_instance"));
	char *module = text_escape(kstat_value_text(kstat, "module"));
	char *name = text_escape(kstat_value_text(kstat, "name"));
	char *class = text_escape(kstat_value_text(kstat, "class"));

	if (form->says_instance)
		(void)fprintf(out, "ip instance: %-25s  id:       %lld\n",
		    instance,
		    (long long)kstat_value_integer(kstat, "ip_instance_id"));
	(void)fprintf(out, "module: %-30.30s  instance: %-6lld\n", module,
	    (long long)kstat_value_integer(kstat, "instance"));
	(void)fprintf(out, "name:   %-30.30s  class:    %-.30s\n", name, class);
	free(class);
	free(name);
	free(module);
	free(instance);
}

static void
kstat_form_blocks(FILE *out, const struct kstat_form *form, const json_t *kstat,
    const struct kstat_statistics *all)
{
	kstat_form_head(out, form, kstat);
	for (size_t i = 0; i < all->count; i++) {
		char *name = text_escape(all->list[i].name);
		char *value = text_escape(all->list[i].value);

		(void)fprintf(out, "\t%-30s  %s\n", name, value);
		free(value);
		free(name);
	}
	(void)putc('\n', out);
}

/* --- lines ---------------------------------------------------------------- */

static void
kstat_form_line(FILE *out, const struct kstat_form *form, const char *label,
    const struct kstat_statistic *statistic)
{
	char *name = text_escape(statistic->name);
	char *value = text_escape(statistic->value);

	if (form->says_name)
		(void)fprintf(out, "%s:%s", label, name);
	if (form->says_name && form->says_value)
		(void)putc(form->separator, out);
	if (form->says_value)
		(void)fputs(value, out);
	(void)putc('\n', out);
	free(value);
	free(name);
}

void
kstat_form_lines(FILE *out, const struct kstat_form *form, const json_t *kstat,
    const struct kstat_statistic *list, size_t count)
{
	char *bare = kstat_form_label(kstat, form->says_instance);
	char *label = text_escape(bare);

	for (size_t i = 0; i < count; i++)
		kstat_form_line(out, form, label, &list[i]);
	free(label);
	free(bare);
}

/* --- objects -------------------------------------------------------------- */

/* Beyond ASCII as \uNNNN: the same to a program, harmless to a terminal. */
static void
kstat_form_string(FILE *out, const char *text)
{
	json_t *string = memory_check(json_string(text));

	(void)json_dumpf(string, out, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	json_decref(string);
}

static void
kstat_form_member(FILE *out, const char *name, const char *text)
{
	(void)fprintf(out, "\"%s\":", name);
	kstat_form_string(out, text);
	(void)putc(',', out);
}

/* A second statistic of the same name is left out: an object has each once. */
static void
kstat_form_data(FILE *out, const struct kstat_statistics *all)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct kstat_statistic *statistic = &all->list[i];

		if (i > 0 && strcmp(statistic->name, statistic[-1].name) == 0)
			continue;
		if (i > 0)
			(void)putc(',', out);
		kstat_form_string(out, statistic->name);
		(void)putc(':', out);
		switch (statistic->kind) {
		case KSTAT_TEXT:
			kstat_form_string(out, statistic->value);
			break;
		case KSTAT_NUMBER:
			(void)fputs(statistic->value, out);
			break;
		case KSTAT_NOTHING:
			(void)fputs("null", out);
			break;
		}
	}
}

static void
kstat_form_object(
    FILE *out, const json_t *kstat, const struct kstat_statistics *all)
{
	char *snaptime =
	    kstat_value_time(kstat_value_integer(kstat, "snaptime"));

	(void)putc('{', out);
	kstat_form_member(
	    out, "ip_instance", kstat_value_text(kstat, "ip_instance"));
	kstat_form_member(out, "module", kstat_value_text(kstat, "module"));
	(void)fprintf(out, "\"instance\":%lld,",
	    (long long)kstat_value_integer(kstat, "instance"));
	kstat_form_member(out, "name", kstat_value_text(kstat, "name"));
	kstat_form_member(out, "class", kstat_value_text(kstat, "class"));
	(void)fprintf(out, "\"type\":%d,\"snaptime\":%s,\"data\":{",
	    kstat_value_type(kstat), snaptime);
	kstat_form_data(out, all);
	(void)fputs("}}", out);
	free(snaptime);
}

size_t
kstat_form_print(FILE *out, const struct kstat_form *form,
    const struct kstat_pattern *statistic, const json_t *kstat)
{
	struct kstat_statistics all;
	size_t count;

	kstat_value_collect(&all, kstat, statistic, kstat_form_has_class(form));
	count = all.count;
	if (count > 0) {
		switch (form->layout) {
		case KSTAT_BLOCKS:
			kstat_form_blocks(out, form, kstat, &all);
			break;
		case KSTAT_LINES:
			kstat_form_lines(out, form, kstat, all.list, all.count);
			break;
		case KSTAT_OBJECTS:
			kstat_form_object(out, kstat, &all);
			break;
		case KSTAT_SILENT:
			break;
		}
	}
	kstat_value_free(&all);
	return count;
}
