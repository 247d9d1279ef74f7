#ifndef CF_BASE_DAY_H_
#define CF_BASE_DAY_H_

#include <stddef.h>
#include <stdint.h>

/*
 * Calendar days and moments, in the proleptic Gregorian calendar and UTC; no
 * time zone data, no locale.  A day is a count of days since 1970-01-01, a
 * moment a count of seconds since that day's midnight.
 *
 * Day numbers are had by counting years from March, so that the leap day is
 * the last of its year, in eras of 400 years (146097 days).
 */

#define CF_DAY_S 86400
#define CF_DAY_TEXT_MAX 24	/* Room for "YYYY-MM-DDTHH:MM:SSZ". */

#define CF_DAY_MIN (-719162)	/* 0001-01-01 */
#define CF_DAY_MAX 2932896	/* 9999-12-31 */

/**
 * cf_day_of(year, month, day):
 * Return the day's number.  The date must exist (cf_day_exists).
 */
int32_t cf_day_of(int year, int month, int day);

/**
 * cf_day_exists(year, month, day):
 * Return whether that is a date of the years 1 .. 9999.
 */
int cf_day_exists(int year, int month, int day);

/**
 * cf_day_split(number, year, month, day):
 * Set *${year}, *${month} (1-12) and *${day} (1-31) of a day's number.
 */
void cf_day_split(int32_t number, int * year, int * month, int * day);

/**
 * cf_day_weekday(number):
 * Return 1 for Monday .. 7 for Sunday.
 */
int cf_day_weekday(int32_t number);

/**
 * cf_day_parse(text, len, number):
 * Read "YYYY-MM-DD".  Return 0, or -1 when it is anything else.
 */
int cf_day_parse(const char * text, size_t len, int32_t * number);

/**
 * cf_day_print(number, dst):
 * Write "YYYY-MM-DD" to ${dst}, which has CF_DAY_TEXT_MAX bytes, without NUL;
 * return its length.
 */
size_t cf_day_print(int32_t number, char * dst);

/**
 * cf_day_parse_moment(text, len, time_s, has_clock):
 * Read "YYYY-MM-DD" (midnight, *${has_clock} = 0) or "YYYY-MM-DDTHH:MM:SSZ"
 * (*${has_clock} = 1).  Return 0, or -1 when it is anything else.
 */
int cf_day_parse_moment(const char * text, size_t len, int64_t * time_s,
    int * has_clock);

/**
 * cf_day_print_moment(time_s, has_clock, dst):
 * The reverse of cf_day_parse_moment; ${dst} as for cf_day_print.
 */
size_t cf_day_print_moment(int64_t time_s, int has_clock, char * dst);

/**
 * cf_day_of_moment(time_s):
 * Return the number of the day on which the moment lies.
 */
int32_t cf_day_of_moment(int64_t time_s);

#endif /* !CF_BASE_DAY_H_ */
