#ifndef CF_FEATURE_SERIES_H_
#define CF_FEATURE_SERIES_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Series (records series,date,available,value of cf-csv(5)) and the as-of join.
 *
 * At a moment, the value of a series is that of the newest date among those
 * that were available by then; of several revisions of a date, the last one
 * available.  A row without a value changes nothing: the value before holds on.
 *
 * A date without a time of day stands for the end of its day, in `available` as
 * in a bar.  So a daily bar sees what became available on its day, and a bar of
 * the day's course only what was available the day before.
 */
struct cf_series;

/**
 * cf_series_new(err):
 * Return an empty collection, or NULL.
 */
struct cf_series * cf_series_new(struct cf_err * err);

/**
 * cf_series_read(all, path, err):
 * Add the series of the file.  Bad data are: an empty name, a date before an
 * earlier row's of the same series, the same date not available later,
 * `available` before the date, two series for one column.  Return 0 or -1.
 */
int cf_series_read(struct cf_series * all, const char * path,
    struct cf_err * err);

/**
 * cf_series_ready(all):
 * Make ready for cf_series_join, when all files are read.
 */
void cf_series_ready(struct cf_series * all);

/**
 * cf_series_count(all), cf_series_name(all, i):
 * Return the number of series, and the name of the column of number ${i}:
 * vix, treasury_10y or dollar_index for the ids that are known to mean these,
 * else the id in lower case.
 */
size_t cf_series_count(const struct cf_series * all);
const char * cf_series_name(const struct cf_series * all, size_t i);

/**
 * cf_series_join(all, i, moments, n, max_age, values, ages):
 * Set values[k] to the value of series ${i} at moments[k], which ascend, and
 * ages[k] to the days since its date; NaN where there is none, or none of at
 * most ${max_age} days.  ${values} or ${ages} may be NULL.
 */
void cf_series_join(const struct cf_series * all, size_t i,
    const int64_t * moments, size_t n, double max_age, double * values,
    double * ages);

/**
 * cf_series_free(all):
 * Free it; NULL is harmless.
 */
void cf_series_free(struct cf_series * all);

#endif /* !CF_FEATURE_SERIES_H_ */
