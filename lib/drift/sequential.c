#include <math.h>

#include "drift/sequential.h"

#define ADWIN_PART_MIN 5	/* Values on each side of a cut. */

double
cf_sequential_page_hinkley(const double * x, size_t n, double delta,
    size_t * start)
{
	double sum = 0, least = 0;
	size_t i, at = 0;

	for (i = 0; i < n; i++) {
		sum += x[i] - delta;
		if (sum <= least) {
			least = sum;
			at = i + 1;
		}
	}
	if (start != NULL)
		*start = at;
	return (sum - least);
}

/* How far the means may differ by chance with n0 and n1 values. */
static double
bound(double n0, double n1, double n, double variance, double range,
    double delta)
{
	double m = 1 / (1 / n0 + 1 / n1);
	double confidence = log(2 * fmax(log(n), 1) / delta);

	return (sqrt(2 / m * variance * confidence) +
	    2 / (3 * m) * range * confidence);
}

/* The first cut of x[from .. to) at which the means differ, or `to`. */
static size_t
find_cut(const double * x, size_t from, size_t to, double range,
    double delta, double worth, struct cf_sequential_cut * cut)
{
	double n = (double)(to - from), sum = 0, squares = 0, head = 0, n0;
	double variance, before, after;
	size_t i;

	for (i = from; i < to; i++)
		sum += x[i];
	for (i = from; i < to; i++)
		squares += (x[i] - sum / n) * (x[i] - sum / n);
	variance = squares / n;
	for (i = from; i < to; i++) {
		n0 = (double)(i - from);
		if (i >= from + ADWIN_PART_MIN && i + ADWIN_PART_MIN <= to) {
			before = head / n0;
			after = (sum - head) / (n - n0);
			if (fabs(after - before) > bound(n0 * worth,
			    (n - n0) * worth, n * worth, variance, range,
			    delta)) {
				cut->at = i;
				cut->before = before;
				cut->after = after;
				return (i);
			}
		}
		head += x[i];
	}
	return (to);
}

size_t
cf_sequential_adwin(const double * x, size_t n, double range, double delta,
    double worth, struct cf_sequential_cut * cut)
{
	size_t from = 0, to, at, cuts = 0;

	for (to = 1; to <= n; to++) {
		while ((at = find_cut(x, from, to, range, delta, worth,
		    cut)) < to) {
			from = at;
			cuts++;
		}
	}
	return (cuts);
}
