/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.c: stands in for functions of netinstd: the linker of netinst-check has
 * their callers come here (WATCHED in the Makefile), so that netinstd itself
 * pays nothing. Compares what must not change during a callback, and what must
 * be gone after it. Owns the calling thread's slot on the board, and the counts
 * of leftovers as it saw them last. Any thread; takes no lock.
 */
#include "check/child/watch.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log_limit.h"
#include "check/child/call.h"
#include "check/child/fault.h"
#include "check/child/kstats.h"
#include "check/child/where.h"
#include "core/callback/frame.h"
#include "core/object/owner.h"
#include "lib/clock.h"
#include "plugin/loader.h"

/* Longer than this is reported. */
#define OVERDUE		 NS_PER_SEC
#define OVERDUE_VALGRIND (60 * NS_PER_SEC)

static _Thread_local struct board_slot *slot; /* once taken, for good */

static const struct interpose_row *const *replaced;

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

/* --- the log -------------------------------------------------------------- */

/* Lines that differ in numbers only are one finding. */
static void
subject_of(const char *text, char subject[BOARD_SUBJECT])
{
	size_t used = 0;
	bool digit, before = false;

	for (; *text != '\0' && used < BOARD_SUBJECT - 1; text++) {
		digit = *text >= '0' && *text <= '9';
		if (!digit || !before)
			subject[used++] = digit ? '#' : *text;
		before = digit;
	}
	subject[used] = '\0';
}

static bool
is_refusal(enum log_level level, const char *token, const char *text)
{
	return level <= LOG_WARNING && strcmp(token, "core") == 0 &&
	       (strstr(text, "refused") != NULL ||
		   strstr(text, "ignored") != NULL ||
		   strstr(text, "unknown") != NULL);
}

static void
log_compare(enum log_level level, const char *token, const char *text)
{
	struct visit *visit = where_visit();
	char subject[BOARD_SUBJECT];

	/* A thread of the plugin's own logs when it likes. */
	if (visit == NULL)
		return;
	if (strncmp(token, "plugin ", 7) == 0) {
		visit->logged = true;
		board_observe("%s: %s", token, text);
		return;
	}
	/* The core may refuse what has no memory. */
	if (!is_refusal(level, token, text) || call_keep(text) ||
	    call_has_failed())
		return;
	subject_of(text, subject);
	where_report(KIND_CALL_REFUSED, subject, "%s", text);
}

void
__wrap_log_write_list(enum log_level level, const char *token,
    const char *format, va_list arguments)
{
	char text[LOG_LINE_MAX];

	(void)vsnprintf(text, sizeof(text), format, arguments);
	log_compare(level, token, text);
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

/* --- leftovers ------------------------------------------------------------ */

/* Which counter of the core is which finding. */
static const struct {
	size_t member;
	enum kind kind;
	const char *what;
} rows[] = {
    {offsetof(struct owner_leftovers, notifies), KIND_NOTIFY_LEFT,
	"notify registrations"},
    {offsetof(struct owner_leftovers, protocols), KIND_PROTOCOL_LEFT,
	"protocols"},
    {offsetof(struct owner_leftovers, hooks), KIND_HOOK_LEFT, "hooks"},
};

static struct {
	struct owner *_Atomic owner;
	_Atomic uint64_t seen[ARRAY_LENGTH(rows)];
	/* The last callback of a pair: the next count is its own. */
	_Atomic netid_t instance;
	const char *_Atomic callback;
} leftovers = {.instance = NOWHERE, .callback = ""};

void
watch_owner(struct owner *owner)
{
	owner_hold(owner);
	atomic_store(&leftovers.owner, owner);
}

/*
 * Reports what the core had to reclaim since the last time: it counts that
 * right after the callback that should have done it.
 */
static void
leftovers_compare(void)
{
	struct owner *owner = atomic_load(&leftovers.owner);
	struct location where = {atomic_load(&leftovers.callback), "",
	    atomic_load(&leftovers.instance)};
	struct owner_leftovers now;
	uint64_t count, before;

	if (owner == NULL)
		return;
	owner_read_leftovers(owner, &now);
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		count = *(uint64_t *)(void *)((char *)&now + rows[i].member);
		before = atomic_exchange(&leftovers.seen[i], count);
		if (count > before)
			board_reportf(rows[i].kind, &where, "",
			    "%s that were still there when it had returned: "
			    "%llu",
			    rows[i].what, (unsigned long long)(count - before));
	}
}

/* --- callbacks ------------------------------------------------------------ */

/* What valgrind writes from now on comes from there: for memcheck. */
static void
write_mark(const struct location *where)
{
	char text[128];
	int length = snprintf(text, sizeof(text), BOARD_MARK "%d %s -->\n",
	    (int)where->instance, where->callback);

	if (length > 0)
		(void)!write(board->order.xml, text, (size_t)length);
}

/* Says on the board what the thread is inside of now. */
static void
slot_show(void)
{
	struct location where = where_now();

	if (board->order.valgrind)
		write_mark(&where);
	if (slot == NULL)
		return;
	atomic_store(&slot->since, 0);
	if (where_visit() == NULL)
		return;
	slot->instance = where.instance;
	(void)snprintf(
	    slot->callback, sizeof(slot->callback), "%s", where.callback);
	(void)snprintf(
	    slot->registrant, sizeof(slot->registrant), "%s", where.registrant);
	atomic_store(&slot->since, clock_monotonic());
}

static void
visit_begin(const char *callback, const char *registrant, netid_t instance,
    bool in_loader)
{
	struct visit *visit;
	unsigned number;

	if (slot == NULL) {
		number = atomic_fetch_add(&board->slot_count, 1);
		if (number < BOARD_SLOTS)
			slot = &board->slots[number];
		fault_prepare_thread();
	}
	visit = where_enter();
	if (visit == NULL)
		return;
	visit->callback = callback;
	visit->instance = instance;
	(void)snprintf(
	    visit->registrant, sizeof(visit->registrant), "%s", registrant);
	visit->logged = false;
	visit->in_loader = in_loader;
	visit->locks = call_count_locks(0);
	process_note(&visit->before);
	slot_show();
	visit->begun = clock_monotonic();
}

static void
compare_time(const struct visit *visit, const struct location *where)
{
	int64_t elapsed = clock_monotonic() - visit->begun;

	/* The loader's may wait, also for creates. */
	if (visit->in_loader)
		return;
	if (elapsed > (board->order.valgrind ? OVERDUE_VALGRIND : OVERDUE))
		board_reportf(KIND_OVERDUE, where, "",
		    "it took %lld ms; more than %lld are too many for a "
		    "simulated instance",
		    (long long)(elapsed / NS_PER_MS),
		    (long long)(OVERDUE / NS_PER_MS));
}

static void
compare_locks(const struct visit *visit, const struct location *where)
{
	int held = call_count_locks(0) - visit->locks;

	if (held > 0)
		board_reportf(KIND_MUTEX_HELD, where, "",
		    "%d that it took it has not released", held);
	(void)call_count_locks(-held);
}

static void
visit_end(void)
{
	const struct visit *visit = where_visit();
	struct location where = where_now();

	/* A copy may run code of the plugin, but none of ours. */
	if (where_is_copy()) {
		board_report(KIND_FORKED, &where, "",
		    "it returned twice: in the copy, too");
		_exit(CHILD_REPORTED);
	}
	if (visit != NULL) {
		compare_time(visit, &where);
		compare_locks(visit, &where);
		process_compare(&visit->before, &where);
	}
	where_leave();
	slot_show();
}

void
__wrap_frame_enter(struct frame *frame, struct instance *instance,
    struct registrant *registrant, struct owner *owner, enum callback callback)
{
	__real_frame_enter(frame, instance, registrant, owner, callback);
	leftovers_compare();
	visit_begin(callback_name(callback),
	    registrant != NULL ? registrant->callbacks.nin_name : "",
	    instance->id, false);
}

/* failed: create gave NULL, or the like. */
void
__wrap_frame_leave(struct frame *frame, bool failed)
{
	bool no_create = frame->callback == CALLBACK_CREATE && failed;
	const struct visit *visit = where_visit();
	struct location where = where_now();

	if (no_create && visit != NULL && !visit->logged && !call_has_failed())
		board_report(KIND_CREATE_NULL, &where, "",
		    "nothing had failed, and the plugin has logged nothing");
	if (no_create || frame->callback == CALLBACK_DESTROY) {
		kstats_after_destroy(&where);
		atomic_store(&leftovers.instance, where.instance);
		atomic_store(&leftovers.callback, where.callback);
	}
	visit_end();
	__real_frame_leave(frame, failed);
}

void
__wrap_loader_enter(struct loader_frame *frame, struct loader_job *job,
    struct owner *owner, enum loader_call call)
{
	const char *plugin;

	__real_loader_enter(frame, job, owner, call);
	visit_begin(plugins_running_call(&plugin), "", NOWHERE, true);
}

void
__wrap_loader_leave(const struct loader_frame *frame)
{
	visit_end();
	/* Nothing but constructors has run so far, or nothing is new. */
	interpose_new_objects(board->order.scratch, replaced);
	__real_loader_leave(frame);
}

void
watch_start(const struct interpose_row *const *replacements)
{
	replaced = replacements;
	where_start();
}

void
watch_finish(void)
{
	leftovers_compare();
	kstats_finish();
	process_finish();
}
