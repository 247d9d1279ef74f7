#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "forest/oob.h"
#include "model/baseline.h"
#include "model/eval.h"
#include "model/validate.h"

#define CHUNK 256		/* Records forecast at a time. */
#define CORRELATION 0.3		/* Of the transforms of one date. */
#define BASELINE_CELLS 256
#define OUT_OF_BAG_MAX 32768	/* Records forecast out of bag, at most. */

static const char * const method_names[CF_VALIDATE_METHODS] = { "model", "scale",
    "unconditional", "ewma", "garch" };

/* The fields of the smallest request that the API promises to answer. */
static const char * const few_fields[] = { "stock_price", "volatility",
    "volume", "sma_20", "rsi" };

/* A validation under way.  Arrays are by record of the data. */
struct walking {
	const struct cf_data * data;
	const struct cf_fit_params * params;
	struct cf_validate * walk;
	struct cf_eval_row * rows;
	double * worth;
	char * is_few;		/* By input: among the few fields. */
	double * returns;	/* By row of the frame; NULL: none. */
	double * scales[CF_VALIDATE_METHODS];	/* Of baselines, likewise. */
};

/* Forecasts of records first .. first + n - 1, by chunks over threads. */
struct job {
	struct walking * w;
	const struct cf_model * model;
	const struct cf_oob * oob;	/* NULL: the model itself. */
	size_t first;
	size_t n;
	size_t step;		/* Every step-th chunk; 1: all. */
	int try;		/* Fill losses and transforms. */
	int score;		/* Fill scores of the final forecast. */
	double weight[2];	/* Chosen: for even records, for odd ones. */
	struct cf_calib calib[2];
	struct cf_forecaster ** forecasters;	/* By thread. */
	double ** records;			/* By thread. */
};

const char *
cf_validate_method_name(enum cf_validate_method method)
{

	return (method_names[method]);
}

static void
stop(struct walking * w)
{
	size_t m;

	for (m = 0; m < CF_VALIDATE_METHODS; m++)
		free(w->scales[m]);
	free(w->rows);
	free(w->worth);
	free(w->is_few);
	free(w->returns);
}

/*
 * How many independent cases a record counts for: outcomes overlap over the
 * horizon, and those of one date move together.
 */
static void
set_worth(struct walking * w)
{
	const struct cf_data * d = w->data;
	double h = d->horizon > 0 ? d->horizon : 1;
	size_t i, j;
	double n;

	for (i = 0; i < d->n; i = j) {
		j = i + 1;
		while (d->date != NULL && j < d->n && d->date[j] == d->date[i])
			j++;
		n = (double)(j - i);
		for (; i < j; i++)
			w->worth[i] = 1.0 / (h * (1.0 + (n - 1.0) *
			    CORRELATION));
	}
}

static int
start(struct walking * w, struct cf_err * err)
{
	const struct cf_data * d = w->data;
	size_t i, k;

	memset(w->walk, 0, sizeof(*w->walk));
	cf_calib_identity(&w->walk->calib);
	w->rows = cf_mem_array(d->n, sizeof(*w->rows), err);
	w->worth = cf_mem_array(d->n, sizeof(*w->worth), err);
	w->is_few = cf_mem_array(d->inputs.n, 1, err);
	if (w->rows == NULL || w->worth == NULL || w->is_few == NULL)
		return (-1);
	set_worth(w);
	for (i = 0; d->kind->is_return && i < d->inputs.n; i++) {
		for (k = 0; k < sizeof(few_fields) / sizeof(few_fields[0]);
		    k++)
			w->is_few[i] |= strcmp(d->inputs.items[i].name,
			    few_fields[k]) == 0;
		w->walk->has_few |= w->is_few[i];
	}
	return (0);
}

/* Fill the batch of the thread's forecaster with records at .. at + n - 1. */
static int
load_chunk(struct job * j, size_t thread, size_t at, size_t n, int few,
    struct cf_err * err)
{
	const struct cf_data * d = j->w->data;
	struct cf_forecaster * f = j->forecasters[thread];
	double * record = j->records[thread];
	size_t i, k;

	if (j->oob != NULL) {
		for (i = 0; i < n; i++)
			cf_forecast_scales(f)[i] = 1.0;
		return (cf_oob_predict(j->oob, at, n, 0, NULL,
		    cf_forecast_means(f), cf_forecast_prob(f), NULL, err));
	}
	for (i = 0; i < n; i++, record += d->inputs.n) {
		cf_data_record(d, at + i, record);
		for (k = 0; few && k < d->inputs.n; k++) {
			if (!j->w->is_few[k])
				record[k] = NAN;
		}
	}
	cf_forecast_batch(f, j->records[thread], n);
	return (0);
}

static int
work_chunk(void * cookie, size_t item, size_t thread, struct cf_err * err)
{
	struct job * j = cookie;
	struct cf_eval_row * rows;
	struct cf_forecast fc;
	size_t at = j->first + item * j->step * CHUNK;
	size_t n = j->first + j->n - at;
	size_t i;
	int part;

	if (n > CHUNK)
		n = CHUNK;
	if (j->forecasters[thread] == NULL) {
		j->forecasters[thread] = cf_forecast_new(j->model, CHUNK, err);
		j->records[thread] = cf_mem_array(CHUNK *
		    (j->w->data->inputs.n + 1), sizeof(double), err);
		if (j->forecasters[thread] == NULL ||
		    j->records[thread] == NULL)
			return (-1);
	}
	if (load_chunk(j, thread, at, n, 0, err))
		return (-1);
	rows = j->w->rows + at;
	for (i = 0; i < n; i++) {
		part = (at + i) & 1;
		if (j->try)
			cf_eval_try(&rows[i], j->forecasters[thread], i,
			    j->w->data->y[at + i]);
		if (!j->score)
			continue;
		cf_forecast_mix(j->forecasters[thread], i, j->weight[part],
		    &j->calib[part], &fc);
		cf_eval_score(&rows[i], &fc, j->w->data->y[at + i]);
	}
	if (!j->score || !j->w->walk->has_few || j->oob != NULL)
		return (0);
	if (load_chunk(j, thread, at, n, 1, err))
		return (-1);
	for (i = 0; i < n; i++) {
		part = (at + i) & 1;
		cf_forecast_mix(j->forecasters[thread], i, j->weight[part],
		    &j->calib[part], &fc);
		rows[i].few_hit = cf_eval_inside(&fc, j->w->data->y[at + i]);
	}
	return (0);
}

static int
run_job(struct job * j, struct cf_err * err)
{
	size_t threads = cf_par_threads(j->w->params->threads), t;
	int rc = -1;

	j->forecasters = cf_mem_array(threads, sizeof(*j->forecasters), err);
	j->records = cf_mem_array(threads, sizeof(*j->records), err);
	if (j->forecasters != NULL && j->records != NULL)
		rc = cf_par_run((j->n + CHUNK * j->step - 1) /
		    (CHUNK * j->step), threads, work_chunk, j, err);
	for (t = 0; t < threads; t++) {
		if (j->forecasters != NULL)
			cf_forecast_free(j->forecasters[t]);
		if (j->records != NULL)
			free(j->records[t]);
	}
	free(j->forecasters);
	free(j->records);
	return (rc);
}

/* Add what the records showed to a score. */
static void
add_rows(const struct walking * w, size_t first, size_t n,
    struct cf_validate_score * s)
{
	const struct cf_data * d = w->data;
	const double * target = d->frame->values[d->target];
	const struct cf_eval_row * r;
	double x, e;
	size_t i;

	for (i = first; i < first + n; i++) {
		r = &w->rows[i];
		if (!r->scored)
			continue;
		x = target[d->row[i]];
		e = r->prediction - x;
		s->n++;
		s->pinball[CF_VALIDATE_MODEL] += r->pinball;
		s->pinball[CF_VALIDATE_SCALE] += (double)r->loss[0];
		s->crps += r->crps;
		s->winkler += r->winkler;
		s->squares += e * e;
		s->absolute += fabs(e);
		s->bias += e;
		s->hits += (uint64_t)r->hit;
		s->few_hits += (uint64_t)r->few_hit;
		s->same_sign += (r->prediction > 100.0) == (x > 100.0);
	}
}

/* Pinball loss of scale times the training quantiles of y / scale. */
static int
add_baseline(const struct walking * w, const uint32_t * rows, size_t n,
    size_t first, size_t ntest, const double * scale, double * sum,
    struct cf_err * err)
{
	const struct cf_data * d = w->data;
	struct cf_grid grid = { 0 };
	double q[CF_EVAL_QUANTILES];
	double cum[BASELINE_CELLS + 1];
	double usual = 0, s;
	double * z;
	size_t i, m = 0;

	if ((z = cf_mem_array(n, sizeof(*z), err)) == NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		s = scale != NULL ? scale[d->row[rows[i]]] : 1.0;
		if (!(s > 0))
			continue;
		usual += s;
		z[m++] = d->y[rows[i]] / s;
	}
	if (m == 0 || cf_grid_make(&grid, z, NULL, m, BASELINE_CELLS, err)) {
		free(z);
		*sum = NAN;
		return (m == 0 ? 0 : -1);
	}
	usual /= (double)m;
	for (cum[0] = 0, i = 0; i < grid.n; i++)
		cum[i + 1] = cum[i] + grid.share[i];
	for (i = 0; i < CF_EVAL_QUANTILES; i++)
		q[i] = cf_grid_quantile(&grid, cum, cf_eval_quantile(i));
	for (i = first; i < first + ntest; i++) {
		if (!w->rows[i].scored)
			continue;
		s = scale != NULL ? scale[d->row[i]] : 1.0;
		*sum += cf_eval_losses(s > 0 ? s : usual, q, d->y[i]);
	}
	cf_grid_free(&grid);
	free(z);
	return (0);
}

/* All baselines of a fold that begins at date `limit`. */
static int
add_baselines(struct walking * w, const uint32_t * rows, size_t n,
    size_t first, size_t ntest, uint32_t limit, struct cf_validate_score * s,
    struct cf_err * err)
{

	s->pinball[CF_VALIDATE_EWMA] = s->pinball[CF_VALIDATE_GARCH] = NAN;
	if (add_baseline(w, rows, n, first, ntest, NULL,
	    &s->pinball[CF_VALIDATE_UNCONDITIONAL], err))
		return (-1);
	if (w->returns == NULL)
		return (0);
	s->pinball[CF_VALIDATE_EWMA] = s->pinball[CF_VALIDATE_GARCH] = 0;
	if (add_baseline(w, rows, n, first, ntest, w->scales[CF_VALIDATE_EWMA],
	    &s->pinball[CF_VALIDATE_EWMA], err))
		return (-1);
	if (cf_baseline_garch(w->data, w->returns, limit,
	    w->scales[CF_VALIDATE_GARCH], err))
		return (-1);
	return (add_baseline(w, rows, n, first, ntest,
	    w->scales[CF_VALIDATE_GARCH], &s->pinball[CF_VALIDATE_GARCH], err));
}

static void
add_score(struct cf_validate_score * total, const struct cf_validate_score * s)
{
	size_t m;

	total->n += s->n;
	for (m = 0; m < CF_VALIDATE_METHODS; m++)
		total->pinball[m] += s->pinball[m];
	total->crps += s->crps;
	total->winkler += s->winkler;
	total->squares += s->squares;
	total->absolute += s->absolute;
	total->bias += s->bias;
	total->hits += s->hits;
	total->few_hits += s->few_hits;
	total->same_sign += s->same_sign;
}

/* Records before `end` whose outcome was known on `date`. */
static size_t
known_rows(const struct cf_data * d, size_t end, uint32_t date,
    uint32_t * rows)
{
	size_t i, n = 0;

	for (i = 0; i < end; i++) {
		if (d->known[i] <= date)
			rows[n++] = (uint32_t)i;
	}
	return (n);
}

/* One fold: dates from .. to - 1; `begin` is the first record ever tried. */
static int
walk_fold(struct walking * w, size_t begin, uint32_t from, uint32_t to,
    uint32_t * rows, struct cf_err * err)
{
	const struct cf_data * d = w->data;
	struct cf_validate_score * s = &w->walk->folds[w->walk->nfolds];
	struct job j = { .w = w, .step = 1, .try = 1, .score = 1 };
	struct cf_model * model;
	size_t n;
	int rc = -1;

	j.first = cf_data_first(d, from);
	j.n = cf_data_first(d, to) - j.first;
	n = known_rows(d, j.first, from, rows);
	if (j.n == 0 || n < CF_VALIDATE_ROWS_MIN)
		return (0);
	model = cf_fit_make(d, rows, n, w->params, (uint32_t)w->walk->nfolds,
	    NULL, err);
	if (model == NULL)
		return (-1);
	j.model = model;
	if (cf_eval_choose(w->rows + begin, w->worth + begin, j.first - begin,
	    NULL, 0, &j.weight[0], &j.calib[0], err))
		goto done;
	j.weight[1] = j.weight[0];
	j.calib[1] = j.calib[0];
	if (run_job(&j, err))
		goto done;
	s->first_date = from;
	s->last_date = to - 1;
	s->trained = n;
	s->weight = j.weight[0];
	if (add_baselines(w, rows, n, j.first, j.n, from, s, err))
		goto done;
	add_rows(w, j.first, j.n, s);
	w->walk->nfolds++;
	rc = 0;
done:
	cf_model_free(model);
	return (rc);
}

/* Scales that do not depend on the fold. */
static int
prepare_baselines(struct walking * w, struct cf_err * err)
{
	const struct cf_data * d = w->data;
	size_t rows = d->frame->rows;

	if (!d->kind->is_return ||
	    (cf_frame_find(d->frame, "stock_price") == CF_FRAME_NONE &&
	    cf_frame_find(d->frame, "log_return_1") == CF_FRAME_NONE))
		return (0);
	w->scales[CF_VALIDATE_EWMA] = cf_mem_array(rows, sizeof(double), err);
	w->scales[CF_VALIDATE_GARCH] = cf_mem_array(rows, sizeof(double), err);
	if (w->scales[CF_VALIDATE_EWMA] == NULL ||
	    w->scales[CF_VALIDATE_GARCH] == NULL ||
	    (w->returns = cf_baseline_returns(d, err)) == NULL)
		return (-1);
	return (cf_baseline_ewma(d, w->returns, w->scales[CF_VALIDATE_EWMA],
	    err));
}

int
cf_validate_forward(struct cf_validate * walk, const struct cf_data * data,
    const struct cf_fit_params * params, struct cf_err * err)
{
	struct walking w = { .data = data, .params = params, .walk = walk };
	uint32_t last, start_date, from, to, k;
	uint32_t * rows = NULL;
	size_t begin;
	int rc = -1;

	if (start(&w, err) || prepare_baselines(&w, err))
		goto done;
	if ((rows = cf_mem_array(data->n, sizeof(*rows), err)) == NULL)
		goto done;
	/* Dates behind the last known target have nothing to score. */
	last = data->n > 0 ? data->date[data->n - 1] + 1 : 0;
	start_date = last / 2;
	begin = cf_data_first(data, start_date);
	for (k = 0; k < params->folds && k < CF_VALIDATE_FOLDS_MAX; k++) {
		from = start_date + (uint32_t)((uint64_t)(last - start_date) *
		    k / params->folds);
		to = start_date + (uint32_t)((uint64_t)(last - start_date) *
		    (k + 1) / params->folds);
		/* A fold too early to train leaves its records untried. */
		if (walk->nfolds == 0)
			begin = cf_data_first(data, from);
		if (walk_fold(&w, begin, from, to, rows, err))
			goto done;
	}
	/* The first fold had none before it to choose from. */
	for (k = walk->nfolds > 1; k < walk->nfolds; k++)
		add_score(&walk->total, &walk->folds[k]);
	if (walk->nfolds > 0) {
		walk->mode = CF_VALIDATE_FORWARD;
		if (cf_eval_choose(w.rows + begin, w.worth + begin,
		    data->n - begin, NULL, 0, &walk->weight, &walk->calib,
		    err))
			goto done;
	}
	rc = 0;
done:
	free(rows);
	stop(&w);
	return (rc);
}

/* Weight and map for each half of the records, from the other half. */
static int
choose_halves(struct walking * w, struct job * j, struct cf_err * err)
{
	uint32_t * part;
	size_t i;
	int rc = -1;

	part = cf_mem_array(w->data->n, sizeof(*part), err);
	if (part == NULL)
		return (-1);
	for (i = 0; i < w->data->n; i++)
		part[i] = i & 1;
	if (cf_eval_choose(w->rows, w->worth, w->data->n, part, 0,
	    &j->weight[0], &j->calib[0], err) ||
	    cf_eval_choose(w->rows, w->worth, w->data->n, part, 1,
	    &j->weight[1], &j->calib[1], err))
		goto done;
	rc = 0;
done:
	free(part);
	return (rc);
}

int
cf_validate_out_of_bag(struct cf_validate * walk, const struct cf_data * data,
    const struct cf_model * model, const struct cf_fit_kept * kept,
    struct cf_err * err)
{
	struct walking w = { .data = data, .walk = walk };
	struct cf_fit_params params;
	struct job j = { .w = &w, .model = model, .n = data->n };
	struct cf_oob * oob = NULL;
	uint32_t * rows = NULL;
	size_t i;
	int rc = -1;

	cf_fit_defaults(&params);
	params.threads = kept->grow_params.threads;
	w.params = &params;
	if (start(&w, err))
		goto done;
	if (model->forest.n_trees == 0) {
		rc = 0;
		goto done;
	}
	oob = cf_oob_new(&kept->grow_data, &kept->grow_params, &model->forest,
	    params.threads, err);
	if (oob == NULL ||
	    (rows = cf_mem_array(data->n, sizeof(*rows), err)) == NULL)
		goto done;
	for (i = 0; i < data->n; i++)
		rows[i] = (uint32_t)i;
	j.oob = oob;
	j.step = (data->n + OUT_OF_BAG_MAX - 1) / OUT_OF_BAG_MAX;
	j.try = 1;
	if (run_job(&j, err) || choose_halves(&w, &j, err))
		goto done;
	j.try = 0;
	j.score = 1;
	if (run_job(&j, err))
		goto done;
	walk->mode = CF_VALIDATE_OUT_OF_BAG;
	walk->total.trained = data->n;
	walk->total.weight = 0.5 * (j.weight[0] + j.weight[1]);
	walk->total.pinball[CF_VALIDATE_EWMA] = NAN;
	walk->total.pinball[CF_VALIDATE_GARCH] = NAN;
	if (add_baseline(&w, rows, data->n, 0, data->n, NULL,
	    &walk->total.pinball[CF_VALIDATE_UNCONDITIONAL], err))
		goto done;
	add_rows(&w, 0, data->n, &walk->total);
	walk->has_few = 0;
	if (cf_eval_choose(w.rows, w.worth, data->n, NULL, 0, &walk->weight,
	    &walk->calib, err))
		goto done;
	rc = 0;
done:
	free(rows);
	cf_oob_free(oob);
	stop(&w);
	return (rc);
}

double
cf_validate_skill(const struct cf_validate_score * s)
{
	double best = s->pinball[CF_VALIDATE_UNCONDITIONAL];

	if (s->n == 0)
		return (NAN);
	if (s->pinball[CF_VALIDATE_EWMA] < best)
		best = s->pinball[CF_VALIDATE_EWMA];
	if (s->pinball[CF_VALIDATE_GARCH] < best)
		best = s->pinball[CF_VALIDATE_GARCH];
	return (1.0 - s->pinball[CF_VALIDATE_MODEL] / best);
}
