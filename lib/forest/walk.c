#include "forest/bins.h"
#include "forest/walk.h"

#define STEPS 4			/* Between looks whether all are at leaves. */

/**
 * cf_walk_columns(n_inputs):
 * Return the number of columns of coded rows, a power of 2.
 */
size_t
cf_walk_columns(size_t n_inputs)
{
	size_t n = 2;

	while (n < 2 * n_inputs)
		n *= 2;
	return (n);
}

/**
 * cf_walk_code(forest, rows, n, codes):
 * Code ${n} rows of doubles into groups at ${codes}; lanes without a row in the
 * last group are made 0.
 */
void
cf_walk_code(const struct cf_forest * forest, const double * rows, size_t n,
    uint8_t * codes)
{
	const size_t n_columns = cf_walk_columns(forest->n_inputs);
	const uint32_t * first = forest->first_edge;
	const double * row = rows;
	size_t i, j, lanes;

	lanes = (n + CF_WALK_LANES - 1) / CF_WALK_LANES * CF_WALK_LANES;
	memset(codes + (lanes - lanes % CF_WALK_LANES) * n_columns, 0, 0);
	if (n % CF_WALK_LANES != 0)
		memset(codes + (lanes - CF_WALK_LANES) * n_columns, 0,
		    n_columns * CF_WALK_LANES);
	for (i = 0; i < n; i++, row += forest->n_inputs)
		for (j = 0; j < forest->n_inputs; j++)
			cf_walk_put(codes, n_columns, i, j,
			    cf_bins_code(forest->edges + first[j],
			    first[j + 1] - first[j], row[j]));
}

/* Return nonzero if all lanes are at leaves. */
static int
all_done(const struct cf_layout_node * nodes, const uint32_t * at)
{
	uint32_t all = CF_LAYOUT_LEAF;
	unsigned k;

#pragma GCC unroll 16
	for (k = 0; k < CF_WALK_LANES; k++)
		all &= nodes[at[k]].next;
	return (all != 0);
}

/* Walk one group. */
static void
walk_group(const struct cf_layout_tree * tree, const uint8_t * codes,
    size_t mask, uint32_t * at)
{
	uint32_t a[CF_WALK_LANES] = { 0 };
	uint32_t depth;
	unsigned k, s;

	for (depth = 0; depth < tree->depth && !all_done(tree->nodes, a);
	    depth += STEPS) {
		for (s = 0; s < STEPS; s++) {
#pragma GCC unroll 16
			for (k = 0; k < CF_WALK_LANES; k++)
				a[k] = cf_walk_step(tree->nodes,
				    tree->n_nodes, codes + k, mask, a[k]);
		}
	}
	memcpy(at, a, sizeof(a));
}

/**
 * cf_walk_rows(tree, codes, n_columns, n_groups, at):
 * Walk all rows of ${n_groups} groups down ${tree} and set ${at}[row] to the
 * node where each ends.
 */
void
cf_walk_rows(const struct cf_layout_tree * tree, const uint8_t * codes,
    size_t n_columns, size_t n_groups, uint32_t * at)
{
	size_t i;

	for (i = 0; i < n_groups; i++) {
		walk_group(tree, codes, n_columns - 1, at);
		codes += n_columns * CF_WALK_LANES;
		at += CF_WALK_LANES;
	}
}

/**
 * cf_walk_trees(trees, n, codes, n_columns, at):
 * Walk the row in lane 0 of a group down ${n} trees.
 */
void
cf_walk_trees(const struct cf_layout_tree * trees, size_t n,
    const uint8_t * codes, size_t n_columns, uint32_t * at)
{
	const struct cf_layout_tree * tree;
	size_t i;
	uint32_t depth, deepest = 0, last;
	int moved = 1;

	for (i = 0; i < n; i++) {
		at[i] = 0;
		if (trees[i].depth > deepest)
			deepest = trees[i].depth;
	}
	for (depth = 0; depth < deepest && moved; depth++) {
		for (moved = 0, i = 0; i < n; i++) {
			tree = &trees[i];
			last = at[i];
			at[i] = cf_walk_step(tree->nodes, tree->n_nodes,
			    codes, n_columns - 1, last);
			moved |= at[i] != last;
		}
	}
}
