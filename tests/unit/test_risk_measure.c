#include "test_model_data.h"

#include "risk/measure.h"

/* The forecast of a holding with these cash flows, all as likely. */
static struct cf_model *
model_of(const char *kind, const double *flows, size_t n)
{
	struct cf_model *m = must_array(1, sizeof(*m));
	double *z = must_array(n, sizeof(*z));

	m->kind = cf_kind_by_name(kind);
	for (size_t i = 0; i < n; i++)
		z[i] = cf_kind_log(m->kind, flows[i]);
	ck_assert_int_eq(cf_grid_make(&m->grid, z, NULL, n, 4096, NULL), 0);
	cf_calib_identity(&m->calib);
	free(z);
	return (m);
}

static struct cf_measure
measure_of(const struct cf_model *m, const struct cf_measure_params *p)
{
	struct cf_forecaster *f = cf_forecast_new(m, 1, NULL);
	struct cf_forecast fc;
	struct cf_measure out;

	cf_forecast_scales(f)[0] = 1;
	cf_forecast_get(f, 0, &fc);
	cf_measure_of(&fc, p, &out);
	cf_forecast_free(f);
	return (out);
}

/* 91, 92 .. 110, each as likely. */
START_TEST(by_hand)
{
	double flows[20];
	struct cf_measure_params p;
	struct cf_measure got;
	struct cf_model *m;

	for (size_t i = 0; i < 20; i++)
		flows[i] = 91 + (double)i;
	m = model_of("holding", flows, 20);
	cf_measure_defaults(&p);
	ck_near(p.level, 0.9, 0);
	ck_near(p.var_level, 0.95, 0);
	ck_near(p.var_limit, 5, 0);
	ck_assert_str_eq(p.sizing->name, "proportional");
	p.level = 0.82;
	p.var_level = 0.86;
	got = measure_of(m, &p);
	ck_near(got.prediction, 100.5, 1e-9);
	ck_near(got.low, 92, 1e-9);
	ck_near(got.high, 109, 1e-9);
	ck_near(got.p_loss, 9.0 / 20, 1e-9);		/* 100 itself is no loss. */
	ck_near(got.value_at_risk, 7, 1e-9);
	ck_near(got.expected_shortfall, (0.05 * 9 + 0.05 * 8 + 0.04 * 7) / 0.14, 1e-9);
	ck_assert_int_eq(got.risk_flag, 1);
	ck_near(got.position_size, 1.005, 1e-9);
	p.var_limit = 7.5;
	p.sizing = cf_sizing_by_name("var");
	got = measure_of(m, &p);
	ck_assert_int_eq(got.risk_flag, 0);
	ck_near(got.position_size, 7.5 / 7, 1e-9);
	p.sizing = cf_sizing_by_name("kelly");
	got = measure_of(m, &p);
	ck_near(got.position_size, 0.5 * 0.005 / (33.25 / 1e4), 1e-6);
	cf_model_free(m);
}
END_TEST

/* Whatever the law: the numbers agree with one another. */
START_TEST(agree)
{
	static const double levels[] = { 0.01, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999 };
	double flows[400];

	for (uint64_t seed = 0; seed < 30; seed++) {
		struct cf_rng rng = cf_rng_stream(seed, CF_RNG_TEST, 0);
		const size_t n = 1 + cf_rng_below(&rng, 400);
		struct cf_measure_params p;
		struct cf_model *m;
		double before = -INFINITY;

		for (size_t i = 0; i < n; i++)
			flows[i] = seed % 3 == 0 ? 99 + cf_rng_below(&rng, 3) : 100 * exp(0.2 * cf_rng_normal(&rng));
		m = model_of("holding", flows, n);
		cf_measure_defaults(&p);
		for (size_t k = 0; k < COUNT(levels); k++) {
			struct cf_measure got, median;

			p.level = 0;
			median = measure_of(m, &p);
			p.level = levels[k];
			p.var_level = 0.5 + levels[k] / 2.001;
			got = measure_of(m, &p);
			ck_assert(got.low <= median.low && median.low == median.high && median.high <= got.high);
			ck_assert(got.expected_shortfall >= got.value_at_risk);
			ck_assert(got.value_at_risk >= before);
			before = got.value_at_risk;
			ck_assert(got.p_loss >= 0 && got.p_loss <= 1);
			/* A loss is at risk only where one is as likely as that. */
			if (got.value_at_risk > 1e-9)
				ck_assert(got.p_loss >= 1 - p.var_level - 1e-9);
			ck_assert_int_eq(got.risk_flag, got.value_at_risk > 5);
			ck_assert(got.prediction >= median.prediction && got.prediction <= 100 * exp(2));
		}
		cf_model_free(m);
	}
}
END_TEST

START_TEST(plain_has_no_risk)
{
	static const double values[] = { -3, 0, 5 };
	struct cf_model *m = model_of("plain", values, 3);
	struct cf_measure_params p;
	struct cf_measure got;

	cf_measure_defaults(&p);
	got = measure_of(m, &p);
	ck_near(got.prediction, 2.0 / 3, 1e-12);
	ck_near(got.low, -3, 0);
	ck_near(got.high, 5, 0);
	ck_near(got.p_loss, 0, 0);
	ck_near(got.value_at_risk, 0, 0);
	ck_near(got.expected_shortfall, 0, 0);
	ck_near(got.position_size, 0, 0);
	cf_model_free(m);
}
END_TEST

UNIT_MAIN("risk_measure", by_hand, agree, plain_has_no_risk)
