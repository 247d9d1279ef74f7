#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "model/fit.h"

struct fitting {
	const struct cf_data * data;
	const uint32_t * rows;
	size_t n;
	struct cf_model * model;
	double * y;		/* [n] */
	double * scale;		/* [n] */
	struct cf_fit_kept kept;
};

void
cf_fit_defaults(struct cf_fit_params * params)
{

	memset(params, 0, sizeof(*params));
	params->trees = 500;
	params->sample_fraction = 1.0;
	params->seed = 1;
	params->folds = 5;
}

void
cf_fit_resolve(struct cf_fit_params * p, const struct cf_kind * kind,
    size_t n, int dated)
{
	uint32_t share = (uint32_t)(kind->min_leaf_share * (double)n);

	if (p->min_leaf == 0)
		p->min_leaf = share > kind->min_leaf ? share : kind->min_leaf;
	if (p->min_leaf_dates == 0)
		p->min_leaf_dates = kind->min_leaf_dates;
	if (!dated)
		p->min_leaf_dates = 0;
}

/* Fit the scale model to the records' volatilities; set each one's scale. */
static int
fit_scale(struct fitting * f, struct cf_err * err)
{
	const struct cf_inputs * in = &f->data->inputs;
	struct cf_scale_cache cache = { 0 };
	double record_logs[CF_SCALE_INPUTS_MAX];
	double * logs[CF_SCALE_INPUTS_MAX] = { NULL };
	const double * column;
	double v;
	size_t i, k;
	int rc = -1;

	for (k = 0; k < in->nlogs; k++) {
		if ((logs[k] = cf_mem_array(f->n, sizeof(**logs), err)) ==
		    NULL)
			goto done;
		column = f->data->frame->values[
		    f->data->column[in->log_of[k]]];
		for (i = 0; i < f->n; i++) {
			v = column[f->data->row[f->rows[i]]];
			logs[k][i] = v > 0 ? log(v) : (double)NAN;
		}
	}
	if (cf_scale_fit(&f->model->scale, (const double * const *)logs,
	    in->nlogs, f->y, f->kept.weight, f->n, err))
		goto done;
	for (i = 0; i < f->n; i++) {
		for (k = 0; k < in->nlogs; k++)
			record_logs[k] = logs[k][i];
		f->scale[i] = cf_scale_of(&f->model->scale, &cache,
		    record_logs);
	}
	rc = 0;
done:
	for (k = 0; k < in->nlogs; k++)
		free(logs[k]);
	return (rc);
}

/* Grid and cells of z = y / scale. */
static int
fit_grid(struct fitting * f, struct cf_err * err)
{
	struct cf_fit_kept * k = &f->kept;
	size_t i;

	k->z = cf_mem_array(f->n, sizeof(*k->z), err);
	k->cell = cf_mem_array(f->n, sizeof(*k->cell), err);
	if (k->z == NULL || k->cell == NULL)
		return (-1);
	for (i = 0; i < f->n; i++)
		k->z[i] = f->y[i] / f->scale[i];
	if (cf_grid_make(&f->model->grid, k->z, k->weight, f->n,
	    f->data->kind->cells, err))
		return (-1);
	for (i = 0; i < f->n; i++)
		k->cell[i] = (uint16_t)cf_grid_cell(&f->model->grid, k->z[i]);
	return (0);
}

/*
 * What the trees see, by columns, and its bins.  The columns are one piece of
 * memory, which goes back to the system before trees are grown.
 */
static int
fit_bins(struct fitting * f, size_t threads, struct cf_err * err)
{
	const struct cf_inputs * in = &f->data->inputs;
	const double ** columns;
	double * values;
	double * record;
	double * derived;
	size_t i, j;
	int rc = -1;

	record = cf_mem_array(in->n, sizeof(*record), err);
	derived = cf_mem_array(in->nderived, sizeof(*derived), err);
	columns = cf_mem_array(in->nderived, sizeof(*columns), err);
	values = cf_mem_array(f->n, in->nderived * sizeof(*values), err);
	if (record == NULL || derived == NULL || columns == NULL ||
	    values == NULL)
		goto done;
	for (i = 0; i < f->n; i++) {
		cf_data_record(f->data, f->rows[i], record);
		cf_inputs_derive(in, record, f->scale[i], derived);
		for (j = 0; j < in->nderived; j++)
			values[j * f->n + i] = derived[j];
	}
	for (j = 0; j < in->nderived; j++)
		columns[j] = values + j * f->n;
	f->kept.bins = cf_bins_new(columns, in->nderived, f->n, CF_BINS_MAX,
	    threads, err);
	rc = f->kept.bins != NULL ? 0 : -1;
done:
	free(values);
	free(columns);
	free(derived);
	free(record);
	return (rc);
}

/* Blocks are dates, counted without gaps. */
static int
fit_blocks(struct fitting * f, struct cf_grow_data * g, struct cf_err * err)
{
	const uint32_t * date = f->data->date;
	size_t i;

	if (date == NULL)
		return (0);
	f->kept.block = cf_mem_array(f->n, sizeof(*f->kept.block), err);
	if (f->kept.block == NULL)
		return (-1);
	for (i = 0; i < f->n; i++) {
		if (i > 0 && date[f->rows[i]] != date[f->rows[i - 1]])
			g->n_blocks++;
		f->kept.block[i] = g->n_blocks;
	}
	g->n_blocks++;
	g->block = f->kept.block;
	return (0);
}

static void
grow_params(const struct fitting * f, const struct cf_fit_params * p,
    uint32_t fold, struct cf_grow_params * g)
{
	struct cf_fit_params r = *p;

	cf_fit_resolve(&r, f->data->kind, f->n, f->data->date != NULL);
	cf_grow_defaults(g);
	g->trees = p->trees;
	if (fold != CF_FIT_FINAL)
		g->trees = (uint32_t)ceil(f->data->kind->fold_trees *
		    (double)p->trees);
	g->mtry = p->mtry;
	g->min_leaf = r.min_leaf;
	g->min_node = p->min_node;
	g->min_leaf_blocks = r.min_leaf_dates;
	g->max_depth = p->max_depth;
	g->sample_fraction = p->sample_fraction;
	g->extra_trees = p->extra_trees;
	g->seed = p->seed;
	if (p->shards > 0) {
		g->first_tree = p->shard - 1;
		g->tree_step = p->shards;
	}
	g->threads = p->threads;
	g->progress = p->progress;
	g->progress_cookie = p->progress_cookie;
	if (fold != CF_FIT_FINAL) {
		g->purpose = CF_RNG_FOLD_TREE;
		g->index_base = (uint64_t)fold << 32;
	}
}

static int
fit_forest(struct fitting * f, const struct cf_fit_params * p, uint32_t fold,
    struct cf_err * err)
{
	struct cf_grow_data * g = &f->kept.grow_data;

	g->bins = f->kept.bins;
	g->target = f->kept.z;
	g->cell = f->kept.cell;
	g->n_cells = (uint32_t)f->model->grid.n;
	g->weight = f->kept.weight;
	grow_params(f, p, fold, &f->kept.grow_params);
	if (f->data->inputs.nderived == 0 || p->trees == 0)
		return (0);
	if (fit_blocks(f, g, err))
		return (-1);
	if (p->shards > 0 && p->shard > f->kept.grow_params.trees)
		return (0);
	if (p->grown != NULL ? cf_shard_forest(p->grown, fold,
	    &f->model->image, err) : cf_grow_forest(g, &f->kept.grow_params,
	    &f->model->image, err))
		return (-1);
	return (cf_forest_open(&f->model->forest, f->model->image.data,
	    f->model->image.len, err));
}

/* Older records weigh less, by their age at the newest one's date. */
static int
fit_weights(struct fitting * f, double half_life_days, struct cf_err * err)
{
	const struct cf_data * d = f->data;
	int64_t newest;
	double age_days;
	size_t i;

	if (!(half_life_days > 0) || d->date == NULL)
		return (0);
	f->kept.weight = cf_mem_array(f->n, sizeof(*f->kept.weight), err);
	if (f->kept.weight == NULL)
		return (-1);
	newest = d->date_s[d->date[f->rows[f->n - 1]]];
	for (i = 0; i < f->n; i++) {
		age_days = (double)(newest - d->date_s[d->date[f->rows[i]]]) /
		    CF_DAY_S;
		f->kept.weight[i] = exp2(-age_days / half_life_days);
	}
	return (0);
}

static int
fit_all(struct fitting * f, const struct cf_fit_params * p, uint32_t fold,
    struct cf_err * err)
{
	size_t i;

	f->y = cf_mem_array(f->n, sizeof(*f->y), err);
	f->scale = cf_mem_array(f->n, sizeof(*f->scale), err);
	if (f->y == NULL || f->scale == NULL)
		return (-1);
	for (i = 0; i < f->n; i++) {
		f->y[i] = f->data->y[f->rows[i]];
		f->scale[i] = 1.0;
	}
	if (fit_weights(f, p->half_life_days, err))
		return (-1);
	if (f->data->kind->is_return && fit_scale(f, err))
		return (-1);
	if (fit_grid(f, err) || fit_bins(f, p->threads, err))
		return (-1);
	return (fit_forest(f, p, fold, err));
}

struct cf_model *
cf_fit_make(const struct cf_data * data, const uint32_t * rows, size_t n,
    const struct cf_fit_params * params, uint32_t fold,
    struct cf_fit_kept * kept, struct cf_err * err)
{
	struct fitting f = { .data = data, .rows = rows, .n = n };
	int rc;

	if (n < 2) {
		cf_err_data(err, NULL, NULL, 0,
		    "too few records with a known target: %zu", n);
		return (NULL);
	}
	if ((f.model = cf_mem_array(1, sizeof(*f.model), err)) == NULL)
		return (NULL);
	f.model->kind = data->kind;
	f.model->horizon = data->horizon;
	f.model->target = data->target_name;
	f.model->inputs = data->inputs;
	f.model->shares_inputs = 1;
	cf_calib_identity(&f.model->calib);

	rc = fit_all(&f, params, fold, err);
	free(f.scale);
	free(f.y);
	if (rc || kept == NULL)
		cf_fit_kept_free(&f.kept);
	else
		*kept = f.kept;
	if (rc) {
		cf_model_free(f.model);
		return (NULL);
	}
	return (f.model);
}

void
cf_fit_kept_free(struct cf_fit_kept * kept)
{

	cf_bins_free(kept->bins);
	free(kept->cell);
	free(kept->z);
	free(kept->block);
	free(kept->weight);
	memset(kept, 0, sizeof(*kept));
}
