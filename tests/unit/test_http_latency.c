/*
 * The histogram of latencies against sorting, over seven orders of magnitude.
 */
#include "unit.h"

#include "http/latency.h"

static int
by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

START_TEST(agrees_with_sorting)
{
	static const double shares[] = { 0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1 };
	static const size_t sizes[] = { 1, 2, 3, 100, 20000 };
	static double x[20000];
	struct cf_latency *l;
	double sum, exact, got;
	size_t rank;

	srand(7);
	for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		l = cf_latency_new(NULL);
		ck_assert_ptr_nonnull(l);
		sum = 0;
		for (size_t i = 0; i < sizes[k]; i++) {
			/* 1 us .. 10 s */
			x[i] = pow(10, -6 + 7 * (rand() / (double)RAND_MAX));
			cf_latency_add(l, x[i]);
			sum += x[i];
		}
		qsort(x, sizes[k], sizeof(x[0]), by_size);
		for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
			rank = (size_t)ceil(shares[i] * (double)sizes[k]);
			exact = x[rank > 0 ? rank - 1 : 0];
			got = cf_latency_quantile(l, shares[i]);
			ck_assert_msg(fabs(got - exact) <= 0.5001e-6 + exact / 1000, "%zu at %g: %.9g, not %.9g", sizes[k], shares[i], got,
			    exact);
		}
		ck_assert_uint_eq(cf_latency_count(l), sizes[k]);
		ck_near(cf_latency_quantile(l, 1), x[sizes[k] - 1], 0);
		ck_near(cf_latency_mean(l), sum / (double)sizes[k], 1e-12);
		cf_latency_free(l);
	}
}
END_TEST

START_TEST(edges)
{
	static const double odd[] = { 0, -1, 1e-9, 0.002047, 0.002048, 0.002049, 1e5, 1e12, 1e300, INFINITY, NAN };
	struct cf_latency *l = cf_latency_new(NULL);

	ck_near(cf_latency_quantile(l, 0.5), NAN, 0);
	ck_near(cf_latency_mean(l), NAN, 0);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		cf_latency_add(l, odd[i]);
		ck_assert_uint_eq(cf_latency_count(l), i + 1);
		ck_assert(cf_latency_quantile(l, 0.5) >= 0);
	}
	cf_latency_free(l);
	cf_latency_free(NULL);

	/* Cells on both sides of where they begin to widen. */
	for (uint32_t us = 1; us < 10000; us++) {
		l = cf_latency_new(NULL);
		cf_latency_add(l, us * 1e-6);
		cf_latency_add(l, us * 1e-6);
		cf_latency_add(l, 1);
		ck_near(cf_latency_quantile(l, 0.5), us * 1e-6, 0.001);
		cf_latency_free(l);
	}
}
END_TEST

UNIT_MAIN("http_latency", agrees_with_sorting, edges)
