#ifndef CF_MODEL_EVAL_H_
#define CF_MODEL_EVAL_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/calib.h"
#include "model/data.h"
#include "model/forecast.h"

/*
 * Evaluation of forecasts on records that the fit had not seen, in two steps.
 * First every record is tried with each candidate weight of the forest: its
 * pinball loss and its probability integral transform. From those of other
 * records (earlier folds) weight and calibration are chosen; then the record
 * is forecast with them and scored.
 *
 * Losses of returns are those of the log return.
 */

#define CF_EVAL_WEIGHTS 11	/* Candidates 0, 0.1 .. 1. */
#define CF_EVAL_QUANTILES 7	/* 5, 10, 25, 50, 75, 90, 95 %. */

/**
 * cf_eval_quantile(i), cf_eval_weight(i):
 * Return the probability of the ${i}-th quantile; the ${i}-th candidate.
 */
double cf_eval_quantile(size_t i);
double cf_eval_weight(size_t i);

/* What one record showed. */
struct cf_eval_row {
	float loss[CF_EVAL_WEIGHTS];	/* Mean pinball loss. */
	float pit[CF_EVAL_WEIGHTS];
	double pinball;		/* Of the final forecast. */
	double crps;
	double winkler;		/* Of the 90 % interval. */
	double prediction;	/* Expected target. */
	double final_pit;
	int tried;		/* loss and pit are filled. */
	int scored;		/* The final forecast was scored. */
	int hit;		/* Outcome inside the 90 % interval. */
	int few_hit;		/* The same, from the few fields. */
};

/**
 * cf_eval_try(row, forecaster, k, y):
 * Fill loss and pit for record ${k} of the forecaster's batch, whose outcome
 * is ${y} (see cf_kind_log).
 */
void cf_eval_try(struct cf_eval_row * row, struct cf_forecaster * forecaster,
    size_t k, double y);

/**
 * cf_eval_score(row, forecast, y):
 * Fill the scores of the final forecast.
 */
void cf_eval_score(struct cf_eval_row * row,
    const struct cf_forecast * forecast, double y);

/**
 * cf_eval_inside(forecast, y):
 * Return whether ${y} lies in the central 90 % interval.
 */
int cf_eval_inside(const struct cf_forecast * forecast, double y);

/**
 * cf_eval_losses(scale, quantiles, y):
 * Return the mean pinball loss of quantiles ${quantiles}[CF_EVAL_QUANTILES] of
 * y / scale.
 */
double cf_eval_losses(double scale, const double * quantiles, double y);

/**
 * cf_eval_choose(rows, worth, n, skip, part, weight, calib, err):
 * Choose from the rows tried of ${n} those with ${part}[i] != ${skip} (NULL: all)
 * and set *${weight} to the candidate of least total loss and *${calib} to the
 * map fitted to its transforms; ${worth}[i] is the number of independent cases
 * that row i counts for.  With no rows: weight 0 and the identity.  Return 0
 * or -1.
 */
int cf_eval_choose(const struct cf_eval_row * rows, const double * worth,
    size_t n, const uint32_t * part, uint32_t skip, double * weight,
    struct cf_calib * calib, struct cf_err * err);

#endif /* !CF_MODEL_EVAL_H_ */
