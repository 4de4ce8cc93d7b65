/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_value.c: turns what a client gave into what a statistic's type holds,
 * strictly: a number that is out of range, has a fraction or anything behind
 * it, and a text that is too long, are refused. Owns nothing but raw bytes.
 */
#include "core/kstat/kstat_value.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"

/* --- integers ------------------------------------------------------------- */

struct number {
	bool negative;
	uint64_t magnitude;
};

static bool
number_of_text(struct number *number, const char *text)
{
	char *end;

	number->negative = text[0] == '-';
	text += number->negative;
	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	number->magnitude = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

static bool
number_of(struct number *number, const struct kstat_value *value)
{
	if (value->kind == KSTAT_VALUE_TEXT)
		return number_of_text(number, value->text);
	number->negative = value->integer < 0;
	number->magnitude = number->negative ? -(uint64_t)value->integer
					     : (uint64_t)value->integer;
	return value->kind == KSTAT_VALUE_INTEGER;
}

/* Whether it is from -low to high; then as two's complement. */
static bool
number_in(const struct kstat_value *value, uint64_t low, uint64_t high,
    uint64_t *bits)
{
	struct number number;

	if (!number_of(&number, value) ||
	    number.magnitude > (number.negative ? low : high))
		return false;
	*bits = number.negative ? -number.magnitude : number.magnitude;
	return true;
}

/* --- the other types ------------------------------------------------------ */

static bool
real_of(const struct kstat_value *value, double *real)
{
	char *end;

	switch (value->kind) {
	case KSTAT_VALUE_INTEGER:
		*real = (double)value->integer;
		return true;
	case KSTAT_VALUE_REAL:
		*real = value->real;
		break;
	case KSTAT_VALUE_TEXT:
		*real = strtod(value->text, &end);
		if (end == value->text || *end != '\0')
			return false;
		break;
	}
	return isfinite(*real);
}

static bool
make_float(struct kstat_edit *edit, const struct kstat_value *value)
{
	double real = 0;

	if (!real_of(value, &real) || fabs(real) > (double)FLT_MAX)
		return false;
	edit->held.value.f = (float)real;
	return true;
}

static bool
make_char(struct kstat_edit *edit, const struct kstat_value *value)
{
	size_t length;

	if (value->kind != KSTAT_VALUE_TEXT)
		return false;
	length = strlen(value->text);
	if (length > sizeof(edit->held.value.c))
		return false;
	memcpy(edit->held.value.c, value->text, length);
	return true;
}

static bool
make_string(struct kstat_edit *edit, const struct kstat_value *value)
{
	if (value->kind != KSTAT_VALUE_TEXT)
		return false;
	KSTAT_NAMED_STR_PTR(&edit->held) = (char *)(uintptr_t)value->text;
	KSTAT_NAMED_STR_BUFLEN(&edit->held) = (uint32_t)strlen(value->text) + 1;
	return true;
}

/* Of a hexadecimal digit, or 16. */
static unsigned
digit_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = memchr(digits, tolower((unsigned char)digit), 16);

	return at != NULL ? (unsigned)(at - digits) : 16;
}

static bool
make_raw(struct kstat_edit *edit, const struct kstat_value *value)
{
	size_t size = edit->item.size, i;
	unsigned high, low;

	if (value->kind != KSTAT_VALUE_TEXT || strlen(value->text) != 2 * size)
		return false;
	edit->raw = memory_alloc(size);
	for (i = 0; i < size; i++) {
		high = digit_value(value->text[2 * i]);
		low = digit_value(value->text[2 * i + 1]);
		if (high > 15 || low > 15)
			return false;
		edit->raw[i] = (uchar_t)(high << 4 | low);
	}
	return true;
}

/* --- an edit -------------------------------------------------------------- */

bool
kstat_edit_make(struct kstat_edit *edit, const struct kstat_value *value)
{
	uint64_t bits = 0;
	bool fits;

	memset(&edit->held, 0, sizeof(edit->held));
	edit->raw = NULL;
	switch (edit->item.type) {
	case KSTAT_ITEM_RAW:
		return make_raw(edit, value);
	case KSTAT_DATA_CHAR:
		return make_char(edit, value);
	case KSTAT_DATA_STRING:
		return make_string(edit, value);
	case KSTAT_DATA_INT32:
		fits =
		    number_in(value, (uint64_t)INT32_MAX + 1, INT32_MAX, &bits);
		edit->held.value.ui32 = (uint32_t)bits;
		return fits;
	case KSTAT_DATA_UINT32:
		fits = number_in(value, 0, UINT32_MAX, &bits);
		edit->held.value.ui32 = (uint32_t)bits;
		return fits;
	case KSTAT_DATA_INT64:
	case KSTAT_DATA_LONG:
		return number_in(value, (uint64_t)INT64_MAX + 1, INT64_MAX,
		    &edit->held.value.ui64);
	case KSTAT_DATA_UINT64:
	case KSTAT_DATA_ULONG:
		return number_in(value, 0, UINT64_MAX, &edit->held.value.ui64);
	case KSTAT_DATA_FLOAT:
		return make_float(edit, value);
	case KSTAT_DATA_DOUBLE:
		return real_of(value, &edit->held.value.d);
	default:
		return false;
	}
}

void
kstat_edit_free(struct kstat_edit *edit)
{
	free(edit->raw);
}

static void
swap_bytes(void *place, void *held, size_t size)
{
	uchar_t *a = place, *b = held, kept;

	for (; size > 0; size--, a++, b++) {
		kept = *a;
		*a = *b;
		*b = kept;
	}
}

void
kstat_edit_swap(struct kstat_edit *edit)
{
	struct kstat_item *item = &edit->item;
	kstat_named_t *held = &edit->held;

	/* Others may be counting in a number without a lock. */
	switch (item->type) {
	case KSTAT_ITEM_RAW:
		swap_bytes(item->value, edit->raw, item->size);
		break;
	case KSTAT_DATA_CHAR:
	case KSTAT_DATA_STRING:
		swap_bytes(item->value, &held->value, sizeof(held->value));
		break;
	case KSTAT_DATA_INT32:
	case KSTAT_DATA_UINT32:
	case KSTAT_DATA_FLOAT:
		held->value.ui32 = __atomic_exchange_n((uint32_t *)item->value,
		    held->value.ui32, __ATOMIC_RELAXED);
		break;
	default:
		held->value.ui64 = __atomic_exchange_n((uint64_t *)item->value,
		    held->value.ui64, __ATOMIC_RELAXED);
	}
}
