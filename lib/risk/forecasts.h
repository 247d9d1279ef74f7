#ifndef CF_RISK_FORECASTS_H_
#define CF_RISK_FORECASTS_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/intake.h"
#include "model/forecast.h"
#include "risk/joint.h"
#include "risk/measure.h"
#include "table/writer.h"

/*
 * Forecasts as records, cf-csv(5): the keys that the features have, then
 * prediction and interval, the risk of a holding, what was outside the
 * training range, and the model's id.
 */

#define CF_FORECASTS_QUANTILES_MAX 99
#define CF_FORECASTS_RANKS_MAX 100

struct cf_forecasts_params {
	struct cf_measure_params measure;
	size_t nquantiles;	/* Further quantiles asked for. */
	double quantile[CF_FORECASTS_QUANTILES_MAX];
	size_t nranks;		/* Columns rank_1 ..; 0: none. */
	int explain;		/* Columns of reasons. */
	int portfolio;		/* Records are a portfolio's, one a date. */
	int error_columns;	/* CSV: where a bad record says why. */
};

/* What a record is written from. */
struct cf_forecasts_row {
	const struct cf_batch * batch;	/* Its keys and inputs: */
	size_t i;			/* record i of that batch. */
	const struct cf_forecast * forecast;
	const struct cf_forecast_reasons * reasons;	/* If explained. */
	const double * ranks;		/* [nranks], or NULL: missing. */
};

/**
 * cf_forecasts_begin(writer, intake, model, params, again, err):
 * Name the columns.  With ${again} another writer has written CSV's header.
 * Return 0 or -1.
 */
int cf_forecasts_begin(struct cf_writer * writer,
    const struct cf_intake * intake, const struct cf_model * model,
    const struct cf_forecasts_params * params, int again,
    struct cf_err * err);

/**
 * cf_forecasts_add(writer, intake, row, params, err):
 * Write a forecast.  Return 0 or -1.
 */
int cf_forecasts_add(struct cf_writer * writer, const struct cf_intake * intake,
    const struct cf_forecasts_row * row,
    const struct cf_forecasts_params * params, struct cf_err * err);

/**
 * cf_forecasts_add_portfolio(writer, intake, batch, model, outcome, params,
 *     err):
 * Write what a portfolio comes to on a date of ${batch}.  Return 0 or -1.
 */
int cf_forecasts_add_portfolio(struct cf_writer * writer,
    const struct cf_intake * intake, const struct cf_batch * batch,
    const struct cf_model * model, const struct cf_joint_outcome * outcome,
    const struct cf_forecasts_params * params, struct cf_err * err);

/**
 * cf_forecasts_add_error(writer, reason, line, err):
 * Write a record of the error columns only.  Return 0 or -1.
 */
int cf_forecasts_add_error(struct cf_writer * writer, const char * reason,
    uint64_t line, struct cf_err * err);

/**
 * cf_forecasts_parse(text, params, err):
 * Read a list of probabilities "0.05,0.5", each inside (0, 1), ascending, into
 * ${params}.  Return 0 or -1 (kind CF_ERR_USAGE).
 */
int cf_forecasts_parse(const char * text, struct cf_forecasts_params * params,
    struct cf_err * err);

#endif /* !CF_RISK_FORECASTS_H_ */
