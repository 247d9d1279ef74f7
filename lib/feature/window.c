#include "feature/window.h"

double
cf_window_sum_turn(struct cf_window_sum * w, double * data)
{
	double sum = 0;
	size_t i;

	for (i = w->n; i-- > 0; ) {
		sum += data[i];
		data[i] = sum;
	}
	w->head = 0;
	w->at = 0;
	w->full = 1;
	return (sum);
}

void
cf_window_dev_turn(struct cf_window_dev * w, double * data)
{
	double sum = 0, squares = 0, d;
	size_t i;

	for (i = w->n; i > 1 && isnan(data[i - 1]); i--)
		continue;
	w->anchor = isnan(data[i - 1]) ? 0 : data[i - 1];
	for (i = w->n; i-- > 0; ) {
		d = data[i] - w->anchor;
		if (!isnan(d)) {
			sum += d;
			squares += d * d;
		}
		data[i] = sum;
		data[w->n + i] = squares;
	}
	w->sum = 0;
	w->squares = 0;
	w->at = 0;
	w->full = 1;
}

void
cf_window_weighted_turn(struct cf_window_weighted * w, double * data)
{
	double sum = 0, weighted = 0;
	size_t i;

	/* A value put in front moves all others up by one weight. */
	for (i = w->n; i-- > 0; ) {
		sum += data[i];
		weighted += sum;
		data[w->n + i] = weighted;
	}
	w->sum = 0;
	w->weighted = 0;
	w->at = 0;
	w->full = 1;
}

double
cf_window_ema_begin(struct cf_window_ema * e, double x)
{

	e->seen++;
	/* A mean that is exact where the values are all the same. */
	e->value += (x - e->value) / e->seen;
	return (e->seen < e->n ? (double)NAN : e->value);
}
