#ifndef CF_MODEL_TRAIN_H_
#define CF_MODEL_TRAIN_H_

#include <jansson.h>

#include "base/err.h"
#include "model/data.h"
#include "model/fit.h"
#include "model/model.h"
#include "model/validate.h"

/*
 * Training as a whole: validation, the final fit to all records, weight and
 * calibration from the validation put into it.
 */

/**
 * cf_train_run(data, params, walk, explained, err):
 * Train a model on ${data} and fill *${walk} with its validation.  If
 * ${explained} is not NULL, set *${explained} to a new reference to what the
 * forest uses (model/explain.h).  The model shares its inputs with ${data}.
 * Return NULL on failure; the caller frees the model with cf_model_free.
 */
struct cf_model * cf_train_run(struct cf_data * data,
    const struct cf_fit_params * params, struct cf_validate * walk,
    json_t ** explained, struct cf_err * err);

/**
 * cf_train_validate(data, params, walk, err):
 * Only validate: what cf_train_run would fill *${walk} with.  Return 0 or -1.
 */
int cf_train_validate(struct cf_data * data,
    const struct cf_fit_params * params, struct cf_validate * walk,
    struct cf_err * err);

#endif /* !CF_MODEL_TRAIN_H_ */
