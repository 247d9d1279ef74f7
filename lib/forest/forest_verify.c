#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "forest/layout.h"

/*
 * cf_forest_verify: every byte of an image that has a rule is held against it.
 * A tree is walked left first, which is the order of its samples.
 */

struct walk {
	const struct cf_forest * forest;
	struct cf_layout_tree tree;
	uint32_t t;
	uint32_t * stack;	/* Nodes to come, and their depths. */
	size_t n_stack;
	uint32_t seen;		/* Nodes met. */
	uint32_t deepest;
	uint64_t units;		/* Samples met. */
};

static int
bad_node(const struct walk * walk, uint32_t i, const char * what,
    struct cf_err * err)
{

	return (cf_err_set(err, CF_ERR_DATA,
	    "damaged forest: tree %lu: node %lu: %s",
	    (unsigned long)cf_forest_number(walk->forest, walk->t),
	    (unsigned long)i, what));
}

static int
check_edges(const struct cf_forest * forest, struct cf_err * err)
{
	const uint32_t * first = forest->first_edge;
	uint32_t j, i;

	for (j = 0; j < forest->n_inputs; j++)
		for (i = first[j]; i < first[j + 1]; i++)
			if (isnan(forest->edges[i]) || (i > first[j] &&
			    !(forest->edges[i - 1] < forest->edges[i])))
				return (cf_err_set(err, CF_ERR_DATA,
				    "damaged forest: input %lu: edges are "
				    "not ascending", (unsigned long)j));
	if (forest->n_inputs % 2 == 0 && first[j + 1] != 0)
		return (cf_err_set(err, CF_ERR_DATA,
		    "damaged forest: padding is not zero"));
	return (0);
}

/* Check the samples of leaf ${i}, which begin where the last ones ended. */
static int
check_samples(struct walk * walk, uint32_t i, uint32_t offset,
    struct cf_err * err)
{
	const struct cf_layout_leaf leaf =
	    cf_layout_leaf(&walk->tree, offset);
	const struct cf_layout_tree * tree = &walk->tree;
	uint64_t told, sum = 0;
	uint32_t k, cell, last = 0;

	if (walk->forest->n_cells == 0)
		return (offset == 0 ? 0 :
		    bad_node(walk, i, "samples that are not there", err));
	if (offset != walk->units || leaf.unit == NULL)
		return (bad_node(walk, i, "samples out of place", err));
	told = leaf.head == 1 ? tree->units[offset] / 2 & CF_LAYOUT_SHORT_N :
	    cf_layout_u32(tree->units + offset + 1);
	if (told != leaf.n || (leaf.pairs &&
	    tree->units[offset] != CF_LAYOUT_PAIRS))
		return (bad_node(walk, i, "wrong number of samples", err));
	for (k = 0; k < leaf.n; k++) {
		cell = cf_layout_cell(tree, &leaf, k);
		if (cell >= walk->forest->n_cells || cell < last)
			return (bad_node(walk, i, "wrong sample", err));
		if (cf_layout_count(tree, &leaf, k) == 0)
			return (bad_node(walk, i, "sample of no weight",
			    err));
		sum += cf_layout_count(tree, &leaf, k);
		last = cell;
	}
	if (!leaf.pairs && leaf.sum != sum)
		return (bad_node(walk, i, "wrong sum of samples", err));
	if (sum == 0 && tree->n_nodes > 2)
		return (bad_node(walk, i, "no samples", err));
	walk->units += leaf.head + (uint64_t)leaf.n * (leaf.pairs ? 2 : 1);
	return (0);
}

/* Check the split at node ${i} and go on with its children. */
static int
check_split(struct walk * walk, uint32_t i, uint32_t depth,
    struct cf_err * err)
{
	struct cf_forest_node node;
	uint32_t left;

	if (depth >= walk->tree.depth)
		return (bad_node(walk, i, "deeper than the tree", err));
	if (cf_forest_node(walk->forest, walk->t, i, &node))
		return (bad_node(walk, i, "children, input or cut out of "
		    "range", err));
	left = walk->tree.nodes[i].next;
	if (!isfinite(walk->tree.means[left / 2 - 1]))
		return (bad_node(walk, i, "mean is not a number", err));
	if (isinf(node.threshold) && node.missing_left)
		return (bad_node(walk, i, "nothing goes right", err));
	walk->stack[walk->n_stack++] = left + 1;
	walk->stack[walk->n_stack++] = depth + 1;
	walk->stack[walk->n_stack++] = left;
	walk->stack[walk->n_stack++] = depth + 1;
	return (0);
}

/* Walk the tree; each node must be met once. */
static int
check_nodes(struct walk * walk, struct cf_err * err)
{
	const struct cf_layout_node * nodes = walk->tree.nodes;
	uint32_t i, depth;

	walk->stack[0] = 0;
	walk->stack[1] = 0;
	walk->n_stack = 2;
	while (walk->n_stack > 0) {
		depth = walk->stack[--walk->n_stack];
		i = walk->stack[--walk->n_stack];
		if (++walk->seen >= walk->tree.n_nodes)
			return (bad_node(walk, i, "met twice", err));
		if (depth > walk->deepest)
			walk->deepest = depth;
		if (!(nodes[i].next & CF_LAYOUT_LEAF)) {
			if (check_split(walk, i, depth, err))
				return (-1);
			continue;
		}
		if (!isfinite(nodes[i].u.mean))
			return (bad_node(walk, i, "mean is not a number",
			    err));
		if (check_samples(walk, i, nodes[i].next & ~CF_LAYOUT_LEAF,
		    err))
			return (-1);
	}
	return (0);
}

/* Return nonzero if ${n} bytes from ${from} are zero. */
static int
all_zero(const void * from, uint64_t n)
{
	const unsigned char * p = from;
	uint64_t i;

	for (i = 0; i < n; i++)
		if (p[i] != 0)
			return (0);
	return (1);
}

static int
check_tree(struct walk * walk, struct cf_err * err)
{
	const struct cf_layout_tree * tree = &walk->tree;
	const uint64_t means = cf_layout_splits(tree->n_nodes) * 4;
	const uint64_t units = tree->n_units * 2;

	if (check_nodes(walk, err))
		return (-1);
	if (walk->seen != tree->n_nodes - 1)
		return (bad_node(walk, 0, "nodes that nothing leads to",
		    err));
	if (walk->deepest != tree->depth)
		return (bad_node(walk, 0, "wrong depth", err));
	if (walk->units != tree->n_units)
		return (bad_node(walk, 0, "samples of no leaf", err));
	if (!all_zero(&tree->nodes[1], sizeof(tree->nodes[1])) ||
	    !all_zero((const char *)tree->means + means,
	    cf_layout_pad(means) - means) ||
	    !all_zero((const char *)tree->units + units,
	    cf_layout_pad(units) - units))
		return (bad_node(walk, 1, "padding is not zero", err));
	return (0);
}

/**
 * cf_forest_verify(forest, err):
 * Check every byte that has a rule.  Return 0, or -1 and what is wrong where.
 */
int
cf_forest_verify(const struct cf_forest * forest, struct cf_err * err)
{
	struct walk walk = { .forest = forest };
	uint32_t t;
	int rc = 0;

	if (check_edges(forest, err))
		return (-1);
	for (t = 0; t < forest->n_trees && rc == 0; t++) {
		walk.t = t;
		walk.tree = cf_layout_tree(forest, t);
		walk.seen = walk.deepest = 0;
		walk.units = 0;
		walk.stack = cf_mem_array((size_t)walk.tree.depth + 2,
		    4 * sizeof(*walk.stack), err);
		if (walk.stack == NULL)
			return (-1);
		rc = check_tree(&walk, err);
		free(walk.stack);
	}
	return (rc);
}
