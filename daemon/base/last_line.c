/* SPDX-License-Identifier: Apache-2.0 */
/*
 * last_line.c: owns nothing; the line is the caller's. The date is reckoned
 * here, because gmtime_r() takes a lock.
 */
#include "base/last_line.h"

#include <string.h>
#include <time.h>

#define DAY 86400

static void
add_byte(struct last_line *line, char byte)
{
	/* The last byte is kept for the end of the line. */
	if (line->length < sizeof(line->text) - 1)
		line->text[line->length++] = byte;
}

void
last_line_add(struct last_line *line, const char *text)
{
	for (; *text != '\0'; text++)
		add_byte(line,
		    (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
}

/* At least so many digits. */
static void
add_digits(struct last_line *line, uint64_t number, unsigned digits)
{
	char text[24];
	size_t i = sizeof(text);

	while (number > 0 || digits > 0) {
		text[--i] = (char)('0' + number % 10);
		number /= 10;
		digits -= digits > 0;
	}
	while (i < sizeof(text))
		add_byte(line, text[i++]);
}

void
last_line_add_number(struct last_line *line, int64_t number)
{
	if (number < 0)
		add_byte(line, '-');
	add_digits(line, number < 0 ? -(uint64_t)number : (uint64_t)number, 1);
}

/* Days since 1970-01-01 in years that begin with March, so leap days end one.
 */
static void
add_date(struct last_line *line, int64_t days)
{
	uint64_t day = (uint64_t)(days + 719468), era = day / 146097;
	uint64_t rest = day % 146097, year, month;

	year = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
	rest -= 365 * year + year / 4 - year / 100;
	month = (5 * rest + 2) / 153;
	day = rest - (153 * month + 2) / 5 + 1;
	month = month < 10 ? month + 3 : month - 9;
	add_digits(line, era * 400 + year + (month <= 2), 4);
	add_byte(line, '-');
	add_digits(line, month, 2);
	add_byte(line, '-');
	add_digits(line, day, 2);
}

static void
add_time(struct last_line *line)
{
	struct timespec now;
	uint64_t second;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	second = (uint64_t)(now.tv_sec % DAY);
	add_date(line, now.tv_sec / DAY);
	add_byte(line, 'T');
	add_digits(line, second / 3600, 2);
	add_byte(line, ':');
	add_digits(line, second / 60 % 60, 2);
	add_byte(line, ':');
	add_digits(line, second % 60, 2);
	add_byte(line, '.');
	add_digits(line, (uint64_t)now.tv_nsec / 1000000, 3);
	add_byte(line, 'Z');
}

void
last_line_begin(struct last_line *line, const char *token)
{
	line->length = 0;
	add_time(line);
	last_line_add(line, " error ");
	last_line_add(line, token);
	last_line_add(line, ": ");
}

void
last_line_write(struct last_line *line)
{
	line->text[line->length++] = '\n';
	log_out_last(line->text, line->length);
}
