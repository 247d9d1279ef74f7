#include <math.h>
#include <stddef.h>
#include <string.h>

#include "risk/sizing.h"

static double
clamp(double x)
{

	return (fmin(fmax(x, 0.0), CF_SIZING_MAX));
}

static double
proportional(const struct cf_sizing_case * c)
{

	return (c->prediction / 100.0);
}

static double
by_value_at_risk(const struct cf_sizing_case * c)
{

	if (c->prediction < 100.0)
		return (0.0);
	/* No loss at that level: as large as any. */
	if (!(c->value_at_risk > 0))
		return (CF_SIZING_MAX);
	return (clamp(c->var_limit / c->value_at_risk));
}

/* Kelly (1956) for small returns is mean / variance; half of it is held. */
static double
half_kelly(const struct cf_sizing_case * c)
{
	double mean = c->prediction / 100.0 - 1.0;
	double variance = c->variance / 1e4;

	if (!(mean > 0))
		return (0.0);
	if (!(variance > 0))
		return (CF_SIZING_MAX);
	return (clamp(0.5 * mean / variance));
}

static const struct cf_sizing rules[] = {
	{ "proportional", "prediction / 100", proportional },
	{ "var", "var-limit / value at risk, within 0 .. 2",
	    by_value_at_risk },
	{ "kelly", "half Kelly from mean and variance, within 0 .. 2",
	    half_kelly },
};

const struct cf_sizing *
cf_sizing_by_name(const char * name)
{
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (strcmp(rules[i].name, name) == 0)
			return (&rules[i]);
	}
	return (NULL);
}

const char *
cf_sizing_choices(void)
{

	return ("proportional|var|kelly");
}
