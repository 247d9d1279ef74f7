#ifndef CF_MODEL_TREES_H_
#define CF_MODEL_TREES_H_

#include <stdint.h>

#include "base/err.h"
#include "model/data.h"
#include "model/fit.h"

/*
 * How many trees a forest needs.  Trees are grown alike and independently, so
 * the expected squared error of a mean of T trees is
 *
 *	error + spread / T,
 *
 * with `spread` the variance of one tree's forecast over the draws of its
 * sample and columns, and `error` that of endlessly many trees (Breiman 2001).
 * Both are estimated out of bag from a few trees, grown as two halves a and b:
 * a record that n_a and n_b of them did not draw, with means m_a and m_b, shows
 *
 *	spread  (m_a - m_b)^2 / (1 / n_a + 1 / n_b)
 *	error   (z - m)^2 - spread / (n_a + n_b),  m the mean of all of them.
 *
 * The number needed is the one with which the squared error is within
 * CF_TREES_EXCESS of that of endlessly many.  More trees would cost time and
 * room in proportion and could not gain more than that.
 *
 * Where the walk forward has folds, the few trees learn what the first fold
 * may know; otherwise from all records.  So the number depends on records,
 * options and seed alone, and shards and threads agree on it.
 */

#define CF_TREES_LEAST 100
#define CF_TREES_MOST 500
#define CF_TREES_PILOT 40	/* Trees to judge from. */
#define CF_TREES_EXCESS 0.002

struct cf_trees {
	uint32_t trees;		/* To grow: LEAST .. MOST. */
	double needed;		/* Without these limits; NaN: not known. */
	double spread;		/* Of z, squared. */
	double error;
};

/**
 * cf_trees_choose(data, params, chosen, err):
 * Find the number of trees for ${params}, whose own number and shard are not
 * looked at.  Return 0 or -1.
 */
int cf_trees_choose(const struct cf_data * data,
    const struct cf_fit_params * params, struct cf_trees * chosen,
    struct cf_err * err);

/**
 * cf_trees_settle(data, params, chosen, err):
 * Settle how many trees there will be where ${params} has 0: those of the kind
 * of target, or, where it has none, as many as cf_trees_choose finds.  Return 1
 * if it had to, and *${chosen} is filled; 0 if not, or -1.
 */
int cf_trees_settle(const struct cf_data * data, struct cf_fit_params * params,
    struct cf_trees * chosen, struct cf_err * err);

/**
 * cf_trees_number(spread, error, needed):
 * Return the number of trees for these estimates, and set *${needed}.
 */
uint32_t cf_trees_number(double spread, double error, double * needed);

#endif /* !CF_MODEL_TREES_H_ */
