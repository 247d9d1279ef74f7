#include <math.h>

#include "feature/swing.h"
#include "feature/window.h"

struct rsi {
	struct cf_window_ema up;
	struct cf_window_ema down;
	double before;		/* Close before, NaN if none. */
};

/* Highest high and, as its negative, lowest low. */
struct extremes {
	struct cf_window_top high;
	struct cf_window_top low;
	struct cf_window_sum k;	/* stochastic: %K values for %D. */
	double data[];
};

struct cci {
	struct cf_window_sum w;
	struct cf_window_lag values;
	double data[];
};

struct atr {
	struct cf_window_ema range;
	double before;
};

struct adx {
	struct cf_window_ema range;
	struct cf_window_ema plus;
	struct cf_window_ema minus;
	struct cf_window_ema index;
	double high;		/* Of the bar before; NaN if none. */
	double low;
	double close;
};

static int
has_range_fields(const struct cf_ticks * t, size_t i)
{

	return (!isnan(t->high[i] + t->low[i] + t->close[i]));
}

static void
put(double * out, size_t i, double x)
{

	if (out != NULL)
		out[i] = isfinite(x) ? x : (double)NAN;
}

static size_t
rsi_size(const double * params)
{

	(void)params;
	return (sizeof(struct rsi));
}

static void
rsi_init(void * state, const double * params)
{
	struct rsi * s = state;

	cf_window_wilder_init(&s->up, params[0]);
	cf_window_wilder_init(&s->down, params[0]);
	s->before = NAN;
}

static void
rsi_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct rsi s = *(struct rsi *)state;
	double change, up, down;
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (isnan(t->close[i]))
			continue;
		change = t->close[i] - s.before;
		s.before = t->close[i];
		if (isnan(change))
			continue;
		up = cf_window_ema(&s.up, change > 0 ? change : 0);
		down = cf_window_ema(&s.down, change < 0 ? -change : 0);
		if (up + down > 0)
			out[0][i] = 100 * (up / (up + down));
	}
	*(struct rsi *)state = s;
}

const struct cf_machine cf_swing_rsi = { rsi_size, rsi_init, rsi_run };

/* Room for two extremes over n, and d values of %K. */
static size_t
extremes_size(double n, double d)
{

	return (sizeof(struct extremes) +
	    (4 * (size_t)n + (size_t)d) * sizeof(double));
}

static void
extremes_take(struct extremes * s, const struct cf_ticks * t, size_t i,
    double * high, double * low, double * high_age, double * low_age)
{

	*high = cf_window_top(&s->high, s->data, t->high[i], high_age);
	*low = -cf_window_top(&s->low, s->data + 2 * s->high.n, -t->low[i],
	    low_age);
}

static size_t
stochastic_size(const double * params)
{

	return (extremes_size(params[0], params[1]));
}

/* Without a second parameter there is no %D. */
static void
stochastic_init(void * state, const double * params)
{
	struct extremes * s = state;

	s->high.n = s->low.n = (size_t)params[0];
	s->k.n = (size_t)params[1];
}

static void
stochastic_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct extremes * s = state;
	double high, low, high_age, low_age, k, d, r;
	size_t i;

	for (i = 0; i < t->n; i++) {
		k = d = r = NAN;
		if (has_range_fields(t, i)) {
			extremes_take(s, t, i, &high, &low, &high_age,
			    &low_age);
			if (high > low) {
				k = 100 * ((t->close[i] - low) / (high - low));
				r = -100 * ((high - t->close[i]) /
				    (high - low));
			}
			if (isfinite(k) && s->k.n > 0)
				d = cf_window_sum(&s->k,
				    s->data + 4 * s->high.n, k) /
				    (double)s->k.n;
		}
		put(out[0], i, k);
		put(out[1], i, d);
		put(out[2], i, r);
	}
}

const struct cf_machine cf_swing_stochastic = {
	stochastic_size, stochastic_init, stochastic_run
};

static size_t
cci_size(const double * params)
{

	return (sizeof(struct cci) + 2 * (size_t)params[0] * sizeof(double));
}

static void
cci_init(void * state, const double * params)
{
	struct cci * s = state;

	s->w.n = s->values.n = (size_t)params[0];
}

static void
cci_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct cci * s = state;
	const double * values = s->data + s->w.n;
	double n = (double)s->w.n;
	double x, mean, away;
	size_t i, j;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (!has_range_fields(t, i))
			continue;
		x = (t->high[i] + t->low[i] + t->close[i]) / 3;
		mean = cf_window_sum(&s->w, s->data, x) / n;
		cf_window_lag(&s->values, s->data + s->w.n, x);
		if (isnan(mean))
			continue;
		for (away = 0, j = 0; j < s->w.n; j++)
			away += fabs(values[j] - mean);
		/* A flat window leaves the rounding of its mean. */
		if (away > 1e-12 * n * fabs(mean))
			put(out[0], i, (x - mean) / (0.015 * (away / n)));
	}
}

const struct cf_machine cf_swing_cci = { cci_size, cci_init, cci_run };

static size_t
aroon_size(const double * params)
{

	return (extremes_size(params[0] + 1, 0));
}

static void
aroon_init(void * state, const double * params)
{
	struct extremes * s = state;

	s->high.n = s->low.n = (size_t)params[0] + 1;
}

static void
aroon_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct extremes * s = state;
	double n = (double)(s->high.n - 1);
	double high, low, high_age, low_age, up, down;
	size_t i;

	for (i = 0; i < t->n; i++) {
		up = down = NAN;
		if (!isnan(t->high[i] + t->low[i])) {
			extremes_take(s, t, i, &high, &low, &high_age,
			    &low_age);
			if (!isnan(high)) {
				up = 100 * ((n - high_age) / n);
				down = 100 * ((n - low_age) / n);
			}
		}
		put(out[0], i, up);
		put(out[1], i, down);
		put(out[2], i, up - down);
	}
}

const struct cf_machine cf_swing_aroon = { aroon_size, aroon_init, aroon_run };

/* The move from the close before counts too. */
static double
true_range(double high, double low, double before)
{

	return (fmax(high, before) - fmin(low, before));
}

static size_t
atr_size(const double * params)
{

	(void)params;
	return (sizeof(struct atr));
}

static void
atr_init(void * state, const double * params)
{
	struct atr * s = state;

	cf_window_wilder_init(&s->range, params[0]);
	s->before = NAN;
}

static void
true_range_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct atr * s = state;
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (!has_range_fields(t, i))
			continue;
		if (!isnan(s->before))
			out[0][i] = true_range(t->high[i], t->low[i],
			    s->before);
		s->before = t->close[i];
	}
}

/* Shares atr's state; its parameter is 0. */
const struct cf_machine cf_swing_true_range = {
	atr_size, atr_init, true_range_run
};

static void
atr_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct atr * s = state;
	double range;
	size_t i;

	for (i = 0; i < t->n; i++) {
		range = NAN;
		if (has_range_fields(t, i)) {
			if (!isnan(s->before))
				range = cf_window_ema(&s->range,
				    true_range(t->high[i], t->low[i],
				    s->before));
			s->before = t->close[i];
		}
		put(out[0], i, range);
		put(out[1], i, 100 * (range / t->close[i]));
	}
}

const struct cf_machine cf_swing_atr = { atr_size, atr_init, atr_run };

static size_t
adx_size(const double * params)
{

	(void)params;
	return (sizeof(struct adx));
}

static void
adx_init(void * state, const double * params)
{
	struct adx * s = state;

	cf_window_wilder_init(&s->range, params[0]);
	cf_window_wilder_init(&s->plus, params[0]);
	cf_window_wilder_init(&s->minus, params[0]);
	cf_window_wilder_init(&s->index, params[0]);
	s->high = s->low = s->close = NAN;
}

/* Take a bar that has one before it: set adx, plus and minus. */
static void
adx_take(struct adx * s, double high, double low, double * adx, double * plus,
    double * minus)
{
	double up = high - s->high;
	double down = s->low - low;
	double range;

	range = cf_window_ema(&s->range, true_range(high, low, s->close));
	*plus = 100 * (cf_window_ema(&s->plus, up > down && up > 0 ? up : 0) /
	    range);
	*minus = 100 * (cf_window_ema(&s->minus,
	    down > up && down > 0 ? down : 0) / range);
	*adx = NAN;
	if (*plus + *minus > 0)
		*adx = cf_window_ema(&s->index,
		    100 * (fabs(*plus - *minus) / (*plus + *minus)));
}

static void
adx_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct adx * s = state;
	double adx, plus, minus;
	size_t i;

	for (i = 0; i < t->n; i++) {
		adx = plus = minus = NAN;
		if (has_range_fields(t, i)) {
			if (!isnan(s->close))
				adx_take(s, t->high[i], t->low[i], &adx,
				    &plus, &minus);
			s->high = t->high[i];
			s->low = t->low[i];
			s->close = t->close[i];
		}
		put(out[0], i, adx);
		put(out[1], i, plus);
		put(out[2], i, minus);
	}
}

const struct cf_machine cf_swing_adx = { adx_size, adx_init, adx_run };
