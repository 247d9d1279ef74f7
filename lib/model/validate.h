#ifndef CF_MODEL_VALIDATE_H_
#define CF_MODEL_VALIDATE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/calib.h"
#include "model/data.h"
#include "model/fit.h"

/*
 * Validation: how good forecasts are on records that the fit had not seen,
 * and, from that, the weight of the forest and the calibration map.
 *
 * Where records have dates: walk-forward.  The first half of the dates only
 * trains.  The rest is cut into folds; each is forecast by a fit to the
 * records whose outcome was known on the fold's first date (which purges the
 * last h days before it), with the weight and map chosen on the folds before
 * it.  So every score is of a forecast that could have been made then.
 *
 * Where they have none: out of bag.  Each record is forecast by the trees that
 * did not draw it; weight and map for the even records are chosen on the odd
 * ones, and the other way round.  Of a large table a part is enough: chunks of
 * neighbouring records, evenly spread, up to 32768 records in all.
 *
 * The final weight and map are chosen on all of these forecasts.
 */

#define CF_VALIDATE_FOLDS_MAX 64
#define CF_VALIDATE_ROWS_MIN 20	/* Training records of a fold, at least. */

enum cf_validate_method {
	CF_VALIDATE_MODEL,		/* The forecasts as above. */
	CF_VALIDATE_SCALE,		/* Scale times empirical z: weight 0. */
	CF_VALIDATE_UNCONDITIONAL,	/* Baselines: see model/baseline.h */
	CF_VALIDATE_EWMA,
	CF_VALIDATE_GARCH,
	CF_VALIDATE_METHODS
};

/**
 * cf_validate_method_name(method):
 * Return its name in the metrics object.
 */
const char * cf_validate_method_name(enum cf_validate_method method);

/* Scores of a set of forecasts: sums over n records. */
struct cf_validate_score {
	uint32_t first_date;	/* Numbers of dates; of folds only. */
	uint32_t last_date;
	size_t trained;		/* Training records of the fold's fit. */
	size_t n;
	double weight;		/* Of the forest in the fold. */
	double pinball[CF_VALIDATE_METHODS];	/* NaN: not to be had. */
	double crps;
	double winkler;
	double squares;		/* Of prediction - target. */
	double absolute;
	double bias;
	uint64_t hits;		/* Inside the 90 % interval. */
	uint64_t few_hits;	/* The same, from the few fields. */
	uint64_t same_sign;	/* Prediction and target on one side of 100. */
};

enum cf_validate_mode { CF_VALIDATE_NONE, CF_VALIDATE_FORWARD, CF_VALIDATE_OUT_OF_BAG };

struct cf_validate {
	enum cf_validate_mode mode;
	size_t nfolds;
	struct cf_validate_score folds[CF_VALIDATE_FOLDS_MAX];
	struct cf_validate_score total;
	double weight;		/* Chosen for the final model. */
	struct cf_calib calib;
	int has_few;		/* few_hits was counted. */
};

/**
 * cf_validate_forward(walk, data, params, err):
 * Validate by walk-forward.  With too few dates or records for a single fold,
 * walk->mode is CF_VALIDATE_NONE, weight 0, the map the identity.  Return 0 or -1.
 */
int cf_validate_forward(struct cf_validate * walk, const struct cf_data * data,
    const struct cf_fit_params * params, struct cf_err * err);

/**
 * cf_validate_out_of_bag(walk, data, model, kept, err):
 * Validate the final ${model}, fitted to all records of ${data}, by its
 * out-of-bag forecasts.  Return 0 or -1.
 */
int cf_validate_out_of_bag(struct cf_validate * walk, const struct cf_data * data,
    const struct cf_model * model, const struct cf_fit_kept * kept,
    struct cf_err * err);

/**
 * cf_validate_skill(score):
 * Return 1 - pinball of the model / pinball of the best baseline; NaN without
 * scores.
 */
double cf_validate_skill(const struct cf_validate_score * score);

#endif /* !CF_MODEL_VALIDATE_H_ */
