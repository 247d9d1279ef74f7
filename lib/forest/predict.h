#ifndef CF_FOREST_PREDICT_H_
#define CF_FOREST_PREDICT_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "forest/forest.h"

/*
 * Prediction with a forest image, in place.
 *
 * Rows are first turned into codes, once for all trees.  Then a batch is taken
 * tree by tree, so that a tree's nodes stay in the second-level cache for
 * thousands of rows, several rows at a time, so that their waits for memory
 * overlap; a single row walks several trees at a time instead.  A step is free
 * of branches (forest/forest.h).  What comes out for a row does not depend on
 * the batch it is in: results are added in the order of the trees.
 *
 * The mean is base + the average of the leaves' means.  The probability of a
 * cell is the average over the trees of the cell's share among the samples of
 * the leaf (Meinshausen 2006).  A contribution is the change of the mean along
 * the path at the splits on an input (Saabas 2014, "Interpreting random
 * forests"), averaged over trees: base and contributions sum to the mean.
 *
 * A struct cf_predict is scratch space for one thread, a forest can be read by
 * any number of them.
 */

struct cf_predict;

/**
 * cf_predict_new(forest, err):
 * Make scratch space for ${forest}, which is borrowed.  Return it, or NULL;
 * the caller frees it with cf_predict_free.
 */
struct cf_predict * cf_predict_new(const struct cf_forest * forest,
    struct cf_err * err);
void cf_predict_free(struct cf_predict * predict);

/**
 * cf_predict_rows(predict, rows, n, mean, prob):
 * For each of ${n} rows of n_inputs doubles (row after row; NaN is missing)
 * set ${mean}[i] and ${prob}[i * n_cells ...]; either may be NULL.  ${prob} is
 * all 0 where the forest has no trees; its rows sum to 1 otherwise, up to
 * rounding.
 */
void cf_predict_rows(struct cf_predict * predict, const double * rows,
    size_t n, double * mean, float * prob);

/**
 * cf_predict_batch(predict):
 * Return the greatest number of rows that cf_predict_walk takes.
 */
size_t cf_predict_batch(const struct cf_predict * predict);

/**
 * cf_predict_walk(predict, rows, n, mean):
 * As cf_predict_rows without probabilities, which can then be had a few rows
 * at a time by cf_predict_shares, while they are in the cache.
 */
void cf_predict_walk(struct cf_predict * predict, const double * rows,
    size_t n, double * mean);

/**
 * cf_predict_shares(predict, first, n, stride):
 * Return the probabilities times n_trees of a few rows of the last
 * cf_predict_walk from ${first}, at most *${n}; set *${n} to how many, and
 * *${stride} to the distance of one row's from the next one's.  They are valid
 * until the next call.
 */
const float * cf_predict_shares(struct cf_predict * predict, size_t first,
    size_t * n, size_t * stride);

/**
 * cf_predict_leaves(predict, rows, n, leaf):
 * Set ${leaf}[i * n_trees + t] to the node number of row i's leaf in tree t.
 */
void cf_predict_leaves(struct cf_predict * predict, const double * rows,
    size_t n, uint32_t * leaf);

/**
 * cf_predict_explain(predict, row, contribution):
 * Set ${contribution}[n_inputs] to what each input of one row adds to the
 * mean, and return the mean, which is cf_predict_base and all contributions
 * added up, to rounding.
 */
double cf_predict_explain(struct cf_predict * predict, const double * row,
    double * contribution);

/**
 * cf_predict_base(forest):
 * Return the average of the trees' root means, from which contributions count.
 */
double cf_predict_base(const struct cf_forest * forest);

#endif /* !CF_FOREST_PREDICT_H_ */
