#include <string.h>

#include "base/day.h"

#define DAYS_PER_ERA 146097	/* 400 years. */
#define EPOCH_SHIFT 719468	/* 0000-03-01 to 1970-01-01. */

static int
is_leap(int year)
{

	return ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0);
}

int
cf_day_exists(int year, int month, int day)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return (0);
	return (day <= length[month - 1] + (month == 2 && is_leap(year)));
}

int32_t
cf_day_of(int year, int month, int day)
{
	int y = year - (month <= 2);
	int era = y / 400;
	int year_of_era = y - era * 400;
	int month_from_march = (month + 9) % 12;
	int day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 -
	    year_of_era / 100 + day_of_year;

	return (era * DAYS_PER_ERA + day_of_era - EPOCH_SHIFT);
}

void
cf_day_split(int32_t number, int * year, int * month, int * day)
{
	int z = number + EPOCH_SHIFT;
	int era = z / DAYS_PER_ERA;
	int day_of_era = z - era * DAYS_PER_ERA;
	int year_of_era = (day_of_era - day_of_era / 1460 +
	    day_of_era / 36524 - day_of_era / 146096) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 -
	    year_of_era / 100);
	int month_from_march = (5 * day_of_year + 2) / 153;

	*day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
	*month = month_from_march < 10 ? month_from_march + 3 :
	    month_from_march - 9;
	*year = year_of_era + era * 400 + (*month <= 2);
}

int
cf_day_weekday(int32_t number)
{
	int w = (number + 3) % 7;	/* 1970-01-01 was a Thursday. */

	return (w < 0 ? w + 8 : w + 1);
}

/* Read n digits, or return -1. */
static int
digits(const char * text, int n)
{
	int i, value = 0;

	for (i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return (-1);
		value = value * 10 + (text[i] - '0');
	}
	return (value);
}

static void
put_digits(char * dst, int n, int value)
{

	while (n-- > 0) {
		dst[n] = (char)('0' + value % 10);
		value /= 10;
	}
}

int
cf_day_parse(const char * text, size_t len, int32_t * number)
{
	int year, month, day;

	if (len != 10 || text[4] != '-' || text[7] != '-')
		return (-1);
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	if (!cf_day_exists(year, month, day))
		return (-1);
	*number = cf_day_of(year, month, day);
	return (0);
}

size_t
cf_day_print(int32_t number, char * dst)
{
	int year, month, day;

	cf_day_split(number, &year, &month, &day);
	put_digits(dst, 4, year);
	dst[4] = '-';
	put_digits(dst + 5, 2, month);
	dst[7] = '-';
	put_digits(dst + 8, 2, day);
	return (10);
}

int
cf_day_parse_moment(const char * text, size_t len, int64_t * time_s,
    int * has_clock)
{
	int32_t day;
	int hour, minute, second;

	if (len < 10 || cf_day_parse(text, 10, &day))
		return (-1);
	*time_s = (int64_t)day * CF_DAY_S;
	*has_clock = 0;
	if (len == 10)
		return (0);
	if (len != 20 || text[10] != 'T' || text[13] != ':' ||
	    text[16] != ':' || text[19] != 'Z')
		return (-1);
	hour = digits(text + 11, 2);
	minute = digits(text + 14, 2);
	second = digits(text + 17, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
	    second < 0 || second > 59)
		return (-1);
	*time_s += hour * 3600 + minute * 60 + second;
	*has_clock = 1;
	return (0);
}

int32_t
cf_day_of_moment(int64_t time_s)
{
	int64_t day = time_s / CF_DAY_S;

	return ((int32_t)(day - (time_s % CF_DAY_S < 0)));
}

size_t
cf_day_print_moment(int64_t time_s, int has_clock, char * dst)
{
	int32_t day = cf_day_of_moment(time_s);
	int second = (int)(time_s - (int64_t)day * CF_DAY_S);

	cf_day_print(day, dst);
	if (!has_clock)
		return (10);
	memcpy(dst + 10, "T00:00:00Z", 10);
	put_digits(dst + 11, 2, second / 3600);
	put_digits(dst + 14, 2, second / 60 % 60);
	put_digits(dst + 17, 2, second % 60);
	return (20);
}
