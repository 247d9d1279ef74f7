#include "test_forest_data.h"

#include "forest/oob.h"

static const double nan_ = (double)NAN;

/* Out-of-bag results are what the single trees say, tree by tree. */
START_TEST(out_of_bag_by_hand)
{
	struct table t = table_make(150, 3, 60, 9);
	struct cf_grow_params params = params_of(7, 3, 0);
	uint32_t (*counts)[150] = must_array(7, sizeof(*counts));
	struct cf_forest forest;
	struct cf_buf image;
	struct cf_oob *oob;
	double mean[150];
	float prob[150 * 32];
	uint32_t trees[150];

	t.data.block = t.block;
	t.data.n_blocks = 400;
	forest = grow_forest(&t.data, &params, &image);
	oob = cf_oob_new(&t.data, &params, &forest, 2, NULL);
	ck_assert_ptr_nonnull(oob);
	ck_assert_int_eq(cf_oob_predict(oob, 0, 150, 0, NULL, mean, prob, trees, NULL), 0);
	for (uint32_t k = 0; k < 7; k++)
		cf_grow_inbag(&t.data, &params, k, counts[k], NULL);
	for (size_t i = 0; i < 150; i++) {
		double sum = 0, p[32] = { 0 };
		uint32_t n = 0;

		for (uint32_t k = 0; k < 7; k++) {
			uint32_t leaf = leaf_of(&forest, k, t.rows + i * 3);

			ck_assert_int_eq(cf_oob_has(oob, i, k) != 0, counts[k][i] == 0);
			if (counts[k][i] > 0)
				continue;
			sum += node_of(&forest, k, leaf).mean;
			cf_forest_samples(&forest, k, leaf, p);
			n++;
		}
		ck_assert_uint_eq(trees[i], n);
		ck_near(mean[i], n > 0 ? sum / n : nan_, 1e-9);
		for (size_t c = 0; c < 32; c++)
			ck_abs((double)prob[i * 32 + c], n > 0 ? p[c] / n : 0, 1e-6);
	}
	cf_oob_free(oob);
	cf_buf_free(&image);
	table_free(&t);
	free(counts);
}
END_TEST

START_TEST(out_of_bag_with_donors)
{
	struct table t = table_make(60, 2, 30, 9);
	struct cf_grow_params params = params_of(9, 3, 0);
	uint32_t donor[60];
	struct cf_forest forest;
	struct cf_buf image;
	struct cf_oob *oob;
	double mean[60], swapped[60];

	forest = grow_forest(&t.data, &params, &image);
	oob = cf_oob_new(&t.data, &params, &forest, 1, NULL);
	for (uint32_t i = 0; i < 60; i++)
		donor[i] = i;
	ck_assert_int_eq(cf_oob_predict(oob, 0, 60, 0, NULL, mean, NULL, NULL, NULL), 0);
	ck_assert_int_eq(cf_oob_predict(oob, 0, 60, 1, donor, swapped, NULL, NULL, NULL), 0);
	ck_assert_mem_eq(mean, swapped, sizeof(mean));
	for (uint32_t i = 0; i < 60; i++)
		donor[i] = 59 - i;
	ck_assert_int_eq(cf_oob_predict(oob, 10, 50, 1, donor, swapped, NULL, NULL, NULL), 0);
	ck_assert_mem_ne(mean + 10, swapped, 50 * sizeof(double));
	cf_oob_free(oob);
	cf_buf_free(&image);
	table_free(&t);
}
END_TEST

/* Rows that are always drawn have no out-of-bag trees: NaN, and no probability. */
START_TEST(always_in_bag)
{
	struct table t = table_make(30, 2, 30, 9);
	struct cf_grow_params params = params_of(3, 3, 1);
	struct cf_forest forest;
	struct cf_buf image;
	struct cf_oob *oob;
	double mean[30];
	float prob[30 * 32];
	uint32_t trees[30];

	forest = grow_forest(&t.data, &params, &image);
	oob = cf_oob_new(&t.data, &params, &forest, 1, NULL);
	ck_assert_int_eq(cf_oob_predict(oob, 0, 30, 0, NULL, mean, prob, trees, NULL), 0);
	for (size_t i = 0; i < 30; i++)
		ck_assert(isnan(mean[i]) && trees[i] == 0);
	for (size_t i = 0; i < 30 * 32; i++)
		ck_near((double)prob[i], 0, 0);
	cf_oob_free(oob);
	cf_buf_free(&image);
	table_free(&t);
}
END_TEST

START_TEST(subset_of_rows)
{
	struct table t = table_make(90, 2, 30, 9);
	struct cf_grow_params params = params_of(9, 3, 0);
	uint32_t rows[40];
	struct cf_forest forest;
	struct cf_buf image;
	struct cf_oob *oob;
	double mean[40];

	for (uint32_t k = 0; k < 40; k++)
		rows[k] = 2 * k + 5;
	t.data.rows = rows;
	t.data.n_rows = 40;
	forest = grow_forest(&t.data, &params, &image);
	oob = cf_oob_new(&t.data, &params, &forest, 1, NULL);
	ck_assert_int_eq(cf_oob_predict(oob, 0, 40, 0, NULL, mean, NULL, NULL, NULL), 0);
	for (uint32_t k = 0; k < 40; k++) {
		double sum = 0;
		uint32_t n = 0;

		for (uint32_t tree = 0; tree < 9; tree++)
			if (cf_oob_has(oob, k, tree)) {
				sum += node_of(&forest, tree, leaf_of(&forest, tree, t.rows + rows[k] * 2)).mean;
				n++;
			}
		ck_near(mean[k], n > 0 ? sum / n : nan_, 1e-9);
	}
	cf_oob_free(oob);
	cf_buf_free(&image);
	table_free(&t);
}
END_TEST

UNIT_MAIN("forest_oob", out_of_bag_by_hand, out_of_bag_with_donors, always_in_bag, subset_of_rows)
