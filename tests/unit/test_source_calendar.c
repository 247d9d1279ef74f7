#include "unit.h"

#include "base/day.h"
#include "source/calendar.h"

static int64_t
at(int year, int month, int day, int hour, int minute)
{

	return ((int64_t)cf_day_of(year, month, day) * CF_DAY_S + hour * 3600 + minute * 60);
}

START_TEST(new_york)
{
	/* Moments of UTC, and hours behind it. */
	static const struct {
		int y, m, d, h, min, behind;
	} cases[] = {
		{ 2024, 1, 10, 12, 0, 5 }, { 2024, 7, 10, 12, 0, 4 },
		/* the second Sunday of March, the first of November */
		{ 2024, 3, 10, 6, 59, 5 }, { 2024, 3, 10, 7, 0, 4 }, { 2024, 11, 3, 5, 59, 4 }, { 2024, 11, 3, 6, 0, 5 },
		{ 2015, 3, 8, 7, 0, 4 }, { 2015, 11, 1, 6, 0, 5 }, { 2009, 3, 8, 6, 59, 5 },
		/* 1987 to 2006: the first Sunday of April, the last of October */
		{ 2006, 4, 2, 6, 59, 5 }, { 2006, 4, 2, 7, 0, 4 }, { 2006, 10, 29, 5, 59, 4 }, { 2006, 10, 29, 6, 0, 5 },
		{ 2006, 3, 20, 12, 0, 5 }, { 2007, 3, 20, 12, 0, 4 }, { 2006, 11, 1, 12, 0, 5 }, { 2007, 11, 1, 12, 0, 4 },
		/* before that the last Sunday of April */
		{ 1986, 4, 27, 7, 0, 4 }, { 1986, 4, 20, 12, 0, 5 }, { 1987, 4, 5, 7, 0, 4 }
	};
	int64_t t;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		t = at(cases[i].y, cases[i].m, cases[i].d, cases[i].h, cases[i].min);
		ck_assert_msg(t - cf_calendar_eastern(t) == cases[i].behind * 3600, "case %zu", i);
	}
	/* Both ways, every hour of twenty years, but for the hours that are there twice. */
	for (t = at(2000, 1, 1, 0, 0); t < at(2020, 1, 1, 0, 0); t += 3600) {
		int64_t back = cf_calendar_from_eastern(cf_calendar_eastern(t));

		ck_assert(back == t || (back == t - 3600 && cf_calendar_eastern(back) == cf_calendar_eastern(t)));
	}
}
END_TEST

START_TEST(holidays)
{
	static const int days[][3] = { { 2024, 1, 1 }, { 2024, 1, 15 }, { 2024, 2, 19 }, { 2024, 5, 27 }, { 2024, 6, 19 }, { 2024, 7, 4 },
		{ 2024, 9, 2 }, { 2024, 10, 14 }, { 2024, 11, 11 }, { 2024, 11, 28 }, { 2024, 12, 25 },
		{ 2021, 12, 31 }, /* New Year on a Saturday */ { 2023, 1, 2 }, { 2022, 6, 20 }, { 2020, 7, 3 }, { 2022, 12, 26 } };
	int n = 0;

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		ck_assert_msg(cf_calendar_is_holiday(cf_day_of(days[i][0], days[i][1], days[i][2])), "case %zu", i);
	for (int32_t d = cf_day_of(2024, 1, 1); d < cf_day_of(2025, 1, 1); d++)
		n += cf_calendar_is_holiday(d);
	ck_assert_int_eq(n, 11);
	ck_assert(!cf_calendar_is_holiday(cf_day_of(2020, 6, 19)));
	ck_assert_int_eq(cf_calendar_next_business(cf_day_of(2024, 1, 12)), cf_day_of(2024, 1, 16));
	ck_assert_int_eq(cf_calendar_next_business(cf_day_of(2024, 1, 9)), cf_day_of(2024, 1, 10));
	ck_assert_int_eq(cf_calendar_business_between(cf_day_of(2024, 1, 12), cf_day_of(2024, 1, 17)), 1);
	ck_assert_int_eq(cf_calendar_business_between(cf_day_of(2024, 1, 12), cf_day_of(2024, 1, 12)), 0);
	ck_assert_int_eq(cf_calendar_business_between(CF_DAY_MIN, CF_DAY_MAX) > 2000000, 1);
}
END_TEST

START_TEST(sessions)
{

	ck_assert_int_eq(cf_calendar_finished(cf_day_of(2024, 1, 10)), at(2024, 1, 10, 21, 15));
	ck_assert_int_eq(cf_calendar_finished(cf_day_of(2024, 7, 10)), at(2024, 7, 10, 20, 15));
}
END_TEST

UNIT_MAIN("calendar", new_york, holidays, sessions)
