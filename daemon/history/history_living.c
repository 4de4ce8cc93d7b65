/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_living.c: a table by the kernel's id and the list of its changes that
 * are to be stored, both under a lock of their own.
 */
#include "history/history_living.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/lock.h"
#include "base/memory.h"
#include "history/history_record.h"
#include "lib/clock.h"
#include "lib/emit.h"
#include "source/netns/netns.h"

#define BOOT_ID	     "/proc/sys/kernel/random/boot_id"
#define BOOT_ID_SIZE 37
/* What a life is given while it is unknown whether it is the first. */
#define UNKNOWN "unknown"
/* A namespace without a handle is gone when not found for so long. */
#define UNFOUND (10 * NS_PER_SEC)

struct entry {
	struct living *living;
	bool found; /* in this life of the daemon */
	bool known; /* what was counted before that */
	bool ended; /* nobody will see its end any more */
	UT_hash_handle by_id;
};

static struct {
	struct lock lock;
	struct condition is_loaded;
	struct entry *entries;
	struct living_list to_store;
	bool stored; /* there is a store */
	bool loaded;
	/* Of the history, which has the records and the thread. */
	void (*take)(struct history_record *record);
	void (*wake)(void);
	int64_t loaded_at; /* clock_monotonic */
	char boot[BOOT_ID_SIZE];
	int64_t life; /* when this daemon began; realtime, ns */
} all = {.lock = LOCK_INITIALIZER(LOCK_LIVING)};

/* --- one ------------------------------------------------------------------ */

struct living *
living_create(const char *boot, uint64_t id)
{
	struct living *living = memory_zalloc(sizeof(*living));

	living->boot = memory_strdup(boot);
	living->id = id;
	return living;
}

void
living_free(struct living *living)
{
	free(living->boot);
	free(living->names);
	free(living->text);
	free(living->before);
	free(living);
}

void
living_list_free(struct living_list *list)
{
	struct living *living;

	while ((living = STAILQ_FIRST(list)) != NULL) {
		STAILQ_REMOVE_HEAD(list, link);
		living_free(living);
	}
}

static void
living_set_before(struct living *living, const char *before, size_t size)
{
	free(living->before);
	living->before = memory_alloc(size + 1);
	(void)memcpy(living->before, before, size);
	living->before_size = size;
}

/* --- what is to be stored; under the lock --------------------------------- */

/* Drops the change that waits for that one. */
static void
forget_change(const char *boot, uint64_t id)
{
	struct living *change;

	STAILQ_FOREACH (change, &all.to_store, link)
		if (change->id == id && strcmp(change->boot, boot) == 0)
			break;
	if (change == NULL)
		return;
	STAILQ_REMOVE(&all.to_store, change, living, link);
	living_free(change);
}

/* At most one change of each waits: a store may fail for long. */
static void
store_change(const struct living *living, bool remove)
{
	struct living *change;

	if (!all.stored)
		return;
	forget_change(living->boot, living->id);
	change = living_create(living->boot, living->id);
	change->remove = remove;
	if (!remove) {
		change->instance = living->instance;
		change->handle = living->handle;
		change->names = memory_strdup(living->names);
		change->text = memory_strdup(living->text);
	}
	STAILQ_INSERT_TAIL(&all.to_store, change, link);
}

void
history_living_take(struct living_list *list)
{
	STAILQ_INIT(list);
	lock_enter(&all.lock);
	STAILQ_CONCAT(list, &all.to_store);
	lock_exit(&all.lock);
}

bool
history_living_waits(void)
{
	bool waits;

	lock_enter(&all.lock);
	waits = !STAILQ_EMPTY(&all.to_store);
	lock_exit(&all.lock);
	return waits;
}

void
history_living_give_back(struct living_list *list)
{
	lock_enter(&all.lock);
	STAILQ_CONCAT(list, &all.to_store);
	STAILQ_CONCAT(&all.to_store, list);
	lock_exit(&all.lock);
}

/* --- the table; under the lock -------------------------------------------- */

static struct entry *
find(uint64_t id)
{
	struct entry *entry;

	HASH_FIND(by_id, all.entries, &id, sizeof(id), entry);
	return entry;
}

static struct entry *
add(struct living *living)
{
	struct entry *entry = memory_zalloc(sizeof(*entry));

	entry->living = living;
	HASH_ADD_KEYPTR(
	    by_id, all.entries, &living->id, sizeof(living->id), entry);
	return entry;
}

static void
drop(struct entry *entry)
{
	HASH_DELETE(by_id, all.entries, entry);
	living_free(entry->living);
	free(entry);
}

/* --- start and end -------------------------------------------------------- */

static void
read_boot(void)
{
	int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
	ssize_t length = -1;

	if (fd >= 0) {
		length = read(fd, all.boot, sizeof(all.boot) - 1);
		(void)close(fd);
	}
	all.boot[length > 0 ? length : 0] = '\0';
	all.boot[strcspn(all.boot, "\n")] = '\0';
}

void
history_living_start(bool stored, void (*take)(struct history_record *record),
    void (*wake)(void))
{
	condition_init(&all.is_loaded);
	STAILQ_INIT(&all.to_store);
	all.stored = stored;
	all.take = take;
	all.wake = wake;
	all.loaded = false;
	all.life = clock_realtime();
	read_boot();
}

void
history_living_stop(void)
{
	struct entry *entry, *next;

	lock_enter(&all.lock);
	HASH_ITER (by_id, all.entries, entry, next) {
		drop(entry);
	}
	living_list_free(&all.to_store);
	all.stored = false;
	lock_exit(&all.lock);
	condition_destroy(&all.is_loaded);
}

const char *
history_boot(void)
{
	return all.boot;
}

static void
record_unobserved(const struct living *living)
{
	int64_t closed = clock_realtime();
	struct buffer out = {0};
	struct history_record *record;

	buffer_append(&out, living->text, strlen(living->text));
	emit_time(&out, "closed", closed);
	emit_text(&out, "cause", "unseen");
	emit_text(&out, "completeness", "unobserved");
	emit_begin_object(&out, "totals");
	emit_end_object(&out);
	emit_end_object(&out);
	record =
	    history_record_create(closed, living->names, out.data, out.length);
	history_record_set_life(record, &(struct record_life){
					    .boot = living->boot,
					    .kernel_id = living->id,
					    .instance = living->instance,
					    .end = RECORD_ENDS_NAMESPACE,
					});
	all.take(record);
	buffer_free(&out);
}

/* Records one that has ended unseen, unless a record has said so already. */
static void
end_unseen(const struct living *living)
{
	if (living->text[0] != '\0') {
		record_unobserved(living);
		return;
	}
	lock_enter(&all.lock);
	store_change(living, true);
	lock_exit(&all.lock);
}

/* One that has begun already only learns what was counted before. */
static void
load(struct living *living)
{
	struct entry *entry = find(living->id);

	if (entry == NULL) {
		(void)add(living);
		return;
	}
	if (entry->living->before == NULL && living->before != NULL)
		living_set_before(
		    entry->living, living->before, living->before_size);
	living_free(living);
}

void
history_living_load(struct living_list *list)
{
	struct living_list past = STAILQ_HEAD_INITIALIZER(past);
	struct living *living;

	lock_enter(&all.lock);
	while ((living = STAILQ_FIRST(list)) != NULL) {
		STAILQ_REMOVE_HEAD(list, link);
		if (strcmp(living->boot, all.boot) != 0)
			STAILQ_INSERT_TAIL(&past, living, link);
		else
			load(living);
	}
	all.loaded = true;
	all.loaded_at = clock_monotonic();
	condition_broadcast(&all.is_loaded);
	lock_exit(&all.lock);
	STAILQ_FOREACH (living, &past, link)
		end_unseen(living);
	living_list_free(&past);
}

void
history_living_await(int64_t nanoseconds)
{
	int64_t until = clock_monotonic() + nanoseconds;

	lock_enter(&all.lock);
	while (all.stored && !all.loaded)
		if (!condition_wait_until(&all.is_loaded, &all.lock, until))
			break;
	lock_exit(&all.lock);
}

bool
history_living_is_stored(void)
{
	bool stored;

	lock_enter(&all.lock);
	stored = all.stored;
	lock_exit(&all.lock);
	return stored;
}

/* --- lives ---------------------------------------------------------------- */

char *
history_living_begin(struct living *living, size_t *size)
{
	struct entry *entry;
	char *before = NULL;
	bool known;

	lock_enter(&all.lock);
	entry = find(living->id);
	known = entry != NULL && entry->found ? entry->known : all.loaded;
	if (entry != NULL) {
		living->before = entry->living->before;
		living->before_size = entry->living->before_size;
		entry->living->before = NULL;
		drop(entry);
	}
	entry = add(living);
	entry->found = true;
	entry->known = known;
	store_change(living, false);
	if (living->before != NULL) {
		*size = living->before_size;
		before = memory_alloc(living->before_size + 1);
		(void)memcpy(before, living->before, living->before_size);
	} else if (!known && all.stored) {
		*size = strlen(UNKNOWN);
		before = memory_strdup(UNKNOWN);
	}
	lock_exit(&all.lock);
	all.wake();
	return before;
}

bool
history_living_end(uint64_t id, const char *before, size_t size)
{
	struct entry *entry;
	bool known;

	lock_enter(&all.lock);
	entry = find(id);
	known = entry != NULL && entry->known;
	if (entry != NULL) {
		entry->ended = true;
		if (before != NULL)
			living_set_before(entry->living, before, size);
	}
	lock_exit(&all.lock);
	return known;
}

void
history_living_gone(uint64_t id)
{
	struct entry *entry;

	lock_enter(&all.lock);
	entry = find(id);
	if (entry != NULL)
		drop(entry);
	/* The record that comes takes it out of the store. */
	forget_change(all.boot, id);
	lock_exit(&all.lock);
}

/* Under the lock. */
static bool
is_gone(const struct entry *entry)
{
	int fd;

	if (entry->living->handle.bytes == 0)
		return netns_is_running() && !entry->found &&
		       clock_monotonic() - all.loaded_at > UNFOUND;
	fd = netns_handle_open(&entry->living->handle);
	if (fd >= 0)
		(void)close(fd);
	return fd == -ESTALE;
}

/*
 * Takes one that is gone off the table; NULL: there is none. *left: whether
 * another one may be gone later.
 */
static struct entry *
take_gone(bool *left)
{
	struct entry *entry, *next;

	*left = false;
	HASH_ITER (by_id, all.entries, entry, next) {
		if (entry->found && !entry->ended)
			continue;
		if (is_gone(entry)) {
			HASH_DELETE(by_id, all.entries, entry);
			return entry;
		}
		*left = true;
	}
	return NULL;
}

bool
history_living_look(void)
{
	struct entry *entry;
	bool left = false;

	for (;;) {
		lock_enter(&all.lock);
		entry = all.loaded || !all.stored ? take_gone(&left) : NULL;
		if (entry != NULL && entry->found)
			store_change(entry->living, true);
		lock_exit(&all.lock);
		if (entry == NULL)
			return left;
		if (!entry->found)
			end_unseen(entry->living);
		living_free(entry->living);
		free(entry);
	}
}

/* --- who they are --------------------------------------------------------- */

/* Its names, twice: as JSON, and for the pattern of a question. */
struct identity_names {
	struct buffer *json, *plain;
};

/* A name_visit_fn. */
static void
identity_write_name(void *arg, const char *name, bool had)
{
	const struct identity_names *names = arg;

	(void)had;
	emit_text(names->json, NULL, name);
	if (names->plain->length > 0)
		emit_raw_byte(names->plain, '\n');
	buffer_append(names->plain, name, strlen(name));
}

void
history_write_identity(
    struct buffer *out, struct instance *instance, struct buffer *names)
{
	struct identity_names both = {out, names};
	struct netns_view view;

	emit_begin_object(out, NULL);
	emit_integer(out, "instance", instance_id(instance));
	emit_text(out, "source", instance_source(instance));
	if (netns_describe(instance, &view)) {
		emit_unsigned(out, "kernel_id", view.id);
		emit_boolean(out, "weak", view.weak);
	}
	emit_begin_array(out, "names");
	instance_visit_names(instance, identity_write_name, &both);
	emit_end_array(out);
	emit_text(out, "boot", all.boot);
	emit_time(out, "life", all.life);
	emit_time(out, "created", instance_created(instance));
}
