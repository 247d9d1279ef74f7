#ifndef CF_DRIFT_SEQUENTIAL_H_
#define CF_DRIFT_SEQUENTIAL_H_

#include <stddef.h>

/*
 * Detectors of a change in the mean of a series, as each value comes in.
 * Both are made for independent values.  Where these are not, the threshold
 * of the first has to be found (drift/perform.c does), and the second is told
 * how many values count as one.
 */

/**
 * cf_sequential_page_hinkley(x, n, delta, start):
 * Return Page and Hinkley's statistic for an increase at the end of the
 * series (Page 1954, Hinkley 1971): m - min m of the sums m of x - ${delta},
 * with 0 before the first.  ${x} is in standard deviations about the mean in
 * quiet times.  Set *${start} (may be NULL) to the index of the first value
 * since the least sum, ${n} if that is at the end: there the change lies, if
 * there is one.
 */
double cf_sequential_page_hinkley(const double * x, size_t n, double delta,
    size_t * start);

/* A cut of a series in two of different means. */
struct cf_sequential_cut {
	size_t at;		/* Index of the first value behind it. */
	double before;		/* Means. */
	double after;
};

/**
 * cf_sequential_adwin(x, n, range, delta, worth, cut):
 * Run ADWIN (Bifet, Gavalda 2007) over the series: a window grows by each
 * value, and while it can be cut in two whose means differ by more than chance
 * allows at confidence ${delta}, the older part is dropped.  The bound is
 * that of the paper's section 4.1, with the window's variance, for values
 * within an interval of width ${range}; every cut is tried, not only those
 * between buckets.  A value counts as ${worth} independent ones, 0 < worth <=
 * 1.  Set *${cut} to the last cut.  Return the number of cuts.
 */
size_t cf_sequential_adwin(const double * x, size_t n, double range,
    double delta, double worth, struct cf_sequential_cut * cut);

#endif /* !CF_DRIFT_SEQUENTIAL_H_ */
