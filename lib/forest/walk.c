#include "forest/bins.h"
#include "forest/walk.h"

#define LANES 8			/* Rows side by side. */
#define STEPS 3			/* In a round but the first. */

/**
 * cf_walk_columns(n_inputs):
 * Return the number of bytes of a coded row, a power of 2.
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
 * Code ${n} rows of doubles.
 */
void
cf_walk_code(const struct cf_forest * forest, const double * rows, size_t n,
    uint8_t * codes)
{
	const size_t n_columns = cf_walk_columns(forest->n_inputs);
	const uint32_t * first = forest->first_edge;
	size_t i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < forest->n_inputs; j++)
			cf_walk_put(codes, j, cf_bins_code(forest->edges +
			    first[j], first[j + 1] - first[j], rows[j]));
		rows += forest->n_inputs;
		codes += n_columns;
	}
}

/* Take LANES rows ${steps} steps from the nodes ${a}. */
static inline void
step_group(const struct cf_walk_round * round, const uint32_t * row,
    uint32_t * a)
{
	const size_t mask = round->n_columns - 1;
	const uint8_t * lane[LANES];
	uint32_t at[LANES];
	unsigned k, s;

#pragma GCC unroll 8
	for (k = 0; k < LANES; k++) {
		lane[k] = round->codes + row[k] * round->n_columns;
		at[k] = a[k];
	}
	for (s = 0; s < round->steps; s++) {
#pragma GCC unroll 8
		for (k = 0; k < LANES; k++)
			at[k] = cf_walk_step(round->nodes, round->n_nodes,
			    lane[k], mask, at[k]);
	}
#pragma GCC unroll 8
	for (k = 0; k < LANES; k++)
		a[k] = at[k];
}

/**
 * cf_walk_plain(round, list):
 * Do a round on any processor.
 */
void
cf_walk_plain(const struct cf_walk_round * round, struct cf_walk_list * list)
{
	const size_t mask = round->n_columns - 1;
	const size_t share = round->ahead_len / (list->n / LANES + 1) + 1;
	const char * ahead = round->ahead;
	const char * end = ahead + round->ahead_len;
	uint32_t row[LANES], node[LANES];
	size_t i, kept = 0;
	unsigned k, n, s;

	for (i = 0; i < list->n; i += n) {
		cf_walk_fetch(&ahead, end, share);
		n = list->n - i < LANES ? (unsigned)(list->n - i) : LANES;
		memcpy(row, list->row + i, n * sizeof(*row));
		memcpy(node, list->node + i, n * sizeof(*node));
		if (n == LANES)
			step_group(round, row, node);
		for (k = 0; k < n; k++) {
			for (s = 0; n < LANES && s < round->steps; s++)
				node[k] = cf_walk_step(round->nodes,
				    round->n_nodes, round->codes + row[k] *
				    round->n_columns, mask, node[k]);
			round->at[row[k]] = node[k];
			list->row[kept] = row[k];
			list->node[kept] = node[k];
			kept += !(round->nodes[node[k]].next &
			    CF_LAYOUT_LEAF);
		}
	}
	list->n = kept;
}

/* Steps of the first round: to where the first leaves are likely to be. */
static unsigned
first_steps(const struct cf_layout_tree * tree)
{
	unsigned steps = 0;

	while (tree->n_nodes >> steps > 2)
		steps++;
	return (steps > STEPS ? steps : STEPS);
}

/**
 * cf_walk_rows(tree, codes, n_columns, list, at):
 * Walk the rows of ${list} (numbers of coded rows at ${codes}) down ${tree} and
 * set ${at}[row] to the node where each ends.
 */
void
cf_walk_rows(const struct cf_layout_tree * tree, const uint8_t * codes,
    size_t n_columns, struct cf_walk_list * list, uint32_t * at)
{
	struct cf_walk_round round;
	uint32_t depth;

	round.nodes = tree->nodes;
	round.n_nodes = tree->n_nodes;
	round.codes = codes;
	round.n_columns = n_columns;
	round.steps = first_steps(tree);
	round.at = at;
	round.ahead = list->ahead_len > 0 ? list->ahead :
	    (const void *)tree->nodes;
	round.ahead_len = list->ahead_len;
	memset(list->node, 0, list->n * sizeof(*list->node));
	for (depth = 0; list->n > 0 && depth <= tree->depth;
	    depth += round.steps, round.steps = STEPS) {
		if (!cf_walk_x86(&round, list))
			cf_walk_plain(&round, list);
		round.ahead_len = 0;
	}
}

/**
 * cf_walk_trees(trees, n, row, n_columns, at):
 * Walk one coded row down ${n} (at most CF_WALK_TREES) trees.
 */
void
cf_walk_trees(const struct cf_layout_tree * trees, unsigned n,
    const uint8_t * row, size_t n_columns, uint32_t * at)
{
	const struct cf_layout_tree * tree;
	unsigned char going[CF_WALK_TREES];
	uint32_t depth, next;
	unsigned k, i, n_going = n, kept;

	for (i = 0; i < n; i++) {
		at[i] = 0;
		going[i] = (unsigned char)i;
	}

	/*
	 * One step in each tree still going, round after round, which is time
	 * enough for the next node to arrive.
	 */
	for (depth = 0; n_going > 0; depth++) {
		for (kept = k = 0; k < n_going; k++) {
			i = going[k];
			tree = &trees[i];
			next = cf_walk_step(tree->nodes, tree->n_nodes, row,
			    n_columns - 1, at[i]);
			__builtin_prefetch(&tree->nodes[next], 0, 3);
			going[kept] = (unsigned char)i;
			kept += next != at[i] && depth < tree->depth;
			at[i] = next;
		}
		n_going = kept;
	}
}
