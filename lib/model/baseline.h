#ifndef CF_MODEL_BASELINE_H_
#define CF_MODEL_BASELINE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/data.h"

/*
 * What a model has to beat: forecasts that need no model.  Each is a scale for
 * every record, times the empirical quantiles of y / scale in training.
 *
 *	unconditional	scale 1
 *	ewma		exponentially weighted variance of daily returns,
 *			lambda 0.94 (RiskMetrics 1996), times the horizon
 *	garch		GARCH(1,1) (Bollerslev 1986), variance of the next h
 *			days; parameters by quasi maximum likelihood on the
 *			training dates, alike for all symbols, each with its
 *			own mean variance
 *
 * Daily returns are had from the features alone: column log_return_1, else the
 * ratio of the stock_price of neighbouring rows, corrected by the outcomes of
 * h rows ago (which are adjusted) where the two disagree, so that a split is
 * no crash.  Only what was known at a row's date enters its scale.
 */

/**
 * cf_baseline_returns(data, err):
 * Return the daily log return of every row of data->frame, NaN where it is not
 * known, or NULL on failure; the caller frees it.
 */
double * cf_baseline_returns(const struct cf_data * data,
    struct cf_err * err);

/**
 * cf_baseline_ewma(data, returns, scale, err):
 * Set ${scale} of every row of data->frame; NaN before the first return.
 * Return 0 or -1.
 */
int cf_baseline_ewma(const struct cf_data * data, const double * returns,
    double * scale, struct cf_err * err);

/**
 * cf_baseline_garch(data, returns, limit, scale, err):
 * As cf_baseline_ewma, with parameters fitted to the dates before ${limit}.
 * Return 0 or -1.
 */
int cf_baseline_garch(const struct cf_data * data, const double * returns,
    uint32_t limit, double * scale, struct cf_err * err);

#endif /* !CF_MODEL_BASELINE_H_ */
