/* SPDX-License-Identifier: Apache-2.0 */
/* nic_common.c: see nic_common.h; holds nothing of its own. */
#include "nic_common.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"
#include "text.h"
#include "writer.h"

void
nic_common_say(const char *first, ...)
{
	const char *text = first;
	va_list texts;

	va_start(texts, first);
	for (; text != NULL; text = va_arg(texts, const char *)) {
		char *safe = text_escape(text);

		(void)printf("%s%s", text == first ? "" : " ", safe);
		free(safe);
	}
	va_end(texts);
	(void)putchar('\n');
}

const char *
nic_common_instance(const struct invocation *invocation)
{
	return invocation->operands[0];
}

const char *
nic_common_name(const struct invocation *invocation)
{
	return invocation->operands[1];
}

bool
nic_common_given(const struct invocation *invocation, enum option_symbol symbol)
{
	return invocation->options.values[symbol] != NULL;
}

json_t *
nic_common_params(const char *instance, const char *nic)
{
	return memory_check(
	    json_pack("{s:s, s:s}", "instance", instance, "nic", nic));
}

void
nic_common_put_true(json_t *params, const char *name,
    const struct invocation *invocation, enum option_symbol symbol)
{
	if (nic_common_given(invocation, symbol))
		(void)json_object_set_new(params, name, json_true());
}

int
nic_common_run_list(struct invocation *invocation, const char *const *headings,
    const char *member, run_page_fn show)
{
	struct writer *writer = writer_table(invocation, headings);
	struct run_list list = {.member = member, .show = show, .arg = writer};
	json_t *params = memory_check(
	    json_pack("{s:s}", "instance", nic_common_instance(invocation)));
	int code = run_pages(invocation, params, &list);

	writer_finish(writer);
	return code;
}
