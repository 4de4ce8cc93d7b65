/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board.c: owns the shared memory. Writers take a place with one atomic
 * addition and then fill it, so no thread waits for another, and one that dies
 * half way leaves a finding that is not ready and is not read.
 */
#include "check/board.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BOARD_MAGIC 0x6e696e63686b6264ULL

struct board *board;

struct board *
board_create(int *fd)
{
	struct board *made = MAP_FAILED;

	*fd = memfd_create("netinstd-check", 0);
	if (*fd < 0)
		return NULL;
	if (ftruncate(*fd, sizeof(*made)) == 0)
		made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE,
		    MAP_SHARED, *fd, 0);
	if (made == MAP_FAILED) {
		(void)close(*fd);
		return NULL;
	}
	made->magic = BOARD_MAGIC;
	return made;
}

void
board_destroy(struct board *made, int fd)
{
	(void)munmap(made, sizeof(*made));
	(void)close(fd);
}

void
board_clear(struct board *made)
{
	size_t i;

	atomic_store(&made->begun, false);
	atomic_store(&made->over, false);
	atomic_store(&made->refused, false);
	atomic_store(&made->allocations, 0);
	made->failure[0] = '\0';
	for (i = 0; i < BOARD_FINDINGS; i++)
		atomic_store(&made->findings[i].ready, false);
	atomic_store(&made->finding_count, 0);
	for (i = 0; i < BOARD_SLOTS; i++)
		atomic_store(&made->slots[i].since, 0);
	atomic_store(&made->slot_count, 0);
	atomic_store(&made->observed_size, 0);
	memset(made->observed, 0, sizeof(made->observed));
}

struct board *
board_attach(int fd)
{
	struct board *found;

	if (lseek(fd, 0, SEEK_END) != (off_t)sizeof(*found))
		return NULL;
	found = mmap(
	    NULL, sizeof(*found), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (found == MAP_FAILED || found->magic != BOARD_MAGIC)
		return NULL;
	return found;
}

void
line_text(struct line *line, const char *text)
{
	while (*text != '\0' && line->length < sizeof(line->text) - 1)
		line->text[line->length++] = *text++;
	line->text[line->length] = '\0';
}

void
line_number(struct line *line, int64_t number)
{
	uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	char digits[24], *first = digits + sizeof(digits) - 1;

	*first = '\0';
	do
		*--first = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (number < 0)
		*--first = '-';
	line_text(line, first);
}

void
line_location(struct line *line, const struct location *where)
{
	line_text(line, where->callback[0] != '\0'
			    ? where->callback
			    : "a thread of the plugin's own");
	if (where->instance == NOWHERE)
		return;
	line_text(line, " of instance ");
	line_number(line, where->instance);
}

static void
board_copy(char *to, size_t size, const char *from)
{
	size_t length = strnlen(from, size - 1);

	memcpy(to, from, length);
	to[length] = '\0';
}

void
board_report(enum kind kind, const struct location *where, const char *subject,
    const char *detail)
{
	unsigned number = atomic_fetch_add(&board->finding_count, 1);
	struct board_finding *finding;

	if (number >= BOARD_FINDINGS)
		return;
	finding = &board->findings[number];
	finding->kind = kind;
	finding->instance = where->instance;
	board_copy(finding->callback, BOARD_CALLBACK, where->callback);
	board_copy(finding->registrant, BOARD_NAME, where->registrant);
	board_copy(finding->subject, BOARD_SUBJECT, subject);
	board_copy(finding->detail, BOARD_DETAIL, detail);
	atomic_store(&finding->ready, true);
}

void
board_reportf(enum kind kind, const struct location *where, const char *subject,
    const char *format, ...)
{
	char detail[BOARD_DETAIL];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(detail, sizeof(detail), format, arguments);
	va_end(arguments);
	board_report(kind, where, subject, detail);
}

void
board_observe(const char *format, ...)
{
	char text[1024];
	va_list arguments;
	size_t at, length;
	int made;

	va_start(arguments, format);
	made = vsnprintf(text, sizeof(text) - 1, format, arguments);
	va_end(arguments);
	if (made < 0)
		return;
	length = strlen(text);
	text[length++] = '\n';
	at = atomic_fetch_add(&board->observed_size, length);
	if (at + length <= BOARD_OBSERVED)
		memcpy(board->observed + at, text, length);
}
