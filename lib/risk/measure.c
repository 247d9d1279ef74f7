#include <math.h>
#include <string.h>

#include "risk/measure.h"

void
cf_measure_defaults(struct cf_measure_params * p)
{

	p->level = 0.9;
	p->var_level = 0.95;
	p->var_limit = 5.0;
	p->sizing = cf_sizing_by_name("proportional");
}

/*
 * The probability below a level: 0.05 for the interval of 0.9 and for the
 * value at risk at 0.95, to the last bit, so that both are the same quantile.
 */
static double
rounded(double p)
{

	return (floor(p * 1e12 + 0.5) / 1e12);
}

void
cf_measure_of(const struct cf_forecast * fc,
    const struct cf_measure_params * p, struct cf_measure * m)
{
	struct cf_sizing_case c;
	double tail = rounded(1.0 - p->var_level);
	double side = rounded(0.5 - p->level / 2);

	memset(m, 0, sizeof(*m));
	m->prediction = cf_forecast_mean(fc);
	m->low = cf_forecast_quantile(fc, side);
	m->high = cf_forecast_quantile(fc, 1.0 - side);
	if (!fc->model->kind->is_return)
		return;
	m->p_loss = cf_forecast_below(fc, 100.0);
	m->value_at_risk = 100.0 - cf_forecast_quantile(fc, tail);
	/* Equal but for rounding where the tail is a single point. */
	m->expected_shortfall = fmax(100.0 - cf_forecast_tail_mean(fc, tail),
	    m->value_at_risk);
	m->risk_flag = m->value_at_risk > p->var_limit;
	c.prediction = m->prediction;
	c.variance = cf_forecast_variance(fc, m->prediction);
	c.value_at_risk = m->value_at_risk;
	c.var_limit = p->var_limit;
	m->position_size = p->sizing->size(&c);
}
