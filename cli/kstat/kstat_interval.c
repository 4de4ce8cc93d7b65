/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_interval.c: counting, sleeping and the time of day. Sleeping is until
 * a point of the monotonic clock: the time that a report takes, or that the
 * program was stopped for, does not add up.
 */
#include "kstat/kstat_interval.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netinst/rpc.h>

#include "lib/clock.h"

static bool
kstat_interval_is_number(const char *operand)
{
	return *operand != '\0' &&
	       operand[strspn(operand, "0123456789")] == '\0';
}

static int
kstat_interval_number(
    const struct invocation *invocation, const char *operand, int64_t *number)
{
	errno = 0;
	*number = strtoll(operand, NULL, 10);
	if (errno != 0 || *number < 1 || *number > INT32_MAX)
		return command_misuse(invocation,
		    "an interval or a count is 1 to %d, not %s", INT32_MAX,
		    operand);
	return EXIT_OK;
}

int
kstat_interval_take(
    struct kstat_interval *interval, struct invocation *invocation)
{
	int64_t numbers[2] = {0, 0};
	size_t found = 0, kept = 0;

	for (size_t i = 0; i < invocation->count; i++) {
		char *operand = invocation->operands[i];
		int code;

		if (!kstat_interval_is_number(operand)) {
			invocation->operands[kept++] = operand;
			continue;
		}
		if (found == 2)
			return command_misuse(invocation,
			    "%s is a third number, behind interval and count",
			    operand);
		code = kstat_interval_number(
		    invocation, operand, &numbers[found++]);
		if (code != EXIT_OK)
			return code;
	}
	invocation->count = kept;
	interval->seconds = numbers[0];
	interval->left = found == 0 ? 1 : found == 1 ? INT64_MAX : numbers[1];
	return EXIT_OK;
}

/* Whole reports have been flushed; half of one is of no use. */
static void
kstat_interval_end(int signal_number)
{
	(void)signal_number;
	_exit(EXIT_UNREACHABLE);
}

/* A shell ignores SIGINT for what it starts in the background. */
static void
kstat_interval_catch(int signal_number)
{
	if (signal(signal_number, kstat_interval_end) == SIG_IGN)
		(void)signal(signal_number, SIG_IGN);
}

void
kstat_interval_start(struct kstat_interval *interval)
{
	interval->first = clock_monotonic();
	if (interval->seconds == 0)
		return;
	kstat_interval_catch(SIGINT);
	kstat_interval_catch(SIGTERM);
}

int64_t
kstat_interval_next(int64_t first, int64_t period, int64_t now)
{
	return first + ((now - first) / period + 1) * period;
}

bool
kstat_interval_wait(struct kstat_interval *interval)
{
	int64_t next, left;
	struct timespec pause;

	if (interval->left != INT64_MAX && --interval->left == 0)
		return false;
	next = kstat_interval_next(
	    interval->first, interval->seconds * NS_PER_SEC, clock_monotonic());
	/*
	 * Computed anew after whatever has woken us. clock_nanosleep() takes an
	 * absolute time, but blocks signals under the thread sanitizer.
	 */
	while ((left = next - clock_monotonic()) > 0) {
		pause.tv_sec = left / NS_PER_SEC;
		pause.tv_nsec = left % NS_PER_SEC;
		(void)nanosleep(&pause, NULL);
	}
	return true;
}

void
kstat_interval_stamp(FILE *out, char form, time_t now)
{
	char text[64];
	struct tm local;

	if (form == 'u') {
		(void)fprintf(out, "%lld\n", (long long)now);
		return;
	}
	(void)localtime_r(&now, &local);
	(void)strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Z %Y", &local);
	(void)fprintf(out, "%s\n", text);
}
