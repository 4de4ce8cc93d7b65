/* SPDX-License-Identifier: Apache-2.0 */
/*
 * core_fixture.c: owns the diary, under its own lock, the three actors, and
 * the one core of the process. Callbacks run on workers; everything else here
 * is called by the test's own thread.
 */
#include "core_fixture.h"

#include <sys/mman.h>

#include "base/log.h"

#define TEXT_MAX 65536

/* --- waiting -------------------------------------------------------------- */

void
gate_init(struct gate *gate)
{
	lock_init(&gate->lock, LOCK_COMPLETION);
	condition_init(&gate->changed);
	gate->arrived = 0;
	gate->open = false;
}

void
gate_destroy(struct gate *gate)
{
	condition_destroy(&gate->changed);
	lock_destroy(&gate->lock);
}

static void
gate_wait_changed(struct gate *gate, int64_t deadline)
{
	if (!condition_wait_until(&gate->changed, &gate->lock, deadline))
		ASSERT(clock_monotonic() < deadline);
}

void
gate_pass(struct gate *gate)
{
	int64_t deadline = clock_monotonic() + PATIENCE;

	lock_enter(&gate->lock);
	gate->arrived++;
	condition_broadcast(&gate->changed);
	while (!gate->open)
		gate_wait_changed(gate, deadline);
	lock_exit(&gate->lock);
}

void
gate_wait(struct gate *gate, unsigned arrived)
{
	int64_t deadline = clock_monotonic() + PATIENCE;

	lock_enter(&gate->lock);
	while (gate->arrived < arrived)
		gate_wait_changed(gate, deadline);
	lock_exit(&gate->lock);
}

void
gate_open(struct gate *gate)
{
	lock_enter(&gate->lock);
	gate->open = true;
	condition_broadcast(&gate->changed);
	lock_exit(&gate->lock);
}

void
answer_init(struct answer *answer)
{
	gate_init(&answer->over);
	answer->over.open = true;
}

void
answer_done(void *arg, int error)
{
	struct answer *answer = arg;

	answer->error = error;
	gate_pass(&answer->over);
}

bool
answer_is_over(struct answer *answer)
{
	bool over;

	lock_enter(&answer->over.lock);
	over = answer->over.arrived > 0;
	lock_exit(&answer->over.lock);
	return over;
}

int
answer_wait(struct answer *answer)
{
	gate_wait(&answer->over, 1);
	gate_destroy(&answer->over);
	return answer->error;
}

void
wait_until(bool (*condition)(void *arg), void *arg)
{
	int64_t deadline = clock_monotonic() + PATIENCE;

	while (!condition(arg)) {
		ASSERT(clock_monotonic() < deadline);
		(void)usleep(1000);
	}
}

static void *
thread_body(void *arg)
{
	void (*const *body)(void) = arg;

	(*body)();
	return NULL;
}

void
on_a_thread(void (*body)(void))
{
	pthread_t thread;

	ASSERT(pthread_create(&thread, NULL, thread_body, &body) == 0);
	(void)pthread_join(thread, NULL);
}

/* --- the diary ------------------------------------------------------------ */

static struct {
	struct lock lock;
	size_t length;
	char text[TEXT_MAX];
} diary = {.lock = LOCK_INITIALIZER(LOCK_COMPLETION)};

static char taken[TEXT_MAX];

void
diary_write(const char *format, ...)
{
	va_list arguments;
	int length;

	lock_enter(&diary.lock);
	if (diary.length > 0 && diary.length < TEXT_MAX - 1)
		diary.text[diary.length++] = ' ';
	va_start(arguments, format);
	length = vsnprintf(diary.text + diary.length, TEXT_MAX - diary.length,
	    format, arguments);
	va_end(arguments);
	ASSERT(length >= 0 && (size_t)length < TEXT_MAX - diary.length);
	diary.length += (size_t)length;
	lock_exit(&diary.lock);
}

const char *
diary_take(void)
{
	lock_enter(&diary.lock);
	memcpy(taken, diary.text, diary.length);
	taken[diary.length] = '\0';
	diary.length = 0;
	lock_exit(&diary.lock);
	return taken;
}

void
assert_diary(const char *words)
{
	assert_string_equal(diary_take(), words);
}

/* Where standard error goes meanwhile, and where it went before. */
static int kept = -1, shown = -1;

void
log_keep(void)
{
	ASSERT(kept < 0);
	kept = memfd_create("log", MFD_CLOEXEC);
	shown = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	ASSERT(kept >= 0 && shown >= 0);
	(void)dup2(kept, STDERR_FILENO);
	log_set_level(LOG_INFO);
}

const char *
log_kept(void)
{
	static char text[TEXT_MAX];
	ssize_t length;

	ASSERT(kept >= 0);
	(void)dup2(shown, STDERR_FILENO);
	(void)close(shown);
	length = pread(kept, text, sizeof(text) - 1, 0);
	(void)close(kept);
	kept = shown = -1;
	log_set_level(LOG_ERROR);
	ASSERT(length >= 0);
	text[length] = '\0';
	return text;
}

/* --- actors --------------------------------------------------------------- */

struct actor actors[ACTORS];

static void *
act_create(struct actor *actor, netid_t id)
{
	diary_write("%s.create(%d)", actor->callbacks.nin_name, (int)id);
	if (actor->on_create != NULL)
		actor->on_create(id);
	return actor->fails ? NULL : actor;
}

static void
act_shutdown(struct actor *actor, netid_t id, void *context)
{
	ASSERT(context == actor);
	diary_write("%s.shutdown(%d)", actor->callbacks.nin_name, (int)id);
	if (actor->on_shutdown != NULL)
		actor->on_shutdown(id);
}

static void
act_destroy(struct actor *actor, netid_t id, void *context)
{
	ASSERT(context == actor);
	diary_write("%s.destroy(%d)", actor->callbacks.nin_name, (int)id);
	if (actor->on_destroy != NULL)
		actor->on_destroy(id);
}

static int
act_notify(struct actor *actor, hook_notify_cmd_t command, void *arg,
    const char *netid, const char *none, const char *protocol)
{
	ASSERT(arg == actor && none == NULL);
	diary_write("%s.notify(%s %c%s)", actor->callbacks.nin_name, netid,
	    command == HN_REGISTER ? '+' : '-', protocol);
	if (actor->on_notify != NULL)
		actor->on_notify(
		    (netid_t)strtol(netid, NULL, 10), command, protocol);
	return 0;
}

/* The callbacks have no argument of their own to tell actors apart by. */
#define ACTOR(number, letter)                                                  \
	static void *create_##letter(const netid_t id)                         \
	{                                                                      \
		return act_create(&actors[number], id);                        \
	}                                                                      \
	static void shutdown_##letter(const netid_t id, void *context)         \
	{                                                                      \
		act_shutdown(&actors[number], id, context);                    \
	}                                                                      \
	static void destroy_##letter(const netid_t id, void *context)          \
	{                                                                      \
		act_destroy(&actors[number], id, context);                     \
	}                                                                      \
	static int notify_##letter(hook_notify_cmd_t command, void *arg,       \
	    const char *netid, const char *none, const char *protocol)         \
	{                                                                      \
		return act_notify(                                             \
		    &actors[number], command, arg, netid, none, protocol);     \
	}

ACTOR(0, a)
ACTOR(1, b)
ACTOR(2, c)

#define ACTOR_FACE(letter)                                                     \
	{                                                                      \
		.callbacks =                                                   \
		    {                                                          \
			.nin_version = NETINFO_VERSION,                        \
			.nin_name = #letter,                                   \
			.nin_create = create_##letter,                         \
			.nin_shutdown = shutdown_##letter,                     \
			.nin_destroy = destroy_##letter,                       \
		    },                                                         \
		.notify = notify_##letter,                                     \
	}

static const struct actor faces[ACTORS] = {
    ACTOR_FACE(a), ACTOR_FACE(b), ACTOR_FACE(c)};

int
enter(struct actor *actor)
{
	return net_instance_register(&actor->callbacks);
}

int
leave(struct actor *actor)
{
	return net_instance_unregister(&actor->callbacks);
}

int
enter_with_notify(struct actor *actor)
{
	struct answer answer;
	int error;

	answer_init(&answer);
	error = registrant_register(
	    core_owner, &actor->callbacks, actor->notify, answer_done, &answer);
	if (error != 0)
		answer_done(&answer, error);
	return answer_wait(&answer);
}

/* --- a core --------------------------------------------------------------- */

struct owner *core_owner;
static enum { CORE_STOPPED, CORE_ENDED, CORE_RUNS } core_stage;

static int
setup(unsigned workers, unsigned spares)
{
	struct core_config config = {.workers = workers, .spares = spares};

	log_set_level(LOG_ERROR);
	memcpy(actors, faces, sizeof(actors));
	(void)diary_take();
	if (core_start(&config) != 0)
		return -1;
	core_stage = CORE_RUNS;
	core_owner = owner_create("tester");
	(void)owner_enter(core_owner);
	return add_instance("global", NULL) == 0 ? 0 : -1;
}

int
core_setup(void **state)
{
	return setup(2, 2);
}

int
core_setup_serial(void **state)
{
	return setup(1, 0);
}

void
core_end(void)
{
	struct answer answer;

	retire(core_owner);
	owner_leave(NULL);
	owner_release(core_owner);
	answer_init(&answer);
	core_shutdown(answer_done, &answer);
	(void)answer_wait(&answer);
	core_stage = CORE_ENDED;
}

void
core_end_and_stop(void)
{
	if (core_stage == CORE_RUNS)
		core_end();
	if (core_stage == CORE_ENDED)
		core_stop();
	core_stage = CORE_STOPPED;
}

int
core_teardown(void **state)
{
	core_end_and_stop();
	if (kept >= 0)
		(void)log_kept();
	return 0;
}

netid_t
add_instance(const char *name, const char *protocol)
{
	struct instance_config config = {
	    .name = name,
	    .source = "sim",
	    .protocols = &protocol,
	    .protocol_count = protocol != NULL,
	};
	struct instance *instance;
	struct answer answer;
	netid_t id;

	answer_init(&answer);
	ASSERT(instance_create(&config, &instance, answer_done, &answer) == 0);
	(void)answer_wait(&answer);
	id = instance_id(instance);
	instance_release(instance);
	return id;
}

static int
change(netid_t id,
    int (*change_it)(struct instance *, core_done_fn done, void *arg))
{
	struct instance *instance = instance_find(id);
	struct answer answer;
	int error;

	if (instance == NULL)
		return -ENOENT;
	answer_init(&answer);
	error = change_it(instance, answer_done, &answer);
	if (error != 0)
		answer_done(&answer, error);
	error = answer_wait(&answer);
	instance_release(instance);
	return error;
}

int
shut_down(netid_t id)
{
	return change(id, instance_shutdown);
}

int
destroy(netid_t id)
{
	return change(id, instance_destroy);
}

void
begin_to_destroy(netid_t id, struct answer *answer)
{
	struct instance *instance = instance_find(id);

	answer_init(answer);
	ASSERT(instance_destroy(instance, answer_done, answer) == 0);
	instance_release(instance);
}

static int
change_protocol(netid_t id, const char *name,
    int (*change_it)(
	struct instance *, const char *, core_done_fn done, void *arg))
{
	struct instance *instance = instance_find(id);
	struct answer answer;
	int error;

	answer_init(&answer);
	error = change_it(instance, name, answer_done, &answer);
	if (error != 0)
		answer_done(&answer, error);
	error = answer_wait(&answer);
	instance_release(instance);
	return error;
}

int
add_protocol(netid_t id, const char *name)
{
	return change_protocol(id, name, instance_add_protocol);
}

int
remove_protocol(netid_t id, const char *name)
{
	return change_protocol(id, name, instance_remove_protocol);
}

void
retire(struct owner *owner)
{
	struct answer answer;

	answer_init(&answer);
	owner_retire(owner, answer_done, &answer);
	(void)answer_wait(&answer);
}

void
retry(struct owner *owner)
{
	struct answer answer;

	answer_init(&answer);
	owner_retry(owner, answer_done, &answer);
	(void)answer_wait(&answer);
}

static char listed[TEXT_MAX];

static void
list_add(const char *name, const char *mark, const char *state)
{
	size_t length = strlen(listed);

	(void)snprintf(listed + length, sizeof(listed) - length, "%s%s%s%s",
	    length > 0 ? " " : "", name, mark, state);
}

static void
list_protocol(void *arg, const char *protocol)
{
	list_add(protocol, "", "");
}

static void
list_pair(
    void *arg, const char *owner, const char *registrant, enum pair_state state)
{
	list_add(registrant, ":", pair_state_name(state));
}

const char *
protocols_of(netid_t id)
{
	struct instance *instance = instance_find(id);

	listed[0] = '\0';
	instance_visit_protocols(instance, list_protocol, NULL);
	instance_release(instance);
	return listed;
}

const char *
pairs_of(netid_t id)
{
	struct instance *instance = instance_find(id);

	listed[0] = '\0';
	instance_visit_pairs(instance, list_pair, NULL);
	instance_release(instance);
	return listed;
}
