#include "model/calib.h"

static const double knots[CF_CALIB_KNOTS] = { 0.0, 0.005, 0.01, 0.025, 0.05,
    0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 1.0 };

double
cf_calib_knot(size_t i)
{

	return (knots[i]);
}

void
cf_calib_identity(struct cf_calib * calib)
{
	size_t i;

	for (i = 0; i < CF_CALIB_KNOTS; i++)
		calib->to[i] = knots[i];
}

void
cf_calib_fit(struct cf_calib * calib, const double * pit,
    const double * weight, size_t n)
{
	double below[CF_CALIB_KNOTS] = { 0 };
	double total = 0, w, share;
	size_t i, k;

	for (i = 0; i < n; i++) {
		w = weight != NULL ? weight[i] : 1.0;
		total += w;
		for (k = CF_CALIB_KNOTS - 1; k > 0 && pit[i] <= knots[k]; k--)
			below[k] += w;
	}
	cf_calib_identity(calib);
	for (k = 1; k + 1 < CF_CALIB_KNOTS; k++) {
		share = (below[k] + CF_CALIB_PRIOR * knots[k]) /
		    (total + CF_CALIB_PRIOR);
		calib->to[k] = share;
	}
}

int
cf_calib_check(const struct cf_calib * calib)
{
	size_t i;

	if (calib->to[0] != 0.0 || calib->to[CF_CALIB_KNOTS - 1] != 1.0)
		return (-1);
	for (i = 1; i < CF_CALIB_KNOTS; i++) {
		if (!(calib->to[i] >= calib->to[i - 1]))
			return (-1);
	}
	return (0);
}

/* G between knots k - 1 and k. */
static double
between(const struct cf_calib * calib, size_t k, double p)
{
	double part = (p - knots[k - 1]) / (knots[k] - knots[k - 1]);

	if (part > 1.0)
		part = 1.0;
	return (calib->to[k - 1] +
	    part * (calib->to[k] - calib->to[k - 1]));
}

double
cf_calib_at(const struct cf_calib * calib, double p)
{
	size_t k = 1;

	while (k + 1 < CF_CALIB_KNOTS && p > knots[k])
		k++;
	return (between(calib, k, p));
}

void
cf_calib_map(const struct cf_calib * calib, double * cum, size_t n)
{
	size_t i, k = 1;

	for (i = 0; i < n; i++) {
		while (k + 1 < CF_CALIB_KNOTS && cum[i] > knots[k])
			k++;
		cum[i] = between(calib, k, cum[i]);
	}
}
