/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject.c: parent and child talk over a socket pair. The parent asks with
 * one byte, the child answers with its results; its first, unasked answer says
 * that it is prepared. A child never outlives its parent.
 */
#include "subject.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum ask { ASK_MEASURE = 'm', ASK_FINISH = 'f' };

struct answer {
	double results[SUBJECT_RESULTS_MAX];
};

static void
subject_answer(int channel, const struct answer *answer)
{
	if (write(channel, answer, sizeof(*answer)) != sizeof(*answer))
		measure_fail("cannot answer the measuring process");
}

static _Noreturn void
subject_serve(const struct subject *subject, int channel)
{
	struct answer answer = {{0}};
	char ask;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	subject->prepare(subject->plan);
	subject_answer(channel, &answer);
	while (read(channel, &ask, 1) == 1 && ask == ASK_MEASURE) {
		subject->measure(subject->plan, answer.results);
		subject_answer(channel, &answer);
	}
	if (subject->finish != NULL)
		subject->finish();
	exit(0);
}

static void
subject_ask(const struct subject *subject, char ask)
{
	if (write(subject->channel, &ask, 1) != 1)
		measure_fail("the measured process ended early");
}

static void
subject_await(const struct subject *subject, struct answer *answer)
{
	if (read(subject->channel, answer, sizeof(*answer)) != sizeof(*answer))
		measure_fail("the measured process ended early");
}

void
subject_start(struct subject *subject)
{
	struct answer prepared;
	int channel[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) != 0)
		measure_fail("cannot make a socket pair");
	(void)fflush(stdout);
	subject->pid = fork();
	if (subject->pid == -1)
		measure_fail("cannot fork");
	if (subject->pid == 0) {
		(void)close(channel[0]);
		subject_serve(subject, channel[1]);
	}
	(void)close(channel[1]);
	subject->channel = channel[0];
	subject_await(subject, &prepared);
}

static void
subject_question(const struct subject *subject, struct answer *answer)
{
	subject_ask(subject, ASK_MEASURE);
	subject_await(subject, answer);
}

void
subject_warm(struct subject *subject)
{
	struct answer ignored;

	subject_question(subject, &ignored);
}

void
subject_measure(struct subject *subject)
{
	struct answer answer;
	unsigned i;

	subject_question(subject, &answer);
	for (i = 0; i < subject->results; i++)
		measure_add(&subject->samples[i], answer.results[i]);
}

void
subject_stop(struct subject *subject)
{
	int status;

	subject_ask(subject, ASK_FINISH);
	if (waitpid(subject->pid, &status, 0) != subject->pid || status != 0)
		measure_fail("the measured process did not end well");
	(void)close(subject->channel);
}

void
subject_measure_all(struct subject *subjects, unsigned count, unsigned rounds)
{
	unsigned round, i;

	for (round = 0; round < rounds; round++)
		for (i = 0; i < count; i++)
			subject_measure(&subjects[(round + i) % count]);
	for (i = 0; i < count; i++)
		subject_stop(&subjects[i]);
}
