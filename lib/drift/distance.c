#include <math.h>

#include "drift/distance.h"

const char *
cf_distance_name(enum cf_distance id)
{
	static const char * const names[] = {
#define NAME(id, name) name,
		CF_DISTANCES(NAME)
#undef NAME
	};

	return (names[id]);
}

double
cf_distance_psi(const double * p, const double * q, size_t n)
{
	double a, b, sum = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		a = fmax(p[i], CF_DISTANCE_SHARE_MIN);
		b = fmax(q[i], CF_DISTANCE_SHARE_MIN);
		if (a != b)
			sum += (a - b) * log(a / b);
	}
	return (sum);
}

double
cf_distance_ks(const double * p, const double * q, size_t n)
{
	double d = 0, most = 0;
	size_t i;

	/* Behind the last cell both are 1, but for rounding. */
	for (i = 0; i + 1 < n; i++) {
		d += p[i] - q[i];
		most = fmax(most, fabs(d));
	}
	return (most);
}

double
cf_distance_jensen_shannon(const double * p, const double * q, size_t n)
{
	double middle, sum = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == q[i])
			continue;
		middle = (p[i] + q[i]) / 2;
		if (p[i] > 0)
			sum += p[i] * log2(p[i] / middle);
		if (q[i] > 0)
			sum += q[i] * log2(q[i] / middle);
	}
	return (sqrt(fmin(fmax(sum / 2, 0), 1)));
}

double
cf_distance_wasserstein(const double * p, const double * q,
    const double * at, size_t n)
{
	double d = 0, sum = 0;
	size_t i;

	for (i = 0; i + 1 < n; i++) {
		d += p[i] - q[i];
		sum += fabs(d) * (at[i + 1] - at[i]);
	}
	return (sum);
}
