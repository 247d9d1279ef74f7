#include "test_model_data.h"

/* A model of a kind whose z is the sample, with no trees and no inputs. */
static struct cf_model *
model_of(const char *kind, const double *z, size_t n, size_t cells)
{
	struct cf_model *m = must_array(1, sizeof(*m));

	m->kind = cf_kind_by_name(kind);
	ck_assert_int_eq(cf_grid_make(&m->grid, z, NULL, n, cells, NULL), 0);
	cf_calib_identity(&m->calib);
	m->scale.mean_y = log(0.02);
	return (m);
}

/* Its forecast for a record: of a holding, with scale 0.02. */
static struct cf_forecast
forecast_of(struct cf_forecaster *f)
{
	struct cf_forecast fc;

	cf_forecast_batch(f, NULL, 0);
	cf_forecast_scales(f)[0] = cf_forecast_scales(f)[1] = 0.02;
	cf_forecast_get(f, 0, &fc);
	return (fc);
}

#define N 3000

static double *
skewed(uint64_t seed)
{
	struct cf_rng rng = cf_rng_stream(seed, CF_RNG_TEST, 0);
	double *z = must_array(N, sizeof(*z));

	/* One in ten does not move at all. */
	for (size_t i = 0; i < N; i++)
		z[i] = i % 10 == 0 ? 0.0 : cf_rng_normal(&rng) - 0.1 * exp(cf_rng_normal(&rng));
	return (z);
}

/* Mean, quantiles, probabilities and tails against the sample itself. */
START_TEST(agrees_with_the_sample)
{
	static const char *const kinds[] = { "holding", "plain" };
	double *z = skewed(1);

	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct cf_model *m = model_of(kinds[k], z, N, 256);
		struct cf_forecaster *f = cf_forecast_new(m, 2, NULL);
		struct cf_forecast fc = forecast_of(f);
		double mean = 0, squares = 0, before = -INFINITY;

		if (k == 1)
			fc.scale = 1;
		for (size_t i = 0; i < N; i++)
			mean += cf_kind_value(m->kind, fc.scale, z[i]) / N;
		for (size_t i = 0; i < N; i++)
			squares += pow(cf_kind_value(m->kind, fc.scale, z[i]) - mean, 2) / N;
		ck_near(cf_forecast_mean(&fc), mean, 1e-5);
		ck_near(cf_forecast_variance(&fc, mean), squares, 0.01);
		for (int i = 1; i < 200; i++) {
			const double p = i / 200.0, q = cf_forecast_quantile(&fc, p);
			double tail = 0, below = 0;
			size_t n = 0;

			ck_assert(q >= before);
			before = q;
			for (size_t j = 0; j < N; j++) {
				const double x = cf_kind_value(m->kind, fc.scale, z[j]);

				below += x < q;
				if (x <= q) {
					tail += x;
					n++;
				}
			}
			/* P(target < quantile) is p, or less where the quantile is a jump. */
			ck_abs(cf_forecast_below(&fc, q), below / N, 0.004);
			ck_assert(cf_forecast_below(&fc, q) <= p + 1e-9);
			/* The jump's own part of the tail is cut at p. */
			tail -= ((double)n - p * N) * q;
			ck_abs(cf_forecast_tail_mean(&fc, p), tail / (p * N), 0.02);
			ck_assert(cf_forecast_tail_mean(&fc, p) <= q + 1e-9);
		}
		ck_near(cf_forecast_tail_mean(&fc, 1), k == 0 ? cf_forecast_mean(&fc) : mean, 1e-9);
		ck_near(cf_forecast_below(&fc, -1e9), 0, 0);
		ck_near(cf_forecast_below(&fc, 1e9), 1, 0);
		if (k == 0) {
			ck_near(cf_forecast_below(&fc, 0), 0, 0);
			ck_abs(cf_forecast_below(&fc, 100.0000001) - cf_forecast_below(&fc, 100), 0.1, 1e-3);
		}
		cf_forecast_free(f);
		cf_model_free(m);
	}
	free(z);
}
END_TEST

/* Weight mixes, the map bends. */
START_TEST(mixing)
{
	static const double z[] = { -1, 0, 1, 2 };
	static const struct {
		double weight;
		float prob[4];
		double cum[5];
		double mean;		/* With a forest's mean of 1.5. */
	} cases[] = {
		{ 0, { 0, 0, 0, 1 }, { 0, 0.25, 0.5, 0.75, 1 }, 0.5 },
		{ 1, { 0, 0, 0, 1 }, { 0, 0, 0, 0, 1 }, 1.5 },
		{ 0.5, { 0, 0, 0.5f, 0.5f }, { 0, 0.125, 0.25, 0.625, 1 }, 1 },
		{ 0.2, { 1, 0, 0, 0 }, { 0, 0.4, 0.6, 0.8, 1 }, 0.7 },
		/* No tree had the record out of its bag: the empirical law. */
		{ 1, { 0, 0, 0, 0 }, { 0, 0.25, 0.5, 0.75, 1 }, 0.5 },
	};
	struct cf_model *m = model_of("plain", z, 4, 4);
	struct cf_forecaster *f = cf_forecast_new(m, 2, NULL);
	struct cf_calib calib;
	struct cf_forecast fc;

	cf_calib_identity(&calib);
	calib.to[8] = 0.4;		/* Of 0.5. */
	for (size_t i = 0; i < COUNT(cases); i++) {
		cf_forecast_scales(f)[1] = 1;
		cf_forecast_means(f)[1] = 1.5;
		memcpy(cf_forecast_prob(f) + 4, cases[i].prob, sizeof(cases[i].prob));
		cf_forecast_mix(f, 1, cases[i].weight, NULL, &fc);
		for (size_t c = 0; c <= 4; c++)
			ck_abs(cf_forecast_law(&fc)[c], cases[i].cum[c], 1e-7);
		ck_abs(cf_forecast_mean(&fc), cases[i].mean, 1e-7);
		cf_forecast_mix(f, 1, cases[i].weight, &calib, &fc);
		for (size_t c = 0; c <= 4; c++)
			ck_abs(cf_forecast_law(&fc)[c], cases[i].cum[c] == 0.5 ? 0.4 : cases[i].cum[c] == 0.6 ?
			    0.4 + (0.65 - 0.4) * (0.1 / 0.15) : cases[i].cum[c] == 0.4 ?
			    0.35 + (0.4 - 0.35) * (0.05 / 0.15) : cases[i].cum[c] == 0.625 ?
			    0.4 + (0.65 - 0.4) * (0.125 / 0.15) : cases[i].cum[c], 1e-7);
	}
	cf_forecast_free(f);
	cf_forecast_free(NULL);
	cf_model_free(m);
}
END_TEST

/* A batch is its records one by one; a record's place in it does not matter. */
START_TEST(batches)
{
	const struct market spec = { .symbols = 3, .days = 200, .horizon = 5, .seed = 3 };
	struct cf_frame *frame = market_make(&spec);
	struct cf_data *d = must_data("holding", frame, NULL);
	struct cf_fit_params p = quick_params(5);
	struct cf_model *m = must_fit(d, &p);
	struct cf_forecaster *all = cf_forecast_new(m, d->n, NULL), *one = cf_forecast_new(m, 1, NULL);
	double *records = must_array(d->n * d->inputs.n, sizeof(*records));
	struct cf_forecast a, b;

	m->weight = 0.5;
	for (size_t i = 0; i < d->n; i++) {
		cf_data_record(d, i, records + i * d->inputs.n);
		if (i % 5 == 0)
			records[i * d->inputs.n + i % d->inputs.n] = NAN;
	}
	cf_forecast_batch(all, records, d->n);
	for (size_t i = 0; i < d->n; i++) {
		cf_forecast_batch(one, records + i * d->inputs.n, 1);
		cf_forecast_get(one, 0, &b);
		cf_forecast_get(all, i, &a);
		ck_near(a.scale, b.scale, 0);
		for (size_t c = 0; c <= m->grid.n; c++)
			ck_near(cf_forecast_law(&a)[c], cf_forecast_law(&b)[c], 0);
		/* It is a law. */
		ck_near(cf_forecast_law(&a)[0], 0, 0);
		ck_near(cf_forecast_law(&a)[m->grid.n], 1, 0);
		for (size_t c = 0; c < m->grid.n; c++)
			ck_assert(cf_forecast_law(&a)[c + 1] >= cf_forecast_law(&a)[c]);
		ck_assert(cf_forecast_mean(&a) > cf_forecast_quantile(&a, 0));
		ck_assert(cf_forecast_mean(&a) < cf_forecast_quantile(&a, 1));
	}
	free(records);
	cf_forecast_free(all);
	cf_forecast_free(one);
	cf_model_free(m);
	cf_data_free(d);
	cf_frame_free(frame);
}
END_TEST

UNIT_MAIN("model_forecast", agrees_with_the_sample, mixing, batches)
