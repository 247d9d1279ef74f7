#ifndef CF_RISK_OUTCOME_H_
#define CF_RISK_OUTCOME_H_

#include <stddef.h>

#include "risk/measure.h"

/*
 * A distribution given by equally likely outcomes, as a simulation makes them.
 */

/**
 * cf_outcome_quantile(x, n, p):
 * Return the ${p}-quantile of ${n} ascending outcomes, straight between their
 * middles.
 */
double cf_outcome_quantile(const double * x, size_t n, double p);

/**
 * cf_outcome_measure(x, n, mean, params, measure):
 * Fill *${measure} from ${n} ascending cash flows, whose expected value is
 * ${mean}.
 */
void cf_outcome_measure(const double * x, size_t n, double mean,
    const struct cf_measure_params * params, struct cf_measure * measure);

#endif /* !CF_RISK_OUTCOME_H_ */
