#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "forest/oob.h"
#include "forest/predict.h"
#include "model/explain.h"
#include "table/json.h"

#define CHUNK 256
#define RECORDS_MAX 32768	/* Out of bag, evenly spread by chunks. */
#define SAMPLE_MAX 256		/* Records of the partial dependence. */
#define POINTS 9		/* Values of each column. */

struct explaining {
	const struct cf_data * data;
	const struct cf_model * model;
	const struct cf_fit_kept * kept;
	const struct cf_fit_params * params;
	struct cf_oob * oob;
	size_t step;		/* Every step-th chunk. */
	uint32_t * donor;	/* Shuffled records. */
	double * column_error;	/* Mean squared error, by column. */
	double error;		/* With nothing shuffled. */
};

/* Mean squared error out of bag; donor NULL: nothing shuffled. */
static int
out_of_bag_error(const struct explaining * x, size_t column,
    const uint32_t * donor, double * error, struct cf_err * err)
{
	double mean[CHUNK];
	double sum = 0, d;
	size_t at, n, i, count = 0;

	for (at = 0; at < x->data->n; at += CHUNK * x->step) {
		n = x->data->n - at < CHUNK ? x->data->n - at : CHUNK;
		if (cf_oob_predict(x->oob, at, n, column, donor, mean, NULL,
		    NULL, err))
			return (-1);
		for (i = 0; i < n; i++) {
			d = mean[i] - x->kept->z[at + i];
			if (!isfinite(d))
				continue;
			sum += d * d;
			count++;
		}
	}
	*error = count > 0 ? sum / (double)count : (double)NAN;
	return (0);
}

/* Shuffle the records (Fisher, Yates 1938) by the column's own stream. */
static void
shuffle(uint32_t * donor, size_t n, uint64_t seed, size_t column)
{
	struct cf_rng rng = cf_rng_stream(seed, CF_RNG_PERMUTE, column);
	uint32_t swap;
	size_t i, j;

	for (i = 0; i < n; i++)
		donor[i] = (uint32_t)i;
	for (i = n; i > 1; i--) {
		j = cf_rng_below(&rng, (uint32_t)i);
		swap = donor[i - 1];
		donor[i - 1] = donor[j];
		donor[j] = swap;
	}
}

static int
work_column(void * cookie, size_t column, size_t thread, struct cf_err * err)
{
	struct explaining * x = cookie;
	uint32_t * donor;
	int rc;

	(void)thread;
	donor = cf_mem_array(x->data->n, sizeof(*donor), err);
	if (donor == NULL)
		return (-1);
	shuffle(donor, x->data->n, x->params->seed, column);
	rc = out_of_bag_error(x, column, donor, &x->column_error[column],
	    err);
	free(donor);
	return (rc);
}

static const char *
input_name(const struct explaining * x, size_t column)
{
	const struct cf_inputs * in = &x->model->inputs;

	return (in->items[in->derived[column].input].name);
}

/* The column of greatest error not yet taken; its error becomes NaN. */
static size_t
take_greatest(double * errors, size_t n)
{
	size_t best = n, i;

	for (i = 0; i < n; i++) {
		if (!isnan(errors[i]) && (best == n ||
		    errors[i] > errors[best]))
			best = i;
	}
	return (best);
}

static json_t *
importance(struct explaining * x, struct cf_err * err)
{
	size_t n = x->model->inputs.nderived, column;
	json_t * a = json_array();
	double increase;

	x->column_error = cf_mem_array(n, sizeof(*x->column_error), err);
	if (x->column_error == NULL || out_of_bag_error(x, 0, NULL,
	    &x->error, err) || cf_par_run(n, cf_par_threads(
	    x->params->threads), work_column, x, err)) {
		json_decref(a);
		return (NULL);
	}
	while ((column = take_greatest(x->column_error, n)) < n) {
		increase = x->column_error[column] / x->error - 1.0;
		if (json_array_append_new(a, json_pack("{s:s,s:o}", "input",
		    input_name(x, column), "increase",
		    cf_json_number(increase)))) {
			cf_err_memory(err);
			json_decref(a);
			return (NULL);
		}
		x->column_error[column] = NAN;
	}
	return (a);
}

/* What the trees see of evenly spread records. */
static double *
make_sample(const struct explaining * x, size_t * n, struct cf_err * err)
{
	const struct cf_inputs * in = &x->model->inputs;
	struct cf_scale_cache cache = { 0 };
	double logs[CF_SCALE_INPUTS_MAX];
	double * rows;
	double * record;
	double scale = 1.0;
	size_t i;

	*n = x->data->n < SAMPLE_MAX ? x->data->n : SAMPLE_MAX;
	rows = cf_mem_array(*n * in->nderived, sizeof(*rows), err);
	record = cf_mem_array(in->n, sizeof(*record), err);
	if (rows == NULL || record == NULL) {
		free(rows);
		free(record);
		return (NULL);
	}
	for (i = 0; i < *n; i++) {
		cf_data_record(x->data, i * x->data->n / *n, record);
		if (x->model->kind->is_return) {
			cf_inputs_logs(in, record, logs);
			scale = cf_scale_of(&x->model->scale, &cache, logs);
		}
		cf_inputs_derive(in, record, scale, rows + i * in->nderived);
	}
	free(record);
	return (rows);
}

/* One column's curve: the mean forecast with the column set to each value. */
static json_t *
curve(const struct explaining * x, struct cf_predict * predict,
    const double * rows, double * changed, size_t n, size_t column)
{
	size_t width = x->model->inputs.nderived, nedges, points, k, i;
	const double * edges = cf_bins_edges(x->kept->bins, column, &nedges);
	json_t * values = json_array();
	json_t * means = json_array();
	double mean[SAMPLE_MAX];
	double value, sum;

	points = nedges < POINTS ? nedges : POINTS;
	for (k = 0; k < points; k++) {
		value = edges[points > 1 ? k * (nedges - 1) / (points - 1) :
		    0];
		memcpy(changed, rows, n * width * sizeof(*changed));
		for (i = 0; i < n; i++)
			changed[i * width + column] = value;
		cf_predict_rows(predict, changed, n, mean, NULL);
		for (sum = 0, i = 0; i < n; i++)
			sum += mean[i];
		if (json_array_append_new(values, cf_json_number(value)) ||
		    json_array_append_new(means,
		    cf_json_number(sum / (double)n)))
			break;
	}
	return (json_pack("{s:s,s:o,s:o}", "input", input_name(x, column),
	    "value", values, "mean_z", means));
}

static json_t *
partial_dependence(const struct explaining * x, struct cf_err * err)
{
	size_t width = x->model->inputs.nderived, n, column;
	struct cf_predict * predict;
	json_t * a = json_array();
	double * rows;
	double * changed;

	predict = cf_predict_new(&x->model->forest, err);
	rows = make_sample(x, &n, err);
	changed = cf_mem_array(SAMPLE_MAX * width, sizeof(*changed), err);
	for (column = 0; a != NULL && column < width; column++) {
		if (predict == NULL || rows == NULL || changed == NULL ||
		    json_array_append_new(a, curve(x, predict, rows, changed,
		    n, column))) {
			json_decref(a);
			a = NULL;
			cf_err_memory(err);
		}
	}
	free(changed);
	free(rows);
	cf_predict_free(predict);
	return (a);
}

json_t *
cf_explain_make(const struct cf_data * data, const struct cf_model * model,
    const struct cf_fit_kept * kept, const struct cf_fit_params * params,
    struct cf_err * err)
{
	struct explaining x = { .data = data, .model = model, .kept = kept,
	    .params = params };
	json_t * shuffled = NULL;
	json_t * curves = NULL;
	json_t * o = NULL;

	if (model->forest.n_trees == 0)
		return (json_object());
	x.step = (data->n + RECORDS_MAX - 1) / RECORDS_MAX;
	x.oob = cf_oob_new(&kept->grow_data, &kept->grow_params,
	    &model->forest, params->threads, err);
	if (x.oob == NULL)
		return (NULL);
	if ((shuffled = importance(&x, err)) != NULL &&
	    (curves = partial_dependence(&x, err)) != NULL) {
		o = json_pack("{s:o,s:o}", "importance", shuffled,
		    "partial_dependence", curves);
		if (o == NULL)
			cf_err_memory(err);
	} else {
		json_decref(shuffled);
	}
	free(x.column_error);
	cf_oob_free(x.oob);
	return (o);
}
