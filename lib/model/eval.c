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
	row->final_pit = cf_forecast_pit(fc, y / fc->scale);
	row->hit = cf_eval_inside(fc, y);
}

static int
counts(const struct cf_eval_row * row, const uint32_t * part, uint32_t skip,
    size_t i)
{

	return (row->tried && (part == NULL || part[i] != skip));
}

int
cf_eval_choose(const struct cf_eval_row * rows, const double * worth,
    size_t n, const uint32_t * part, uint32_t skip, double * weight,
    struct cf_calib * calib, struct cf_err * err)
{
	double total[CF_EVAL_WEIGHTS] = { 0 };
	double * pit;
	double * w;
	size_t best = 0, i, k, m = 0;

	*weight = 0;
	cf_calib_identity(calib);
	pit = cf_mem_array(n, sizeof(*pit), err);
	w = cf_mem_array(n, sizeof(*w), err);
	if (pit == NULL || w == NULL) {
		free(pit);
		free(w);
		return (-1);
	}
	for (i = 0; i < n; i++) {
		if (!counts(&rows[i], part, skip, i))
			continue;
		for (k = 0; k < CF_EVAL_WEIGHTS; k++)
			total[k] += (double)rows[i].loss[k];
	}
	for (k = 1; k < CF_EVAL_WEIGHTS; k++) {
		if (total[k] < total[best])
			best = k;
	}
	for (i = 0; i < n; i++) {
		if (!counts(&rows[i], part, skip, i))
			continue;
		pit[m] = (double)rows[i].pit[best];
		w[m++] = worth[i];
	}
	*weight = cf_eval_weight(best);
	cf_calib_fit(calib, pit, w, m);
	free(pit);
	free(w);
	return (0);
}
