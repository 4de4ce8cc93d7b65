/* SPDX-License-Identifier: Apache-2.0 */
/* time_text.c: see time_text.h; holds nothing of its own. */
#include "lib/time_text.h"

#include <stddef.h>
#include <time.h>

#include "lib/clock.h"

/* What int64_t holds in nanoseconds, and before 1970 there was nothing. */
#define YEAR_LEAST 1970
#define YEAR_MOST  2261

/* Takes so many digits off the text; false: they are not there. */
static bool
text_take_digits(const char **text, unsigned count, int *number)
{
	*number = 0;
	for (; count > 0; count--, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		*number = *number * 10 + (**text - '0');
	}
	return true;
}

static bool
text_take(const char **text, char character)
{
	if (**text != character)
		return false;
	(*text)++;
	return true;
}

static bool
text_take_date(const char **text, struct tm *moment)
{
	int year, month;

	if (!text_take_digits(text, 4, &year) || !text_take(text, '-') ||
	    !text_take_digits(text, 2, &month) || !text_take(text, '-') ||
	    !text_take_digits(text, 2, &moment->tm_mday))
		return false;
	moment->tm_year = year - 1900;
	moment->tm_mon = month - 1;
	return year >= YEAR_LEAST && year <= YEAR_MOST && month >= 1 &&
	       month <= 12 && moment->tm_mday >= 1 && moment->tm_mday <= 31;
}

/* ".123": what there is of nine digits. */
static bool
text_take_fraction(const char **text, int64_t *fraction)
{
	int64_t unit = NS_PER_SEC / 10;

	for (; unit > 0 && **text >= '0' && **text <= '9'; unit /= 10)
		*fraction += (*(*text)++ - '0') * unit;
	return unit < NS_PER_SEC / 10;
}

static bool
text_take_day_time(const char **text, struct tm *moment, int64_t *fraction)
{
	if (!text_take_digits(text, 2, &moment->tm_hour) ||
	    !text_take(text, ':') ||
	    !text_take_digits(text, 2, &moment->tm_min))
		return false;
	if (text_take(text, ':') && !text_take_digits(text, 2, &moment->tm_sec))
		return false;
	if (text_take(text, '.') && !text_take_fraction(text, fraction))
		return false;
	return moment->tm_hour < 24 && moment->tm_min < 60 &&
	       moment->tm_sec < 60;
}

static bool
text_read_number(const char *text, int64_t *time)
{
	int64_t sum = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (*text < '0' || *text > '9' ||
		    __builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, *text - '0', &sum))
			return false;
	*time = sum;
	return true;
}

bool
time_text_read(const char *text, int64_t *time)
{
	struct tm moment = {0};
	int64_t fraction = 0;
	int day;

	if (text_read_number(text, time))
		return true;
	if (!text_take_date(&text, &moment))
		return false;
	if ((text_take(&text, 'T') || text_take(&text, ' ')) &&
	    !text_take_day_time(&text, &moment, &fraction))
		return false;
	(void)text_take(&text, 'Z');
	if (*text != '\0')
		return false;
	day = moment.tm_mday;
	*time = timegm(&moment) * NS_PER_SEC + fraction;
	/* The 31st of a month of 30 days is the 1st of another. */
	return moment.tm_mday == day;
}
