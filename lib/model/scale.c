#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_errno.h>

#include "base/mem.h"
#include "model/scale.h"

/* c as a part of the root mean square of y; flat from 0.02 to 0.2. */
#define OFFSET_PART 0.05

/*
 * Added to the diagonal, relative to it: regressors that are copies of one
 * another then share their slope instead of making the matrix singular.
 */
#define RIDGE 1e-9

static double
weight_of(const double * weight, size_t i)
{

	return (weight != NULL ? weight[i] : 1.0);
}

/* Mask of the regressors that at least half of the rows have. */
static uint32_t
usable(const double * const * logs, size_t n, const double * weight,
    size_t rows)
{
	uint32_t mask = 0;
	double have, total;
	size_t i, k;

	for (k = 0; k < n; k++) {
		have = total = 0;
		for (i = 0; i < rows; i++) {
			total += weight_of(weight, i);
			if (isfinite(logs[k][i]))
				have += weight_of(weight, i);
		}
		if (have > 0 && have >= 0.5 * total)
			mask |= UINT32_C(1) << k;
	}
	return (mask);
}

static int
complete(const double * const * logs, size_t n, uint32_t mask, size_t i)
{
	size_t k;

	for (k = 0; k < n; k++) {
		if ((mask >> k & 1) && !isfinite(logs[k][i]))
			return (0);
	}
	return (1);
}

/* Means over the complete rows; return the sum of their weights. */
static double
fit_means(struct cf_scale * s, const double * const * logs, uint32_t mask,
    const double * regressand, const double * weight, size_t rows)
{
	double total = 0, w;
	size_t i, k;

	s->mean_y = 0;
	memset(s->mean, 0, sizeof(s->mean));
	for (i = 0; i < rows; i++) {
		if (!complete(logs, s->n, mask, i))
			continue;
		w = weight_of(weight, i);
		total += w;
		s->mean_y += w * regressand[i];
		for (k = 0; k < s->n; k++) {
			if (mask >> k & 1)
				s->mean[k] += w * logs[k][i];
		}
	}
	if (total > 0) {
		s->mean_y /= total;
		for (k = 0; k < s->n; k++)
			s->mean[k] /= total;
	}
	return (total);
}

static void
fit_products(struct cf_scale * s, const double * const * logs, uint32_t mask,
    const double * regressand, const double * weight, size_t rows)
{
	double d[CF_SCALE_INPUTS_MAX];
	double dy, w;
	size_t i, k, j;

	memset(s->with_y, 0, sizeof(s->with_y));
	memset(s->products, 0, sizeof(s->products));
	for (i = 0; i < rows; i++) {
		if (!complete(logs, s->n, mask, i))
			continue;
		w = weight_of(weight, i);
		dy = regressand[i] - s->mean_y;
		for (k = 0; k < s->n; k++) {
			d[k] = mask >> k & 1 ? logs[k][i] - s->mean[k] : 0.0;
			s->with_y[k] += w * d[k] * dy;
			for (j = 0; j <= k; j++)
				s->products[k * s->n + j] += w * d[k] * d[j];
		}
	}
	for (k = 0; k < s->n; k++) {
		for (j = 0; j < k; j++)
			s->products[j * s->n + k] = s->products[k * s->n + j];
	}
}

/* The range of s over the training rows, a little widened. */
static void
fit_range(struct cf_scale * s, const double * const * logs, size_t rows)
{
	struct cf_scale_cache cache = { 0 };
	double record[CF_SCALE_INPUTS_MAX];
	double x, low = INFINITY, high = 0;
	size_t i, k;

	for (i = 0; i < rows; i++) {
		for (k = 0; k < s->n; k++)
			record[k] = logs[k][i];
		x = cf_scale_of(s, &cache, record);
		low = fmin(low, x);
		high = fmax(high, x);
	}
	s->low = low / CF_SCALE_BEYOND;
	s->high = high * CF_SCALE_BEYOND;
}

/* Least squares of the regressand; return the sum of the rows' weights. */
static double
fit_moments(struct cf_scale * s, const double * const * logs, uint32_t mask,
    const double * regressand, const double * weight, size_t rows)
{
	double total;

	total = fit_means(s, logs, mask, regressand, weight, rows);
	if (!(total > 0)) {
		/* No row has all of them: do without any. */
		mask = 0;
		total = fit_means(s, logs, mask, regressand, weight, rows);
	}
	fit_products(s, logs, mask, regressand, weight, rows);
	return (total);
}

/*
 * The regressand of the second pass: the same with c in units of each row's
 * scale as the first pass found it, so that calm rows lose no more to it than
 * wild ones, which would draw the slopes towards 0.
 */
static void
refine(const struct cf_scale * s, const double * const * logs,
    const double * y, size_t rows, double * regressand)
{
	struct cf_scale_cache cache = { 0 };
	double record[CF_SCALE_INPUTS_MAX];
	double part = s->offset * exp(-s->mean_y), scale;
	size_t i, k;

	for (i = 0; i < rows; i++) {
		for (k = 0; k < s->n; k++)
			record[k] = logs[k][i];
		scale = cf_scale_of(s, &cache, record);
		regressand[i] = log(fabs(y[i]) / scale + part) + log(scale);
	}
}

int
cf_scale_fit(struct cf_scale * s, const double * const * logs, size_t n,
    const double * y, const double * weight, size_t rows, struct cf_err * err)
{
	double squares = 0, total = 0;
	double * regressand;
	uint32_t mask;
	size_t i;

	if (n > CF_SCALE_INPUTS_MAX)
		return (cf_err_set(err, CF_ERR_DATA,
		    "more than %d volatility inputs", CF_SCALE_INPUTS_MAX));
	memset(s, 0, sizeof(*s));
	s->n = n;
	s->high = INFINITY;
	for (i = 0; i < rows; i++) {
		squares += weight_of(weight, i) * y[i] * y[i];
		total += weight_of(weight, i);
	}
	if (!(squares > 0))
		return (cf_err_set(err, CF_ERR_DATA,
		    "all outcomes are the same: nothing to learn"));
	s->offset = OFFSET_PART * sqrt(squares / total);
	regressand = cf_mem_array(rows, sizeof(*regressand), err);
	if (regressand == NULL)
		return (-1);
	mask = usable(logs, n, weight, rows);
	for (i = 0; i < rows; i++)
		regressand[i] = log(fabs(y[i]) + s->offset);
	s->rows = fit_moments(s, logs, mask, regressand, weight, rows);
	if (n > 0) {
		refine(s, logs, y, rows, regressand);
		s->rows = fit_moments(s, logs, mask, regressand, weight,
		    rows);
	}
	free(regressand);
	fit_range(s, logs, rows);
	return (0);
}

/* Solve the normal equations of the regressors in which[0 .. m-1]. */
static int
solve(const struct cf_scale * s, const size_t * which, size_t m, double * b)
{
	double a[CF_SCALE_INPUTS_MAX * CF_SCALE_INPUTS_MAX];
	gsl_matrix_view matrix;
	gsl_vector_view vector;
	size_t i, j;

	for (i = 0; i < m; i++) {
		for (j = 0; j < m; j++)
			a[i * m + j] = s->products[which[i] * s->n + which[j]];
		a[i * m + i] *= 1.0 + RIDGE;
		b[i] = s->with_y[which[i]];
	}
	matrix = gsl_matrix_view_array(a, m, m);
	vector = gsl_vector_view_array(b, m);
	if (gsl_linalg_cholesky_decomp1(&matrix.matrix) != GSL_SUCCESS)
		return (-1);
	return (gsl_linalg_cholesky_svx(&matrix.matrix, &vector.vector) ==
	    GSL_SUCCESS ? 0 : -1);
}

const double *
cf_scale_slopes(const struct cf_scale * s, struct cf_scale_cache * cache,
    uint32_t mask)
{
	size_t which[CF_SCALE_INPUTS_MAX];
	double b[CF_SCALE_INPUTS_MAX];
	size_t i, k, m = 0;

	for (i = 0; i < cache->n; i++) {
		if (cache->mask[i] == mask)
			return (cache->slope[i]);
	}
	/* Beyond the cache's size the last place is used again. */
	i = cache->n < CF_SCALE_CACHE ? cache->n++ : CF_SCALE_CACHE - 1;
	cache->mask[i] = mask;
	memset(cache->slope[i], 0, sizeof(cache->slope[i]));
	for (k = 0; k < s->n; k++) {
		if ((mask >> k & 1) && s->products[k * s->n + k] > 0)
			which[m++] = k;
	}
	if (m > 0 && solve(s, which, m, b) == 0) {
		for (k = 0; k < m; k++)
			cache->slope[i][which[k]] = b[k];
	}
	return (cache->slope[i]);
}

double
cf_scale_of(const struct cf_scale * s, struct cf_scale_cache * cache,
    const double * logs)
{
	const double * slope;
	double sum = s->mean_y;
	uint32_t mask = 0;
	size_t k;

	if (s->n == 0)
		return (exp(s->mean_y));
	for (k = 0; k < s->n; k++)
		mask |= (uint32_t)(isfinite(logs[k]) != 0) << k;
	slope = cf_scale_slopes(s, cache, mask);
	for (k = 0; k < s->n; k++) {
		if (mask >> k & 1)
			sum += slope[k] * (logs[k] - s->mean[k]);
	}
	return (fmin(fmax(exp(sum), s->low), s->high));
}

int
cf_scale_check(const struct cf_scale * s)
{
	size_t i;

	if (s->n > CF_SCALE_INPUTS_MAX || !isfinite(s->mean_y) ||
	    !(s->low > 0) || !(s->high >= s->low) || !isfinite(s->high))
		return (-1);
	for (i = 0; i < s->n * s->n; i++) {
		if (!isfinite(s->products[i]))
			return (-1);
	}
	for (i = 0; i < s->n; i++) {
		if (!isfinite(s->mean[i]) || !isfinite(s->with_y[i]))
			return (-1);
	}
	return (0);
}
