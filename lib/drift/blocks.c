#include <math.h>

#include <gsl/gsl_cdf.h>

#include "drift/blocks.h"

#define FAR 2			/* As far as any day. */

/* Mean of what is there; *count of those. */
static double
mean_of(const double * x, size_t n, size_t * count)
{
	double sum = 0;
	size_t i;

	*count = 0;
	for (i = 0; i < n; i++) {
		if (isnan(x[i]))
			continue;
		sum += x[i];
		(*count)++;
	}
	return (*count > 0 ? sum / (double)*count : 0);
}

/* Autocovariance at a lag, over the pairs that are there. */
static double
covariance(const double * x, size_t n, double mean, size_t lag)
{
	double sum = 0;
	size_t i, count = 0;

	for (i = lag; i < n; i++) {
		if (isnan(x[i]) || isnan(x[i - lag]))
			continue;
		sum += (x[i] - mean) * (x[i - lag] - mean);
		count++;
	}
	return (count > 0 ? sum / (double)n : 0);
}

/*
 * The lag from which on the autocorrelations are nothing but noise: the first
 * that is followed by `run` small ones (Politis, White 2004, 3.2).
 */
static size_t
last_lag(const double * x, size_t n, double mean, double variance,
    size_t most)
{
	double small = 2 * sqrt(log10((double)n) / (double)n);
	size_t run = (size_t)fmax(5, ceil(sqrt(log10((double)n))));
	size_t lag, quiet = 0, last = 0;

	for (lag = 1; lag <= most + run && lag < n && quiet < run; lag++) {
		if (fabs(covariance(x, n, mean, lag)) < small * variance) {
			quiet++;
			continue;
		}
		quiet = 0;
		last = lag;
	}
	return (last < most ? last : most);
}

/* What both functions rest on: sums over lags, with a flat-top window. */
struct spectrum {
	double variance;
	double longrun;		/* sum of autocovariances */
	double slope;		/* sum of |lag| times them */
};

static void
estimate(const double * x, size_t n, struct spectrum * s)
{
	size_t count, lag, reach, most;
	double mean, weight, at, c;

	mean = mean_of(x, n, &count);
	s->variance = s->longrun = covariance(x, n, mean, 0);
	s->slope = 0;
	if (count < 4 || !(s->variance > 0))
		return;
	most = (size_t)ceil(sqrt((double)n)) + 5;
	if (most > n / 2)
		most = n / 2;
	reach = 2 * last_lag(x, n, mean, s->variance, most);
	for (lag = 1; lag <= reach && lag < n; lag++) {
		at = (double)lag / (double)reach;
		weight = at <= 0.5 ? 1 : 2 * (1 - at);
		c = covariance(x, n, mean, lag);
		s->longrun += 2 * weight * c;
		s->slope += 2 * weight * (double)lag * c;
	}
}

size_t
cf_blocks_length(const double * x, size_t n)
{
	struct spectrum s;
	size_t third = n >= 3 ? n / 3 : 1;
	double b;

	estimate(x, n, &s);
	if (!(s.variance > 0) || !(s.longrun > 0))
		return (1);
	/* b = (2 G^2 / D)^(1/3) n^(1/3), D = 4/3 g(0)^2. */
	b = cbrt(1.5 * s.slope * s.slope / (s.longrun * s.longrun) *
	    (double)n);
	return ((size_t)fmin(fmax(ceil(b), 1), (double)third));
}

double
cf_blocks_effective(const double * x, size_t n)
{
	struct spectrum s;
	size_t count;

	mean_of(x, n, &count);
	estimate(x, n, &s);
	if (count < 1 || !(s.variance > 0) || !(s.longrun > s.variance))
		return ((double)(count > 1 ? count : 1));
	return (fmax((double)count * s.variance / s.longrun, 1));
}

double
cf_blocks_shortfall(const double * x, size_t n, size_t length)
{
	struct spectrum s;
	double kept, blocks = (double)n / (double)length;

	estimate(x, n, &s);
	kept = 1 - 1 / fmax(blocks, 1);
	/* Blocks of b days have sum (1 - |k|/b) c[k] for sum c[k]. */
	if (s.longrun > 0 && s.slope > 0)
		kept *= 1 - s.slope / (s.longrun * (double)length);
	return (kept > 1 / 2.25 ? 1 / sqrt(kept) : 1.5);
}

double
cf_blocks_far(const double * x, size_t n, size_t length, size_t days,
    double mean)
{
	size_t stretch = length > days ? length : days, count, i, k = 0;
	double stretches = (double)n / (double)stretch;
	double all = mean_of(x, n, &count), squares = 0, most = 0, d, sd;

	/* fmax passes over NaN. */
	for (i = 0; i < n; i++)
		most = fmax(most, fabs(x[i] - all));
	if (stretches < 3 || !(fabs(mean - all) > FAR * most))
		return (1);
	/* All stretches of that many days, be they laid over one another. */
	for (i = 0; i + days <= n; i++) {
		d = mean_of(x + i, days, &count) - all;
		if (count == 0)
			continue;
		squares += d * d;
		k++;
	}
	if (k == 0)
		return (1);
	sd = sqrt(squares / (double)k * stretches / (stretches - 1) *
	    (1 + 1 / stretches));
	d = fabs(mean - all);
	if (!(sd > 0))
		return (0);
	return (2 * gsl_cdf_tdist_Q(d / sd, stretches - 1));
}

size_t
cf_blocks_pieces(size_t days, size_t length)
{

	return (days / length + (days % length > 0));
}

void
cf_blocks_draw(struct cf_blocks * b, struct cf_rng * rng)
{
	size_t i, pieces = cf_blocks_pieces(b->days, b->length);

	for (i = 0; i < pieces; i++)
		b->starts[i] = cf_rng_below(rng, (uint32_t)b->n);
}

size_t
cf_blocks_day(const struct cf_blocks * b, size_t i)
{

	return ((b->starts[i / b->length] + i % b->length) % b->n);
}

/* Add or take the counts of old days from .. to - 1. */
static void
count_days(const uint32_t * prefix, size_t k, size_t from, size_t to,
    int sign, uint32_t * sum)
{
	const uint32_t * low = prefix + (sign > 0 ? from : to) * k;
	const uint32_t * high = prefix + (sign > 0 ? to : from) * k;
	size_t i;

	/* Unsigned numbers wrap, so taking is adding the reverse. */
	for (i = 0; i < k; i++)
		sum[i] += high[i] - low[i];
}

void
cf_blocks_count(const struct cf_blocks * b, const uint32_t * prefix,
    size_t k, size_t from, size_t to, int sign, uint32_t * sum)
{
	size_t first, part, last;

	for (; from < to; from += part) {
		part = b->length - from % b->length;
		if (part > to - from)
			part = to - from;
		first = cf_blocks_day(b, from);
		last = first + part;
		if (last <= b->n) {
			count_days(prefix, k, first, last, sign, sum);
			continue;
		}
		count_days(prefix, k, first, b->n, sign, sum);
		count_days(prefix, k, 0, last - b->n, sign, sum);
	}
}
