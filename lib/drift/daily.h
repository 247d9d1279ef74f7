#ifndef CF_DRIFT_DAILY_H_
#define CF_DRIFT_DAILY_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "drift/joined.h"

/*
 * Joined forecasts as sums by day, the unit in which they are drawn and
 * judged, and what a window of such days comes to.
 */

#define CF_DAILY_SCORE_MAX 2.5	/* Half widths from the middle. */

struct cf_daily_day {
	int64_t time_s;
	double n;
	double hits;		/* Outcomes within their interval. */
	double level;		/* Sums of: the intervals' levels, */
	double score;		/* distances from the middle, */
	double error;		/* forecast less outcome, */
	double absolute;	/* its size, */
	double outcome;		/* and that of the outcome. */
};

struct cf_daily {
	struct cf_daily_day * days;
	size_t n;
	size_t overlap;		/* Days over which an outcome extends. */
};

/**
 * cf_daily_make(daily, joined, err):
 * Sum up by day.  Free it by cf_daily_free.  Return 0 or -1.
 */
int cf_daily_make(struct cf_daily * daily, const struct cf_joined * joined,
    struct cf_err * err);

/**
 * cf_daily_sum(days, n):
 * Return the sums over ${n} days; time_s is the last one's.
 */
struct cf_daily_day cf_daily_sum(const struct cf_daily_day * days, size_t n);

/**
 * cf_daily_free(daily):
 * Free what it holds and leave it empty.
 */
void cf_daily_free(struct cf_daily * daily);

#endif /* !CF_DRIFT_DAILY_H_ */
