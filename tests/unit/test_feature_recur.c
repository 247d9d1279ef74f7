#include "unit.h"

#include "base/day.h"
#include "feature/recur.h"

#include "feature_files.h"

#define DAYS 400

START_TEST(medians)
{
	double odd[] = { 3, 1, 2 }, even[] = { 4, 1, 3, 2 };

	ck_assert(cf_recur_median(odd, 3) == 2);
	ck_assert(cf_recur_median(even, 4) == 2.5);
	ck_assert(isnan(cf_recur_median(odd, 0)));
}
END_TEST

START_TEST(months_past)
{
	struct cf_holiday none = { 0 };
	struct cf_recur_months p;

	/* Friday the 31st of July 2020, seen from the 10th of June: June's is not yet known. */
	cf_recur_past(&p, cf_day_of(2020, 7, 31), cf_day_of(2020, 6, 10), &none);
	ck_assert_int_eq(p.same_day[0], cf_day_of(2020, 5, 31));
	ck_assert_int_eq(p.same_day[1], cf_day_of(2020, 4, 30));
	ck_assert_int_eq(p.same_day[3], cf_day_of(2020, 2, 29));
	ck_assert_int_eq(p.same_end[0], cf_day_of(2020, 5, 31));
	ck_assert_int_eq(p.same_end[1], cf_day_of(2020, 4, 30));
	/* It is the 23rd business day of its month; of the nine before only January 2020 and October 2019 had as many. */
	ck_assert_int_eq(p.same_business[0], cf_day_of(2020, 1, 31));
	ck_assert_int_eq(p.same_business[1], cf_day_of(2019, 10, 31));
	ck_assert_int_eq(p.same_business[2], CF_RECUR_NONE);
	/* The second of June is its second business day. */
	cf_recur_past(&p, cf_day_of(2020, 6, 2), cf_day_of(2020, 6, 1), &none);
	ck_assert_int_eq(p.same_business[0], cf_day_of(2020, 5, 4));
	ck_assert_int_eq(p.same_business[1], cf_day_of(2020, 4, 2));
	/* A Saturday is none. */
	cf_recur_past(&p, cf_day_of(2020, 6, 6), cf_day_of(2020, 6, 1), &none);
	ck_assert_int_eq(p.same_business[0], CF_RECUR_NONE);
}
END_TEST

START_TEST(holidays_move_business_days)
{
	struct cf_holiday h;
	struct cf_recur_months p;

	ck_assert_int_eq(cf_holiday_load(&h, put_text("h.csv", "date,name\n2020-05-01,Labour\n2020-01-01,New year\n"), NULL), 0);
	ck_assert(cf_holiday_is(&h, cf_day_of(2020, 1, 1)) && !cf_holiday_is(&h, cf_day_of(2020, 1, 2)));
	ck_assert(!cf_holiday_is_business(&h, cf_day_of(2020, 5, 1)));
	ck_assert(cf_holiday_is_business(&h, cf_day_of(2020, 5, 4)));
	ck_assert(!cf_holiday_is_business(&h, cf_day_of(2020, 5, 9)));
	cf_recur_past(&p, cf_day_of(2020, 6, 2), cf_day_of(2020, 6, 1), &h);
	ck_assert_int_eq(p.same_business[0], cf_day_of(2020, 5, 5));
	cf_holiday_free(&h);
}
END_TEST

/* Movements on every day of a kind; else 0. */
static void
fill(double *x, int32_t first, double cadence)
{
	int year, month, mday;
	int32_t t;

	for (t = 0; t < DAYS; t++) {
		cf_day_split(first + t, &year, &month, &mday);
		if (cadence < CF_RECUR_MONTH)
			x[t] = t % (int32_t)cadence == 3 ? -50 : 0;
		else
			x[t] = mday == 15 ? 2000 + month : 0;
	}
}

START_TEST(finds_cadences)
{
	static const double cadences[] = { 7, 14, 28, CF_RECUR_MONTH };
	const int32_t first = cf_day_of(2020, 1, 1);
	double x[DAYS], strength;
	size_t i;

	for (i = 0; i < 4; i++) {
		fill(x, first, cadences[i]);
		ck_assert(cf_recur_find(x, DAYS, first, &strength) == cadences[i]);
		ck_assert(strength > 0.99 && strength < 1 + 1e-9);
	}
	/* The last six 15ths: September to January are months 9 .. 12 and 1, and August. */
	ck_assert(cf_recur_amount(x, DAYS, first, cf_day_of(2021, 2, 15), CF_RECUR_MONTH) == 2009.5);
	ck_assert(cf_recur_amount(x, DAYS, first, cf_day_of(2021, 3, 15), CF_RECUR_MONTH) == 2009.5);
	ck_assert(cf_recur_amount(x, DAYS, first, cf_day_of(2021, 2, 16), CF_RECUR_MONTH) == 0);
	ck_assert(isnan(cf_recur_amount(x, DAYS, first, cf_day_of(2021, 2, 16), 0)));
}
END_TEST

START_TEST(finds_none_in_noise)
{
	double x[DAYS], strength;
	size_t i, found = 0;
	uint32_t seed, u;

	for (seed = 1; seed <= 20; seed++) {
		for (u = seed, i = 0; i < DAYS; i++)
			x[i] = (u = u * 1664525u + 1013904223u) >> 16;
		found += cf_recur_find(x, DAYS, 18000, &strength) > 0;
	}
	/* Four looks at 2.3 % each, one-sided. */
	ck_assert_uint_le(found, 5);
	for (i = 0; i < DAYS; i++)
		x[i] = 5;
	ck_assert(cf_recur_find(x, DAYS, 18000, &strength) == 0);
	ck_assert(strength == 0);
	ck_assert(cf_recur_find(x, 20, 18000, &strength) == 0);
}
END_TEST

UNIT_MAIN("recur", medians, months_past, holidays_move_business_days, finds_cadences, finds_none_in_noise)
