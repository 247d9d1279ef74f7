#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "forest/oob.h"
#include "model/eval.h"
#include "model/fold.h"
#include "model/rival.h"
#include "model/validate.h"

#define CHUNK 512		/* Records forecast at a time. */
#define OUT_OF_BAG_MAX 32768	/* Records forecast out of bag, at most. */

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
	struct cf_rival rival;
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

static void
stop(struct walking * w)
{

	cf_rival_free(&w->rival);
	free(w->rows);
	free(w->worth);
	free(w->is_few);
}

static int
start(struct walking * w, struct cf_err * err)
{
	const struct cf_data * d = w->data;
	struct cf_backtest * backtest = w->walk->backtest;
	const int wants_paths = w->walk->wants_paths;
	size_t i, k;

	memset(w->walk, 0, sizeof(*w->walk));
	w->walk->backtest = backtest;
	w->walk->wants_paths = wants_paths;
	cf_calib_identity(&w->walk->calib);
	w->rows = cf_mem_array(d->n, sizeof(*w->rows), err);
	w->worth = cf_mem_array(d->n, sizeof(*w->worth), err);
	w->is_few = cf_mem_array(d->inputs.n, 1, err);
	if (w->rows == NULL || w->worth == NULL || w->is_few == NULL)
		return (-1);
	cf_tally_worth(d, w->worth);
	for (i = 0; d->kind->is_return && i < d->inputs.n; i++) {
		for (k = 0; k < sizeof(few_fields) / sizeof(few_fields[0]);
		    k++)
			w->is_few[i] |= strcmp(d->inputs.items[i].name,
			    few_fields[k]) == 0;
		w->walk->has_few |= w->is_few[i];
	}
	return (cf_rival_start(&w->rival, d, err));
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
		if (j->w->params->walked != NULL)
			cf_walked_set(j->w->params->walked, at + i, &fc);
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

/* Records first .. first + n - 1, to choose from. */
static struct cf_eval_set
records(const struct walking * w, size_t first, size_t n)
{
	const struct cf_data * d = w->data;
	const struct cf_eval_set set = {
		.rows = w->rows + first,
		.worth = w->worth + first,
		.date = d->date != NULL ? d->date + first : NULL,
		.n = n,
		.horizon = d->date != NULL ? (uint32_t)d->horizon : 0,
		.symmetric = d->kind->is_symmetric,
	};

	return (set);
}

/*
 * Weight and map for a fold, from the records tried before it (`begin` is the
 * first) whose outcome was known on its first date.
 */
static int
choose_known(const struct walking * w, const struct cf_fold * fold,
    size_t begin, struct job * j, struct cf_err * err)
{
	struct cf_eval_set set = records(w, begin, fold->first - begin);
	uint32_t * late;
	size_t i;
	int rc;

	if ((late = cf_mem_array(set.n, sizeof(*late), err)) == NULL)
		return (-1);
	for (i = 0; i < set.n; i++)
		late[i] = w->data->known[begin + i] > fold->from;
	set.part = late;
	set.skip = 1;
	rc = cf_eval_choose(&set, &j->weight[0], &j->calib[0], err);
	j->weight[1] = j->weight[0];
	j->calib[1] = j->calib[0];
	free(late);
	return (rc);
}

/* One fold; `begin` is the first record ever tried. */
static int
walk_fold(struct walking * w, const struct cf_fold * fold, size_t begin,
    struct cf_err * err)
{
	const struct cf_data * d = w->data;
	struct cf_tally * t = &w->walk->folds[w->walk->nfolds];
	struct job j = { .w = w, .first = fold->first, .n = fold->n,
	    .step = 1, .try = 1, .score = 1 };
	struct cf_model * model;
	int rc = -1;

	model = cf_fit_make(d, fold->train, fold->ntrain, w->params,
	    (uint32_t)w->walk->nfolds, NULL, err);
	if (model == NULL)
		return (-1);
	j.model = model;
	if (choose_known(w, fold, begin, &j, err) || run_job(&j, err))
		goto done;
	t->first_date = fold->from;
	t->last_date = fold->to - 1;
	t->trained = fold->ntrain;
	t->weight = j.weight[0];
	if (cf_rival_score(&w->rival, fold->train, fold->ntrain, w->rows,
	    fold->first, fold->n, fold->from, t, err) ||
	    cf_tally_rows(t, d, w->rows, w->worth, fold->first, fold->n, err))
		goto done;
	/* The first fold had none before it to choose from. */
	if (w->walk->backtest != NULL && w->walk->nfolds > 0)
		cf_backtest_add(w->walk->backtest, d, &w->rival, w->rows,
		    fold->first, fold->n);
	w->walk->nfolds++;
	rc = 0;
done:
	cf_model_free(model);
	return (rc);
}

int
cf_validate_forward(struct cf_validate * walk, const struct cf_data * data,
    const struct cf_fit_params * params, struct cf_err * err)
{
	struct walking w = { .data = data, .params = params, .walk = walk };
	struct cf_folds folds = { 0 };
	struct cf_eval_set set;
	size_t begin = 0, k;
	int rc = -1;

	if (start(&w, err) || cf_fold_plan(&folds, data, params->folds, err) ||
	    (params->walked != NULL && cf_walked_begin(params->walked, data->n,
	    err)))
		goto done;
	if (folds.n > 0)
		begin = folds.items[0].first;
	for (k = 0; k < folds.n; k++) {
		if (walk_fold(&w, &folds.items[k], begin, err))
			goto done;
	}
	if (params->walked != NULL && folds.n > 1)
		cf_walked_drop(params->walked, folds.items[0].first,
		    folds.items[0].n);
	/* The first fold had none before it to choose from. */
	for (k = walk->nfolds > 1; k < walk->nfolds; k++)
		cf_tally_add(&walk->total, &walk->folds[k]);
	if (walk->nfolds > 0) {
		walk->mode = CF_VALIDATE_FORWARD;
		set = records(&w, begin, data->n - begin);
		if (cf_eval_choose(&set, &walk->weight, &walk->calib, err))
			goto done;
	}
	if (walk->wants_paths && folds.n > 0) {
		begin = folds.items[folds.n > 1].first;
		if (cf_paths_make(&walk->paths, data, w.rows, begin,
		    data->n - begin, err))
			goto done;
	}
	rc = 0;
done:
	cf_fold_free(&folds);
	stop(&w);
	return (rc);
}

/* Weight and map for each half of the records, from the other half. */
static int
choose_halves(struct walking * w, struct job * j, struct cf_err * err)
{
	struct cf_eval_set set = records(w, 0, w->data->n);
	uint32_t * part;
	size_t i;
	int rc = 0;

	part = cf_mem_array(w->data->n, sizeof(*part), err);
	if (part == NULL)
		return (-1);
	for (i = 0; i < w->data->n; i++)
		part[i] = i & 1;
	set.part = part;
	for (set.skip = 0; rc == 0 && set.skip < 2; set.skip++)
		rc = cf_eval_choose(&set, &j->weight[set.skip],
		    &j->calib[set.skip], err);
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
	struct cf_eval_set set;
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
	j.step = 1 + (data->n - 1) / OUT_OF_BAG_MAX;
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
	if (cf_rival_score(&w.rival, rows, data->n, w.rows, 0, data->n, 0,
	    &walk->total, err) || cf_tally_rows(&walk->total, data, w.rows,
	    w.worth, 0, data->n, err))
		goto done;
	walk->has_few = 0;
	set = records(&w, 0, data->n);
	if (cf_eval_choose(&set, &walk->weight, &walk->calib, err))
		goto done;
	rc = 0;
done:
	free(rows);
	cf_oob_free(oob);
	stop(&w);
	return (rc);
}
