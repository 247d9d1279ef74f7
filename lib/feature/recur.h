#ifndef CF_FEATURE_RECUR_H_
#define CF_FEATURE_RECUR_H_

#include <stddef.h>
#include <stdint.h>

#include "feature/holiday.h"

/*
 * Movements that recur: wages, rents, standing orders, taxes.  An account's
 * cadence is the one at which its days of the last year agree best with those
 * one cadence before, by their correlation, if that is more than chance gives
 * (two standard errors, 2 / sqrt(n)).  What comes each month comes each quarter
 * too, so that a longer cadence must be better by a standard error to count.
 *
 * A cadence goes by a number, about its days:
 *
 *	7, 14, 28	so many days
 *	15		half a month: the 15th and the last, the 3rd and the 18th
 *	22		a month in business days, counted from its end
 *	30		a month: the same day of it, or its last
 *	31		a month, counted from its end
 *	91, 182, 365	a quarter, half a year, a year: the same day of the month
 */

#define CF_RECUR_HALF 15.0
#define CF_RECUR_BUSINESS 22.0
#define CF_RECUR_MONTH 30.0
#define CF_RECUR_END 31.0
#define CF_RECUR_QUARTER 91.0
#define CF_RECUR_HALF_YEAR 182.0
#define CF_RECUR_YEAR 365.0
#define CF_RECUR_MONTHS 6
#define CF_RECUR_NONE INT32_MIN

/* Days of months past that correspond to one ahead, newest first. */
struct cf_recur_months {
	int32_t same_day[CF_RECUR_MONTHS];	/* Of the month, or its last. */
	int32_t same_end[CF_RECUR_MONTHS];	/* From its end, or its first. */
	int32_t same_business[CF_RECUR_MONTHS];	/* Which business day. */
};

/**
 * cf_recur_median(x, n):
 * Return the median of the ${n} numbers ${x}, which are put in order; NaN of
 * none.
 */
double cf_recur_median(double * x, size_t n);

/**
 * cf_recur_past(past, day, origin, holidays):
 * Find the days in months before that of ${day}, and not behind ${origin}, which
 * correspond to it; CF_RECUR_NONE where there are not so many within nine
 * months, or the day is no business day.
 */
void cf_recur_past(struct cf_recur_months * past, int32_t day, int32_t origin,
    const struct cf_holiday * holidays);

/**
 * cf_recur_find(amount, n, first, holidays, strength):
 * Return the number of the cadence of the ${n} amounts, the first of which is
 * of day ${first}; 0: none.  Set *${strength} to its correlation, or 0.
 */
double cf_recur_find(const double * amount, size_t n, int32_t first,
    const struct cf_holiday * holidays, double * strength);

/**
 * cf_recur_amount(amount, n, first, day, holidays, cadence):
 * Return the median of the last six amounts that lie whole cadences before
 * ${day}; NaN with cadence 0, if none is known, or if such a movement never
 * falls on such a day.
 */
double cf_recur_amount(const double * amount, size_t n, int32_t first,
    int32_t day, const struct cf_holiday * holidays, double cadence);

#endif /* !CF_FEATURE_RECUR_H_ */
