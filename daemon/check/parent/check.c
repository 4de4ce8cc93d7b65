/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c: the parent from start to end: it looks at the file, plays each
 * course, and reports. Owns the board and the findings. Main thread.
 */
#include "check/parent/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memory.h"
#include "check/board.h"
#include "check/parent/compare.h"
#include "check/child/course.h"
#include "check/parent/findings.h"
#include "check/parent/report.h"
#include "check/parent/static.h"
#include "check/parent/supervise.h"

/* Allocations that are made to fail, one a run; and runs that end early. */
#define STARVED_MAX	  250
#define STARVED_EARLY_MAX 5

/* Of memory: what shows best when it is used as it is. */
#define USUAL_FILL 0xa5

static void
record_end(struct supervision *supervision, const struct course *course,
    enum child_end end)
{
	struct findings *findings = supervision->findings;
	size_t number = (size_t)(course - courses);

	findings->runs[number]++;
	if (end == CHILD_END_EARLY)
		findings->ends[number] = COURSE_EARLY;
	else if (findings->ends[number] == COURSE_NOT_RUN)
		findings->ends[number] = COURSE_WELL;
}

/* One run; false when the check itself cannot go on. */
static bool
run_once(struct supervision *supervision, const struct course *course,
    unsigned char fill, uint64_t fail_at, enum child_end *end)
{
	struct board_order *order = &supervision->board->order;

	order->course = (unsigned)(course - courses);
	order->fill = fill;
	order->fail_at = fail_at;
	*end = supervise_child(supervision, course);
	if (*end == CHILD_END_CANNOT_RUN)
		return false;
	record_end(supervision, course, *end);
	return true;
}

static bool
run_filled(struct supervision *supervision, const struct course *course)
{
	struct board *shared = supervision->board;
	char *observed[COMPARE_RUNS] = {NULL};
	enum child_end end = CHILD_END_WELL;
	bool ran = true;
	unsigned i;

	for (i = 0; i < COMPARE_RUNS && ran && end == CHILD_END_WELL; i++) {
		ran = run_once(supervision, course, compare_fill(i), 0, &end);
		shared->observed[BOARD_OBSERVED - 1] = '\0';
		observed[i] = memory_strdup(shared->observed);
	}
	if (ran && end == CHILD_END_WELL)
		compare_runs(observed, supervision->findings, course->name);
	for (i = 0; i < COMPARE_RUNS; i++)
		free(observed[i]);
	return ran;
}

static bool
run_starved(struct supervision *supervision, const struct course *course)
{
	unsigned early = 0;
	enum child_end end;
	uint64_t i;

	for (i = 1; i <= STARVED_MAX && early < STARVED_EARLY_MAX; i++) {
		if (!run_once(supervision, course, USUAL_FILL, i, &end))
			return false;
		early += end == CHILD_END_EARLY;
		if (end == CHILD_END_WELL &&
		    atomic_load(&supervision->board->allocations) < i)
			break;
	}
	return true;
}

static bool
run_course(struct supervision *supervision, const struct course *course)
{
	enum child_end end;

	switch (course->mode) {
	case COURSE_ONCE:
		return run_once(supervision, course, USUAL_FILL, 0, &end);
	case COURSE_FILLED:
		return run_filled(supervision, course);
	case COURSE_STARVED:
		return run_starved(supervision, course);
	}
	return false;
}

/*
 * Again, under valgrind, which knows the line; also what has crashed without.
 * False when the check itself cannot go on.
 */
static bool
run_valgrind(struct supervision *supervision)
{
	struct findings *findings = supervision->findings;
	size_t i;

	supervision->board->order.valgrind = true;
	for (i = 0; i < course_count && (i == 0 || !findings->stopped); i++)
		if (courses[i].valgrind &&
		    !run_course(supervision, &courses[i]))
			return false;
	return true;
}

/* False when the check itself cannot go on. */
static bool
run_courses(struct supervision *supervision)
{
	struct findings *findings = supervision->findings;
	size_t i;

	for (i = 0; i < course_count && !findings->stopped; i++) {
		if (!run_course(supervision, &courses[i]))
			return false;
		findings->stopped =
		    i == 0 && (findings->ends[0] == COURSE_EARLY ||
				  atomic_load(&supervision->board->refused));
	}
	return true;
}

/* Packs the settings for the board; false when they do not fit. */
static bool
pack_settings(const struct check_request *request, struct board_order *order)
{
	size_t i, used = 0;

	for (i = 0; i < request->setting_count; i++) {
		const struct plugin_setting *setting = &request->settings[i];
		size_t key = strlen(setting->key) + 1;
		size_t value = strlen(setting->value) + 1;

		if (key + value > BOARD_SETTINGS - used ||
		    i == PLUGIN_SETTINGS_MAX)
			return false;
		memcpy(order->settings + used, setting->key, key);
		memcpy(order->settings + used + key, setting->value, value);
		used += key + value;
	}
	order->setting_count = request->setting_count;
	return true;
}

static bool
fill_order(const struct check_request *request, const char *path,
    struct board_order *order)
{
	(void)snprintf(order->plugin, BOARD_PATH, "%s", path);
	(void)snprintf(order->directory, BOARD_PATH, "%s", request->directory);
	(void)snprintf(order->scratch, BOARD_PATH, "%s", request->scratch);
	return pack_settings(request, order);
}

/* Plays everything. False with the problem set when that cannot be done. */
static bool
check_play(const struct check_request *request, struct findings *findings,
    struct supervision *supervision)
{
	bool ran = false;
	ssize_t length;

	supervision->findings = findings;
	supervision->board = board_create(&supervision->board_fd);
	supervision->log = memfd_create("netinstd-log", MFD_CLOEXEC);
	length = readlink("/proc/self/exe", supervision->program,
	    sizeof(supervision->program) - 1);
	if (supervision->board == NULL || supervision->log < 0 || length < 0)
		(void)snprintf(supervision->problem,
		    sizeof(supervision->problem), "%s", strerror(errno));
	else if (!fill_order(
		     request, findings->path, &supervision->board->order))
		(void)snprintf(supervision->problem,
		    sizeof(supervision->problem), "too many settings");
	else
		ran = run_courses(supervision) &&
		      (!request->valgrind || run_valgrind(supervision));
	if (supervision->log >= 0)
		(void)close(supervision->log);
	if (supervision->board != NULL)
		board_destroy(supervision->board, supervision->board_fd);
	return ran;
}

/* A report that nobody can read is none. */
static enum check_exit
report_findings(const struct findings *findings, bool json)
{
	(json ? report_json : report_text)(findings);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		(void)fprintf(stderr,
		    "netinstd: the report cannot be written: %s\n",
		    strerror(errno));
		return CHECK_CANNOT_RUN;
	}
	return findings->count > 0 ? CHECK_FINDINGS : CHECK_CLEAN;
}

enum check_exit
check_run(const struct check_request *request)
{
	struct supervision supervision = {.log = -1};
	struct findings findings = {.list = NULL};
	enum check_exit result = CHECK_CANNOT_RUN;
	struct refusal refusal = {0};

	switch (static_check(request, &findings, &refusal)) {
	case STATIC_CANNOT_RUN:
		(void)fprintf(
		    stderr, "netinstd: %s; %s\n", refusal.text, refusal.hint);
		goto out;
	case STATIC_STOP:
		break;
	case STATIC_GO_ON:
		if (check_play(request, &findings, &supervision))
			break;
		(void)fprintf(stderr, "netinstd: the check cannot run: %s\n",
		    supervision.problem);
		goto out;
	}
	result = report_findings(&findings, request->json);
out:
	findings_free(&findings);
	return result;
}
