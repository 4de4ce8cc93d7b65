/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_names.c: instances that have several names, none at times, or
 * share one with another, and what is found by a name.
 */
#include "core_fixture.h"

/* The instance with that name, or -1. */
static netid_t
found(const char *name)
{
	struct instance *instance = instance_find_by_name(name);
	netid_t id;

	if (instance == NULL)
		return -1;
	id = instance_id(instance);
	instance_release(instance);
	return id;
}

static netid_t
add_sharing(const char *name)
{
	const struct instance_config config = {
	    .name = name, .source = "sim", .may_share_name = true};
	struct instance *instance;
	struct answer answer;
	netid_t id;

	answer_init(&answer);
	assert_int_equal(
	    instance_create(&config, &instance, answer_done, &answer), 0);
	assert_int_equal(answer_wait(&answer), 0);
	id = instance_id(instance);
	instance_release(instance);
	return id;
}

/* For one instance, which the test holds. */
static struct instance *
take(const char *name)
{
	struct instance *instance = instance_find(add_instance(name, NULL));

	assert_non_null(instance);
	return instance;
}

static void
visit(void *arg, const char *name, bool had)
{
	(void)strcat(arg, had ? "(" : "");
	(void)strcat(arg, name);
	(void)strcat(arg, had ? ") " : " ");
}

/* "one two (three) ", oldest first; in brackets: once had. */
static const char *
names_of(struct instance *instance)
{
	static char text[4096];

	text[0] = '\0';
	instance_visit_names(instance, visit, text);
	return text;
}

static void
an_instance_is_found_by_each_of_its_names(void **state)
{
	struct instance *one = take("one");

	assert_string_equal(names_of(one), "one ");
	assert_int_equal(instance_add_name(one, "uno"), 0);
	assert_int_equal(instance_add_name(one, "ein"), 0);
	assert_int_equal(found("one"), 1);
	assert_int_equal(found("uno"), 1);
	assert_int_equal(found("ein"), 1);
	assert_string_equal(instance_name(one), "one");
	assert_string_equal(names_of(one), "one uno ein ");
	assert_true(instance_is_named(one));
	instance_release(one);
}

static void
when_the_first_name_goes_the_oldest_other_takes_its_place(void **state)
{
	struct instance *one = take("one");
	const char *shown = instance_name(one);

	assert_int_equal(instance_add_name(one, "uno"), 0);
	assert_int_equal(instance_add_name(one, "ein"), 0);
	assert_int_equal(instance_remove_name(one, "one"), 0);
	assert_int_equal(instance_remove_name(one, "one"), -ENOENT);
	assert_string_equal(instance_name(one), "uno");
	assert_int_equal(found("one"), -1);
	/* One that comes back is the youngest. */
	assert_int_equal(instance_add_name(one, "one"), 0);
	assert_int_equal(instance_remove_name(one, "uno"), 0);
	assert_string_equal(instance_name(one), "ein");
	assert_string_equal(names_of(one), "(uno) ein one ");
	assert_string_equal(shown, "one");
	instance_release(one);
}

static void
without_a_name_it_shows_the_last_and_is_found_by_it(void **state)
{
	struct instance *one = take("one"), *by_id;

	assert_int_equal(instance_remove_name(one, "one"), 0);
	assert_false(instance_is_named(one));
	assert_string_equal(instance_name(one), "one");
	assert_string_equal(names_of(one), "(one) ");
	assert_int_equal(found("one"), 1);
	by_id = instance_find(1);
	assert_ptr_equal(by_id, one);
	instance_release(by_id);
	/* Whoever comes may have the name. */
	assert_int_equal(add_instance("one", NULL), 2);
	assert_int_equal(found("one"), 2);
	assert_int_equal(instance_add_name(one, "one"), -EEXIST);
	assert_int_equal(instance_add_name(one, "uno"), 0);
	assert_string_equal(instance_name(one), "uno");
	assert_true(instance_is_named(one));
	instance_release(one);
}

static void
of_those_without_a_name_the_youngest_is_found(void **state)
{
	struct instance *one = take("one"), *two;

	assert_int_equal(instance_remove_name(one, "one"), 0);
	assert_int_equal(add_instance("one", NULL), 2);
	two = instance_find(2);
	assert_int_equal(instance_remove_name(two, "one"), 0);
	assert_int_equal(found("one"), 2);
	assert_int_equal(instance_add_name(two, "one"), 0);
	assert_int_equal(instance_add_name(two, "due"), 0);
	assert_int_equal(instance_remove_name(two, "one"), 0);
	/* It has another name, so the elder is the one that had this last. */
	assert_int_equal(found("one"), 1);
	instance_release(two);
	instance_release(one);
}

static void
a_name_that_another_has_is_refused(void **state)
{
	struct instance *one = take("one");
	const struct instance_config config = {.name = "uno", .source = "sim"};

	(void)add_instance("two", NULL);
	assert_int_equal(instance_add_name(one, "two"), -EEXIST);
	assert_int_equal(instance_add_name(one, "one"), 0);
	assert_int_equal(instance_add_name(one, "uno"), 0);
	assert_int_equal(instance_create(&config, NULL, NULL, NULL), -EEXIST);
	assert_int_equal(instance_remove_name(one, "two"), -ENOENT);
	assert_string_equal(names_of(one), "one uno ");
	instance_release(one);
}

static void
a_shared_name_leads_to_the_oldest_that_has_it(void **state)
{
	char name[24];
	int i;

	assert_int_equal(add_sharing("same"), 1);
	assert_int_equal(add_sharing("same"), 2);
	assert_int_equal(add_sharing("same"), 3);
	/* However the index is rearranged. */
	for (i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		(void)add_instance(name, NULL);
	}
	assert_int_equal(found("same"), 1);
	assert_int_equal(destroy(1), 0);
	assert_int_equal(found("same"), 2);
	assert_int_equal(destroy(3), 0);
	assert_int_equal(found("same"), 2);
	assert_int_equal(destroy(2), 0);
	assert_int_equal(found("same"), -1);
}

static void
a_name_that_is_shared_is_had_already(void **state)
{
	netid_t younger;
	struct instance *instance;

	assert_int_equal(add_sharing("same"), 1);
	younger = add_sharing("same");
	instance = instance_find(younger);
	assert_int_equal(instance_add_name(instance, "same"), 0);
	assert_int_equal(instance_remove_name(instance, "same"), 0);
	assert_int_equal(instance_add_name(instance, "same"), -EEXIST);
	instance_release(instance);
}

static void
names_go_with_their_instance(void **state)
{
	struct instance *one = take("one");

	assert_int_equal(instance_add_name(one, "uno"), 0);
	assert_int_equal(destroy(1), 0);
	assert_int_equal(found("one"), -1);
	assert_int_equal(found("uno"), -1);
	assert_int_equal(instance_add_name(one, "ein"), -EBUSY);
	assert_int_equal(instance_remove_name(one, "uno"), -ENOENT);
	assert_string_equal(instance_name(one), "one");
	assert_int_equal(add_instance("uno", NULL), 2);
	instance_release(one);
}

static void
names_are_bounded_but_not_those_that_come_and_go(void **state)
{
	struct instance *one = take("one");
	char name[24];
	int i;

	for (i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof(name), "alias%d", i);
		assert_int_equal(instance_add_name(one, name), 0);
		assert_int_equal(instance_remove_name(one, name), 0);
	}
	for (i = 1; i < INSTANCE_NAMES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "more%d", i);
		assert_int_equal(instance_add_name(one, name), 0);
	}
	assert_int_equal(instance_add_name(one, "one too many"), -ENOSPC);
	assert_int_equal(instance_remove_name(one, "more7"), 0);
	assert_int_equal(instance_add_name(one, "not too many"), 0);
	assert_int_equal(found("not too many"), 1);
	assert_int_equal(found("more7"), -1);
	assert_string_equal(instance_name(one), "one");
	instance_release(one);
}

/* What was shown stays; others come in between, on another thread. */
static struct instance *renamed;

static void
rename_it(void)
{
	char name[24];
	int i;

	for (i = 0; i < INSTANCE_NAMES_MAX - 1; i++) {
		(void)snprintf(name, sizeof(name), "name%d", i);
		ASSERT(instance_add_name(renamed, name) == 0);
		ASSERT(
		    instance_remove_name(renamed, instance_name(renamed)) == 0);
	}
}

static void *
read_names(void *arg)
{
	const char *last = instance_name(renamed), *name;

	do {
		name = instance_name(renamed);
		ASSERT(strlen(name) > 0 && strlen(last) > 0);
		last = name;
	} while (strcmp(name, "name62") != 0);
	return NULL;
}

static void
a_name_can_be_read_while_it_changes(void **state)
{
	pthread_t reader;

	renamed = take("one");
	assert_int_equal(pthread_create(&reader, NULL, read_names, NULL), 0);
	rename_it();
	assert_int_equal(pthread_join(reader, NULL), 0);
	assert_string_equal(instance_name(renamed), "name62");
	assert_int_equal(instance_add_name(renamed, "one too many"), -ENOSPC);
	instance_release(renamed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CORE_TEST(an_instance_is_found_by_each_of_its_names),
	    CORE_TEST(
		when_the_first_name_goes_the_oldest_other_takes_its_place),
	    CORE_TEST(without_a_name_it_shows_the_last_and_is_found_by_it),
	    CORE_TEST(of_those_without_a_name_the_youngest_is_found),
	    CORE_TEST(a_name_that_another_has_is_refused),
	    CORE_TEST(a_shared_name_leads_to_the_oldest_that_has_it),
	    CORE_TEST(a_name_that_is_shared_is_had_already),
	    CORE_TEST(names_go_with_their_instance),
	    CORE_TEST(names_are_bounded_but_not_those_that_come_and_go),
	    CORE_TEST(a_name_can_be_read_while_it_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
