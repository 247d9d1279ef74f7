#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/eval.h"
#include "score/score.h"

#define LEVEL 0.9		/* Of the interval that is scored. */

static const double quantiles[CF_EVAL_QUANTILES] = { 0.05, 0.1, 0.25, 0.5,
    0.75, 0.9, 0.95 };

double
cf_eval_quantile(size_t i)
{

	return (quantiles[i]);
}

double
cf_eval_weight(size_t i)
{

	return ((double)i / (CF_EVAL_WEIGHTS - 1));
}

double
cf_eval_losses(double scale, const double * q, double y)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < CF_EVAL_QUANTILES; i++)
		sum += cf_score_pinball(quantiles[i], scale * q[i], y);
	return (sum / CF_EVAL_QUANTILES);
}

static double
loss_of(const struct cf_forecast * fc, double y)
{
	double q[CF_EVAL_QUANTILES];
	size_t i;

	for (i = 0; i < CF_EVAL_QUANTILES; i++)
		q[i] = cf_forecast_z(fc, quantiles[i]);
	return (cf_eval_losses(fc->scale, q, y));
}

void
cf_eval_try(struct cf_eval_row * row, struct cf_forecaster * forecaster,
    size_t k, double y)
{
	struct cf_forecast fc;
	size_t i;

	row->tried = 1;
	for (i = 0; i < CF_EVAL_WEIGHTS; i++) {
		cf_forecast_mix(forecaster, k, cf_eval_weight(i), NULL, &fc);
		row->loss[i] = (float)loss_of(&fc, y);
		row->pit[i] = (float)cf_forecast_pit(&fc, y / fc.scale);
	}
}

int
cf_eval_inside(const struct cf_forecast * fc, double y)
{
	double z = y / fc->scale;

	return (z >= cf_forecast_z(fc, 0.5 - LEVEL / 2) &&
	    z <= cf_forecast_z(fc, 0.5 + LEVEL / 2));
}

void
cf_eval_score(struct cf_eval_row * row, const struct cf_forecast * fc,
    double y)
{
	double low = fc->scale * cf_forecast_z(fc, 0.5 - LEVEL / 2);
	double high = fc->scale * cf_forecast_z(fc, 0.5 + LEVEL / 2);

	row->scored = 1;
	row->pinball = loss_of(fc, y);
	row->crps = fc->scale * cf_grid_crps(&fc->model->grid,
	    cf_forecast_law(fc), y / fc->scale);
	row->winkler = cf_score_winkler(LEVEL, low, high, y);
	row->prediction = cf_forecast_mean(fc);
	row->median = cf_forecast_quantile(fc, 0.5);
	row->final_pit = cf_forecast_pit(fc, y / fc->scale);
	row->hit = cf_eval_inside(fc, y);
}

static int
counts(const struct cf_eval_set * set, size_t i)
{

	return (set->rows[i].tried &&
	    (set->part == NULL || set->part[i] != set->skip));
}

/* Gains of the candidates over weight 0. */
struct gains {
	double sum[CF_EVAL_WEIGHTS];
	double squares[CF_EVAL_WEIGHTS];	/* Of the blocks' sums. */
	double block[CF_EVAL_WEIGHTS];		/* The one under way. */
	size_t blocks;
};

static void
end_block(struct gains * g)
{
	size_t k;

	for (k = 0; k < CF_EVAL_WEIGHTS; k++) {
		g->sum[k] += g->block[k];
		g->squares[k] += g->block[k] * g->block[k];
		g->block[k] = 0;
	}
	g->blocks++;
}

static uint32_t
date_of(const struct cf_eval_set * set, size_t i)
{

	return (set->date != NULL ? set->date[i] : (uint32_t)i);
}

/* Dates of a block. */
static uint32_t
block_length(const struct cf_eval_set * set)
{
	size_t first = 0, last = set->n;
	uint32_t length;

	while (first < set->n && !counts(set, first))
		first++;
	while (last > first && !counts(set, last - 1))
		last--;
	if (last == first)
		return (1);
	length = (date_of(set, last - 1) - date_of(set, first) + 1) /
	    CF_EVAL_BLOCKS;
	if (length > CF_EVAL_BLOCK_DATES)
		length = CF_EVAL_BLOCK_DATES;
	if (length < set->horizon)
		length = set->horizon;
	return (length > 0 ? length : 1);
}

static void
add_gains(const struct cf_eval_set * set, struct gains * g)
{
	const uint32_t length = block_length(set);
	const float * loss;
	uint32_t block, last = 0;
	size_t i, k;
	int begun = 0;

	for (i = 0; i < set->n; i++) {
		if (!counts(set, i))
			continue;
		block = date_of(set, i) / length;
		if (begun && block != last)
			end_block(g);
		begun = 1;
		last = block;
		loss = set->rows[i].loss;
		for (k = 1; k < CF_EVAL_WEIGHTS; k++)
			g->block[k] += (double)loss[0] - (double)loss[k];
	}
	if (begun)
		end_block(g);
}

/* The candidate of the greatest gain, if that is more than chance. */
static size_t
best_candidate(const struct cf_eval_set * set)
{
	struct gains g = { .blocks = 0 };
	double n, spread;
	size_t best = 0, k;

	add_gains(set, &g);
	for (k = 1; k < CF_EVAL_WEIGHTS; k++) {
		if (g.sum[k] > g.sum[best])
			best = k;
	}
	if (g.blocks < 2)
		return (0);
	n = (double)g.blocks;
	spread = g.squares[best] - g.sum[best] * g.sum[best] / n;
	/* The variance of a sum of n blocks is n times that of one. */
	if (g.sum[best] * g.sum[best] <= n / (n - 1) * spread)
		return (0);
	return (best);
}

int
cf_eval_choose(const struct cf_eval_set * set, double * weight,
    struct cf_calib * calib, struct cf_err * err)
{
	const size_t best = best_candidate(set);
	double * pit;
	double * worth;
	size_t i, m = 0;
	int rc = -1;

	*weight = cf_eval_weight(best);
	cf_calib_identity(calib);
	pit = cf_mem_array(2 * set->n, sizeof(*pit), err);
	worth = cf_mem_array(2 * set->n, sizeof(*worth), err);
	if (pit == NULL || worth == NULL)
		goto done;
	for (i = 0; i < set->n; i++) {
		if (!counts(set, i))
			continue;
		pit[m] = (double)set->rows[i].pit[best];
		worth[m++] = set->worth[i];
		if (!set->symmetric)
			continue;
		/* Each transform counts half for either side. */
		worth[m - 1] *= 0.5;
		pit[m] = 1.0 - pit[m - 1];
		worth[m] = worth[m - 1];
		m++;
	}
	cf_calib_fit(calib, pit, worth, m);
	rc = 0;
done:
	free(pit);
	free(worth);
	return (rc);
}
