#include <math.h>

#include "feature/mean.h"
#include "feature/window.h"

struct sma {
	struct cf_window_sum w;
	double data[];
};

struct wma {
	struct cf_window_weighted w;
	double data[];
};

struct dema {
	struct cf_window_ema once;
	struct cf_window_ema twice;
};

struct macd {
	struct cf_window_ema fast;
	struct cf_window_ema slow;
	struct cf_window_ema signal;
};

/* The old part of an n-day exponential average; the new one is 2 / (n + 1). */
static double
keep(double n)
{

	return ((n - 1) / (n + 1));
}

static size_t
sma_size(const double * params)
{

	return (sizeof(struct sma) + (size_t)params[0] * sizeof(double));
}

static void
sma_init(void * state, const double * params)
{
	struct sma * s = state;

	s->w.n = (size_t)params[0];
}

static void
sma_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct sma * s = state;
	struct cf_window_sum w = s->w;
	double n = (double)w.n;
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (isnan(t->close[i]))
			out[0][i] = NAN;
		else
			out[0][i] = cf_window_sum(&w, s->data, t->close[i]) /
			    n;
	}
	s->w = w;
}

const struct cf_machine cf_mean_sma = { sma_size, sma_init, sma_run };

static size_t
wma_size(const double * params)
{

	return (sizeof(struct wma) + 2 * (size_t)params[0] * sizeof(double));
}

static void
wma_init(void * state, const double * params)
{
	struct wma * s = state;

	s->w.n = (size_t)params[0];
}

static void
wma_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct wma * s = state;
	double n = (double)s->w.n;
	double weights = n * (n + 1) / 2;
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (isnan(t->close[i]))
			out[0][i] = NAN;
		else
			out[0][i] = cf_window_weighted(&s->w, s->data,
			    t->close[i]) / weights;
	}
}

const struct cf_machine cf_mean_wma = { wma_size, wma_init, wma_run };

static size_t
ema_size(const double * params)
{

	(void)params;
	return (sizeof(struct cf_window_ema));
}

static void
ema_init(void * state, const double * params)
{

	cf_window_ema_init(state, params[0], keep(params[0]));
}

static void
ema_run(void * state, const struct cf_ticks * t, double * const * out)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (isnan(t->close[i]))
			out[0][i] = NAN;
		else
			out[0][i] = cf_window_ema(state, t->close[i]);
	}
}

const struct cf_machine cf_mean_ema = { ema_size, ema_init, ema_run };

static size_t
dema_size(const double * params)
{

	(void)params;
	return (sizeof(struct dema));
}

static void
dema_init(void * state, const double * params)
{
	struct dema * s = state;

	cf_window_ema_init(&s->once, params[0], keep(params[0]));
	cf_window_ema_init(&s->twice, params[0], keep(params[0]));
}

static void
dema_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct dema * s = state;
	double once;
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (isnan(t->close[i]))
			continue;
		once = cf_window_ema(&s->once, t->close[i]);
		if (!isnan(once))
			out[0][i] = 2 * once - cf_window_ema(&s->twice, once);
	}
}

const struct cf_machine cf_mean_dema = { dema_size, dema_init, dema_run };

static size_t
macd_size(const double * params)
{

	(void)params;
	return (sizeof(struct macd));
}

/* Without a third parameter there is no signal. */
static void
macd_init(void * state, const double * params)
{
	struct macd * s = state;

	cf_window_ema_init(&s->fast, params[0], keep(params[0]));
	cf_window_ema_init(&s->slow, params[1], keep(params[1]));
	cf_window_ema_init(&s->signal, params[2], keep(params[2]));
}

static void
macd_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct macd s = *(struct macd *)state;
	double line, signal;
	size_t i;

	for (i = 0; i < t->n; i++) {
		line = signal = NAN;
		if (!isnan(t->close[i]))
			line = cf_window_ema(&s.fast, t->close[i]) -
			    cf_window_ema(&s.slow, t->close[i]);
		if (out[0] != NULL)
			out[0][i] = line;
		if (out[1] == NULL && out[2] == NULL)
			continue;
		if (!isnan(line))
			signal = cf_window_ema(&s.signal, line);
		if (out[1] != NULL)
			out[1][i] = signal;
		if (out[2] != NULL)
			out[2][i] = line - signal;
	}
	*(struct macd *)state = s;
}

const struct cf_machine cf_mean_macd = { macd_size, macd_init, macd_run };
