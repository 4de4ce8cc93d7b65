/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names_fixture.c: the listener's record: which names lead where now, with the
 * descriptors of them, and what was told in order. One thread.
 */
#include "names_fixture.h"

#include <event2/event.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "lib/clock.h"
#include "source/netns/kernel/netns_feature.h"

#define RECORD_MAX   16384
#define TITLE_MAX    160
#define KNOWN_MAX    16384
#define WAIT_SECONDS 20

struct known {
	char *directory, *name;
	struct netns_identity identity;
	int fd;
};

static struct {
	struct event_base *base;
	struct netns_names *names;
	bool holds;
	bool settled; /* nothing was told since */
	names_react_fn react;
	uint64_t watched; /* 0, or a namespace that never is without a name */
	bool lost;	  /* it was, when something was settled */
	struct known known[KNOWN_MAX];
	size_t count;
	char told[RECORD_MAX];
	size_t length;
	unsigned resyncs;
	int64_t last;
} record;

/* --- listening ------------------------------------------------------------ */

static void
record_write(char sign, const char *name)
{
	int wrote = snprintf(record.told + record.length,
	    sizeof(record.told) - record.length, "%c%s", sign, name);

	assert_true(wrote > 0);
	record.length += (size_t)wrote;
	if (record.length >= sizeof(record.told))
		record.length = sizeof(record.told) - 1;
	record.settled = false;
}

static struct known *
record_find(const char *directory, const char *name)
{
	size_t i;

	for (i = 0; i < record.count; i++)
		if ((directory == NULL ||
			strcmp(record.known[i].directory, directory) == 0) &&
		    strcmp(record.known[i].name, name) == 0)
			return &record.known[i];
	return NULL;
}

static void
record_drop(struct known *known)
{
	if (known->fd >= 0)
		(void)close(known->fd);
	free(known->directory);
	free(known->name);
	*known = record.known[--record.count];
}

static void
record_appeared(void *arg, const char *directory, const char *name, int fd,
    const struct netns_identity *identity)
{
	struct netns_identity seen;
	struct known *known;

	record.last = clock_monotonic();
	assert_null(record_find(directory, name));
	assert_int_equal(netns_identify(fd, &seen), 0);
	assert_true(netns_is_same(&seen, identity));
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_true(record.count < KNOWN_MAX);
	known = &record.known[record.count++];
	known->directory = strdup(directory);
	known->name = strdup(name);
	known->identity = *identity;
	known->fd = record.holds ? fd : -1;
	if (!record.holds)
		(void)close(fd);
	record_write('+', name);
	if (record.react != NULL)
		record.react(name);
}

static void
record_gone(void *arg, const char *directory, const char *name,
    const struct netns_identity *identity)
{
	struct known *known = record_find(directory, name);

	assert_non_null(known);
	assert_true(netns_is_same(&known->identity, identity));
	record_drop(known);
	record_write('-', name);
}

static bool
record_leads_to(uint64_t id)
{
	size_t i = 0;

	while (i < record.count && record.known[i].identity.id != id)
		i++;
	return i < record.count;
}

static void
record_settled(void *arg)
{
	assert_false(record.settled);
	record.settled = true;
	if (record.watched != 0 && !record_leads_to(record.watched))
		record.lost = true;
}

static void
record_resynced(void *arg, const char *why)
{
	assert_true(record.settled && strlen(why) > 0);
	record.resyncs++;
}

/* --- around a test -------------------------------------------------------- */

static int
names_setup(void **state)
{
	const struct names_way *way = *state;

	if (netns_world_setup(state) != 0)
		return -1;
	(void)memset(&record, 0, sizeof(record));
	record.holds = true;
	record.settled = true;
	record.base = event_base_new();
	netns_features_probe(way->without);
	return record.base == NULL ? -1 : mkdir(NAMES, 0755);
}

void
names_stop(void)
{
	if (record.names != NULL)
		netns_names_stop(record.names);
	record.names = NULL;
	while (record.count > 0)
		record_drop(&record.known[0]);
}

static int
names_teardown(void **state)
{
	names_stop();
	event_base_free(record.base);
	return netns_world_teardown(state);
}

void
names_start_at(const char *const *directories, size_t count)
{
	const struct netns_names_events events = {record_appeared, record_gone,
	    record_settled, record_resynced, NULL};

	record.names =
	    netns_names_start(record.base, directories, count, &events);
	assert_true(record.settled);
}

void
names_start(void)
{
	static const char *const directory[] = {NAMES};

	names_start_at(directory, 1);
}

void
names_react(names_react_fn react)
{
	record.react = react;
}

void
names_hold_nothing(void)
{
	record.holds = false;
}

int
names_run(const struct CMUnitTest *tests, size_t count,
    const struct names_way *ways, size_t way_count)
{
	size_t total = count * way_count, i;
	struct CMUnitTest *all = memory_zalloc(total * sizeof(*all));
	char(*titles)[TITLE_MAX] = memory_zalloc(total * sizeof(*titles));
	int failed;

	for (i = 0; i < total; i++) {
		const struct names_way *way = &ways[i / count];

		(void)snprintf(titles[i], sizeof(titles[i]), "%s, %s",
		    tests[i % count].name, way->title);
		all[i] =
		    (struct CMUnitTest){titles[i], tests[i % count].test_func,
			names_setup, names_teardown, (void *)(uintptr_t)way};
	}
	failed = _cmocka_run_group_tests("names", all, total, NULL, NULL);
	free(titles);
	free(all);
	return failed;
}

/* --- asking --------------------------------------------------------------- */

static void
record_too_late(evutil_socket_t fd, short what, void *arg)
{
	*(bool *)arg = true;
}

void
names_wait(names_condition_fn condition, void *arg)
{
	static const struct timeval limit = {.tv_sec = WAIT_SECONDS};
	bool late = false;
	struct event *timer =
	    event_new(record.base, -1, 0, record_too_late, &late);

	assert_non_null(timer);
	assert_int_equal(event_add(timer, &limit), 0);
	while (!condition(arg) && !late)
		(void)event_base_loop(record.base, EVLOOP_ONCE);
	event_free(timer);
	if (late)
		fail_msg("waited in vain; told: \"%s\"", record.told);
	assert_true(record.settled);
}

static bool
record_is(void *arg)
{
	return strcmp(record.told, arg) == 0;
}

void
names_expect(const char *text)
{
	char wanted[RECORD_MAX];

	(void)snprintf(wanted, sizeof(wanted), "%s", text);
	names_wait(record_is, wanted);
	record.length = 0;
	record.told[0] = '\0';
}

void
names_expect_nothing(void)
{
	int fd = netns_world_make();

	netns_world_name(IN_NAMES("sentinel"), fd);
	(void)close(fd);
	names_expect("+sentinel");
	netns_world_unname(IN_NAMES("sentinel"));
	names_expect("-sentinel");
}

const char *
names_told(void)
{
	return record.told;
}

uint64_t
names_id(const char *name)
{
	const struct known *known = record_find(NULL, name);

	return known == NULL ? 0 : known->identity.id;
}

size_t
names_count(void)
{
	return record.count;
}

void
names_watch(uint64_t id)
{
	record.watched = id;
}

bool
names_lost(void)
{
	return record.lost;
}

int64_t
names_last(void)
{
	return record.last;
}

unsigned
names_resyncs(void)
{
	return record.resyncs;
}

struct netns_names *
names_under_test(void)
{
	return record.names;
}

uint64_t
id_of(int fd)
{
	struct netns_identity identity;

	assert_int_equal(netns_identify(fd, &identity), 0);
	return identity.id;
}
