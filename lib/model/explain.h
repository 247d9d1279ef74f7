#ifndef CF_MODEL_EXPLAIN_H_
#define CF_MODEL_EXPLAIN_H_

#include <jansson.h>

#include "base/err.h"
#include "model/data.h"
#include "model/fit.h"
#include "model/model.h"

/*
 * What the forest uses.
 *
 * Permutation importance (Breiman 2001): by what part the mean squared error
 * of the out-of-bag forecasts of z grows when one of the columns that the
 * trees see is shuffled over the records.  Blocks of dates were drawn whole,
 * so a record is forecast only by trees that saw nothing of its date.
 *
 * Partial dependence (Friedman 2001): the mean forecast of z over records when
 * one column is set to a value, for values spread over its range.
 */

/**
 * cf_explain_make(data, model, kept, params, err):
 * Return a new reference to an object {"importance": [{"input", "increase"},
 * ...] (largest first), "partial_dependence": [{"input", "value": [],
 * "mean_z": []}, ...]} for ${model}, fitted to all records of ${data}, or
 * NULL.
 */
json_t * cf_explain_make(const struct cf_data * data,
    const struct cf_model * model, const struct cf_fit_kept * kept,
    const struct cf_fit_params * params, struct cf_err * err);

#endif /* !CF_MODEL_EXPLAIN_H_ */
