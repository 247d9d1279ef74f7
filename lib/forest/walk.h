#ifndef CF_FOREST_WALK_H_
#define CF_FOREST_WALK_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "forest/layout.h"

/*
 * Walking trees.  A row is coded as bytes, two for each input: number 2 * input
 * is its code, 2 * input + 1 is code + 1 modulo 256.  Their number is rounded
 * up to a power of 2, so that masking a column number keeps even a damaged one
 * inside.
 *
 * Many rows go down one tree in rounds.  In a round groups of rows take a few
 * steps side by side: their loads do not depend on one another, so that the
 * waits for memory overlap, and no branch depends on the data.  After it the
 * rows that reached a leaf leave the list; the others are packed together for
 * the next round, so that few steps are wasted on rows that are done.
 *
 * Where the processor has vector instructions with fast gathers, sixteen rows
 * step at once (walk_x86.c); the result is the same node numbers.
 */

/* Rows under way in one tree, and room to work in. */
struct cf_walk_list {
	size_t n;
	uint32_t * row;		/* Numbers of the rows; used up. */
	uint32_t * node;	/* As long; need not be set. */
	const void * ahead;	/* What to fetch into the cache meanwhile, */
	size_t ahead_len;	/* usually the next tree's nodes. */
};

/*
 * What a round needs to know.  While it runs it may fetch ${ahead}, the next
 * tree's nodes, into the cache.
 */
struct cf_walk_round {
	const struct cf_layout_node * nodes;
	uint32_t n_nodes;
	const uint8_t * codes;
	size_t n_columns;
	unsigned steps;
	uint32_t * at;		/* Of each row: where it ended. */
	const char * ahead;
	size_t ahead_len;
};

#define CF_WALK_TREES 64	/* Trees walked side by side. */
#define CF_WALK_SPARE 4		/* Bytes to have behind coded rows. */

/**
 * cf_walk_columns(n_inputs):
 * Return the number of bytes of a coded row, a power of 2.
 */
size_t cf_walk_columns(size_t n_inputs);

/**
 * cf_walk_code(forest, rows, n, codes):
 * Code ${n} rows of doubles.
 */
void cf_walk_code(const struct cf_forest * forest, const double * rows,
    size_t n, uint8_t * codes);

/* Set the code of input ${input} in the coded row ${row}. */
static inline void
cf_walk_put(uint8_t * row, size_t input, uint8_t code)
{

	row[2 * input] = code;
	row[2 * input + 1] = (uint8_t)(code + 1);
}

/**
 * cf_walk_rows(tree, codes, n_columns, list, at):
 * Walk the rows of ${list} (numbers of coded rows at ${codes}) down ${tree} and
 * set ${at}[row] to the node where each ends.
 */
void cf_walk_rows(const struct cf_layout_tree * tree, const uint8_t * codes,
    size_t n_columns, struct cf_walk_list * list, uint32_t * at);

/**
 * cf_walk_trees(trees, n, row, n_columns, at):
 * Walk one coded row down ${n} (at most CF_WALK_TREES) trees.
 */
void cf_walk_trees(const struct cf_layout_tree * trees, unsigned n,
    const uint8_t * row, size_t n_columns, uint32_t * at);

/**
 * cf_walk_plain(round, list):
 * Do a round on any processor.
 */
void cf_walk_plain(const struct cf_walk_round * round,
    struct cf_walk_list * list);

/**
 * cf_walk_x86(round, list):
 * Do a round with vector instructions and return 1, or 0 if this processor (or
 * compiler) is not one for it.
 */
int cf_walk_x86(const struct cf_walk_round * round,
    struct cf_walk_list * list);

/* The mean of leaf ${at}, in units from the base; 0 if it is no leaf. */
static inline double
cf_walk_mean(const struct cf_layout_tree * tree, uint32_t at)
{
	const struct cf_layout_node * node = &tree->nodes[at];

	return (node->next & CF_LAYOUT_LEAF ? (double)node->u.mean : 0.0);
}

/* Fetch ${share} bytes ahead. */
static inline void
cf_walk_fetch(const char ** ahead, const char * end, size_t share)
{
	const char * at = *ahead;
	const char * to = share < (size_t)(end - at) ? at + share : end;

	for (; at < to; at += 64)
		__builtin_prefetch(at, 0, 2);
	*ahead = to;
}

/* One step from node ${at}: its child, or itself at a leaf. */
static inline uint32_t
cf_walk_step(const struct cf_layout_node * nodes, uint32_t n_nodes,
    const uint8_t * row, size_t mask, uint32_t at)
{
	const struct cf_layout_node * node = &nodes[at];
	uint32_t next;

	next = node->next +
	    (node->u.split.cut < row[node->u.split.column & mask]);
	return (next < n_nodes ? next : at);
}

#endif /* !CF_FOREST_WALK_H_ */
