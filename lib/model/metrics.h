#ifndef CF_MODEL_METRICS_H_
#define CF_MODEL_METRICS_H_

#include <jansson.h>

#include "base/err.h"
#include "model/data.h"
#include "model/fit.h"
#include "model/model.h"
#include "model/trees.h"
#include "model/validate.h"

/*
 * The metrics object: what was trained on what, and how it validated.  It goes
 * into the model file and, with the file's name and id, to cf-train's output.
 * Its keys are documented in cf-train(1).
 */

/**
 * cf_metrics_make(data, model, walk, params, trees, err):
 * Return the object; ${trees} tells how their number was chosen, NULL: it was
 * given.  Return it as a new reference, or NULL.
 */
json_t * cf_metrics_make(const struct cf_data * data,
    const struct cf_model * model, const struct cf_validate * walk,
    const struct cf_fit_params * params, const struct cf_trees * trees,
    struct cf_err * err);

#endif /* !CF_MODEL_METRICS_H_ */
