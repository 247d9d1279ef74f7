#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "risk/balance.h"

#define NEAR 3			/* Days between a plan and its forecast. */

static int
compare(const void * a, const void * b)
{
	const double * x = a;
	const double * y = b;

	return ((*x > *y) - (*x < *y));
}

struct cf_balance *
cf_balance_new(const struct cf_paths * paths, uint64_t holder, size_t days,
    struct cf_err * err)
{
	struct cf_balance * b;
	uint32_t * ranks = NULL;
	size_t times, i, k, h, at;

	if (paths->n == 0) {
		cf_err_data(err, NULL, NULL, 0, "the model holds no paths: "
		    "there was too little to validate on, or no accounts");
		return (NULL);
	}
	times = (CF_BALANCE_RUNS + paths->n - 1) / paths->n;
	if ((b = cf_mem_array(1, sizeof(*b), err)) == NULL)
		return (NULL);
	b->runs = times * paths->n;
	b->days = days;
	b->flow = cf_mem_array(b->runs * days, sizeof(*b->flow), err);
	b->rank = cf_mem_array(b->runs * days, sizeof(*b->rank), err);
	b->median = cf_mem_array(days, sizeof(*b->median), err);
	ranks = cf_mem_array(paths->n * paths->horizon, sizeof(*ranks), err);
	if (b->flow == NULL || b->rank == NULL || b->median == NULL ||
	    ranks == NULL || cf_paths_ranks(paths, holder, ranks, err)) {
		free(ranks);
		cf_balance_free(b);
		return (NULL);
	}
	for (i = 0; i < b->runs; i++) {
		k = i % paths->n;
		for (h = 0; h < days; h++) {
			at = h < paths->horizon ? h : paths->horizon - 1;
			b->rank[i * days + h] = (uint32_t)(times *
			    ranks[k * paths->horizon + at] +
			    (i / paths->n + k + h) % times);
		}
	}
	free(ranks);
	return (b);
}

void
cf_balance_day(struct cf_balance * b, size_t day,
    const struct cf_forecast * forecast)
{
	size_t i;

	b->median[day] = cf_forecast_quantile(forecast, 0.5);
	for (i = 0; i < b->runs; i++)
		b->flow[i * b->days + day] = cf_forecast_quantile(forecast,
		    ((double)b->rank[i * b->days + day] + 0.5) /
		    (double)b->runs);
}

/* May the day's forecast mean this movement? */
static int
is_meant(const struct cf_balance * b, size_t day, double amount,
    const char * claimed)
{
	double m = b->median[day];

	return (!claimed[day] && (m > 0) == (amount > 0) &&
	    fabs(m) >= 0.5 * fabs(amount));
}

void
cf_balance_schedule(struct cf_balance * b, size_t day, double amount,
    char * claimed)
{
	size_t at = day, d, i;
	double expected;

	for (d = 0; d <= NEAR; d++) {
		if (day >= d && is_meant(b, day - d, amount, claimed)) {
			at = day - d;
			break;
		}
		if (day + d < b->days && is_meant(b, day + d, amount,
		    claimed)) {
			at = day + d;
			break;
		}
	}
	expected = 0;
	if (!claimed[at] && (b->median[at] > 0) == (amount > 0))
		expected = fabs(b->median[at]) < fabs(amount) ?
		    b->median[at] : amount;
	claimed[at] = 1;
	for (i = 0; i < b->runs; i++) {
		b->flow[i * b->days + at] -= expected;
		b->flow[i * b->days + day] += amount;
	}
}

void
cf_balance_add(struct cf_balance * total, const struct cf_balance * b)
{
	size_t i;

	for (i = 0; i < b->runs * b->days; i++)
		total->flow[i] += b->flow[i];
}

double
cf_balance_quantile(const double * sorted, size_t runs, double p)
{
	double at = p * (double)runs - 0.5;
	size_t k;

	if (at <= 0)
		return (sorted[0]);
	if (at >= (double)(runs - 1))
		return (sorted[runs - 1]);
	k = (size_t)at;
	return (sorted[k] + (at - (double)k) * (sorted[k + 1] - sorted[k]));
}

void
cf_balance_sum(const struct cf_balance * b, size_t first, size_t last,
    double start, double level, struct cf_balance_span * span)
{
	double sum, mean = 0;
	size_t i, h;

	for (i = 0; i < b->runs; i++) {
		sum = start;
		for (h = first; h <= last; h++)
			sum += b->flow[i * b->days + h];
		span->sorted[i] = sum;
		mean += sum;
	}
	qsort(span->sorted, b->runs, sizeof(*span->sorted), compare);
	span->mean = mean / (double)b->runs;
	span->low = cf_balance_quantile(span->sorted, b->runs,
	    0.5 - level / 2);
	span->high = cf_balance_quantile(span->sorted, b->runs,
	    0.5 + level / 2);
}

int
cf_balance_risk(const struct cf_balance * b, double start, double floor,
    struct cf_balance_risk * risk, struct cf_err * err)
{
	const double runs = (double)b->runs;
	double * lacking;
	double balance;
	size_t i, h, most;
	int is_breached;

	if ((lacking = cf_mem_array(b->runs, sizeof(*lacking), err)) == NULL)
		return (-1);
	for (h = 0; h < b->days; h++)
		risk->below[h] = risk->breached[h] = 0;
	for (i = 0; i < b->runs; i++) {
		balance = start;
		is_breached = 0;
		for (h = 0; h < b->days; h++) {
			balance += b->flow[i * b->days + h];
			risk->below[h] += balance < floor;
			is_breached |= balance < floor;
			risk->breached[h] += is_breached;
			lacking[i] = fmax(lacking[i], floor - balance);
		}
	}
	risk->breach_day = 0;
	for (h = b->days; h > 0; h--) {
		risk->below[h - 1] /= runs;
		risk->breached[h - 1] /= runs;
		if (risk->breached[h - 1] > CF_BALANCE_RISK)
			risk->breach_day = h;
	}
	/* So many runs may stay below. */
	qsort(lacking, b->runs, sizeof(*lacking), compare);
	most = (size_t)(CF_BALANCE_RISK * runs);
	risk->needed = lacking[b->runs - 1 - most];
	free(lacking);
	return (0);
}

void
cf_balance_free(struct cf_balance * b)
{

	if (b == NULL)
		return;
	free(b->flow);
	free(b->rank);
	free(b->median);
	free(b);
}
