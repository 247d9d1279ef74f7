#ifndef CF_DRIFT_BLOCKS_H_
#define CF_DRIFT_BLOCKS_H_

#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"

/*
 * The circular block bootstrap (Politis, Romano 1992): a new series is put
 * together from blocks of neighbouring days of the old one, which is taken as
 * a ring.  Within a block days follow one another as they did, so the new
 * series depends on its past as the old one does, as far as blocks reach; and
 * since whole days are drawn, so do the symbols of a day on one another.
 */

/**
 * cf_blocks_length(x, n):
 * Return the length of blocks that suits the dependence of the series ${x} on
 * its past: the automatic choice of Politis and White (2004), corrected by
 * Patton, Politis and White (2009), for the mean.  NaN are passed over.
 * Within 1 and the larger of 1 and n/3.
 */
size_t cf_blocks_length(const double * x, size_t n);

/**
 * cf_blocks_effective(x, n):
 * Return how many independent values would tell as much of their mean as the
 * ${n} of the series do: n times variance over long-run variance, the latter
 * with the lag window of the above, within 1 and n.
 */
double cf_blocks_effective(const double * x, size_t n);

/**
 * cf_blocks_shortfall(x, n, length):
 * Return by which factor, 1 to 1.5, the standard deviation of the mean of a
 * new series falls short of that of ${x}'s: once for what depends across the
 * cuts between blocks, once because the ${n} values are no more than n /
 * length blocks, which vary less about their own mean than about the true one.
 */
double cf_blocks_shortfall(const double * x, size_t n, size_t length);

/**
 * cf_blocks_far(x, n, length, days, mean):
 * Return the probability that ${days} days which follow the series have a mean
 * as far from its mean as ${mean} is, on either side, if nothing has changed:
 * Student's t of a new one among the means of as many stretches of that many
 * days as there are in ${n}, none shorter than ${length}.  1 if there are fewer
 * than 3 of them, and where ${mean} is not twice as far as any single day was:
 * volatility that comes in clusters has longer tails than Student.  NaN are
 * passed over.
 */
double cf_blocks_far(const double * x, size_t n, size_t length, size_t days,
    double mean);

/* A new series: piece i is `length` days of the old one from starts[i] on. */
struct cf_blocks {
	size_t n;		/* Days of the old series. */
	size_t length;		/* Of a block. */
	size_t days;		/* Of the new series. */
	uint32_t * starts;	/* Room for cf_blocks_pieces. */
};

/**
 * cf_blocks_pieces(days, length):
 * Return the number of blocks that a series of ${days} takes.
 */
size_t cf_blocks_pieces(size_t days, size_t length);

/**
 * cf_blocks_draw(blocks, rng):
 * Draw the starts.
 */
void cf_blocks_draw(struct cf_blocks * blocks, struct cf_rng * rng);

/**
 * cf_blocks_day(blocks, i):
 * Return the old day that is day ${i} of the new series.
 */
size_t cf_blocks_day(const struct cf_blocks * blocks, size_t i);

/**
 * cf_blocks_count(blocks, prefix, k, from, to, sign, sum):
 * Add to ${sum}[k] (sign 1) or take from it (sign -1) the counts of days
 * ${from} .. ${to} - 1 of the new series.  Row i of ${prefix}, which has n + 1
 * rows of ${k}, holds the counts of the old days before day i.
 */
void cf_blocks_count(const struct cf_blocks * blocks,
    const uint32_t * prefix, size_t k, size_t from, size_t to, int sign,
    uint32_t * sum);

#endif /* !CF_DRIFT_BLOCKS_H_ */
