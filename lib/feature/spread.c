#include <math.h>

#include "feature/spread.h"
#include "feature/window.h"

#define LN2 0.69314718055994530942

struct volatility {
	struct cf_window_dev w;
	double data[];
};

/* Sums of the values of bars with a range, and of their number. */
struct range {
	struct cf_window_sum value;
	struct cf_window_sum count;
	double data[];
};

struct yang_zhang {
	struct cf_window_dev night;	/* ln(open / close before) */
	struct cf_window_dev day;	/* ln(close / open) */
	struct cf_window_sum range;	/* Rogers-Satchell. */
	struct cf_window_sum count;
	double before;			/* Close before, NaN if none. */
	double data[];
};

static size_t
volatility_size(const double * params)
{

	return (sizeof(struct volatility) +
	    2 * (size_t)params[0] * sizeof(double));
}

static void
volatility_init(void * state, const double * params)
{
	struct volatility * s = state;

	s->w.n = (size_t)params[0];
	s->w.over_n = 1 / params[0];
}

static void
volatility_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct volatility * s = state;
	struct cf_window_dev w = s->w;
	double over = 1 / (double)(w.n - 1);
	double mean, squares;
	size_t i;

	for (i = 0; i < t->n; i++) {
		squares = NAN;
		if (!isnan(t->change[i]))
			cf_window_dev(&w, s->data, t->change[i], &mean,
			    &squares);
		out[0][i] = sqrt(squares * over);
	}
	s->w = w;
}

const struct cf_machine cf_spread_volatility = {
	volatility_size, volatility_init, volatility_run
};

static size_t
ewma_size(const double * params)
{

	(void)params;
	return (sizeof(struct cf_window_ema));
}

static void
ewma_init(void * state, const double * params)
{

	cf_window_ema_init(state, CF_SPREAD_EWMA_BEGIN,
	    params[0] / 100);
}

static void
ewma_run(void * state, const struct cf_ticks * t, double * const * out)
{
	double r;
	size_t i;

	for (i = 0; i < t->n; i++) {
		r = t->change[i];
		out[0][i] = isnan(r) ? (double)NAN :
		    sqrt(cf_window_ema(state, r * r));
	}
}

const struct cf_machine cf_spread_ewma = { ewma_size, ewma_init, ewma_run };

static size_t
range_size(const double * params)
{

	return (sizeof(struct range) + 2 * (size_t)params[0] * sizeof(double));
}

static void
range_init(void * state, const double * params)
{
	struct range * s = state;

	s->value.n = s->count.n = (size_t)params[0];
}

static int
has_range(const struct cf_ticks * t, size_t i)
{

	return (t->high[i] > t->low[i] && t->low[i] > 0 && t->open[i] > 0 &&
	    t->close[i] > 0);
}

static int
is_whole(const struct cf_ticks * t, size_t i)
{

	return (!isnan(t->open[i] + t->high[i] + t->low[i] + t->close[i]));
}

/* Take a bar's value, NaN for one without a range; return the mean. */
static double
range_mean(struct range * s, double value)
{
	double sum, count;

	sum = cf_window_sum(&s->value, s->data, isnan(value) ? 0 : value);
	count = cf_window_sum(&s->count, s->data + s->value.n,
	    isnan(value) ? 0 : 1);
	return (count > 0 ? sum / count : (double)NAN);
}

static double
square(double x)
{

	return (x * x);
}

static void
parkinson_run(void * state, const struct cf_ticks * t, double * const * out)
{
	double value;
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (!is_whole(t, i))
			continue;
		value = NAN;
		if (has_range(t, i))
			value = square(log(t->high[i] / t->low[i]));
		out[0][i] = sqrt(range_mean(state, value) / (4 * LN2));
	}
}

const struct cf_machine cf_spread_parkinson = {
	range_size, range_init, parkinson_run
};

static void
garman_klass_run(void * state, const struct cf_ticks * t, double * const * out)
{
	double value;
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (!is_whole(t, i))
			continue;
		value = NAN;
		if (has_range(t, i))
			value = square(log(t->high[i] / t->low[i])) / 2 -
			    (2 * LN2 - 1) *
			    square(log(t->close[i] / t->open[i]));
		out[0][i] = sqrt(range_mean(state, value));
	}
}

const struct cf_machine cf_spread_garman_klass = {
	range_size, range_init, garman_klass_run
};

static double
rogers_satchell(const struct cf_ticks * t, size_t i)
{

	if (!has_range(t, i))
		return ((double)NAN);
	return (log(t->high[i] / t->close[i]) * log(t->high[i] / t->open[i]) +
	    log(t->low[i] / t->close[i]) * log(t->low[i] / t->open[i]));
}

static void
rogers_satchell_run(void * state, const struct cf_ticks * t,
    double * const * out)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (is_whole(t, i))
			out[0][i] = sqrt(range_mean(state,
			    rogers_satchell(t, i)));
	}
}

const struct cf_machine cf_spread_rogers_satchell = {
	range_size, range_init, rogers_satchell_run
};

static size_t
yang_zhang_size(const double * params)
{

	return (sizeof(struct yang_zhang) +
	    6 * (size_t)params[0] * sizeof(double));
}

static void
yang_zhang_init(void * state, const double * params)
{
	struct yang_zhang * s = state;

	s->night.n = s->day.n = s->range.n = s->count.n = (size_t)params[0];
	s->before = NAN;
}

/* The sample variance of n values by their sums from an anchor. */
static double
variance(double sum, double squares, double n)
{

	return (fmax(squares - sum * sum / n, 0) / (n - 1));
}

/* Take one bar, a hole when `range` is NaN; return the estimate. */
static double
yang_zhang(struct yang_zhang * s, double night, double day, double range)
{
	size_t n = s->range.n;
	double night_sum = 0, night_squares = 0, day_sum = 0, day_squares = 0;
	double sum, count, k;
	int hole = isnan(night) || isnan(range);
	int full;

	full = cf_window_dev_sums(&s->night, s->data,
	    hole ? (double)NAN : night, &night_sum, &night_squares);
	cf_window_dev_sums(&s->day, s->data + 2 * n,
	    hole ? (double)NAN : day, &day_sum, &day_squares);
	sum = cf_window_sum(&s->range, s->data + 4 * n, hole ? 0 : range);
	count = cf_window_sum(&s->count, s->data + 5 * n, !hole);
	if (!full || count < 2)
		return ((double)NAN);
	k = 0.34 / (1.34 + (count + 1) / (count - 1));
	return (sqrt(variance(night_sum, night_squares, count) +
	    k * variance(day_sum, day_squares, count) +
	    (1 - k) * sum / count));
}

static void
yang_zhang_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct yang_zhang * s = state;
	double night;
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (!is_whole(t, i))
			continue;
		/* The first bar has no night before it and does not count. */
		night = log(t->open[i] / s->before);
		if (!isnan(s->before))
			out[0][i] = yang_zhang(s,
			    isfinite(night) ? night : (double)NAN,
			    log(t->close[i] / t->open[i]),
			    rogers_satchell(t, i));
		s->before = t->close[i];
	}
}

const struct cf_machine cf_spread_yang_zhang = {
	yang_zhang_size, yang_zhang_init, yang_zhang_run
};
