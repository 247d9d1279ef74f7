#include <stdint.h>

#include "unit.h"

#include "base/rng.h"

#define DRAWS 1000000

START_TEST(published_sequence)
{
	/* SplitMix64 from state 1234567, as on the page of its authors. */
	static const uint64_t want[] = { UINT64_C(6457827717110365317),
	    UINT64_C(3203168211198807973), UINT64_C(9817491932198370423),
	    UINT64_C(4593380528125082431), UINT64_C(16408922859458223821) };
	struct cf_rng rng = { 1234567 };

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		ck_assert_uint_eq(cf_rng_u64(&rng), want[i]);
}
END_TEST

START_TEST(streams_are_their_names)
{
	struct cf_rng a = cf_rng_stream(1, CF_RNG_TREE, 17);
	struct cf_rng b = cf_rng_stream(1, CF_RNG_TREE, 17);
	uint64_t first = cf_rng_u64(&a);

	ck_assert_uint_eq(first, cf_rng_u64(&b));
	for (uint64_t i = 0; i < 1000; i++) {
		b = cf_rng_stream(1, CF_RNG_TREE, i);
		ck_assert((cf_rng_u64(&b) == first) == (i == 17));
		b = cf_rng_stream(1, CF_RNG_FOLD_TREE, i);
		ck_assert_uint_ne(cf_rng_u64(&b), first);
		b = cf_rng_stream(i + 2, CF_RNG_TREE, 17);
		ck_assert_uint_ne(cf_rng_u64(&b), first);
	}
}
END_TEST

/* Moments of what is drawn, over many streams of few draws. */
static void
moments(double draw(struct cf_rng *), double *mean, double *var, double *low,
    double *high)
{
	struct cf_rng rng;
	double x, sum = 0, squares = 0;

	*low = HUGE_VAL;
	*high = -HUGE_VAL;
	for (uint64_t i = 0; i < DRAWS; i++) {
		if (i % 10 == 0)
			rng = cf_rng_stream(3, CF_RNG_TEST, i / 10);
		x = draw(&rng);
		sum += x;
		squares += x * x;
		*low = fmin(*low, x);
		*high = fmax(*high, x);
	}
	*mean = sum / DRAWS;
	*var = squares / DRAWS - *mean * *mean;
}

START_TEST(uniform_is_uniform)
{
	double mean, var, low, high;

	moments(cf_rng_uniform, &mean, &var, &low, &high);
	ck_abs(mean, 0.5, 0.0015);
	ck_abs(var, 1.0 / 12, 0.0005);
	ck_assert(low >= 0 && low < 1e-4 && high < 1 && high > 0.9999);
}
END_TEST

START_TEST(normal_is_normal)
{
	double mean, var, low, high;

	moments(cf_rng_normal, &mean, &var, &low, &high);
	ck_abs(mean, 0, 0.005);
	ck_abs(var, 1, 0.008);
	ck_assert(low < -4 && low > -7 && high > 4 && high < 7);
}
END_TEST

START_TEST(below_has_no_bias)
{
	static const uint32_t sizes[] = { 1, 2, 3, 7, 10, 100 };
	struct cf_rng rng = cf_rng_stream(4, CF_RNG_TEST, 0);
	uint32_t count[100], k;

	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		double chi = 0, want = (double)DRAWS / sizes[s];

		for (k = 0; k < 100; k++)
			count[k] = 0;
		for (int i = 0; i < DRAWS; i++) {
			k = cf_rng_below(&rng, sizes[s]);
			if (k >= sizes[s])
				ck_abort_msg("%u of %u", k, sizes[s]);
			count[k]++;
		}
		for (k = 0; k < sizes[s]; k++)
			chi += pow(count[k] - want, 2) / want;
		/* Mean n-1, deviation sqrt(2(n-1)): five of them. */
		ck_assert_double_lt(chi, sizes[s] - 1 +
		    5 * sqrt(2.0 * sizes[s]));
	}
	/* A size at which one draw in two would bias. */
	for (int i = 0; i < 1000; i++)
		ck_assert_uint_lt(cf_rng_below(&rng, 0x80000001u),
		    0x80000001u);
}
END_TEST

UNIT_MAIN("base_rng", published_sequence, streams_are_their_names,
    uniform_is_uniform, normal_is_normal, below_has_no_bias)
