#ifndef CF_RISK_MEASURE_H_
#define CF_RISK_MEASURE_H_

#include "model/forecast.h"
#include "risk/sizing.h"

/*
 * What a forecast says to somebody who risks money on it.  All of it is read
 * from the one distribution, so the numbers agree with one another: the
 * interval contains the median, the shortfall is not below the value at risk,
 * p_loss is the probability below 100.
 */

struct cf_measure_params {
	double level;		/* Of the central interval. */
	double var_level;	/* Of value at risk and shortfall. */
	double var_limit;	/* Value at risk that raises the flag. */
	const struct cf_sizing * sizing;
};

struct cf_measure {
	double prediction;	/* Expected value of the target. */
	double low;		/* The central interval. */
	double high;
	/* Of a holding; the loss is per 100 committed: */
	double p_loss;		/* P(cash flow < 100) */
	double value_at_risk;	/* Not exceeded with var_level. */
	double expected_shortfall;	/* Mean loss beyond. */
	int risk_flag;
	double position_size;
};

/**
 * cf_measure_defaults(params):
 * Level 0.9, value at risk at 0.95 with limit 5, proportional sizing.
 */
void cf_measure_defaults(struct cf_measure_params * params);

/**
 * cf_measure_of(forecast, params, measure):
 * Fill *${measure}; the fields of a holding are 0 for other kinds.
 */
void cf_measure_of(const struct cf_forecast * forecast,
    const struct cf_measure_params * params, struct cf_measure * measure);

#endif /* !CF_RISK_MEASURE_H_ */
