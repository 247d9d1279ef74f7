#ifndef CF_SOURCE_CALENDAR_H_
#define CF_SOURCE_CALENDAR_H_

#include <stdint.h>

/*
 * The calendar of American markets and statistics offices, by rule: no time
 * zone database is asked, so that a machine without one, or with an old one,
 * reads the same times.
 *
 * Daylight saving time in the US: from 2007 the second Sunday of March to the
 * first of November (Energy Policy Act of 2005); from 1987 the first Sunday of
 * April, before that the last, to the last Sunday of October (Uniform Time
 * Act).  Clocks change at 2 o'clock local time.
 */

/* Seconds behind 16:00 New York time after which a daily bar is taken for
 * finished: the closing auction prints a few minutes late. */
#define CF_CALENDAR_SETTLE_S (15 * 60)

/**
 * cf_calendar_eastern(time_s):
 * Return the moment ${time_s} on the clock of New York: seconds since
 * 1970-01-01 as if that clock were UTC.
 */
int64_t cf_calendar_eastern(int64_t time_s);

/**
 * cf_calendar_from_eastern(local_s):
 * The reverse.  Of the hour that is there twice, the first is meant; one that
 * is not there is read as if the clock had not been changed.
 */
int64_t cf_calendar_from_eastern(int64_t local_s);

/**
 * cf_calendar_is_holiday(day):
 * Return whether that is a holiday of the US government (5 U.S.C. 6103), also
 * one kept on the Friday before or the Monday after.
 */
int cf_calendar_is_holiday(int32_t day);

/**
 * cf_calendar_next_business(day):
 * Return the first day after ${day} that is neither of a weekend nor a
 * holiday.
 */
int32_t cf_calendar_next_business(int32_t day);

/**
 * cf_calendar_business_between(a, b):
 * Return the number of business days after ${a} and before ${b}.
 */
int32_t cf_calendar_business_between(int32_t a, int32_t b);

/**
 * cf_calendar_finished(day):
 * Return the moment from which the US session of ${day} is finished.  Every
 * exchange that Alpha Vantage carries has closed by then.
 */
int64_t cf_calendar_finished(int32_t day);

#endif /* !CF_SOURCE_CALENDAR_H_ */
