#include "test_model_data.h"

#include "risk/outcome.h"

/* Hand values: ten outcomes 91 .. 100, of which each holds a tenth. */
START_TEST(quantiles)
{
	const double x[10] = { 91, 92, 93, 94, 95, 96, 97, 98, 99, 100 };
	const struct {
		double p, want;
	} rows[] = {
		{ 0, 91 }, { 0.05, 91 }, { 0.1, 91.5 }, { 0.15, 92 }, { 0.5, 95.5 }, { 0.94, 99.9 }, { 0.95, 100 }, { 1, 100 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_abs(cf_outcome_quantile(x, 10, rows[i].p), rows[i].want, 1e-12);
	ck_near(cf_outcome_quantile(x, 1, 0.5), 91, 0);
}
END_TEST

START_TEST(measures)
{
	const double x[10] = { 91, 92, 93, 94, 95, 96, 97, 98, 99, 100 };
	struct cf_measure_params p;
	struct cf_measure m;

	cf_measure_defaults(&p);
	p.level = 0.8;
	p.var_level = 0.75;
	p.var_limit = 7;
	cf_outcome_measure(x, 10, 95.5, &p, &m);
	ck_near(m.prediction, 95.5, 0);
	ck_abs(m.low, 91.5, 1e-9);
	ck_abs(m.high, 99.5, 1e-9);
	ck_abs(m.p_loss, 0.9, 1e-12);		/* 100 itself is no loss. */
	ck_abs(m.value_at_risk, 7, 1e-9);
	/* The worst quarter: 91, 92, and half of 93. */
	ck_abs(m.expected_shortfall, 100 - (91 + 92 + 93 * 0.5) / 2.5, 1e-9);
	ck_assert_int_eq(m.risk_flag, m.value_at_risk > 7);
	ck_abs(m.position_size, 0.955, 1e-12);
	p.var_limit = 6.9;
	cf_outcome_measure(x, 10, 95.5, &p, &m);
	ck_assert_int_eq(m.risk_flag, 1);
}
END_TEST

/* Whatever the outcomes, the numbers agree with one another. */
START_TEST(agree)
{
	struct cf_rng rng = cf_rng_stream(3, CF_RNG_TEST, 0);
	struct cf_measure_params p;
	struct cf_measure m;
	double x[200], at = 0;

	for (int round = 0; round < 300; round++) {
		const size_t n = 100 + (size_t)round % 100;
		double below = 0, mean = 0;

		at = 80 + 20 * cf_rng_uniform(&rng);
		for (size_t i = 0; i < n; i++) {
			x[i] = at;
			mean += at / (double)n;
			below += at < 100;
			/* Ties, and jumps. */
			at += round % 3 == 0 ? floor(2 * cf_rng_uniform(&rng)) : -log(cf_rng_uniform(&rng)) * 0.2;
		}
		cf_measure_defaults(&p);
		p.level = 0.01 + 0.98 * cf_rng_uniform(&rng);
		p.var_level = 0.5 + 0.49 * cf_rng_uniform(&rng);
		cf_outcome_measure(x, n, mean, &p, &m);
		ck_assert(m.low <= cf_outcome_quantile(x, n, 0.5) && cf_outcome_quantile(x, n, 0.5) <= m.high);
		ck_assert(m.expected_shortfall >= m.value_at_risk);
		ck_assert(m.expected_shortfall <= 100 - x[0] + 1e-9);
		ck_abs(m.p_loss, below / (double)n, 1e-12);
		ck_assert_int_eq(m.risk_flag, m.value_at_risk > 5);
		for (double q = 0.01; q < 0.99; q += 0.01)
			ck_assert(cf_outcome_quantile(x, n, q) <= cf_outcome_quantile(x, n, q + 0.01));
	}
}
END_TEST

UNIT_MAIN("risk_outcome", quantiles, measures, agree)
