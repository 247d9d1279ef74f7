#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "drift/blocks.h"
#include "drift/months.h"
#include "drift/sequential.h"

struct drawing {
	const struct cf_daily_day * days;
	const struct cf_months_params * params;
	struct cf_months * months;
	struct cf_daily_day all;	/* Sums over the days given. */
	struct cf_blocks blocks;
	struct cf_daily_day * path;
	double * x;		/* Scores of its days, */
	double * sums;		/* sums of those before each day, */
	double * squares;	/* and of their squares. */
	double * scaled;	/* tested */
};

static int
by_value(const void * a, const void * b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

/* Mean and standard deviation from sums over n values. */
static void
moments(double sum, double squares, size_t n, double * mean, double * sd)
{

	*mean = sum / (double)n;
	*sd = sqrt(fmax(squares / (double)n - *mean * *mean, 0));
	/* Equal values have none, whatever rounding says. */
	if (*sd < 1e-7)
		*sd = (double)INFINITY;
}

void
cf_months_scores(const struct cf_daily_day * days, size_t baseline,
    size_t n, double * x)
{
	double sum = 0, squares = 0, mean, sd;
	size_t i;

	for (i = 0; i < n; i++)
		x[i] = days[i].score / days[i].n;
	for (i = 0; i < baseline; i++) {
		sum += x[i];
		squares += x[i] * x[i];
	}
	moments(sum, squares, baseline, &mean, &sd);
	for (i = 0; i < n; i++)
		x[i] = (x[i] - mean) / sd;
}

/* Put the days of a replicate together, with running sums of their scores. */
static void
lay_path(struct drawing * d)
{
	const struct cf_daily_day * day;
	double x;
	size_t i;

	for (i = 0; i < d->blocks.days; i++) {
		day = &d->days[cf_blocks_day(&d->blocks, i)];
		d->path[i] = *day;
		x = day->score / day->n;
		d->x[i] = x;
		d->sums[i + 1] = d->sums[i] + x;
		d->squares[i + 1] = d->squares[i] + x * x;
	}
}

/* The Page-Hinkley statistic of the look that begins on a day of the path. */
static double
page_hinkley(struct drawing * d, size_t look)
{
	size_t i, from = look + d->params->baseline;
	double mean, sd;

	moments(d->sums[from] - d->sums[look], d->squares[from] -
	    d->squares[look], d->params->baseline, &mean, &sd);
	for (i = 0; i < d->params->tested; i++)
		d->scaled[i] = d->params->widen_score *
		    (d->x[from + i] - mean) / sd;
	return (cf_sequential_page_hinkley(d->scaled, d->params->tested,
	    CF_MONTHS_DELTA, NULL));
}

static void
replicate(struct drawing * d, size_t number)
{
	const struct cf_months_params * p = d->params;
	size_t look, from = p->baseline + p->tested - p->window;
	struct cf_months * m = d->months;
	struct cf_daily_day s;
	struct cf_rng rng;
	double off;

	rng = cf_rng_stream(p->seed, CF_RNG_BOOTSTRAP,
	    (uint64_t)1 << 63 | number);
	cf_blocks_draw(&d->blocks, &rng);
	lay_path(d);
	m->accuracy[number] = (double)INFINITY;
	m->bias[number] = m->page_hinkley[number] = 0;
	for (look = 0; look < p->looks; look++) {
		s = cf_daily_sum(d->path + look + from, p->window);
		m->accuracy[number] = fmin(m->accuracy[number], p->widen_accuracy *
		    (s.hits / s.n - d->all.hits / d->all.n));
		off = p->widen_accuracy *
		    (s.error / s.n - d->all.error / d->all.n);
		m->bias[number] = fmax(m->bias[number], fabs(off));
		m->page_hinkley[number] = fmax(m->page_hinkley[number],
		    page_hinkley(d, look));
	}
}

static int
start(struct drawing * d, size_t n, struct cf_err * err)
{
	const struct cf_months_params * p = d->params;
	struct cf_months * m = d->months;
	double blocks = (double)n / (double)p->length;

	m->n = p->replicates;
	m->floor = fmin(pow(1 / blocks, (double)cf_blocks_pieces(p->window,
	    p->length)), 1);
	d->all = cf_daily_sum(d->days, n);
	d->blocks.n = n;
	d->blocks.length = p->length;
	d->blocks.days = p->baseline + p->tested + p->looks - 1;
	d->blocks.starts = cf_mem_array(cf_blocks_pieces(d->blocks.days,
	    p->length), sizeof(uint32_t), err);
	d->path = cf_mem_array(d->blocks.days, sizeof(*d->path), err);
	d->x = cf_mem_array(d->blocks.days, sizeof(*d->x), err);
	d->sums = cf_mem_array(d->blocks.days + 1, sizeof(double), err);
	d->squares = cf_mem_array(d->blocks.days + 1, sizeof(double), err);
	d->scaled = cf_mem_array(p->tested, sizeof(*d->scaled), err);
	m->accuracy = cf_mem_array(m->n, sizeof(double), err);
	m->bias = cf_mem_array(m->n, sizeof(double), err);
	m->page_hinkley = cf_mem_array(m->n, sizeof(double), err);
	return (d->blocks.starts == NULL || d->path == NULL || d->x == NULL ||
	    d->sums == NULL || d->squares == NULL || d->scaled == NULL ||
	    m->accuracy == NULL || m->bias == NULL ||
	    m->page_hinkley == NULL ? -1 : 0);
}

int
cf_months_make(struct cf_months * months, const struct cf_daily_day * days,
    size_t n, const struct cf_months_params * params, struct cf_err * err)
{
	struct drawing d = { .days = days, .params = params,
	    .months = months };
	size_t i;
	int rc = -1;

	memset(months, 0, sizeof(*months));
	if (start(&d, n, err))
		goto done;
	for (i = 0; i < months->n; i++)
		replicate(&d, i);
	qsort(months->accuracy, months->n, sizeof(double), by_value);
	qsort(months->bias, months->n, sizeof(double), by_value);
	qsort(months->page_hinkley, months->n, sizeof(double), by_value);
	rc = 0;
done:
	free(d.scaled);
	free(d.squares);
	free(d.sums);
	free(d.x);
	free(d.path);
	free(d.blocks.starts);
	return (rc);
}

double
cf_months_quantile(const double * sorted, size_t n, double p)
{
	double at = p * (double)(n - 1);
	size_t low = (size_t)floor(at);

	if (low + 1 >= n)
		return (sorted[n - 1]);
	return (sorted[low] + (at - (double)low) *
	    (sorted[low + 1] - sorted[low]));
}

void
cf_months_free(struct cf_months * m)
{

	free(m->accuracy);
	free(m->bias);
	free(m->page_hinkley);
	memset(m, 0, sizeof(*m));
}
