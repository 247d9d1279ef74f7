#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/out.h"
#include "face/fault.h"
#include "face/table.h"
#include "feature/indicator.h"
#include "model/forecast.h"
#include "model/metrics.h"
#include "model/modfile.h"
#include "model/train.h"
#include "model/trees.h"
#include "risk/measure.h"
#include "table/json.h"

#define BATCH 4096		/* Records forecast at a time. */

struct cf_predictor {
	struct cf_model * model;
	struct cf_data * data;	/* Of a trained one: has its inputs. */
	char * info;		/* And its metrics; else the model has them. */
};

/*
 * Whatever the library calls of GSL it checks; but GSL would end the process
 * at the first fault, unless its handler is turned off.
 */
static struct cf_predictor *
begin(struct cf_err * err)
{

	gsl_set_error_handler_off();
	return (cf_mem_array(1, sizeof(struct cf_predictor), err));
}

/* ---- training */

/* What the options leave open is as in cf-train. */
static void
fit_params(const struct cf_train_options * o, struct cf_fit_params * fit)
{

	cf_fit_defaults(fit);
	fit->trees = o->trees;
	fit->mtry = o->mtry;
	fit->min_leaf = o->min_leaf;
	fit->max_depth = o->max_depth;
	fit->threads = o->threads;
	if (o->folds > 0)
		fit->folds = o->folds;
	if (o->seed > 0)
		fit->seed = o->seed;
}

/* The metrics, as the model file has them. */
static int
keep_metrics(struct cf_predictor * p, const struct cf_validate * walk,
    const struct cf_fit_params * fit, const struct cf_trees * trees,
    struct cf_err * err)
{
	struct cf_buf text = { 0 };
	json_t * metrics;

	metrics = cf_metrics_make(p->data, p->model, walk, fit, trees, err);
	if (metrics == NULL)
		return (-1);
	cf_json_print(metrics, &text);
	json_decref(metrics);
	if (cf_buf_string(&text, err) != NULL)
		p->info = cf_mem_strdup(text.data, err);
	cf_buf_free(&text);
	return (p->info != NULL ? 0 : -1);
}

static int
train(struct cf_predictor * p, const struct cf_frame * frame,
    const struct cf_train_options * o, struct cf_err * err)
{
	const struct cf_kind * kind = cf_data_kind(frame, o->kind, o->target);
	struct cf_validate walk = { 0 };
	struct cf_fit_params fit;
	struct cf_trees trees;
	int chosen;

	if (kind == NULL)
		return (cf_err_set(err, CF_ERR_USAGE, "kind is not one of "
		    CF_KIND_NAMES ": \"%.60s\"", o->kind));
	if (frame->rows == 0)
		return (cf_err_set(err, CF_ERR_DATA, "no records"));
	fit_params(o, &fit);
	if ((p->data = cf_data_new(kind, frame, o->target, err)) == NULL ||
	    (chosen = cf_trees_settle(p->data, &fit, &trees, err)) == -1)
		return (-1);
	p->model = cf_train_run(p->data, &fit, &walk, NULL, err);
	if (p->model == NULL)
		return (-1);
	return (keep_metrics(p, &walk, &fit, chosen ? &trees : NULL, err));
}

struct cf_predictor *
cf_predictor_train(const struct cf_table * table,
    const struct cf_train_options * options, struct cf_error * error)
{
	static const struct cf_train_options defaults = { 0 };
	struct cf_predictor * p;
	struct cf_err err;

	if ((p = begin(&err)) == NULL || train(p, table->frame,
	    options != NULL ? options : &defaults, &err)) {
		cf_fault(error, &err);
		cf_predictor_free(p);
		return (NULL);
	}
	return (p);
}

/* ---- files */

struct cf_predictor *
cf_predictor_load(const char * path, struct cf_error * error)
{
	struct cf_predictor * p;
	struct cf_err err;

	if ((p = begin(&err)) == NULL ||
	    (p->model = cf_modfile_open(path, &err)) == NULL) {
		cf_fault(error, &err);
		cf_predictor_free(p);
		return (NULL);
	}
	return (p);
}

int
cf_predictor_save(struct cf_predictor * p, const char * path,
    struct cf_error * error)
{
	const char * info = cf_predictor_metrics(p);
	struct cf_out * out;
	struct cf_err err;
	int rc = -1;

	if (path == NULL || strcmp(path, "-") == 0) {
		cf_err_set(&err, CF_ERR_USAGE, "a model needs a file");
	} else if ((out = cf_out_open(path, &err)) != NULL) {
		rc = cf_modfile_save(p->model, info, out, &err);
		if (rc != 0)
			cf_out_abandon(out);
		else
			rc = cf_out_close(out, &err);
	}
	return (rc == 0 ? 0 : cf_fault(error, &err));
}

/* ---- forecasts */

/* Columns of the inputs, some by the other name of the indicator. */
static int
find_inputs(const struct cf_model * model, const struct cf_frame * frame,
    size_t * column, struct cf_err * err)
{
	size_t i, found = 0;
	char * other;

	for (i = 0; i < model->inputs.n; i++) {
		column[i] = cf_frame_find(frame, model->inputs.items[i].name);
		if (column[i] == CF_FRAME_NONE) {
			if (cf_indicator_other(model->inputs.items[i].name,
			    &other, err))
				return (-1);
			if (other != NULL)
				column[i] = cf_frame_find(frame, other);
			free(other);
		}
		found += column[i] != CF_FRAME_NONE;
	}
	if (found == 0)
		return (cf_err_set(err, CF_ERR_DATA,
		    "no column is an input of the model"));
	return (0);
}

/* Are these what the model forecasts, and probabilities? */
static int
check(const struct cf_model * model, const struct cf_frame * frame,
    const double * p, size_t np, struct cf_err * err)
{
	size_t i;

	for (i = 0; i < np; i++) {
		if (!(p[i] > 0 && p[i] < 1))
			return (cf_err_set(err, CF_ERR_USAGE,
			    "not a probability inside (0, 1): %g", p[i]));
	}
	if (model->horizon == 0 || frame->horizon == NULL)
		return (0);
	for (i = 0; i < frame->rows; i++) {
		if (!isnan(frame->horizon[i]) &&
		    frame->horizon[i] != (double)model->horizon)
			return (cf_err_set(err, CF_ERR_DATA, "record %zu: "
			    "column \"horizon\": the model forecasts horizon "
			    "%u: \"%g\"", i + 1, (unsigned int)model->horizon,
			    frame->horizon[i]));
	}
	return (0);
}

static void
tell(const struct cf_forecast * forecast, const struct cf_kind * kind,
    struct cf_prediction * prediction)
{
	struct cf_measure_params params;
	struct cf_measure m;

	cf_measure_defaults(&params);
	cf_measure_of(forecast, &params, &m);
	*prediction = (struct cf_prediction){ m.prediction, m.low, m.high,
	    NAN, NAN, NAN, NAN, 0 };
	if (!kind->is_return)
		return;
	prediction->p_loss = m.p_loss;
	prediction->value_at_risk = m.value_at_risk;
	prediction->expected_shortfall = m.expected_shortfall;
	prediction->position_size = m.position_size;
	prediction->risk_flag = m.risk_flag;
}

/* Forecast ${n} records of the frame from ${from} on. */
static void
forecast(const struct cf_model * model, struct cf_forecaster * forecaster,
    const struct cf_frame * frame, const size_t * column, double * records,
    size_t from, size_t n)
{
	size_t i, j, k = 0;

	for (i = 0; i < n; i++) {
		for (j = 0; j < model->inputs.n; j++)
			records[k++] = column[j] != CF_FRAME_NONE ?
			    frame->values[column[j]][from + i] : (double)NAN;
	}
	cf_forecast_batch(forecaster, records, n);
}

static int
predict(const struct cf_model * model, const struct cf_frame * frame,
    struct cf_prediction * predictions, const double * p, size_t np,
    double * quantiles, struct cf_err * err)
{
	const size_t batch = frame->rows < BATCH ? frame->rows : BATCH;
	struct cf_forecaster * forecaster = NULL;
	struct cf_forecast f;
	size_t * column;
	double * records;
	size_t from, n, i, q;
	int rc = -1;

	column = cf_mem_array(model->inputs.n, sizeof(*column), err);
	records = cf_mem_array(batch * model->inputs.n, sizeof(*records), err);
	if (column == NULL || records == NULL ||
	    find_inputs(model, frame, column, err) ||
	    (forecaster = cf_forecast_new(model, batch, err)) == NULL)
		goto done;
	for (from = 0; from < frame->rows; from += n) {
		n = frame->rows - from < batch ? frame->rows - from : batch;
		forecast(model, forecaster, frame, column, records, from, n);
		for (i = 0; i < n; i++) {
			cf_forecast_get(forecaster, i, &f);
			if (predictions != NULL)
				tell(&f, model->kind, &predictions[from + i]);
			for (q = 0; q < np; q++)
				quantiles[(from + i) * np + q] =
				    cf_forecast_quantile(&f, p[q]);
		}
	}
	rc = 0;
done:
	cf_forecast_free(forecaster);
	free(records);
	free(column);
	return (rc);
}

int
cf_predictor_predict(const struct cf_predictor * predictor,
    const struct cf_table * table, struct cf_prediction * predictions,
    const double * p, size_t np, double * quantiles, struct cf_error * error)
{
	struct cf_err err;

	if (quantiles == NULL)
		np = 0;
	if (table->frame->rows == 0)
		return (0);
	if (check(predictor->model, table->frame, p, np, &err) ||
	    predict(predictor->model, table->frame, predictions, p, np,
	    quantiles, &err))
		return (cf_fault(error, &err));
	return (0);
}

/* ---- what it is */

const char *
cf_predictor_kind(const struct cf_predictor * p)
{

	return (p->model->kind->name);
}

const char *
cf_predictor_target(const struct cf_predictor * p)
{

	return (p->model->target);
}

unsigned int
cf_predictor_horizon(const struct cf_predictor * p)
{

	return (p->model->horizon);
}

size_t
cf_predictor_inputs(const struct cf_predictor * p)
{

	return (p->model->inputs.n);
}

const char *
cf_predictor_input(const struct cf_predictor * p, size_t i)
{

	return (p->model->inputs.items[i].name);
}

const char *
cf_predictor_metrics(const struct cf_predictor * p)
{
	const char * info = p->info != NULL ? p->info : p->model->info;

	return (info != NULL ? info : "{}");
}

double
cf_predictor_metric(const struct cf_predictor * p, const char * name)
{
	json_t * metrics = json_loads(cf_predictor_metrics(p), 0, NULL);
	const json_t * found = json_object_get(metrics, name);
	double x = NAN;

	if (found == NULL)
		found = json_object_get(json_object_get(metrics, "total"),
		    name);
	if (json_is_number(found))
		x = json_number_value(found);
	json_decref(metrics);
	return (x);
}

void
cf_predictor_free(struct cf_predictor * p)
{

	if (p == NULL)
		return;
	cf_model_free(p->model);
	cf_data_free(p->data);
	free(p->info);
	free(p);
}
