#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "forest/predict.h"
#include "model/forecast.h"

#define NONE ((size_t)-1)

struct cf_forecaster {
	const struct cf_model * model;
	struct cf_predict * predict;
	struct cf_scale_cache cache;
	size_t batch;
	double * scale;		/* [batch] */
	double * derived;	/* [batch][nderived] */
	double * mean;		/* [batch]: of the forest. */
	float * prob;		/* [batch][cells] */
	double empirical_mean;	/* Of z. */
	double * empirical;	/* [cells + 1]: its law. */
	double * forest;	/* [cells + 1]: the forest's law of */
	size_t held;		/* this record, or NONE; */
	int has_forest;		/* or it has none: no trees. */
	double * cum;		/* [cells + 1]: the law asked for, */
	int has_cum;		/* if it was. */
	double logs[CF_SCALE_INPUTS_MAX];
};

/*
 * Law from the shares of the cells; 0 if there are none.  By fours, so that an
 * addition does not wait for the one before; a sum never falls.
 */
static int
law_of_forest(const float * prob, size_t n, double * cum)
{
	double sum = 0, a, b, d;
	size_t c;

	cum[0] = 0;
	for (c = 0; c + 4 <= n; c += 4) {
		a = (double)prob[c];
		b = a + (double)prob[c + 1];
		d = (double)prob[c + 2] + (double)prob[c + 3];
		cum[c + 1] = sum + a;
		cum[c + 2] = sum + b;
		cum[c + 3] = sum + (b + (double)prob[c + 2]);
		sum = cum[c + 4] = sum + (b + d);
	}
	for (; c < n; c++)
		sum = cum[c + 1] = sum + (double)prob[c];
	if (!(sum > 0))
		return (0);
	/* Sums of rounded shares end near 1; the law must end at it. */
	for (c = 1, a = 1.0 / sum; c < n; c++)
		cum[c] *= a;
	cum[n] = 1;
	return (1);
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
	f->derived = cf_mem_array(batch * (model->inputs.nderived + 1),
	    sizeof(*f->derived), err);
	f->mean = cf_mem_array(batch, sizeof(*f->mean), err);
	f->prob = cf_mem_array(batch * model->grid.n, sizeof(*f->prob), err);
	f->empirical = cf_mem_array(model->grid.n + 1, sizeof(double), err);
	f->forest = cf_mem_array(model->grid.n + 1, sizeof(double), err);
	f->cum = cf_mem_array(model->grid.n + 1, sizeof(double), err);
	if (f->scale == NULL || f->derived == NULL || f->mean == NULL ||
	    f->prob == NULL || f->empirical == NULL || f->forest == NULL ||
	    f->cum == NULL)
		goto err0;
	law_of_sample(&model->grid, f->empirical);
	f->held = NONE;
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
		cf_inputs_derive(&m->inputs, record, f->scale[i],
		    f->derived + i * m->inputs.nderived);
	}
	if (f->predict != NULL)
		cf_predict_rows(f->predict, f->derived, n, f->mean,
		    f->prob);
}

void
cf_forecast_mix(struct cf_forecaster * f, size_t i, double weight,
    const struct cf_calib * calib, struct cf_forecast * forecast)
{
	const size_t n = f->model->grid.n;

	if (f->held != i && weight > 0) {
		f->has_forest = law_of_forest(f->prob + i * n, n, f->forest);
		f->held = i;
	}
	/* No trees, or none of which the record was out of bag. */
	if (weight > 0 && !f->has_forest)
		weight = 0;
	f->has_cum = 0;
	forecast->model = f->model;
	forecast->scale = f->scale[i];
	forecast->mean_z = f->empirical_mean;
	if (weight > 0)
		forecast->mean_z += weight * (f->mean[i] - f->empirical_mean);
	if (weight >= 1)
		forecast->mean_z = f->mean[i];
	forecast->from = f;
	forecast->weight = weight;
	forecast->calib = calib;
}

/* The mixed law before the first `c` cells, not yet calibrated. */
static inline double
mixed(const struct cf_forecaster * f, double weight, size_t c)
{
	double x = weight * f->forest[c] + (1.0 - weight) * f->empirical[c];

	return (x < 1.0 ? x : 1.0);
}

/* P(z in cells 0 .. c - 1) */
static double
law_at(const struct cf_forecast * fc, size_t c)
{
	double x;

	if (c == fc->model->grid.n)
		return (1.0);
	x = mixed(fc->from, fc->weight, c);
	return (fc->calib != NULL ? cf_calib_at(fc->calib, x) : x);
}

const double *
cf_forecast_law(const struct cf_forecast * fc)
{
	struct cf_forecaster * f = fc->from;
	const size_t n = fc->model->grid.n;
	size_t c;

	if (f->has_cum)
		return (f->cum);
	for (c = 0; c < n; c++)
		f->cum[c] = mixed(f, fc->weight, c);
	f->cum[n] = 1;
	if (fc->calib != NULL)
		cf_calib_map(fc->calib, f->cum, n + 1);
	f->has_cum = 1;
	return (f->cum);
}

double
cf_forecast_z(const struct cf_forecast * fc, double p)
{
	size_t low = 0, high = fc->model->grid.n - 1, middle;

	/* As cf_grid_quantile, which wants the whole law. */
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

double
cf_forecast_mean(const struct cf_forecast * fc)
{
	const struct cf_grid * g = &fc->model->grid;
	const double * cum;
	double sum = 0;
	size_t c;

	if (!fc->model->kind->is_return)
		return (cf_kind_value(fc->model->kind, fc->scale,
		    fc->mean_z));
	cum = cf_forecast_law(fc);
	for (c = 0; c < g->n; c++)
		sum += (cum[c + 1] - cum[c]) *
		    cf_kind_value(fc->model->kind, fc->scale, g->mean[c]);
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
		d = cf_kind_value(fc->model->kind, fc->scale, g->mean[c]) -
		    mean;
		sum += (cum[c + 1] - cum[c]) * d * d;
	}
	return (sum);
}

double
cf_forecast_quantile(const struct cf_forecast * fc, double p)
{

	return (cf_kind_value(fc->model->kind, fc->scale,
	    cf_forecast_z(fc, p)));
}

double
cf_forecast_below(const struct cf_forecast * fc, double value)
{
	const struct cf_grid * g = &fc->model->grid;
	double z = cf_kind_log(fc->model->kind, value) / fc->scale;
	size_t c;

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
		sum += mass * cf_kind_value(fc->model->kind, fc->scale, z);
	}
	return (sum / p);
}

void
cf_forecast_free(struct cf_forecaster * f)
{

	if (f == NULL)
		return;
	cf_predict_free(f->predict);
	free(f->scale);
	free(f->derived);
	free(f->mean);
	free(f->prob);
	free(f->empirical);
	free(f->forest);
	free(f->cum);
	free(f);
}
