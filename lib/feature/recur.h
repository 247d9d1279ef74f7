#ifndef CF_FEATURE_RECUR_H_
#define CF_FEATURE_RECUR_H_

#include <stddef.h>
#include <stdint.h>

#include "feature/holiday.h"

/*
 * Movements that recur: wages, rents, standing orders.  An account's cadence is
 * the one of a week, two, four, or a calendar month, at which its days of the
 * last year agree best with those one cadence before, by their correlation, if
 * that is more than chance gives (two standard errors, 2 / sqrt(n)).
 */

#define CF_RECUR_MONTH 30.0	/* Stands for a calendar month. */
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
 * cf_recur_find(amount, n, first, strength):
 * Return the cadence in days of the ${n} amounts, the first of which is of day
 * ${first}; 0: none.  Set *${strength} to its correlation, or 0.
 */
double cf_recur_find(const double * amount, size_t n, int32_t first,
    double * strength);

/**
 * cf_recur_amount(amount, n, first, day, cadence):
 * Return the median of the last six amounts that lie whole cadences before
 * ${day}; NaN with cadence 0, or if none is known.
 */
double cf_recur_amount(const double * amount, size_t n, int32_t first,
    int32_t day, double cadence);

#endif /* !CF_FEATURE_RECUR_H_ */
