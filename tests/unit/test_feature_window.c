#include <string.h>

#include "unit.h"

#include "base/rng.h"
#include "feature/window.h"

#define VALUES 200
#define LONGEST 20

/* Values of all sizes, now and then enormous ones. */
static void
make(double *x)
{
	struct cf_rng rng = cf_rng_stream(7, CF_RNG_TEST, 0);

	for (size_t i = 0; i < VALUES; i++)
		x[i] = i % 37 == 30 ? 1e200 : 1 + cf_rng_uniform(&rng);
}

START_TEST(sum_forgets_what_has_left)
{
	double x[VALUES], data[LONGEST], want, got;

	make(x);
	for (size_t n = 1; n <= LONGEST; n++) {
		struct cf_window_sum w = { .n = n };

		for (size_t i = 0; i < VALUES; i++) {
			got = cf_window_sum(&w, data, x[i]);
			want = 0;
			for (size_t k = 0; k < n && i + 1 >= n; k++)
				want += x[i - k];
			ck_near(got, i + 1 >= n ? want : (double)NAN, 1e-14);
		}
	}
}
END_TEST

START_TEST(weighted_sum)
{
	double x[VALUES], data[2 * LONGEST], want, got;

	make(x);
	for (size_t n = 1; n <= LONGEST; n++) {
		struct cf_window_weighted w = { .n = n };

		for (size_t i = 0; i < VALUES; i++) {
			got = cf_window_weighted(&w, data, x[i]);
			want = 0;
			for (size_t k = 0; k < n && i + 1 >= n; k++)
				want += (double)(n - k) * x[i - k];
			ck_near(got, i + 1 >= n ? want : (double)NAN, 1e-14);
		}
	}
}
END_TEST

START_TEST(deviation_beside_a_high_level)
{
	double data[2 * LONGEST], mean, squares, x[VALUES];
	long double m, q;

	if (!unit_has_long_double())
		return;
	for (size_t i = 0; i < VALUES; i++)
		x[i] = 1e9 + (double)(i * i % 7) * 1e-3;
	for (size_t n = 2; n <= LONGEST; n++) {
		struct cf_window_dev w = { .n = n, .over_n = 1 / (double)n };

		for (size_t i = 0; i < VALUES; i++) {
			ck_assert_int_eq(cf_window_dev(&w, data, x[i], &mean, &squares), i + 1 >= n);
			if (i + 1 < n)
				continue;
			m = q = 0;
			for (size_t k = 0; k < n; k++)
				m += x[i - k] / (long double)n;
			for (size_t k = 0; k < n; k++)
				q += (x[i - k] - m) * (x[i - k] - m);
			ck_near(mean, (double)m, 1e-15);
			ck_abs(squares, (double)q, 1e-9 * (double)q);
		}
	}
}
END_TEST

START_TEST(equal_values_deviate_by_nothing)
{
	struct cf_window_dev w = { .n = 7, .over_n = 1 / 7.0 };
	double data[14], mean = 0, squares = 1;

	for (int i = 0; i < 100; i++)
		cf_window_dev(&w, data, 0.1, &mean, &squares);
	ck_assert(squares == 0);
	ck_assert(mean == 0.1);
}
END_TEST

START_TEST(holes_take_a_place)
{
	struct cf_window_dev w = { .n = 4, .over_n = 0.25 };
	double data[8], sum = 1, squares = 1;

	/* A block of nothing but holes, then values. */
	for (int i = 0; i < 8; i++)
		cf_window_dev_sums(&w, data, (double)NAN, &sum, &squares);
	ck_assert(sum == 0 && squares == 0);
	cf_window_dev_sums(&w, data, 3, &sum, &squares);
	cf_window_dev_sums(&w, data, (double)NAN, &sum, &squares);
	cf_window_dev_sums(&w, data, 5, &sum, &squares);
	/* Two values: deviations of 1 from their mean 4. */
	ck_near(squares - sum * sum / 2, 2, 1e-12);
	ck_near(w.anchor + sum / 2, 4, 1e-12);
}
END_TEST

START_TEST(greatest_and_its_age)
{
	static const double x[] = { 3, 1, 2, 2, 0, 5, 5, 4, 4, 4, 1 };
	static const double want[] = { 0, 0, 3, 2, 2, 5, 5, 5, 5, 4, 4 };
	static const double ages[] = { 0, 0, 2, 0, 1, 0, 0, 1, 2, 0, 1 };
	struct cf_window_top w = { .n = 3 };
	double data[6], age, got;

	for (size_t i = 0; i < sizeof(x) / sizeof(x[0]); i++) {
		got = cf_window_top(&w, data, x[i], &age);
		if (i < 2) {
			ck_assert(isnan(got));
			continue;
		}
		ck_assert(got == want[i]);
		ck_assert(age == ages[i]);
	}
}
END_TEST

START_TEST(lag_returns_the_value_n_before)
{
	struct cf_window_lag w = { .n = 3 };
	double data[3], got;

	for (int i = 0; i < 20; i++) {
		got = cf_window_lag(&w, data, i);
		ck_assert(i < 3 ? isnan(got) : got == i - 3);
	}
}
END_TEST

START_TEST(average_forgets_by_its_constant)
{
	struct cf_window_ema e;
	double got = 0;

	cf_window_ema_init(&e, 3, 0.5);
	ck_assert(isnan(cf_window_ema(&e, 1)));
	ck_assert(isnan(cf_window_ema(&e, 2)));
	ck_assert(cf_window_ema(&e, 6) == 3);
	ck_assert(cf_window_ema(&e, 7) == 5);

	/* Equal values give themselves, for all usual constants. */
	for (int n = 3; n < 300; n++) {
		cf_window_ema_init(&e, n, (n - 1.0) / (n + 1));
		for (int i = 0; i < 700; i++)
			got = cf_window_ema(&e, 100.1);
		ck_assert(got == 100.1);
		cf_window_wilder_init(&e, n);
		for (int i = 0; i < 700; i++)
			got = cf_window_ema(&e, 0.3);
		ck_assert(got == 0.3);
	}
}
END_TEST

START_TEST(total_keeps_its_low_digits)
{
	struct cf_window_total t = { 0, 0 };
	double got = 0;

	cf_window_total(&t, 1e16);
	for (int i = 0; i < 1000; i++)
		got = cf_window_total(&t, 0.5);
	ck_assert(got == 1e16 + 500);
	got = cf_window_total(&t, -1e16);
	ck_assert(got == 500);
	ck_assert(isnan(cf_window_total(&t, INFINITY)));
	ck_assert(cf_window_total(&t, 1) == 501);
}
END_TEST

UNIT_MAIN("feature_window", sum_forgets_what_has_left, weighted_sum, deviation_beside_a_high_level,
    equal_values_deviate_by_nothing, holes_take_a_place, greatest_and_its_age, lag_returns_the_value_n_before,
    average_forgets_by_its_constant, total_keeps_its_low_digits)
