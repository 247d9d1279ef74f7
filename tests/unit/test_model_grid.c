#include "test_model_data.h"

#include "model/grid.h"

/* The cumulative probabilities of the grid's own shares. */
static double *
own_law(const struct cf_grid *g)
{
	double *cum = must_array(g->n + 1, sizeof(*cum));

	for (size_t i = 0; i < g->n; i++)
		cum[i + 1] = cum[i] + g->share[i];
	cum[g->n] = 1.0;
	return (cum);
}

/* A law that is not the sample's: cell i has a probability of its own, some have none. */
static double *
other_law(const struct cf_grid *g, uint64_t seed)
{
	struct cf_rng rng = cf_rng_stream(seed, CF_RNG_TEST, 1);
	double *cum = must_array(g->n + 1, sizeof(*cum));

	for (size_t i = 0; i < g->n; i++)
		cum[i + 1] = cum[i] + (i > 0 && i % 3 == 1 ? 0 : cf_rng_uniform(&rng));
	for (size_t i = 0; i <= g->n; i++)
		cum[i] /= cum[g->n];
	return (cum);
}

static struct cf_grid
must_grid(const double *z, const double *weight, size_t n, size_t cells)
{
	struct cf_grid g;

	ck_assert_int_eq(cf_grid_make(&g, z, weight, n, cells, NULL), 0);
	ck_assert_int_eq(cf_grid_check(&g), 0);
	return (g);
}

/* n standard normal numbers; every `tie`-th is 0. */
static double *
normals(size_t n, size_t tie, uint64_t seed)
{
	struct cf_rng rng = cf_rng_stream(seed, CF_RNG_TEST, 0);
	double *z = must_array(n, sizeof(*z));

	for (size_t i = 0; i < n; i++)
		z[i] = tie > 0 && i % tie == 0 ? 0.0 : cf_rng_normal(&rng);
	return (z);
}

/* Where cells suffice, each value has its own. */
START_TEST(atoms)
{
	static const double z[] = { 3, -1, 3, 3, -0.0, 0, 7, -1 };
	static const double value[] = { -1, 0, 3, 7 }, share[] = { 2, 2, 3, 1 };
	static const struct {
		double z, cdf, pit;
	} cases[] = {
		{ -2, 0, 0 }, { -1, 0.25, 0.125 }, { -0.5, 0.25, 0.25 }, { 0, 0.5, 0.375 }, { 1, 0.5, 0.5 },
		{ 3, 0.875, 0.6875 }, { 5, 0.875, 0.875 }, { 7, 1, 0.9375 }, { 8, 1, 1 },
	};
	static const struct {
		double p, z;
	} quantiles[] = {
		{ 0, -1 }, { 0.1, -1 }, { 0.25, -1 }, { 0.2500001, 0 }, { 0.5, 0 }, { 0.6, 3 }, { 0.875, 3 }, { 0.9, 7 },
		{ 1, 7 },
	};

	for (size_t cells = 4; cells < 10; cells++) {
		struct cf_grid g = must_grid(z, NULL, COUNT(z), cells);
		double *cum = own_law(&g);

		ck_assert_uint_eq(g.n, 4);
		for (size_t i = 0; i < g.n; i++) {
			ck_near(g.low[i], value[i], 0);
			ck_near(g.high[i], value[i], 0);
			ck_near(g.mean[i], value[i], 0);
			ck_near(g.share[i], share[i] / 8, 0);
			ck_assert_int_eq(signbit(g.low[i]) != 0, value[i] < 0);
			ck_assert_uint_eq(cf_grid_cell(&g, value[i]), i);
		}
		for (size_t i = 0; i < COUNT(cases); i++) {
			ck_near(cf_grid_cdf(&g, cum, cases[i].z), cases[i].cdf, 0);
			ck_near(cf_grid_pit(&g, cum, cases[i].z), cases[i].pit, 0);
		}
		for (size_t i = 0; i < COUNT(quantiles); i++)
			ck_near(cf_grid_quantile(&g, cum, quantiles[i].p), quantiles[i].z, 0);
		free(cum);
		cf_grid_free(&g);
	}
}
END_TEST

/* Cells are those of sin^2, whatever the sample: their number, order, shares and means. */
START_TEST(cells_of_samples)
{
	static const struct {
		size_t n, tie, cells;
	} cases[] = {
		{ 1, 0, 10 }, { 2, 0, 1 }, { 100, 0, 1 }, { 100, 0, 2 }, { 100, 3, 2 }, { 100, 2, 16 }, { 5000, 0, 256 },
		{ 5000, 2, 256 }, { 5000, 1, 256 }, { 3000, 0, 4096 }, { 300, 0, 256 }, { 257, 0, 256 },
	};

	for (size_t k = 0; k < COUNT(cases); k++) {
		double *z = normals(cases[k].n, cases[k].tie, 10 + k);
		struct cf_grid g = must_grid(z, NULL, cases[k].n, cases[k].cells);
		double share = 0, mean = 0, sum = 0;

		ck_assert_uint_le(g.n, cases[k].cells);
		for (size_t i = 0; i < g.n; i++) {
			ck_assert(g.share[i] > 0);
			share += g.share[i];
			mean += g.share[i] * g.mean[i];
		}
		for (size_t i = 0; i < cases[k].n; i++) {
			size_t c = cf_grid_cell(&g, z[i]);

			ck_assert(z[i] >= g.low[c] && z[i] <= g.high[c]);
			sum += z[i] / (double)cases[k].n;
		}
		ck_near(share, 1, 1e-12);
		ck_abs(mean, sum, 1e-12);
		free(z);
		cf_grid_free(&g);
	}
}
END_TEST

/* A value that would fill a whole cell is a point of its own, wherever it lies. */
START_TEST(heavy_values_are_points)
{
	static const double at[] = { -9, -0.8, 0, 0.3, 9 };

	for (size_t k = 0; k < COUNT(at); k++)
		for (size_t cells = 16; cells <= 256; cells *= 4) {
			double *z = normals(3000, 0, 20 + k);
			struct cf_grid g;
			size_t c;

			for (size_t i = 0; i < 3000; i += 3)
				z[i] = at[k];
			g = must_grid(z, NULL, 3000, cells);
			c = cf_grid_cell(&g, at[k]);
			ck_near(g.low[c], at[k], 0);
			ck_near(g.high[c], at[k], 0);
			ck_near(g.share[c], 1.0 / 3, 1e-12);
			ck_assert_uint_le(g.n, cells);
			free(z);
			cf_grid_free(&g);
		}
}
END_TEST

START_TEST(weights_count)
{
	static const double z[] = { 1, 2, 3, 4 }, weight[] = { 1, 2, 0, 5 };
	struct cf_grid g = must_grid(z, weight, 4, 8);

	ck_assert_uint_eq(g.n, 4);
	ck_near(g.share[1], 0.25, 1e-15);
	ck_near(g.share[2], 0, 0);
	ck_near(g.share[3], 0.625, 1e-15);
	cf_grid_free(&g);
	g = must_grid(z, weight, 4, 1);
	ck_near(g.mean[0], 3.125, 1e-15);
	cf_grid_free(&g);
}
END_TEST

/* CDF and quantile are each other's inverse where the law has no jump and no gap. */
START_TEST(inverse)
{
	for (size_t tie = 0; tie <= 4; tie += 2) {
		double *z = normals(2000, tie, 30 + tie);
		struct cf_grid g = must_grid(z, NULL, 2000, 64);
		double *cum[2] = { own_law(&g), other_law(&g, 3) };

		for (size_t k = 0; k < 2; k++) {
			double before = -INFINITY;

			for (int i = 0; i <= 1000; i++) {
				double p = i / 1000.0, q = cf_grid_quantile(&g, cum[k], p);
				size_t c = cf_grid_cell(&g, q);

				/* Monotone, in a cell, and the smallest point that reaches p. */
				ck_assert(q >= before);
				ck_assert(q >= g.low[c] && q <= g.high[c]);
				ck_assert(cf_grid_cdf(&g, cum[k], q) >= p - 1e-12);
				if (g.high[c] > g.low[c] && p > cum[k][c] && p < cum[k][c + 1])
					ck_abs(cf_grid_cdf(&g, cum[k], q), p, 1e-12);
				before = q;
			}
			for (double x = -4; x < 4; x += 0.01) {
				double p = cf_grid_cdf(&g, cum[k], x), pit = cf_grid_pit(&g, cum[k], x);

				ck_assert(p >= 0 && p <= 1 && pit >= 0 && pit <= p);
				ck_assert(p >= cf_grid_cdf(&g, cum[k], x - 0.01));
				ck_assert(pit >= cf_grid_pit(&g, cum[k], x - 0.01));
			}
			free(cum[k]);
		}
		free(z);
		cf_grid_free(&g);
	}
}
END_TEST

/* The sample's own transforms are uniform: its mean is 1/2, and a share p lies below p. */
START_TEST(transforms_are_uniform)
{
	double *z = normals(4000, 5, 50);
	struct cf_grid g = must_grid(z, NULL, 4000, 256);
	double *cum = own_law(&g), sum = 0;
	size_t below = 0;

	for (size_t i = 0; i < 4000; i++) {
		double pit = cf_grid_pit(&g, cum, z[i]);

		sum += pit / 4000;
		below += pit < 0.05;
	}
	ck_abs(sum, 0.5, 1e-3);
	ck_abs((double)below / 4000, 0.05, 5e-3);
	free(cum);
	free(z);
	cf_grid_free(&g);
}
END_TEST

/* The score by its definition, in small steps. */
static double
brute_crps(const struct cf_grid *g, const double *cum, double z)
{
	const double low = fmin(g->low[0], z) - 0.01, high = fmax(g->high[g->n - 1], z) + 0.01;
	const size_t steps = 400000;
	const double width = (high - low) / (double)steps;
	double sum = 0, d;

	for (size_t i = 0; i < steps; i++) {
		const double x = low + ((double)i + 0.5) * width;

		d = cf_grid_cdf(g, cum, x) - (x >= z);
		sum += d * d * width;
	}
	return (sum);
}

START_TEST(crps_is_the_integral)
{
	static const double outcomes[] = { -9, -2.5, -0.3, 0, 0.001, 0.7, 2, 30 };

	for (size_t tie = 0; tie <= 3; tie += 3) {
		double *z = normals(60, tie, 70 + tie);
		struct cf_grid g = must_grid(z, NULL, 60, 12);
		double *cum[2] = { own_law(&g), other_law(&g, 5) };

		for (size_t k = 0; k < 2; k++) {
			for (size_t i = 0; i < COUNT(outcomes); i++)
				ck_near(cf_grid_crps(&g, cum[k], outcomes[i]), brute_crps(&g, cum[k], outcomes[i]), 2e-4);
			free(cum[k]);
		}
		free(z);
		cf_grid_free(&g);
	}
}
END_TEST

START_TEST(crps_by_hand)
{
	static const double one[] = { 2 }, two[] = { 0, 1 };
	static const double cum_one[] = { 0, 1 }, cum_two[] = { 0, 0.5, 1 };
	struct cf_grid g = must_grid(one, NULL, 1, 4);

	/* A single point: the distance. */
	ck_near(cf_grid_crps(&g, cum_one, 5), 3, 1e-15);
	ck_near(cf_grid_crps(&g, cum_one, 2), 0, 0);
	ck_near(cf_grid_crps(&g, cum_one, -1), 3, 1e-15);
	cf_grid_free(&g);
	/* 0 or 1: E|X - y| - E|X - X'| / 2. */
	g = must_grid(two, NULL, 2, 4);
	ck_near(cf_grid_crps(&g, cum_two, 0), 0.25, 1e-15);
	ck_near(cf_grid_crps(&g, cum_two, 0.5), 0.25, 1e-15);
	ck_near(cf_grid_crps(&g, cum_two, 3), 2.25, 1e-15);
	cf_grid_free(&g);
	/* Uniform on 0 .. 1: for an outcome in the middle 1/12, at the end 1/3. */
	g = must_grid(two, NULL, 2, 1);
	ck_near(cf_grid_crps(&g, cum_one, 0.5), 1.0 / 12, 1e-14);
	ck_near(cf_grid_crps(&g, cum_one, 0), 1.0 / 3, 1e-14);
	ck_near(cf_grid_crps(&g, cum_one, 2), 1.0 / 3 + 1, 1e-14);
	cf_grid_free(&g);
}
END_TEST

/* What a damaged file could hold. */
START_TEST(check_refuses)
{
	static const struct {
		size_t row;		/* low, high, mean, share */
		size_t cell;
		double value;
	} cases[] = {
		{ 0, 0, NAN }, { 0, 0, -INFINITY }, { 0, 1, -5 }, { 0, 0, 100 }, { 1, 2, NAN }, { 1, 2, INFINITY },
		{ 1, 0, 100 }, { 2, 0, NAN }, { 2, 0, 100 }, { 2, 0, -100 }, { 3, 0, NAN }, { 3, 0, -0.1 }, { 3, 0, 1.1 },
	};
	static const double z[] = { 1, 2, 3, 4, 5, 6 };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cf_grid g = must_grid(z, NULL, 6, 3);
		double *rows[] = { g.low, g.high, g.mean, g.share };

		ck_assert_uint_eq(g.n, 3);
		rows[cases[i].row][cases[i].cell] = cases[i].value;
		ck_assert_msg(cf_grid_check(&g) == -1, "case %zu", i);
		cf_grid_free(&g);
		ck_assert_int_eq(cf_grid_check(&g), -1);
	}
}
END_TEST

UNIT_MAIN("model_grid", atoms, cells_of_samples, heavy_values_are_points,
    weights_count, inverse, transforms_are_uniform, crps_is_the_integral, crps_by_hand, check_refuses)
