#include "unit.h"

#include "base/day.h"
#include "feature/recur.h"

#include "feature_files.h"

#define DAYS 400
#define LONG 800

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

/* Is there a movement of that cadence on that day? */
static int
is_due(int32_t day, const struct cf_holiday *h, int cadence)
{
	int year, month, mday, ahead = 1;
	int32_t end = day;

	cf_day_split(day, &year, &month, &mday);
	while (cf_day_split(end + 1, &year, &ahead, &mday), ahead == month)
		end++;
	cf_day_split(day, &year, &month, &mday);
	switch (cadence) {
	case 15:
		return (mday == 15 || day == end);
	case 22:
		while (!cf_holiday_is_business(h, end))
			end--;
		return (day == end);
	case 30:
		return (mday == 17);
	case 31:
		return (day == end);
	case 91:
		return (mday == 10 && month % 3 == 1);
	case 182:
		return (mday == 10 && month % 6 == 5);
	case 365:
		return (mday == 31 && month == 3);
	default:
		return (day % cadence == 3);
	}
}

START_TEST(finds_cadences)
{
	static const int cadences[] = { 7, 14, 15, 22, 28, 30, 31, 91, 182, 365 };
	const int32_t first = cf_day_of(2020, 1, 1), far = cf_day_of(2022, 6, 1);
	struct cf_holiday h;
	double x[LONG], strength, amount;
	int32_t t, due = 0;
	size_t i;

	ck_assert_int_eq(cf_holiday_load(&h, put_text("h.csv", "date\n2020-08-31\n2021-12-31\n"), NULL), 0);
	for (i = 0; i < sizeof(cadences) / sizeof(cadences[0]); i++) {
		for (t = 0; t < LONG; t++)
			x[t] = is_due(first + t, &h, cadences[i]) ? -50 : 0;
		ck_assert_msg(cf_recur_find(x, LONG, first, &h, &strength) == cadences[i], "%d", cadences[i]);
		ck_assert(strength > 0.9 && strength < 1 + 1e-9);
		/* What is due is foreseen, on its day and on no other. */
		for (t = first + LONG; t < far; t++) {
			amount = cf_recur_amount(x, LONG, first, t, &h, cadences[i]);
			if (cadences[i] == 22 && !cf_holiday_is_business(&h, t))
				ck_assert(isnan(amount));
			else
				ck_assert_msg(amount == (is_due(t, &h, cadences[i]) ? -50 : 0), "%d: day %d: %g", cadences[i],
				    (int)t, amount);
			due += amount < 0;
		}
	}
	ck_assert_int_gt(due, 30);
	cf_holiday_free(&h);
}
END_TEST

START_TEST(takes_the_last_six)
{
	const int32_t first = cf_day_of(2020, 1, 1);
	struct cf_holiday none = { 0 };
	double x[DAYS], strength;
	int year, month, mday;
	int32_t t;

	for (t = 0; t < DAYS; t++) {
		cf_day_split(first + t, &year, &month, &mday);
		x[t] = mday == 15 ? 2000 + month : 0;
	}
	ck_assert(cf_recur_find(x, DAYS, first, &none, &strength) == CF_RECUR_MONTH);
	/* The last six 15ths: September to January are months 9 .. 12 and 1, and August. */
	ck_assert(cf_recur_amount(x, DAYS, first, cf_day_of(2021, 2, 15), &none, CF_RECUR_MONTH) == 2009.5);
	ck_assert(cf_recur_amount(x, DAYS, first, cf_day_of(2021, 3, 15), &none, CF_RECUR_MONTH) == 2009.5);
	ck_assert(cf_recur_amount(x, DAYS, first, cf_day_of(2021, 2, 16), &none, CF_RECUR_MONTH) == 0);
	ck_assert(isnan(cf_recur_amount(x, DAYS, first, cf_day_of(2021, 2, 16), &none, 0)));
	/* A year before the last days there is nothing. */
	ck_assert(isnan(cf_recur_amount(x, DAYS, first, first + 300, &none, CF_RECUR_YEAR)));
}
END_TEST

START_TEST(finds_none_in_noise)
{
	struct cf_holiday none = { 0 };
	double x[DAYS], strength;
	size_t i, found = 0;
	uint32_t seed, u;

	for (seed = 1; seed <= 40; seed++) {
		for (u = seed, i = 0; i < DAYS; i++)
			x[i] = (u = u * 1664525u + 1013904223u) >> 16;
		found += cf_recur_find(x, DAYS, 18000, &none, &strength) > 0;
	}
	/* Ten looks at 2.3 % each, one-sided. */
	ck_assert_uint_le(found, 16);
	for (i = 0; i < DAYS; i++)
		x[i] = 5;
	ck_assert(cf_recur_find(x, DAYS, 18000, &none, &strength) == 0);
	ck_assert(strength == 0);
	ck_assert(cf_recur_find(x, 20, 18000, &none, &strength) == 0);
}
END_TEST

UNIT_MAIN("recur", medians, months_past, holidays_move_business_days, finds_cadences, takes_the_last_six, finds_none_in_noise)
