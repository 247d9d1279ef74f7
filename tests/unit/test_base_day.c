#include <stdint.h>
#include <string.h>

#include "unit.h"

#include "base/day.h"

/* The plain rule, for comparison with the arithmetic of eras. */
static int
days_in(int year, int month)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };

	if (month == 2 && year % 4 == 0 &&
	    (year % 100 != 0 || year % 400 == 0))
		return (29);
	return (length[month - 1]);
}

START_TEST(every_day_of_9999_years)
{
	char text[CF_DAY_TEXT_MAX], want[40];
	int32_t number = CF_DAY_MIN, back;
	int y, m, d, yy, mm, dd, weekday = 1;

	/* 0001-01-01 was a Monday. */
	for (y = 1; y <= 9999; y++) {
		for (m = 1; m <= 12; m++) {
			for (d = 1; d <= days_in(y, m); d++) {
				cf_day_split(number, &yy, &mm, &dd);
				if (yy != y || mm != m || dd != d ||
				    cf_day_of(y, m, d) != number ||
				    !cf_day_exists(y, m, d) ||
				    cf_day_weekday(number) != weekday)
					ck_abort_msg("%d-%d-%d", y, m, d);
				if (d == 1 || d == 29) {
					snprintf(want, sizeof(want),
					    "%04d-%02d-%02d", y, m, d);
					if (cf_day_print(number, text) != 10 ||
					    memcmp(text, want, 10) != 0 ||
					    cf_day_parse(want, 10, &back) ||
					    back != number)
						ck_abort_msg("%s", want);
				}
				number++;
				weekday = weekday % 7 + 1;
			}
			ck_assert(!cf_day_exists(y, m, days_in(y, m) + 1));
		}
	}
	ck_assert_int_eq(number, CF_DAY_MAX + 1);
}
END_TEST

START_TEST(known_days)
{
	static const struct {
		const char *text;
		int32_t number;
		int weekday;
	} cases[] = {
		{ "1970-01-01", 0, 4 }, { "1969-12-31", -1, 3 },
		{ "2000-02-29", 11016, 2 }, { "2024-02-29", 19782, 4 },
		{ "2038-01-19", 24855, 2 }, { "0001-01-01", CF_DAY_MIN, 1 },
		{ "9999-12-31", CF_DAY_MAX, 5 },
	};
	int32_t number;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(cf_day_parse(cases[i].text, 10, &number), 0);
		ck_assert_int_eq(number, cases[i].number);
		ck_assert_int_eq(cf_day_weekday(number), cases[i].weekday);
	}
}
END_TEST

START_TEST(no_dates)
{
	static const char *const bad[] = { "", "2024", "2024-1-1",
	    "2024-01-1", "2024-13-01", "2024-00-10", "2024-01-00",
	    "2024-01-32", "2023-02-29", "1900-02-29", "2100-02-29",
	    "0000-01-01", "2024/01/01", "20240101", "2024-01-01 ",
	    " 2024-01-01", "2024-01-0x", "x024-01-01", "-024-01-01",
	    "2024-01-01T", "+202-01-01", "2024--1-01" };
	int32_t number = 7;
	int64_t time_s = 7;
	int has_clock = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(cf_day_parse(bad[i], strlen(bad[i]),
		    &number) == -1, "%s", bad[i]);
		ck_assert_msg(cf_day_parse_moment(bad[i], strlen(bad[i]),
		    &time_s, &has_clock) == -1, "%s", bad[i]);
	}
	ck_assert_int_eq(number, 7);
}
END_TEST

START_TEST(moments)
{
	static const struct {
		const char *text;
		int64_t time_s;
		int has_clock;
	} good[] = {
		{ "1970-01-01", 0, 0 }, { "1970-01-01T00:00:00Z", 0, 1 },
		{ "1969-12-31T23:59:59Z", -1, 1 },
		{ "2024-02-29T12:34:56Z", 1709210096, 1 },
		{ "0001-01-01T00:00:00Z", INT64_C(-62135596800), 1 },
		{ "9999-12-31T23:59:59Z", INT64_C(253402300799), 1 },
	};
	static const char *const bad[] = { "2024-01-01T24:00:00Z",
	    "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z",
	    "2024-01-01T00:00:00", "2024-01-01 00:00:00Z",
	    "2024-01-01T00:00:00z", "2024-01-01T0:00:00Z",
	    "2024-01-01T00:00:00+00:00", "2024-01-01T-1:00:00Z" };
	char text[CF_DAY_TEXT_MAX];
	int64_t time_s;
	size_t len;
	int has_clock;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_int_eq(cf_day_parse_moment(good[i].text,
		    strlen(good[i].text), &time_s, &has_clock), 0);
		ck_assert_int_eq(time_s, good[i].time_s);
		ck_assert_int_eq(has_clock, good[i].has_clock);
		len = cf_day_print_moment(time_s, has_clock, text);
		ck_assert_uint_eq(len, strlen(good[i].text));
		ck_assert_mem_eq(text, good[i].text, len);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(cf_day_parse_moment(bad[i], strlen(bad[i]),
		    &time_s, &has_clock) == -1, "%s", bad[i]);
	ck_assert_int_eq(cf_day_of_moment(-1), -1);
	ck_assert_int_eq(cf_day_of_moment(-86400), -1);
	ck_assert_int_eq(cf_day_of_moment(-86401), -2);
	ck_assert_int_eq(cf_day_of_moment(86399), 0);
}
END_TEST

UNIT_MAIN("base_day", every_day_of_9999_years, known_days, no_dates, moments)
