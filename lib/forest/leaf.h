#ifndef CF_FOREST_LEAF_H_
#define CF_FOREST_LEAF_H_

#include <stdint.h>

#include "forest/layout.h"

/*
 * What a leaf gives to a prediction.  Shared by prediction and out-of-bag
 * prediction, so that both add the same numbers in the same order.
 */

/* Return the mean of node ${at}, in units from the base; 0 if it is no leaf. */
static inline double
cf_leaf_mean(const struct cf_layout_tree * tree, uint32_t at)
{
	const struct cf_layout_node * node = &tree->nodes[at];

	return (node->next & CF_LAYOUT_LEAF ? (double)node->u.mean : 0.0);
}

/**
 * cf_leaf_add(tree, at, n_cells, prob):
 * Add the share of each cell among the samples of leaf ${at} to ${prob}.
 */
static inline void
cf_leaf_add(const struct cf_layout_tree * tree, uint32_t at,
    uint32_t n_cells, float * prob)
{
	const uint32_t next = tree->nodes[at].next;
	struct cf_layout_leaf leaf;
	uint64_t sum = 0;
	uint32_t k;
	float share;

	if (!(next & CF_LAYOUT_LEAF))
		return;
	leaf = cf_layout_leaf(tree, next & ~CF_LAYOUT_LEAF);
	if (!leaf.pairs) {
		share = 1.0f / (float)leaf.n;
		for (k = 0; k < leaf.n; k++)
			if (leaf.cell[k] < n_cells)
				prob[leaf.cell[k]] += share;
		return;
	}
	for (k = 0; k < leaf.n; k++)
		sum += leaf.cell[2 * k + 1];
	share = 1.0f / (float)sum;
	for (k = 0; k < leaf.n; k++)
		if (leaf.cell[2 * k] < n_cells)
			prob[leaf.cell[2 * k]] +=
			    share * (float)leaf.cell[2 * k + 1];
}

#endif /* !CF_FOREST_LEAF_H_ */
