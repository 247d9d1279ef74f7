#ifndef CF_MODEL_SCALE_H_
#define CF_MODEL_SCALE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * The scale model: how large a move to expect, from the volatilities known.
 *
 *	ln s = b0 + sum_k b_k ln v_k
 *
 * by least squares on ln(|y| + c), y the log return; c, a small part of the
 * root mean square of y, keeps days that hardly moved from ruling the fit.  A
 * second pass takes c relative to each row's own scale.
 * The fit's constant is of no meaning (z = y / s has the empirical distribution
 * of the training sample), its slopes are.
 *
 * Records may lack some of the v_k.  The model therefore keeps the sums of
 * squares and products of all regressors, from which the coefficients for any
 * subset of them follow; each subset met is solved once (by GSL) and cached by
 * its bit mask.  With no v_k at all, s is the sample's own mean.
 */

#define CF_SCALE_INPUTS_MAX 24

struct cf_scale {
	size_t n;		/* Volatility inputs. */
	/* Centred moments: row-major n x n, n, and scalars. */
	double products[CF_SCALE_INPUTS_MAX * CF_SCALE_INPUTS_MAX];
	double with_y[CF_SCALE_INPUTS_MAX];
	double mean[CF_SCALE_INPUTS_MAX];	/* Of ln v_k. */
	double mean_y;		/* Of ln(|y| + c). */
	double rows;		/* Sum of the weights. */
	double offset;		/* c */
	double low;		/* s stays within the sample's range, */
	double high;		/* widened by CF_SCALE_BEYOND. */
};

#define CF_SCALE_BEYOND 4.0

/* Solved subsets; one for each thread.  Zeroed is empty. */
#define CF_SCALE_CACHE 64
struct cf_scale_cache {
	size_t n;
	uint32_t mask[CF_SCALE_CACHE];
	double slope[CF_SCALE_CACHE][CF_SCALE_INPUTS_MAX];
};

/**
 * cf_scale_fit(scale, logs, n, y, weight, rows, err):
 * Fit to ${rows} observations: ${logs}[k][i] is ln v_k of row i (NaN where
 * missing), ${y}[i] its log return, ${weight} may be NULL.  Only rows that have
 * all regressors count for the slopes; a regressor that more than half of the
 * rows lack is as if it was not there.  Return 0 or -1.
 */
int cf_scale_fit(struct cf_scale * scale, const double * const * logs,
    size_t n, const double * y, const double * weight, size_t rows,
    struct cf_err * err);

/**
 * cf_scale_of(scale, cache, logs):
 * Return s for one record with these ln v_k, NaN where missing.
 */
double cf_scale_of(const struct cf_scale * scale,
    struct cf_scale_cache * cache, const double * logs);

/**
 * cf_scale_slopes(scale, cache, mask):
 * Return the slopes b_k for the subset of regressors in ${mask} (bit k), 0 for
 * the others; valid until the next call with this cache.
 */
const double * cf_scale_slopes(const struct cf_scale * scale,
    struct cf_scale_cache * cache, uint32_t mask);

/**
 * cf_scale_check(scale):
 * Return 0 if the numbers make sense, else -1.
 */
int cf_scale_check(const struct cf_scale * scale);

#endif /* !CF_MODEL_SCALE_H_ */
