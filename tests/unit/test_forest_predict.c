#include "test_forest_data.h"

#include "forest/walk.h"

enum { TREES = 37, ROWS = 300 };

/* Rows that the forest has not seen, with every kind of value. */
static double *
strange_rows(size_t n, size_t p)
{
	const double values[] = { (double)NAN, (double)INFINITY, -(double)INFINITY, 1e308, -1e308, 0, -0.0, 4.9e-324 };
	struct cf_rng rng = cf_rng_stream(99, CF_RNG_TEST, 0);
	double *rows = must_array(n * p, sizeof(double));

	for (size_t i = 0; i < n * p; i++)
		rows[i] = cf_rng_below(&rng, 3) == 0 ? values[cf_rng_below(&rng, 8)] :
		    cf_rng_normal(&rng) * 4;
	return (rows);
}

/* A step on codes is a step on doubles. */
START_TEST(codes_are_thresholds)
{
	const size_t widths[] = { 1, 2, 5, 8 };

	for (size_t k = 0; k < 4; k++) {
		const size_t p = widths[k];
		struct table t = table_make(ROWS, p, 1000, k);
		struct cf_grow_params params = params_of(TREES, 2, 0);
		double *rows = strange_rows(ROWS, p);
		uint32_t *leaf = must_array(ROWS * TREES, sizeof(uint32_t));
		struct cf_predict *predict;
		struct cf_forest forest;
		struct cf_buf image;

		forest = grow_forest(&t.data, &params, &image);
		predict = cf_predict_new(&forest, NULL);
		cf_predict_leaves(predict, rows, ROWS, leaf);
		for (size_t i = 0; i < ROWS; i++)
			for (uint32_t tree = 0; tree < TREES; tree++)
				ck_assert_uint_eq(leaf[i * TREES + tree], leaf_of(&forest, tree, rows + i * p));
		cf_predict_free(predict);
		cf_buf_free(&image);
		table_free(&t);
		free(rows);
		free(leaf);
	}
}
END_TEST

/* Do rounds one way until no row is left. */
static void
all_rounds(const struct cf_layout_tree *tree, const uint8_t *codes, size_t n_columns, size_t n, int plain, uint32_t *at)
{
	struct cf_walk_list list = { .row = must_array(n, 4), .node = must_array(n, 4), .n = n };
	struct cf_walk_round round = { tree->nodes, tree->n_nodes, codes, n_columns, 3, NULL, (const char *)tree->nodes, 99 };

	round.at = at;
	for (uint32_t i = 0; i < n; i++)
		list.row[i] = i;
	for (uint32_t depth = 0; list.n > 0 && depth <= tree->depth; depth += round.steps)
		if (plain || !cf_walk_x86(&round, &list))
			cf_walk_plain(&round, &list);
	free(list.row);
	free(list.node);
}

/* Vector instructions, where there are any, lead to the same leaves. */
START_TEST(rounds_agree)
{
	struct table t = table_make(ROWS, 5, 1000, 3);
	struct cf_grow_params params = params_of(TREES, 2, 0);
	double *rows = strange_rows(ROWS, 5);
	uint8_t *codes = must_array(ROWS * 16 + CF_WALK_SPARE, 1);
	uint32_t plain[ROWS], vector[ROWS];
	struct cf_forest forest;
	struct cf_buf image;

	forest = grow_forest(&t.data, &params, &image);
	ck_assert_uint_eq(cf_walk_columns(5), 16);
	cf_walk_code(&forest, rows, ROWS, codes);
	for (uint32_t tree = 0; tree < TREES; tree++) {
		const struct cf_layout_tree tr = cf_layout_tree(&forest, tree);

		for (size_t n = 1; n <= ROWS; n += 23) {
			all_rounds(&tr, codes, 16, n, 1, plain);
			all_rounds(&tr, codes, 16, n, 0, vector);
			ck_assert_mem_eq(plain, vector, n * sizeof(uint32_t));
			for (size_t i = 0; i < n; i++)
				ck_assert_uint_eq(plain[i], leaf_of(&forest, tree, rows + i * 5));
		}
	}
	cf_buf_free(&image);
	table_free(&t);
	free(rows);
	free(codes);
}
END_TEST

/* Means and probabilities are averages over the trees. */
static void
check_averages(const struct cf_grow_data *data, uint32_t min_leaf, const double *rows, size_t n)
{
	struct cf_grow_params params = params_of(TREES, min_leaf, 0);
	double *mean = must_array(n, sizeof(double));
	float *prob = must_array(n * 32, sizeof(float));
	struct cf_predict *predict;
	struct cf_forest forest;
	struct cf_buf image;

	forest = grow_forest(data, &params, &image);
	predict = cf_predict_new(&forest, NULL);
	cf_predict_rows(predict, rows, n, mean, prob);
	for (size_t i = 0; i < n; i++) {
		double sum = 0, share[32] = { 0 }, total = 0;

		for (uint32_t t = 0; t < TREES; t++) {
			uint32_t leaf = leaf_of(&forest, t, rows + i * forest.n_inputs);

			sum += node_of(&forest, t, leaf).mean;
			ck_assert_int_eq(cf_forest_samples(&forest, t, leaf, share), 0);
		}
		ck_near(mean[i], sum / TREES, 1e-12);
		for (size_t c = 0; c < 32; c++) {
			ck_abs((double)prob[i * 32 + c], share[c] / TREES, 1e-6);
			total += (double)prob[i * 32 + c];
		}
		ck_near(total, 1, 1e-5);
	}
	cf_predict_free(predict);
	cf_buf_free(&image);
	free(mean);
	free(prob);
}

START_TEST(results_are_averages)
{
	struct table t = table_make(ROWS, 4, 100, 1);
	double *weight = must_array(ROWS, sizeof(double));
	double *rows = strange_rows(ROWS, 4);

	for (size_t i = 0; i < ROWS; i++)
		weight[i] = 1.0 / (double)(i + 1);
	check_averages(&t.data, 1, rows, ROWS);
	check_averages(&t.data, 5, rows, ROWS);
	check_averages(&t.data, 150, rows, ROWS);
	t.data.weight = weight;
	check_averages(&t.data, 5, rows, ROWS);
	check_averages(&t.data, 150, rows, ROWS);
	table_free(&t);
	free(weight);
	free(rows);
}
END_TEST

/* A row's results do not depend on the rows it comes with. */
START_TEST(batches_make_no_difference)
{
	struct table t = table_make(2000, 4, 100, 1);
	struct cf_grow_params params = params_of(TREES, 3, 0);
	double all[ROWS], mean[ROWS];
	float *all_prob = must_array(ROWS * 32, sizeof(float)), *prob = must_array(ROWS * 32, sizeof(float));
	double *rows = strange_rows(ROWS, 4);
	struct cf_predict *predict;
	struct cf_forest forest;
	struct cf_buf image;

	forest = grow_forest(&t.data, &params, &image);
	predict = cf_predict_new(&forest, NULL);
	cf_predict_rows(predict, rows, ROWS, all, all_prob);
	for (size_t size = 1; size < 70; size++) {
		for (size_t i = 0; i < ROWS; i += size)
			cf_predict_rows(predict, rows + i * 4, ROWS - i < size ? ROWS - i : size, mean + i,
			    prob + i * 32);
		ck_assert_mem_eq(all, mean, sizeof(all));
		ck_assert_mem_eq(all_prob, prob, ROWS * 32 * sizeof(float));
	}
	cf_predict_rows(predict, rows, ROWS, NULL, prob);
	ck_assert_mem_eq(all_prob, prob, ROWS * 32 * sizeof(float));
	cf_predict_rows(predict, rows, ROWS, mean, NULL);
	ck_assert_mem_eq(all, mean, sizeof(all));
	cf_predict_rows(predict, rows, 0, mean, prob);
	cf_predict_free(predict);
	cf_buf_free(&image);
	table_free(&t);
	free(rows);
	free(prob);
	free(all_prob);
}
END_TEST

/* More rows than a block, so that its seams are met. */
START_TEST(blocks_have_no_seams)
{
	enum { MANY = 9001 };
	struct table t = table_make(ROWS, 4, 100, 1);
	struct cf_grow_params params = params_of(3, 3, 0);
	double *rows = strange_rows(MANY, 4), *mean = must_array(MANY, sizeof(double)), one;
	struct cf_predict *predict;
	struct cf_forest forest;
	struct cf_buf image;

	forest = grow_forest(&t.data, &params, &image);
	predict = cf_predict_new(&forest, NULL);
	cf_predict_rows(predict, rows, MANY, mean, NULL);
	for (size_t i = 0; i < MANY; i++) {
		cf_predict_rows(predict, rows + i * 4, 1, &one, NULL);
		ck_assert(one >= mean[i] && one <= mean[i]);
	}
	cf_predict_free(predict);
	cf_buf_free(&image);
	table_free(&t);
	free(rows);
	free(mean);
}
END_TEST

START_TEST(contributions_add_up)
{
	struct table t = table_make(ROWS, 5, 100, 1);
	struct cf_grow_params params = params_of(TREES, 3, 0);
	double *rows = strange_rows(ROWS, 5);
	struct cf_predict *predict;
	struct cf_forest forest;
	struct cf_buf image;

	forest = grow_forest(&t.data, &params, &image);
	predict = cf_predict_new(&forest, NULL);
	for (size_t i = 0; i < ROWS; i++) {
		double part[5], mean, explained, sum = cf_predict_base(&forest);

		cf_predict_rows(predict, rows + i * 5, 1, &mean, NULL);
		explained = cf_predict_explain(predict, rows + i * 5, part);
		ck_assert(explained >= mean && explained <= mean);
		for (size_t j = 0; j < 5; j++)
			sum += part[j];
		ck_near(sum, mean, 1e-13);
	}
	cf_predict_free(predict);
	cf_buf_free(&image);
	table_free(&t);
	free(rows);
}
END_TEST

/* A column that tells nothing gets nothing; the only one that tells gets all. */
START_TEST(contributions_go_to_causes)
{
	struct table t = table_make(ROWS, 2, 100, 1);
	struct cf_grow_params params = params_of(TREES, 30, 0);
	struct cf_predict *predict;
	struct cf_forest forest;
	struct cf_buf image;
	double part[2];

	for (size_t i = 0; i < ROWS; i++)
		t.target[i] = t.column[1][i] > 8 ? 5 : 1;
	params.mtry = 2;
	forest = grow_forest(&t.data, &params, &image);
	predict = cf_predict_new(&forest, NULL);
	cf_predict_explain(predict, (const double[]){ 3, 20 }, part);
	ck_assert(part[0] == 0 && part[1] > 1);
	cf_predict_explain(predict, (const double[]){ 3, -1 }, part);
	ck_assert(part[0] == 0 && part[1] < -1);
	cf_predict_free(predict);
	cf_buf_free(&image);
	table_free(&t);
}
END_TEST

/* Leaves of more samples than a short count can tell. */
START_TEST(large_leaves)
{
	enum { MANY = 200000 };
	struct table t = table_make(MANY, 1, 2, 1);
	struct cf_grow_params params = params_of(1, MANY, 1);
	struct cf_predict *predict;
	struct cf_forest forest;
	struct cf_buf image;
	float prob[32];
	double n[32] = { 0 };

	for (size_t i = 0; i < MANY; i++)
		t.cell[i] = i < MANY / 2 ? 3 : (uint16_t)(i % 32);
	for (size_t i = 0; i < MANY; i++)
		n[t.cell[i]]++;
	forest = grow_forest(&t.data, &params, &image);
	ck_assert_uint_lt(image.len, 400);
	predict = cf_predict_new(&forest, NULL);
	cf_predict_rows(predict, t.rows, 1, NULL, prob);
	for (size_t c = 0; c < 32; c++)
		ck_near((double)prob[c], n[c] / MANY, 1e-6);
	cf_predict_free(predict);
	cf_buf_free(&image);

	/* As many cells as samples: repeated cells, a long count. */
	t.data.n_cells = 60000;
	for (size_t i = 0; i < MANY; i++)
		t.cell[i] = (uint16_t)(i % 50000);
	t.data.rows = must_array(50000, sizeof(uint32_t));
	for (uint32_t i = 0; i < 50000; i++)
		memcpy((char *)(uintptr_t)t.data.rows + i * 4, &i, 4);
	t.data.n_rows = 50000;
	forest = grow_forest(&t.data, &params, &image);
	predict = cf_predict_new(&forest, NULL);
	float *many = must_array(60000, sizeof(float));
	cf_predict_rows(predict, t.rows, 1, NULL, many);
	ck_near((double)many[49999], 1.0 / 50000, 1e-6);
	ck_near((double)many[50000], 0, 0);
	cf_predict_free(predict);
	cf_buf_free(&image);
	free((void *)(uintptr_t)t.data.rows);
	table_free(&t);
	free(many);
}
END_TEST

START_TEST(forest_without_samples_or_trees)
{
	struct table t = table_make(ROWS, 2, 100, 1);
	struct cf_grow_params params = params_of(0, 3, 0);
	struct cf_predict *predict;
	struct cf_forest forest;
	struct cf_buf image;
	double mean, sum = 0, part[2];

	for (size_t i = 0; i < ROWS; i++)
		sum += t.target[i];
	t.data.cell = NULL;
	forest = grow_forest(&t.data, &params, &image);
	ck_assert_uint_eq(forest.n_cells, 0);
	predict = cf_predict_new(&forest, NULL);
	cf_predict_rows(predict, t.rows, 1, &mean, NULL);
	ck_near(mean, sum / ROWS, 1e-12);
	ck_near(cf_predict_explain(predict, t.rows, part), mean, 0);
	cf_predict_free(predict);
	cf_buf_free(&image);
	params.trees = 2;
	forest = grow_forest(&t.data, &params, &image);
	predict = cf_predict_new(&forest, NULL);
	cf_predict_rows(predict, t.rows, 1, &mean, NULL);
	cf_predict_free(predict);
	cf_buf_free(&image);
	table_free(&t);
}
END_TEST

UNIT_MAIN("forest_predict", codes_are_thresholds, rounds_agree, results_are_averages,
    batches_make_no_difference, blocks_have_no_seams, contributions_add_up, contributions_go_to_causes, large_leaves,
    forest_without_samples_or_trees)
