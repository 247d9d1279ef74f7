#ifndef CF_FOREST_OOB_H_
#define CF_FOREST_OOB_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "forest/forest.h"
#include "forest/grow.h"

/*
 * Out-of-bag prediction: each training row is predicted by the trees that did
 * not draw its block, which is as good as a test on data never seen (Breiman
 * 2001).  Who drew what is drawn again from the trees' random streams (one bit
 * for each row and tree), so the image need not keep it.
 *
 * For permutation importance a column can be read from other rows: `donor`.
 */

struct cf_oob;

/**
 * cf_oob_new(data, params, forest, threads, err):
 * Prepare for ${forest}, grown from ${data} with ${params}; all are borrowed
 * (params is copied).  Return NULL on failure; the caller frees the result
 * with cf_oob_free.
 */
struct cf_oob * cf_oob_new(const struct cf_grow_data * data,
    const struct cf_grow_params * params, const struct cf_forest * forest,
    size_t threads, struct cf_err * err);
void cf_oob_free(struct cf_oob * oob);

/**
 * cf_oob_has(oob, k, t):
 * Return nonzero if training row ${k} is out of the bag of the ${t}-th tree.
 */
int cf_oob_has(const struct cf_oob * oob, size_t k, uint32_t t);

/**
 * cf_oob_predict(oob, first, n, column, donor, mean, prob, trees, err):
 * Predict training rows ${first} .. ${first} + ${n} - 1 (position k in
 * data->rows), from the trees that did not draw them: ${mean}[i] (NaN where
 * there is none), ${prob}[i * n_cells ...] (all 0 where there is none),
 * ${trees}[i] their number; each may be NULL.  If ${donor} is not NULL, input
 * ${column} of training row k is read from training row ${donor}[k].  Threads
 * may call this for different rows at once.  Return 0 or -1 (memory).
 */
int cf_oob_predict(const struct cf_oob * oob, size_t first, size_t n,
    size_t column, const uint32_t * donor, double * mean, float * prob,
    uint32_t * trees, struct cf_err * err);

#endif /* !CF_FOREST_OOB_H_ */
