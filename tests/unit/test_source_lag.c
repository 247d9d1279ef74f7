#include "unit.h"

#include "base/day.h"
#include "source/lag.h"

static struct cf_lag
lag(const char *id, int32_t step)
{
	struct cf_haul rows = { .kind = CF_HAUL_SERIES };
	struct cf_lag found;

	for (int i = 0; i < 20; i++) {
		struct cf_haul_point p = { cf_day_of(2000, 1, 1) + i * step, 0, 1 };

		ck_assert_int_eq(cf_haul_add_point(&rows, &p, NULL), 0);
	}
	found = cf_lag_find(id, &rows);
	cf_haul_free(&rows);
	return (found);
}

/* What was measured: files pulled on Sunday 2026-08-02 ended on the days given; a row has to count as available only later. */
START_TEST(no_later_than_measured)
{
	int32_t sunday = cf_day_of(2026, 8, 2);
	struct cf_lag l;

	l = lag("VIXCLS", 1);
	ck_assert_int_le(cf_lag_available(&l, cf_day_of(2026, 7, 30)), sunday);
	ck_assert_int_gt(cf_lag_available(&l, cf_day_of(2026, 7, 31)), sunday);
	l = lag("DGS10", 1);
	ck_assert_int_eq(cf_lag_available(&l, cf_day_of(2026, 7, 31)), cf_day_of(2026, 8, 3));
	l = lag("DTWEXBGS", 1);
	ck_assert_int_le(cf_lag_available(&l, cf_day_of(2026, 7, 24)), sunday);
	for (int d = 27; d <= 31; d++)
		ck_assert_int_eq(cf_lag_available(&l, cf_day_of(2026, 7, d)), cf_day_of(2026, 8, 3));
	/* A Monday that is a holiday: Tuesday. */
	ck_assert_int_eq(cf_lag_available(&l, cf_day_of(2024, 1, 12)), cf_day_of(2024, 1, 16));
	l = lag("T10Y2Y", 1);
	ck_assert_int_ge(cf_lag_available(&l, cf_day_of(2026, 7, 31)), sunday);
}
END_TEST

START_TEST(never_before_the_date)
{
	static const char *const ids[] = { "VIXCLS", "VIX", "UST10Y", "DGS10", "DTWEXBGS", "DEXCHUS", "FEDFUNDS", "CPIAUCSL", "ANY" };
	static const int32_t steps[] = { 1, 7, 30, 91, 365 };

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		for (size_t k = 0; k < 5; k++) {
			struct cf_lag l = lag(ids[i], steps[k]);

			for (int32_t d = cf_day_of(2023, 12, 1); d < cf_day_of(2025, 2, 1); d++)
				ck_assert_int_gt(cf_lag_available(&l, d), d);
			ck_assert_int_eq(l.is_guess, ids[i][0] == 'A');
			ck_assert_ptr_nonnull(cf_lag_text(&l));
		}
	}
}
END_TEST

/* A period that has not ended is never known. */
START_TEST(guesses_by_spacing)
{
	struct cf_lag month = lag("X", 30), quarter = lag("X", 91), year = lag("X", 365), week = lag("X", 7), day = lag("X", 1);

	ck_assert_int_ge(cf_lag_available(&month, cf_day_of(2024, 1, 1)), cf_day_of(2024, 3, 1));
	ck_assert_int_ge(cf_lag_available(&month, cf_day_of(2023, 12, 1)), cf_day_of(2024, 2, 1));
	ck_assert_int_ge(cf_lag_available(&quarter, cf_day_of(2023, 10, 1)), cf_day_of(2024, 2, 1));
	ck_assert_int_ge(cf_lag_available(&year, cf_day_of(2023, 1, 1)), cf_day_of(2024, 4, 1));
	ck_assert_int_ge(cf_lag_available(&week, cf_day_of(2024, 1, 1)), cf_day_of(2024, 1, 15));
	ck_assert_int_ge(cf_lag_available(&day, cf_day_of(2024, 1, 1)), cf_day_of(2024, 1, 8));
}
END_TEST

UNIT_MAIN("lag", no_later_than_measured, never_before_the_date, guesses_by_spacing)
