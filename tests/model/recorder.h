/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recorder.h: writes the log, from any thread. The place in the log is taken
 * with one atomic increment and is the sequence number, so the order of the
 * records is one that the threads really had.
 */
#ifndef MODEL_RECORDER_H
#define MODEL_RECORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "record.h"

/*
 * Room for that many records; the log is empty. It is shared with children, so
 * that a parent can read what a child wrote before it died.
 */
void recorder_open(size_t room);
void recorder_close(void);

/* Empties the log; nobody writes now. */
void recorder_clear(void);

/* Logs begun since recorder_open(), also by a child. */
uint32_t recorder_logs(void);

/* More than a tenth of the room is left. */
bool recorder_has_room(void);

/* Appends a copy, with its sequence number and the thread's filled in. */
void recorder_write(const struct record *record);

/*
 * The log, read when nobody writes. Records whose sequence is 0 were not
 * finished, because their writer has died.
 */
const struct record *recorder_log(size_t *count);

/* A number that no call or callback has had since the log was emptied. */
uint32_t recorder_number(void);

#endif
