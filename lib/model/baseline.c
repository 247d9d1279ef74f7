#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multimin.h>

#include "base/mem.h"
#include "model/baseline.h"

#define LAMBDA 0.94
#define WARM_UP 20		/* Returns of which the first variance is made. */
#define AGREE 2e-3		/* Prices and outcomes differ by less: alike. */
#define STEPS_MAX 80		/* Of the simplex. */

/* One entity's rows, in order. */
struct path {
	const uint32_t * rows;
	size_t n;
};

/* The rows of the frame by entity: n + 1 offsets into rows. */
struct paths {
	size_t n;
	size_t * first;
	uint32_t * rows;
};

static int
make_paths(const struct cf_frame * f, struct paths * p, struct cf_err * err)
{
	size_t i, e;

	p->n = f->entity != NULL ? f->nentities : 1;
	p->first = cf_mem_array(p->n + 2, sizeof(*p->first), err);
	p->rows = cf_mem_array(f->rows, sizeof(*p->rows), err);
	if (p->first == NULL || p->rows == NULL) {
		free(p->first);
		free(p->rows);
		return (-1);
	}
	/* Count at e + 2, so that filling moves e + 1 to its start. */
	for (i = 0; i < f->rows; i++)
		p->first[(f->entity != NULL ? f->entity[i] : 0) + 2]++;
	for (e = 2; e < p->n + 2; e++)
		p->first[e] += p->first[e - 1];
	for (i = 0; i < f->rows; i++) {
		e = f->entity != NULL ? f->entity[i] : 0;
		p->rows[p->first[e + 1]++] = (uint32_t)i;
	}
	return (0);
}

static void
free_paths(struct paths * p)
{

	free(p->first);
	free(p->rows);
}

static struct path
path_of(const struct paths * p, size_t e)
{
	struct path path = { p->rows + p->first[e],
	    p->first[e + 1] - p->first[e] };

	return (path);
}

/*
 * Outcome R[j] is the sum of the h returns behind row j.  Where it differs
 * from that of the prices, one of these days saw a split or dividend: the
 * differences D[j] - D[j-1] = e[j+h] - e[j] tell each day's correction e.
 */
static void
correct(const struct cf_data * d, struct path p, double * r, double * e)
{
	const double * target = d->frame->values[d->target];
	size_t h = d->horizon, i, k;
	double sum, now, before = 0, outcome;

	for (i = 0; i < p.n; i++)
		e[i] = 0;
	for (i = 0; i + h < p.n; i++) {
		outcome = cf_kind_log(d->kind, target[p.rows[i]]);
		for (sum = 0, k = 1; k <= h; k++)
			sum += r[p.rows[i + k]];
		now = outcome - sum;
		if (!isfinite(now) || fabs(now) < AGREE)
			now = 0;
		e[i + h] = now == 0 ? 0 : e[i] + now - before;
		before = now;
	}
	for (i = h + 1; i < p.n; i++)
		r[p.rows[i]] += e[i];
}

double *
cf_baseline_returns(const struct cf_data * d, struct cf_err * err)
{
	const struct cf_frame * f = d->frame;
	size_t one = cf_frame_find(f, "log_return_1");
	size_t price = cf_frame_find(f, "stock_price");
	struct paths paths;
	struct path p;
	double * r;
	double * e;
	size_t i, k;

	if (make_paths(f, &paths, err))
		return (NULL);
	r = cf_mem_array(f->rows, sizeof(*r), err);
	e = cf_mem_array(f->rows, sizeof(*e), err);
	if (r == NULL || e == NULL) {
		free(r);
		r = NULL;
		goto done;
	}
	for (k = 0; k < paths.n; k++) {
		p = path_of(&paths, k);
		for (i = 0; i < p.n; i++) {
			r[p.rows[i]] = NAN;
			if (one != CF_FRAME_NONE)
				r[p.rows[i]] = f->values[one][p.rows[i]];
			else if (price != CF_FRAME_NONE && i > 0)
				r[p.rows[i]] =
				    log(f->values[price][p.rows[i]] /
				    f->values[price][p.rows[i - 1]]);
		}
		if (one == CF_FRAME_NONE && d->horizon > 0)
			correct(d, p, r, e);
	}
done:
	free(e);
	free_paths(&paths);
	return (r);
}

int
cf_baseline_ewma(const struct cf_data * d, const double * r, double * scale,
    struct cf_err * err)
{
	struct paths paths;
	struct path p;
	double h = d->horizon > 0 ? d->horizon : 1;
	double variance, weight, x;
	size_t k, i, n;

	if (make_paths(d->frame, &paths, err))
		return (-1);
	for (k = 0; k < paths.n; k++) {
		p = path_of(&paths, k);
		variance = 0;
		for (i = n = 0; i < p.n; i++) {
			x = r[p.rows[i]];
			if (isfinite(x)) {
				/* A plain mean first, then the decay. */
				n++;
				weight = n < WARM_UP ? 1.0 / (double)n :
				    1.0 - LAMBDA;
				variance += weight * (x * x - variance);
			}
			scale[p.rows[i]] = variance > 0 ? sqrt(variance * h) :
			    (double)NAN;
		}
	}
	free_paths(&paths);
	return (0);
}

/* What the likelihood needs. */
struct garch {
	const struct cf_data * data;
	const double * returns;
	const struct paths * paths;
	const uint32_t * date_of;	/* Of each row of the frame. */
	uint32_t limit;
	double * mean_variance;	/* Of each entity. */
};

/* alpha, beta > 0 with alpha + beta < 1 from two free numbers. */
static void
free_to_garch(const gsl_vector * x, double * alpha, double * beta)
{
	double a = exp(gsl_vector_get(x, 0));
	double b = exp(gsl_vector_get(x, 1));

	*alpha = a / (1.0 + a + b);
	*beta = b / (1.0 + a + b);
}

/* Mean of ln v + r^2 / v over the training dates of all paths. */
static double
minus_likelihood(const gsl_vector * x, void * cookie)
{
	const struct garch * g = cookie;
	double alpha, beta, omega, v, r, sum = 0, n = 0;
	struct path p;
	size_t k, i;

	free_to_garch(x, &alpha, &beta);
	for (k = 0; k < g->paths->n; k++) {
		p = path_of(g->paths, k);
		if (!(g->mean_variance[k] > 0))
			continue;
		omega = (1.0 - alpha - beta) * g->mean_variance[k];
		v = g->mean_variance[k];
		for (i = 0; i < p.n && g->date_of[p.rows[i]] < g->limit; i++) {
			r = g->returns[p.rows[i]];
			if (!isfinite(r))
				continue;
			sum += log(v) + r * r / v;
			n++;
			v = omega + alpha * r * r + beta * v;
		}
	}
	return (n > 0 ? sum / n : 0.0);
}

static void
mean_variances(struct garch * g)
{
	struct path p;
	double r, sum, n;
	size_t k, i;

	for (k = 0; k < g->paths->n; k++) {
		p = path_of(g->paths, k);
		sum = n = 0;
		for (i = 0; i < p.n && g->date_of[p.rows[i]] < g->limit; i++) {
			r = g->returns[p.rows[i]];
			if (isfinite(r)) {
				sum += r * r;
				n++;
			}
		}
		g->mean_variance[k] = n >= WARM_UP ? sum / n : 0.0;
	}
}

static int
fit_garch(struct garch * g, double * alpha, double * beta,
    struct cf_err * err)
{
	gsl_multimin_function f = { minus_likelihood, 2, g };
	gsl_multimin_fminimizer * simplex;
	double start[2] = { log(0.06 / 0.02), log(0.92 / 0.02) };
	double step[2] = { 0.5, 0.5 };
	gsl_vector_view x = gsl_vector_view_array(start, 2);
	gsl_vector_view s = gsl_vector_view_array(step, 2);
	int i;

	simplex = gsl_multimin_fminimizer_alloc(
	    gsl_multimin_fminimizer_nmsimplex2, 2);
	if (simplex == NULL)
		return (cf_err_memory(err));
	if (gsl_multimin_fminimizer_set(simplex, &f, &x.vector, &s.vector) ==
	    GSL_SUCCESS) {
		for (i = 0; i < STEPS_MAX; i++) {
			if (gsl_multimin_fminimizer_iterate(simplex) ||
			    gsl_multimin_test_size(
			    gsl_multimin_fminimizer_size(simplex), 1e-3) ==
			    GSL_SUCCESS)
				break;
		}
	}
	free_to_garch(gsl_multimin_fminimizer_x(simplex), alpha, beta);
	gsl_multimin_fminimizer_free(simplex);
	return (0);
}

/* Scales of all rows: the variance of the next h days, summed. */
static void
run_garch(const struct garch * g, double alpha, double beta, double * scale)
{
	double h = g->data->horizon > 0 ? g->data->horizon : 1;
	double decay = alpha + beta;
	double weight = (1.0 - pow(decay, h)) / (1.0 - decay);
	double v, mean, r;
	struct path p;
	size_t k, i;

	for (k = 0; k < g->paths->n; k++) {
		p = path_of(g->paths, k);
		mean = v = g->mean_variance[k];
		for (i = 0; i < p.n; i++) {
			r = g->returns[p.rows[i]];
			if (isfinite(r))
				v = (1.0 - decay) * mean + alpha * r * r +
				    beta * v;
			scale[p.rows[i]] = mean > 0 ?
			    sqrt(h * mean + weight * (v - mean)) : (double)NAN;
		}
	}
}

/* The date number of every row of the frame, by search. */
static uint32_t *
dates_of_rows(const struct cf_data * d, struct cf_err * err)
{
	const struct cf_frame * f = d->frame;
	uint32_t * date_of;
	size_t i, low, high, middle;

	date_of = cf_mem_array(f->rows, sizeof(*date_of), err);
	for (i = 0; date_of != NULL && i < f->rows; i++) {
		low = 0;
		high = d->ndates;
		while (low + 1 < high) {
			middle = low + (high - low) / 2;
			if (d->date_s[middle] <= f->time_s[i])
				low = middle;
			else
				high = middle;
		}
		date_of[i] = (uint32_t)low;
	}
	return (date_of);
}

int
cf_baseline_garch(const struct cf_data * d, const double * returns,
    uint32_t limit, double * scale, struct cf_err * err)
{
	struct paths paths;
	struct garch g = { .data = d, .returns = returns, .paths = &paths,
	    .limit = limit };
	uint32_t * date_of;
	double alpha, beta;
	int rc = -1;

	if (make_paths(d->frame, &paths, err))
		return (-1);
	date_of = dates_of_rows(d, err);
	g.date_of = date_of;
	g.mean_variance = cf_mem_array(paths.n, sizeof(*g.mean_variance),
	    err);
	if (date_of == NULL || g.mean_variance == NULL)
		goto done;
	mean_variances(&g);
	if (fit_garch(&g, &alpha, &beta, err))
		goto done;
	run_garch(&g, alpha, beta, scale);
	rc = 0;
done:
	free(g.mean_variance);
	free(date_of);
	free_paths(&paths);
	return (rc);
}
