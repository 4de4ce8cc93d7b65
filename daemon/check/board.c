/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board.c: owns the shared memory. A writer takes the next finding with one
 * atomic addition and then fills it, so no thread waits for another. One that
 * dies half way leaves a finding that is not ready: nobody reads it.
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

static struct board *
board_map(int fd)
{
	void *map = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);

	return map != MAP_FAILED ? map : NULL;
}

struct board *
board_create(int *fd)
{
	struct board *made = NULL;

	*fd = memfd_create("netinstd-check", 0);
	if (*fd < 0)
		return NULL;
	if (ftruncate(*fd, sizeof(*made)) == 0)
		made = board_map(*fd);
	if (made == NULL)
		(void)close(*fd);
	else
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
	size_t start = offsetof(struct board, name);

	memset((char *)made + start, 0, sizeof(*made) - start);
}

struct board *
board_attach(int fd)
{
	struct board *found = NULL;

	if (lseek(fd, 0, SEEK_END) == (off_t)sizeof(*found))
		found = board_map(fd);
	return found != NULL && found->magic == BOARD_MAGIC ? found : NULL;
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

const char *
line_location(struct line *line, const struct location *where)
{
	line_text(line, where->callback[0] != '\0'
			    ? where->callback
			    : "a thread of the plugin's own");
	if (where->instance != NOWHERE) {
		line_text(line, " of instance ");
		line_number(line, where->instance);
	}
	return line->text;
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
	/* board_clear() has put a NUL behind. */
	(void)strncpy(finding->callback, where->callback, BOARD_CALLBACK - 1);
	(void)strncpy(finding->registrant, where->registrant, BOARD_NAME - 1);
	(void)strncpy(finding->subject, subject, BOARD_SUBJECT - 1);
	(void)strncpy(finding->detail, detail, BOARD_DETAIL - 1);
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
