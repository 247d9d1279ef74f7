#ifndef CF_MODEL_TUNE_H_
#define CF_MODEL_TUNE_H_

#include <stddef.h>

#include "base/err.h"
#include "model/fit.h"

/*
 * Search: a small set of leaf sizes, mtry and depths around the defaults, in
 * an order drawn from the seed.  Each trial is validated as the final model
 * would be; the one of least pinball loss is taken.  Its own loss is then a
 * little flattering, as that of any winner.
 */

#define CF_TUNE_TRIALS_MAX 40

/**
 * cf_tune_trials(base, columns, n, trials):
 * Set ${trials}[CF_TUNE_TRIALS_MAX] to up to ${n} parameter sets for trees
 * that see ${columns} columns: ${base} itself, resolved (cf_fit_resolve), then
 * variations.  Return their number.
 */
size_t cf_tune_trials(const struct cf_fit_params * base, size_t columns,
    size_t n, struct cf_fit_params * trials);

#endif /* !CF_MODEL_TUNE_H_ */
