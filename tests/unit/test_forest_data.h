/*
 * test_forest_data.h: data for the forest's tests, and what they all do with it.
 */
#ifndef TEST_FOREST_DATA_H
#define TEST_FOREST_DATA_H

#include <stdint.h>
#include <string.h>

#include "unit.h"

#include "base/mem.h"
#include "base/rng.h"
#include "forest/grow.h"
#include "forest/predict.h"

#define COLUMNS_MAX 8

/* A small table; all members but the bins are plain arrays. */
struct table {
	size_t n;
	size_t p;
	double * column[COLUMNS_MAX];
	double * rows;			/* The same, row after row. */
	double * target;
	uint16_t * cell;
	uint32_t * block;
	struct cf_bins * bins;
	struct cf_grow_data data;
};

static inline void *
must_array(size_t n, size_t size)
{
	void *p = cf_mem_array(n, size, NULL);

	ck_assert_ptr_nonnull(p);
	return (p);
}

/* Bin the columns and fill `rows` and `data` from the rest. */
static inline void
table_finish(struct table *t)
{
	const double *columns[COLUMNS_MAX];

	t->rows = must_array(t->n * t->p, sizeof(double));
	for (size_t j = 0; j < t->p; j++) {
		columns[j] = t->column[j];
		for (size_t i = 0; i < t->n; i++)
			t->rows[i * t->p + j] = t->column[j][i];
	}
	t->bins = cf_bins_new(columns, t->p, t->n, CF_BINS_MAX, 1, NULL);
	ck_assert_ptr_nonnull(t->bins);
	memset(&t->data, 0, sizeof(t->data));
	t->data.bins = t->bins;
	t->data.target = t->target;
	if (t->cell != NULL) {
		t->data.cell = t->cell;
		t->data.n_cells = 32;
	}
}

/*
 * A table of n rows and p columns of `distinct` values each, every tenth of the first column missing, in blocks of 5 rows
 * that do not lie together.
 */
static inline struct table
table_make(size_t n, size_t p, unsigned distinct, uint64_t seed)
{
	struct cf_rng rng = cf_rng_stream(seed, CF_RNG_TEST, 0);
	struct table t = { .n = n, .p = p };

	t.target = must_array(n, sizeof(double));
	t.cell = must_array(n, sizeof(uint16_t));
	t.block = must_array(n, sizeof(uint32_t));
	for (size_t j = 0; j < p; j++)
		t.column[j] = must_array(n, sizeof(double));
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < p; j++)
			t.column[j][i] = cf_rng_below(&rng, distinct) * 0.25 - 3;
		t.target[i] = 100 + t.column[0][i] + (p > 1 ? t.column[0][i] * t.column[1][i] : 0) +
		    cf_rng_normal(&rng);
		if (cf_rng_below(&rng, 10) == 0)
			t.column[0][i] = (double)NAN;
		t.cell[i] = (uint16_t)cf_rng_below(&rng, 32);
		t.block[i] = (uint32_t)(i % (n / 5 + 1)) * 3;
	}
	table_finish(&t);
	return (t);
}

/* A table of one column given by hand. */
static inline struct table
table_of(size_t n, const double *x, const double *y)
{
	struct table t = { .n = n, .p = 1 };

	t.column[0] = must_array(n, sizeof(double));
	t.target = must_array(n, sizeof(double));
	t.cell = must_array(n, sizeof(uint16_t));
	for (size_t i = 0; i < n; i++) {
		t.column[0][i] = x[i];
		t.target[i] = y[i];
		t.cell[i] = (uint16_t)i;
	}
	table_finish(&t);
	return (t);
}

static inline void
table_free(struct table *t)
{

	cf_bins_free(t->bins);
	for (size_t j = 0; j < t->p; j++)
		free(t->column[j]);
	free(t->rows);
	free(t->target);
	free(t->cell);
	free(t->block);
}

/* Parameters of a few trees on one thread; with `whole` each sees all rows once. */
static inline struct cf_grow_params
params_of(uint32_t trees, uint32_t min_leaf, int whole)
{
	struct cf_grow_params params;

	cf_grow_defaults(&params);
	params.trees = trees;
	params.min_leaf = min_leaf;
	params.threads = 1;
	if (whole)
		params.replace = 0;
	return (params);
}

/* Grow, open and verify. */
static inline struct cf_forest
grow_forest(const struct cf_grow_data *data, const struct cf_grow_params *params, struct cf_buf *image)
{
	struct cf_err err = { 0 };
	struct cf_forest forest;

	memset(image, 0, sizeof(*image));
	ck_assert_msg(cf_grow_forest(data, params, image, &err) == 0, "%s", err.text);
	ck_assert_msg(cf_forest_open(&forest, image->data, image->len, &err) == 0, "%s", err.text);
	ck_assert_msg(cf_forest_verify(&forest, &err) == 0, "%s", err.text);
	return (forest);
}

/* Node `i` of tree t, which must be there. */
static inline struct cf_forest_node
node_of(const struct cf_forest *forest, uint32_t t, uint32_t i)
{
	struct cf_forest_node node;

	/* An assertion tells Check where it is; this is met too often for that. */
	if (cf_forest_node(forest, t, i, &node))
		ck_abort_msg("tree %u has no node %u", (unsigned)t, (unsigned)i);
	return (node);
}

/* Walk a row of doubles down a tree by its thresholds. */
static inline uint32_t
leaf_of(const struct cf_forest *forest, uint32_t t, const double *row)
{
	struct cf_forest_node node = node_of(forest, t, 0);
	uint32_t i = 0;

	while (!node.leaf) {
		const double x = row[node.input];

		if (isnan(x) ? node.missing_left : x <= node.threshold)
			i = node.left;
		else
			i = node.right;
		node = node_of(forest, t, i);
	}
	return (i);
}

#endif /* !TEST_FOREST_DATA_H */
