#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "forest/predict.h"
#include "model/forecast.h"

#define NONE ((size_t)-1)
#define BLOCK 64		/* Cells. */

struct cf_forecaster {
	const struct cf_model * model;
	struct cf_predict * predict;
	struct cf_scale_cache cache;
	size_t batch;
	double * scale;		/* [batch] */
	double * level;		/* [batch], of kinds with a unit. */
	double * unit;		/* [batch] */
	double * derived;	/* [batch][nderived] */
	double * mean;		/* [batch]: of the forest. */
	float * prob;		/* [batch][cells]: shares of the cells, */
	int is_given;		/* of all records, from the caller; or else */
	const float * shares;	/* [have][stride], borrowed from predict, of */
	size_t stride;
	size_t first;		/* this record and the next, */
	size_t have;		/* so many, */
	size_t n;		/* of the batch's. */
	double empirical_mean;	/* Of z. */
	double * empirical;	/* [cells + 1]: its law. */
	size_t held;		/* The record whose forest's law this is, */
				/* or NONE: */
	int has_forest;		/* there is one; */
	double norm;		/* 1 / the sum of its shares; */
	double * ends;		/* [blocks + 1]: sums before each block; */
	char * known;		/* [blocks]: the block is filled in */
	double * forest;	/* [cells]: law before each cell. */
	double * cum;		/* [cells + 1]: the law asked for, */
	int has_cum;		/* if it was. */
	double logs[CF_SCALE_INPUTS_MAX];
	double forest_base;	/* Expected z without inputs; if */
	int has_forest_base;	/* it was asked for. */
	double * contribution;	/* [nderived] */
	double scale_part[CF_SCALE_INPUTS_MAX];
};

/* Sum of shares; by fours, so that an addition waits for none before it. */
static double
sum_of(const float * x, size_t n)
{
	float a = 0, b = 0, c = 0, d = 0;
	size_t i;

	for (i = 0; i + 4 <= n; i += 4) {
		a += x[i];
		b += x[i + 1];
		c += x[i + 2];
		d += x[i + 3];
	}
	for (; i < n; i++)
		a += x[i];
	return ((double)((a + b) + (c + d)));
}

static void
law_of_sample(const struct cf_grid * g, double * cum)
{
	double sum = 0;
	size_t c;

	for (cum[0] = 0, c = 0; c < g->n; c++)
		cum[c + 1] = sum += g->share[c];
	for (c = 1; c < g->n; c++)
		cum[c] /= sum;
	cum[g->n] = 1;
}

struct cf_forecaster *
cf_forecast_new(const struct cf_model * model, size_t batch,
    struct cf_err * err)
{
	struct cf_forecaster * f;

	if ((f = cf_mem_array(1, sizeof(*f), err)) == NULL)
		return (NULL);
	f->model = model;
	f->batch = batch;
	f->empirical_mean = cf_grid_mean(&model->grid);
	f->scale = cf_mem_array(batch, sizeof(*f->scale), err);
	f->level = cf_mem_array(batch, sizeof(*f->level), err);
	f->unit = cf_mem_array(batch, sizeof(*f->unit), err);
	f->derived = cf_mem_array(batch * (model->inputs.nderived + 1),
	    sizeof(*f->derived), err);
	f->mean = cf_mem_array(batch, sizeof(*f->mean), err);
	f->prob = cf_mem_array(batch * model->grid.n, sizeof(*f->prob), err);
	f->empirical = cf_mem_array(model->grid.n + 1, sizeof(double), err);
	f->forest = cf_mem_array(model->grid.n, sizeof(double), err);
	f->ends = cf_mem_array(model->grid.n / BLOCK + 2, sizeof(double), err);
	f->known = cf_mem_array(model->grid.n / BLOCK + 1, 1, err);
	f->cum = cf_mem_array(model->grid.n + 1, sizeof(double), err);
	f->contribution = cf_mem_array(model->inputs.nderived,
	    sizeof(*f->contribution), err);
	if (f->contribution == NULL || f->scale == NULL || f->level == NULL ||
	    f->unit == NULL || f->derived == NULL || f->mean == NULL ||
	    f->prob == NULL || f->empirical == NULL || f->forest == NULL ||
	    f->ends == NULL || f->known == NULL || f->cum == NULL)
		goto err0;
	law_of_sample(&model->grid, f->empirical);
	f->held = NONE;
	f->is_given = 1;
	if (model->forest.n_trees > 0 &&
	    (f->predict = cf_predict_new(&model->forest, err)) == NULL)
		goto err0;
	return (f);

err0:
	cf_forecast_free(f);
	return (NULL);
}

void
cf_forecast_batch(struct cf_forecaster * f, const double * records, size_t n)
{
	const struct cf_model * m = f->model;
	const double * record;
	size_t i;

	f->held = NONE;
	for (i = 0; i < n; i++) {
		record = records + i * m->inputs.n;
		f->scale[i] = 1.0;
		if (m->kind->is_return) {
			cf_inputs_logs(&m->inputs, record, f->logs);
			f->scale[i] = cf_scale_of(&m->scale, &f->cache,
			    f->logs);
		}
		if (m->kind->has_unit) {
			f->level[i] = record[m->inputs.level];
			f->unit[i] = record[m->inputs.unit];
		}
		cf_inputs_derive(&m->inputs, record, f->scale[i],
		    f->derived + i * m->inputs.nderived);
	}
	f->is_given = f->predict == NULL || n > cf_predict_batch(f->predict);
	f->have = 0;
	f->n = n;
	if (f->predict == NULL)
		return;
	if (f->is_given)
		cf_predict_rows(f->predict, f->derived, n, f->mean, f->prob);
	else
		cf_predict_walk(f->predict, f->derived, n, f->mean);
}

/*
 * The shares of a record.  Those of a forest are had for a few records at a
 * time, in the order in which they are asked for, and so stay in the cache.
 */
static const float *
shares_of(struct cf_forecaster * f, size_t i)
{
	const size_t n = f->model->grid.n;

	if (f->is_given)
		return (f->prob + i * n);
	if (i < f->first || i - f->first >= f->have) {
		f->first = i;
		f->have = f->n - i;
		f->shares = cf_predict_shares(f->predict, f->first, &f->have,
		    &f->stride);
	}
	return (f->shares + (i - f->first) * f->stride);
}

/*
 * Take record i: its forest's law at the ends of blocks.  What lies within a
 * block is added up when it is looked at.
 */
static void
hold(struct cf_forecaster * f, size_t i)
{
	const size_t n = f->model->grid.n;
	const float * shares = shares_of(f, i);
	double sum = 0;
	size_t at, b;

	for (b = 0, at = 0; at < n; b++, at += BLOCK) {
		f->ends[b] = sum;
		f->known[b] = 0;
		sum += sum_of(shares + at, n - at < BLOCK ? n - at : BLOCK);
	}
	f->ends[b] = sum;
	f->has_forest = sum > 0;
	f->norm = sum > 0 ? 1.0 / sum : 0.0;
	f->held = i;
}

/* The forest's law before each cell of block b. */
static void
fill_block(struct cf_forecaster * f, size_t b)
{
	const size_t n = f->model->grid.n, first = b * BLOCK;
	const size_t last = n - first < BLOCK ? n : first + BLOCK;
	const float * shares = shares_of(f, f->held);
	const double end = f->ends[b + 1];
	double sum = f->ends[b];
	size_t c;

	for (c = first; c < last; c++) {
		/* The end was added up in another order. */
		f->forest[c] = f->norm * (sum < end ? sum : end);
		sum += (double)shares[c];
	}
	f->known[b] = 1;
}

void
cf_forecast_mix(struct cf_forecaster * f, size_t i, double weight,
    const struct cf_calib * calib, struct cf_forecast * forecast)
{

	if (f->held != i && weight > 0)
		hold(f, i);
	/* No trees, or none of which the record was out of bag. */
	if (weight > 0 && !f->has_forest)
		weight = 0;
	f->has_cum = 0;
	forecast->model = f->model;
	forecast->scale = f->scale[i];
	forecast->level = f->level[i];
	forecast->unit = f->unit[i];
	forecast->mean_z = f->empirical_mean;
	if (weight > 0)
		forecast->mean_z += weight * (f->mean[i] - f->empirical_mean);
	if (weight >= 1)
		forecast->mean_z = f->mean[i];
	forecast->from = f;
	forecast->weight = weight;
	forecast->calib = calib;
}

/* P(z in cells 0 .. c - 1), c within the grid */
static double
law_at(const struct cf_forecast * fc, size_t c)
{
	struct cf_forecaster * f = fc->from;
	double x = f->empirical[c];

	if (c == fc->model->grid.n)
		return (1.0);
	if (fc->weight > 0) {
		if (!f->known[c / BLOCK])
			fill_block(f, c / BLOCK);
		x = fc->weight * f->forest[c] + (1.0 - fc->weight) * x;
	}
	x = x < 1.0 ? x : 1.0;
	return (fc->calib != NULL ? cf_calib_at(fc->calib, x) : x);
}

/* The same at the beginning of a block, which need not be filled. */
static double
law_at_block(const struct cf_forecast * fc, size_t b)
{
	const struct cf_forecaster * f = fc->from;
	double x;

	if (b * BLOCK >= fc->model->grid.n)
		return (1.0);
	x = f->empirical[b * BLOCK];
	if (fc->weight > 0)
		x = fc->weight * (f->norm * f->ends[b]) +
		    (1.0 - fc->weight) * x;
	x = x < 1.0 ? x : 1.0;
	return (fc->calib != NULL ? cf_calib_at(fc->calib, x) : x);
}

const double *
cf_forecast_law(const struct cf_forecast * fc)
{
	struct cf_forecaster * f = fc->from;
	const size_t n = fc->model->grid.n;
	const double w = fc->weight;
	size_t c;
	double x;

	if (f->has_cum)
		return (f->cum);
	for (c = 0; w > 0 && c < n; c += BLOCK) {
		if (!f->known[c / BLOCK])
			fill_block(f, c / BLOCK);
	}
	for (c = 0; c < n; c++) {
		x = f->empirical[c];
		if (w > 0)
			x = w * f->forest[c] + (1.0 - w) * x;
		f->cum[c] = x < 1.0 ? x : 1.0;
	}
	f->cum[n] = 1;
	if (fc->calib != NULL)
		cf_calib_map(fc->calib, f->cum, n + 1);
	f->has_cum = 1;
	return (f->cum);
}

/* As cf_grid_quantile, which wants the whole law: the block, then the cell. */
double
cf_forecast_z(const struct cf_forecast * fc, double p)
{
	const size_t n = fc->model->grid.n;
	size_t low = 0, high = (n - 1) / BLOCK, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (law_at_block(fc, middle + 1) >= p - CF_GRID_ROUNDING)
			high = middle;
		else
			low = middle + 1;
	}
	low *= BLOCK;
	high = n - low < BLOCK ? n - 1 : low + BLOCK - 1;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (law_at(fc, middle + 1) >= p - CF_GRID_ROUNDING)
			high = middle;
		else
			low = middle + 1;
	}
	return (cf_grid_within(&fc->model->grid, low, law_at(fc, low),
	    law_at(fc, low + 1), p));
}

double
cf_forecast_pit(const struct cf_forecast * fc, double z)
{
	const struct cf_grid * g = &fc->model->grid;
	size_t c = cf_grid_cell(g, z);
	double below = law_at(fc, c);

	return (below + (law_at(fc, c + 1) - below) *
	    cf_grid_part(g, c, z, 0.5));
}

void
cf_forecast_get(struct cf_forecaster * f, size_t i,
    struct cf_forecast * forecast)
{

	cf_forecast_mix(f, i, f->model->weight, &f->model->calib, forecast);
}

float *
cf_forecast_prob(struct cf_forecaster * f)
{

	f->held = NONE;
	f->is_given = 1;
	return (f->prob);
}

double *
cf_forecast_means(struct cf_forecaster * f)
{

	f->held = NONE;
	return (f->mean);
}

double *
cf_forecast_scales(struct cf_forecaster * f)
{

	f->held = NONE;
	return (f->scale);
}

/* The target that belongs to z; a negative unit says nothing. */
static double
target_of(const struct cf_forecast * fc, double z)
{

	if (!fc->model->kind->has_unit)
		return (cf_kind_value(fc->model->kind, fc->scale, z));
	return (fc->unit >= 0 ? fc->level + fc->unit * z : (double)NAN);
}

double
cf_forecast_mean(const struct cf_forecast * fc)
{
	const struct cf_grid * g = &fc->model->grid;
	const double * cum;
	double sum = 0;
	size_t c;

	if (!fc->model->kind->is_return)
		return (target_of(fc, fc->mean_z));
	cum = cf_forecast_law(fc);
	for (c = 0; c < g->n; c++)
		sum += (cum[c + 1] - cum[c]) *
		    target_of(fc, g->mean[c]);
	return (sum);
}

double
cf_forecast_variance(const struct cf_forecast * fc, double mean)
{
	const struct cf_grid * g = &fc->model->grid;
	const double * cum = cf_forecast_law(fc);
	double sum = 0, d;
	size_t c;

	for (c = 0; c < g->n; c++) {
		d = target_of(fc, g->mean[c]) - mean;
		sum += (cum[c + 1] - cum[c]) * d * d;
	}
	return (sum);
}

double
cf_forecast_quantile(const struct cf_forecast * fc, double p)
{

	return (target_of(fc, cf_forecast_z(fc, p)));
}

double
cf_forecast_below(const struct cf_forecast * fc, double value)
{
	const struct cf_grid * g = &fc->model->grid;
	double z = cf_kind_log(fc->model->kind, value) / fc->scale;
	size_t c;

	if (fc->model->kind->has_unit) {
		/* Without a unit the level is certain. */
		if (!(fc->unit > 0))
			return (fc->unit < 0 ? (double)NAN :
			    (double)(fc->level < value));
		z = (value - fc->level) / fc->unit;
	}
	/* A holding is never worth 0 or less. */
	if (isnan(z))
		return (0.0);
	c = cf_grid_cell(g, z);
	/* P(Z <= z), less the jump where z is a single point of the grid. */
	if (g->low[c] == g->high[c] && z == g->low[c])
		return (law_at(fc, c));
	return (cf_grid_cdf(g, cf_forecast_law(fc), z));
}

double
cf_forecast_tail_mean(const struct cf_forecast * fc, double p)
{
	const struct cf_grid * g = &fc->model->grid;
	const double * cum = cf_forecast_law(fc);
	double sum = 0, mass, z;
	size_t c;

	for (c = 0; c < g->n && cum[c] < p; c++) {
		mass = cum[c + 1] - cum[c];
		z = g->mean[c];
		if (cum[c + 1] > p) {
			/* The middle of the part of the cell that counts. */
			z = 0.5 * (g->low[c] + cf_grid_quantile(g, cum, p));
			mass = p - cum[c];
		}
		sum += mass * target_of(fc, z);
	}
	return (sum / p);
}

/* What each volatility adds to the logarithm of the scale. */
static void
explain_scale(struct cf_forecaster * f, const double * record)
{
	const struct cf_scale * s = &f->model->scale;
	const double * slope;
	uint32_t mask = 0;
	size_t k;

	cf_inputs_logs(&f->model->inputs, record, f->logs);
	for (k = 0; k < s->n; k++)
		mask |= (uint32_t)(isfinite(f->logs[k]) != 0) << k;
	slope = cf_scale_slopes(s, &f->cache, mask);
	for (k = 0; k < s->n; k++)
		f->scale_part[k] = slope[k] * (f->logs[k] - s->mean[k]);
}

void
cf_forecast_explain(struct cf_forecaster * f, size_t i, const double * record,
    struct cf_forecast_reasons * reasons)
{
	const struct cf_inputs * in = &f->model->inputs;
	double weight = f->predict != NULL ? f->model->weight : 0.0;
	size_t j;

	memset(f->contribution, 0, in->nderived * sizeof(*f->contribution));
	reasons->base = f->empirical_mean;
	if (weight > 0) {
		cf_predict_explain(f->predict, f->derived + i * in->nderived,
		    f->contribution);
		if (!f->has_forest_base)
			f->forest_base = cf_predict_base(&f->model->forest);
		f->has_forest_base = 1;
		reasons->base = weight * f->forest_base +
		    (1.0 - weight) * f->empirical_mean;
	}
	reasons->expected = reasons->base;
	for (j = 0; j < in->nderived; j++) {
		f->contribution[j] *= weight;
		reasons->expected += f->contribution[j];
	}
	if (f->model->kind->is_return)
		explain_scale(f, record);
	reasons->scale = f->scale[i];
	reasons->scale_base = f->model->scale.mean_y;
	reasons->contribution = f->contribution;
	reasons->scale_part = f->scale_part;
}

void
cf_forecast_free(struct cf_forecaster * f)
{

	if (f == NULL)
		return;
	cf_predict_free(f->predict);
	free(f->scale);
	free(f->level);
	free(f->unit);
	free(f->derived);
	free(f->mean);
	free(f->prob);
	free(f->empirical);
	free(f->forest);
	free(f->ends);
	free(f->known);
	free(f->cum);
	free(f->contribution);
	free(f);
}
