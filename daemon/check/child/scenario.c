/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario.c: owns the table of scenarios. Requests between two driver_settle()
 * are under way together: an instance's strand handles one after the other, but
 * the next ones wait already. Main thread of the child.
 */
#include "check/child/scenario.h"

#include <stdio.h>

#include "base/check.h"
#include "check/child/driver.h"

#define CROWD 1000 /* instances at a time */
#define HURRY 20
#define OWN   "check"  /* a protocol that nothing knows of */
#define OTHER "check2" /* another */

/* "early3": the name of one instance of many; good until the next call. */
static const char *
numbered(const char *prefix, int number)
{
	static char name[32];

	(void)snprintf(name, sizeof(name), "%s%d", prefix, number);
	return name;
}

/* The life of one instance, step by step. */
static void
run_life(void)
{
	driver_load();
	driver_settle();
	driver_create("one", 3);
	driver_settle();
	driver_add("one", OWN);
	driver_settle();
	driver_read_kstats("one");
	driver_read_kstats("global");
	driver_remove("one", OWN);
	driver_remove("one", "inet6");
	driver_settle();
	driver_read_kstats("one");
	driver_shutdown("one");
	driver_settle();
	driver_destroy("one");
	driver_settle();
	driver_create("two", 1);
	driver_settle();
}

/* Instances are there first, one of them down already. */
static void
run_replay(void)
{
	driver_create("full", 3);
	driver_create("bare", 0);
	driver_create("down", 2);
	driver_settle();
	driver_shutdown("down");
	driver_settle();
	driver_load();
	driver_settle();
	driver_read_kstats("full");
	driver_destroy("down");
	driver_unload();
	driver_destroy("full");
	driver_settle();
}

/* The plugin is there first and stays while instances come and go. */
static void
run_late(void)
{
	driver_load();
	driver_settle();
	driver_create("a", 3);
	driver_create("b", 1);
	driver_settle();
	driver_destroy("a");
	driver_create("c", 2);
	driver_settle();
	driver_shutdown("b");
	driver_shutdown("c");
	driver_settle();
	driver_destroy("c");
	driver_destroy("b");
	driver_settle();
}

/* It is loaded while instances are being made and ended. */
static void
run_meanwhile(void)
{
	for (int i = 0; i < HURRY; i++)
		driver_create(numbered("early", i), (size_t)i % 4);
	driver_load();
	for (int i = 0; i < HURRY; i++)
		driver_destroy(numbered("early", i));
	driver_settle();
}

/* A protocol comes and goes at every point of a life. */
static void
run_protocols(void)
{
	driver_load();
	driver_settle();
	driver_create("p", 0);
	driver_add("p", OWN);
	driver_remove("p", OWN);
	driver_settle();
	driver_add("p", "inet");
	driver_settle();
	driver_remove("p", "inet");
	driver_add("p", "inet");
	driver_settle();
	driver_add("p", "a-name-that-is-as-long-as-one-m");
	driver_add("p", OWN);
	driver_add("p", OTHER);
	driver_settle();
	driver_remove("p", OWN);
	driver_settle();
	driver_remove("p", OTHER);
	driver_shutdown("p");
	driver_add("p", OTHER);
	driver_settle();
	driver_destroy("p");
	driver_settle();
}

/* Shutdown is asked for while notifications run, many times. */
static void
run_crossing(void)
{
	driver_load();
	driver_settle();
	for (int i = 0; i < HURRY; i++) {
		const char *name = numbered("x", i);

		driver_create(name, 3);
		driver_add(name, OWN);
		driver_add(name, OTHER);
		driver_shutdown(name);
		driver_remove(name, OWN);
	}
	driver_settle();
}

/* Destroy is asked for before create has begun. */
static void
run_hurry(void)
{
	driver_load();
	driver_settle();
	for (int i = 0; i < HURRY; i++) {
		driver_create(numbered("h", i), (size_t)i % 4);
		driver_destroy(numbered("h", i));
	}
	driver_settle();
}

/* Interfaces come and go, packets run, and time passes for timeouts. */
static void
run_traffic(void)
{
	driver_create("t", 3);
	driver_settle();
	driver_load();
	driver_settle();
	driver_interfaces("t");
	driver_packets("t");
	driver_pass_time();
	driver_create("u", 3);
	driver_settle();
	driver_interfaces("u");
	driver_packets("u");
	driver_read_kstats("u");
	driver_remove("u", "inet");
	driver_settle();
	driver_packets("u");
	driver_shutdown("u");
	driver_settle();
}

/* The plugin is unloaded and loaded again; the instances stay. */
static void
run_reload(void)
{
	driver_create("r", 3);
	driver_settle();
	driver_load();
	driver_settle();
	driver_unload();
	driver_load();
	driver_settle();
	driver_read_kstats("r");
	driver_reload();
	driver_settle();
	driver_add("r", OWN);
	driver_settle();
	driver_unload();
}

/* Many instances, over all workers. */
static void
run_crowd(void)
{
	for (int i = 0; i < CROWD; i++) {
		driver_create(numbered("i", i), 2);
		if (i == CROWD / 2)
			driver_load();
	}
	driver_settle();
	for (int i = 0; i < CROWD; i += 3) {
		const char *name = numbered("i", i);

		driver_add(name, OWN);
		driver_shutdown(name);
	}
	driver_settle();
	for (int i = 0; i < CROWD; i += 2)
		driver_destroy(numbered("i", i));
	driver_unload();
}

/* Little happens, but an allocation fails; one per run. */
static void
run_oom(void)
{
	driver_create("before", 2);
	driver_settle();
	driver_load();
	driver_settle();
	driver_create("after", 2);
	driver_settle();
	driver_read_kstats("after");
	driver_add("after", OWN);
	driver_settle();
	driver_destroy("before");
	driver_settle();
}

const struct scenario scenarios[] = {
    {"life", 1, SCENARIO_ONCE, true, run_life},
    {"replay", 1, SCENARIO_ONCE, true, run_replay},
    {"late", 1, SCENARIO_ONCE, true, run_late},
    {"meanwhile", 2, SCENARIO_ONCE, false, run_meanwhile},
    {"protocols", 1, SCENARIO_ONCE, true, run_protocols},
    {"crossing", 1, SCENARIO_ONCE, false, run_crossing},
    {"hurry", 1, SCENARIO_ONCE, false, run_hurry},
    {"traffic", 1, SCENARIO_ONCE, true, run_traffic},
    {"reload", 1, SCENARIO_ONCE, true, run_reload},
    {"crowd", 4, SCENARIO_ONCE, false, run_crowd},
    {"filled", 1, SCENARIO_POISON, false, run_life},
    {"starved", 1, SCENARIO_OOM, false, run_oom},
};

const size_t scenario_count = ARRAY_LENGTH(scenarios);
