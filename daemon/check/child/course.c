/* SPDX-License-Identifier: Apache-2.0 */
/*
 * course.c: owns the table of courses, and plays them on the stage. What is
 * not settled in between is under way together: the strand of an instance does
 * one after the other, but sees the next coming. Main thread of the child.
 */
#include "check/child/course.h"

#include <stdio.h>

#include "base/check.h"
#include "check/child/stage.h"
#include "check/child/traffic.h"

#define CROWD 1000 /* instances at a time */
#define HURRY 20
#define NAME  32
#define OWN   "check"  /* a protocol that nothing knows of */
#define OTHER "check2" /* another */

/* The whole life of one instance, seen at leisure. */
static void
play_life(void)
{
	stage_load();
	stage_settle();
	stage_create("one", 3);
	stage_settle();
	stage_add("one", OWN);
	stage_settle();
	stage_read_kstats("one");
	stage_read_kstats("global");
	stage_remove("one", OWN);
	stage_remove("one", "inet6");
	stage_settle();
	stage_read_kstats("one");
	stage_shutdown("one");
	stage_settle();
	stage_destroy("one");
	stage_settle();
	stage_create("two", 1);
	stage_settle();
}

/* Instances are there first, one of them down already. */
static void
play_replay(void)
{
	stage_create("full", 3);
	stage_create("bare", 0);
	stage_create("down", 2);
	stage_settle();
	stage_shutdown("down");
	stage_settle();
	stage_load();
	stage_settle();
	stage_read_kstats("full");
	stage_destroy("down");
	stage_unload();
	stage_destroy("full");
	stage_settle();
}

/* The plugin is there first and stays while instances come and go. */
static void
play_late(void)
{
	stage_load();
	stage_settle();
	stage_create("a", 3);
	stage_create("b", 1);
	stage_settle();
	stage_destroy("a");
	stage_create("c", 2);
	stage_settle();
	stage_shutdown("b");
	stage_shutdown("c");
	stage_settle();
	stage_destroy("c");
	stage_destroy("b");
	stage_settle();
}

/* It is loaded while instances are being made and ended. */
static void
play_meanwhile(void)
{
	char name[NAME];
	int i;

	for (i = 0; i < HURRY; i++) {
		(void)snprintf(name, sizeof(name), "early%d", i);
		stage_create(name, (size_t)i % 4);
	}
	stage_load();
	for (i = 0; i < HURRY; i++) {
		(void)snprintf(name, sizeof(name), "early%d", i);
		stage_destroy(name);
	}
	stage_settle();
}

/* A protocol comes and goes at every point of a life. */
static void
play_protocols(void)
{
	stage_load();
	stage_settle();
	stage_create("p", 0);
	stage_add("p", OWN);
	stage_remove("p", OWN);
	stage_settle();
	stage_add("p", "inet");
	stage_settle();
	stage_remove("p", "inet");
	stage_add("p", "inet");
	stage_settle();
	stage_add("p", "a-name-that-is-as-long-as-one-m");
	stage_add("p", OWN);
	stage_add("p", OTHER);
	stage_settle();
	stage_remove("p", OWN);
	stage_settle();
	stage_remove("p", OTHER);
	stage_shutdown("p");
	stage_add("p", OTHER);
	stage_settle();
	stage_destroy("p");
	stage_settle();
}

/* Shutdown is asked for while notifications run, and again and again. */
static void
play_crossing(void)
{
	char name[NAME];
	int i;

	stage_load();
	stage_settle();
	for (i = 0; i < HURRY; i++) {
		(void)snprintf(name, sizeof(name), "x%d", i);
		stage_create(name, 3);
		stage_add(name, OWN);
		stage_add(name, OTHER);
		stage_shutdown(name);
		stage_remove(name, OWN);
	}
	stage_settle();
}

/* Destroy is asked for before create has begun. */
static void
play_hurry(void)
{
	char name[NAME];
	int i;

	stage_load();
	stage_settle();
	for (i = 0; i < HURRY; i++) {
		(void)snprintf(name, sizeof(name), "h%d", i);
		stage_create(name, (size_t)i % 4);
		stage_destroy(name);
	}
	stage_settle();
}

/* Interfaces come and go, packets run, and time passes for timeouts. */
static void
play_traffic(void)
{
	stage_create("t", 3);
	stage_settle();
	stage_load();
	stage_settle();
	traffic_interfaces("t");
	traffic_packets("t");
	traffic_pass_time();
	stage_create("u", 3);
	stage_settle();
	traffic_interfaces("u");
	traffic_packets("u");
	stage_read_kstats("u");
	stage_remove("u", "inet");
	stage_settle();
	traffic_packets("u");
	stage_shutdown("u");
	stage_settle();
}

/* Unloaded and loaded again, the instances stay. */
static void
play_reload(void)
{
	stage_create("r", 3);
	stage_settle();
	stage_load();
	stage_settle();
	stage_unload();
	stage_load();
	stage_settle();
	stage_read_kstats("r");
	stage_reload();
	stage_settle();
	stage_add("r", OWN);
	stage_settle();
	stage_unload();
}

/* Many instances, over all workers. */
static void
play_crowd(void)
{
	char name[NAME];
	int i;

	for (i = 0; i < CROWD; i++) {
		(void)snprintf(name, sizeof(name), "i%d", i);
		stage_create(name, 2);
		if (i == CROWD / 2)
			stage_load();
	}
	stage_settle();
	for (i = 0; i < CROWD; i += 3) {
		(void)snprintf(name, sizeof(name), "i%d", i);
		stage_add(name, OWN);
		stage_shutdown(name);
	}
	stage_settle();
	for (i = 0; i < CROWD; i += 2) {
		(void)snprintf(name, sizeof(name), "i%d", i);
		stage_destroy(name);
	}
	stage_unload();
}

/* Little happens, but an allocation fails. */
static void
play_starved(void)
{
	stage_create("before", 2);
	stage_settle();
	stage_load();
	stage_settle();
	stage_create("after", 2);
	stage_settle();
	stage_read_kstats("after");
	stage_add("after", OWN);
	stage_settle();
	stage_destroy("before");
	stage_settle();
}

/* The first has to go well for the others to make sense. */
const struct course courses[] = {
    {"life", "the life of one instance", 1, COURSE_ONCE, true, play_life},
    {"replay", "instances are there already", 1, COURSE_ONCE, true,
	play_replay},
    {"late", "instances come and go afterwards", 1, COURSE_ONCE, true,
	play_late},
    {"meanwhile", "instances come and go while it is loaded", 2, COURSE_ONCE,
	false, play_meanwhile},
    {"protocols", "protocols come and go at every point", 1, COURSE_ONCE, true,
	play_protocols},
    {"crossing", "shutdown in the midst of notifications", 1, COURSE_ONCE,
	false, play_crossing},
    {"hurry", "destroy right behind create", 1, COURSE_ONCE, false, play_hurry},
    {"traffic", "interfaces, packets and timeouts", 1, COURSE_ONCE, true,
	play_traffic},
    {"reload", "unloaded and loaded again", 1, COURSE_ONCE, true, play_reload},
    {"crowd", "1,000 instances over all workers", 4, COURSE_ONCE, false,
	play_crowd},
    {"filled", "memory filled in two ways makes no difference", 1,
	COURSE_FILLED, false, play_life},
    {"starved", "each allocation fails once", 1, COURSE_STARVED, false,
	play_starved},
};

const size_t course_count = ARRAY_LENGTH(courses);
