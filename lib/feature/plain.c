#include <math.h>
#include <string.h>

#include "base/day.h"
#include "feature/plain.h"
#include "feature/window.h"

struct lag {
	struct cf_window_lag w;
	double data[];
};

struct top {
	struct cf_window_top w;
	double data[];
};

static size_t
no_size(const double * params)
{

	(void)params;
	return (0);
}

static void
no_init(void * state, const double * params)
{

	(void)state;
	(void)params;
}

static void
price_run(void * state, const struct cf_ticks * t, double * const * out)
{

	(void)state;
	memcpy(out[0], t->price, t->n * sizeof(double));
}

const struct cf_machine cf_plain_price = { no_size, no_init, price_run };

static void
volume_run(void * state, const struct cf_ticks * t, double * const * out)
{

	(void)state;
	memcpy(out[0], t->shares, t->n * sizeof(double));
}

const struct cf_machine cf_plain_volume = { no_size, no_init, volume_run };

static size_t
lag_size(const double * params)
{

	return (sizeof(struct lag) + (size_t)params[0] * sizeof(double));
}

static void
lag_init(void * state, const double * params)
{
	struct lag * s = state;

	s->w.n = (size_t)params[0];
}

static void
log_return_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct lag * s = state;
	double r;
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (isnan(t->close[i]))
			continue;
		r = log(t->close[i] / cf_window_lag(&s->w, s->data,
		    t->close[i]));
		if (isfinite(r))
			out[0][i] = r;
	}
}

const struct cf_machine cf_plain_log_return = {
	lag_size, lag_init, log_return_run
};

/* Outputs: change in percent, change in money. */
static void
change_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct lag * s = state;
	double old, roc;
	size_t i;

	for (i = 0; i < t->n; i++) {
		old = isnan(t->close[i]) ? (double)NAN :
		    cf_window_lag(&s->w, s->data, t->close[i]);
		roc = 100 * ((t->close[i] - old) / old);
		if (out[0] != NULL)
			out[0][i] = isfinite(roc) ? roc : (double)NAN;
		if (out[1] != NULL)
			out[1][i] = t->close[i] - old;
	}
}

const struct cf_machine cf_plain_change = { lag_size, lag_init, change_run };

static size_t
top_size(const double * params)
{

	return (sizeof(struct top) + 2 * (size_t)params[0] * sizeof(double));
}

static void
top_init(void * state, const double * params)
{
	struct top * s = state;

	s->w.n = (size_t)params[0];
}

static void
drawdown_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct top * s = state;
	double peak, age;
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (isnan(t->close[i]))
			continue;
		peak = cf_window_top(&s->w, s->data, t->close[i], &age);
		if (peak > 0)
			out[0][i] = (t->close[i] - peak) / peak;
	}
}

const struct cf_machine cf_plain_drawdown = {
	top_size, top_init, drawdown_run
};

/* Outputs: weekday 1 (Monday) .. 7, month 1 .. 12, days to its last day. */
static void
calendar_run(void * state, const struct cf_ticks * t, double * const * out)
{
	int year, month, day;
	int32_t next;
	size_t i;

	(void)state;
	for (i = 0; i < t->n; i++) {
		cf_day_split(t->day[i], &year, &month, &day);
		if (out[0] != NULL)
			out[0][i] = cf_day_weekday(t->day[i]);
		if (out[1] != NULL)
			out[1][i] = month;
		if (out[2] == NULL)
			continue;
		next = month == 12 ? cf_day_of(year + 1, 1, 1) :
		    cf_day_of(year, month + 1, 1);
		out[2][i] = next - 1 - t->day[i];
	}
}

const struct cf_machine cf_plain_calendar = {
	no_size, no_init, calendar_run
};
