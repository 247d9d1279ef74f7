#ifndef CF_RISK_FORECASTS_H_
#define CF_RISK_FORECASTS_H_

#include <stddef.h>

#include "base/err.h"
#include "model/intake.h"
#include "model/forecast.h"
#include "risk/measure.h"
#include "table/writer.h"

/*
 * Forecasts as records, cf-csv(5): the keys that the features have, then
 * prediction and interval, the risk of a holding, what was outside the
 * training range, and the model's id.
 */

#define CF_FORECASTS_QUANTILES_MAX 99

struct cf_forecasts_params {
	struct cf_measure_params measure;
	size_t nquantiles;	/* Further quantiles asked for. */
	double quantile[CF_FORECASTS_QUANTILES_MAX];
};

/**
 * cf_forecasts_begin(writer, intake, model, params, err):
 * Name the columns.  Return 0 or -1.
 */
int cf_forecasts_begin(struct cf_writer * writer, const struct cf_intake * intake,
    const struct cf_model * model, const struct cf_forecasts_params * params,
    struct cf_err * err);

/**
 * cf_forecasts_add(writer, intake, i, forecast, params, err):
 * Write the forecast of record ${i} of the intake's batch.  Return 0 or -1.
 */
int cf_forecasts_add(struct cf_writer * writer, const struct cf_intake * intake,
    size_t i, const struct cf_forecast * forecast,
    const struct cf_forecasts_params * params, struct cf_err * err);

/**
 * cf_forecasts_parse(text, params, err):
 * Read a list of probabilities "0.05,0.5", each inside (0, 1), ascending, into
 * ${params}.  Return 0 or -1 (kind CF_ERR_USAGE).
 */
int cf_forecasts_parse(const char * text, struct cf_forecasts_params * params,
    struct cf_err * err);

#endif /* !CF_RISK_FORECASTS_H_ */
