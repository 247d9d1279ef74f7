#ifndef CF_FOREST_SPLIT_H_
#define CF_FOREST_SPLIT_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "forest/plan.h"

/*
 * The search for a node's best split; forest/grow.h tells the rule.
 *
 * A column's share of the search has two parts.  First the node's records are
 * summed up by code: in a histogram of 256 entries, with a bit for each entry
 * in use where the node is small, so that the cost follows the rows and not
 * the bins.  Then the entries in use are walked in ascending order with running
 * sums to the left.  With S and W of the node and s and w to the left, the fall
 * of the sum of squares is (s W - S w)^2 / (W w (W - w)); the factor 1 / W is
 * left out.
 */

struct cf_split_finder;

/* A node: its records and their sums. */
struct cf_split_node {
	const unsigned char * records;
	size_t n;
	double sum;
	double weight;
	uint64_t count;		/* Rows, as often as drawn. */
	int family;		/* See forest/sibling.h. */
	int is_right;		/* Child. */
};

/* A split: rows of code <= cut go left, missing ones to the side said. */
struct cf_split {
	double gain;		/* Negative: none. */
	uint32_t column;
	uint32_t cut;
	int missing_left;
	double sum;		/* Of the left side. */
	double weight;
	uint64_t count;
	int family;		/* Of the children, who close it. */
};

/**
 * cf_split_new(plan, err):
 * Make scratch space for one thread; ${plan} is borrowed.  Return it, or NULL;
 * the caller frees it with cf_split_free.
 */
struct cf_split_finder * cf_split_new(const struct cf_plan * plan,
    struct cf_err * err);
void cf_split_free(struct cf_split_finder * finder);

/**
 * cf_split_begin(finder):
 * Begin a tree: forget the order in which columns were drawn before.
 */
void cf_split_begin(struct cf_split_finder * finder);

/**
 * cf_split_done(finder, node):
 * Say that the search for ${node} is over, or that it is not searched at all.
 */
void cf_split_done(struct cf_split_finder * finder,
    const struct cf_split_node * node);

/**
 * cf_split_find(finder, node, rng, split):
 * Draw columns with ${rng} and find the best ${split} of ${node}.  Return
 * nonzero if there is one.
 */
int cf_split_find(struct cf_split_finder * finder,
    const struct cf_split_node * node, struct cf_rng * rng,
    struct cf_split * split);

#endif /* !CF_FOREST_SPLIT_H_ */
