#include "test_model_data.h"

#include "model/calib.h"

static double
map_one(const struct cf_calib *c, double p)
{
	double x = p;

	cf_calib_map(c, &x, 1);
	return (x);
}

START_TEST(identity)
{
	struct cf_calib c;

	cf_calib_identity(&c);
	ck_assert_int_eq(cf_calib_check(&c), 0);
	for (int i = 0; i <= 1000; i++)
		ck_abs(map_one(&c, i / 1000.0), i / 1000.0, 1e-15);
	cf_calib_fit(&c, NULL, NULL, 0);
	for (size_t i = 0; i < CF_CALIB_KNOTS; i++)
		ck_near(c.to[i], cf_calib_knot(i), 1e-15);
}
END_TEST

/* Monotone from 0 to 1, whatever it is fitted to; the same for one array as for each alone. */
START_TEST(monotone)
{
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct cf_rng rng = cf_rng_stream(seed, CF_RNG_TEST, 0);
		const size_t n = 1 + cf_rng_below(&rng, 300);
		const double power = exp(2 * cf_rng_normal(&rng));
		double pit[300], weight[300], cum[501];
		struct cf_calib c;

		for (size_t i = 0; i < n; i++) {
			pit[i] = seed % 5 == 0 ? cf_rng_below(&rng, 2) : pow(cf_rng_uniform(&rng), power);
			weight[i] = 100 * cf_rng_uniform(&rng);
		}
		cf_calib_fit(&c, pit, seed % 2 ? weight : NULL, n);
		ck_assert_int_eq(cf_calib_check(&c), 0);
		for (int i = 0; i <= 500; i++)
			cum[i] = i / 500.0;
		cf_calib_map(&c, cum, 501);
		ck_near(cum[0], 0, 0);
		ck_near(cum[500], 1, 0);
		for (int i = 1; i <= 500; i++) {
			ck_assert(cum[i] >= cum[i - 1]);
			ck_near(cum[i], map_one(&c, i / 500.0), 0);
		}
	}
}
END_TEST

/*
 * Outcomes from N(shift, width^2) where the model says N(0, 1): the fitted map makes the model's law theirs.  G(p) is then
 * P(outcome below the model's p-quantile).
 */
START_TEST(recovers_a_miscalibration)
{
	static const struct {
		double shift, width;
	} cases[] = { { 0, 1 }, { 0, 2 }, { 0, 0.5 }, { 0.5, 1 }, { -1, 1.5 } };
	static const struct {
		double p, z;	/* Standard normal quantiles. */
	} quantiles[] = { { 0.005, -2.5758293 }, { 0.05, -1.6448536 }, { 0.1, -1.2815516 }, { 0.5, 0 }, { 0.9, 1.2815516 },
	    { 0.99, 2.3263479 } };
	const size_t n = 200000;

	for (size_t k = 0; k < COUNT(cases); k++) {
		struct cf_rng rng = cf_rng_stream(k, CF_RNG_TEST, 2);
		double *pit = must_array(n, sizeof(*pit));
		struct cf_calib c;

		for (size_t i = 0; i < n; i++)
			pit[i] = 0.5 * erfc(-(cases[k].shift + cases[k].width * cf_rng_normal(&rng)) / sqrt(2.0));
		cf_calib_fit(&c, pit, NULL, n);
		for (size_t i = 0; i < COUNT(quantiles); i++)
			ck_abs(map_one(&c, quantiles[i].p),
			    0.5 * erfc(-(quantiles[i].z - cases[k].shift) / cases[k].width / sqrt(2.0)), 4e-3);
		free(pit);
	}
}
END_TEST

/* Few cases bend little, many bend fully; n cases of weight w are n * w cases. */
START_TEST(prior)
{
	double pit[1000], weight[1000];
	struct cf_calib few, many, same;

	for (size_t i = 0; i < 1000; i++) {
		pit[i] = 0.001;
		weight[i] = 1e6;
	}
	cf_calib_fit(&few, pit, NULL, 1);
	ck_near(few.to[8], (1 + CF_CALIB_PRIOR * 0.5) / (1 + CF_CALIB_PRIOR), 1e-14);
	cf_calib_fit(&many, pit, weight, 1000);
	ck_assert(many.to[1] > 0.999);
	cf_calib_fit(&few, pit, NULL, 1000);
	for (size_t i = 0; i < 1000; i++)
		weight[i] = i < 10 ? 100 : 0;
	cf_calib_fit(&same, pit, weight, 1000);
	for (size_t i = 0; i < CF_CALIB_KNOTS; i++)
		ck_near(few.to[i], same.to[i], 1e-14);
}
END_TEST

START_TEST(check_refuses)
{
	static const struct {
		size_t i;
		double to;
	} cases[] = { { 0, 0.1 }, { 0, NAN }, { 0, -0.1 }, { 16, 0.9 }, { 16, NAN }, { 16, 2 }, { 5, 0.9 }, { 5, NAN },
	    { 5, -1 }, { 5, INFINITY } };

	for (size_t k = 0; k < COUNT(cases); k++) {
		struct cf_calib c;

		cf_calib_identity(&c);
		c.to[cases[k].i] = cases[k].to;
		ck_assert_msg(cf_calib_check(&c) == -1, "case %zu", k);
	}
}
END_TEST

UNIT_MAIN("model_calib", identity, monotone, recovers_a_miscalibration, prior, check_refuses)
