/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.c: owns what is known of the thread it runs on: the callbacks it is
 * inside of, the innermost last, and how things stood when each began. The
 * child's one plugin is the only one, so every callback is its own.
 */
#include "check/child/watch.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "check/child/fault.h"
#include "check/child/interpose.h"
#include "check/child/kstats.h"
#include "check/child/leftovers.h"
#include "check/parent/memcheck.h"
#include "check/child/process.h"
#include "check/child/wrap.h"
#include "lib/clock.h"

#define VISITS_MAX 12 /* callbacks inside callbacks */

/* Longer than this is reported. */
#define OVERDUE		 NS_PER_SEC
#define OVERDUE_VALGRIND (60 * NS_PER_SEC)

struct visit {
	const char *callback;
	netid_t instance;
	char registrant[BOARD_NAME];
	struct process_note before;
	int64_t begun;
	int mutexes;	/* held when it began */
	bool spoke;	/* the plugin has logged something */
	bool in_loader; /* nin_load, nin_unload, a constructor */
};

static _Thread_local struct {
	struct visit visits[VISITS_MAX];
	unsigned depth;
	int mutexes;
	struct board_slot *slot;
	bool calling; /* the framework */
	char said[256];
} thread;

static _Atomic bool starved; /* an allocation was made to fail */
static pid_t original;	     /* the child; a fork of it has another number */

static struct visit *
innermost(void)
{
	return thread.depth > 0 && thread.depth <= VISITS_MAX
		   ? &thread.visits[thread.depth - 1]
		   : NULL;
}

struct place
watch_place(void)
{
	const struct visit *visit = innermost();

	if (visit == NULL)
		return (struct place){"", "", NOWHERE};
	return (struct place){
	    visit->callback, visit->registrant, visit->instance};
}

bool
watch_is_in_callback(void)
{
	const struct visit *visit = innermost();

	return visit != NULL && !visit->in_loader;
}

bool
watch_is_copy(void)
{
	return getpid() != original;
}

void
watch_count_mutex(int change)
{
	thread.mutexes += change;
}

void
watch_failed_allocation(void)
{
	atomic_store(&starved, true);
}

/* --- what the core says --------------------------------------------------- */

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

void
watch_log(enum log_level level, const char *token, const char *text)
{
	struct visit *visit = innermost();
	char subject[BOARD_SUBJECT];
	struct place place;

	if (strncmp(token, "plugin ", 7) == 0) {
		/* A thread of its own speaks when it likes. */
		if (visit != NULL) {
			visit->spoke = true;
			board_observe("%s: %s", token, text);
		}
		return;
	}
	if (visit == NULL || !is_refusal(level, token, text))
		return;
	if (thread.calling) {
		(void)snprintf(thread.said, sizeof(thread.said), "%s", text);
		return;
	}
	/* What has no memory may well be refused. */
	if (atomic_load(&starved))
		return;
	place = watch_place();
	subject_of(text, subject);
	board_report(KIND_CALL_REFUSED, &place, subject, text);
}

void
watch_call_begins(void)
{
	thread.said[0] = '\0';
	thread.calling = true;
}

const char *
watch_call_over(void)
{
	thread.calling = false;
	return thread.said[0] != '\0' ? thread.said : NULL;
}

/* --- callbacks ------------------------------------------------------------ */

/* A place on the board for the calling thread, for good. */
static void
thread_take_slot(void)
{
	unsigned number = atomic_fetch_add(&board->slot_count, 1);

	if (number < BOARD_SLOTS)
		thread.slot = &board->slots[number];
	fault_prepare_thread();
}

/* Says on the board what the thread is inside of now. */
static void
thread_show(void)
{
	const struct visit *visit = innermost();
	struct place place = watch_place();

	memcheck_mark(&place);
	if (thread.slot == NULL)
		return;
	atomic_store(&thread.slot->since, 0);
	if (visit == NULL)
		return;
	thread.slot->instance = visit->instance;
	(void)snprintf(thread.slot->callback, sizeof(thread.slot->callback),
	    "%s", visit->callback);
	(void)snprintf(thread.slot->registrant, sizeof(thread.slot->registrant),
	    "%s", visit->registrant);
	atomic_store(&thread.slot->since, clock_monotonic());
}

static void
visit_begin(const char *callback, const char *registrant, netid_t instance,
    bool in_loader)
{
	struct visit *visit;

	if (thread.slot == NULL)
		thread_take_slot();
	thread.depth++;
	visit = innermost();
	if (visit == NULL)
		return;
	visit->callback = callback;
	visit->instance = instance;
	(void)snprintf(
	    visit->registrant, sizeof(visit->registrant), "%s", registrant);
	visit->spoke = false;
	visit->in_loader = in_loader;
	visit->mutexes = thread.mutexes;
	process_note(&visit->before);
	thread_show();
	visit->begun = clock_monotonic();
}

static void
compare_time(const struct visit *visit, const struct place *place)
{
	int64_t elapsed = clock_monotonic() - visit->begun;

	/* Those of the loader may wait, for the creates of others as well. */
	if (visit->in_loader)
		return;
	if (elapsed > (board->order.valgrind ? OVERDUE_VALGRIND : OVERDUE))
		board_reportf(KIND_OVERDUE, place, "",
		    "it took %lld ms; more than %lld are too many for a "
		    "simulated instance",
		    (long long)(elapsed / NS_PER_MS),
		    (long long)(OVERDUE / NS_PER_MS));
}

static void
compare_mutexes(const struct visit *visit, const struct place *place)
{
	if (thread.mutexes > visit->mutexes)
		board_reportf(KIND_MUTEX_HELD, place, "",
		    "%d that it took it has not released",
		    thread.mutexes - visit->mutexes);
	thread.mutexes = visit->mutexes;
}

/* Where the plugin's code is left, and with it the copy's right to be. */
static void
end_copy(const struct place *place)
{
	if (!watch_is_copy())
		return;
	board_report(
	    KIND_FORKED, place, "", "it returned twice: in the copy, too");
	_exit(CHILD_REPORTED);
}

static void
visit_end(void)
{
	const struct visit *visit = innermost();
	struct place place = watch_place();

	end_copy(&place);
	if (visit != NULL) {
		compare_time(visit, &place);
		compare_mutexes(visit, &place);
		process_compare(&visit->before, &place);
	}
	thread.depth--;
	thread_show();
}

void
watch_callback_begins(
    enum callback callback, const char *registrant, netid_t instance)
{
	leftovers_look();
	visit_begin(callback_name(callback), registrant, instance, false);
}

static void
create_failed(const struct visit *visit, const struct place *place)
{
	if (visit != NULL && !visit->spoke && !atomic_load(&starved))
		board_report(KIND_CREATE_NULL, place, "",
		    "nothing had failed, and the plugin has logged nothing");
}

void
watch_callback_over(enum callback callback, bool failed)
{
	struct place place = watch_place();

	if (callback == CALLBACK_CREATE && failed)
		create_failed(innermost(), &place);
	if (callback == CALLBACK_DESTROY ||
	    (callback == CALLBACK_CREATE && failed)) {
		kstats_after_destroy(&place);
		leftovers_expect(&place);
	}
	visit_end();
}

void
watch_loader_begins(const char *call)
{
	visit_begin(call, "", NOWHERE, true);
}

void
watch_loader_over(void)
{
	visit_end();
	/* Nothing but constructors has run so far, or nothing is new. */
	interpose_new_objects(board->order.scratch);
}

void
watch_start(void)
{
	original = getpid();
}

void
watch_finish(void)
{
	leftovers_look();
	kstats_finish();
	process_finish();
}
