#include "unit.h"

#include <string.h>

#include "base/day.h"
#include "feature/habit.h"

#define DAYS 500

static const struct cf_holiday none;

/* Weekly shape, drift and a little noise, with every ninth day missing. */
static void
fill(double *x, int32_t first, double unit)
{
	uint32_t u = 12345;
	int32_t t;

	for (t = 0; t < DAYS; t++) {
		u = u * 1664525u + 1013904223u;
		x[t] = unit * (100 + 10 * cf_day_weekday(first + t) + 0.1 * t + (double)(u >> 24) / 64);
		if (t % 9 == 4)
			x[t] = NAN;
	}
}

START_TEST(level_by_hand)
{
	double x[120], level;
	const int32_t first = cf_day_of(2018, 1, 1);	/* A Monday. */
	struct cf_habit h;
	size_t i;

	/* Week w has w on its Mondays, 0 else. */
	for (i = 0; i < 112; i++)
		x[i] = i % 7 == 0 ? (double)(i / 7) : 1;
	cf_habit_make(&h, x, first, 112, &none);
	/* Mondays 0 .. 15: median of 16 is 7.5, of the last 8 11.5, mean of the last 4 13.5. */
	level = (7.5 + 11.5 + 13.5) / 3;
	ck_near(cf_habit_level(&h, 1), level, 1e-12);
	ck_near(cf_habit_level(&h, 8), level, 1e-12);
	ck_near(cf_habit_level(&h, 2), 1, 1e-12);
	/* Mean distance of 16 Mondays from 7.5 is 4, from the one before 1; the other days do not differ. */
	ck_near(h.scale, (4.0 / 7.0 + 1.0 / 7.0 / sqrt(2.0)) / 2.0, 1e-12);
}
END_TEST

START_TEST(columns_by_hand)
{
	double x[DAYS], row[CF_HABIT_NCOLUMNS], level;
	const int32_t first = cf_day_of(2018, 1, 1);
	struct cf_habit h;
	size_t i;

	for (i = 0; i < DAYS; i++)
		x[i] = (double)(i % 7) + (i >= DAYS - 7 ? 5 : 0) + (i == DAYS - 364 + 2 ? 50 : 0);
	cf_habit_make(&h, x, first, DAYS, &none);
	cf_habit_row(&h, 3, row);
	level = cf_habit_level(&h, 3);
	/* 2 January 2018 + 502 - 1: 18 May 2019, a Saturday. */
	ck_assert(row[CF_HABIT_WEEKDAY] == 6 && row[CF_HABIT_MONTH_DAY] == 18 && row[CF_HABIT_MONTH] == 5);
	ck_assert(row[CF_HABIT_TO_MONTH_END] == 13 && row[CF_HABIT_BUSINESS_DAY] == 0);
	ck_assert(row[CF_HABIT_BUSINESS_LEFT] == 10 && row[CF_HABIT_DAYS_AHEAD] == 3);
	ck_near(row[CF_HABIT_SAME_1] * h.scale + level, 5 + 5, 1e-9);
	ck_near(row[CF_HABIT_SAME_2] * h.scale + level, 5, 1e-9);
	ck_near(row[CF_HABIT_MEAN_7] * h.scale + level, 3 + 5, 1e-9);
	ck_near(row[CF_HABIT_MEAN_28] * h.scale + level, 3 + 5.0 / 4, 1e-9);
	ck_near(row[CF_HABIT_MEAN_OF_8] * h.scale + level, 5 + 5.0 / 8, 1e-9);
	ck_near(row[CF_HABIT_MEDIAN_OF_8] * h.scale + level, 5, 1e-9);
	ck_near(row[CF_HABIT_RESIDUAL_7] * h.scale, 5, 1e-9);
	ck_near(row[CF_HABIT_TREND_28] * h.scale, 5.0 / 4, 1e-9);
	/* Day DAYS + 2 - 364 stands out by 50. */
	ck_near(row[CF_HABIT_YEAR_DAY] * h.scale + level, 5 + 50, 1e-9);
	ck_near(row[CF_HABIT_YEAR_WEEK] * h.scale + level, 3 + 50.0 / 7, 1e-9);
	ck_near(row[CF_HABIT_YEAR_SHAPE] * h.scale, 50 - 10, 1e-9);
	ck_near(row[CF_HABIT_YEAR_BUMP] * h.scale, 50.0 / 7 - 50.0 / 21, 1e-9);
}
END_TEST

START_TEST(units_do_not_matter)
{
	double x[DAYS], y[DAYS], a[CF_HABIT_NCOLUMNS], b[CF_HABIT_NCOLUMNS];
	struct cf_habit h, g;
	size_t i, ahead;

	fill(x, 17000, 1);
	fill(y, 17000, -1024);
	cf_habit_make(&h, x, 17000, DAYS, &none);
	cf_habit_make(&g, y, 17000, DAYS, &none);
	ck_near(h.scale * 1024, g.scale, 1e-12);
	for (ahead = 1; ahead <= 56; ahead++) {
		cf_habit_row(&h, ahead, a);
		cf_habit_row(&g, ahead, b);
		ck_near(cf_habit_level(&h, ahead) * -1024, cf_habit_level(&g, ahead), 1e-12);
		/* Signs turn, sizes stay; the calendar, ratios and spreads do not turn. */
		for (i = 0; i < CF_HABIT_NCOLUMNS; i++)
			ck_assert_msg(unit_is_abs(fabs(a[i]), fabs(b[i]), 1e-9) || (isnan(a[i]) && isnan(b[i])),
			    "%s: %g %g", cf_habit_name((enum cf_habit_column)i), a[i], b[i]);
	}
}
END_TEST

START_TEST(does_not_look_ahead)
{
	double x[DAYS], y[DAYS], a[CF_HABIT_NCOLUMNS], b[CF_HABIT_NCOLUMNS];
	struct cf_habit h, g;
	size_t end, ahead, i;

	fill(x, 17000, 1);
	for (end = 60; end < DAYS - 1; end += 37) {
		memcpy(y, x, sizeof(y));
		for (i = end; i < DAYS; i++)
			y[i] = 1e9 * (double)i;
		cf_habit_make(&h, x, 17000, end, &none);
		cf_habit_make(&g, y, 17000, end, &none);
		for (ahead = 1; ahead <= 364; ahead += 11) {
			cf_habit_row(&h, ahead, a);
			cf_habit_row(&g, ahead, b);
			ck_assert_int_eq(memcmp(a, b, sizeof(a)), 0);
		}
	}
}
END_TEST

START_TEST(still_accounts)
{
	double x[DAYS] = { 0 }, row[CF_HABIT_NCOLUMNS];
	struct cf_habit h;
	size_t i;

	cf_habit_make(&h, x, 17000, DAYS, &none);
	ck_assert(h.scale == 0 && cf_habit_level(&h, 1) == 0);
	cf_habit_row(&h, 1, row);
	ck_assert(isnan(row[CF_HABIT_MEAN_7]) && row[CF_HABIT_ZERO_SHARE] == 1);
	/* One movement in the last year gives a scale, one a month no level. */
	x[DAYS - 200] = 364;
	cf_habit_make(&h, x, 17000, DAYS, &none);
	ck_near(h.scale, sqrt(0.5), 1e-12);
	for (i = 0; i < DAYS; i += 30)
		x[i] = 100;
	cf_habit_make(&h, x, 17000, DAYS, &none);
	ck_assert(cf_habit_level(&h, 1) == 0 && cf_habit_level(&h, 5) == 0);
	/* Nothing known at all. */
	for (i = 0; i < DAYS; i++)
		x[i] = NAN;
	cf_habit_make(&h, x, 17000, DAYS, &none);
	ck_assert(h.scale == 0 && cf_habit_level(&h, 1) == 0);
	cf_habit_row(&h, 1, row);
}
END_TEST

START_TEST(theta_of_a_line)
{
	double x[DAYS], row[CF_HABIT_NCOLUMNS];
	struct cf_habit h;
	size_t i;

	/* Constant but for the day of the week: smoothing finds it all. */
	for (i = 0; i < DAYS; i++)
		x[i] = 10 + (double)(i % 7);
	x[DAYS - 3] += 1;
	cf_habit_make(&h, x, 17000, DAYS, &none);
	cf_habit_row(&h, 5, row);
	ck_assert(fabs(row[CF_HABIT_SMOOTH] * h.scale) < 0.05);
	/* A rise of 1 a day: half of it is the drift. */
	for (i = 0; i < DAYS; i++)
		x[i] = (double)i;
	cf_habit_make(&h, x, 17000, DAYS, &none);
	ck_near(h.drift, 0.5, 1e-3);
}
END_TEST

UNIT_MAIN("habit", level_by_hand, columns_by_hand, units_do_not_matter, does_not_look_ahead, still_accounts,
    theta_of_a_line)
