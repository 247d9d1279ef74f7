#ifndef CF_FOREST_GROW_H_
#define CF_FOREST_GROW_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/rng.h"
#include "forest/bins.h"

/*
 * Growing a forest: random forest regression (Breiman 2001, "Random forests",
 * Machine Learning 45) on binned columns, its leaves keeping their samples so
 * that it is a quantile regression forest too (Meinshausen 2006, "Quantile
 * regression forests", JMLR 7); with `extra_trees` each candidate column is
 * tried at one random cut only (Geurts, Ernst, Wehenkel 2006, "Extremely
 * randomized trees", Machine Learning 63).
 *
 * A tree draws its sample, then splits nodes as long as a cut is allowed.  At
 * each node it draws `mtry` columns; of these it takes the cut with the
 * greatest fall of the weighted sum of squares,
 *	S_left^2 / W_left + S_right^2 / W_right - S^2 / W,
 * trying missing values on both sides; if none of the columns can be cut, more
 * are drawn until one can.  A tie (gains equal up to rounding) goes to the
 * column drawn first, in a column to the lower cut; the cut lies midway
 * (counted in bins) between the bins it divides.
 * Where a node had no missing value, a missing one will go the heavier way.
 *
 * What a tree looks like depends on data, parameters, seed and the tree's own
 * number, on nothing else: trees can be grown by any number of threads, and
 * trees I, I+N, I+2N, ... by different machines; cf_forest_merge then puts
 * together the very bytes of one run.  Growing uses comparisons and + - * /
 * only.  Targets and weights are first rounded to a grid so coarse (about 2^-30
 * of the largest) that every sum of them is exact in a double: sums do not
 * depend on the order of adding, and a node's sums are its parent's less its
 * sibling's to the last bit.  Means in leaves are of the targets as given.
 *
 * How it is fast: a tree's rows are copied once into records (target, weight,
 * row, codes) and each split moves the records of a node apart, so that every
 * pass reads memory from front to back and small nodes lie in the first-level
 * cache.  A row drawn k times is one record of weight k.  Large nodes add up a
 * histogram of each candidate column, or take their parent's less their
 * sibling's (forest/sibling.h); small nodes order their few rows directly
 * (forest/sums.h).
 */

#define CF_GROW_TREES_MAX 1000000
#define CF_GROW_ROWS_MAX 1000000000	/* Rows, and blocks. */
#define CF_GROW_CELLS_MAX 65535

/* What to learn from.  All arrays are borrowed and indexed by matrix row. */
struct cf_grow_data {
	const struct cf_bins * bins;
	const double * target;	/* Finite on the training rows. */
	const uint16_t * cell;	/* Target's cell, < n_cells; NULL: the */
	uint32_t n_cells;	/* leaves keep no samples. */
	const uint32_t * block;	/* Block of a row, < n_blocks; NULL: each */
	uint32_t n_blocks;	/* row is a block of its own. */
	const double * weight;	/* Finite, >= 0; NULL: all 1. */
	const uint32_t * rows;	/* Training rows, ascending, no row twice; */
	size_t n_rows;		/* NULL: all rows (n_rows is not read). */
};

/* Called (never by two threads at once) as trees are finished. */
typedef void cf_grow_progress(void * cookie, size_t done, size_t total);

/* How to learn.  Begin with cf_grow_defaults. */
struct cf_grow_params {
	uint32_t trees;		/* Of the whole forest. */
	uint32_t first_tree;	/* Grow trees first_tree, */
	uint32_t tree_step;	/* first_tree + tree_step, ... < trees. */
	uint32_t mtry;		/* Columns per node; 0: a third, at least 1. */
	uint32_t min_leaf;	/* Sampled rows in a leaf, at least. */
	uint32_t min_node;	/* Sampled rows in a node that is split. */
	uint32_t min_leaf_blocks; /* Distinct blocks in a leaf; 0: any. */
	uint32_t max_depth;	/* Splits above a leaf; 0: no limit. */
	double sample_fraction;	/* Blocks drawn / blocks there, in (0, 1]. */
	int replace;		/* Draw with replacement (bootstrap). */
	int extra_trees;	/* One random cut per column. */
	uint64_t seed;
	enum cf_rng_purpose purpose; /* CF_RNG_TREE or CF_RNG_FOLD_TREE. */
	uint64_t index_base;	/* Added to the tree number: fold << 32. */
	size_t threads;		/* As cf_par_threads. */
	cf_grow_progress * progress; /* May be NULL. */
	void * progress_cookie;
};

/**
 * cf_grow_defaults(params):
 * Set ${params} to 500 trees, all of them, mtry a third, leaves of 5 rows, no
 * limit of depth, bootstrap of full size, seed 1, purpose CF_RNG_TREE, all
 * processors.
 */
void cf_grow_defaults(struct cf_grow_params * params);

/**
 * cf_grow_check(data, params, err):
 * Return 0 if ${data} and ${params} can be learned from, or -1 (kind
 * CF_ERR_DATA for data, CF_ERR_USAGE for parameters).  cf_grow_forest does
 * this first.
 */
int cf_grow_check(const struct cf_grow_data * data,
    const struct cf_grow_params * params, struct cf_err * err);

/**
 * cf_grow_forest(data, params, image, err):
 * Grow the trees that ${params} names and put the forest image (see
 * forest/forest.h) into ${image}, which must be empty and which the caller
 * frees with cf_buf_free.  Its data is aligned for use in place.  Return 0, or
 * -1 and an empty ${image}.
 */
int cf_grow_forest(const struct cf_grow_data * data,
    const struct cf_grow_params * params, struct cf_buf * image,
    struct cf_err * err);

/**
 * cf_grow_inbag(data, params, tree, counts, err):
 * Set ${counts}[k] to the number of times that tree number ${tree} draws
 * training row k (matrix row rows[k], or k); 0 is out of bag.  Return 0 or -1.
 */
int cf_grow_inbag(const struct cf_grow_data * data,
    const struct cf_grow_params * params, uint32_t tree, uint32_t * counts,
    struct cf_err * err);

#endif /* !CF_FOREST_GROW_H_ */
