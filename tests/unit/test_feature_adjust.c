#include <string.h>

#include "unit.h"

#include "feature/adjust.h"

static struct cf_bar
bar(double close, double dividend, double split, double adjusted, int events)
{
	struct cf_bar b = { .open = close, .high = close, .low = close, .close = close, .volume = 1000,
		.adjusted = adjusted, .dividend = dividend, .split = split, .file = "test.csv", .line = 3,
		.events = (unsigned char)events };

	return (b);
}

/* The change of the adjusted close from a first bar at 100 to a second. */
static double
change(enum cf_adjust_mode mode, struct cf_bar second, double *volume)
{
	struct cf_adjust a = { 0 };
	struct cf_adjusted x, y;
	struct cf_bar first = bar(100, 0, 1, 50, second.events);

	ck_assert_int_eq(cf_adjust_bar(&a, mode, &first, &x, NULL), 0);
	ck_assert_int_eq(cf_adjust_bar(&a, mode, &second, &y, NULL), 0);
	ck_near(y.close / y.price_factor, second.close, 1e-15);
	ck_near(y.volume / y.volume_factor, second.volume, 1e-15);
	*volume = y.volume / x.volume;
	return (y.close / x.close);
}

START_TEST(events)
{
	static const struct {
		enum cf_adjust_mode mode;
		double close, dividend, split;
		double price, volume;
	} cases[] = {
		{ CF_ADJUST_TOTAL, 50, 0, 2, 1, 0.5 },
		{ CF_ADJUST_SPLIT, 50, 0, 2, 1, 0.5 },
		{ CF_ADJUST_NONE, 50, 0, 2, 0.5, 1 },
		{ CF_ADJUST_TOTAL, 1000, 0, 0.1, 1, 10 },
		{ CF_ADJUST_TOTAL, 98, 2, 1, 1, 1 },
		{ CF_ADJUST_SPLIT, 98, 2, 1, 0.98, 1 },
		{ CF_ADJUST_NONE, 98, 2, 1, 0.98, 1 },
		/* Both on a day: the dividend is per new share. */
		{ CF_ADJUST_TOTAL, 49, 1, 2, 1, 0.5 },
		{ CF_ADJUST_TOTAL, 100, NAN, NAN, 1, 1 }
	};
	double price, volume;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		price = change(cases[i].mode, bar(cases[i].close, cases[i].dividend, cases[i].split, NAN,
		    CF_BAR_EVENTS), &volume);
		ck_near(price, cases[i].price, 1e-15);
		ck_near(volume, cases[i].volume, 1e-15);
	}
}
END_TEST

START_TEST(ratio_of_an_adjusted_close)
{
	double volume;

	/* 100 adjusted to 50, then 98 adjusted to 50: a dividend of 2. */
	ck_near(change(CF_ADJUST_TOTAL, bar(98, NAN, NAN, 50, CF_BAR_RATIO), &volume), 1, 1e-15);
	ck_near(change(CF_ADJUST_SPLIT, bar(98, NAN, NAN, 50, CF_BAR_RATIO), &volume), 0.98, 1e-15);
	/* A missing one holds the factor. */
	ck_near(change(CF_ADJUST_TOTAL, bar(98, NAN, NAN, NAN, CF_BAR_RATIO), &volume), 0.98, 1e-15);
	/* Splits come from their own column for volumes. */
	ck_near(change(CF_ADJUST_TOTAL, bar(50, NAN, 2, 50, CF_BAR_RATIO), &volume), 1, 1e-15);
	ck_near(volume, 0.5, 1e-15);
}
END_TEST

START_TEST(dividend_beyond_the_price)
{
	struct cf_adjust a = { 0 };
	struct cf_adjusted to;
	struct cf_bar first = bar(100, 0, 1, NAN, CF_BAR_EVENTS), second = bar(1, 100, 1, NAN, CF_BAR_EVENTS);
	struct cf_err err;

	ck_assert_int_eq(cf_adjust_bar(&a, CF_ADJUST_TOTAL, &first, &to, &err), 0);
	ck_assert_int_eq(cf_adjust_bar(&a, CF_ADJUST_TOTAL, &second, &to, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
	ck_assert_str_eq(err.text, "test.csv:3: column \"dividend_amount\": not below the close before: \"100\"");
	/* On the first day there is nothing to compare with. */
	memset(&a, 0, sizeof(a));
	ck_assert_int_eq(cf_adjust_bar(&a, CF_ADJUST_TOTAL, &second, &to, &err), 0);
}
END_TEST

START_TEST(scales)
{
	static const double prices[] = { 1e-300, 5e-324, 1e300, 0.1, 100 };
	struct cf_adjusted to;
	struct cf_bar b;

	for (size_t i = 0; i < sizeof(prices) / sizeof(prices[0]); i++) {
		struct cf_adjust a = { 0 };

		b = bar(prices[i], NAN, NAN, NAN, CF_BAR_PLAIN);
		ck_assert_int_eq(cf_adjust_bar(&a, CF_ADJUST_TOTAL, &b, &to, NULL), 0);
		ck_assert(to.close / to.price_factor == prices[i]);
		ck_assert(i == 1 || (to.close >= 1 && to.close < 2));
	}
}
END_TEST

START_TEST(first_price_may_be_missing_or_zero)
{
	struct cf_adjust a = { 0 };
	struct cf_adjusted to;
	struct cf_bar b = bar(NAN, NAN, NAN, NAN, CF_BAR_PLAIN);

	ck_assert_int_eq(cf_adjust_bar(&a, CF_ADJUST_TOTAL, &b, &to, NULL), 0);
	ck_assert(isnan(to.close) && to.price_factor == 1);
	b = bar(0, NAN, NAN, NAN, CF_BAR_PLAIN);
	b.volume = 0;
	ck_assert_int_eq(cf_adjust_bar(&a, CF_ADJUST_TOTAL, &b, &to, NULL), 0);
	ck_assert(to.close == 0);
	b = bar(1e300, NAN, NAN, NAN, CF_BAR_PLAIN);
	ck_assert_int_eq(cf_adjust_bar(&a, CF_ADJUST_TOTAL, &b, &to, NULL), 0);
	ck_assert(to.close < 2);
	/* Beyond what a double holds beside a tiny first price: missing. */
	memset(&a, 0, sizeof(a));
	b = bar(1e-300, NAN, NAN, NAN, CF_BAR_PLAIN);
	ck_assert_int_eq(cf_adjust_bar(&a, CF_ADJUST_TOTAL, &b, &to, NULL), 0);
	b = bar(1e300, NAN, NAN, NAN, CF_BAR_PLAIN);
	ck_assert_int_eq(cf_adjust_bar(&a, CF_ADJUST_TOTAL, &b, &to, NULL), 0);
	ck_assert(isnan(to.close));
}
END_TEST

UNIT_MAIN("feature_adjust", events, ratio_of_an_adjusted_close, dividend_beyond_the_price, scales,
    first_price_may_be_missing_or_zero)
