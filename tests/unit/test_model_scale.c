#include "test_model_data.h"

#include "model/scale.h"

#define ROWS 4000
#define N 4

/*
 * Returns y = s * e with ln s = c + sum of b[k] * ln v[k]; the ln v share a common factor, so that they are correlated as
 * volatilities are.
 */
struct sample {
	double *logs[CF_SCALE_INPUTS_MAX];
	double *y;
};

static struct sample
sample_make(const double *b, size_t n, size_t rows, uint64_t seed)
{
	struct cf_rng rng = cf_rng_stream(seed, CF_RNG_TEST, 0);
	struct sample t = { .y = must_array(rows, sizeof(double)) };

	for (size_t k = 0; k < n; k++)
		t.logs[k] = must_array(rows, sizeof(double));
	for (size_t i = 0; i < rows; i++) {
		double common = 0.4 * cf_rng_normal(&rng), log_s = -4;

		for (size_t k = 0; k < n; k++) {
			t.logs[k][i] = -4 + common + 0.3 * cf_rng_normal(&rng);
			log_s += b[k] * (t.logs[k][i] + 4);
		}
		t.y[i] = exp(log_s) * cf_rng_normal(&rng);
	}
	return (t);
}

static void
sample_free(struct sample *t)
{

	for (size_t k = 0; k < CF_SCALE_INPUTS_MAX; k++)
		free(t->logs[k]);
	free(t->y);
}

static struct cf_scale
must_fit_scale(const struct sample *t, size_t n, const double *weight, size_t rows)
{
	struct cf_scale s;

	ck_assert_int_eq(cf_scale_fit(&s, (const double *const *)t->logs, n, t->y, weight, rows, NULL), 0);
	ck_assert_int_eq(cf_scale_check(&s), 0);
	return (s);
}

START_TEST(recovers_slopes)
{
	static const double cases[][N] = { { 1, 0, 0, 0 }, { 0.5, 0.5, 0, 0 }, { 0.2, 0.3, 0.4, 0 }, { 0.9, -0.2, 0, 0.3 },
	    { 0, 0, 0, 0 } };

	for (size_t k = 0; k < COUNT(cases); k++) {
		struct sample t = sample_make(cases[k], N, 60000, k);
		struct cf_scale s = must_fit_scale(&t, N, NULL, 60000);
		struct cf_scale_cache cache = { 0 };
		const double *b = cf_scale_slopes(&s, &cache, 15);

		for (size_t j = 0; j < N; j++)
			ck_abs(b[j], cases[k][j], 0.05 * fabs(cases[k][j]) + 0.02);
		ck_near(s.rows, 60000, 0);
		sample_free(&t);
	}
}
END_TEST

/*
 * Coefficients for the regressors present are those of a fit that never saw the others, but for the second pass, which takes
 * the offset relative to the scale that all regressors tell.
 */
START_TEST(subsets_equal_fits_without)
{
	static const double b[N] = { 0.3, 0.3, 0.3, 0.1 };
	struct sample t = sample_make(b, N, ROWS, 7);
	struct cf_scale all = must_fit_scale(&t, N, NULL, ROWS);
	struct cf_scale_cache cache = { 0 };

	for (uint32_t mask = 0; mask < 1u << N; mask++) {
		struct sample part = { .y = t.y };
		double present[N], record[N];
		size_t m = 0;
		struct cf_scale_cache part_cache = { 0 };
		struct cf_scale s;

		for (size_t k = 0; k < N; k++)
			if (mask >> k & 1)
				part.logs[m++] = t.logs[k];
		s = must_fit_scale(&part, m, NULL, ROWS);
		for (size_t i = 0; i < 50; i++) {
			m = 0;
			for (size_t k = 0; k < N; k++) {
				record[k] = mask >> k & 1 ? t.logs[k][i] : (double)NAN;
				if (mask >> k & 1)
					present[m++] = t.logs[k][i];
			}
			ck_near(cf_scale_of(&all, &cache, record), cf_scale_of(&s, &part_cache, present), 0.02);
		}
	}
	sample_free(&t);
}
END_TEST

/* All missing, or infinite: the sample's own mean; finite but absurd: within the range. */
START_TEST(nothing_present)
{
	static const double b[N] = { 0.5, 0.2, 0.2, 0.1 };
	static const double absurd[] = { -1e300, -700, 700, 1e300 };
	struct sample t = sample_make(b, N, ROWS, 8);
	struct cf_scale s = must_fit_scale(&t, N, NULL, ROWS);
	struct cf_scale_cache cache = { 0 };
	double record[N] = { NAN, NAN, NAN, NAN };

	ck_near(cf_scale_of(&s, &cache, record), exp(s.mean_y), 1e-12);
	record[2] = INFINITY;
	record[3] = -INFINITY;
	ck_near(cf_scale_of(&s, &cache, record), exp(s.mean_y), 1e-12);
	for (size_t i = 0; i < COUNT(absurd); i++)
		for (size_t k = 0; k < N; k++) {
			double x;

			for (size_t j = 0; j < N; j++)
				record[j] = j == k ? absurd[i] : (double)NAN;
			x = cf_scale_of(&s, &cache, record);
			ck_assert(x >= s.low && x <= s.high);
		}
	sample_free(&t);
}
END_TEST

/* Training rows that lack a regressor: few are left out, with many the regressor is as if it was not there. */
START_TEST(missing_in_training)
{
	static const double b[2] = { 0.6, 0.3 };
	struct sample t = sample_make(b, 2, ROWS, 9), one = { .y = t.y };
	struct cf_scale_cache cache = { 0 }, one_cache = { 0 };
	struct cf_scale s, without;
	double record[2];

	one.logs[0] = t.logs[0];
	without = must_fit_scale(&one, 1, NULL, ROWS);
	for (size_t i = 0; i < ROWS; i++)
		if (i % 3 != 0)
			t.logs[1][i] = NAN;
	s = must_fit_scale(&t, 2, NULL, ROWS);
	ck_near(s.rows, ROWS, 0);
	ck_near(cf_scale_slopes(&s, &cache, 3)[1], 0, 0);
	for (size_t i = 0; i < 100; i++) {
		record[0] = t.logs[0][i];
		record[1] = t.logs[1][i];
		ck_near(cf_scale_of(&s, &cache, record), cf_scale_of(&without, &one_cache, record), 1e-9);
	}
	for (size_t i = 0; i < ROWS; i++)
		t.logs[1][i] = i % 3 == 0 ? (double)NAN : t.logs[0][i] + 0.1 * sin((double)i);
	s = must_fit_scale(&t, 2, NULL, ROWS);
	ck_near(s.rows, ROWS - (ROWS + 2) / 3, 0);

	/* No row has both: do without any. */
	for (size_t i = 0; i < ROWS; i++) {
		t.logs[0][i] = i % 2 == 0 ? -4.0 + 0.1 * sin((double)i) : (double)NAN;
		t.logs[1][i] = i % 2 != 0 ? -4.0 + 0.1 * sin((double)i) : (double)NAN;
	}
	s = must_fit_scale(&t, 2, NULL, ROWS);
	memset(&cache, 0, sizeof(cache));
	record[0] = record[1] = -9;
	ck_near(cf_scale_of(&s, &cache, record), exp(s.mean_y), 1e-12);
	sample_free(&t);
}
END_TEST

/* Copies share what one of them would have; a constant has no slope. */
START_TEST(copies_and_constants)
{
	static const double b[1] = { 0.8 };
	struct sample t = sample_make(b, 1, ROWS, 10), copies = { .y = t.y };
	struct cf_scale_cache cache = { 0 }, one_cache = { 0 };
	struct cf_scale one = must_fit_scale(&t, 1, NULL, ROWS), s;
	const double *slope;
	double record[5];

	for (size_t k = 0; k < 5; k++)
		copies.logs[k] = must_array(ROWS, sizeof(double));
	for (size_t i = 0; i < ROWS; i++) {
		copies.logs[0][i] = copies.logs[1][i] = copies.logs[2][i] = t.logs[0][i];
		copies.logs[3][i] = 2 * t.logs[0][i] + 3;
		copies.logs[4][i] = -5;
	}
	s = must_fit_scale(&copies, 5, NULL, ROWS);
	slope = cf_scale_slopes(&s, &cache, 31);
	ck_near(slope[4], 0, 0);
	for (size_t k = 0; k < 4; k++)
		ck_assert(fabs(slope[k]) < 10);
	for (size_t i = 0; i < 100; i++) {
		for (size_t k = 0; k < 5; k++)
			record[k] = copies.logs[k][i];
		ck_near(cf_scale_of(&s, &cache, record), cf_scale_of(&one, &one_cache, &t.logs[0][i]), 1e-4);
	}
	for (size_t k = 0; k < 5; k++)
		free(copies.logs[k]);
	sample_free(&t);
}
END_TEST

/* A row of weight 2 is two rows. */
START_TEST(weights_count)
{
	static const double b[2] = { 0.5, 0.4 };
	struct sample t = sample_make(b, 2, 2 * ROWS, 11);
	struct cf_scale_cache cache = { 0 }, twice_cache = { 0 };
	struct cf_scale weighted, twice;
	double weight[ROWS];

	for (size_t i = 0; i < ROWS; i++) {
		weight[i] = 2;
		t.y[ROWS + i] = t.y[i];
		t.logs[0][ROWS + i] = t.logs[0][i];
		t.logs[1][ROWS + i] = t.logs[1][i];
	}
	weighted = must_fit_scale(&t, 2, weight, ROWS);
	twice = must_fit_scale(&t, 2, NULL, 2 * ROWS);
	ck_near(weighted.rows, twice.rows, 0);
	ck_near(weighted.offset, twice.offset, 1e-12);
	for (size_t k = 0; k < 2; k++)
		ck_near(cf_scale_slopes(&weighted, &cache, 3)[k], cf_scale_slopes(&twice, &twice_cache, 3)[k], 1e-9);
	sample_free(&t);
}
END_TEST

/* More subsets than places in the cache, in any order: always the same answer. */
START_TEST(cache_is_exact)
{
	double b[8] = { 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 }, record[8];
	struct sample t = sample_make(b, 8, ROWS, 12);
	struct cf_scale s = must_fit_scale(&t, 8, NULL, ROWS);
	struct cf_scale_cache cache = { 0 };
	struct cf_rng rng = cf_rng_stream(1, CF_RNG_TEST, 0);

	for (size_t i = 0; i < 3000; i++) {
		const uint32_t mask = cf_rng_below(&rng, 256);
		struct cf_scale_cache fresh = { 0 };

		for (size_t k = 0; k < 8; k++)
			record[k] = mask >> k & 1 ? t.logs[k][i] : (double)NAN;
		ck_near(cf_scale_of(&s, &cache, record), cf_scale_of(&s, &fresh, record), 0);
	}
	sample_free(&t);
}
END_TEST

START_TEST(refuses)
{
	static const double b[1] = { 0.5 };
	struct sample t = sample_make(b, 1, 10, 13);
	const double *logs[CF_SCALE_INPUTS_MAX + 1];
	double zero[10] = { 0 };
	struct cf_err err = { 0 };
	struct cf_scale s;

	ck_assert_int_eq(cf_scale_fit(&s, (const double *const *)t.logs, 1, zero, NULL, 10, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
	for (size_t k = 0; k < COUNT(logs); k++)
		logs[k] = t.logs[0];
	ck_assert_int_eq(cf_scale_fit(&s, logs, COUNT(logs), t.y, NULL, 10, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
	sample_free(&t);
}
END_TEST

START_TEST(check_refuses)
{
	static const double b[2] = { 0.5, 0.4 };
	struct sample t = sample_make(b, 2, ROWS, 14);
	const struct cf_scale good = must_fit_scale(&t, 2, NULL, ROWS);
	struct cf_scale s;

#define BAD(FIELD, VALUE) do {			\
	s = good;				\
	s.FIELD = VALUE;			\
	ck_assert_int_eq(cf_scale_check(&s), -1);	\
} while (0)
	BAD(n, CF_SCALE_INPUTS_MAX + 1);
	BAD(mean_y, NAN);
	BAD(low, 0);
	BAD(low, NAN);
	BAD(high, INFINITY);
	BAD(high, 0);
	BAD(products[1], NAN);
	BAD(products[3], INFINITY);
	BAD(with_y[1], NAN);
	BAD(mean[0], INFINITY);
	sample_free(&t);
}
END_TEST

UNIT_MAIN("model_scale", recovers_slopes, subsets_equal_fits_without, nothing_present, missing_in_training,
    copies_and_constants, weights_count, cache_is_exact, refuses, check_refuses)
