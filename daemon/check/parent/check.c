/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c: the parent from start to end: it looks at the file, runs each
 * scenario, and reports. Owns the board and the findings. Main thread.
 */
#include "check/parent/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "check/board.h"
#include "check/child/scenario.h"
#include "check/parent/findings.h"
#include "check/parent/static.h"
#include "check/parent/supervise.h"

/* Allocations that are made to fail, one a run; and runs that end early. */
#define OOM_MAX	      250
#define OOM_EARLY_MAX 5

/* Fills of fresh memory: one that catches the eye, and the usual one. */
#define POISON	    0xa5
#define POISON_NONE 0
#define POISON_RUNS 6 /* of one scenario, by turns */

#define LINE_MAX 256

/* --- what depends on the poison ------------------------------------------- */

/* Takes the next line off a text; false, and an empty one, at its end. */
static bool
next_line(const char **text, char line[LINE_MAX])
{
	size_t length = strcspn(*text, "\n");

	line[0] = '\0';
	if (**text == '\0')
		return false;
	(void)snprintf(line, LINE_MAX, "%.*s", (int)length, *text);
	*text += length + ((*text)[length] == '\n');
	return true;
}

/* The subject of a line: all of it up to its value. */
static void
make_subject(const char *line, char subject[BOARD_SUBJECT])
{
	const char *end = strstr(line, " is ");
	size_t length =
	    end != NULL ? (size_t)(end - line) : strcspn(line, "0123456789");

	(void)snprintf(subject, BOARD_SUBJECT, "%.*s",
	    (int)(length < BOARD_SUBJECT ? length : BOARD_SUBJECT - 1), line);
}

/* Whether a run with the other poison has the line, earlier or later. */
static bool
is_elsewhere(
    char *const observed[POISON_RUNS], const char *line, unsigned other)
{
	size_t length = strlen(line);

	for (unsigned i = other; i < POISON_RUNS && length > 0; i += 2)
		for (const char *at = observed[i];
		     (at = strstr(at, line)) != NULL; at++)
			if ((at == observed[i] || at[-1] == '\n') &&
			    (at[length] == '\n' || length == LINE_MAX - 1))
				return true;
	return length == 0;
}

/*
 * The same in all runs with one poison, and in none with the other. Only the
 * place of a line may be a matter of time: timeouts log when they come.
 */
static bool
depends_on_poison(
    char *const observed[POISON_RUNS], char lines[POISON_RUNS][LINE_MAX])
{
	for (unsigned i = 2; i < POISON_RUNS; i++)
		if (strcmp(lines[i], lines[i - 2]) != 0)
			return false;
	return strcmp(lines[0], lines[1]) != 0 &&
	       (!is_elsewhere(observed, lines[0], 1) ||
		   !is_elsewhere(observed, lines[1], 0));
}

/*
 * Reads the lines that the runs have observed side by side. What depends on the
 * poison is memory that was never set.
 */
static void
compare_runs(char *const observed[POISON_RUNS], struct findings *findings,
    const char *scenario)
{
	char lines[POISON_RUNS][LINE_MAX], subject[BOARD_SUBJECT];
	const char *at[POISON_RUNS];
	bool more = true;

	memcpy(at, observed, sizeof(at));
	while (more) {
		more = false;
		for (unsigned i = 0; i < POISON_RUNS; i++)
			more = next_line(&at[i], lines[i]) || more;
		if (!depends_on_poison(observed, lines))
			continue;
		make_subject(lines[0], subject);
		findings_note(findings, scenario, KIND_UNINITIALISED, subject,
		    "with memory full of %#x it says '%s', with %#x '%s'",
		    POISON_NONE, lines[0], POISON, lines[1]);
		/* What follows may be a consequence. */
		return;
	}
}

/* --- runs ----------------------------------------------------------------- */

/* One run; false when the check itself cannot go on. */
static bool
run_once(struct supervision *supervision, const struct scenario *scenario,
    unsigned char poison, uint64_t fail_at, enum scenario_end *end)
{
	struct board_order *order = &supervision->board->order;
	struct findings *findings = supervision->findings;
	size_t number = (size_t)(scenario - scenarios);

	order->scenario = (unsigned)number;
	order->poison = poison;
	order->fail_at = fail_at;
	*end = supervise_child(supervision, scenario);
	if (*end == SCENARIO_CANNOT_RUN)
		return false;
	findings->runs[number]++;
	if (*end > findings->ends[number])
		findings->ends[number] = *end;
	return true;
}

static bool
run_poison(struct supervision *supervision, const struct scenario *scenario)
{
	struct board *shared = supervision->board;
	char *observed[POISON_RUNS] = {NULL};
	enum scenario_end end = SCENARIO_WELL;
	bool ran = true;

	for (unsigned i = 0; i < POISON_RUNS && ran && end == SCENARIO_WELL;
	     i++) {
		ran = run_once(supervision, scenario,
		    i % 2 == 0 ? POISON_NONE : POISON, 0, &end);
		shared->observed[BOARD_OBSERVED - 1] = '\0';
		observed[i] = memory_strdup(shared->observed);
	}
	if (ran && end == SCENARIO_WELL)
		compare_runs(observed, supervision->findings, scenario->name);
	for (unsigned i = 0; i < POISON_RUNS; i++)
		free(observed[i]);
	return ran;
}

static bool
run_oom(struct supervision *supervision, const struct scenario *scenario)
{
	unsigned early = 0;
	enum scenario_end end;

	for (uint64_t i = 1; i <= OOM_MAX && early < OOM_EARLY_MAX; i++) {
		if (!run_once(supervision, scenario, POISON, i, &end))
			return false;
		early += end == SCENARIO_EARLY;
		if (end == SCENARIO_WELL &&
		    atomic_load(&supervision->board->allocations) < i)
			break;
	}
	return true;
}

static bool
run_scenario(struct supervision *supervision, const struct scenario *scenario)
{
	enum scenario_end end;

	switch (scenario->mode) {
	case SCENARIO_ONCE:
		return run_once(supervision, scenario, POISON, 0, &end);
	case SCENARIO_POISON:
		return run_poison(supervision, scenario);
	case SCENARIO_OOM:
		return run_oom(supervision, scenario);
	}
	return false;
}

/*
 * Runs all of them, or those for valgrind under it, which knows the line, also
 * of a crash. False when the check itself cannot go on.
 */
static bool
run_scenarios(struct supervision *supervision, bool valgrind)
{
	struct findings *findings = supervision->findings;

	supervision->board->order.valgrind = valgrind;
	for (size_t i = 0; i < scenario_count; i++) {
		/* Without the first, the others make no sense. */
		if (findings->stopped && i > 0)
			break;
		if (valgrind && !scenarios[i].valgrind)
			continue;
		if (!run_scenario(supervision, &scenarios[i]))
			return false;
		if (i == 0 && !valgrind)
			findings->stopped =
			    findings->ends[0] == SCENARIO_EARLY ||
			    atomic_load(&supervision->board->refused);
	}
	return true;
}

/* What does not vary by run; false when the settings do not fit. */
static bool
fill_order(const struct check_request *request, const char *path,
    struct board_order *order)
{
	size_t used = 0;

	(void)snprintf(order->plugin, BOARD_PATH, "%s", path);
	(void)snprintf(order->directory, BOARD_PATH, "%s", request->directory);
	(void)snprintf(order->scratch, BOARD_PATH, "%s", request->scratch);
	for (size_t i = 0; i < request->setting_count; i++) {
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

/* Runs everything. False with the problem set when that cannot be done. */
static bool
run_all(const struct check_request *request, struct findings *findings,
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
		ran = run_scenarios(supervision, false) &&
		      (!request->valgrind || run_scenarios(supervision, true));
	if (supervision->log >= 0)
		(void)close(supervision->log);
	if (supervision->board != NULL)
		board_destroy(supervision->board, supervision->board_fd);
	return ran;
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
		if (run_all(request, &findings, &supervision))
			break;
		(void)fprintf(stderr, "netinstd: the check cannot run: %s\n",
		    supervision.problem);
		goto out;
	}
	(request->json ? findings_print_json : findings_print)(&findings);
	/* A report that nobody can read is none. */
	if (fflush(stdout) != 0 || ferror(stdout))
		(void)fprintf(stderr,
		    "netinstd: the report cannot be written: %s\n",
		    strerror(errno));
	else
		result = findings.count > 0 ? CHECK_FINDINGS : CHECK_CLEAN;
out:
	free(findings.list);
	return result;
}
