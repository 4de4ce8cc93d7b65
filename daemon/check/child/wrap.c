/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wrap.c: stands in the place of functions of netinstd: in netinst-check, what
 * the rest calls by these names comes here (WATCHED in the Makefile), so that
 * netinstd itself pays nothing for being looked at. Owns nothing. Any thread.
 */
#include "check/child/watch.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/log_limit.h"
#include "core/callback/frame.h"
#include "plugin/loader.h"

/* The linker's names of a function and of what stands in for it. */
#define WRAPPED(function)                                                      \
	__typeof__(function) __real_##function, __wrap_##function

WRAPPED(frame_enter);
WRAPPED(frame_leave);
WRAPPED(loader_enter);
WRAPPED(loader_leave);
WRAPPED(log_write) __attribute__((format(printf, 3, 4)));
WRAPPED(log_write_list) __attribute__((format(printf, 3, 0)));
WRAPPED(log_wants);
WRAPPED(log_limit_pass);

void
__wrap_frame_enter(struct frame *frame, struct instance *instance,
    struct registrant *registrant, struct owner *owner, enum callback callback)
{
	__real_frame_enter(frame, instance, registrant, owner, callback);
	watch_callback_begins(callback,
	    registrant != NULL ? registrant->callbacks.nin_name : "",
	    instance->id);
}

void
__wrap_frame_leave(struct frame *frame, bool failed)
{
	watch_callback_over(frame->callback, failed);
	__real_frame_leave(frame, failed);
}

void
__wrap_loader_enter(struct loader_frame *frame, struct loader_job *job,
    struct owner *owner, enum loader_call call)
{
	const char *plugin;

	__real_loader_enter(frame, job, owner, call);
	watch_loader_begins(plugins_running_call(&plugin));
}

void
__wrap_loader_leave(const struct loader_frame *frame)
{
	watch_loader_over();
	__real_loader_leave(frame);
}

void
__wrap_log_write_list(enum log_level level, const char *token,
    const char *format, va_list arguments)
{
	char text[LOG_LINE_MAX];

	(void)vsnprintf(text, sizeof(text), format, arguments);
	watch_log(level, token, text);
	__real_log_write(level, token, "%s", text);
}

void
__wrap_log_write(
    enum log_level level, const char *token, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	__wrap_log_write_list(level, token, format, arguments);
	va_end(arguments);
}

/* Every line is looked at, whatever its level, and however many there are. */
bool
__wrap_log_wants(enum log_level level)
{
	(void)level;
	return true;
}

bool
__wrap_log_limit_pass(
    struct log_limit *limit, const struct log_rate *rate, uint64_t *left_out)
{
	(void)limit, (void)rate;
	*left_out = 0;
	return true;
}
