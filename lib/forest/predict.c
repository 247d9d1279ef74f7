#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "forest/leaf.h"
#include "forest/predict.h"
#include "forest/walk.h"

#define BLOCK_ROWS 4096		/* Rows taken down a tree at once: means. */
#define BLOCK_CELLS (1 << 18)	/* Probabilities under way at once. */
#define FEW_ROWS 4		/* Up to here, trees go in step, not rows. */
#define TREES_AT_ONCE 16

struct cf_predict {
	const struct cf_forest * forest;
	size_t n_columns;
	uint8_t * codes;	/* Of BLOCK_ROWS rows. */
	uint32_t * at;		/* Of each, the node where it is. */
	double * sums;		/* Of each, leaf means. */
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
	p->codes = cf_mem_array(BLOCK_ROWS, p->n_columns, err);
	p->at = cf_mem_array(BLOCK_ROWS, sizeof(*p->at), err);
	p->sums = cf_mem_array(BLOCK_ROWS, sizeof(*p->sums), err);
	if (p->codes == NULL || p->at == NULL || p->sums == NULL) {
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
	free(predict->sums);
	free(predict->at);
	free(predict->codes);
	free(predict);
}

/* Where results go; either may be NULL. */
struct results {
	double * mean;
	float * prob;
};

/* Add what node ${at} gives to row ${i}. */
static void
add_leaf(const struct cf_predict * p, const struct cf_layout_tree * tree,
    uint32_t at, size_t i, const struct results * results)
{
	const uint32_t n_cells = p->forest->n_cells;

	if (results->mean != NULL)
		p->sums[i] += cf_leaf_mean(tree, at);
	if (results->prob != NULL)
		cf_leaf_add(tree, at, n_cells, results->prob + i * n_cells);
}

/* Take one row down all trees, several trees in step. */
static void
predict_row(struct cf_predict * p, const double * row, size_t i,
    const struct results * results)
{
	const struct cf_forest * forest = p->forest;
	struct cf_layout_tree trees[TREES_AT_ONCE];
	uint32_t at[TREES_AT_ONCE];
	uint32_t t, k, n;

	cf_walk_code(forest, row, 1, p->codes);
	for (t = 0; t < forest->n_trees; t += n) {
		n = forest->n_trees - t;
		n = n < TREES_AT_ONCE ? n : TREES_AT_ONCE;
		for (k = 0; k < n; k++)
			trees[k] = cf_layout_tree(forest, t + k);
		cf_walk_trees(trees, n, p->codes, p->n_columns, at);
		for (k = 0; k < n; k++)
			add_leaf(p, &trees[k], at[k], i, results);
	}
}

/* Take up to a block of rows down each tree in turn. */
static void
predict_block(struct cf_predict * p, const double * rows, size_t n,
    const struct results * results)
{
	const struct cf_forest * forest = p->forest;
	struct cf_layout_tree tree;
	uint32_t t;
	size_t i;

	if (n <= FEW_ROWS) {
		for (i = 0; i < n; i++)
			predict_row(p, rows + i * forest->n_inputs, i,
			    results);
		return;
	}
	cf_walk_code(forest, rows, n, p->codes);
	for (t = 0; t < forest->n_trees; t++) {
		tree = cf_layout_tree(forest, t);
		cf_walk_rows(&tree, p->codes, p->n_columns,
		    (n + CF_WALK_LANES - 1) / CF_WALK_LANES, p->at);
		for (i = 0; i < n; i++)
			add_leaf(p, &tree, p->at[i], i, results);
	}
}

/* Return how many rows make a block: fewer if their results are large. */
static size_t
block_rows(const struct cf_forest * forest, const float * prob)
{
	size_t n = BLOCK_ROWS;

	if (prob != NULL && forest->n_cells > 0)
		n = BLOCK_CELLS / forest->n_cells;
	if (n > BLOCK_ROWS)
		n = BLOCK_ROWS;
	return (n < CF_WALK_LANES ? CF_WALK_LANES :
	    n / CF_WALK_LANES * CF_WALK_LANES);
}

/* Turn sums over trees into averages. */
static void
finish(const struct cf_predict * p, size_t n, const struct results * results)
{
	const struct cf_forest * forest = p->forest;
	const double trees = forest->n_trees > 0 ? forest->n_trees : 1;
	const float scale = (float)(1.0 / trees);
	size_t i;

	for (i = 0; results->mean != NULL && i < n; i++)
		results->mean[i] = forest->base +
		    forest->unit * (p->sums[i] / trees);
	for (i = 0; results->prob != NULL && i < n * forest->n_cells; i++)
		results->prob[i] *= scale;
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
	const size_t block = block_rows(forest, prob);
	struct results results = { mean, prob };
	size_t now;

	for (; n > 0; n -= now) {
		now = n < block ? n : block;
		memset(predict->sums, 0, now * sizeof(*predict->sums));
		if (prob != NULL)
			memset(results.prob, 0,
			    now * forest->n_cells * sizeof(*prob));
		predict_block(predict, rows, now, &results);
		finish(predict, now, &results);
		rows += now * forest->n_inputs;
		if (mean != NULL)
			results.mean += now;
		if (prob != NULL)
			results.prob += now * forest->n_cells;
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
	struct cf_layout_tree tree;
	size_t now, i;
	uint32_t t;

	for (; n > 0; n -= now) {
		now = n < BLOCK_ROWS ? n : BLOCK_ROWS;
		cf_walk_code(forest, rows, now, predict->codes);
		for (t = 0; t < forest->n_trees; t++) {
			tree = cf_layout_tree(forest, t);
			cf_walk_rows(&tree, predict->codes,
			    predict->n_columns, (now + CF_WALK_LANES - 1) /
			    CF_WALK_LANES, predict->at);
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
