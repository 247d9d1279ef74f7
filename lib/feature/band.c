#include <math.h>

#include "feature/band.h"
#include "feature/window.h"

struct dev {
	struct cf_window_dev w;
	double k;		/* Deviations from mean to band. */
	double data[];
};

struct keltner {
	struct cf_window_ema mean;
	struct cf_window_ema range;
	double k;		/* Ranges from mean to band. */
	double before;		/* Close before, NaN if none. */
};

/* Highest high and, as its negative, lowest low. */
struct donchian {
	struct cf_window_top high;
	struct cf_window_top low;
	double data[];
};

static size_t
dev_size(const double * params)
{

	return (sizeof(struct dev) + 2 * (size_t)params[0] * sizeof(double));
}

static void
dev_init(void * state, const double * params)
{
	struct dev * s = state;

	s->w.n = (size_t)params[0];
	s->w.over_n = 1 / params[0];
	s->k = params[1];
}

/* Outputs of one row; no value where the bands have no width. */
static void
bollinger_put(double * const * out, size_t i, double x, double mean,
    double half)
{

	if (out[0] != NULL)
		out[0][i] = mean + half;
	if (out[1] != NULL)
		out[1][i] = mean - half;
	if (out[2] != NULL)
		out[2][i] = half > 0 ? (x - (mean - half)) / (2 * half) :
		    (double)NAN;
	if (out[3] != NULL)
		out[3][i] = mean > 0 ? 2 * half / mean : (double)NAN;
}

static void
bollinger_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct dev * s = state;
	struct cf_window_dev w = s->w;
	double mean, squares, x;
	size_t i;

	for (i = 0; i < t->n; i++) {
		x = t->close[i];
		mean = squares = NAN;
		if (!isnan(x))
			cf_window_dev(&w, s->data, x, &mean, &squares);
		bollinger_put(out, i, x, mean,
		    s->k * sqrt(squares * w.over_n));
	}
	s->w = w;
}

const struct cf_machine cf_band_bollinger = {
	dev_size, dev_init, bollinger_run
};

/* Distance from the mean in population deviations. */
static void
zscore(struct dev * s, const double * x, size_t n, double * out)
{
	double mean, squares;
	size_t i;

	for (i = 0; i < n; i++) {
		out[i] = NAN;
		if (!isnan(x[i]) && cf_window_dev(&s->w, s->data, x[i], &mean,
		    &squares) && squares > 0)
			out[i] = (x[i] - mean) / sqrt(squares * s->w.over_n);
	}
}

static void
zscore_run(void * state, const struct cf_ticks * t, double * const * out)
{

	zscore(state, t->close, t->n, out[0]);
}

const struct cf_machine cf_band_zscore = { dev_size, dev_init, zscore_run };

static void
volume_zscore_run(void * state, const struct cf_ticks * t,
    double * const * out)
{

	zscore(state, t->volume, t->n, out[0]);
}

const struct cf_machine cf_band_volume_zscore = {
	dev_size, dev_init, volume_zscore_run
};

static size_t
keltner_size(const double * params)
{

	(void)params;
	return (sizeof(struct keltner));
}

static void
keltner_init(void * state, const double * params)
{
	struct keltner * s = state;

	cf_window_ema_init(&s->mean, params[0],
	    (params[0] - 1) / (params[0] + 1));
	cf_window_wilder_init(&s->range, params[1]);
	s->k = params[2];
	s->before = NAN;
}

static void
keltner_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct keltner * s = state;
	double mean, range;
	size_t i;

	for (i = 0; i < t->n; i++) {
		mean = range = NAN;
		if (!isnan(t->high[i] + t->low[i] + t->close[i])) {
			mean = cf_window_ema(&s->mean, t->close[i]);
			if (!isnan(s->before))
				range = cf_window_ema(&s->range,
				    fmax(t->high[i], s->before) -
				    fmin(t->low[i], s->before));
			s->before = t->close[i];
		}
		if (out[0] != NULL)
			out[0][i] = mean + s->k * range;
		if (out[1] != NULL)
			out[1][i] = mean - s->k * range;
	}
}

const struct cf_machine cf_band_keltner = {
	keltner_size, keltner_init, keltner_run
};

static size_t
donchian_size(const double * params)
{

	return (sizeof(struct donchian) +
	    4 * (size_t)params[0] * sizeof(double));
}

static void
donchian_init(void * state, const double * params)
{
	struct donchian * s = state;

	s->high.n = s->low.n = (size_t)params[0];
}

static void
donchian_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct donchian * s = state;
	double high, low, age;
	size_t i;

	for (i = 0; i < t->n; i++) {
		high = low = NAN;
		if (!isnan(t->high[i] + t->low[i])) {
			high = cf_window_top(&s->high, s->data, t->high[i],
			    &age);
			low = -cf_window_top(&s->low, s->data + 2 * s->high.n,
			    -t->low[i], &age);
		}
		if (out[0] != NULL)
			out[0][i] = high;
		if (out[1] != NULL)
			out[1][i] = low;
		if (out[2] != NULL)
			out[2][i] = low + (high - low) / 2;
	}
}

const struct cf_machine cf_band_donchian = {
	donchian_size, donchian_init, donchian_run
};
