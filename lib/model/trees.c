#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "forest/oob.h"
#include "model/fold.h"
#include "model/trees.h"

#define CHUNK 512		/* Records forecast at a time. */
#define RECORDS_MAX 32768	/* Judged from, at most; evenly spread. */

/* One half of the trees: what its trees, and how many, say of a record. */
struct half {
	double * mean;
	uint32_t * trees;
};

struct pilot {
	const struct cf_data * data;
	struct cf_fit_params params;
	const uint32_t * rows;
	size_t n;
	size_t step;		/* Every step-th chunk; 1: all. */
	double * z;		/* What the forest learned. */
	struct half half[2];
};

/* Out-of-bag forecasts of the chunks. */
static int
forecast(const struct pilot * p, const struct cf_model * model,
    const struct cf_fit_kept * kept, struct half * half, struct cf_err * err)
{
	struct cf_oob * oob;
	size_t at, n;
	int rc = 0;

	if (model->forest.n_trees == 0)
		return (0);
	oob = cf_oob_new(&kept->grow_data, &kept->grow_params, &model->forest,
	    p->params.threads, err);
	if (oob == NULL)
		return (-1);
	for (at = 0; rc == 0 && at < p->n; at += p->step * CHUNK) {
		n = p->n - at < CHUNK ? p->n - at : CHUNK;
		rc = cf_oob_predict(oob, at, n, 0, NULL, half->mean + at,
		    NULL, half->trees + at, err);
	}
	cf_oob_free(oob);
	return (rc);
}

/* Grow every other tree, from the first or the second on. */
static int
grow_half(struct pilot * p, uint32_t which, struct cf_err * err)
{
	struct cf_fit_kept kept = { 0 };
	struct cf_model * model;
	struct half * half = &p->half[which];
	int rc = -1;

	half->mean = cf_mem_array(p->n, sizeof(*half->mean), err);
	half->trees = cf_mem_array(p->n, sizeof(*half->trees), err);
	if (half->mean == NULL || half->trees == NULL)
		return (-1);
	p->params.shard = which + 1;
	model = cf_fit_make(p->data, p->rows, p->n, &p->params, CF_FIT_FINAL,
	    &kept, err);
	if (model != NULL)
		rc = forecast(p, model, &kept, half, err);
	if (which == 0) {
		p->z = kept.z;
		kept.z = NULL;
	}
	cf_model_free(model);
	cf_fit_kept_free(&kept);
	return (rc);
}

/* Estimate spread and error from the records that both halves forecast. */
static void
estimate(const struct pilot * p, struct cf_trees * chosen)
{
	const struct half * a = &p->half[0];
	const struct half * b = &p->half[1];
	double spread = 0, error = 0, na, nb, s, d;
	size_t i, n = 0;

	for (i = 0; i < p->n; i++) {
		if (a->trees[i] == 0 || b->trees[i] == 0)
			continue;
		na = a->trees[i];
		nb = b->trees[i];
		d = a->mean[i] - b->mean[i];
		s = d * d / (1 / na + 1 / nb);
		d = p->z[i] - (na * a->mean[i] + nb * b->mean[i]) / (na + nb);
		spread += s;
		error += d * d - s / (na + nb);
		n++;
	}
	chosen->spread = n > 0 ? spread / (double)n : (double)NAN;
	chosen->error = n > 0 ? error / (double)n : (double)NAN;
}

uint32_t
cf_trees_number(double spread, double error, double * needed)
{

	*needed = NAN;
	if (isnan(spread) || isnan(error))
		return (CF_TREES_MOST);
	/* All trees say the same; or they alone are what is wrong. */
	if (!(spread > 0))
		*needed = 1;
	else
		*needed = error > 0 ? ceil(spread / (CF_TREES_EXCESS * error)) :
		    (double)INFINITY;
	if (*needed < CF_TREES_LEAST)
		return (CF_TREES_LEAST);
	return (*needed < CF_TREES_MOST ? (uint32_t)*needed : CF_TREES_MOST);
}

/* Grow both halves from ${rows} and judge. */
static int
judge(struct pilot * p, struct cf_trees * chosen, struct cf_err * err)
{
	uint32_t k;
	int rc = 0;

	p->step = 1 + p->n / RECORDS_MAX;
	for (k = 0; rc == 0 && k < 2; k++)
		rc = grow_half(p, k, err);
	if (rc == 0) {
		estimate(p, chosen);
		chosen->trees = cf_trees_number(chosen->spread, chosen->error,
		    &chosen->needed);
	}
	for (k = 0; k < 2; k++) {
		free(p->half[k].mean);
		free(p->half[k].trees);
	}
	free(p->z);
	return (rc);
}

int
cf_trees_choose(const struct cf_data * d, const struct cf_fit_params * params,
    struct cf_trees * chosen, struct cf_err * err)
{
	struct pilot p = { .data = d, .params = *params };
	struct cf_folds folds = { 0 };
	uint32_t * all = NULL;
	size_t i;
	int rc = -1;

	memset(chosen, 0, sizeof(*chosen));
	p.params.trees = CF_TREES_PILOT;
	p.params.shards = 2;
	p.params.grown = NULL;
	if (d->date != NULL && cf_fold_plan(&folds, d, params->folds, err))
		goto done;
	if (folds.n > 0) {
		p.rows = folds.items[0].train;
		p.n = folds.items[0].ntrain;
	} else {
		if ((all = cf_mem_array(d->n, sizeof(*all), err)) == NULL)
			goto done;
		for (i = 0; i < d->n; i++)
			all[i] = (uint32_t)i;
		p.rows = all;
		p.n = d->n;
	}
	rc = judge(&p, chosen, err);
done:
	free(all);
	cf_fold_free(&folds);
	return (rc);
}

int
cf_trees_settle(const struct cf_data * data, struct cf_fit_params * params,
    struct cf_trees * chosen, struct cf_err * err)
{

	if (params->trees == 0)
		params->trees = data->kind->trees;
	if (params->trees > 0)
		return (0);
	if (cf_trees_choose(data, params, chosen, err))
		return (-1);
	params->trees = chosen->trees;
	return (1);
}
