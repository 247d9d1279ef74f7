#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "base/day.h"
#include "base/mem.h"
#include "report/without.h"

#define WARM 60			/* Outcomes that a baseline wants. */
#define LAMBDA 0.94
#define WEEKDAYS 16		/* Of one weekday. */

static const char * const names[CF_WITHOUT_KINDS] = { "unconditional",
    "ewma", "weekday" };

const char *
cf_without_name(enum cf_without_kind kind)
{

	return (names[kind]);
}

/* Whether an outcome belongs to forecasts of that horizon. */
static int
belongs(const struct cf_past * past, const struct cf_past_outcome * o,
    double horizon)
{

	return (past->files.is_ledger ||
	    (!(o->key.horizon < horizon) && !(o->key.horizon > horizon)));
}

int
cf_without_open(struct cf_without * without, const struct cf_past * past,
    double horizon, struct cf_err * err)
{
	size_t i, n = 0, entity = 0;

	memset(without, 0, sizeof(*without));
	without->past = past;
	without->sorted = cf_mem_array(past->noutcomes,
	    sizeof(*without->sorted), err);
	without->all = cf_mem_array(past->noutcomes, sizeof(*without->all),
	    err);
	without->starts = cf_mem_array(past->files.entities.n + 1,
	    sizeof(*without->starts), err);
	if (without->sorted == NULL || without->all == NULL ||
	    without->starts == NULL)
		return (-1);
	for (i = 0; i < past->noutcomes; i++) {
		if (!belongs(past, &past->outcomes[i], horizon))
			continue;
		while (entity < past->outcomes[i].key.entity)
			without->starts[++entity] = n;
		without->all[n++] = past->outcomes[i];
	}
	while (entity < past->files.entities.n)
		without->starts[++entity] = n;
	return (0);
}

void
cf_without_entity(struct cf_without * without, size_t entity)
{
	size_t first = without->starts[entity];

	without->history = without->all + first;
	without->n = without->starts[entity + 1] - first;
	without->known = 0;
	without->ahead = 0;
	without->nsorted = 0;
	without->month = -1;
	without->variance = (double)NAN;
}

/* One more outcome is known. */
static void
learn(struct cf_without * w, double value)
{
	double r = log(value / 100);

	if (!isfinite(r))
		return;
	w->variance = isnan(w->variance) ? r * r :
	    LAMBDA * w->variance + (1 - LAMBDA) * r * r;
}

void
cf_without_at(struct cf_without * without, const struct cf_past_row * row,
    int month)
{
	const struct cf_past_outcome * h = without->history;
	size_t i, until;

	/* The outcome of bar j is known h bars later, when bar j + h closes;
	 * that of a ledger's day when the day is over. */
	while (without->ahead < without->n && (h[without->ahead].key.date_s <
	    row->key.date_s || (without->past->files.is_ledger &&
	    h[without->ahead].key.date_s == row->key.date_s)))
		without->ahead++;
	until = without->ahead;
	if (!without->past->files.is_ledger)
		until = until + 1 > (size_t)row->key.horizon ?
		    until + 1 - (size_t)row->key.horizon : 0;
	if (until > without->n)
		until = without->n;
	for (; without->known < until; without->known++) {
		if (!without->past->files.is_ledger)
			learn(without, h[without->known].value);
	}
	if (month == without->month)
		return;
	without->month = month;
	without->nsorted = without->known;
	for (i = 0; i < without->known; i++)
		without->sorted[i] = h[i].value;
	gsl_sort(without->sorted, 1, without->nsorted);
}

/* Quantile of sorted values, linear between them (Hyndman, Fan 1996, 7). */
static double
quantile(const double * sorted, size_t n, double p)
{

	return (gsl_stats_quantile_from_sorted_data(sorted, 1, n, p));
}

static int
weekday(const struct cf_without * w, const struct cf_past_row * row,
    double tail, double * low, double * high)
{
	int day = cf_day_weekday(cf_day_of_moment(row->target_s));
	double values[WEEKDAYS];
	size_t i, n = 0;

	for (i = w->known; i-- > 0 && n < WEEKDAYS; ) {
		if (cf_day_weekday(cf_day_of_moment(
		    w->history[i].key.date_s)) == day)
			values[n++] = w->history[i].value;
	}
	if (n < WEEKDAYS / 2)
		return (0);
	gsl_sort(values, 1, n);
	*low = quantile(values, n, tail);
	*high = quantile(values, n, 1 - tail);
	return (1);
}

int
cf_without_interval(const struct cf_without * without,
    enum cf_without_kind kind, const struct cf_past_row * row, double * low,
    double * high)
{
	double tail = (1 - row->level) / 2, width;

	switch (kind) {
	case CF_WITHOUT_UNCONDITIONAL:
		if (without->nsorted < WARM)
			return (0);
		*low = quantile(without->sorted, without->nsorted, tail);
		*high = quantile(without->sorted, without->nsorted, 1 - tail);
		return (1);
	case CF_WITHOUT_EWMA:
		if (without->past->files.is_ledger || without->known < WARM ||
		    isnan(without->variance))
			return (0);
		width = sqrt(without->variance) *
		    gsl_cdf_ugaussian_Pinv(1 - tail);
		*low = 100 * exp(-width);
		*high = 100 * exp(width);
		return (1);
	case CF_WITHOUT_WEEKDAY:
		return (without->past->files.is_ledger &&
		    without->known >= WARM &&
		    weekday(without, row, tail, low, high));
	case CF_WITHOUT_KINDS:
		break;
	}
	return (0);
}

void
cf_without_close(struct cf_without * without)
{

	free(without->sorted);
	free(without->all);
	free(without->starts);
	memset(without, 0, sizeof(*without));
}
