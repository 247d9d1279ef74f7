#include "test_forest_data.h"

static const double nan_ = (double)NAN;

/* Four rows, one clean cut. */
START_TEST(one_split_by_hand)
{
	const double x[] = { 1, 2, 5, 6 }, y[] = { 10, 12, 20, 22 };
	struct table t = table_of(4, x, y);
	struct cf_grow_params params = params_of(1, 2, 1);
	struct cf_forest_node node;
	struct cf_forest forest;
	struct cf_buf image;
	double prob[32] = { 0 };

	forest = grow_forest(&t.data, &params, &image);
	ck_assert_uint_eq(cf_forest_nodes(&forest, 0), 4);
	ck_assert_uint_eq(cf_forest_leaves(&forest, 0), 2);
	ck_assert_uint_eq(cf_forest_depth(&forest, 0), 1);
	node = node_of(&forest, 0, 0);
	ck_assert(!node.leaf && node.input == 0 && node.left == 2 && node.right == 3);
	ck_near(node.threshold, 3.5, 0);
	ck_near(node.mean, 16, 0);
	node = node_of(&forest, 0, 2);
	ck_assert(node.leaf);
	ck_near(node.mean, 11, 0);
	node = node_of(&forest, 0, 3);
	ck_near(node.mean, 21, 0);
	ck_assert_int_eq(cf_forest_samples(&forest, 0, 2, prob), 0);
	ck_assert(prob[0] == 0.5 && prob[1] == 0.5 && prob[2] == 0);
	ck_assert_int_eq(cf_forest_samples(&forest, 0, 0, prob), -1);
	cf_buf_free(&image);
	table_free(&t);
}
END_TEST

/* The cut lies midway between the bins it divides, counted in bins. */
START_TEST(cut_lies_midway)
{
	const double x[] = { 1, 2, 3, 4, 5, 6, 7, 8 }, y[] = { 0, 0, 9, 9, 9, 9, 1, 1 };
	const uint32_t rows[] = { 0, 1, 6, 7 };
	struct table t = table_of(8, x, y);
	struct cf_grow_params params = params_of(1, 2, 1);
	struct cf_forest forest;
	struct cf_buf image;

	t.data.rows = rows;
	t.data.n_rows = 4;
	forest = grow_forest(&t.data, &params, &image);
	ck_near(node_of(&forest, 0, 0).threshold, 4.5, 0);
	cf_buf_free(&image);
	table_free(&t);
}
END_TEST

START_TEST(missing_values_find_their_side)
{
	const struct {
		double x[6];
		double y[6];
		double threshold;
		int left;		/* Missing ones. */
	} cases[] = {
		{ { 1, 2, 5, 6, nan_, nan_ }, { 0, 0, 9, 9, 0, 0 }, 3.5, 1 },
		{ { 1, 2, 5, 6, nan_, nan_ }, { 0, 0, 9, 9, 9, 9 }, 3.5, 0 },
		{ { 1, 1, 1, 1, nan_, nan_ }, { 0, 0, 0, 0, 9, 9 }, (double)INFINITY, 0 },
		{ { 1, 2, 5, 6, nan_, nan_ }, { 0, 0, 0, 0, 9, 9 }, (double)INFINITY, 0 },
		/* None missing: the heavier side. */
		{ { 1, 1, 1, 1, 5, 5 }, { 0, 0, 0, 0, 9, 9 }, 3, 1 },
		{ { 1, 1, 5, 5, 5, 5 }, { 0, 0, 9, 9, 9, 9 }, 3, 0 },
	};
	struct cf_grow_params params = params_of(1, 2, 1);

	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct table t = table_of(6, cases[k].x, cases[k].y);
		struct cf_forest_node node;
		struct cf_forest forest;
		struct cf_buf image;

		forest = grow_forest(&t.data, &params, &image);
		node = node_of(&forest, 0, 0);
		ck_assert(!node.leaf);
		ck_near(node.threshold, cases[k].threshold, 0);
		ck_assert_int_eq(node.missing_left, cases[k].left);
		for (size_t i = 0; i < 6; i++) {
			uint32_t leaf = leaf_of(&forest, 0, cases[k].x + i);

			ck_near(node_of(&forest, 0, leaf).mean, cases[k].y[i], 0);
		}
		cf_buf_free(&image);
		table_free(&t);
	}
}
END_TEST

/* Nothing to split on, or nothing to split: a root, and it is exact. */
START_TEST(trees_of_one_leaf)
{
	const struct {
		size_t n;
		double x[4];
		double y[4];
		double mean;
	} cases[] = {
		{ 1, { 1 }, { 0.1 }, 0.1 },
		{ 1, { nan_ }, { -1e300 }, -1e300 },
		{ 4, { 1, 2, 3, 4 }, { 0.1, 0.1, 0.1, 0.1 }, 0.1 },
		{ 4, { 1, 2, 3, 4 }, { 1e9 + 0.1, 1e9 + 0.1, 1e9 + 0.1, 1e9 + 0.1 }, 1e9 + 0.1 },
		{ 4, { 7, 7, 7, 7 }, { 1, 2, 3, 4 }, 2.5 },
		{ 4, { nan_, nan_, nan_, nan_ }, { 1, 2, 3, 4 }, 2.5 },
		{ 2, { 1, 2 }, { -8e307, 8e307 }, 0 },
	};

	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct table t = table_of(cases[k].n, cases[k].x, cases[k].y);
		struct cf_grow_params params = params_of(3, k == 6 ? 2 : 1, 1);
		struct cf_predict *p;
		struct cf_forest forest;
		struct cf_buf image;
		double mean;

		forest = grow_forest(&t.data, &params, &image);
		ck_assert_uint_eq(cf_forest_leaves(&forest, 0), 1);
		p = cf_predict_new(&forest, NULL);
		ck_assert_ptr_nonnull(p);
		cf_predict_rows(p, cases[k].x, 1, &mean, NULL);
		ck_near(mean, cases[k].mean, 0);
		cf_predict_free(p);
		cf_buf_free(&image);
		table_free(&t);
	}
}
END_TEST

START_TEST(no_columns_at_all)
{
	double y[] = { 1, 2, 6 };
	struct cf_bins *bins = cf_bins_new(NULL, 0, 3, 255, 1, NULL);
	struct cf_grow_data data = { .bins = bins, .target = y };
	struct cf_grow_params params = params_of(2, 1, 1);
	struct cf_forest forest;
	struct cf_predict *p;
	struct cf_buf image;
	double mean[2];

	forest = grow_forest(&data, &params, &image);
	p = cf_predict_new(&forest, NULL);
	cf_predict_rows(p, y, 2, mean, NULL);
	ck_near(mean[1], 3, 0);
	cf_predict_free(p);
	cf_buf_free(&image);
	cf_bins_free(bins);
}
END_TEST

/* A forest on rows written k times is the one on rows of weight k. */
START_TEST(weights_are_duplicates)
{
	struct table t = table_make(200, 3, 50, 7), d = { .p = 3 };
	struct cf_grow_params params = params_of(1, 1, 1);
	double *weight = must_array(t.n, sizeof(double));
	struct cf_forest a, b;
	struct cf_buf image_a, image_b;

	for (size_t i = 0; i < t.n; i++)
		d.n += (size_t)(weight[i] = (double)(i % 4));
	d.target = must_array(d.n, sizeof(double));
	for (size_t j = 0; j < 3; j++)
		d.column[j] = must_array(d.n, sizeof(double));
	for (size_t i = 0, k = 0; i < t.n; i++)
		for (size_t r = 0; r < i % 4; r++, k++) {
			d.target[k] = t.target[i];
			for (size_t j = 0; j < 3; j++)
				d.column[j][k] = t.column[j][i];
		}
	table_finish(&d);
	t.data.weight = weight;
	params.mtry = 3;
	params.max_depth = 4;
	a = grow_forest(&t.data, &params, &image_a);
	b = grow_forest(&d.data, &params, &image_b);
	ck_assert_int_eq(a.weighted, 1);
	ck_assert_uint_eq(cf_forest_nodes(&a, 0), cf_forest_nodes(&b, 0));
	for (size_t i = 0; i < t.n; i++) {
		const double *row = t.rows + i * 3;

		ck_near(node_of(&a, 0, leaf_of(&a, 0, row)).mean, node_of(&b, 0, leaf_of(&b, 0, row)).mean, 1e-6);
	}
	cf_buf_free(&image_a);
	cf_buf_free(&image_b);
	table_free(&t);
	table_free(&d);
	free(weight);
}
END_TEST

/* Samples of weighted rows have shares in proportion. */
START_TEST(weights_are_shares)
{
	const double x[] = { 1, 1, 1 }, y[] = { 1, 2, 3 }, weight[] = { 1, 0, 3 };
	struct table t = table_of(3, x, y);
	struct cf_grow_params params = params_of(1, 1, 1);
	struct cf_forest forest;
	struct cf_buf image;
	double prob[32] = { 0 };

	t.data.weight = weight;
	forest = grow_forest(&t.data, &params, &image);
	ck_assert_int_eq(cf_forest_samples(&forest, 0, 0, prob), 0);
	ck_near(prob[0], 0.25, 1e-4);
	ck_near(prob[1], 0, 0);
	ck_near(prob[2], 0.75, 1e-4);
	ck_near(node_of(&forest, 0, 0).mean, 2.5, 1e-6);
	cf_buf_free(&image);
	table_free(&t);
}
END_TEST

START_TEST(blocks_stay_whole)
{
	struct table t = table_make(203, 2, 50, 3);
	struct cf_grow_params params = params_of(1, 1, 0);
	uint32_t counts[203];
	uint32_t drawn[400];
	uint32_t rows[100];
	size_t distinct, total;

	t.data.block = t.block;
	t.data.n_blocks = 400;
	for (uint32_t i = 0; i < 100; i++)
		rows[i] = i * 2 + 1;
	for (uint32_t k = 0; k < 8; k++) {
		size_t n = k & 4 ? 100 : t.n;

		params.replace = !(k & 1);
		params.sample_fraction = k & 2 ? 0.5 : 1;
		t.data.rows = k & 4 ? rows : NULL;
		t.data.n_rows = 100;
		ck_assert_int_eq(cf_grow_inbag(&t.data, &params, k, counts, NULL), 0);
		memset(drawn, 0xff, sizeof(drawn));
		for (size_t i = 0; i < n; i++) {
			uint32_t b = t.block[k & 4 ? rows[i] : i];

			ck_assert(drawn[b] == UINT32_MAX || drawn[b] == counts[i]);
			drawn[b] = counts[i];
		}
		distinct = total = 0;
		for (size_t b = 0; b < 400; b++)
			if (drawn[b] != UINT32_MAX) {
				distinct++;
				total += drawn[b];
				ck_assert(params.replace || drawn[b] <= 1);
			}
		ck_assert_uint_eq(total, (size_t)(params.sample_fraction * (double)distinct + 0.5));
	}
	table_free(&t);
}
END_TEST

/* Follow the drawn rows to their leaves and count rows and blocks there. */
static void
check_leaves(const struct table *t, const struct cf_grow_params *params, const struct cf_forest *forest)
{
	uint32_t *counts = must_array(t->n, sizeof(uint32_t));

	for (uint32_t tree = 0; tree < params->trees; tree++) {
		uint32_t nodes = cf_forest_nodes(forest, tree);
		size_t *rows = must_array(nodes, sizeof(size_t)), *inside = must_array(nodes, sizeof(size_t));
		uint8_t *met = must_array((size_t)nodes * 400, 1);

		ck_assert_int_eq(cf_grow_inbag(&t->data, params, tree, counts, NULL), 0);
		for (size_t i = 0; i < t->n; i++) {
			const double *row = t->rows + i * t->p;
			uint32_t leaf = leaf_of(forest, tree, row), at = 0;

			for (struct cf_forest_node node = node_of(forest, tree, at); !node.leaf;
			    node = node_of(forest, tree, at)) {
				const double x = row[node.input];

				inside[at] += counts[i];
				at = (isnan(x) ? node.missing_left : x <= node.threshold) ? node.left : node.right;
			}
			rows[leaf] += counts[i];
			if (counts[i] > 0)
				met[leaf * 400 + t->block[i]] = 1;
		}
		for (uint32_t k = 0; k < nodes; k++) {
			size_t blocks = 0;

			if (k != 1 && !node_of(forest, tree, k).leaf)
				ck_assert_uint_ge(inside[k], params->min_node);
			if (k == 1 || !node_of(forest, tree, k).leaf)
				continue;
			for (size_t b = 0; b < 400; b++)
				blocks += met[k * 400 + b];
			ck_assert_uint_ge(rows[k], params->min_leaf);
			ck_assert_uint_ge(blocks, params->min_leaf_blocks);
		}
		ck_assert(params->max_depth == 0 || cf_forest_depth(forest, tree) <= params->max_depth);
		free(inside);
		free(rows);
		free(met);
	}
	free(counts);
}

START_TEST(leaves_keep_their_limits)
{
	struct table t = table_make(500, 4, 60, 11);
	struct cf_grow_params params = params_of(4, 1, 0);

	t.data.block = t.block;
	t.data.n_blocks = 400;
	for (int k = 0; k < 64; k++) {
		struct cf_forest forest;
		struct cf_buf image;

		params.min_node = k & 32 ? 19 : 0;
		params.min_leaf = k & 1 ? 7 : 1;
		params.min_leaf_blocks = k & 2 ? 6 : 0;
		params.max_depth = k & 4 ? 3 : 0;
		params.extra_trees = k & 8 ? 1 : 0;
		params.replace = k & 16 ? 0 : 1;
		forest = grow_forest(&t.data, &params, &image);
		ck_assert_uint_ge(cf_forest_leaves(&forest, 0), 4);
		check_leaves(&t, &params, &forest);
		cf_buf_free(&image);
	}
	table_free(&t);
}
END_TEST

START_TEST(same_bytes_on_threads_and_shards)
{
	struct table t = table_make(400, 4, 300, 5);
	struct cf_grow_params params = params_of(11, 2, 0);
	struct cf_buf whole, other, part_image[3];
	struct cf_forest part[3];

	grow_forest(&t.data, &params, &whole);
	for (size_t threads = 2; threads < 8; threads += 5) {
		params.threads = threads;
		grow_forest(&t.data, &params, &other);
		ck_assert_uint_eq(whole.len, other.len);
		ck_assert_mem_eq(whole.data, other.data, whole.len);
		cf_buf_free(&other);
	}
	for (uint32_t k = 0; k < 3; k++) {
		params.first_tree = k;
		params.tree_step = 3;
		part[2 - k] = grow_forest(&t.data, &params, &part_image[k]);
	}
	memset(&other, 0, sizeof(other));
	ck_assert_int_eq(cf_forest_merge(part, 3, &other, NULL), 0);
	ck_assert_uint_eq(whole.len, other.len);
	ck_assert_mem_eq(whole.data, other.data, whole.len);
	cf_buf_free(&other);

	part[1] = part[0];
	ck_assert_int_eq(cf_forest_merge(part, 3, &other, NULL), -1);
	ck_assert_uint_eq(other.len, 0);
	for (uint32_t k = 0; k < 3; k++)
		cf_buf_free(&part_image[k]);
	cf_buf_free(&whole);
	table_free(&t);
}
END_TEST

START_TEST(a_shard_may_be_empty)
{
	struct table t = table_make(20, 1, 5, 5);
	struct cf_grow_params params = params_of(2, 2, 0);
	struct cf_forest forest;
	struct cf_buf image;

	params.first_tree = 5;
	forest = grow_forest(&t.data, &params, &image);
	ck_assert_uint_eq(forest.n_trees, 0);
	cf_buf_free(&image);
	table_free(&t);
}
END_TEST

START_TEST(seeds_and_folds_differ)
{
	struct table t = table_make(100, 2, 50, 5);
	struct cf_grow_params params = params_of(1, 2, 0);
	uint32_t a[100], b[100];

	cf_grow_inbag(&t.data, &params, 0, a, NULL);
	params.seed = 2;
	cf_grow_inbag(&t.data, &params, 0, b, NULL);
	ck_assert_mem_ne(a, b, sizeof(a));
	params.seed = 1;
	params.purpose = CF_RNG_FOLD_TREE;
	cf_grow_inbag(&t.data, &params, 0, b, NULL);
	ck_assert_mem_ne(a, b, sizeof(a));
	params.index_base = UINT64_C(1) << 32;
	cf_grow_inbag(&t.data, &params, 0, a, NULL);
	ck_assert_mem_ne(a, b, sizeof(a));
	table_free(&t);
}
END_TEST

START_TEST(refuses_bad_input)
{
	struct table t = table_make(20, 1, 5, 5);
	const struct cf_grow_params good = params_of(2, 2, 0);
	const struct cf_grow_data data = t.data;
	const uint32_t twice[] = { 3, 3 }, beyond[] = { 3, 20 };
	double weight[20] = { 0 };
	struct cf_grow_params params = good;
	struct cf_buf image = { 0 };
	struct cf_err err;

#define REFUSED(k) do {								\
	ck_assert_int_eq(cf_grow_forest(&t.data, &params, &image, &err), -1);	\
	ck_assert_int_eq(err.kind, k);						\
	ck_assert_uint_eq(image.len, 0);					\
	params = good;								\
	t.data = data;								\
} while (0)
	params.min_leaf = 0;
	REFUSED(CF_ERR_USAGE);
	params.tree_step = 0;
	REFUSED(CF_ERR_USAGE);
	params.sample_fraction = nan_;
	REFUSED(CF_ERR_USAGE);
	params.trees = UINT32_MAX;
	REFUSED(CF_ERR_USAGE);
	t.data.n_cells = 3;
	REFUSED(CF_ERR_DATA);
	t.data.rows = twice;
	t.data.n_rows = 2;
	REFUSED(CF_ERR_DATA);
	t.data.rows = beyond;
	t.data.n_rows = 2;
	REFUSED(CF_ERR_DATA);
	t.data.rows = beyond;
	REFUSED(CF_ERR_DATA);
	t.data.weight = weight;
	REFUSED(CF_ERR_DATA);
	weight[3] = -1;
	t.data.weight = weight;
	REFUSED(CF_ERR_DATA);
	t.target[7] = (double)INFINITY;
	REFUSED(CF_ERR_DATA);
	t.target[7] = 1e308;
	t.target[8] = -1e308;
	REFUSED(CF_ERR_DATA);
#undef REFUSED
	table_free(&t);
}
END_TEST

UNIT_MAIN("forest_grow", one_split_by_hand, cut_lies_midway, missing_values_find_their_side, trees_of_one_leaf,
    no_columns_at_all, weights_are_duplicates, weights_are_shares, blocks_stay_whole,
    leaves_keep_their_limits, same_bytes_on_threads_and_shards, a_shard_may_be_empty, seeds_and_folds_differ,
    refuses_bad_input)
