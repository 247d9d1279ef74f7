#ifndef CF_SOURCE_LAG_H_
#define CF_SOURCE_LAG_H_

#include <stdint.h>

#include "source/haul.h"

/*
 * When the value of a day became known.  A series that is joined by its
 * observation date tells a model the future: the value of a Friday is published
 * on Monday.  Publishers' calendars are rules of a few kinds; what is known of
 * each series is a row of the table in lag.c, with where it is known from.
 * For all others a careful lag is taken by the spacing of the dates, and the
 * caller is told so.
 */
enum cf_lag_rule {
	CF_LAG_BUSINESS,	/* The next business day. */
	CF_LAG_H10,		/* The Monday after the week, or Tuesday. */
	CF_LAG_MONTH,		/* ${days} after the month has ended. */
	CF_LAG_QUARTER,		/* ${days} after the quarter has ended. */
	CF_LAG_YEAR,		/* ${days} after the year has ended. */
	CF_LAG_DAYS		/* ${days} after the date. */
};

struct cf_lag {
	enum cf_lag_rule rule;
	int days;
	int is_guess;		/* By spacing: nothing is known of the id. */
};

/**
 * cf_lag_find(id, rows):
 * Return the lag of the series ${id}, whose sorted points are ${rows}.
 */
struct cf_lag cf_lag_find(const char * id, const struct cf_haul * rows);

/**
 * cf_lag_available(lag, day):
 * Return the first day on which the value of ${day} could be known.
 */
int32_t cf_lag_available(const struct cf_lag * lag, int32_t day);

/**
 * cf_lag_set(lag, rows):
 * Set `available` of all points that have none.
 */
void cf_lag_set(const struct cf_lag * lag, struct cf_haul * rows);

/**
 * cf_lag_text(lag):
 * Return words for messages: "the next business day".
 */
const char * cf_lag_text(const struct cf_lag * lag);

#endif /* !CF_SOURCE_LAG_H_ */
