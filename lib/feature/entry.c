#include <string.h>

#include "base/day.h"
#include "base/num.h"
#include "feature/entry.h"

#define PLAIN_MAX 64		/* Bytes of an amount without its groups. */

/* A sign between groups of digits. */
static const char * const group_signs[] = { ",", ".", " ", "'", "\xc2\xa0",
	"\xe2\x80\xaf", "\xe2\x80\x99" };

#define NSIGNS (sizeof(group_signs) / sizeof(group_signs[0]))

/* The length of the group sign at text, or 0. */
static size_t
sign_at(const char * text, size_t len, char decimal)
{
	size_t i, n;

	for (i = 0; i < NSIGNS; i++) {
		n = strlen(group_signs[i]);
		if (n <= len && memcmp(text, group_signs[i], n) == 0 &&
		    group_signs[i][0] != decimal)
			return (n);
	}
	return (0);
}

static int
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

/*
 * Copy the digits before the decimal sign without their group signs; set *at
 * behind them.  Return how many there are, or -1.
 */
static int
copy_whole(const char * text, size_t len, char decimal, char * plain,
    size_t * at)
{
	const char * sign = NULL;
	size_t n = 0, group = 0, sign_len = 0, k, i = *at;

	while (i < len && n < PLAIN_MAX / 2) {
		if (is_digit(text[i])) {
			plain[n++] = text[i++];
			group++;
			continue;
		}
		if ((k = sign_at(text + i, len - i, decimal)) == 0)
			break;
		/* One to three digits first, then always three. */
		if (group == 0 || group > 3 || (sign != NULL && (group != 3 ||
		    k != sign_len || memcmp(sign, text + i, k) != 0)))
			return (-1);
		sign = text + i;
		sign_len = k;
		group = 0;
		i += k;
	}
	if (sign != NULL && group != 3)
		return (-1);
	*at = i;
	return ((int)n);
}

int
cf_entry_amount(const char * text, size_t len, char decimal, double * x)
{
	char plain[PLAIN_MAX];
	size_t at = 0, n = 0;
	int minus = 0, whole;

	if (decimal == '\0')
		return (cf_num_parse(text, len, x) == CF_NUM_OK ? 0 : -1);
	if (len > 0 && (text[0] == '-' || text[0] == '+')) {
		minus = text[0] == '-';
		at++;
	} else if (len > 0 && text[len - 1] == '-') {
		minus = 1;
		len--;
	}
	if (minus)
		plain[n++] = '-';
	whole = copy_whole(text, len, decimal, plain + n, &at);
	if (whole < 0)
		return (-1);
	n += (size_t)whole;
	if (at < len && text[at] == decimal) {
		plain[n++] = '.';
		at++;
	}
	while (at < len && is_digit(text[at]) && n < sizeof(plain))
		plain[n++] = text[at++];
	if (at < len)
		return (-1);
	return (cf_num_parse(plain, n, x) == CF_NUM_OK ? 0 : -1);
}

/* Can the byte stand in the name or sign of a currency? */
static int
is_money(char c)
{

	return ((unsigned char)c > ' ' && strchr("0123456789+-.,'", c) == NULL);
}

size_t
cf_entry_part(const char * text, size_t len, const char ** number,
    const char ** money, size_t * money_len)
{
	size_t n = 0;

	*money = text;
	while (n < len && is_money(text[n]))
		n++;
	*money_len = n;
	if (n > 0) {
		n += n < len && text[n] == ' ';
		*number = text + n;
		return (len - n);
	}
	*number = text;
	while (n < len && is_money(text[len - 1 - n]))
		n++;
	*money = text + len - n;
	*money_len = n;
	len -= n;
	return (n > 0 && len > 0 && text[len - 1] == ' ' ? len - 1 : len);
}

int
cf_entry_check_format(const char * format)
{
	int years = 0, months = 0, days = 0;
	const char * p;

	if (strlen(format) > CF_ENTRY_FORMAT_MAX)
		return (-1);
	for (p = format; *p != '\0'; p++) {
		if (*p != '%')
			continue;
		switch (*++p) {
		case 'Y':
		case 'y':
			years++;
			break;
		case 'm':
		case 'b':
			months++;
			break;
		case 'd':
			days++;
			break;
		case '%':
			break;
		default:
			return (-1);
		}
	}
	return (years == 1 && months == 1 && days == 1 ? 0 : -1);
}

/* Read up to `most` digits at *at; -1: none. */
static int
take_number(const char * text, size_t len, size_t most, size_t * at)
{
	size_t begin = *at;
	int n = 0;

	while (*at < len && *at - begin < most && is_digit(text[*at]))
		n = n * 10 + (text[(*at)++] - '0');
	return (*at > begin ? n : -1);
}

/* The English name of a month, in any case; -1: none. */
static int
take_month(const char * text, size_t len, size_t * at)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	int month, i;
	char c;

	if (len - *at < 3)
		return (-1);
	for (month = 0; month < 12; month++) {
		for (i = 0; i < 3; i++) {
			c = text[*at + (size_t)i];
			if (c >= 'A' && c <= 'Z')
				c = (char)(c - 'A' + 'a');
			if (c != names[3 * month + i])
				break;
		}
		if (i == 3) {
			*at += 3;
			return (month + 1);
		}
	}
	return (-1);
}

int
cf_entry_date(const char * text, size_t len, const char * format,
    int32_t * day)
{
	int year = -1, month = -1, mday = -1;
	const char * p;
	size_t at = 0;

	for (p = format; *p != '\0'; p++) {
		if (*p != '%' || *++p == '%') {
			if (at >= len || text[at++] != *p)
				return (-1);
		} else if (*p == 'Y') {
			year = take_number(text, len, 4, &at);
		} else if (*p == 'y') {
			if ((year = take_number(text, len, 2, &at)) >= 0)
				year += year < 69 ? 2000 : 1900;
		} else if (*p == 'm') {
			month = take_number(text, len, 2, &at);
		} else if (*p == 'b') {
			month = take_month(text, len, &at);
		} else {
			mday = take_number(text, len, 2, &at);
		}
	}
	if (at < len || !cf_day_exists(year, month, mday))
		return (-1);
	*day = cf_day_of(year, month, mday);
	return (0);
}
