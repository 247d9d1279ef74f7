#ifndef CF_DRIFT_MONTHS_H_
#define CF_DRIFT_MONTHS_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "drift/daily.h"

/*
 * Quiet months of forecasts: what a window of days comes to, at the worst of a
 * month's daily looks, when nothing has changed.  Each replicate is put
 * together from blocks of the days given (drift/blocks.h).
 */

struct cf_months_params {
	size_t baseline;	/* Days that scale the scores, */
	size_t tested;		/* and those behind them that are tested. */
	size_t window;		/* The last of all these, for the rest. */
	size_t looks;
	size_t length;		/* Of blocks. */
	double widen_accuracy;	/* Factors that make up for what the draws */
	double widen_score;	/* lack (cf_blocks_shortfall). */
	size_t replicates;
	uint64_t seed;
};

/* One value for each replicate, ascending. */
struct cf_months {
	size_t n;
	double * accuracy;	/* Least, less the mean of all days. */
	double * bias;		/* Farthest from the mean of all days. */
	double * page_hinkley;	/* Most. */
	double floor;		/* No p-value is below. */
};

/**
 * cf_months_make(months, days, n, params, err):
 * Draw them from the ${n} days, at least 1.  Free them by cf_months_free, also
 * after failure.  Return 0 or -1.
 */
int cf_months_make(struct cf_months * months,
    const struct cf_daily_day * days, size_t n,
    const struct cf_months_params * params, struct cf_err * err);

/**
 * cf_months_scores(days, baseline, n, x):
 * Set ${x}[n] to the scores of ${n} days, in standard deviations from the mean
 * of the first ${baseline}.  If these do not vary, all are 0.
 */
void cf_months_scores(const struct cf_daily_day * days, size_t baseline,
    size_t n, double * x);

/**
 * cf_months_quantile(sorted, n, p):
 * Return the ${p}-quantile of ${n} ascending values.
 */
double cf_months_quantile(const double * sorted, size_t n, double p);

/**
 * cf_months_free(months):
 * Free what they hold and leave them empty.
 */
void cf_months_free(struct cf_months * months);

#define CF_MONTHS_DELTA 0.25	/* Of the Page-Hinkley test. */

#endif /* !CF_DRIFT_MONTHS_H_ */
