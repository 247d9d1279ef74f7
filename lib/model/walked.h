#ifndef CF_MODEL_WALKED_H_
#define CF_MODEL_WALKED_H_

#include <stddef.h>

#include "base/err.h"
#include "model/data.h"
#include "model/forecast.h"
#include "table/writer.h"

/*
 * The forecasts of a walk-forward, kept: what a recipe would have said on each
 * date, by a fit that knew nothing of it.  Those of the first fold, if there
 * are more, are left out: it had none before it to choose weight and
 * calibration from, and the totals of the validation are without it too.
 */

struct cf_walked_row {
	double prediction;	/* NaN: none. */
	double low;		/* Of the central interval. */
	double high;
};

struct cf_walked {
	double level;		/* Of the interval; set before. */
	size_t n;
	struct cf_walked_row * rows;	/* By record of the data. */
};

/**
 * cf_walked_begin(walked, n, err):
 * Make room for ${n} records, none of which has a forecast; what was there is
 * forgotten.  Free it by cf_walked_free.  Return 0 or -1.
 */
int cf_walked_begin(struct cf_walked * walked, size_t n, struct cf_err * err);

/**
 * cf_walked_set(walked, i, forecast):
 * Keep the forecast of record ${i}.
 */
void cf_walked_set(struct cf_walked * walked, size_t i,
    const struct cf_forecast * forecast);

/**
 * cf_walked_drop(walked, first, n):
 * Forget the forecasts of records ${first} .. ${first} + ${n} - 1.
 */
void cf_walked_drop(struct cf_walked * walked, size_t first, size_t n);

/**
 * cf_walked_write(walked, data, model, writer, err):
 * Write them as records of forecasts by ${model}, each with its outcome.
 * Return 0 or -1.
 */
int cf_walked_write(const struct cf_walked * walked,
    const struct cf_data * data, const char * model,
    struct cf_writer * writer, struct cf_err * err);

/**
 * cf_walked_free(walked):
 * Free what it holds.
 */
void cf_walked_free(struct cf_walked * walked);

#endif /* !CF_MODEL_WALKED_H_ */
