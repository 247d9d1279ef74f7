#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "forest/oob.h"
#include "forest/plan.h"
#include "forest/samples.h"
#include "forest/walk.h"

#define BLOCK_ROWS 4096

struct cf_oob {
	const struct cf_grow_data * data;
	struct cf_grow_params params;
	const struct cf_forest * forest;
	size_t n_rows;
	size_t row_bytes;	/* Of the bits of one tree. */
	uint8_t * drawn;	/* [tree][row / 8], bit row % 8. */
};

/* The work of drawing again: an item is one tree. */
struct job {
	struct cf_oob * oob;
	const struct cf_plan * plan;
	uint32_t ** draws;	/* Of each thread. */
};

/* A block of rows under way. */
struct block {
	const struct cf_oob * oob;
	size_t first;
	size_t n;
	size_t n_rows;		/* At most. */
	size_t n_columns;
	uint8_t * codes;	/* Of each row. */
	uint32_t * rows;	/* Which of them are out of the bag. */
	struct cf_walk_list list;
	uint32_t * at;
	double * sums;
	uint32_t * trees;
	struct cf_samples samples;
};

/* Set the bits of one tree: a cf_par_work. */
static int
draw_tree(void * cookie, size_t t, size_t thread, struct cf_err * err)
{
	const struct job * job = cookie;
	const struct cf_plan * plan = job->plan;
	uint8_t * bits = job->oob->drawn + t * job->oob->row_bytes;
	uint32_t * draws = job->draws[thread];
	uint32_t b, i, from, to, k;

	if (draws == NULL) {
		draws = cf_mem_array(plan->n_present, sizeof(*draws), err);
		if (draws == NULL)
			return (-1);
		job->draws[thread] = draws;
	}
	cf_plan_draw(plan, cf_forest_number(job->oob->forest, (uint32_t)t),
	    draws);
	for (b = 0; b < plan->n_present; b++) {
		if (draws[b] == 0)
			continue;
		from = plan->start != NULL ? plan->start[b] : b;
		to = plan->start != NULL ? plan->start[b + 1] : b + 1;
		for (i = from; i < to; i++) {
			k = plan->order != NULL ? plan->order[i] : i;
			bits[k / 8] |= (uint8_t)(1u << k % 8);
		}
	}
	return (0);
}

/* Draw all trees' samples again. */
static int
draw_trees(struct cf_oob * oob, size_t threads, struct cf_err * err)
{
	struct job job = { .oob = oob };
	struct cf_plan * plan;
	size_t i;
	int rc = -1;

	plan = cf_plan_new(oob->data, &oob->params, 0, err);
	if (plan == NULL)
		return (-1);
	oob->n_rows = plan->n_records;
	oob->row_bytes = (oob->n_rows + 7) / 8;
	oob->drawn = cf_mem_array(oob->row_bytes, oob->forest->n_trees, err);
	job.plan = plan;
	job.draws = cf_mem_array(threads, sizeof(*job.draws), err);
	if (oob->drawn != NULL && job.draws != NULL)
		rc = cf_par_run(oob->forest->n_trees, threads, draw_tree,
		    &job, err);
	for (i = 0; job.draws != NULL && i < threads; i++)
		free(job.draws[i]);
	free(job.draws);
	cf_plan_free(plan);
	return (rc);
}

/**
 * cf_oob_new(data, params, forest, threads, err):
 * Prepare for ${forest}, grown from ${data} with ${params}; all are borrowed
 * (params is copied).  Return NULL on failure; the caller frees the result
 * with cf_oob_free.
 */
struct cf_oob *
cf_oob_new(const struct cf_grow_data * data,
    const struct cf_grow_params * params, const struct cf_forest * forest,
    size_t threads, struct cf_err * err)
{
	struct cf_oob * oob;

	if (cf_grow_check(data, params, err))
		return (NULL);
	if (data->bins->n_columns != forest->n_inputs) {
		cf_err_set(err, CF_ERR_DATA,
		    "forest of %lu inputs, data of %zu",
		    (unsigned long)forest->n_inputs, data->bins->n_columns);
		return (NULL);
	}
	if ((oob = cf_mem_array(1, sizeof(*oob), err)) == NULL)
		return (NULL);
	oob->data = data;
	oob->params = *params;
	oob->forest = forest;
	if (draw_trees(oob, cf_par_threads(threads), err)) {
		cf_oob_free(oob);
		return (NULL);
	}
	return (oob);
}

void
cf_oob_free(struct cf_oob * oob)
{

	if (oob == NULL)
		return;
	free(oob->drawn);
	free(oob);
}

/**
 * cf_oob_has(oob, k, t):
 * Return nonzero if training row ${k} is out of the bag of the ${t}-th tree.
 */
int
cf_oob_has(const struct cf_oob * oob, size_t k, uint32_t t)
{

	return (!(oob->drawn[t * oob->row_bytes + k / 8] >> k % 8 & 1));
}

/* Copy the codes of the block's rows, row after row. */
static void
code_rows(const struct block * block, size_t column, const uint32_t * donor)
{
	const struct cf_grow_data * data = block->oob->data;
	const struct cf_bins * bins = data->bins;
	size_t i, j, k;

	for (j = 0; j < bins->n_columns; j++) {
		for (i = 0; i < block->n; i++) {
			k = block->first + i;
			if (donor != NULL && j == column)
				k = donor[k];
			if (data->rows != NULL)
				k = data->rows[k];
			cf_walk_put(block->codes + i * block->n_columns, j,
			    bins->codes[j * bins->n_rows + k]);
		}
	}
}

/* List the block's rows that are out of the bag of tree ${t}. */
static size_t
list_rows(struct block * block, uint32_t t)
{
	size_t i, n = 0;

	for (i = 0; i < block->n; i++) {
		block->rows[n] = (uint32_t)i;
		n += cf_oob_has(block->oob, block->first + i, t) ? 1 : 0;
	}
	memcpy(block->list.row, block->rows, n * sizeof(*block->rows));
	block->list.n = n;
	return (n);
}

/* Take the block down all trees. */
static void
predict_block(struct block * block, float * prob)
{
	const struct cf_forest * forest = block->oob->forest;
	struct cf_layout_tree tree;
	uint32_t * note = NULL;
	uint32_t t, row;
	size_t i, n;

	for (t = 0; t < forest->n_trees; t++) {
		tree = cf_layout_tree(forest, t);
		n = list_rows(block, t);
		if (prob != NULL) {
			note = cf_samples_notes(&block->samples, t);
			for (i = 0; i < block->n; i++)
				note[i] = CF_SAMPLES_NONE;
		}
		cf_walk_rows(&tree, block->codes, block->n_columns,
		    &block->list, block->at);
		for (i = 0; i < n; i++) {
			row = block->rows[i];
			block->trees[row]++;
			block->sums[row] += cf_walk_mean(&tree,
			    block->at[row]);
			if (prob != NULL)
				note[row] = cf_samples_note(&tree,
				    block->at[row]);
		}
	}
	if (prob != NULL) {
		cf_samples_noted(&block->samples, block->n);
		cf_samples_add(&block->samples, 0, block->n, prob);
	}
}

/* Turn sums into averages. */
static void
finish(const struct block * block, double * mean, float * prob,
    uint32_t * trees)
{
	const struct cf_forest * forest = block->oob->forest;
	size_t i;
	uint32_t c, n;
	float scale;

	for (i = 0; i < block->n; i++) {
		n = block->trees[i];
		if (trees != NULL)
			trees[i] = n;
		if (mean != NULL)
			mean[i] = n > 0 ? forest->base +
			    forest->unit * (block->sums[i] / n) :
			    (double)NAN;
		scale = n > 0 ? (float)(1.0 / n) : 0.0f;
		for (c = 0; prob != NULL && c < forest->n_cells; c++)
			prob[i * forest->n_cells + c] *= scale;
	}
}

/* Make room for a block of at most ${n} rows. */
static int
block_new(struct block * block, const struct cf_oob * oob, size_t n,
    int with_prob, struct cf_err * err)
{

	memset(block, 0, sizeof(*block));
	block->oob = oob;
	block->n_columns = cf_walk_columns(oob->forest->n_inputs);
	n = n < BLOCK_ROWS ? n : BLOCK_ROWS;
	if (with_prob) {
		if (cf_samples_init(&block->samples, oob->forest, n, err))
			return (-1);
		n = n < block->samples.n_rows ? n : block->samples.n_rows;
	}
	block->n_rows = n;
	block->codes = cf_mem_array(n * block->n_columns + CF_WALK_SPARE, 1,
	    err);
	block->list.row = cf_mem_array(n, sizeof(uint32_t), err);
	block->list.node = cf_mem_array(n, sizeof(uint32_t), err);
	block->rows = cf_mem_array(n, sizeof(*block->rows), err);
	block->at = cf_mem_array(n, sizeof(*block->at), err);
	block->sums = cf_mem_array(n, sizeof(*block->sums), err);
	block->trees = cf_mem_array(n, sizeof(*block->trees), err);
	return (block->codes == NULL || block->list.row == NULL ||
	    block->list.node == NULL || block->rows == NULL ||
	    block->at == NULL || block->sums == NULL ||
	    block->trees == NULL ? -1 : 0);
}

static void
block_free(struct block * block)
{

	cf_samples_free(&block->samples);
	free(block->trees);
	free(block->sums);
	free(block->at);
	free(block->rows);
	free(block->list.node);
	free(block->list.row);
	free(block->codes);
}

/**
 * cf_oob_predict(oob, first, n, column, donor, mean, prob, trees, err):
 * Predict training rows ${first} .. ${first} + ${n} - 1 (position k in
 * data->rows), from the trees that did not draw them: ${mean}[i] (NaN where
 * there is none), ${prob}[i * n_cells ...] (all 0 where there is none),
 * ${trees}[i] their number; each may be NULL.  If ${donor} is not NULL, input
 * ${column} of training row k is read from training row ${donor}[k].  Threads
 * may call this for different rows at once.  Return 0 or -1 (memory).
 */
int
cf_oob_predict(const struct cf_oob * oob, size_t first, size_t n,
    size_t column, const uint32_t * donor, double * mean, float * prob,
    uint32_t * trees, struct cf_err * err)
{
	const size_t n_cells = oob->forest->n_cells;
	struct block block;
	int rc;

	if (n_cells == 0)
		prob = NULL;
	if ((rc = block_new(&block, oob, n, prob != NULL, err)) != 0)
		goto done;
	for (; n > 0; n -= block.n, first += block.n) {
		block.first = first;
		block.n = n < block.n_rows ? n : block.n_rows;
		memset(block.sums, 0, block.n * sizeof(*block.sums));
		memset(block.trees, 0, block.n * sizeof(*block.trees));
		code_rows(&block, column, donor);
		predict_block(&block, prob);
		finish(&block, mean, prob, trees);
		mean = mean != NULL ? mean + block.n : NULL;
		prob = prob != NULL ? prob + block.n * n_cells : NULL;
		trees = trees != NULL ? trees + block.n : NULL;
	}
done:
	block_free(&block);
	return (rc);
}
