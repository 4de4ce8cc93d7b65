/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_plugin_loader.c: the jobs of the loader, on a real core with the global
 * instance and, where it matters, one more. The plugins are the fixtures of
 * tests/plugins, copied to a place that can be trusted.
 */
#include "plugin/plugins.h"

#include <sys/stat.h>

#include <netinst/version.h>

#include "base/lock.h"
#include "core/core.h"
#include "core/object/instance.h"
#include "lib/clock.h"
#include "plugin/kept.h"
#include "workdir.h"
#include "test.h"

#define DEADLINE (50 * NS_PER_MS)
#define PATIENCE (60 * NS_PER_SEC)

/* A job that was asked for; lives on the test's stack until it is over. */
struct answer {
	struct completion over;
	uint64_t limit;
	char text[256], hint[256], name[PLUGIN_NAME_MAX + 1];
};

static void
answer_done(void *arg, const struct plugin_outcome *outcome)
{
	struct answer *answer = arg;

	answer->limit = outcome->limit;
	(void)snprintf(answer->text, sizeof(answer->text), "%s", outcome->text);
	(void)snprintf(answer->hint, sizeof(answer->hint), "%s", outcome->hint);
	(void)snprintf(answer->name, sizeof(answer->name), "%s",
	    outcome->name != NULL ? outcome->name : "");
	completion_finish(&answer->over, outcome->code);
}

static void
ask_to_load(struct answer *answer, const char *name,
    const struct plugin_setting *settings, size_t count)
{
	completion_init(&answer->over);
	plugins_load(name, settings, count, answer_done, answer);
}

static int
load(struct answer *answer, const char *name)
{
	ask_to_load(answer, name, NULL, 0);
	return completion_wait(&answer->over);
}

static int
ask(void (*job)(const char *, plugin_done_fn, void *), struct answer *answer,
    const char *name)
{
	completion_init(&answer->over);
	job(name, answer_done, answer);
	return completion_wait(&answer->over);
}

static void
assert_text(const struct answer *answer, const char *part)
{
	if (strstr(answer->text, part) == NULL)
		fail_msg("'%s' is not in: %s", part, answer->text);
	assert_true(answer->hint[0] != '\0');
}

/* The names of what is loaded, in order, each with its state. */
static bool
add_to_list(void *arg, const struct plugin_view *view)
{
	char *list = arg;

	(void)strcat(list, view->name);
	if (view->state != PLUGIN_LOADED)
		(void)strcat(list, plugin_state_name(view->state));
	(void)strcat(list, " ");
	return true;
}

static const char *
loaded(void)
{
	static char list[1024];

	list[0] = '\0';
	plugins_visit(add_to_list, list);
	return list;
}

static void
wait_until_listed(const char *list)
{
	int64_t end = clock_monotonic() + PATIENCE;

	while (strcmp(loaded(), list) != 0) {
		if (clock_monotonic() > end)
			fail_msg("'%s' is '%s'", list, loaded());
		(void)usleep(1000);
	}
}

/* --- the world ------------------------------------------------------------ */

static void
put_plugin(const char *built, const char *name)
{
	char from[PLUGIN_PATH_MAX];
	size_t size;
	void *bytes;

	(void)snprintf(from, sizeof(from), "%s.so", built);
	bytes = workdir_read_built(from, &size);
	(void)workdir_write(name, bytes, size);
	free(bytes);
}

static void
created(void *arg, int error)
{
	completion_finish(arg, error);
}

static void
create_instance(const char *name)
{
	struct instance_config config = {.name = name, .source = "sim"};
	struct completion over;

	completion_init(&over);
	assert_int_equal(instance_create(&config, NULL, created, &over), 0);
	assert_int_equal(completion_wait(&over), 0);
}

static int
start(void **state)
{
	struct core_config core = {.workers = 2, .spares = 2};
	struct plugins_config plugins = {.callback_deadline = DEADLINE};

	if (workdir_setup(state) != 0 || core_start(&core) != 0)
		return -1;
	create_instance("global");
	plugins.directory = workdir_path(".");
	put_plugin("plugins/template", "template.so");
	put_plugin("plugins/trace", "trace.so");
	return plugins_start(&plugins);
}

static int
stop(void **state)
{
	struct completion over;

	plugins_stop();
	completion_init(&over);
	core_shutdown(created, &over);
	(void)completion_wait(&over);
	core_stop();
	return workdir_teardown(state);
}

static const char *
make_gate(void)
{
	const char *gate = workdir_path("gate");

	assert_int_equal(mkfifo(gate, 0600), 0);
	return gate;
}

/* Lets everyone through who waits at the gate, or will within the patience. */
static void
open_gate(const char *gate)
{
	int fd = open(gate, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	(void)close(fd);
}

/* --- loading and unloading ------------------------------------------------ */

static bool
check_template(void *arg, const struct plugin_view *view)
{
	unsigned *seen = arg;

	(*seen)++;
	assert_string_equal(view->name, "template");
	assert_string_equal(view->version, "0.1.0");
	assert_non_null(strstr(view->path, "/template.so"));
	assert_int_equal(view->abi_major, NETINST_ABI_MAJOR);
	assert_int_equal(view->state, PLUGIN_LOADED);
	assert_string_equal(owner_name(view->owner), "template");
	return true;
}

static void
a_loaded_plugin_is_listed_until_it_is_unloaded(void **state)
{
	struct answer answer;
	unsigned seen = 0;

	assert_int_equal(load(&answer, "template"), 0);
	assert_string_equal(answer.name, "template");
	plugins_visit(check_template, &seen);
	assert_int_equal(seen, 1);
	assert_int_equal(plugins_count(), 1);
	assert_int_equal(ask(plugins_unload, &answer, "template"), 0);
	assert_int_equal(plugins_count(), 0);
	assert_int_equal(ask(plugins_unload, &answer, "template"), -ENOENT);
	assert_text(&answer, "no plugin is named 'template'");
}

static void
a_name_can_be_loaded_once_at_a_time(void **state)
{
	struct answer answer;

	put_plugin("plugins/template", "copy.so");
	assert_int_equal(load(&answer, "template"), 0);
	assert_int_equal(load(&answer, "template"), -EEXIST);
	assert_int_equal(load(&answer, "copy"), -EEXIST);
	assert_text(&answer, "a plugin named 'template' is loaded already");
	assert_string_equal(loaded(), "template ");
	assert_int_equal(ask(plugins_unload, &answer, "template"), 0);
	assert_int_equal(load(&answer, "copy"), 0);
}

static bool
find_loads(void *arg, const struct plugin_view *view)
{
	*(uint64_t *)arg = view->loads;
	return false;
}

static void
loads_are_counted_over_unloading(void **state)
{
	struct answer answer;
	uint64_t loads = 0;
	int i;

	for (i = 0; i < 20; i++) {
		assert_int_equal(load(&answer, "template"), 0);
		assert_int_equal(ask(plugins_unload, &answer, "template"), 0);
	}
	assert_int_equal(load(&answer, "template"), 0);
	assert_int_equal(ask(plugins_reload, &answer, "template"), 0);
	plugins_visit(find_loads, &loads);
	assert_int_equal(loads, 22);
}

static void
plugins_are_loaded_in_the_order_of_asking(void **state)
{
	struct answer answers[3];

	put_plugin("tests/plugins/document", "document.so");
	ask_to_load(&answers[0], "trace", NULL, 0);
	ask_to_load(&answers[1], "document", NULL, 0);
	ask_to_load(&answers[2], "template", NULL, 0);
	assert_int_equal(completion_wait(&answers[0].over), 0);
	assert_int_equal(completion_wait(&answers[1].over), 0);
	assert_int_equal(completion_wait(&answers[2].over), 0);
	assert_string_equal(loaded(), "trace document template ");
}

static void
a_reload_that_is_refused_changes_nothing(void **state)
{
	struct answer answer;
	uint64_t loads = 0;

	assert_int_equal(load(&answer, "template"), 0);
	(void)workdir_write("template.so", "not a plugin", 12);
	assert_int_equal(ask(plugins_reload, &answer, "template"), -ENOEXEC);
	assert_text(&answer, "plugin 'template' goes on as it was: ");
	assert_text(&answer, "is not a shared object");
	assert_string_equal(loaded(), "template ");
	assert_int_equal(unlink(workdir_path("template.so")), 0);
	assert_int_equal(ask(plugins_reload, &answer, "template"), -ENOENT);
	assert_string_equal(loaded(), "template ");
	plugins_visit(find_loads, &loads);
	assert_int_equal(loads, 1);
}

static void
a_reload_that_would_keep_too_much_changes_nothing(void **state)
{
	struct plugins_kept before, now;
	struct refusal refusal;
	struct answer answer;
	uint64_t more;

	assert_int_equal(load(&answer, "template"), 0);
	plugins_read_kept(&before);
	assert_true(before.mappings >= 4 && before.bytes > 0);
	more = before.mappings_max - before.mappings;
	assert_int_equal(kept_add(more, 0, "/it", &refusal), 0);
	assert_int_equal(ask(plugins_reload, &answer, "template"), -ENOSPC);
	assert_text(&answer, "plugin 'template' goes on as it was: ");
	assert_text(&answer, "loads since the start keep ");
	assert_text(&answer, " mappings");
	assert_int_equal(answer.limit, before.mappings_max);
	assert_string_equal(loaded(), "template ");
	kept_remove(more, 0);
	assert_int_equal(ask(plugins_reload, &answer, "template"), 0);
	plugins_read_kept(&now);
	assert_int_equal(now.loads, before.loads + 1);
	more = now.bytes_max - now.bytes;
	assert_int_equal(kept_add(0, more, "/it", &refusal), 0);
	assert_int_equal(load(&answer, "trace"), -ENOSPC);
	assert_text(&answer, " bytes");
	kept_remove(0, more);
	/* What was refused is not kept. */
	before = now;
	plugins_read_kept(&now);
	assert_memory_equal(&now, &before, sizeof(now));
}

static void
a_reload_cannot_take_the_name_of_another_plugin(void **state)
{
	struct answer answer;

	assert_int_equal(load(&answer, "template"), 0);
	assert_int_equal(load(&answer, "trace"), 0);
	put_plugin("plugins/trace", "template.so");
	assert_int_equal(ask(plugins_reload, &answer, "template"), -EEXIST);
	assert_text(&answer, "goes on as it was: it is called 'trace' now");
	assert_string_equal(loaded(), "template trace ");
	assert_int_equal(ask(plugins_unload, &answer, "trace"), 0);
	assert_int_equal(ask(plugins_reload, &answer, "template"), 0);
	assert_string_equal(loaded(), "trace ");
}

static void
a_reload_whose_nin_load_fails_says_that_the_old_one_is_gone(void **state)
{
	struct answer answer;

	assert_int_equal(load(&answer, "template"), 0);
	put_plugin("tests/plugins/load_fails", "template.so");
	assert_int_equal(ask(plugins_reload, &answer, "template"), -ECANCELED);
	assert_text(&answer, "is unloaded, but could not be loaded again: ");
	assert_text(&answer, "returned 7");
	assert_int_equal(plugins_count(), 0);
}

static void
a_refused_plugin_leaves_nothing(void **state)
{
	struct answer answer;
	struct core_status status;

	put_plugin("tests/plugins/load_fails", "load_fails.so");
	assert_int_equal(load(&answer, "load_fails"), -ECANCELED);
	assert_text(&answer, "nin_load of plugin 'load_fails' returned 7");
	assert_int_equal(plugins_count(), 0);
	core_read_status(&status);
	assert_int_equal(status.registrants, 0);
}

/* Between the lengths that the ELF check samples and what dlopen() does. */
static void
a_plugin_cut_short_anywhere_is_refused(void **state)
{
	struct answer answer;
	size_t size, length;
	void *bytes = workdir_read_built("plugins/template.so", &size);

	for (length = 0; length < size; length += length / 8 + 1) {
		(void)workdir_write("template.so", bytes, length);
		assert_int_equal(load(&answer, "template"), -ENOEXEC);
		assert_text(&answer, "/template.so ");
	}
	(void)workdir_write("template.so", bytes, size);
	assert_int_equal(load(&answer, "template"), 0);
	free(bytes);
}

static void
more_settings_than_there_may_be_are_refused(void **state)
{
	struct plugin_setting settings[PLUGIN_SETTINGS_MAX + 1];
	struct answer answer;
	size_t i;

	for (i = 0; i <= PLUGIN_SETTINGS_MAX; i++)
		settings[i] = (struct plugin_setting){"key", "value"};
	ask_to_load(&answer, "template", settings, i);
	assert_int_equal(completion_wait(&answer.over), -ENOSPC);
	assert_text(&answer, "256 settings at most");
	ask_to_load(&answer, "template", settings, i - 1);
	assert_int_equal(completion_wait(&answer.over), 0);
}

/* --- plugins that hang ---------------------------------------------------- */

struct created {
	const char *plugin;
	uint64_t creates;
};

static bool
read_creates(void *arg, const struct plugin_view *view)
{
	struct created *created = arg;
	struct callback_stats stats;

	if (strcmp(view->name, created->plugin) != 0)
		return true;
	owner_read_callback(view->owner, CALLBACK_CREATE, &stats);
	created->creates = stats.calls;
	return false;
}

static void
wait_until_created(const char *plugin, uint64_t creates)
{
	struct created created = {plugin, 0};
	int64_t end = clock_monotonic() + PATIENCE;

	do {
		assert_true(clock_monotonic() < end);
		(void)usleep(1000);
		plugins_visit(read_creates, &created);
	} while (created.creates < creates);
}

static void
a_create_that_hangs_holds_up_its_own_instance_only(void **state)
{
	struct plugin_setting settings[] = {
	    {"callback", "create"}, {"instance", "1"}, {"gate", make_gate()}};
	struct answer answer, hung, other;

	create_instance("one");
	put_plugin("tests/plugins/hangs", "hangs.so");
	ask_to_load(&hung, "hangs", settings, 3);
	wait_until_listed("hangsloading ");
	assert_int_equal(ask(plugins_unload, &answer, "hangs"), -EBUSY);
	assert_text(&answer, "plugin 'hangs' is loading");
	assert_int_equal(ask(plugins_retry, &answer, "hangs"), -EBUSY);
	assert_int_equal(load(&answer, "hangs"), -EEXIST);
	/* Another plugin gets its create on the instance that is free. */
	ask_to_load(&other, "trace", NULL, 0);
	wait_until_created("trace", 1);
	assert_string_equal(loaded(), "hangsloading traceloading ");
	open_gate(settings[2].value);
	assert_int_equal(completion_wait(&hung.over), 0);
	assert_int_equal(completion_wait(&other.over), 0);
	assert_string_equal(loaded(), "hangs trace ");
}

static void
a_nin_load_that_hangs_holds_up_only_its_own_plugin(void **state)
{
	struct plugin_setting settings[] = {{"gate", make_gate()}};
	struct answer answer, hung;

	put_plugin("tests/plugins/load_hangs", "load_hangs.so");
	ask_to_load(&hung, "load_hangs", settings, 1);
	wait_until_listed("load_hangsloading ");
	assert_int_equal(load(&answer, "template"), 0);
	assert_int_equal(load(&answer, "trace"), 0);
	assert_int_equal(ask(plugins_unload, &answer, "template"), 0);
	assert_string_equal(loaded(), "load_hangsloading trace ");
	open_gate(settings[0].value);
	assert_int_equal(completion_wait(&hung.over), 0);
	assert_string_equal(loaded(), "load_hangs trace ");
}

#define LOADER(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    LOADER(a_loaded_plugin_is_listed_until_it_is_unloaded),
	    LOADER(a_name_can_be_loaded_once_at_a_time),
	    LOADER(loads_are_counted_over_unloading),
	    LOADER(plugins_are_loaded_in_the_order_of_asking),
	    LOADER(a_reload_that_is_refused_changes_nothing),
	    LOADER(a_reload_that_would_keep_too_much_changes_nothing),
	    LOADER(a_reload_cannot_take_the_name_of_another_plugin),
	    LOADER(a_reload_whose_nin_load_fails_says_that_the_old_one_is_gone),
	    LOADER(a_refused_plugin_leaves_nothing),
	    LOADER(a_plugin_cut_short_anywhere_is_refused),
	    LOADER(more_settings_than_there_may_be_are_refused),
	    LOADER(a_create_that_hangs_holds_up_its_own_instance_only),
	    LOADER(a_nin_load_that_hangs_holds_up_only_its_own_plugin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
