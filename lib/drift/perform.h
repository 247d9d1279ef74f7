#ifndef CF_DRIFT_PERFORM_H_
#define CF_DRIFT_PERFORM_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "drift/findings.h"
#include "drift/joined.h"

/*
 * Drift of performance: do outcomes still lie where forecasts said?
 *
 * The newest days with outcomes are the window, those before it, back to
 * HISTORY_DAYS, the history.  Findings, one for each row of the table of tests
 * in perform.c:
 *
 *	accuracy	share of outcomes within their interval.  Drift when
 *			below 0.85 (of intervals of 90 %; of others in
 *			proportion) and below its band, watch when below one.
 *	relative_drop	by which part accuracy is below that in training.
 *			Drift over 0.1 and beyond its band, watch beyond one.
 *	coverage	accuracy again, with the binomial band of as many
 *			independent cases as the records are worth, and Kupiec's
 *			p-value; watch outside.
 *	bias		mean of forecast less outcome; watch outside its band.
 *	wape		sum of absolute errors / sum of absolute outcomes, and
 *	one_minus_wape	what is left of 1; of a ledger only.
 *	page_hinkley	has the daily score grown?  Drift beyond its threshold
 *			when accuracy since then is down by 0.1, else watch.
 *	adwin		the same question; watch.
 *
 * The score of a forecast is the distance of the outcome from the middle of
 * its interval, in half widths, 2.5 at most; that of a day their mean, less
 * the mean and in standard deviations of the days before the window (or of the
 * first half, if there is no history).
 *
 * Outcomes over h days overlap for h days, those of one day move together, and
 * the same data are looked at each day.  So bands and thresholds come from a
 * block bootstrap of whole days before the window (of the first half, if there
 * are fewer than in it), with blocks of h days or more, in which each
 * replicate is a month of looks as in drift/quiet.h: a quiet month goes beyond
 * them with probability alpha, of which a third goes to accuracy and relative
 * drop and a third to the Page-Hinkley test; the last pays for dependence being
 * estimated too (tests/bench/bench_drift.c shows what comes of it).
 */

struct cf_perform_params {
	size_t window;		/* Days. */
	double least_accuracy;	/* 0.85 */
	double most_drop;	/* 0.1 */
	double training;	/* Accuracy in training; NaN: not known. */
	double alpha;
	size_t looks;		/* In a month. */
	size_t replicates;
	uint64_t seed;
};

/**
 * cf_perform_defaults(params):
 * Set the defaults.
 */
void cf_perform_defaults(struct cf_perform_params * params);

/**
 * cf_perform_run(joined, params, findings, err):
 * Judge, and append findings.  Return 0 or -1.
 */
int cf_perform_run(const struct cf_joined * joined,
    const struct cf_perform_params * params, struct cf_findings * findings,
    struct cf_err * err);

#endif /* !CF_DRIFT_PERFORM_H_ */
