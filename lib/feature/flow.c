#include <math.h>

#include "feature/flow.h"
#include "feature/window.h"

/* Two sums: mfi's flows up and down, vwap's money and shares. */
struct pair {
	struct cf_window_sum a;
	struct cf_window_sum b;
	double before;		/* mfi: typical price before, NaN if none. */
	double data[];
};

struct total {
	struct cf_window_total total;
	double before;		/* obv: close before, NaN if none. */
};

static size_t
pair_size(const double * params)
{

	return (sizeof(struct pair) + 2 * (size_t)params[0] * sizeof(double));
}

static void
pair_init(void * state, const double * params)
{
	struct pair * s = state;

	s->a.n = s->b.n = (size_t)params[0];
	s->before = NAN;
}

/* Set the typical price and the money moved at it; 0 if one is missing. */
static int
typical(const struct cf_ticks * t, size_t i, double * price, double * money)
{

	*price = (t->high[i] + t->low[i] + t->close[i]) / 3;
	*money = *price * t->volume[i];
	return (isfinite(*money));
}

static void
mfi_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct pair * s = state;
	double price, money, up, down, before;
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (!typical(t, i, &price, &money))
			continue;
		before = s->before;
		s->before = price;
		if (isnan(before))
			continue;
		up = cf_window_sum(&s->a, s->data, price > before ? money : 0);
		down = cf_window_sum(&s->b, s->data + s->a.n,
		    price < before ? money : 0);
		if (up + down > 0)
			out[0][i] = 100 * (up / (up + down));
	}
}

const struct cf_machine cf_flow_mfi = { pair_size, pair_init, mfi_run };

static void
vwap_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct pair * s = state;
	double price, money, volume;
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (!typical(t, i, &price, &money))
			continue;
		money = cf_window_sum(&s->a, s->data, money);
		volume = cf_window_sum(&s->b, s->data + s->a.n, t->volume[i]);
		if (volume > 0)
			out[0][i] = money / volume;
	}
}

const struct cf_machine cf_flow_vwap = { pair_size, pair_init, vwap_run };

static size_t
total_size(const double * params)
{

	(void)params;
	return (sizeof(struct total));
}

static void
total_init(void * state, const double * params)
{
	struct total * s = state;

	(void)params;
	s->before = NAN;
}

static void
obv_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct total * s = state;
	double volume;
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		if (isnan(t->close[i] + t->volume[i]))
			continue;
		volume = t->close[i] > s->before ? t->volume[i] :
		    t->close[i] < s->before ? -t->volume[i] : 0;
		s->before = t->close[i];
		out[0][i] = cf_window_total(&s->total, volume);
	}
}

const struct cf_machine cf_flow_obv = { total_size, total_init, obv_run };

static void
adl_run(void * state, const struct cf_ticks * t, double * const * out)
{
	struct total * s = state;
	double range, place;
	size_t i;

	for (i = 0; i < t->n; i++) {
		out[0][i] = NAN;
		range = t->high[i] - t->low[i];
		if (isnan(range + t->close[i] + t->volume[i]))
			continue;
		place = range > 0 ? ((t->close[i] - t->low[i]) -
		    (t->high[i] - t->close[i])) / range : 0;
		out[0][i] = cf_window_total(&s->total, place * t->volume[i]);
	}
}

const struct cf_machine cf_flow_adl = { total_size, total_init, adl_run };
