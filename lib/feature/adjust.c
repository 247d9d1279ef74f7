#include <math.h>
#include <string.h>

#include "feature/adjust.h"

#define SCALE_MAX 1000		/* Binary digits; 2^1023 is the end. */

enum cf_adjust_mode
cf_adjust_by_name(const char * name)
{

	if (strcmp(name, "total") == 0)
		return (CF_ADJUST_TOTAL);
	return (strcmp(name, "split") == 0 ? CF_ADJUST_SPLIT : CF_ADJUST_NONE);
}

/* The power of two that brings x to 1 .. 2, or 0 when x tells nothing. */
static double
scale_of(double x)
{
	int e;

	if (!(x > 0))
		return (0);
	e = ilogb(x);
	if (e > SCALE_MAX)
		e = SCALE_MAX;
	if (e < -SCALE_MAX)
		e = -SCALE_MAX;
	return (ldexp(1, -e));
}

/* Choose the scales by the first price and the first volume. */
static void
choose_scales(struct cf_adjust * a, const struct cf_bar * bar)
{
	const double prices[] = { bar->close, bar->open, bar->high, bar->low };
	size_t i;

	for (i = 0; i < 4 && a->price_scale == 0; i++) {
		a->price_scale = scale_of(prices[i]);
		a->price = a->price_scale;
	}
	if (a->volume_scale == 0) {
		a->volume_scale = scale_of(bar->volume);
		a->volume = a->volume_scale;
	}
}

static int
take_events(struct cf_adjust * a, enum cf_adjust_mode mode,
    const struct cf_bar * bar, struct cf_err * err)
{
	double split = bar->split > 0 ? bar->split : 1;
	double rest;

	a->volume /= split;
	if (mode == CF_ADJUST_SPLIT || bar->events == CF_BAR_EVENTS)
		a->price *= split;
	if (mode == CF_ADJUST_SPLIT)
		return (0);
	if (bar->events == CF_BAR_RATIO) {
		if (!(bar->adjusted > 0 && bar->close > 0))
			return (0);
		if (a->ratio == 0)
			a->ratio = bar->adjusted / bar->close;
		a->price = a->price_scale *
		    (bar->adjusted / bar->close / a->ratio);
		return (0);
	}
	if (!(bar->dividend > 0 && a->close_before > 0))
		return (0);
	rest = 1 - bar->dividend * split / a->close_before;
	if (!(rest > 0))
		return (cf_bar_bad_number(bar, "dividend_amount",
		    bar->dividend, "not below the close before", err));
	a->price /= rest;
	return (0);
}

/* A product that a double cannot hold is missing. */
static double
scaled(double x, double factor)
{
	double y = x * factor;

	return (isfinite(y) ? y : (double)NAN);
}

int
cf_adjust_bar(struct cf_adjust * a, enum cf_adjust_mode mode,
    const struct cf_bar * bar, struct cf_adjusted * to, struct cf_err * err)
{

	if (a->price_scale == 0 || a->volume_scale == 0)
		choose_scales(a, bar);
	if (mode != CF_ADJUST_NONE && bar->events != CF_BAR_PLAIN &&
	    take_events(a, mode, bar, err))
		return (-1);
	to->price_factor = a->price_scale != 0 ? a->price : 1;
	to->volume_factor = a->volume_scale != 0 ? a->volume : 1;
	to->open = scaled(bar->open, to->price_factor);
	to->high = scaled(bar->high, to->price_factor);
	to->low = scaled(bar->low, to->price_factor);
	to->close = scaled(bar->close, to->price_factor);
	to->volume = scaled(bar->volume, to->volume_factor);
	if (!isnan(bar->close))
		a->close_before = bar->close;
	return (0);
}
