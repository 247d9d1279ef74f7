#include <string.h>

#include "unit.h"

#include "base/rng.h"
#include "forest/bins.h"

static struct cf_bins *
bins_of(const double *x, size_t n, unsigned max_bins)
{
	const double *columns[] = { x };
	struct cf_err err = { 0 };
	struct cf_bins *bins = cf_bins_new(columns, 1, n, max_bins, 1, &err);

	ck_assert_msg(bins != NULL, "%s", err.text);
	return (bins);
}

/* Edges ascend, and each code says between which edges its value lies. */
static void
check_codes(const struct cf_bins *bins, const double *x)
{
	size_t n;
	const double *edge = cf_bins_edges(bins, 0, &n);

	for (size_t b = 1; b < n; b++)
		ck_assert(edge[b - 1] < edge[b]);
	for (size_t i = 0; i < bins->n_rows; i++) {
		if (isnan(x[i])) {
			ck_assert_uint_eq(bins->codes[i], CF_BINS_MISSING);
			continue;
		}
		for (size_t b = 0; b < n; b++)
			ck_assert_int_eq(bins->codes[i] <= b, x[i] <= edge[b]);
	}
}

START_TEST(each_value_has_a_bin)
{
	const double x[] = { 3, 1, 2, 1, -0.0, 0.0, (double)NAN, 10 };
	const double expected[] = { 0.5, 1.5, 2.5, 6.5 };
	struct cf_bins *bins = bins_of(x, 8, 255);
	size_t n;
	const double *edge = cf_bins_edges(bins, 0, &n);

	ck_assert_uint_eq(n, 4);
	for (size_t i = 0; i < n; i++)
		ck_near(edge[i], expected[i], 0);
	check_codes(bins, x);
	cf_bins_free(bins);
}
END_TEST

START_TEST(a_value_is_never_divided)
{
	double x[1000];
	struct cf_bins *bins;
	size_t n;

	/* A third of the rows have one value, the others one each. */
	for (int i = 0; i < 1000; i++)
		x[i] = i % 3 == 0 ? 500 : i;
	bins = bins_of(x, 1000, 10);
	cf_bins_edges(bins, 0, &n);
	ck_assert_uint_ge(n, 5);
	ck_assert_uint_le(n, 9);
	check_codes(bins, x);
	cf_bins_free(bins);
}
END_TEST

START_TEST(bins_are_equal_parts)
{
	struct cf_rng rng = cf_rng_stream(1, CF_RNG_TEST, 0);
	double x[5100];
	unsigned count[256] = { 0 };
	struct cf_bins *bins;

	for (int i = 0; i < 5100; i++)
		x[i] = cf_rng_normal(&rng);
	bins = bins_of(x, 5100, 255);
	check_codes(bins, x);
	for (int i = 0; i < 5100; i++)
		count[bins->codes[i]]++;
	for (int b = 0; b < 255; b++)
		ck_assert_uint_eq(count[b], 20);
	cf_bins_free(bins);
}
END_TEST

START_TEST(unusual_columns)
{
	const double inf = (double)INFINITY, nan = (double)NAN;
	const struct {
		size_t edges;
		double x[4];
	} cases[] = {
		{ 0, { 7, 7, 7, 7 } },
		{ 0, { nan, nan, nan, nan } },
		{ 0, { nan, 7, nan, nan } },
		{ 3, { -inf, inf, 0, 1 } },
		{ 1, { -inf, -inf, inf, inf } },
		{ 3, { -1.7e308, 1.7e308, 1e308, 0 } },
		{ 3, { 4.9e-324, 0, -4.9e-324, 9.9e-324 } },
		{ 1, { 1, 1.0000000000000002, 1, 1 } },
		{ 0, { -0.0, 0.0, -0.0, 0.0 } },
	};

	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct cf_bins *bins = bins_of(cases[k].x, 4, 255);
		size_t n;

		cf_bins_edges(bins, 0, &n);
		ck_assert_uint_eq(n, cases[k].edges);
		check_codes(bins, cases[k].x);
		cf_bins_free(bins);
	}
}
END_TEST

START_TEST(no_rows_or_columns)
{
	struct cf_bins *bins = bins_of(NULL, 0, 255);

	ck_assert_uint_eq(bins->first_edge[1], 0);
	cf_bins_free(bins);
	bins = cf_bins_new(NULL, 0, 5, 255, 1, NULL);
	ck_assert_ptr_nonnull(bins);
	cf_bins_free(bins);
	cf_bins_free(NULL);
}
END_TEST

START_TEST(refuses_numbers_of_bins)
{
	const double x[] = { 1 };
	const double *columns[] = { x };
	struct cf_err err;

	ck_assert_ptr_null(cf_bins_new(columns, 1, 1, 256, 1, &err));
	ck_assert_int_eq(err.kind, CF_ERR_USAGE);
	ck_assert_ptr_null(cf_bins_new(columns, 1, 1, 1, 1, &err));
	ck_assert_ptr_null(cf_bins_new(columns, CF_BINS_COLUMNS_MAX + 1, 1, 255, 1, &err));
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
}
END_TEST

START_TEST(threads_make_no_difference)
{
	enum { N = 3000, P = 5 };
	struct cf_rng rng = cf_rng_stream(1, CF_RNG_TEST, 1);
	static double x[P][N];
	const double *columns[P];
	struct cf_bins *one, *many;

	for (int j = 0; j < P; j++) {
		columns[j] = x[j];
		for (int i = 0; i < N; i++)
			x[j][i] = cf_rng_normal(&rng) * (j + 1);
	}
	one = cf_bins_new(columns, P, N, 255, 1, NULL);
	many = cf_bins_new(columns, P, N, 255, 7, NULL);
	ck_assert(one != NULL && many != NULL);
	ck_assert_mem_eq(one->codes, many->codes, P * N);
	ck_assert_mem_eq(one->first_edge, many->first_edge, (P + 1) * sizeof(uint32_t));
	ck_assert_mem_eq(one->edges, many->edges, one->first_edge[P] * sizeof(double));
	cf_bins_free(one);
	cf_bins_free(many);
}
END_TEST

UNIT_MAIN("forest_bins", each_value_has_a_bin, a_value_is_never_divided, bins_are_equal_parts, unusual_columns,
    no_rows_or_columns, refuses_numbers_of_bins, threads_make_no_difference)
