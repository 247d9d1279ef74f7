#include "unit.h"

#include <string.h>

#include "drift/blocks.h"
#include "drift/sequential.h"

/* An AR(1) series with normal innovations. */
static void
autoregress(double *x, size_t n, double rho, uint64_t index)
{
	struct cf_rng rng = cf_rng_stream(1, CF_RNG_TEST, index);
	double s = cf_rng_normal(&rng) / sqrt(1 - rho * rho);

	for (size_t i = 0; i < n; i++)
		x[i] = s = rho * s + cf_rng_normal(&rng);
}

/*
 * Of an AR(1) series the length is (3/2 n (2 rho / (1 - rho^2))^2)^(1/3), and n values are worth n (1 - rho) / (1 + rho).
 */
START_TEST(dependence_of_autoregression)
{
	const double rhos[] = { 0, 0.3, 0.5, 0.8 };
	enum { N = 4000 };
	static double x[N];

	for (size_t k = 0; k < 4; k++) {
		double rho = rhos[k], length = 0, worth = 0, want;

		for (size_t run = 0; run < 10; run++) {
			autoregress(x, N, rho, run);
			length += (double)cf_blocks_length(x, N) / 10;
			worth += cf_blocks_effective(x, N) / 10;
		}
		want = cbrt(1.5 * N * pow(2 * rho / (1 - rho * rho), 2));
		ck_assert(length > 0.7 * want && length < 1.4 * fmax(want, 2));
		want = N * (1 - rho) / (1 + rho);
		ck_assert(worth > 0.8 * want && worth < 1.2 * want);
	}
}
END_TEST

START_TEST(dependence_of_little)
{
	const double same[] = { 2, 2, 2, 2, 2, 2, 2, 2 }, none[] = { NAN, NAN, NAN };

	ck_assert_uint_eq(cf_blocks_length(same, 8), 1);
	ck_near(cf_blocks_effective(same, 8), 8, 1e-14);
	ck_assert_uint_eq(cf_blocks_length(none, 3), 1);
	ck_near(cf_blocks_effective(none, 3), 1, 1e-14);
	ck_assert_uint_eq(cf_blocks_length(same, 1), 1);
	ck_near(cf_blocks_shortfall(same, 8, 1), sqrt(8 / 7.0), 1e-14);
}
END_TEST

/* What lies far beyond all of an AR(1) series is called so, its own means never. */
START_TEST(far_beyond_all)
{
	enum { N = 500, DAYS = 60, RUNS = 200 };
	static double x[N + DAYS];

	for (size_t run = 0; run < RUNS; run++) {
		double mean = 0, p;

		autoregress(x, N + DAYS, 0.8, 100 + run);
		for (size_t i = N; i < N + DAYS; i++)
			mean += x[i] / DAYS;
		p = cf_blocks_far(x, N, cf_blocks_length(x, N), DAYS, mean);
		ck_assert(p == 1);
		ck_assert(cf_blocks_far(x, N, 30, DAYS, mean + 30) < 1e-4);
		ck_assert(cf_blocks_far(x, N, 30, DAYS, mean - 30) < 1e-4);
	}
}
END_TEST

START_TEST(far_of_little)
{
	const double same[] = { 2, 2, 2, 2, 2, 2, 2, 2 }, none[] = { NAN, NAN, NAN, NAN };

	ck_assert(cf_blocks_far(same, 8, 1, 2, 2) == 1);
	ck_assert(cf_blocks_far(same, 8, 1, 2, 2.5) == 0);
	ck_assert(cf_blocks_far(same, 8, 3, 2, 9) == 1);	/* Not three stretches. */
	ck_assert(cf_blocks_far(same, 8, 1, 8, 9) == 1);
	ck_assert(cf_blocks_far(none, 4, 1, 1, 9) == 1);
}
END_TEST

/* The draws of a bootstrap of means, and what they lack of the truth. */
START_TEST(shortfall_makes_up)
{
	enum { N = 600, B = 400, LENGTH = 15 };
	static double x[N];
	uint32_t starts[N / LENGTH];
	double truth = 0, drawn = 0, wide = 0;

	for (uint64_t run = 0; run < 40; run++) {
		struct cf_blocks b = { N, LENGTH, N, starts };
		struct cf_rng rng = cf_rng_stream(2, CF_RNG_TEST, run);
		double mean = 0, sum = 0;

		autoregress(x, N, 0.6, 100 + run);
		for (size_t i = 0; i < N; i++)
			mean += x[i] / N;
		for (size_t k = 0; k < B; k++) {
			double m = 0;

			cf_blocks_draw(&b, &rng);
			for (size_t i = 0; i < N; i++)
				m += x[cf_blocks_day(&b, i)] / N;
			sum += (m - mean) * (m - mean) / B;
		}
		drawn += sum / 40;
		wide += sum * pow(cf_blocks_shortfall(x, N, LENGTH), 2) / 40;
	}
	truth = 1 / (1 - 0.6) / (1 - 0.6) / N;
	ck_assert(drawn < 0.92 * truth);
	ck_assert(wide > 0.9 * truth && wide < 1.15 * truth);
}
END_TEST

/* Counts by prefix sums are those of the days one by one. */
START_TEST(counts_are_of_the_days)
{
	enum { N = 17, K = 3, DAYS = 40, LENGTH = 7 };
	uint32_t prefix[(N + 1) * K] = { 0 }, starts[DAYS / LENGTH + 1], sum[K], want[K];
	struct cf_blocks b = { N, LENGTH, DAYS, starts };
	struct cf_rng rng = cf_rng_stream(3, CF_RNG_TEST, 0);

	for (size_t i = 0; i < N * K; i++)
		prefix[K + i] = prefix[i] + cf_rng_below(&rng, 9);
	ck_assert_uint_eq(cf_blocks_pieces(DAYS, LENGTH), 6);
	for (int round = 0; round < 50; round++) {
		size_t from = cf_rng_below(&rng, DAYS), to = from + cf_rng_below(&rng, (uint32_t)(DAYS - from) + 1);

		cf_blocks_draw(&b, &rng);
		memset(sum, 0, sizeof(sum));
		memset(want, 0, sizeof(want));
		cf_blocks_count(&b, prefix, K, 0, DAYS, 1, sum);
		cf_blocks_count(&b, prefix, K, from, to, -1, sum);
		for (size_t i = 0; i < DAYS; i++) {
			size_t day = cf_blocks_day(&b, i);

			for (size_t k = 0; k < K && (i < from || i >= to); k++)
				want[k] += prefix[(day + 1) * K + k] - prefix[day * K + k];
		}
		for (size_t k = 0; k < K; k++)
			ck_assert_uint_eq(sum[k], want[k]);
	}
}
END_TEST

/* Sums -0.25 -0.5 0.25 1 1.75: 2.25 over the least, since the third. */
START_TEST(page_hinkley_by_hand)
{
	const double x[] = { 0, 0, 1, 1, 1 }, down[] = { -1, -1 };
	size_t start;

	ck_near(cf_sequential_page_hinkley(x, 5, 0.25, &start), 2.25, 1e-14);
	ck_assert_uint_eq(start, 2);
	ck_assert(cf_sequential_page_hinkley(down, 2, 0.25, &start) == 0);
	ck_assert_uint_eq(start, 2);
	ck_assert(cf_sequential_page_hinkley(x, 0, 0.25, NULL) == 0);
}
END_TEST

/*
 * 100 zeros, then ones: the bound at the n-th one, with n0 = 100, n1 = n, variance v = 100 n / (100 + n)^2, m harmonic:
 * sqrt(2 v / m L) + 2 L / (3 m) < 1, L = ln(2 ln(100 + n) / 0.002); first at n = 18.
 */
START_TEST(adwin_by_hand)
{
	double x[200];
	struct cf_sequential_cut cut;
	size_t n, first = 0;

	for (n = 1; n <= 100 && first == 0; n++) {
		double m = 1 / (1 / 100.0 + 1 / (double)n), l = log(2 * log(100 + (double)n) / 0.002);
		double v = 100 * (double)n / pow(100 + (double)n, 2);

		if (sqrt(2 / m * v * l) + 2 * l / (3 * m) < 1)
			first = n;
	}
	for (size_t i = 0; i < 200; i++)
		x[i] = i >= 100;
	ck_assert_uint_ge(first, 5);
	ck_assert_uint_eq(cf_sequential_adwin(x, 100 + first - 1, 1, 0.002, 1, &cut), 0);
	/* The first cut that is wide enough may lie before the best one. */
	ck_assert_uint_ge(cf_sequential_adwin(x, 100 + first, 1, 0.002, 1, &cut), 1);
	ck_assert_uint_le(cut.at, 100);
	ck_assert_uint_ge(cut.at, 80);
	ck_assert(cut.after > cut.before);
	/* Of values that are worth less, more are needed. */
	ck_assert_uint_eq(cf_sequential_adwin(x, 100 + first, 1, 0.002, 0.5, &cut), 0);
	ck_assert_uint_ge(cf_sequential_adwin(x, 200, 1, 0.002, 0.5, &cut), 1);
}
END_TEST

START_TEST(adwin_keeps_quiet)
{
	struct cf_sequential_cut cut;
	struct cf_rng rng = cf_rng_stream(4, CF_RNG_TEST, 0);
	double x[1000];

	for (size_t i = 0; i < 1000; i++)
		x[i] = cf_rng_uniform(&rng);
	ck_assert_uint_eq(cf_sequential_adwin(x, 1000, 1, 0.002, 1, &cut), 0);
	ck_assert_uint_eq(cf_sequential_adwin(x, 0, 1, 0.002, 1, &cut), 0);
}
END_TEST

UNIT_MAIN("drift_blocks", dependence_of_autoregression, dependence_of_little, far_beyond_all, far_of_little,
    shortfall_makes_up, counts_are_of_the_days, page_hinkley_by_hand, adwin_by_hand, adwin_keeps_quiet)
