/*
 * feature_naive_bars.h: the naive references of indicators that take high, low, open, volume or the date.
 */
#ifndef FEATURE_NAIVE_BARS_H
#define FEATURE_NAIVE_BARS_H

#include "feature_naive.h"

static ld
naive_max(const ld *x, double n)
{
	ld m = x == NULL ? NONE : x[0];

	for (size_t i = 1; x != NULL && i < (size_t)n; i++)
		m = fmaxl(m, x[i]);
	return (m);
}

static ld
naive_min(const ld *x, double n)
{
	ld m = x == NULL ? NONE : x[0];

	for (size_t i = 1; x != NULL && i < (size_t)n; i++)
		m = fminl(m, x[i]);
	return (m);
}

static ld
naive_drawdown(const struct naive *d, const double *p)
{
	ld peak = naive_max(naive_tail(d, d->c, p[0]), p[0]);

	return (peak > 0 ? X_LAST(d->c) / peak - 1 : NONE);
}

static ld
naive_high(const struct naive *d, const double *p)
{

	return (naive_max(naive_tail(d, d->h, p[0]), p[0]));
}

static ld
naive_low(const struct naive *d, const double *p)
{

	return (naive_min(naive_tail(d, d->l, p[0]), p[0]));
}

static ld
naive_middle(const struct naive *d, const double *p)
{

	return ((naive_high(d, p) + naive_low(d, p)) / 2);
}

/* True ranges from the second row on; returns their number. */
static size_t
naive_ranges(const struct naive *d, ld *tr)
{

	for (size_t i = 1; i < d->n; i++)
		tr[i - 1] = fmaxl(d->h[i], d->c[i - 1]) - fminl(d->l[i], d->c[i - 1]);
	return (d->n - 1);
}

static ld
naive_true_range(const struct naive *d, const double *p)
{
	ld tr[NAIVE_MAX];
	size_t m = naive_ranges(d, tr);

	(void)p;
	return (m == 0 ? NONE : tr[m - 1]);
}

static ld
naive_atr(const struct naive *d, const double *p)
{
	ld tr[NAIVE_MAX];
	size_t m = naive_ranges(d, tr);

	return (naive_ema_of(tr, m, (size_t)p[0], 1 / (ld)p[0]));
}

static ld
naive_natr(const struct naive *d, const double *p)
{

	return (X_LAST(d->c) > 0 ? 100 * naive_atr(d, p) / X_LAST(d->c) : NONE);
}

static ld
naive_keltner(const struct naive *d, const double *p, ld sign)
{

	return (naive_ema(d, p) + sign * (ld)p[2] * naive_atr(d, p + 1));
}

static ld
naive_keltner_upper(const struct naive *d, const double *p)
{

	return (naive_keltner(d, p, 1));
}

static ld
naive_keltner_lower(const struct naive *d, const double *p)
{

	return (naive_keltner(d, p, -1));
}

/* 100 wilder(moves up or down) / wilder(TR) of the first m + 1 rows. */
static ld
naive_di(const struct naive *d, size_t m, const double *p, int up)
{
	ld tr[NAIVE_MAX], dm[NAIVE_MAX], u, w;
	size_t n = (size_t)p[0];

	naive_ranges(d, tr);
	for (size_t i = 1; i <= m; i++) {
		u = d->h[i] - d->h[i - 1];
		w = d->l[i - 1] - d->l[i];
		dm[i - 1] = up ? (u > w && u > 0 ? u : 0) : (w > u && w > 0 ? w : 0);
	}
	u = naive_ema_of(dm, m, n, 1 / (ld)n);
	w = naive_ema_of(tr, m, n, 1 / (ld)n);
	return (w > 0 ? 100 * u / w : NONE);
}

static ld
naive_di_plus(const struct naive *d, const double *p)
{

	return (naive_di(d, d->n - 1, p, 1));
}

static ld
naive_di_minus(const struct naive *d, const double *p)
{

	return (naive_di(d, d->n - 1, p, 0));
}

static ld
naive_adx(const struct naive *d, const double *p)
{
	ld dx[NAIVE_MAX], plus, minus = 0;
	size_t m = 0;
	int last = 0;

	for (size_t i = (size_t)p[0]; i < d->n; i++) {
		plus = naive_di(d, i, p, 1);
		minus = naive_di(d, i, p, 0);
		last = plus + minus > 0;
		if (last)
			dx[m++] = 100 * fabsl(plus - minus) / (plus + minus);
	}
	return (last ? naive_ema_of(dx, m, (size_t)p[0], 1 / (ld)p[0]) : NONE);
}

static ld
naive_stochastic(const struct naive *d, size_t end, double n)
{
	struct naive part = *d;
	ld high, low;

	part.n = end;
	high = naive_high(&part, &n);
	low = naive_low(&part, &n);
	return (high > low ? 100 * (d->c[end - 1] - low) / (high - low) : NONE);
}

static ld
naive_stochastic_k(const struct naive *d, const double *p)
{

	return (naive_stochastic(d, d->n, p[0]));
}

static ld
naive_stochastic_d(const struct naive *d, const double *p)
{
	ld k[NAIVE_MAX], x = NONE;
	size_t m = 0, n = (size_t)p[1];

	for (size_t i = 1; i <= d->n; i++) {
		x = naive_stochastic(d, i, p[0]);
		if (!isnan(x))
			k[m++] = x;
	}
	return (isnan(x) || m < n ? NONE : naive_mean(k + m - n, n));
}

static ld
naive_williams_r(const struct naive *d, const double *p)
{

	return (naive_stochastic_k(d, p) - 100);
}

static ld
naive_cci(const struct naive *d, const double *p)
{
	ld tp[NAIVE_MAX], mean, away = 0;
	size_t n = (size_t)p[0];

	if (d->n < n)
		return (NONE);
	for (size_t i = 0; i < n; i++)
		tp[i] = (d->h[d->n - n + i] + d->l[d->n - n + i] + d->c[d->n - n + i]) / 3;
	mean = naive_mean(tp, n);
	for (size_t i = 0; i < n; i++)
		away += fabsl(tp[i] - mean) / (ld)n;
	return (away > 1e-12L * mean ? (tp[n - 1] - mean) / (0.015L * away) : NONE);
}

/* 100 (n - age of the newest extreme of n + 1 rows) / n */
static ld
naive_aroon_of(const struct naive *d, const ld *x, const double *p, int sign)
{
	size_t n = (size_t)p[0], best;

	if (d->n < n + 1)
		return (NONE);
	best = d->n - 1 - n;
	for (size_t i = best; i < d->n; i++) {
		if (sign * x[i] >= sign * x[best])
			best = i;
	}
	return (100 * ((ld)n - (ld)(d->n - 1 - best)) / (ld)n);
}

static ld
naive_aroon_up(const struct naive *d, const double *p)
{

	return (naive_aroon_of(d, d->h, p, 1));
}

static ld
naive_aroon_down(const struct naive *d, const double *p)
{

	return (naive_aroon_of(d, d->l, p, -1));
}

static ld
naive_aroon(const struct naive *d, const double *p)
{

	return (naive_aroon_up(d, p) - naive_aroon_down(d, p));
}

static ld
naive_typical(const struct naive *d, size_t i)
{

	return ((d->h[i] + d->l[i] + d->c[i]) / 3);
}

static ld
naive_mfi(const struct naive *d, const double *p)
{
	ld up = 0, down = 0, tp, before;

	if (d->n < (size_t)p[0] + 1)
		return (NONE);
	for (size_t i = d->n - (size_t)p[0]; i < d->n; i++) {
		tp = naive_typical(d, i);
		before = naive_typical(d, i - 1);
		/* Equal as doubles is equal. */
		if ((double)tp > (double)before)
			up += tp * d->v[i];
		else if ((double)tp < (double)before)
			down += tp * d->v[i];
	}
	return (up + down > 0 ? 100 * up / (up + down) : NONE);
}

static ld
naive_vwap(const struct naive *d, const double *p)
{
	ld money = 0, volume = 0;

	if (d->n < (size_t)p[0])
		return (NONE);
	for (size_t i = d->n - (size_t)p[0]; i < d->n; i++) {
		money += naive_typical(d, i) * d->v[i];
		volume += d->v[i];
	}
	return (volume > 0 ? money / volume : NONE);
}

static ld
naive_obv(const struct naive *d, const double *p)
{
	ld s = 0;

	(void)p;
	for (size_t i = 1; i < d->n; i++)
		s += d->c[i] > d->c[i - 1] ? d->v[i] : d->c[i] < d->c[i - 1] ? -d->v[i] : 0;
	return (s);
}

static ld
naive_adl(const struct naive *d, const double *p)
{
	ld s = 0;

	(void)p;
	for (size_t i = 0; i < d->n; i++) {
		if (d->h[i] > d->l[i])
			s += d->v[i] * (2 * d->c[i] - d->l[i] - d->h[i]) / (d->h[i] - d->l[i]);
	}
	return (s);
}

static int
naive_has_range(const struct naive *d, size_t i)
{

	return (d->h[i] > d->l[i] && d->l[i] > 0 && d->o[i] > 0 && d->c[i] > 0);
}

static ld
naive_parkinson_1(const struct naive *d, size_t i)
{
	ld x = logl(d->h[i] / d->l[i]);

	return (x * x / (4 * logl(2)));
}

static ld
naive_garman_klass_1(const struct naive *d, size_t i)
{
	ld x = logl(d->h[i] / d->l[i]), y = logl(d->c[i] / d->o[i]);

	return (x * x / 2 - (2 * logl(2) - 1) * y * y);
}

static ld
naive_rogers_satchell_1(const struct naive *d, size_t i)
{

	return (logl(d->h[i] / d->c[i]) * logl(d->h[i] / d->o[i]) +
	    logl(d->l[i] / d->c[i]) * logl(d->l[i] / d->o[i]));
}

/* The root of the mean over those of n rows that have a range. */
static ld
naive_range(const struct naive *d, const double *p, ld (*one)(const struct naive *, size_t))
{
	ld s = 0;
	size_t count = 0;

	if (d->n < (size_t)p[0])
		return (NONE);
	for (size_t i = d->n - (size_t)p[0]; i < d->n; i++) {
		if (naive_has_range(d, i)) {
			s += one(d, i);
			count++;
		}
	}
	return (count > 0 ? sqrtl(s / (ld)count) : NONE);
}

static ld
naive_parkinson(const struct naive *d, const double *p)
{

	return (naive_range(d, p, naive_parkinson_1));
}

static ld
naive_garman_klass(const struct naive *d, const double *p)
{

	return (naive_range(d, p, naive_garman_klass_1));
}

static ld
naive_rogers_satchell(const struct naive *d, const double *p)
{

	return (naive_range(d, p, naive_rogers_satchell_1));
}

static ld
naive_yang_zhang(const struct naive *d, const double *p)
{
	ld night[NAIVE_MAX], day[NAIVE_MAX], s = 0, k, n;
	size_t m = 0;

	if (d->n < (size_t)p[0] + 1)
		return (NONE);
	for (size_t i = d->n - (size_t)p[0]; i < d->n; i++) {
		if (!naive_has_range(d, i) || !(d->c[i - 1] > 0))
			continue;
		night[m] = logl(d->o[i] / d->c[i - 1]);
		day[m++] = logl(d->c[i] / d->o[i]);
		s += naive_rogers_satchell_1(d, i);
	}
	if (m < 2)
		return (NONE);
	n = (ld)m;
	k = 0.34L / (1.34L + (n + 1) / (n - 1));
	return (sqrtl(naive_squares(night, m) / (n - 1) + k * naive_squares(day, m) / (n - 1) + (1 - k) * s / n));
}

static ld
naive_day_of_week(const struct naive *d, const double *p)
{

	(void)p;
	return (cf_day_weekday(X_LAST(d->day)));
}

static ld
naive_month(const struct naive *d, const double *p)
{
	int year, month, day;

	(void)p;
	cf_day_split(X_LAST(d->day), &year, &month, &day);
	return (month);
}

static ld
naive_days_to_month_end(const struct naive *d, const double *p)
{
	int32_t day = X_LAST(d->day);
	double month = (double)naive_month(d, p);
	struct naive next = { .n = 1, .day = &day };
	ld n = -1;

	for (; (double)naive_month(&next, p) == month; day++)
		n++;
	return (n);
}

#endif /* !FEATURE_NAIVE_BARS_H */
