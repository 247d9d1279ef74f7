#include <string.h>

#include "unit.h"

#include "base/day.h"
#include "keep/retain.h"

#define MAX 3000

static struct cf_retain items[MAX];
static size_t n;

static void
add(const char *text)
{
	int has_clock;

	ck_assert_uint_lt(n, MAX);
	memset(&items[n], 0, sizeof(items[n]));
	ck_assert_int_eq(cf_day_parse_moment(text, strlen(text), &items[n].time_s, &has_clock), 0);
	n++;
}

/* The days that stay, as "MM-DD MM-DD ...", of the items and the rule. */
static const char *
kept(int64_t daily, int64_t weekly, int64_t monthly, const char *now)
{
	static char text[MAX * 12];
	const struct cf_retain_rule rule = { daily, weekly, monthly };
	char moment[CF_DAY_TEXT_MAX];
	int64_t now_s;
	int has_clock;

	ck_assert_int_eq(cf_day_parse_moment(now, strlen(now), &now_s, &has_clock), 0);
	cf_retain_choose(items, n, &rule, now_s);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (items[i].why == 0 && items[i].count == CF_RETAIN_COUNTS)
			continue;
		cf_day_print_moment(items[i].time_s, 1, moment);
		sprintf(text + strlen(text), "%s%.5s", text[0] != '\0' ? " " : "", moment + 5);
	}
	return (text);
}

/* One backup at 02:00 UTC of each day of the span. */
static void
every_night(int32_t from, int32_t to)
{
	char day[CF_DAY_TEXT_MAX + 16];

	for (; from <= to; from++) {
		cf_day_print(from, day);
		strcpy(day + 10, "T02:00:00Z");
		add(day);
	}
}

START_TEST(dates)
{
	static const struct {
		const char *what, *moments, *now, *kept;
		int daily, weekly, monthly;
	} cases[] = {
		{ "leap day", "2024-02-27T02:00:00Z 2024-02-28T02:00:00Z 2024-02-29T02:00:00Z 2024-03-01T02:00:00Z",
		    "2024-03-01T02:00:00Z", "02-28 02-29 03-01", 3, 0, 0 },
		{ "month of a leap year ends on the 29th", "2024-02-28T02:00:00Z 2024-02-29T02:00:00Z 2024-03-31T02:00:00Z",
		    "2024-03-31T03:00:00Z", "02-29 03-31", 0, 0, 12 },
		{ "month of a common year on the 28th", "2023-02-27T02:00:00Z 2023-02-28T02:00:00Z 2023-03-01T02:00:00Z",
		    "2023-03-01T03:00:00Z", "02-28 03-01", 0, 0, 12 },
		{ "1900 was no leap year", "1900-02-27T02:00:00Z 1900-02-28T02:00:00Z 1900-03-01T02:00:00Z",
		    "1900-03-01T03:00:00Z", "02-28 03-01", 0, 0, 2 },
		/* Europe and America put the clock forward or back on these days; UTC does not. */
		{ "night of a day with 23 hours", "2024-03-30T02:00:00Z 2024-03-31T01:59:59Z 2024-03-31T02:00:00Z "
		    "2024-04-01T02:00:00Z", "2024-04-01T02:00:00Z", "03-30 03-31 04-01", 3, 0, 0 },
		{ "night of a day with 25 hours", "2024-10-26T23:30:00Z 2024-10-27T00:30:00Z 2024-10-27T01:30:00Z "
		    "2024-10-28T00:30:00Z", "2024-10-28T01:00:00Z", "10-26 10-27 10-28", 3, 0, 0 },
		{ "America's autumn night", "2024-11-03T05:30:00Z 2024-11-03T06:30:00Z", "2024-11-03T07:00:00Z", "11-03", 7, 4,
		    12 },
		{ "the newest of a day", "2024-01-05T01:00:00Z 2024-01-05T02:00:00Z 2024-01-05T23:59:59Z",
		    "2024-01-06T00:00:00Z", "01-05", 7, 4, 12 },
		{ "missing days are not counted", "2024-01-01T02:00:00Z 2024-01-02T02:00:00Z 2024-01-20T02:00:00Z",
		    "2024-01-20T02:00:00Z", "01-02 01-20", 2, 0, 0 },
		{ "after a year without one", "2023-01-01T02:00:00Z 2024-01-01T02:00:00Z", "2024-01-01T02:00:00Z",
		    "01-01 01-01", 7, 4, 12 },
		{ "a week runs from Monday to Sunday", "2024-01-07T02:00:00Z 2024-01-08T02:00:00Z 2024-01-14T02:00:00Z "
		    "2024-01-15T02:00:00Z", "2024-01-15T02:00:00Z", "01-07 01-14 01-15", 0, 4, 0 },
		{ "a week over the turn of the year", "2024-12-29T02:00:00Z 2024-12-30T02:00:00Z 2025-01-05T02:00:00Z "
		    "2025-01-06T02:00:00Z", "2025-01-06T02:00:00Z", "12-29 01-05 01-06", 0, 4, 0 },
		{ "months of two years are not one", "2023-03-31T02:00:00Z 2024-03-31T02:00:00Z", "2024-03-31T02:00:00Z",
		    "03-31 03-31", 0, 0, 2 },
		{ "nothing kept but the newest", "2024-01-01T02:00:00Z 2024-01-02T02:00:00Z", "2024-01-02T02:00:00Z", "01-02",
		    0, 0, 0 },
		{ "one alone", "2020-01-01T02:00:00Z", "2024-01-02T02:00:00Z", "01-01", 7, 4, 12 },
		/* The clock was put back by three days after the backup of the 9th. */
		{ "clock going back", "2024-01-05T02:00:00Z 2024-01-06T02:00:00Z 2024-01-06T03:00:00Z 2024-01-09T02:00:00Z",
		    "2024-01-06T03:00:00Z", "01-05 01-06 01-09", 7, 0, 0 },
		{ "what is dated ahead takes nobody's place", "2024-01-05T02:00:00Z 2024-01-06T02:00:00Z 2044-01-01T00:00:00Z",
		    "2024-01-06T03:00:00Z", "01-05 01-06 01-01", 2, 0, 0 },
		{ "a day ahead is a clock's error and counts", "2024-01-05T02:00:00Z 2024-01-06T02:00:00Z 2024-01-07T01:00:00Z",
		    "2024-01-06T02:00:00Z", "01-06 01-07", 2, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char moments[400], *p;

		n = 0;
		strcpy(moments, cases[i].moments);
		for (p = strtok(moments, " "); p != NULL; p = strtok(NULL, " "))
			add(p);
		ck_assert_msg(strcmp(kept(cases[i].daily, cases[i].weekly, cases[i].monthly, cases[i].now),
		    cases[i].kept) == 0, "%s: %s", cases[i].what, kept(cases[i].daily, cases[i].weekly, cases[i].monthly,
		    cases[i].now));
	}
}
END_TEST

START_TEST(a_year_of_nights)
{
	n = 0;
	every_night(cf_day_of(2023, 3, 1), cf_day_of(2024, 3, 1));
	/* 7 days, the Sundays of the weeks before, the last days of the months before. */
	ck_assert_str_eq(kept(7, 4, 12, "2024-03-01T02:00:00Z"),
	    "04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31 01-31 02-11 02-18 02-24 02-25 02-26 02-27 02-28 02-29 "
	    "03-01");
}
END_TEST

/*
 * Pruned every night for years, what stays is what a rule over all backups ever made would keep: no order of prunings
 * loses a weekly or monthly place.
 */
START_TEST(night_after_night)
{
	const struct cf_retain_rule rule = { 7, 4, 12 };
	static struct cf_retain all[MAX];
	size_t i, j, m = 0;
	int32_t day, first = cf_day_of(2019, 12, 30);

	n = 0;
	for (day = first; day < first + 1200; day++) {
		/* No backups on some days, and none for three weeks once. */
		if (day % 11 == 0 || (day > first + 500 && day < first + 521))
			continue;
		memset(&all[m], 0, sizeof(all[m]));
		all[m].time_s = (int64_t)day * CF_DAY_S + 7200;
		items[n] = all[m];
		m++;
		n++;
		cf_retain_choose(items, n, &rule, (int64_t)day * CF_DAY_S + 7200);
		for (i = j = 0; i < n; i++) {
			if (items[i].why != 0)
				items[j++] = items[i];
		}
		n = j;
		cf_retain_choose(all, m, &rule, (int64_t)day * CF_DAY_S + 7200);
		for (i = j = 0; i < m; i++) {
			if (all[i].why == 0)
				continue;
			ck_assert_uint_lt(j, n);
			ck_assert_int_eq(items[j].time_s, all[i].time_s);
			j++;
		}
		ck_assert_uint_eq(j, n);
	}
	/* The newest day has all three places; two months have one in the weeks, too. */
	ck_assert_uint_ge(n, 19);
	ck_assert_uint_le(n, 23);
}
END_TEST

START_TEST(damaged_do_not_count)
{
	const struct cf_retain_rule rule = { 2, 0, 0 };

	n = 0;
	every_night(cf_day_of(2024, 1, 1), cf_day_of(2024, 1, 4));
	items[3].count = items[2].count = CF_RETAIN_DAMAGED;
	cf_retain_choose(items, n, &rule, items[3].time_s);
	ck_assert_uint_eq(items[3].why, 0);
	ck_assert_uint_eq(items[2].why, 0);
	ck_assert_uint_eq(items[1].why, CF_RETAIN_LAST | CF_RETAIN_DAILY);
	ck_assert_uint_eq(items[0].why, CF_RETAIN_DAILY);
}
END_TEST

START_TEST(sharing_a_period)
{
	const int64_t d = CF_DAY_S;
	int64_t wednesday = (int64_t)cf_day_of(2024, 1, 31) * d;

	ck_assert_int_eq(cf_retain_shares(wednesday, wednesday + 3600), 1);
	ck_assert_int_eq(cf_retain_shares(wednesday, wednesday + d), 1);	/* week */
	ck_assert_int_eq(cf_retain_shares(wednesday - 20 * d, wednesday), 1);	/* month */
	ck_assert_int_eq(cf_retain_shares(wednesday, wednesday + 20 * d), 0);
	ck_assert_int_eq(cf_retain_shares(wednesday, wednesday + 366 * d), 0);
}
END_TEST

UNIT_MAIN("keep_retain", dates, a_year_of_nights, night_after_night, damaged_do_not_count, sharing_a_period)
