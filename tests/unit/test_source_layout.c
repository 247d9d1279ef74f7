#include <string.h>

#include "unit.h"

#include "base/day.h"
#include "source/layout.h"

START_TEST(times)
{
	static const struct {
		const char *text;
		int rc, has_clock;
		int64_t s;		/* From 2024-01-09 on. */
	} cases[] = {
		{ "2024-01-09", 0, 0, 0 }, { "01/09/2024", 0, 0, 0 }, { "20240109", 0, 0, 0 }, { "2024-01-09 15:55:00", 0, 1, 57300 },
		{ "2024-01-09 15:55", 0, 1, 57300 }, { "2024-01-09T15:55:01Z", 0, 2, 57301 }, { "20240109 00:00", 0, 1, 0 },
		{ "2024-02-30", -1, 0, 0 }, { "13/09/2024", -1, 0, 0 }, { "2024-1-9", -1, 0, 0 }, { "", -1, 0, 0 }, { "2024-01-09 ", -1, 0, 0 },
		{ "2024-01-09 24:00", -1, 0, 0 }, { "2024-01-09x15:00", -1, 0, 0 }, { "2024-01-09T15:00:00+01", -1, 0, 0 }, { "202401091", -1, 0, 0 },
		{ "09.01.2024", -1, 0, 0 }, { "nan", -1, 0, 0 }
	};
	int64_t s;
	int has_clock;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_msg(cf_layout_time(cases[i].text, strlen(cases[i].text), &s, &has_clock) == cases[i].rc, "%s", cases[i].text);
		if (cases[i].rc == 0) {
			ck_assert_int_eq(has_clock, cases[i].has_clock);
			ck_assert_int_eq(s, (int64_t)cf_day_of(2024, 1, 9) * CF_DAY_S + cases[i].s);
		}
	}
}
END_TEST

START_TEST(numbers)
{
	static const struct {
		const char *text;
		int rc;
		double x;
	} cases[] = {
		{ "1.5", 0, 1.5 }, { "", 0, NAN }, { ".", 0, NAN }, { "-", 0, NAN }, { "null", 0, NAN }, { "N/A", 0, NAN }, { "NaN", 0, NAN },
		{ "$1,234.50", 0, 1234.5 }, { "1,234,567", 0, 1234567 }, { "-1,000", 0, -1000 }, { "$5", 0, 5 }, { "0", 0, 0 },
		{ "1,23", -1, 0 }, { ",123", -1, 0 }, { "1,2345", -1, 0 }, { "1.5,000", -1, 0 }, { "12,34,567", -1, 0 }, { "1,", -1, 0 },
		{ "abc", -1, 0 }, { "$", -1, 0 }, { "inf", -1, 0 }, { "0x10", -1, 0 }, { "1e999", -1, 0 }, { "5%", -1, 0 }, { "1,abc", -1, 0 }
	};
	double x;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_msg(cf_layout_number(cases[i].text, strlen(cases[i].text), &x) == cases[i].rc, "%s", cases[i].text);
		if (cases[i].rc == 0)
			ck_near(x, cases[i].x, 0);
	}
}
END_TEST

UNIT_MAIN("layout", times, numbers)
