#ifndef CF_SCORE_SCORE_H_
#define CF_SCORE_SCORE_H_

#include <stddef.h>
#include <stdint.h>

/*
 * Scores of forecasts: pure functions over plain numbers.  All losses are
 * better when smaller, and are in the unit of the outcome unless said.
 */

/**
 * cf_score_pinball(p, quantile, outcome):
 * Return the pinball (quantile) loss of a forecast of the ${p}-quantile:
 * p * (y - q) if y >= q, else (1 - p) * (q - y).  Its mean is least for the
 * true quantile (Koenker, Bassett 1978).
 */
double cf_score_pinball(double p, double quantile, double outcome);

/**
 * cf_score_winkler(level, low, high, outcome):
 * Return the interval score of a central interval of probability ${level}
 * (Winkler 1972; Gneiting, Raftery 2007): its width, plus 2 / (1 - level)
 * times the distance by which the outcome lies outside.
 */
double cf_score_winkler(double level, double low, double high,
    double outcome);

/**
 * cf_score_smape(forecast, outcome):
 * Return the symmetric absolute percentage error, 200 |y - f| / (|y| + |f|), 0
 * .. 200; 0 where both are 0.
 */
double cf_score_smape(double forecast, double outcome);

/**
 * cf_score_kupiec(n, hits, level):
 * Return the p-value of the hypothesis that ${hits} of ${n} intervals hold
 * their outcome with probability ${level}: Kupiec's (1995) likelihood ratio
 * test, chi-square with 1 degree of freedom.  NaN if n = 0.  Counts may be of
 * independent cases, which need not be whole, where records are not.
 */
double cf_score_kupiec(double n, double hits, double level);

/* Counts of (hit before, hit now) in a sequence; index 1 is a hit. */
struct cf_score_runs {
	double n[2][2];
};

/**
 * cf_score_christoffersen(runs):
 * Return the p-value of the hypothesis that hits do not depend on the hit
 * before: Christoffersen's (1998) likelihood ratio test of independence,
 * chi-square with 1 degree of freedom.  NaN if there are no pairs.
 */
double cf_score_christoffersen(const struct cf_score_runs * runs);

/* Running sums of squared and absolute errors. */
struct cf_score_errors {
	uint64_t n;
	double sum;		/* Of forecast - outcome. */
	double sum_squares;
	double sum_absolute;
};

/**
 * cf_score_errors_add(errors, forecast, outcome):
 * Add one pair.
 */
void cf_score_errors_add(struct cf_score_errors * errors, double forecast,
    double outcome);

/**
 * cf_score_rmse(errors), cf_score_mae(errors), cf_score_bias(errors):
 * Return root mean squared error, mean absolute error, mean of forecast less
 * outcome; NaN of nothing.
 */
double cf_score_rmse(const struct cf_score_errors * errors);
double cf_score_mae(const struct cf_score_errors * errors);
double cf_score_bias(const struct cf_score_errors * errors);

#endif /* !CF_SCORE_SCORE_H_ */
