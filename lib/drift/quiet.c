#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "drift/blocks.h"
#include "drift/quiet.h"

#define EXCEED_MIN 20
#define PIECES_MAX 64		/* Of the reference drawn anew. */
#define LOOKS_MAX 5		/* Of a month that are looked at. */

struct running {
	const struct cf_quiet_case * c;
	const struct cf_quiet_params * params;
	struct cf_quiet_result * result;
	struct cf_blocks reference;
	struct cf_blocks current;
	size_t step;		/* Days between looks. */
	size_t looks;
	uint32_t * counts;	/* 2 * k */
	double * drawn;		/* most * nstats, by replicate */
	double * column;	/* most */
};

/* One month: set the worst of its looks. */
static void
replicate(struct running * r, size_t number)
{
	const struct cf_quiet_case * c = r->c;
	uint32_t * reference = r->counts, * current = r->counts + c->k;
	double * worst = r->drawn + number * c->nstats;
	double value[CF_QUIET_STATS_MAX];
	struct cf_rng rng;
	size_t look, i, day = 0;

	rng = cf_rng_stream(r->params->seed, CF_RNG_BOOTSTRAP,
	    r->params->index << 32 | number);
	cf_blocks_draw(&r->reference, &rng);
	cf_blocks_draw(&r->current, &rng);
	memset(r->counts, 0, 2 * c->k * sizeof(*r->counts));
	cf_blocks_count(&r->reference, c->prefix, c->k, 0, c->days, 1,
	    reference);
	cf_blocks_count(&r->current, c->prefix, c->k, 0, c->current_days, 1,
	    current);
	for (look = 0; look < r->looks; look++) {
		if (look > 0) {
			cf_blocks_count(&r->current, c->prefix, c->k, day,
			    day + r->step, -1, current);
			cf_blocks_count(&r->current, c->prefix, c->k,
			    day + c->current_days,
			    day + c->current_days + r->step, 1, current);
			day += r->step;
		}
		c->measure(c->cookie, reference, current, value);
		for (i = 0; i < c->nstats; i++) {
			if (look == 0 || value[i] > worst[i])
				worst[i] = value[i];
		}
	}
}

static int
by_value(const void * a, const void * b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

/* Mean and standard deviation of statistic i over the replicates. */
static void
standard(const struct running * r, size_t i, size_t n, double * mean,
    double * sd)
{
	double d, sum = 0;
	size_t j;

	*mean = 0;
	for (j = 0; j < n; j++)
		*mean += r->drawn[j * r->c->nstats + i] / (double)n;
	for (j = 0; j < n; j++) {
		d = r->drawn[j * r->c->nstats + i] - *mean;
		sum += d * d;
	}
	*sd = sqrt(sum / (double)n);
}

/* How far a value goes; if chance never moves it, any step is endless. */
static double
reach(double x, double mean, double sd)
{

	if (sd > 1e-12 * (1 + fabs(mean)))
		return ((x - mean) / sd);
	return (x > mean + 1e-9 * (1 + fabs(mean)) ? (double)INFINITY : 0);
}

/* Replicates in which any statistic went as far as the data's furthest. */
static size_t
exceed(struct running * r, size_t n)
{
	const struct cf_quiet_case * c = r->c;
	double mean, sd, x, furthest = -(double)INFINITY;
	size_t i, j, count = 0;

	for (j = 0; j < n; j++)
		r->column[j] = -(double)INFINITY;
	for (i = 0; i < c->nstats; i++) {
		standard(r, i, n, &mean, &sd);
		x = reach(r->result->value[i], mean, sd) / c->widen;
		if (x > furthest) {
			furthest = x;
			r->result->widest = i;
		}
		for (j = 0; j < n; j++) {
			x = reach(r->drawn[j * c->nstats + i], mean, sd);
			if (x > r->column[j])
				r->column[j] = x;
		}
	}
	for (j = 0; j < n; j++)
		count += r->column[j] >= furthest;
	return (count);
}

static double
p_value(const struct running * r, size_t count, size_t n)
{

	return (fmax((double)(count + 1) / (double)(n + 1),
	    r->result->floor));
}

/* p-value and threshold of each statistic by itself. */
static void
finish(struct running * r, size_t n)
{
	const struct cf_quiet_case * c = r->c;
	double mean, sd, value;
	size_t i, j, count, at;

	for (i = 0; i < c->nstats; i++) {
		standard(r, i, n, &mean, &sd);
		value = c->widen > 1 ?
		    mean + (r->result->value[i] - mean) / c->widen :
		    r->result->value[i];
		count = 0;
		for (j = 0; j < n; j++) {
			r->column[j] = r->drawn[j * c->nstats + i];
			count += r->column[j] >= value;
		}
		r->result->p[i] = p_value(r, count, n);
		qsort(r->column, n, sizeof(*r->column), by_value);
		at = (size_t)ceil((1 - r->params->alpha) * (double)n);
		r->result->threshold[i] = r->column[at < n ? at : n - 1];
		if (c->widen > 1)
			r->result->threshold[i] = mean + c->widen *
			    (r->result->threshold[i] - mean);
	}
	r->result->replicates = n;
}

static int
start(struct running * r, struct cf_err * err)
{
	const struct cf_quiet_case * c = r->c;
	size_t looks = r->params->looks, length;

	r->step = looks > LOOKS_MAX ? (looks - 1) / (LOOKS_MAX - 1) : 1;
	r->looks = looks > LOOKS_MAX ? LOOKS_MAX : looks;
	/* Longer blocks than needed do no harm, and are fewer to add. */
	length = cf_blocks_pieces(c->days, PIECES_MAX);
	r->reference.n = r->current.n = c->days;
	r->reference.length = length > c->length ? length : c->length;
	r->reference.days = c->days;
	length = cf_blocks_pieces(c->current_days, PIECES_MAX);
	r->current.length = length > c->length ? length : c->length;
	r->current.days = c->current_days + (r->looks - 1) * r->step;
	r->reference.starts = cf_mem_array(cf_blocks_pieces(
	    r->reference.days, r->reference.length), sizeof(uint32_t), err);
	r->current.starts = cf_mem_array(cf_blocks_pieces(r->current.days,
	    r->current.length), sizeof(uint32_t), err);
	r->counts = cf_mem_array(2 * c->k, sizeof(*r->counts), err);
	r->drawn = cf_mem_array(r->params->most, c->nstats *
	    sizeof(*r->drawn), err);
	r->column = cf_mem_array(r->params->most, sizeof(*r->column), err);
	if (r->reference.starts == NULL || r->current.starts == NULL ||
	    r->counts == NULL || r->drawn == NULL || r->column == NULL)
		return (-1);
	r->result->floor = pow((double)r->current.length / (double)c->days,
	    (double)cf_blocks_pieces(c->current_days, r->current.length));
	/* A month has so many chances. */
	r->result->floor = fmin(r->result->floor, c->far * (double)r->looks);
	return (0);
}

int
cf_quiet_run(const struct cf_quiet_case * c,
    const struct cf_quiet_params * params, struct cf_quiet_result * result,
    struct cf_err * err)
{
	struct running r = { .c = c, .params = params, .result = result };
	size_t n = 0, goal = params->least, count, i;
	int rc = -1;

	memset(result, 0, sizeof(*result));
	if (start(&r, err))
		goto done;
	for (i = 0; i < c->k; i++)
		r.counts[i] = c->prefix[c->days * c->k + i];
	c->measure(c->cookie, r.counts, c->current, result->value);
	for (;;) {
		for (; n < goal; n++)
			replicate(&r, n);
		count = exceed(&r, n);
		if (count >= EXCEED_MIN || n >= params->most)
			break;
		goal = 2 * n < params->most ? 2 * n : params->most;
	}
	result->p_any = p_value(&r, count, n);
	finish(&r, n);
	rc = 0;
done:
	free(r.column);
	free(r.drawn);
	free(r.counts);
	free(r.current.starts);
	free(r.reference.starts);
	return (rc);
}
