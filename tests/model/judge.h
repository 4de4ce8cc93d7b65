/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.h: private to the checker: one function per guarantee. Each gets every
 * record, with the world as it was before it, and says what is wrong.
 */
#ifndef MODEL_JUDGE_H
#define MODEL_JUDGE_H

#include "checker.h"
#include "world.h"

struct checker {
	struct checker_config config;
	struct world world;
};

/* Counts a check; when it fails, reports the break. Returns condition. */
bool expect(struct checker *checker, bool condition, enum guarantee guarantee,
    const char *sentence, const struct record *record, mark_t earlier);

/* The record is of one of the three callbacks of a pair. */
static inline bool
is_of_pair(const struct record *record)
{
	return record->what == WHAT_CREATE || record->what == WHAT_SHUTDOWN ||
	       record->what == WHAT_DESTROY;
}

/* judge_life.c */
void judge_exclusive(struct checker *checker, const struct record *record);
void judge_once(struct checker *checker, const struct record *record);
void judge_refusal(struct checker *checker, const struct record *record);
void judge_failure(struct checker *checker, const struct record *record);

/* judge_sweep.c */
void judge_register(struct checker *checker, const struct record *record);
void judge_unregister(struct checker *checker, const struct record *record);
void judge_order(struct checker *checker, const struct record *record);
void judge_nested(struct checker *checker, const struct record *record);

/* judge_notify.c */
void judge_notify(struct checker *checker, const struct record *record);

/* judge_phase.c */
void judge_phases(struct checker *checker, const struct record *record);

/* judge_timeout.c */
void judge_timeout(struct checker *checker, const struct record *record);

/* More of judge_notify.c: whether the notifier must have been told that the
 * protocol is there. */
bool notifier_must_know(const struct world *world,
    const struct notifier_life *notifier, const struct protocol_life *protocol);

/* Expects that the notifier was told of every protocol it must know. */
void expect_told(struct checker *checker, const struct record *record,
    const struct notifier_life *notifier, enum guarantee guarantee);

/* Expects that it was told that each protocol it knew is gone. */
void expect_farewell(struct checker *checker, const struct record *record,
    const struct notifier_life *notifier, enum guarantee guarantee,
    const char *sentence);

#endif
