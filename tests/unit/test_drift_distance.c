#include "unit.h"

#include <string.h>

#include "drift/cells.h"
#include "drift/distance.h"
#include "drift/fdr.h"

/* (0.5-0.4) ln(0.5/0.4) + (0.3-0.4) ln(0.3/0.4) + 0. */
START_TEST(psi_by_hand)
{
	const double p[] = { 0.5, 0.3, 0.2 }, q[] = { 0.4, 0.4, 0.2 };
	const double e[] = { 1, 0 }, f[] = { 0, 1 };

	ck_near(cf_distance_psi(p, q, 3), 0.1 * log(1.25) - 0.1 * log(0.75), 1e-14);
	ck_near(cf_distance_psi(p, q, 3), cf_distance_psi(q, p, 3), 1e-14);
	ck_assert(cf_distance_psi(p, p, 3) == 0);
	/* Empty cells count as 1e-4. */
	ck_near(cf_distance_psi(e, f, 2), 2 * 0.9999 * log(1e4), 1e-14);
}
END_TEST

/* 1 2 3 4 against 3 4 5 6: behind 2 it is 2/4 against 0. */
START_TEST(ks_by_hand)
{
	const double p[] = { 0.25, 0.25, 0.25, 0.25, 0, 0 };
	const double q[] = { 0, 0, 0.25, 0.25, 0.25, 0.25 };

	ck_near(cf_distance_ks(p, q, 6), 0.5, 1e-14);
	ck_assert(cf_distance_ks(q, q, 6) == 0);
}
END_TEST

/* The examples in the documentation of scipy.stats.wasserstein_distance. */
START_TEST(wasserstein_published)
{
	const double at[] = { 0, 1, 3, 5, 6, 8 };
	const double p[] = { 1 / 3.0, 1 / 3.0, 1 / 3.0, 0, 0, 0 };
	const double q[] = { 0, 0, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0 };
	const double at2[] = { 0, 1 }, p2[] = { 0.75, 0.25 }, q2[] = { 0.5, 0.5 };
	const double at3[] = { 1.4, 3.4, 3.9, 4.5, 7.5, 7.8 };
	const double u = 12.6, v = 6.7;
	const double p3[] = { 0, 1.4 / u, 0.9 / u, 0, 3.1 / u, 7.2 / u };
	const double q3[] = { 3.5 / v, 0, 0, 3.2 / v, 0, 0 };

	ck_near(cf_distance_wasserstein(p, q, at, 6), 5, 1e-14);
	ck_near(cf_distance_wasserstein(p2, q2, at2, 2), 0.25, 1e-14);
	ck_near(cf_distance_wasserstein(p3, q3, at3, 6), 4.0781331438047861, 1e-14);
}
END_TEST

/* scipy.spatial.distance.jensenshannon: disjoint is 1 to base 2; 0.46450140402245893 to base e. */
START_TEST(jensen_shannon_published)
{
	const double a[] = { 1, 0, 0 }, b[] = { 0, 1, 0 };
	const double c[] = { 1, 0 }, d[] = { 0.5, 0.5 };

	ck_near(cf_distance_jensen_shannon(a, b, 3), 1, 1e-14);
	ck_near(cf_distance_jensen_shannon(c, d, 2), 0.46450140402245893 / sqrt(log(2)), 1e-14);
	ck_assert(cf_distance_jensen_shannon(d, d, 2) == 0);
}
END_TEST

START_TEST(names)
{
	ck_assert_str_eq(cf_distance_name(CF_DISTANCE_PSI), "psi");
	ck_assert_str_eq(cf_distance_name(CF_DISTANCE_JENSEN_SHANNON), "jensen_shannon");
}
END_TEST

/* 1 .. 1000: a cell for each ten. */
START_TEST(cells_of_percents)
{
	struct cf_cells c;
	double x[1000], fine[CF_CELLS_MAX], coarse[CF_CELLS_MAX];

	for (size_t i = 0; i < 1000; i++)
		x[i] = (double)i + 1;
	cf_cells_make(&c, x, 1000);
	ck_assert_uint_eq(c.n, 100);
	ck_assert_uint_eq(c.ncoarse, 10);
	ck_near(c.mean, 500.5, 1e-14);
	ck_near(c.sd, sqrt((1000.0 * 1000 - 1) / 12), 1e-12);
	ck_near(c.at[0], (5.5 - 500.5) / c.sd, 1e-12);
	ck_assert_uint_eq(cf_cells_find(&c, -1e300), 0);
	ck_assert_uint_eq(cf_cells_find(&c, 10), 0);
	ck_assert_uint_eq(cf_cells_find(&c, 10.5), 1);
	ck_assert_uint_eq(cf_cells_find(&c, 1e300), 99);
	for (size_t i = 0; i < 100; i++)
		fine[i] = 0.01;
	cf_cells_gather(&c, fine, coarse);
	for (size_t i = 0; i < 10; i++)
		ck_near(coarse[i], 0.1, 1e-14);
}
END_TEST

/* A value each, and one cell on either side; also of a constant. */
START_TEST(cells_of_values)
{
	const double x[] = { -1, 0, 0, 0, 0, 0, 0, 2 }, same[] = { 7, 7, 7 };
	struct cf_cells c;

	cf_cells_make(&c, x, 8);
	ck_assert_uint_eq(c.n, 5);
	ck_assert_uint_eq(cf_cells_find(&c, -1.5), 0);
	ck_assert_uint_eq(cf_cells_find(&c, -1), 1);
	ck_assert_uint_eq(cf_cells_find(&c, 0), 2);
	ck_assert_uint_eq(cf_cells_find(&c, 1), 3);
	ck_assert_uint_eq(cf_cells_find(&c, 3), 4);
	ck_assert_uint_ne(c.coarse[0], c.coarse[1]);
	ck_assert_uint_ne(c.coarse[3], c.coarse[4]);

	cf_cells_make(&c, same, 3);
	ck_assert_uint_eq(c.n, 3);
	ck_assert(c.sd == 0);
	ck_assert_uint_eq(c.ncoarse, 3);
	ck_assert_uint_eq(cf_cells_find(&c, 6), 0);
	ck_assert_uint_eq(cf_cells_find(&c, 7), 1);
	ck_assert_uint_eq(cf_cells_find(&c, 8), 2);
	ck_near(c.at[2] - c.at[1], 1, 1e-14);
}
END_TEST

/* Half of the values are equal: they share one cell, and no other is empty. */
START_TEST(cells_with_an_atom)
{
	struct cf_cells c;
	double x[400];
	size_t count[CF_CELLS_MAX] = { 0 };

	for (size_t i = 0; i < 400; i++)
		x[i] = i < 100 ? (double)i - 100 : i < 300 ? 0 : (double)i - 299;
	cf_cells_make(&c, x, 400);
	for (size_t i = 0; i < 400; i++)
		count[cf_cells_find(&c, x[i])]++;
	for (size_t i = 0; i < c.n; i++)
		ck_assert_uint_gt(count[i], 0);
	/* With what is left of the one cell that it began in. */
	ck_assert_uint_ge(count[cf_cells_find(&c, 0)], 200);
	ck_assert_uint_lt(count[cf_cells_find(&c, 0)], 205);
}
END_TEST

/* By hand, and as p.adjust(method = "BY") of R has it. */
START_TEST(yekutieli_by_hand)
{
	const double p[] = { 0.001, 0.042, NAN, 0.008, 0.039, 0.041 };
	const double h = 1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0 + 1 / 5.0;
	double q[6];

	ck_assert_int_eq(cf_fdr_adjust(p, 6, q, NULL), 0);
	ck_near(q[0], 0.001 * 5 * h, 1e-14);
	ck_near(q[3], 0.008 * 5 * h / 2, 1e-14);
	ck_near(q[1], 0.042 * h, 1e-14);
	ck_near(q[4], 0.042 * h, 1e-14);
	ck_near(q[5], 0.042 * h, 1e-14);
	ck_assert(isnan(q[2]));
	ck_near(cf_fdr_least(5, 0.05), 0.05 / 5 / h, 1e-14);
	ck_assert_int_eq(cf_fdr_adjust(p, 0, q, NULL), 0);
}
END_TEST

UNIT_MAIN("drift_distance", psi_by_hand, ks_by_hand, wasserstein_published, jensen_shannon_published, names,
    cells_of_percents, cells_of_values, cells_with_an_atom, yekutieli_by_hand)
