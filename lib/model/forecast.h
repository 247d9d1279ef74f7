#ifndef CF_MODEL_FORECAST_H_
#define CF_MODEL_FORECAST_H_

#include <stddef.h>

#include "base/err.h"
#include "model/model.h"

/*
 * Forecasts of a model.  A forecaster is one thread's scratch space; records
 * go in by batches, which is what the forest is fast at, and a forecast is one
 * distribution from which everything is read: mean, quantiles, probabilities.
 */
struct cf_forecaster;

/*
 * One record's forecast, valid until the next call with its forecaster.  Its
 * law, cumulative probabilities on the model's grid, is worked out only where
 * it is asked for: a quantile looks at a dozen of some thousand cells.
 */
struct cf_forecast {
	const struct cf_model * model;
	double scale;
	double level;		/* Of kinds with a unit: the target is */
	double unit;		/* level + unit * z. */
	double mean_z;		/* Mean of forest and empirical z, mixed. */
	struct cf_forecaster * from;
	double weight;		/* Of the forest. */
	const struct cf_calib * calib;	/* Borrowed; NULL: none. */
};

/**
 * cf_forecast_new(model, batch, err):
 * Make a forecaster for batches of up to ${batch} records.  The model is
 * borrowed.  Return NULL on failure; the caller frees it with
 * cf_forecast_free.
 */
struct cf_forecaster * cf_forecast_new(const struct cf_model * model,
    size_t batch, struct cf_err * err);

/**
 * cf_forecast_batch(forecaster, records, n):
 * Take ${n} records of inputs.n numbers each (NaN: missing), row after row.
 */
void cf_forecast_batch(struct cf_forecaster * forecaster,
    const double * records, size_t n);

/**
 * cf_forecast_prob(forecaster), cf_forecast_means(forecaster),
 * cf_forecast_scales(forecaster):
 * Return the batch's forest probabilities [batch][cells], forest means [batch]
 * and scales [batch], for a caller who has them from elsewhere (out of bag)
 * and puts them there.  The call itself says that they will change: make it
 * anew for every batch.
 */
float * cf_forecast_prob(struct cf_forecaster * forecaster);
double * cf_forecast_means(struct cf_forecaster * forecaster);
double * cf_forecast_scales(struct cf_forecaster * forecaster);

/**
 * cf_forecast_get(forecaster, i, forecast):
 * Set *${forecast} to the forecast of record ${i} of the last batch.
 */
void cf_forecast_get(struct cf_forecaster * forecaster, size_t i,
    struct cf_forecast * forecast);

/**
 * cf_forecast_mix(forecaster, i, weight, calib, forecast):
 * As cf_forecast_get, with another weight and map (NULL: none) than the
 * model's.
 */
void cf_forecast_mix(struct cf_forecaster * forecaster, size_t i,
    double weight, const struct cf_calib * calib,
    struct cf_forecast * forecast);

/**
 * cf_forecast_law(forecast):
 * Return the cumulative probabilities [grid.n + 1] of z.
 */
const double * cf_forecast_law(const struct cf_forecast * forecast);

/**
 * cf_forecast_z(forecast, p), cf_forecast_pit(forecast, z):
 * Return the ${p}-quantile of z, and the probability integral transform of
 * ${z} (see cf_grid_pit).
 */
double cf_forecast_z(const struct cf_forecast * forecast, double p);
double cf_forecast_pit(const struct cf_forecast * forecast, double z);

/**
 * cf_forecast_mean(forecast):
 * Return the expected value of the target: of a return, which is no linear
 * function of z, the mean of the distribution; else the mixed mean itself,
 * which no grid has rounded.
 */
double cf_forecast_mean(const struct cf_forecast * forecast);

/**
 * cf_forecast_variance(forecast, mean):
 * Return the variance of the target about ${mean}, its expected value.
 */
double cf_forecast_variance(const struct cf_forecast * forecast, double mean);

/**
 * cf_forecast_quantile(forecast, p):
 * Return the ${p}-quantile of the target.
 */
double cf_forecast_quantile(const struct cf_forecast * forecast, double p);

/**
 * cf_forecast_below(forecast, value):
 * Return P(target < value); a jump at the value itself does not count.
 */
double cf_forecast_below(const struct cf_forecast * forecast, double value);

/**
 * cf_forecast_tail_mean(forecast, p):
 * Return the mean of the target over its lowest part of probability ${p}, p >
 * 0.
 */
double cf_forecast_tail_mean(const struct cf_forecast * forecast, double p);

/*
 * Why a forecast is what it is.  The expected z (of a plain model, the
 * prediction) is base and all contributions added up: what each input adds along
 * the paths through the trees (forest/predict.h), times the forest's weight;
 * what is not the forest's is in the base.  The scale, which a holding's z is
 * multiplied by, is apart: its logarithm is scale_base and what each volatility
 * adds, b_k (ln v_k - mean ln v_k), but for its limits (model/scale.h).
 */
struct cf_forecast_reasons {
	double base;
	double expected;
	double scale;
	double scale_base;
	const double * contribution;	/* [inputs.nderived] */
	const double * scale_part;	/* [inputs.nlogs]; NaN: missing. */
};

/**
 * cf_forecast_explain(forecaster, i, record, reasons):
 * Fill *${reasons} for record ${i} of the last batch, whose inputs are
 * ${record}; its arrays are valid until the next call.
 */
void cf_forecast_explain(struct cf_forecaster * forecaster, size_t i,
    const double * record, struct cf_forecast_reasons * reasons);

/**
 * cf_forecast_free(forecaster):
 * Free it; NULL is harmless.
 */
void cf_forecast_free(struct cf_forecaster * forecaster);

#endif /* !CF_MODEL_FORECAST_H_ */
