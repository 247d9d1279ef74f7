#include <math.h>
#include <string.h>

#include "risk/outcome.h"

double
cf_outcome_quantile(const double * x, size_t n, double p)
{
	double at = p * (double)n - 0.5;
	size_t k;

	if (!(at > 0))
		return (x[0]);
	if (at >= (double)(n - 1))
		return (x[n - 1]);
	k = (size_t)at;
	return (x[k] + (at - (double)k) * (x[k + 1] - x[k]));
}

/* The mean of the lowest part p. */
static double
tail_mean(const double * x, size_t n, double p)
{
	double left = p * (double)n, sum = 0;
	size_t i;

	for (i = 0; i < n && left > 0; i++) {
		sum += x[i] * fmin(left, 1.0);
		left -= 1.0;
	}
	return (sum / (p * (double)n));
}

static double
part_below(const double * x, size_t n, double value)
{
	size_t i;

	for (i = 0; i < n && x[i] < value; i++)
		continue;
	return ((double)i / (double)n);
}

void
cf_outcome_measure(const double * x, size_t n, double mean,
    const struct cf_measure_params * p, struct cf_measure * m)
{
	struct cf_sizing_case c = { .var_limit = p->var_limit };
	double tail = 1.0 - p->var_level;
	size_t i;

	memset(m, 0, sizeof(*m));
	m->prediction = mean;
	m->low = cf_outcome_quantile(x, n, 0.5 - p->level / 2);
	m->high = cf_outcome_quantile(x, n, 0.5 + p->level / 2);
	m->p_loss = part_below(x, n, 100.0);
	m->value_at_risk = 100.0 - cf_outcome_quantile(x, n, tail);
	m->expected_shortfall = fmax(100.0 - tail_mean(x, n, tail),
	    m->value_at_risk);
	m->risk_flag = m->value_at_risk > p->var_limit;
	for (i = 0; i < n; i++)
		c.variance += (x[i] - mean) * (x[i] - mean) / (double)n;
	c.prediction = mean;
	c.value_at_risk = m->value_at_risk;
	m->position_size = p->sizing->size(&c);
}
