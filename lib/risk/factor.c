#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "feature/adjust.h"
#include "feature/bar.h"
#include "feature/names.h"
#include "risk/factor.h"

#define DECAY 0.94		/* Of the variance that returns are divided by, */
#define WARMUP 20		/* which this many returns begin. */
#define EXTREME 5.0		/* Returns beyond are cut: bad ticks, crashes. */
#define LOADING_MAX 0.995
#define SWEEPS 500
#define CLOSE_ENOUGH 1e-9

/* One symbol's returns, those that could be divided. */
struct history {
	size_t n;
	size_t capacity;
	int64_t * time_s;
	float * x;
	size_t capacity_x;
};

/* What is known of a symbol while its bars are read. */
struct reading {
	struct cf_adjust adjust;
	double close;
	double variance;
	size_t n;		/* Returns in it. */
};

struct cf_factor {
	struct cf_names names;
	struct history * symbols;	/* [names.n] */
	size_t capacity;
	int64_t * days;		/* Moments of all bars, ascending. */
	size_t ndays;
	size_t capacity_days;
};

static int
by_time(const void * a, const void * b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return ((x > y) - (x < y));
}

/* When a bar is over: one without a clock, with its day. */
static int64_t
end_of(const struct cf_bar * bar)
{

	return (bar->has_clock ? bar->time_s : bar->time_s + CF_DAY_S - 1);
}

/* Take a return over; it is divided by what was known before it. */
static int
add_return(struct history * h, struct reading * r, int64_t time_s, double ret,
    struct cf_err * err)
{
	double x;

	if (r->n >= WARMUP && r->variance > 0) {
		if (cf_mem_grow(&h->time_s, &h->capacity, h->n + 1,
		    sizeof(*h->time_s), err) || cf_mem_grow(&h->x,
		    &h->capacity_x, h->n + 1, sizeof(*h->x), err))
			return (-1);
		x = ret / sqrt(r->variance);
		h->time_s[h->n] = time_s;
		h->x[h->n++] = (float)fmin(fmax(x, -EXTREME), EXTREME);
	}
	r->n++;
	r->variance += (ret * ret - r->variance) *
	    (r->n <= WARMUP ? 1.0 / (double)r->n : 1.0 - DECAY);
	return (0);
}

static int
add_bar(struct cf_factor * f, size_t symbol, struct reading * r,
    const struct cf_bar * bar, struct cf_err * err)
{
	struct cf_adjusted to;
	double before = r->close;

	if (cf_adjust_bar(&r->adjust, CF_ADJUST_TOTAL, bar, &to, err))
		return (-1);
	if (cf_mem_grow(&f->days, &f->capacity_days, f->ndays + 1,
	    sizeof(*f->days), err))
		return (-1);
	f->days[f->ndays++] = end_of(bar);
	if (!(to.close > 0))
		return (0);
	r->close = to.close;
	if (!(before > 0))
		return (0);
	return (add_return(&f->symbols[symbol], r, end_of(bar),
	    log(to.close) - log(before), err));
}

/* Sort the moments and keep one of each. */
static void
sort_days(struct cf_factor * f)
{
	size_t i, n = 0;

	if (f->ndays > 0)
		qsort(f->days, f->ndays, sizeof(*f->days), by_time);
	for (i = 0; i < f->ndays; i++) {
		if (n == 0 || f->days[i] != f->days[n - 1])
			f->days[n++] = f->days[i];
	}
	f->ndays = n;
}

static int
read_bars(struct cf_factor * f, struct cf_bar_reader * reader,
    struct cf_err * err)
{
	struct reading r = { .n = 0 };
	struct cf_bar bar;
	const char * name;
	size_t symbol = 0, len;
	int rc;

	while ((rc = cf_bar_next(reader, &bar, err)) == 1) {
		if (cf_bar_is_first(reader)) {
			name = cf_bar_symbol(reader, &len);
			if (cf_names_add(&f->names, name, len, &symbol,
			    err) == -1 || cf_mem_grow(&f->symbols,
			    &f->capacity, symbol + 1, sizeof(*f->symbols),
			    err))
				return (-1);
			memset(&f->symbols[symbol], 0, sizeof(*f->symbols));
			memset(&r, 0, sizeof(r));
		}
		if (add_bar(f, symbol, &r, &bar, err))
			return (-1);
	}
	sort_days(f);
	return (rc);
}

struct cf_factor *
cf_factor_load(const char * const * paths, size_t n, struct cf_err * err)
{
	struct cf_bar_reader * reader;
	struct cf_factor * f;
	int rc;

	if ((f = cf_mem_array(1, sizeof(*f), err)) == NULL)
		return (NULL);
	if ((reader = cf_bar_open(paths, n, 0, 0, err)) == NULL)
		goto err0;
	rc = read_bars(f, reader, err);
	cf_bar_close(reader);
	if (rc == 0)
		return (f);

err0:
	cf_factor_free(f);
	return (NULL);
}

int
cf_factor_find(const struct cf_factor * f, const char * name, size_t len,
    size_t * symbol)
{

	return (cf_names_find(&f->names, name, len, symbol));
}

/* How many of n ascending moments are not behind t. */
static size_t
up_to(const int64_t * time_s, size_t n, int64_t t)
{
	size_t low = 0, high = n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (time_s[middle] <= t)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

/* A fit: returns side by side, then the correlations of pairs. */
struct fit {
	size_t n;
	size_t window;		/* Days of it, at most. */
	const int64_t * days;	/* [window] */
	float * x;		/* [n][window]; 0 where missing */
	float * has;		/* [n][window]; 1, or 0 where missing. */
	double * r;		/* [n][n]; 0 off what counts. */
	double * weight;	/* [n][n]; 0: pair does not count. */
};

static void
lay_out(const struct cf_factor * f, struct fit * fit, const size_t * symbols)
{
	const struct history * h;
	size_t i, k, day;

	for (i = 0; i < fit->n; i++) {
		h = &f->symbols[symbols[i]];
		k = fit->window > 0 ? up_to(h->time_s, h->n,
		    fit->days[0] - 1) : h->n;
		for (day = 0; k < h->n && day < fit->window; day++) {
			if (h->time_s[k] != fit->days[day])
				continue;
			fit->x[i * fit->window + day] = h->x[k++];
			fit->has[i * fit->window + day] = 1;
		}
	}
}

/* Correlation of two symbols on the days that both have. */
static void
correlate(struct fit * fit, size_t i, size_t j)
{
	const float * a = fit->x + i * fit->window;
	const float * b = fit->x + j * fit->window;
	const float * has_a = fit->has + i * fit->window;
	const float * has_b = fit->has + j * fit->window;
	double aa = 0, bb = 0, ab = 0, common = 0;
	size_t t;

	for (t = 0; t < fit->window; t++) {
		ab += (double)(a[t] * b[t]);
		aa += (double)(a[t] * a[t] * has_b[t]);
		bb += (double)(b[t] * b[t] * has_a[t]);
		common += (double)(has_a[t] * has_b[t]);
	}
	if (common < CF_FACTOR_COMMON || !(aa > 0) || !(bb > 0))
		return;
	fit->r[i * fit->n + j] = fit->r[j * fit->n + i] = ab / sqrt(aa * bb);
	fit->weight[i * fit->n + j] = fit->weight[j * fit->n + i] = common;
}

/* The best loading of one symbol, given the others'. */
static double
best(const struct fit * fit, size_t i, const double * loading)
{
	const double * r = fit->r + i * fit->n;
	const double * w = fit->weight + i * fit->n;
	double with = 0, squares = 0;
	size_t j;

	for (j = 0; j < fit->n; j++) {
		with += w[j] * r[j] * loading[j];
		squares += w[j] * loading[j] * loading[j];
	}
	if (!(squares > 0))
		return (0.0);
	return (fmin(fmax(with / squares, -LOADING_MAX), LOADING_MAX));
}

/* Least squares off the diagonal, one loading after the other. */
static void
minimise(const struct fit * fit, double * loading)
{
	double x, moved = 1, row;
	size_t i, j, sweep;

	for (i = 0; i < fit->n; i++) {
		for (row = 0, j = 0; j < fit->n; j++)
			row += fit->r[i * fit->n + j];
		loading[i] = row < 0 ? -0.5 : 0.5;
	}
	for (sweep = 0; sweep < SWEEPS && moved > CLOSE_ENOUGH; sweep++) {
		for (moved = 0, i = 0; i < fit->n; i++) {
			x = best(fit, i, loading);
			moved = fmax(moved, fabs(x - loading[i]));
			loading[i] = x;
		}
	}
}

/* Symbols of which nothing is known are as the others are. */
static void
fill_unknown(const struct fit * fit, double * loading)
{
	double sum = 0, weight;
	size_t i, j, known = 0, round;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < fit->n; i++) {
			for (weight = 0, j = 0; j < fit->n; j++)
				weight += fit->weight[i * fit->n + j];
			if (weight > 0 && round == 0) {
				sum += loading[i];
				known++;
			} else if (!(weight > 0) && round == 1) {
				loading[i] = known > 0 ?
				    sum / (double)known : 0.0;
			}
		}
	}
}

int
cf_factor_fit(const struct cf_factor * f, int64_t time_s,
    const size_t * symbols, size_t n, double * loading, struct cf_err * err)
{
	size_t end = up_to(f->days, f->ndays, time_s), i, j;
	struct fit fit = { .n = n };
	int rc = -1;

	fit.window = end < CF_FACTOR_WINDOW ? end : CF_FACTOR_WINDOW;
	fit.days = f->days + (end - fit.window);
	fit.x = cf_mem_array(n, (fit.window + 1) * sizeof(*fit.x), err);
	fit.has = cf_mem_array(n, (fit.window + 1) * sizeof(*fit.has), err);
	fit.r = cf_mem_array(n, n * sizeof(*fit.r), err);
	fit.weight = cf_mem_array(n, n * sizeof(*fit.weight), err);
	if (fit.x == NULL || fit.has == NULL || fit.r == NULL ||
	    fit.weight == NULL)
		goto done;
	lay_out(f, &fit, symbols);
	for (i = 0; i < n; i++) {
		for (j = 0; j < i; j++)
			correlate(&fit, i, j);
	}
	minimise(&fit, loading);
	fill_unknown(&fit, loading);
	rc = 0;
done:
	free(fit.x);
	free(fit.has);
	free(fit.r);
	free(fit.weight);
	return (rc);
}

void
cf_factor_free(struct cf_factor * f)
{
	size_t i;

	if (f == NULL)
		return;
	for (i = 0; f->symbols != NULL && i < f->names.n &&
	    i < f->capacity; i++) {
		free(f->symbols[i].time_s);
		free(f->symbols[i].x);
	}
	free(f->symbols);
	free(f->days);
	cf_names_free(&f->names);
	free(f);
}
