#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/baseline.h"
#include "model/rival.h"

#define CELLS 256		/* Of the empirical distributions. */

/* The records that are scored, and those that train. */
struct contest {
	const struct cf_data * data;
	const uint32_t * train;
	size_t ntrain;
	const struct cf_eval_row * rows;
	size_t first;
	size_t n;
};

/* Rivals of accounts: where they are, and whose loss it is. */
static const struct {
	const char * column;
	enum cf_tally_method method;
} points[CF_RIVAL_POINTS] = {
	{ "same_weekday_1", CF_TALLY_SEASONAL },
	{ "weekday_mean_8", CF_TALLY_WEEKDAY },
	{ "theta", CF_TALLY_THETA },
};

/* The columns of a kind with a unit. */
static int
find_points(struct cf_rival * r, struct cf_err * err)
{
	const struct cf_frame * f = r->data->frame;
	size_t k, column;

	for (k = 0; k < CF_RIVAL_POINTS; k++) {
		column = cf_frame_find(f, points[k].column);
		if (column == CF_FRAME_NONE)
			continue;
		r->point[k] = f->values[column];
		r->loss[k] = cf_mem_array(r->data->n, sizeof(*r->loss[k]),
		    err);
		if (r->loss[k] == NULL)
			return (-1);
	}
	return (0);
}

int
cf_rival_start(struct cf_rival * r, const struct cf_data * d,
    struct cf_err * err)
{

	memset(r, 0, sizeof(*r));
	r->data = d;
	if (d->kind->has_unit)
		return (find_points(r, err));
	if (!d->kind->is_return || d->date == NULL ||
	    (cf_frame_find(d->frame, "stock_price") == CF_FRAME_NONE &&
	    cf_frame_find(d->frame, "log_return_1") == CF_FRAME_NONE))
		return (0);
	r->ewma = cf_mem_array(d->frame->rows, sizeof(*r->ewma), err);
	r->garch = cf_mem_array(d->frame->rows, sizeof(*r->garch), err);
	if (r->ewma == NULL || r->garch == NULL ||
	    (r->returns = cf_baseline_returns(d, err)) == NULL)
		return (-1);
	return (cf_baseline_ewma(d, r->returns, r->ewma, err));
}

/* The quantiles of m numbers. */
static int
quantiles_of(const double * x, size_t m, double * q, struct cf_err * err)
{
	struct cf_grid grid = { 0 };
	double cum[CELLS + 1];
	size_t i;

	if (cf_grid_make(&grid, x, NULL, m, CELLS, err))
		return (-1);
	for (cum[0] = 0, i = 0; i < grid.n; i++)
		cum[i + 1] = cum[i] + grid.share[i];
	for (i = 0; i < CF_EVAL_QUANTILES; i++)
		q[i] = cf_grid_quantile(&grid, cum, cf_eval_quantile(i));
	cf_grid_free(&grid);
	return (0);
}

/* The quantiles of y / scale in training, and the usual scale there. */
static int
train_quantiles(const struct contest * c, const double * scale, double * q,
    double * usual, struct cf_err * err)
{
	const struct cf_data * d = c->data;
	double * z;
	double s;
	size_t i, m = 0;
	int rc = -1;

	*usual = 0;
	if ((z = cf_mem_array(c->ntrain, sizeof(*z), err)) == NULL)
		return (-1);
	for (i = 0; i < c->ntrain; i++) {
		s = scale != NULL ? scale[d->row[c->train[i]]] : 1.0;
		if (!(s > 0))
			continue;
		*usual += s;
		z[m++] = d->y[c->train[i]] / s;
	}
	if (m == 0) {
		*usual = NAN;
		rc = 0;
		goto done;
	}
	*usual /= (double)m;
	if (quantiles_of(z, m, q, err))
		goto done;
	rc = 0;
done:
	free(z);
	return (rc);
}

/* Pinball loss of scale times the training quantiles of y / scale. */
static int
score(const struct contest * c, const double * scale, double * sum,
    struct cf_err * err)
{
	const struct cf_data * d = c->data;
	double q[CF_EVAL_QUANTILES] = { 0 };
	double usual, s;
	size_t i;

	if (train_quantiles(c, scale, q, &usual, err))
		return (-1);
	*sum = isfinite(usual) ? 0.0 : (double)NAN;
	for (i = c->first; i < c->first + c->n; i++) {
		if (!c->rows[i].scored)
			continue;
		s = scale != NULL ? scale[d->row[i]] : 1.0;
		*sum += cf_eval_losses(s > 0 ? s : usual, q, d->y[i]);
	}
	return (0);
}

const char *
cf_rival_name(size_t k)
{

	return (cf_tally_method_name(points[k].method));
}

double
cf_rival_point(const struct cf_rival * r, size_t k, size_t i)
{
	double x;

	if (r->point[k] == NULL)
		return (NAN);
	x = r->point[k][r->data->row[i]];
	return (isfinite(x) ? x : 0.0);
}

double
cf_rival_loss(const struct cf_rival * r, size_t k, size_t i)
{

	return (r->loss[k] != NULL ? (double)r->loss[k][i] : (double)NAN);
}

/* Pinball loss of a point plus the training quantiles of its errors. */
static int
score_point(const struct contest * c, struct cf_rival * r, size_t k,
    double * sum, struct cf_err * err)
{
	double q[CF_EVAL_QUANTILES] = { 0 }, moved[CF_EVAL_QUANTILES];
	double * e;
	size_t i, j;
	int rc;

	*sum = NAN;
	if (r->point[k] == NULL || c->ntrain == 0)
		return (0);
	if ((e = cf_mem_array(c->ntrain, sizeof(*e), err)) == NULL)
		return (-1);
	for (i = 0; i < c->ntrain; i++)
		e[i] = c->data->y[c->train[i]] -
		    cf_rival_point(r, k, c->train[i]);
	rc = quantiles_of(e, c->ntrain, q, err);
	free(e);
	if (rc)
		return (-1);
	*sum = 0;
	for (i = c->first; i < c->first + c->n; i++) {
		if (!c->rows[i].scored)
			continue;
		for (j = 0; j < CF_EVAL_QUANTILES; j++)
			moved[j] = q[j] + cf_rival_point(r, k, i);
		r->loss[k][i] = (float)cf_eval_losses(1.0, moved,
		    c->data->y[i]);
		*sum += (double)r->loss[k][i];
	}
	return (0);
}

int
cf_rival_score(struct cf_rival * r, const uint32_t * train, size_t ntrain,
    const struct cf_eval_row * rows, size_t first, size_t n, uint32_t limit,
    struct cf_tally * t, struct cf_err * err)
{
	struct contest c = { r->data, train, ntrain, rows, first, n };
	size_t k;

	t->pinball[CF_TALLY_EWMA] = t->pinball[CF_TALLY_GARCH] = NAN;
	if (score(&c, NULL, &t->pinball[CF_TALLY_UNCONDITIONAL], err))
		return (-1);
	for (k = 0; k < CF_RIVAL_POINTS; k++) {
		if (score_point(&c, r, k, &t->pinball[points[k].method], err))
			return (-1);
	}
	if (r->returns == NULL)
		return (0);
	if (score(&c, r->ewma, &t->pinball[CF_TALLY_EWMA], err) ||
	    cf_baseline_garch(r->data, r->returns, limit, r->garch, err))
		return (-1);
	return (score(&c, r->garch, &t->pinball[CF_TALLY_GARCH], err));
}

void
cf_rival_free(struct cf_rival * r)
{
	size_t k;

	free(r->returns);
	free(r->ewma);
	free(r->garch);
	for (k = 0; k < CF_RIVAL_POINTS; k++)
		free(r->loss[k]);
	memset(r, 0, sizeof(*r));
}
