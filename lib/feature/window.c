#include "feature/window.h"

void
cf_window_sum_turn(double * data, size_t n)
{
	double sum = 0;

	while (n-- > 0) {
		sum += data[n];
		data[n] = sum;
	}
}

double
cf_window_dev_anchor(const double * data, size_t n)
{

	while (n > 1 && isnan(data[n - 1]))
		n--;
	return (isnan(data[n - 1]) ? 0 : data[n - 1]);
}

void
cf_window_dev_turn(double * data, size_t n, double anchor)
{
	double * ends = data + n;
	double sum = 0, squares = 0, d;

	while (n-- > 0) {
		d = data[n] - anchor;
		if (!isnan(d)) {
			sum += d;
			squares += d * d;
		}
		data[n] = sum;
		ends[n] = squares;
	}
}

void
cf_window_weighted_turn(double * data, size_t n)
{
	double * ends = data + n;
	double sum = 0, weighted = 0;

	/* A value put in front moves all others up by one weight. */
	while (n-- > 0) {
		sum += data[n];
		weighted += sum;
		ends[n] = weighted;
	}
}
