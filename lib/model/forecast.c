#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "forest/predict.h"
#include "model/forecast.h"

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
	double * cum;		/* [cells + 1] */
	double logs[CF_SCALE_INPUTS_MAX];
};

struct cf_forecaster *
cf_forecast_new(const struct cf_model * model, size_t batch,
    struct cf_err * err)
{
	struct cf_forecaster * f;
	size_t c;

	if ((f = cf_mem_array(1, sizeof(*f), err)) == NULL)
		return (NULL);
	f->model = model;
	f->batch = batch;
	for (c = 0; c < model->grid.n; c++)
		f->empirical_mean += model->grid.share[c] *
		    model->grid.mean[c];
	f->scale = cf_mem_array(batch, sizeof(*f->scale), err);
	f->derived = cf_mem_array(batch * (model->inputs.nderived + 1),
	    sizeof(*f->derived), err);
	f->mean = cf_mem_array(batch, sizeof(*f->mean), err);
	f->prob = cf_mem_array(batch * model->grid.n, sizeof(*f->prob), err);
	f->cum = cf_mem_array(model->grid.n + 1, sizeof(*f->cum), err);
	if (f->scale == NULL || f->derived == NULL || f->mean == NULL ||
	    f->prob == NULL || f->cum == NULL)
		goto err0;
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
	const struct cf_grid * g = &f->model->grid;
	const float * prob = f->prob + i * g->n;
	double forest = 0, empirical = 0;
	size_t c;

	/* No trees, or none of which the record was out of bag: all zero. */
	for (c = 0; c < g->n && !(prob[c] > 0); c++)
		continue;
	if (c == g->n)
		weight = 0;
	f->cum[0] = 0;
	for (c = 0; c < g->n; c++) {
		forest += (double)prob[c];
		empirical += g->share[c];
		f->cum[c + 1] = weight * forest + (1.0 - weight) * empirical;
	}
	/* Sums of rounded shares end near 1; the law must end at it. */
	for (c = 1; c <= g->n; c++)
		f->cum[c] = fmin(f->cum[c] / f->cum[g->n], 1.0);
	if (calib != NULL)
		cf_calib_map(calib, f->cum, g->n + 1);
	forecast->model = f->model;
	forecast->scale = f->scale[i];
	forecast->mean_z = f->empirical_mean;
	if (weight > 0)
		forecast->mean_z += weight * (f->mean[i] - f->empirical_mean);
	if (weight >= 1)
		forecast->mean_z = f->mean[i];
	forecast->cum = f->cum;
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

	return (f->prob);
}

double *
cf_forecast_means(struct cf_forecaster * f)
{

	return (f->mean);
}

double *
cf_forecast_scales(struct cf_forecaster * f)
{

	return (f->scale);
}

double
cf_forecast_mean(const struct cf_forecast * fc)
{
	const struct cf_grid * g = &fc->model->grid;
	double sum = 0;
	size_t c;

	if (!fc->model->kind->is_return)
		return (cf_kind_value(fc->model->kind, fc->scale,
		    fc->mean_z));
	for (c = 0; c < g->n; c++)
		sum += (fc->cum[c + 1] - fc->cum[c]) *
		    cf_kind_value(fc->model->kind, fc->scale, g->mean[c]);
	return (sum);
}

double
cf_forecast_variance(const struct cf_forecast * fc, double mean)
{
	const struct cf_grid * g = &fc->model->grid;
	double sum = 0, d;
	size_t c;

	for (c = 0; c < g->n; c++) {
		d = cf_kind_value(fc->model->kind, fc->scale, g->mean[c]) -
		    mean;
		sum += (fc->cum[c + 1] - fc->cum[c]) * d * d;
	}
	return (sum);
}

double
cf_forecast_quantile(const struct cf_forecast * fc, double p)
{

	return (cf_kind_value(fc->model->kind, fc->scale,
	    cf_grid_quantile(&fc->model->grid, fc->cum, p)));
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
		return (fc->cum[c]);
	return (cf_grid_cdf(g, fc->cum, z));
}

double
cf_forecast_tail_mean(const struct cf_forecast * fc, double p)
{
	const struct cf_grid * g = &fc->model->grid;
	double sum = 0, mass, z;
	size_t c;

	for (c = 0; c < g->n && fc->cum[c] < p; c++) {
		mass = fc->cum[c + 1] - fc->cum[c];
		z = g->mean[c];
		if (fc->cum[c + 1] > p) {
			/* The middle of the part of the cell that counts. */
			z = 0.5 * (g->low[c] + cf_grid_quantile(g, fc->cum,
			    p));
			mass = p - fc->cum[c];
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
	free(f->cum);
	free(f);
}
