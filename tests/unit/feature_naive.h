/*
 * feature_naive.h: each indicator of the catalogue once more, straight from its formula, in long double, slowly; here
 * those of closes alone.
 *
 * A reference sees only the rows that have all fields it needs, closed up, and gives the value of the last of them; NAN
 * where it has none.  This is also what a gap means to the real ones.
 */
#ifndef FEATURE_NAIVE_H
#define FEATURE_NAIVE_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/day.h"

typedef long double ld;

/* Rows 0 .. n - 1, the last being the one asked for. */
struct naive {
	size_t n;
	const ld *o, *h, *l, *c, *v;
	const int32_t *day;
};

typedef ld naive_fn(const struct naive *d, const double *p);

#define NAIVE_MAX 512
#define X_LAST(x) ((x)[d->n - 1])
#define NONE ((ld)NAN)

static ld
naive_mean(const ld *x, size_t n)
{
	ld s = 0;

	for (size_t i = 0; i < n; i++)
		s += x[i];
	return (s / (ld)n);
}

/* Sum of squared distances from the mean. */
static ld
naive_squares(const ld *x, size_t n)
{
	ld m = naive_mean(x, n), s = 0;

	for (size_t i = 0; i < n; i++)
		s += (x[i] - m) * (x[i] - m);
	return (s);
}

/* The last n of the rows, or NULL. */
static const ld *
naive_tail(const struct naive *d, const ld *x, double n)
{

	return (d->n < (size_t)n ? NULL : x + d->n - (size_t)n);
}

/* Average of all m values that begins with the mean of n and then moves by a. */
static ld
naive_ema_of(const ld *x, size_t m, size_t n, ld a)
{
	ld e;

	if (m < n)
		return (NONE);
	e = naive_mean(x, n);
	for (size_t i = n; i < m; i++)
		e = (1 - a) * e + a * x[i];
	return (e);
}

static ld
naive_alpha(double n)
{

	return (2 / ((ld)n + 1));
}

/* Log returns that are defined; returns their number, 0 in *last if the last row has none. */
static size_t
naive_returns(const struct naive *d, ld *r, int *last)
{
	size_t m = 0;

	*last = 0;
	for (size_t i = 1; i < d->n; i++) {
		*last = d->c[i] > 0 && d->c[i - 1] > 0;
		if (*last)
			r[m++] = logl(d->c[i] / d->c[i - 1]);
	}
	return (m);
}

static ld
naive_price(const struct naive *d, const double *p)
{

	(void)p;
	return (X_LAST(d->c));
}

static ld
naive_volume(const struct naive *d, const double *p)
{

	(void)p;
	return (X_LAST(d->v));
}

static ld
naive_volatility(const struct naive *d, const double *p)
{
	ld r[NAIVE_MAX];
	int last;
	size_t n = (size_t)p[0], m = naive_returns(d, r, &last);

	return (!last || m < n ? NONE : sqrtl(naive_squares(r + m - n, n) / (ld)(n - 1)));
}

static ld
naive_ewma(const struct naive *d, const double *p)
{
	ld r[NAIVE_MAX];
	int last;
	size_t m = naive_returns(d, r, &last);

	for (size_t i = 0; i < m; i++)
		r[i] *= r[i];
	return (!last ? NONE : sqrtl(naive_ema_of(r, m, 20, (100 - (ld)p[0]) / 100)));
}

static ld
naive_sma(const struct naive *d, const double *p)
{
	const ld *x = naive_tail(d, d->c, p[0]);

	return (x == NULL ? NONE : naive_mean(x, (size_t)p[0]));
}

static ld
naive_ema(const struct naive *d, const double *p)
{

	return (naive_ema_of(d->c, d->n, (size_t)p[0], naive_alpha(p[0])));
}

static ld
naive_wma(const struct naive *d, const double *p)
{
	const ld *x = naive_tail(d, d->c, p[0]);
	ld s = 0, w = 0;

	for (size_t i = 0; x != NULL && i < (size_t)p[0]; i++) {
		s += (ld)(i + 1) * x[i];
		w += (ld)(i + 1);
	}
	return (x == NULL ? NONE : s / w);
}

static ld
naive_dema(const struct naive *d, const double *p)
{
	ld e[NAIVE_MAX];
	size_t n = (size_t)p[0], m = 0;

	for (size_t i = n; i <= d->n; i++)
		e[m++] = naive_ema_of(d->c, i, n, naive_alpha(p[0]));
	return (m < n ? NONE : 2 * e[m - 1] - naive_ema_of(e, m, n, naive_alpha(p[0])));
}

static ld
naive_macd(const struct naive *d, const double *p)
{

	return (naive_ema_of(d->c, d->n, (size_t)p[0], naive_alpha(p[0])) -
	    naive_ema_of(d->c, d->n, (size_t)p[1], naive_alpha(p[1])));
}

static ld
naive_macd_signal(const struct naive *d, const double *p)
{
	ld line[NAIVE_MAX];
	struct naive part = *d;
	size_t m = 0;

	for (part.n = (size_t)fmax(p[0], p[1]); part.n <= d->n; part.n++)
		line[m++] = naive_macd(&part, p);
	return (naive_ema_of(line, m, (size_t)p[2], naive_alpha(p[2])));
}

static ld
naive_macd_histogram(const struct naive *d, const double *p)
{

	return (naive_macd(d, p) - naive_macd_signal(d, p));
}

static ld
naive_rsi(const struct naive *d, const double *p)
{
	ld up[NAIVE_MAX], down[NAIVE_MAX], u, w;
	size_t n = (size_t)p[0];

	for (size_t i = 1; i < d->n; i++) {
		up[i - 1] = fmaxl(d->c[i] - d->c[i - 1], 0);
		down[i - 1] = fmaxl(d->c[i - 1] - d->c[i], 0);
	}
	u = naive_ema_of(up, d->n - 1, n, 1 / (ld)n);
	w = naive_ema_of(down, d->n - 1, n, 1 / (ld)n);
	return (u + w > 0 ? 100 * u / (u + w) : NONE);
}

static ld
naive_band(const struct naive *d, const double *p, ld *mean, ld *half)
{
	const ld *x = naive_tail(d, d->c, p[0]);

	*mean = *half = NONE;
	if (x != NULL) {
		*mean = naive_mean(x, (size_t)p[0]);
		*half = (ld)p[1] * sqrtl(naive_squares(x, (size_t)p[0]) / (ld)p[0]);
	}
	return (X_LAST(d->c));
}

static ld
naive_bollinger_upper(const struct naive *d, const double *p)
{
	ld mean, half;

	naive_band(d, p, &mean, &half);
	return (mean + half);
}

static ld
naive_bollinger_lower(const struct naive *d, const double *p)
{
	ld mean, half;

	naive_band(d, p, &mean, &half);
	return (mean - half);
}

static ld
naive_percent_b(const struct naive *d, const double *p)
{
	ld mean, half, x = naive_band(d, p, &mean, &half);

	return (half > 0 ? (x - (mean - half)) / (2 * half) : NONE);
}

static ld
naive_bandwidth(const struct naive *d, const double *p)
{
	ld mean, half;

	naive_band(d, p, &mean, &half);
	return (mean > 0 ? 2 * half / mean : NONE);
}

static ld
naive_z(const ld *x, size_t n)
{
	ld sd;

	if (x == NULL)
		return (NONE);
	sd = sqrtl(naive_squares(x, n) / (ld)n);
	return (sd > 0 ? (x[n - 1] - naive_mean(x, n)) / sd : NONE);
}

static ld
naive_zscore(const struct naive *d, const double *p)
{

	return (naive_z(naive_tail(d, d->c, p[0]), (size_t)p[0]));
}

static ld
naive_volume_zscore(const struct naive *d, const double *p)
{

	return (naive_z(naive_tail(d, d->v, p[0]), (size_t)p[0]));
}

/* The close n rows before. */
static ld
naive_old(const struct naive *d, const double *p)
{

	return (d->n <= (size_t)p[0] ? NONE : d->c[d->n - 1 - (size_t)p[0]]);
}

static ld
naive_log_return(const struct naive *d, const double *p)
{
	ld old = naive_old(d, p);

	return (old > 0 && X_LAST(d->c) > 0 ? logl(X_LAST(d->c) / old) : NONE);
}

static ld
naive_roc(const struct naive *d, const double *p)
{
	ld old = naive_old(d, p);

	return (old > 0 ? 100 * (X_LAST(d->c) / old - 1) : NONE);
}

static ld
naive_momentum(const struct naive *d, const double *p)
{

	return (X_LAST(d->c) - naive_old(d, p));
}

#endif /* !FEATURE_NAIVE_H */
