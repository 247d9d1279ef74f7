#include "base/day.h"
#include "source/calendar.h"

#define HOUR_S 3600
#define STANDARD_S (-5 * HOUR_S)	/* New York, without daylight saving. */
#define CLOSE_S (16 * HOUR_S)

/* The n-th such weekday (1 Monday .. 7 Sunday) of a month; -1: the last. */
static int32_t
nth_weekday(int year, int month, int weekday, int n)
{
	int32_t first = cf_day_of(year, month, 1);
	int32_t day;

	day = first + (weekday - cf_day_weekday(first) + 7) % 7;
	if (n > 0)
		return (day + 7 * (n - 1));
	day += 28;
	return (cf_day_exists(year, month, day - first + 1) ? day : day - 7);
}

/* Is daylight saving in force at this moment? */
static int
is_daylight(int64_t time_s)
{
	int year, month, day;
	int32_t begin, end;

	cf_day_split(cf_day_of_moment(time_s), &year, &month, &day);
	if (year < 1967)
		return (0);
	if (year >= 2007) {
		begin = nth_weekday(year, 3, 7, 2);
		end = nth_weekday(year, 11, 7, 1);
	} else {
		begin = nth_weekday(year, 4, 7, year >= 1987 ? 1 : -1);
		end = nth_weekday(year, 10, 7, -1);
	}
	/* 2 o'clock standard time; 2 o'clock daylight time. */
	return (time_s >= (int64_t)begin * CF_DAY_S + 7 * HOUR_S &&
	    time_s < (int64_t)end * CF_DAY_S + 6 * HOUR_S);
}

int64_t
cf_calendar_eastern(int64_t time_s)
{

	return (time_s + STANDARD_S + (is_daylight(time_s) ? HOUR_S : 0));
}

int64_t
cf_calendar_from_eastern(int64_t local_s)
{
	int64_t time_s = local_s - STANDARD_S;

	return (is_daylight(time_s - HOUR_S) ? time_s - HOUR_S : time_s);
}

/* A holiday of a fixed date, or the weekday on which it is kept. */
static int
is_fixed(int32_t day, int year, int month, int date)
{
	int32_t holiday = cf_day_of(year, month, date);
	int weekday = cf_day_weekday(holiday);

	if (weekday == 6)
		holiday--;
	else if (weekday == 7)
		holiday++;
	return (day == holiday);
}

int
cf_calendar_is_holiday(int32_t number)
{
	int year, month, day;

	cf_day_split(number, &year, &month, &day);
	switch (month) {
	case 1:
		return (is_fixed(number, year, 1, 1) || (year >= 1986 &&
		    number == nth_weekday(year, 1, 1, 3)));
	case 2:
		return (number == nth_weekday(year, 2, 1, 3));
	case 5:
		return (number == nth_weekday(year, 5, 1, -1));
	case 6:
		return (year >= 2021 && is_fixed(number, year, 6, 19));
	case 7:
		return (is_fixed(number, year, 7, 4));
	case 9:
		return (number == nth_weekday(year, 9, 1, 1));
	case 10:
		return (number == nth_weekday(year, 10, 1, 2));
	case 11:
		return (is_fixed(number, year, 11, 11) ||
		    number == nth_weekday(year, 11, 4, 4));
	case 12:
		return (is_fixed(number, year, 12, 25) ||
		    is_fixed(number, year + 1, 1, 1));
	default:
		return (0);
	}
}

static int
is_business(int32_t day)
{

	return (cf_day_weekday(day) <= 5 && !cf_calendar_is_holiday(day));
}

int32_t
cf_calendar_next_business(int32_t day)
{

	do {
		day++;
	} while (!is_business(day));
	return (day);
}

int32_t
cf_calendar_business_between(int32_t a, int32_t b)
{
	int32_t n = 0;

	/* Whole weeks are not walked through: dates come from outside. */
	if (b - a > 800)
		return ((int32_t)((b - a) / 7 * 5));
	for (a++; a < b; a++)
		n += is_business(a);
	return (n);
}

int64_t
cf_calendar_finished(int32_t day)
{

	return (cf_calendar_from_eastern((int64_t)day * CF_DAY_S + CLOSE_S) +
	    CF_CALENDAR_SETTLE_S);
}
