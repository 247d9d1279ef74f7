#ifndef CF_FEATURE_HOLIDAY_H_
#define CF_FEATURE_HOLIDAY_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Holidays: days on which banks and offices are closed, from a user's file with
 * a column `date`.  They are known ahead, so features of a future day may use
 * them.  A business day is neither on a weekend (Saturday, Sunday) nor a
 * holiday.
 */
struct cf_holiday {
	int32_t * days;		/* Ascending. */
	size_t n;
};

/**
 * cf_holiday_load(holidays, path, err):
 * Read the file at ${path}.  Free the holidays with cf_holiday_free.  Return 0
 * or -1.
 */
int cf_holiday_load(struct cf_holiday * holidays, const char * path,
    struct cf_err * err);

/**
 * cf_holiday_is(holidays, day), cf_holiday_is_business(holidays, day):
 * Return whether ${day} is a holiday; whether it is a business day.
 */
int cf_holiday_is(const struct cf_holiday * holidays, int32_t day);
int cf_holiday_is_business(const struct cf_holiday * holidays, int32_t day);

/**
 * cf_holiday_free(holidays):
 * Free what it holds.
 */
void cf_holiday_free(struct cf_holiday * holidays);

#endif /* !CF_FEATURE_HOLIDAY_H_ */
