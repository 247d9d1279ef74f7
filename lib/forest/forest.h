#ifndef CF_FOREST_FOREST_H_
#define CF_FOREST_FOREST_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * The forest image: a grown forest as one run of bytes, little-endian, without
 * pointers, made to be mapped and used in place at an 8-byte boundary.
 *
 *	header		CF_FOREST_HEADER bytes, see forest/layout.h
 *	edge index	u32[inputs + 1], padded to 8
 *	edges		f64[edge index's last]
 *	tree table	one entry of 32 bytes for each tree
 *	trees		each from an 8-byte boundary:
 *		nodes	8 bytes each
 *		means	f32 for each inner node, padded to 8
 *		samples	u16 units, padded to 8
 *
 * Nodes.  Number 0 is the root and 1 is never used; the two children of an
 * inner node are neighbours at an even number, the left one first, and behind
 * their parent.  An inner node is {u32 children, u16 column, u16 cut}: `column`
 * is 2 * input, + 1 where missing values go left.  A row is prepared as two
 * bytes for each input, its code and its code + 1 modulo 256, so that missing
 * (255) is above every cut in the first and below every cut in the second, and
 * a step is
 *	node = children + (row[column] > cut)
 * with no branch; an odd column's cut counts from 1.  A leaf is {u32 1 << 31 |
 * sample offset, f32 mean}: as a child number it lies beyond every node, and
 * the step that keeps a damaged number from leading outside (stay where the
 * next node would be out of range) is what stops at a leaf too.  No tree is
 * walked longer than the depth noted in the table.
 *
 * Means, of leaves and inner nodes, are kept as single-precision distances
 * from the mean of all training targets, in units of a power of 2 about as
 * large as their spread (both in the header): they are exact where the targets
 * are constant, and precise by their spread, not their level.  The mean of an
 * inner node is number children / 2 - 1.
 *
 * Samples of a leaf are units of which each holds a cell in its low bits (as
 * many as n_cells needs) and in the others how often it was drawn, less 1.  In
 * front of them stands a head of one unit, 2 * n + 256 * (times in all), or, if
 * n > 127 or that sum > 255, of five: 1, n (two units, the low half first), and
 * the sum (likewise).  Or they are pairs of cell and count, where that is
 * shorter, or of cell and share, where rows had weights; then the head is 3 and
 * n (two units).  Cells ascend; one drawn very often is there several times.
 */

/* An open image.  Fields are for reading; the bytes are borrowed. */
struct cf_forest {
	const unsigned char * bytes;
	size_t len;
	uint32_t n_inputs;
	uint32_t n_trees;
	uint32_t n_cells;	/* 0: the leaves keep no samples. */
	unsigned cell_bits;	/* Of a sample's unit. */
	int weighted;		/* The training rows had weights. */
	double base;		/* Mean of the training targets. */
	double unit;		/* What node means count in. */
	const uint32_t * first_edge;	/* n_inputs + 1 */
	const double * edges;
	uint32_t n_edges;
	const unsigned char * table;
};

/* A node as an export or a drawing needs it. */
struct cf_forest_node {
	int leaf;
	double mean;		/* Of the targets. */
	uint32_t input;		/* x[input] <= threshold goes left, */
	double threshold;	/* which is +inf where only missing ones */
	int missing_left;	/* go right; NaN goes left or right. */
	uint32_t left;
	uint32_t right;
};

/**
 * cf_forest_open(forest, bytes, len, err):
 * Check header and tables of the image and fill ${forest}, which borrows
 * ${bytes} (8-byte aligned).  Nodes are not looked at: use of an open image is
 * safe whatever they hold, but means something only if cf_forest_verify finds
 * no fault.  Return 0 or -1.
 */
int cf_forest_open(struct cf_forest * forest, const void * bytes, size_t len,
    struct cf_err * err);

/**
 * cf_forest_verify(forest, err):
 * Check every byte that has a rule.  Return 0, or -1 and what is wrong where.
 */
int cf_forest_verify(const struct cf_forest * forest, struct cf_err * err);

/**
 * cf_forest_merge(parts, n, image, err):
 * Put the trees of ${n} open images of one fit together, in the order of their
 * numbers, into ${image} (empty; the caller frees it).  The bytes are those of
 * a run that grew all these trees.  Return 0 or -1.
 */
int cf_forest_merge(const struct cf_forest * parts, size_t n,
    struct cf_buf * image, struct cf_err * err);

/**
 * cf_forest_number(forest, t), cf_forest_nodes(forest, t),
 * cf_forest_leaves(forest, t), cf_forest_depth(forest, t):
 * Return the number that the ${t}-th tree was grown under, how many node
 * numbers it has (including the unused 1), its leaves, its greatest depth.
 */
uint32_t cf_forest_number(const struct cf_forest * forest, uint32_t t);
uint32_t cf_forest_nodes(const struct cf_forest * forest, uint32_t t);
uint32_t cf_forest_leaves(const struct cf_forest * forest, uint32_t t);
uint32_t cf_forest_depth(const struct cf_forest * forest, uint32_t t);

/**
 * cf_forest_node(forest, t, i, node):
 * Describe node ${i} of tree ${t}.  Return 0, or -1 if there is no such node
 * (or a damaged one).
 */
int cf_forest_node(const struct cf_forest * forest, uint32_t t, uint32_t i,
    struct cf_forest_node * node);

/**
 * cf_forest_samples(forest, t, i, prob):
 * Add to ${prob}[n_cells] the share of each cell among the samples of leaf
 * ${i} of tree ${t}; all shares sum to 1.  Return 0, or -1 if it is no leaf.
 */
int cf_forest_samples(const struct cf_forest * forest, uint32_t t, uint32_t i,
    double * prob);

#endif /* !CF_FOREST_FOREST_H_ */
