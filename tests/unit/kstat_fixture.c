/* SPDX-License-Identifier: Apache-2.0 */
/* kstat_fixture.c: kstats of the unit tests; see kstat_fixture.h. */
#include "kstat_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "core_fixture.h"

kstat_t *
kstat_make(const char *name, uchar_t type, ulong_t ndata, uchar_t flags)
{
	kstat_t *kstat =
	    net_kstat_create(0, "test", 0, name, "misc", type, ndata, flags);

	assert_non_null(kstat);
	return kstat;
}

bool
kstat_any(void *arg, const kstat_t *kstat)
{
	unsigned *asked = arg;

	if (asked != NULL)
		(*asked)++;
	return true;
}

void
kstat_read_from(
    netid_t id, kid_t after, size_t limit, struct kstat_batch *batch)
{
	struct instance *instance = instance_find(id);
	struct answer answer;
	int error;

	assert_non_null(instance);
	answer_init(&answer);
	error = kstat_read(instance, after, limit, kstat_any, NULL, batch,
	    answer_done, &answer);
	assert_true(error == 0 || error == -EINPROGRESS);
	if (error == 0)
		answer_done(&answer, 0);
	assert_int_equal(answer_wait(&answer), 0);
	instance_release(instance);
}

void
kstat_read_only(struct kstat_batch *batch)
{
	kstat_read_from(0, 0, 10, batch);
	assert_int_equal(batch->count, 1);
	assert_false(batch->more);
}

size_t
kstat_readable(netid_t id)
{
	struct kstat_batch batch;
	size_t count;

	kstat_read_from(id, 0, 10000, &batch);
	count = batch.count;
	kstat_batch_free(&batch);
	return count;
}

#ifdef NETINST_DEBUG
void
assert_breaks_rule(void (*body)(void), const char *text)
{
	pid_t child;
	int status;

	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)close(STDERR_FILENO);
		body();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}
#else
void
assert_breaks_rule(void (*body)(void), const char *text)
{
	log_keep();
	body();
	assert_non_null(strstr(log_kept(), text));
}
#endif
