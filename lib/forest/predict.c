#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "forest/predict.h"
#include "forest/samples.h"
#include "forest/walk.h"

#define BLOCK_ROWS 16384	/* Rows taken down a tree at once, at most, */
#define BLOCK_CODES (1 << 23)	/* and their codes' bytes. */
#define FEW_ROWS 4		/* Up to here, trees go in step, not rows. */

struct cf_predict {
	const struct cf_forest * forest;
	size_t n_columns;
	size_t n_rows;		/* Of a block. */
	uint8_t * codes;	/* Of each row. */
	struct cf_walk_list list;
	uint32_t * at;		/* Of each, the node where it is. */
	double * sums;		/* Of each, leaf means. */
	struct cf_samples samples;
};

/**
 * cf_predict_new(forest, err):
 * Make scratch space for ${forest}, which is borrowed.  Return it, or NULL;
 * the caller frees it with cf_predict_free.
 */
struct cf_predict *
cf_predict_new(const struct cf_forest * forest, struct cf_err * err)
{
	struct cf_predict * p;

	if ((p = cf_mem_array(1, sizeof(*p), err)) == NULL)
		return (NULL);
	p->forest = forest;
	p->n_columns = cf_walk_columns(forest->n_inputs);
	p->n_rows = BLOCK_CODES / p->n_columns;
	p->n_rows = p->n_rows > BLOCK_ROWS ? BLOCK_ROWS : p->n_rows;
	p->codes = cf_mem_array(p->n_rows * p->n_columns + CF_WALK_SPARE, 1,
	    err);
	p->list.row = cf_mem_array(p->n_rows, sizeof(*p->list.row), err);
	p->list.node = cf_mem_array(p->n_rows, sizeof(*p->list.node), err);
	p->at = cf_mem_array(p->n_rows, sizeof(*p->at), err);
	p->sums = cf_mem_array(p->n_rows, sizeof(*p->sums), err);
	if (p->codes == NULL || p->list.row == NULL ||
	    p->list.node == NULL || p->at == NULL || p->sums == NULL ||
	    (forest->n_cells > 0 && cf_samples_init(&p->samples,
	    forest, p->n_rows, err))) {
		cf_predict_free(p);
		return (NULL);
	}
	return (p);
}

void
cf_predict_free(struct cf_predict * predict)
{

	if (predict == NULL)
		return;
	cf_samples_free(&predict->samples);
	free(predict->sums);
	free(predict->at);
	free(predict->list.node);
	free(predict->list.row);
	free(predict->codes);
	free(predict);
}

/* Take row i down all trees, several trees in step. */
static void
predict_row(struct cf_predict * p, const double * row, size_t i, int noted)
{
	const struct cf_forest * forest = p->forest;
	struct cf_layout_tree trees[CF_WALK_TREES];
	uint32_t at[CF_WALK_TREES];
	uint32_t t, k, n;

	cf_walk_code(forest, row, 1, p->codes);
	for (t = 0; t < forest->n_trees; t += n) {
		n = forest->n_trees - t;
		n = n < CF_WALK_TREES ? n : CF_WALK_TREES;
		for (k = 0; k < n; k++)
			trees[k] = cf_layout_tree(forest, t + k);
		cf_walk_trees(trees, n, p->codes, p->n_columns, at);
		for (k = 0; k < n; k++) {
			p->sums[i] += cf_walk_mean(&trees[k], at[k]);
			if (noted)
				cf_samples_notes(&p->samples, t + k)[i] =
				    cf_samples_note(&trees[k], at[k]);
		}
	}
}

/*
 * Take the ${n} coded rows down the ${t}-th tree, and return it.  Meanwhile the
 * next tree's nodes are fetched.
 */
static struct cf_layout_tree
walk_rows(struct cf_predict * p, uint32_t t, size_t n)
{
	const struct cf_layout_tree tree = cf_layout_tree(p->forest, t);
	struct cf_layout_tree next;
	size_t i;

	p->list.ahead_len = 0;
	if (t + 1 < p->forest->n_trees) {
		next = cf_layout_tree(p->forest, t + 1);
		p->list.ahead = next.nodes;
		p->list.ahead_len = next.n_nodes * sizeof(*next.nodes);
	}
	for (i = 0; i < n; i++)
		p->list.row[i] = (uint32_t)i;
	p->list.n = n;
	cf_walk_rows(&tree, p->codes, p->n_columns, &p->list, p->at);
	return (tree);
}

/*
 * Take up to a block of rows down each tree in turn and add up the leaves'
 * means; note the leaves if asked to.
 */
static void
predict_block(struct cf_predict * p, const double * rows, size_t n, int noted)
{
	const struct cf_forest * forest = p->forest;
	struct cf_layout_tree tree;
	uint32_t * note;
	uint32_t t;
	size_t i;

	memset(p->sums, 0, n * sizeof(*p->sums));
	if (noted)
		cf_samples_noted(&p->samples, n);
	if (n <= FEW_ROWS) {
		for (i = 0; i < n; i++)
			predict_row(p, rows + i * forest->n_inputs, i, noted);
		return;
	}
	cf_walk_code(forest, rows, n, p->codes);
	for (t = 0; t < forest->n_trees; t++) {
		tree = walk_rows(p, t, n);
		for (i = 0; i < n; i++)
			p->sums[i] += cf_walk_mean(&tree, p->at[i]);
		if (!noted)
			continue;
		note = cf_samples_notes(&p->samples, t);
		for (i = 0; i < n; i++)
			note[i] = cf_samples_note(&tree, p->at[i]);
	}
}

/* Turn sums over trees into averages. */
static void
set_means(const struct cf_predict * p, size_t n, double * mean)
{
	const struct cf_forest * forest = p->forest;
	const double trees = forest->n_trees > 0 ? forest->n_trees : 1;
	size_t i;

	for (i = 0; i < n; i++)
		mean[i] = forest->base + forest->unit * (p->sums[i] / trees);
}

/**
 * cf_predict_batch(predict):
 * Return the greatest number of rows that cf_predict_walk takes.
 */
size_t
cf_predict_batch(const struct cf_predict * predict)
{

	if (predict->forest->n_cells > 0 &&
	    predict->samples.n_rows < predict->n_rows)
		return (predict->samples.n_rows);
	return (predict->n_rows);
}

/**
 * cf_predict_walk(predict, rows, n, mean):
 * As cf_predict_rows without probabilities, which can then be had a few rows
 * at a time by cf_predict_shares, while they are in the cache.
 */
void
cf_predict_walk(struct cf_predict * predict, const double * rows, size_t n,
    double * mean)
{

	predict_block(predict, rows, n, predict->forest->n_cells > 0);
	set_means(predict, n, mean);
}

/**
 * cf_predict_shares(predict, first, n, stride):
 * Return the probabilities times n_trees of a few rows of the last
 * cf_predict_walk from ${first}, at most *${n}; set *${n} to how many, and
 * *${stride} to the distance of one row's from the next one's.  They are valid
 * until the next call.
 */
const float *
cf_predict_shares(struct cf_predict * predict, size_t first, size_t * n,
    size_t * stride)
{

	*stride = predict->samples.width;
	return (cf_samples_rows(&predict->samples, first, n));
}

/**
 * cf_predict_rows(predict, rows, n, mean, prob):
 * For each of ${n} rows of n_inputs doubles (row after row; NaN is missing)
 * set ${mean}[i] and ${prob}[i * n_cells ...]; either may be NULL.  ${prob} is
 * all 0 where the forest has no trees; its rows sum to 1 otherwise, up to
 * rounding.
 */
void
cf_predict_rows(struct cf_predict * predict, const double * rows, size_t n,
    double * mean, float * prob)
{
	const struct cf_forest * forest = predict->forest;
	const int noted = prob != NULL && forest->n_cells > 0;
	const float scale = forest->n_trees > 0 ?
	    (float)(1.0 / forest->n_trees) : 1.0f;
	const size_t block = noted ? cf_predict_batch(predict) :
	    predict->n_rows;
	size_t now, i;

	for (; n > 0; n -= now) {
		now = n < block ? n : block;
		predict_block(predict, rows, now, noted);
		rows += now * forest->n_inputs;
		if (mean != NULL) {
			set_means(predict, now, mean);
			mean += now;
		}
		if (!noted)
			continue;
		cf_samples_add(&predict->samples, 0, now, prob);
		for (i = 0; i < now * forest->n_cells; i++)
			prob[i] *= scale;
		prob += now * forest->n_cells;
	}
}

/**
 * cf_predict_leaves(predict, rows, n, leaf):
 * Set ${leaf}[i * n_trees + t] to the node number of row i's leaf in tree t.
 */
void
cf_predict_leaves(struct cf_predict * predict, const double * rows, size_t n,
    uint32_t * leaf)
{
	const struct cf_forest * forest = predict->forest;
	size_t now, i;
	uint32_t t;

	for (; n > 0; n -= now) {
		now = n < predict->n_rows ? n : predict->n_rows;
		cf_walk_code(forest, rows, now, predict->codes);
		for (t = 0; t < forest->n_trees; t++) {
			walk_rows(predict, t, now);
			for (i = 0; i < now; i++)
				leaf[i * forest->n_trees + t] =
				    predict->at[i];
		}
		rows += now * forest->n_inputs;
		leaf += now * forest->n_trees;
	}
}

/* Return the mean of a node, in units from the base. */
static double
node_mean(const struct cf_layout_tree * tree, uint32_t at)
{
	const uint32_t next = tree->nodes[at].next;

	if (next & CF_LAYOUT_LEAF)
		return ((double)tree->nodes[at].u.mean);
	if (next < 2 || next >= tree->n_nodes)
		return (0);
	return ((double)tree->means[next / 2 - 1]);
}

/* Add the changes of the mean along one tree's path; return the leaf's. */
static double
explain_tree(const struct cf_predict * p, const struct cf_layout_tree * tree,
    double * contribution)
{
	const size_t mask = p->n_columns - 1;
	uint32_t at = 0, next, depth;
	double mean, last;
	size_t input;

	last = mean = node_mean(tree, at);
	for (depth = 0; depth < tree->depth; depth++) {
		next = cf_walk_step(tree->nodes, tree->n_nodes, p->codes,
		    mask, at);
		if (next == at)
			break;
		mean = node_mean(tree, next);
		input = (tree->nodes[at].u.split.column & mask) / 2;
		if (input < p->forest->n_inputs)
			contribution[input] += mean - last;
		last = mean;
		at = next;
	}
	return (mean);
}

/**
 * cf_predict_explain(predict, row, contribution):
 * Set ${contribution}[n_inputs] to what each input of one row adds to the
 * mean, and return the mean, which is cf_predict_base and all contributions
 * added up, to rounding.
 */
double
cf_predict_explain(struct cf_predict * predict, const double * row,
    double * contribution)
{
	const struct cf_forest * forest = predict->forest;
	const double trees = forest->n_trees > 0 ? forest->n_trees : 1;
	struct cf_layout_tree tree;
	double sum = 0;
	uint32_t t, j;

	for (j = 0; j < forest->n_inputs; j++)
		contribution[j] = 0;
	cf_walk_code(forest, row, 1, predict->codes);
	for (t = 0; t < forest->n_trees; t++) {
		tree = cf_layout_tree(forest, t);
		sum += explain_tree(predict, &tree, contribution);
	}
	for (j = 0; j < forest->n_inputs; j++)
		contribution[j] = forest->unit * (contribution[j] / trees);
	return (forest->base + forest->unit * (sum / trees));
}

/**
 * cf_predict_base(forest):
 * Return the average of the trees' root means, from which contributions count.
 */
double
cf_predict_base(const struct cf_forest * forest)
{
	const double trees = forest->n_trees > 0 ? forest->n_trees : 1;
	struct cf_layout_tree tree;
	double sum = 0;
	uint32_t t;

	for (t = 0; t < forest->n_trees; t++) {
		tree = cf_layout_tree(forest, t);
		sum += node_mean(&tree, 0);
	}
	return (forest->base + forest->unit * (sum / trees));
}
