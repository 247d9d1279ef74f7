/*
 * The forest against a naive search for splits, and its sums against the rows.
 */
#include "test_forest_data.h"

/* The fall of the sum of squares of a cut, from scratch. */
static double
gain_of(const double *y, const double *w, const int *side, size_t n)
{
	double s[2] = { 0, 0 }, sw[2] = { 0, 0 };

	for (size_t i = 0; i < n; i++) {
		s[side[i]] += w[i] * y[i];
		sw[side[i]] += w[i];
	}
	if (sw[0] <= 0 || sw[1] <= 0)
		return (-1);
	return (s[0] * s[0] / sw[0] + s[1] * s[1] / sw[1] - (s[0] + s[1]) * (s[0] + s[1]) / (sw[0] + sw[1]));
}

/* A node of the reference: rows, and how often each was drawn. */
struct naive {
	const struct table *t;
	const struct cf_forest *forest;
	uint32_t tree;
	uint32_t min_leaf;
	uint32_t min_node;
	size_t compared;
};

/* Try every threshold of every column, missing values on both sides. */
static double
best_gain(const struct naive *nv, const size_t *row, const double *w, size_t n)
{
	const struct table *t = nv->t;
	int *side = must_array(n, sizeof(int));
	double *y = must_array(n, sizeof(double));
	double best = -1;

	for (size_t i = 0; i < n; i++)
		y[i] = t->target[row[i]] - 100;
	for (size_t j = 0; j < t->p; j++)
		for (size_t c = 0; c < n; c++)
			for (int left = 0; left < 2; left++) {
				double at = t->column[j][row[c]], count[2] = { 0, 0 }, gain;

				for (size_t i = 0; i < n; i++) {
					double x = t->column[j][row[i]];

					side[i] = isnan(x) ? !left : !(x <= at);
					count[side[i]] += w[i];
				}
				gain = gain_of(y, w, side, n);
				if (count[0] >= nv->min_leaf && count[1] >= nv->min_leaf && gain > best)
					best = gain;
			}
	free(side);
	free(y);
	return (best);
}

/* Compare node i with the reference, then its children. */
static void
compare(struct naive *nv, uint32_t i, size_t *row, double *w, size_t n)
{
	const struct cf_forest_node node = node_of(nv->forest, nv->tree, i);
	double best, sum = 0, sw = 0;
	double *y = must_array(n, sizeof(double));
	int *side = must_array(n, sizeof(int));
	size_t n_left = 0;

	nv->compared++;
	for (size_t k = 0; k < n; k++) {
		double x = nv->t->column[node.input][row[k]];

		y[k] = nv->t->target[row[k]] - 100;
		sum += w[k] * y[k];
		sw += w[k];
		side[k] = isnan(x) ? !node.missing_left : !(x <= node.threshold);
	}
	ck_abs(node.mean, 100 + sum / sw, 1e-4); /* a float from the base */
	best = sw < nv->min_node ? -1 : best_gain(nv, row, w, n);
	if (node.leaf) {
		ck_assert_msg(best < 0, "leaf %u could gain %g", (unsigned)i, best);
		goto done;
	}
	ck_near(gain_of(y, w, side, n), best, 1e-6);
	for (size_t k = 0; k < n; k++) {
		if (side[k] == 0) {
			size_t r = row[k];
			double v = w[k];

			row[k] = row[n_left];
			w[k] = w[n_left];
			side[k] = side[n_left];
			row[n_left] = r;
			w[n_left] = v;
			side[n_left++] = 0;
		}
	}
	compare(nv, node.left, row, w, n_left);
	compare(nv, node.right, row + n_left, w + n_left, n - n_left);
done:
	free(side);
	free(y);
}

/* With all columns tried at each node, every split is the best there is. */
START_TEST(agrees_with_exact_search)
{
	const struct {
		size_t n;
		size_t p;
		unsigned distinct;
		uint32_t min_leaf;
		uint32_t min_node;
	} cases[] = { { 60, 3, 200, 1, 0 }, { 300, 4, 40, 3, 0 }, { 700, 2, 200, 20, 0 }, { 40, 2, 2, 1, 0 },
		{ 500, 5, 3, 5, 0 }, { 300, 4, 200, 1, 11 }, { 300, 4, 40, 4, 20 } };

	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct table t = table_make(cases[k].n, cases[k].p, cases[k].distinct, k);
		struct cf_grow_params params = params_of(3, cases[k].min_leaf, 0);
		struct cf_forest forest;
		struct cf_buf image;

		params.mtry = (uint32_t)t.p;
		params.min_node = cases[k].min_node;
		forest = grow_forest(&t.data, &params, &image);
		for (uint32_t tree = 0; tree < 3; tree++) {
			struct naive nv = { &t, &forest, tree, cases[k].min_leaf, cases[k].min_node, 0 };
			uint32_t *counts = must_array(t.n, sizeof(uint32_t));
			size_t *row = must_array(t.n, sizeof(size_t));
			double *w = must_array(t.n, sizeof(double));
			size_t n = 0;

			ck_assert_int_eq(cf_grow_inbag(&t.data, &params, tree, counts, NULL), 0);
			for (size_t i = 0; i < t.n; i++) {
				if (counts[i] == 0)
					continue;
				row[n] = i;
				w[n++] = counts[i];
			}
			compare(&nv, 0, row, w, n);
			ck_assert_uint_eq(nv.compared, cf_forest_nodes(&forest, tree) - 1);
			free(counts);
			free(row);
			free(w);
		}
		cf_buf_free(&image);
		table_free(&t);
	}
}
END_TEST

/* Every node's mean is that of the rows that come to it: so the sums of large nodes, which are differences, are right. */
START_TEST(means_are_of_the_rows)
{
	enum { N = 20000 };
	struct table t = table_make(N, 4, 1000, 21);
	struct cf_grow_params params = params_of(2, 5, 0);
	uint32_t *counts = must_array(N, sizeof(uint32_t));

	for (uint32_t mtry = 2; mtry <= 4; mtry++) {
		struct cf_forest forest;
		struct cf_buf image;

		params.mtry = mtry;
		forest = grow_forest(&t.data, &params, &image);
		for (uint32_t tree = 0; tree < 2; tree++) {
			uint32_t n = cf_forest_nodes(&forest, tree);
			double *sum = must_array(n, sizeof(double)), *weight = must_array(n, sizeof(double));

			cf_grow_inbag(&t.data, &params, tree, counts, NULL);
			for (size_t i = 0; i < N; i++) {
				struct cf_forest_node node;

				for (uint32_t at = 0;;) {
					const double *row = t.rows + i * t.p;

					sum[at] += counts[i] * t.target[i];
					weight[at] += counts[i];
					node = node_of(&forest, tree, at);
					if (node.leaf)
						break;
					at = isnan(row[node.input]) ? (node.missing_left ? node.left : node.right) :
					    row[node.input] <= node.threshold ? node.left : node.right;
				}
			}
			for (uint32_t at = 0; at < n; at++)
				if (at != 1) {
					ck_assert(weight[at] >= 5);
					ck_abs(node_of(&forest, tree, at).mean, sum[at] / weight[at], 1e-2);
				}
			free(sum);
			free(weight);
		}
		cf_buf_free(&image);
	}
	free(counts);
	table_free(&t);
}
END_TEST

UNIT_MAIN("forest_exact", agrees_with_exact_search, means_are_of_the_rows)
