#ifndef CF_MODEL_VALIDATE_H_
#define CF_MODEL_VALIDATE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/backtest.h"
#include "model/calib.h"
#include "model/data.h"
#include "model/fit.h"
#include "model/fold.h"
#include "model/tally.h"

/*
 * Validation: how good forecasts are on records that the fit had not seen,
 * and, from that, the weight of the forest and the calibration map.
 *
 * Where records have dates: walk-forward (model/fold.h).  Each fold is
 * forecast by a fit to the records whose outcome was known on its first date,
 * with the weight and map chosen on the folds before it.  So every score is of a forecast that could have been made then.
 *
 * Where they have none: out of bag.  Each record is forecast by the trees that
 * did not draw it; weight and map for the even records are chosen on the odd
 * ones, and the other way round.  Of a large table a part is enough: chunks of
 * neighbouring records, evenly spread, up to 32768 records in all.
 *
 * The final weight and map are chosen on all of these forecasts.
 */

enum cf_validate_mode { CF_VALIDATE_NONE, CF_VALIDATE_FORWARD, CF_VALIDATE_OUT_OF_BAG };

struct cf_validate {
	enum cf_validate_mode mode;
	size_t nfolds;
	struct cf_tally folds[CF_FOLD_MAX];
	struct cf_tally total;
	double weight;		/* Chosen for the final model. */
	struct cf_calib calib;
	struct cf_paths paths;	/* Of kinds with a unit, if the caller wants */
	int wants_paths;	/* them, and frees them. */
	int has_few;		/* few_hits was counted. */
	struct cf_backtest * backtest;	/* Filled by walk-forward; borrowed, or
					 * NULL: not wanted. */
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

#endif /* !CF_MODEL_VALIDATE_H_ */
