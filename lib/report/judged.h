#ifndef CF_REPORT_JUDGED_H_
#define CF_REPORT_JUDGED_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "report/figure.h"
#include "report/past.h"

/*
 * How the forecasts did, by month: the share of outcomes inside their interval,
 * the probability integral transform over the levels that the forecasts carry,
 * and skill against doing without a model.
 *
 * Skill is 1 - W / W', W the mean interval score (Winkler 1972) and W' that of
 * the best baseline over all months.  Baselines know what was known at the
 * origin and no more, and begin when they know WARM outcomes:
 *
 *	unconditional	quantiles of all outcomes known when the month began
 *	ewma		of symbols: normal, variance the exponentially weighted
 *			mean (lambda 0.94) of squared log outcomes
 *	weekday		of accounts: quantiles of the last 16 of that weekday
 */

struct cf_judged {
	size_t n;		/* Forecasts with an outcome. */
	size_t dates;		/* Distinct days of these. */
	double level;		/* Their mean level. */
	double coverage;	/* Share inside; NaN: none. */
	double recent;		/* The same, of the newest RECENT dates. */
	double skill;		/* NaN: no baseline. */
	const char * baseline;	/* The best one, or NULL. */
};

/**
 * cf_judged_figures(past, judged, figures, err):
 * Judge, set *${judged}, and add the figures of calibration and skill.  Return
 * 0 or -1.
 */
int cf_judged_figures(const struct cf_past * past, struct cf_judged * judged,
    struct cf_figures * figures, struct cf_err * err);

#endif /* !CF_REPORT_JUDGED_H_ */
