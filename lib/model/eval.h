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
	double median;		/* Of the target. */
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

/*
 * Evaluated rows to choose weight and calibration from: those of ${n} that
 * were tried and whose part is not to be skipped.
 */
struct cf_eval_set {
	const struct cf_eval_row * rows;
	const double * worth;	/* Independent cases that each counts for. */
	const uint32_t * date;	/* Ascending; NULL: each is by itself. */
	size_t n;
	const uint32_t * part;	/* NULL: none is skipped. */
	uint32_t skip;
	uint32_t horizon;	/* Dates that neighbours' outcomes share. */
	int symmetric;		/* The map shall widen or narrow and leave the
				 * median where it is. */
};

#define CF_EVAL_BLOCK_DATES 20	/* Length of a block, at most but for the */
#define CF_EVAL_BLOCKS 10	/* horizon; shorter if blocks were fewer. */

/**
 * cf_eval_choose(set, weight, calib, err):
 * Set *${weight} to the candidate of least total loss if that gains more over
 * weight 0 than one standard error of the gain; else to 0, since what chance
 * alone might have brought is not worth a forest.  The standard error is that
 * between blocks of neighbouring dates.  Set *${calib} to the map fitted to
 * the transforms of that weight.  With no rows: weight 0 and the identity.
 * Return 0 or -1.
 */
int cf_eval_choose(const struct cf_eval_set * set, double * weight,
    struct cf_calib * calib, struct cf_err * err);

#endif /* !CF_MODEL_EVAL_H_ */
