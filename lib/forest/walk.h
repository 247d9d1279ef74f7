#ifndef CF_FOREST_WALK_H_
#define CF_FOREST_WALK_H_

#include <stddef.h>
#include <stdint.h>

#include "forest/layout.h"

/*
 * Walking trees.  Rows are coded in groups of CF_WALK_LANES: the bytes of a
 * group are [column][lane], where a column is 2 * input (code) or 2 * input + 1
 * (code + 1 modulo 256) and the number of columns is the next power of 2, so
 * that masking a column number keeps even a damaged one inside.  The rows of a
 * group are walked in step: their loads do not depend on one another and
 * overlap.
 */

#define CF_WALK_LANES 8

/**
 * cf_walk_columns(n_inputs):
 * Return the number of columns of coded rows, a power of 2.
 */
size_t cf_walk_columns(size_t n_inputs);

/**
 * cf_walk_code(forest, rows, n, codes):
 * Code ${n} rows of doubles into groups at ${codes}; lanes without a row in the
 * last group are made 0.
 */
void cf_walk_code(const struct cf_forest * forest, const double * rows,
    size_t n, uint8_t * codes);

/**
 * cf_walk_put(codes, n_columns, i, column, code):
 * Set the code of input ${input} of the ${i}-th row at ${codes}.
 */
static inline void
cf_walk_put(uint8_t * codes, size_t n_columns, size_t i, size_t input,
    uint8_t code)
{
	uint8_t * at = codes +
	    (i / CF_WALK_LANES * n_columns + input * 2) * CF_WALK_LANES +
	    i % CF_WALK_LANES;

	at[0] = code;
	at[CF_WALK_LANES] = (uint8_t)(code + 1);
}

/**
 * cf_walk_rows(tree, codes, n_columns, n_groups, at):
 * Walk all rows of ${n_groups} groups down ${tree} and set ${at}[row] to the
 * node where each ends.
 */
void cf_walk_rows(const struct cf_layout_tree * tree, const uint8_t * codes,
    size_t n_columns, size_t n_groups, uint32_t * at);

/**
 * cf_walk_trees(trees, n, codes, n_columns, at):
 * Walk the row in lane 0 of a group down ${n} trees.
 */
void cf_walk_trees(const struct cf_layout_tree * trees, size_t n,
    const uint8_t * codes, size_t n_columns, uint32_t * at);

/* One step from node ${at}: its child, or itself at a leaf. */
static inline uint32_t
cf_walk_step(const struct cf_layout_node * nodes, uint32_t n_nodes,
    const uint8_t * lane, size_t mask, uint32_t at)
{
	const struct cf_layout_node * node = &nodes[at];
	const size_t column = node->u.split.column & mask;
	uint32_t next;

	next = node->next + (node->u.split.cut < lane[column * CF_WALK_LANES]);
	return (next < n_nodes ? next : at);
}

#endif /* !CF_FOREST_WALK_H_ */
