#ifndef CF_RISK_JOINT_H_
#define CF_RISK_JOINT_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/batch.h"
#include "model/model.h"
#include "risk/factor.h"
#include "risk/measure.h"
#include "risk/portfolio.h"

/*
 * Holdings move together: the joint distribution of the forecasts of one date.
 *
 * Each symbol keeps its own forecast, whatever its shape; what is simulated is
 * which parts of these distributions go together (a Gaussian copula with one
 * factor, risk/factor.h, fitted as of the date):
 *
 *	u_i = Phi(l_i f + sqrt(1 - l_i^2) e_i)		f, e_i standard normal
 *	cash flow_i = quantile of forecast i at u_i
 *
 * Path p of the simulation draws from its own random stream, first f and then
 * the e_i in the order of the symbols' names, and is used twice, with both
 * signs.  So the outcome depends neither on threads, nor on the order of the
 * records, nor on other dates.
 *
 * From the paths come, for each symbol, the probabilities of its ranks: with n
 * symbols on a date, the one with r others below it is in class floor(K r / n)
 * of K; and, for a portfolio, the distribution of its cash flow.
 */

struct cf_joint_params {
	size_t paths;
	uint64_t seed;
	size_t threads;
	size_t nranks;		/* K; 0: none. */
	const struct cf_portfolio * portfolio;	/* NULL: none. */
	struct cf_measure_params measure;	/* Of the portfolio. */
	size_t nquantiles;
	const double * quantile;
};

/* The portfolio on a date. */
struct cf_joint_outcome {
	size_t first;		/* A record of that date. */
	struct cf_measure measure;
	const double * quantile;	/* [nquantiles] */
};

struct cf_joint;

/**
 * cf_joint_run(model, batch, factor, params, err):
 * Simulate all dates of ${batch}, whose records need a symbol and a date, and
 * each date's symbols must differ.  With a portfolio only its holdings count,
 * also for the factor, and all of them are needed on every date that has one.
 * All arguments are borrowed.  Return NULL on failure; the caller frees it with
 * cf_joint_free.
 */
struct cf_joint * cf_joint_run(const struct cf_model * model,
    const struct cf_batch * batch, const struct cf_factor * factor,
    const struct cf_joint_params * params, struct cf_err * err);

/**
 * cf_joint_ranks(joint):
 * Return the probabilities [batch->n][nranks]; NaN where a date has fewer
 * symbols than there are ranks, and for bad records.
 */
const double * cf_joint_ranks(const struct cf_joint * joint);

/**
 * cf_joint_outcomes(joint, n):
 * Return what the portfolio comes to on each date, in their order, and set
 * *${n}.
 */
const struct cf_joint_outcome * cf_joint_outcomes(const struct cf_joint * joint,
    size_t * n);

/**
 * cf_joint_free(joint):
 * Free it; NULL is harmless.
 */
void cf_joint_free(struct cf_joint * joint);

#endif /* !CF_RISK_JOINT_H_ */
