#include "test_model_data.h"

#include "model/baseline.h"

/*
 * One symbol with these daily returns: price[0] = 50, and on day `event` the price is divided by `factor` without anybody
 * losing money, as by a split or a dividend.  Outcomes are adjusted, as cf-features makes them.
 */
static struct cf_frame *
path_make(const double *r, size_t n, size_t horizon, size_t event, double factor)
{
	struct cf_frame *f = frame_make(n, "stock_price cash_flow", "symbol", 1, (double)horizon);
	double *price = frame_column(f, "stock_price"), *flow = frame_column(f, "cash_flow"), sum;

	for (size_t i = 0; i < n; i++) {
		price[i] = i == 0 ? 50 : price[i - 1] * exp(r[i]) / (i == event ? factor : 1);
		flow[i] = NAN;
		if (i + horizon >= n)
			continue;
		sum = 0;
		for (size_t k = 1; k <= horizon; k++)
			sum += r[i + k];
		flow[i] = 100 * exp(sum);
	}
	return (f);
}

static double *
noise(size_t n, double s, uint64_t seed)
{
	struct cf_rng rng = cf_rng_stream(seed, CF_RNG_TEST, 0);
	double *r = must_array(n, sizeof(*r));

	for (size_t i = 0; i < n; i++)
		r[i] = s * cf_rng_normal(&rng);
	return (r);
}

START_TEST(returns_across_events)
{
	static const struct {
		size_t horizon;
		size_t event;		/* 0: none. */
		double factor;
	} cases[] = {
		{ 5, 0, 1 }, { 1, 0, 1 }, { 5, 50, 2 }, { 5, 51, 0.1 }, { 1, 50, 7 }, { 20, 60, 1.5 }, { 5, 50, 1.004 },
		{ 5, 6, 2 }, { 5, 99, 2 }, { 1, 99, 2 },
	};
	double *r = noise(100, 0.02, 1);

	for (size_t k = 0; k < COUNT(cases); k++) {
		struct cf_frame *f = path_make(r, 100, cases[k].horizon, cases[k].event, cases[k].factor);
		struct cf_data *d = must_data("holding", f, NULL);
		double *got = cf_baseline_returns(d, NULL);

		ck_assert_ptr_nonnull(got);
		ck_near(got[0], NAN, 0);
		for (size_t i = 1; i < 100; i++)
			ck_abs(got[i], r[i], 1e-12);
		free(got);
		cf_data_free(d);
		cf_frame_free(f);
	}
	free(r);
}
END_TEST

/* A column log_return_1 is taken as it is; with neither, nothing is known. */
START_TEST(returns_of_columns)
{
	struct cf_frame *f = frame_make(30, "log_return_1 stock_price cash_flow", "symbol", 1, 5);
	struct cf_data *d;
	double *got;

	for (size_t i = 0; i < 30; i++) {
		frame_column(f, "log_return_1")[i] = i % 7 == 0 ? (double)NAN : 0.001 * (double)i;
		frame_column(f, "stock_price")[i] = 50;
		frame_column(f, "cash_flow")[i] = 100;
	}
	d = must_data("holding", f, NULL);
	got = cf_baseline_returns(d, NULL);
	ck_assert_ptr_nonnull(got);
	for (size_t i = 0; i < 30; i++)
		ck_near(got[i], i % 7 == 0 ? (double)NAN : 0.001 * (double)i, 0);
	free(got);
	cf_data_free(d);
	strcpy(f->names[0], "x");
	strcpy(f->names[1], "z");
	d = must_data("holding", f, NULL);
	got = cf_baseline_returns(d, NULL);
	ck_assert_ptr_nonnull(got);
	for (size_t i = 0; i < 30; i++)
		ck_near(got[i], NAN, 0);
	free(got);
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

/* A plain mean of squares over the first 20 returns, from then on 0.94 of the old and 0.06 of the new; h days of it. */
START_TEST(ewma_by_hand)
{
	double *r = noise(60, 0.02, 2), scale[60], v = 0;
	struct cf_frame *f = path_make(r, 60, 5, 0, 1);
	struct cf_data *d = must_data("holding", f, NULL);
	size_t n = 0;

	r[0] = r[7] = r[30] = NAN;
	ck_assert_int_eq(cf_baseline_ewma(d, r, scale, NULL), 0);
	ck_near(scale[0], NAN, 0);
	for (size_t i = 1; i < 60; i++) {
		if (!isnan(r[i])) {
			n++;
			v = n < 20 ? (v * (double)(n - 1) + r[i] * r[i]) / (double)n : 0.94 * v + 0.06 * r[i] * r[i];
		}
		ck_near(scale[i], sqrt(5 * v), 1e-12);
	}
	free(r);
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

#define SYMBOLS 6
#define DAYS 3000

/* GARCH(1,1) paths, each symbol with a mean variance of its own; returns in rows k * DAYS + t. */
static double *
garch_paths(double alpha, double beta, struct cf_frame **frame, size_t horizon)
{
	const struct market m = { .symbols = SYMBOLS, .days = DAYS, .horizon = horizon, .seed = 1 };
	double *r = must_array(SYMBOLS * DAYS, sizeof(*r));

	*frame = market_make(&m);
	for (size_t k = 0; k < SYMBOLS; k++) {
		struct cf_rng rng = cf_rng_stream(3, CF_RNG_TEST, k);
		double mean = 1e-4 * (double)(k + 1), v = mean;

		r[k * DAYS] = NAN;
		for (size_t t = 1; t < DAYS; t++) {
			double *x = &r[k * DAYS + t];

			*x = sqrt(v) * cf_rng_normal(&rng);
			v = (1 - alpha - beta) * mean + alpha * *x * *x + beta * v;
		}
	}
	return (r);
}

/* With h = 1, scale[t]^2 = omega + alpha r[t]^2 + beta scale[t - 1]^2: two differences of it tell alpha and beta. */
static void
parameters_of(const double *r, const double *scale, double *alpha, double *beta)
{
	double v[4], a[2][2], b[2], det;

	for (size_t i = 0; i < 4; i++)
		v[i] = scale[500 + i] * scale[500 + i];
	for (size_t i = 0; i < 2; i++) {
		a[i][0] = r[502 + i] * r[502 + i] - r[501 + i] * r[501 + i];
		a[i][1] = v[i + 1] - v[i];
		b[i] = v[i + 2] - v[i + 1];
	}
	det = a[0][0] * a[1][1] - a[0][1] * a[1][0];
	*alpha = (b[0] * a[1][1] - a[0][1] * b[1]) / det;
	*beta = (a[0][0] * b[1] - b[0] * a[1][0]) / det;
}

START_TEST(garch_recovers_parameters)
{
	static const double cases[][2] = { { 0.05, 0.9 }, { 0.1, 0.85 }, { 0.2, 0.5 } };

	for (size_t k = 0; k < COUNT(cases); k++) {
		struct cf_frame *f;
		double *r = garch_paths(cases[k][0], cases[k][1], &f, 1), alpha, beta;
		double *scale = must_array(f->rows, sizeof(*scale));
		struct cf_data *d = must_data("holding", f, NULL);

		ck_assert_int_eq(cf_baseline_garch(d, r, DAYS, scale, NULL), 0);
		parameters_of(r, scale, &alpha, &beta);
		ck_abs(alpha, cases[k][0], 0.03);
		ck_abs(beta, cases[k][1], 0.07);
		free(scale);
		free(r);
		cf_data_free(d);
		cf_frame_free(f);
	}
}
END_TEST

/* The variance of h days is the sum of the h forecasts of one day, each nearer to the mean than the one before. */
START_TEST(garch_over_days)
{
	struct cf_frame *one, *five;
	double *r = garch_paths(0.1, 0.85, &one, 1), *again = garch_paths(0.1, 0.85, &five, 5), alpha, beta, mean = 0;
	double *s1 = must_array(one->rows, sizeof(*s1)), *s5 = must_array(one->rows, sizeof(*s5));
	struct cf_data *d1 = must_data("holding", one, NULL), *d5 = must_data("holding", five, NULL);

	ck_assert_int_eq(cf_baseline_garch(d1, r, DAYS, s1, NULL), 0);
	ck_assert_int_eq(cf_baseline_garch(d5, r, DAYS, s5, NULL), 0);
	parameters_of(r, s1, &alpha, &beta);
	for (size_t t = 1; t < DAYS; t++)
		mean += r[t] * r[t] / (DAYS - 1);
	for (size_t t = 0; t < DAYS; t++) {
		double v = s1[t] * s1[t], sum = 0;

		for (int k = 0; k < 5; k++) {
			sum += v;
			v = mean + (alpha + beta) * (v - mean);
		}
		ck_near(s5[t], sqrt(sum), 1e-5);
	}
	free(again);
	free(r);
	free(s1);
	free(s5);
	cf_data_free(d1);
	cf_data_free(d5);
	cf_frame_free(one);
	cf_frame_free(five);
}
END_TEST

/* Another future behind date T: returns and scales up to T are the same to the last bit. */
START_TEST(no_look_ahead)
{
	const struct market m = { .symbols = 3, .days = 400, .horizon = 5, .seed = 5 };
	const size_t last = 250;
	double *r[2], *ewma[2], *garch[2];
	struct cf_frame *f[2];
	struct cf_data *d[2];

	for (size_t w = 0; w < 2; w++) {
		f[w] = market_make(&m);
		for (size_t i = 0; w == 1 && i < f[w]->rows; i++) {
			if (i % m.days > last)
				frame_column(f[w], "stock_price")[i] *= 3 + sin((double)i);
			if (i % m.days + m.horizon > last)
				frame_column(f[w], "cash_flow")[i] *= 2 + cos((double)i);
		}
		d[w] = must_data("holding", f[w], NULL);
		r[w] = cf_baseline_returns(d[w], NULL);
		ewma[w] = must_array(f[w]->rows, sizeof(double));
		garch[w] = must_array(f[w]->rows, sizeof(double));
		ck_assert_ptr_nonnull(r[w]);
		ck_assert_int_eq(cf_baseline_ewma(d[w], r[w], ewma[w], NULL), 0);
		ck_assert_int_eq(cf_baseline_garch(d[w], r[w], (uint32_t)last, garch[w], NULL), 0);
	}
	for (size_t i = 0; i < f[0]->rows; i++) {
		if (i % m.days > last)
			continue;
		ck_near(r[1][i], r[0][i], 0);
		ck_near(ewma[1][i], ewma[0][i], 0);
		ck_near(garch[1][i], garch[0][i], 0);
	}
	for (size_t w = 0; w < 2; w++) {
		free(r[w]);
		free(ewma[w]);
		free(garch[w]);
		cf_data_free(d[w]);
		cf_frame_free(f[w]);
	}
}
END_TEST

/* Too little to go by: no scale rather than a wrong one. */
START_TEST(short_paths)
{
	double *r = noise(10, 0.02, 4), scale[10];
	struct cf_frame *f = path_make(r, 10, 1, 0, 1);
	struct cf_data *d = must_data("holding", f, NULL);

	ck_assert_int_eq(cf_baseline_garch(d, r, 10, scale, NULL), 0);
	for (size_t i = 0; i < 10; i++)
		ck_near(scale[i], NAN, 0);
	for (size_t i = 0; i < 10; i++)
		r[i] = 0;
	ck_assert_int_eq(cf_baseline_ewma(d, r, scale, NULL), 0);
	for (size_t i = 0; i < 10; i++)
		ck_near(scale[i], NAN, 0);
	free(r);
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

UNIT_MAIN("model_baseline", returns_across_events, returns_of_columns, ewma_by_hand, garch_recovers_parameters,
    garch_over_days, no_look_ahead, short_paths)
