#ifndef CF_MODEL_BACKTEST_H_
#define CF_MODEL_BACKTEST_H_

#include <stddef.h>

#include <jansson.h>

#include "base/err.h"
#include "model/data.h"
#include "model/eval.h"
#include "model/rival.h"

/*
 * Backtest of a kind with a unit (accounts): what forecasters score by the days
 * ahead, over the origins of the walk-forward, for the model and for the rivals
 * of model/rival.h, all on the same records.
 *
 *	mase		mean of |error| / mean |x(t) - x(t-7)| of the account up
 *			to the origin (Hyndman, Koehler 2006, season 7)
 *	smape		mean of 200 |error| / (|outcome| + |forecast|)
 *	wape_accuracy	1 - sum |error| / sum |outcome|, in money
 *	pinball		as in the metrics, in units of the account's scale
 *	coverage	share of outcomes inside the 90 % interval
 *
 * The model's forecast is its median, which all of the first three favour.
 */
struct cf_backtest;

#define CF_BACKTEST_HORIZON_MAX 400

/**
 * cf_backtest_new(data, err):
 * Begin; data of another kind is an error of kind CF_ERR_USAGE.  Return NULL on failure; the caller frees it with cf_backtest_free.
 */
struct cf_backtest * cf_backtest_new(const struct cf_data * data,
    struct cf_err * err);

/**
 * cf_backtest_add(backtest, data, rival, rows, first, n):
 * Add those of records ${first} .. ${first} + ${n} - 1 that were scored.
 */
void cf_backtest_add(struct cf_backtest * backtest,
    const struct cf_data * data, const struct cf_rival * rival,
    const struct cf_eval_row * rows, size_t first, size_t n);

/**
 * cf_backtest_json(backtest, err):
 * Return the scores as an object: of all days ahead, then of each.  The caller
 * releases it.  Return NULL on failure.
 */
json_t * cf_backtest_json(const struct cf_backtest * backtest,
    struct cf_err * err);

/**
 * cf_backtest_free(backtest):
 * Free it; NULL is harmless.
 */
void cf_backtest_free(struct cf_backtest * backtest);

#endif /* !CF_MODEL_BACKTEST_H_ */
