#ifndef CF_HTTP_LATENCY_H_
#define CF_HTTP_LATENCY_H_

#include <stdint.h>

#include "base/err.h"

/*
 * How long requests took: a histogram of durations that is as good at its far
 * end as at its near one, in constant room, however many there are.
 *
 * Durations are counted in microseconds.  The cells are as wide as one
 * microsecond up to 2048, and from there on each doubling is divided into 1024
 * of the same width, so that a quantile is right to one part in a thousand, or
 * to a microsecond, whichever is more (the layout of Tene's HdrHistogram).
 * The least, the most and the mean are exact.
 */
struct cf_latency;

/**
 * cf_latency_new(err):
 * Return an empty histogram, to be freed with cf_latency_free, or NULL.
 */
struct cf_latency * cf_latency_new(struct cf_err * err);

/**
 * cf_latency_add(latency, seconds):
 * Count one duration; a negative one counts as 0, one over 2^40 us as that.
 */
void cf_latency_add(struct cf_latency * latency, double seconds);

/**
 * cf_latency_count(latency):
 * Return how many durations were counted.
 */
uint64_t cf_latency_count(const struct cf_latency * latency);

/**
 * cf_latency_quantile(latency, p):
 * Return, in seconds, the duration that a share ${p} (0 .. 1) of all did not
 * pass: the ceil(p n)-th least of n; p = 1 is the most.  NaN if there is none.
 */
double cf_latency_quantile(const struct cf_latency * latency, double p);

/**
 * cf_latency_mean(latency):
 * Return the mean in seconds, NaN if there is none.
 */
double cf_latency_mean(const struct cf_latency * latency);

/**
 * cf_latency_free(latency):
 * Free it; NULL is harmless.
 */
void cf_latency_free(struct cf_latency * latency);

#endif /* !CF_HTTP_LATENCY_H_ */
