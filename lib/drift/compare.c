#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/mem.h"
#include "base/par.h"
#include "drift/blocks.h"
#include "drift/cells.h"
#include "drift/compare.h"
#include "drift/distance.h"
#include "drift/fdr.h"
#include "drift/quiet.h"
#include "drift/views.h"

#define REFERENCE_DAYS_MIN 20	/* Fewer tell nothing of dependence. */
#define TAIL 0.001		/* About what a discovery takes. */
#define REPLICATES_MIN 999
#define REPLICATES_MAX 19999

_Static_assert((int)CF_DISTANCE_COUNT <= CF_QUIET_STATS_MAX,
    "room for the distances");

/* What one view of one feature came to. */
struct part {
	int has;		/* There is such a view. */
	int tested;
	struct cf_quiet_result result;
	double n;		/* Current values. */
	double effective;	/* Current days, if they were independent. */
	double outside;		/* Share beyond the range of the reference. */
	const char * detail;
};

struct comparing {
	const struct cf_compare_params * params;
	struct cf_views views;
	struct part * parts;	/* n features * CF_VIEWS_KINDS */
	size_t most;		/* Replicates. */
	double watch;		/* Adjusted p-value of a discovery by
				 * Benjamini and Hochberg. */
};

/* The counts of one view: what the bootstrap draws from. */
struct counts {
	size_t k;
	uint32_t * prefix;	/* Reference: days + 1 rows of k. */
	uint32_t * current;
	double * a;		/* Series of the reference's days whose */
	double * b;		/* dependence tells the length of blocks. */
	double * x;		/* Their values in standard deviations; */
	double now;		/* the mean of the current ones.  NaN: none. */
	uint32_t * daily;	/* Values of each day. */
};

static void
measure_distances(const void * cookie, const uint32_t * reference,
    const uint32_t * current, double * value)
{
	const struct cf_cells * cells = cookie;
	double p[CF_CELLS_MAX], q[CF_CELLS_MAX];
	double cp[CF_CELLS_MAX], cq[CF_CELLS_MAX];
	double np = 0, nq = 0;
	size_t i;

	for (i = 0; i < cells->n; i++) {
		np += (double)reference[i];
		nq += (double)current[i];
	}
	/* A drawn sample may hold no value at all. */
	for (i = 0; i < cells->n; i++) {
		p[i] = (double)reference[i] / fmax(np, 1);
		q[i] = (double)current[i] / fmax(nq, 1);
	}
	if (!(np > 0) || !(nq > 0)) {
		for (i = 0; i < CF_DISTANCE_COUNT; i++)
			value[i] = 0;
		return;
	}
	cf_cells_gather(cells, p, cp);
	cf_cells_gather(cells, q, cq);
	/* Its root has a lighter tail, more like the others'. */
	value[CF_DISTANCE_PSI] = sqrt(cf_distance_psi(cp, cq,
	    cells->ncoarse));
	value[CF_DISTANCE_KS] = cf_distance_ks(p, q, cells->n);
	value[CF_DISTANCE_WASSERSTEIN] = cf_distance_wasserstein(p, q,
	    cells->at, cells->n);
	value[CF_DISTANCE_JENSEN_SHANNON] = cf_distance_jensen_shannon(cp, cq,
	    cells->ncoarse);
}

/* By how much the share of missing values (kind 0) has grown. */
static void
measure_missing(const void * cookie, const uint32_t * reference,
    const uint32_t * current, double * value)
{

	(void)cookie;
	value[0] = (double)current[0] /
	    fmax((double)current[0] + (double)current[1], 1) -
	    (double)reference[0] /
	    fmax((double)reference[0] + (double)reference[1], 1);
}

static int
counts_alloc(struct counts * c, size_t k, size_t days, struct cf_err * err)
{

	c->k = k;
	c->prefix = cf_mem_array((days + 1) * k, sizeof(*c->prefix), err);
	c->current = cf_mem_array(k, sizeof(*c->current), err);
	c->a = cf_mem_array(days, sizeof(*c->a), err);
	c->b = cf_mem_array(days, sizeof(*c->b), err);
	c->x = cf_mem_array(days, sizeof(*c->x), err);
	c->now = (double)NAN;
	c->daily = cf_mem_array(days, sizeof(*c->daily), err);
	return (c->prefix == NULL || c->current == NULL || c->a == NULL ||
	    c->b == NULL || c->x == NULL || c->daily == NULL ? -1 : 0);
}

static void
counts_free(struct counts * c)
{

	free(c->prefix);
	free(c->current);
	free(c->a);
	free(c->b);
	free(c->x);
	free(c->daily);
}

/* Daily counts become counts before each day, daily sums become means. */
static void
counts_sum(struct counts * c, size_t days)
{
	size_t i;

	for (i = 0; i < days * c->k; i++)
		c->prefix[c->k + i] += c->prefix[i];
	for (i = 0; i < days; i++) {
		c->a[i] = c->daily[i] > 0 ? c->a[i] / c->daily[i] : (double)NAN;
		c->b[i] = c->daily[i] > 0 ? c->b[i] / c->daily[i] : (double)NAN;
		c->x[i] = c->daily[i] > 0 ? c->x[i] / c->daily[i] : (double)NAN;
	}
}

/* Where a cell lies among the reference's values, -1/2 .. 1/2. */
static void
ranks(const struct cf_cells * cells, const double * x, size_t n,
    double * rank)
{
	size_t i, first = 0, behind;

	for (i = 0; i < cells->n; i++) {
		for (behind = first; behind < n &&
		    (i + 1 == cells->n || x[behind] <= cells->edge[i]); )
			behind++;
		rank[i] = (double)(first + behind) / (2 * (double)n) - 0.5;
		first = behind;
	}
}

static int
by_value(const void * a, const void * b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

/* The finite values of the span, ascending. */
static size_t
gather(const struct cf_span * s, const double * value, double * sorted)
{
	size_t i, n = 0;

	for (i = 0; i < s->frame->rows; i++) {
		if (s->day[i] != CF_SPAN_NONE && isfinite(value[i]))
			sorted[n++] = value[i];
	}
	qsort(sorted, n, sizeof(*sorted), by_value);
	return (n);
}

/*
 * How much farther than a normal quantile Student's lies, where the standard
 * deviation is that of as many blocks.
 */
static double
student(double blocks)
{

	return (gsl_cdf_tdist_Qinv(TAIL, fmax(blocks - 1, 2)) /
	    gsl_cdf_ugaussian_Qinv(TAIL));
}

/* Run the bootstrap on the counts. */
static int
draw(const struct comparing * cmp, const struct counts * c, size_t item,
    cf_quiet_measure * measure, size_t nstats, const void * cookie,
    struct part * part, struct cf_err * err)
{
	const struct cf_span * reference = cmp->views.reference;
	struct cf_quiet_params params = { .seed = cmp->params->seed,
	    .index = item, .least = REPLICATES_MIN, .most = cmp->most,
	    .looks = cmp->params->looks, .alpha = cmp->params->alpha };
	struct cf_quiet_case qc = { .k = c->k, .days = reference->days,
	    .prefix = c->prefix, .current_days = cmp->views.current->days,
	    .current = c->current, .nstats = nstats, .measure = measure,
	    .cookie = cookie, .far = 1 };
	size_t other;

	qc.length = cf_blocks_length(c->a, reference->days);
	other = cf_blocks_length(c->b, reference->days);
	if (other > qc.length)
		qc.length = other;
	qc.widen = fmax(cf_blocks_shortfall(c->a, reference->days, qc.length),
	    cf_blocks_shortfall(c->b, reference->days, qc.length)) *
	    student((double)reference->days / (double)qc.length);
	if (!isnan(c->now))
		qc.far = cf_blocks_far(c->x, reference->days, qc.length,
		    qc.current_days, c->now);
	part->effective = fmin(cf_blocks_effective(c->a, reference->days),
	    cf_blocks_effective(c->b, reference->days)) *
	    (double)qc.current_days / (double)reference->days;
	part->tested = 1;
	return (cf_quiet_run(&qc, &params, &part->result, err));
}

static void
square(double * x)
{

	*x *= *x;
}

/* Compare the distribution of a view. */
static int
compare_view(const struct comparing * cmp, size_t item,
    const struct cf_views_values * v, double * sorted, struct part * part,
    struct cf_err * err)
{
	const struct cf_span * r = cmp->views.reference;
	const struct cf_span * s = cmp->views.current;
	struct cf_cells cells;
	struct counts c = { 0 };
	double rank[CF_CELLS_MAX], unit, sum = 0;
	size_t i, n, cell, count = 0;
	int rc = -1;

	if ((n = gather(r, v->reference, sorted)) == 0) {
		part->detail = "no values in the reference";
		return (0);
	}
	cf_cells_make(&cells, sorted, n);
	ranks(&cells, sorted, n, rank);
	unit = cells.sd > 0 ? cells.sd : 1;
	if (counts_alloc(&c, cells.n, r->days, err))
		goto done;
	for (i = 0; i < r->frame->rows; i++) {
		if (r->day[i] == CF_SPAN_NONE || !isfinite(v->reference[i]))
			continue;
		cell = cf_cells_find(&cells, v->reference[i]);
		c.prefix[(r->day[i] + (size_t)1) * c.k + cell]++;
		c.a[r->day[i]] += rank[cell];
		c.b[r->day[i]] += fabs(rank[cell]);
		c.x[r->day[i]] += (v->reference[i] - cells.mean) / unit;
		c.daily[r->day[i]]++;
	}
	for (i = 0; i < s->frame->rows; i++) {
		if (s->day[i] == CF_SPAN_NONE || !isfinite(v->current[i]))
			continue;
		c.current[cf_cells_find(&cells, v->current[i])]++;
		sum += (v->current[i] - cells.mean) / unit;
		count++;
	}
	part->n = (double)count;
	c.now = count > 0 ? sum / (double)count : (double)NAN;
	counts_sum(&c, r->days);
	if (count == 0) {
		part->detail = "no values in the current data";
		rc = 0;
	} else {
		rc = draw(cmp, &c, item, measure_distances,
		    CF_DISTANCE_COUNT, &cells, part, err);
		square(&part->result.value[CF_DISTANCE_PSI]);
		square(&part->result.threshold[CF_DISTANCE_PSI]);
	}
done:
	counts_free(&c);
	return (rc);
}

/* The share of current values beyond the reference's range. */
static void
compare_range(const struct cf_span * s, const double * value, double low,
    double high, struct part * part)
{
	size_t i, n = 0, out = 0;

	for (i = 0; i < s->frame->rows; i++) {
		if (s->day[i] == CF_SPAN_NONE || !isfinite(value[i]))
			continue;
		n++;
		out += value[i] < low || value[i] > high;
	}
	part->outside = n > 0 ? (double)out / (double)n : (double)NAN;
}

/* Compare what is missing of a column, and its range. */
static int
compare_value(const struct comparing * cmp, size_t item,
    const struct cf_views_values * v, double * sorted, struct part * part,
    struct cf_err * err)
{
	const struct cf_span * r = cmp->views.reference;
	const struct cf_span * s = cmp->views.current;
	struct counts c = { 0 };
	size_t i, n;
	int rc = -1;

	part->outside = (double)NAN;
	if ((n = gather(r, v->reference, sorted)) > 0)
		compare_range(s, v->current, sorted[0], sorted[n - 1], part);
	if (counts_alloc(&c, 2, r->days, err))
		goto done;
	for (i = 0; i < r->frame->rows; i++) {
		if (r->day[i] == CF_SPAN_NONE || isinf(v->reference[i]))
			continue;
		c.prefix[(r->day[i] + (size_t)1) * 2 +
		    (isnan(v->reference[i]) ? 0 : 1)]++;
		c.a[r->day[i]] += isnan(v->reference[i]);
		c.daily[r->day[i]]++;
	}
	for (i = 0; i < s->frame->rows; i++) {
		if (s->day[i] != CF_SPAN_NONE && !isinf(v->current[i]))
			c.current[!isnan(v->current[i])]++;
	}
	part->n = (double)c.current[0] + (double)c.current[1];
	counts_sum(&c, r->days);
	rc = draw(cmp, &c, item, measure_missing, 1, NULL, part, err);
done:
	counts_free(&c);
	return (rc);
}

static int
work(void * cookie, size_t item, size_t thread, struct cf_err * err)
{
	const struct comparing * cmp = cookie;
	size_t feature = item / CF_VIEWS_KINDS;
	enum cf_views_kind kind = (enum cf_views_kind)(item % CF_VIEWS_KINDS);
	const struct cf_span * r = cmp->views.reference;
	struct part * part = &cmp->parts[item];
	struct cf_views_values v = { NULL, NULL };
	double * sorted = NULL;
	int rc = -1;

	(void)thread;
	part->has = cf_views_has(&cmp->views, feature, kind);
	if (!part->has)
		return (0);
	v.reference = cf_mem_array(r->frame->rows, sizeof(double), err);
	v.current = cf_mem_array(cmp->views.current->frame->rows,
	    sizeof(double), err);
	sorted = cf_mem_array(r->frame->rows, sizeof(*sorted), err);
	if (v.reference == NULL || v.current == NULL || sorted == NULL ||
	    cf_views_fill(&cmp->views, feature, kind, &v, err))
		goto done;
	if (kind == CF_VIEWS_VALUE)
		rc = compare_value(cmp, item, &v, sorted, part, err);
	else
		rc = compare_view(cmp, item, &v, sorted, part, err);
done:
	free(sorted);
	free(v.current);
	free(v.reference);
	return (rc);
}

/* A finding of a test, with what it shares with others of its view. */
static struct cf_finding *
add(struct cf_findings * all, const struct comparing * cmp, size_t item,
    const char * test, struct cf_err * err)
{
	const struct part * part = &cmp->parts[item];
	struct cf_finding * f;

	if ((f = cf_findings_add(all, err)) == NULL)
		return (NULL);
	f->test = test;
	f->feature = cmp->views.names[item / CF_VIEWS_KINDS];
	f->view = cf_views_name((enum cf_views_kind)(item % CF_VIEWS_KINDS));
	f->n = part->n;
	f->detail = part->detail;
	if (part->tested)
		f->n_effective = part->effective;
	return (f);
}

/* Set what statistic i of a tested view came to. */
static void
judge(struct cf_finding * f, const struct comparing * cmp,
    const struct part * part, size_t i, double q, int counts)
{

	if (!part->tested)
		return;
	f->value = part->result.value[i];
	f->high = part->result.threshold[i];
	f->p = part->result.p[i];
	f->q = q;
	if (part->result.floor > cmp->params->alpha)
		f->detail = "too few independent days to tell";
	if (f->p > cmp->params->alpha || q > fmin(cmp->watch, 0.999))
		return;
	f->state = CF_FINDINGS_WATCH;
	if (q > cmp->params->alpha)
		f->detail = "drift if features were independent";
	else if (!counts)
		f->detail = "certain, but too small to matter";
	else
		f->state = CF_FINDINGS_DRIFT;
}

static int
report_item(struct cf_findings * all, const struct comparing * cmp,
    size_t item, double q, struct cf_err * err)
{
	const struct part * part = &cmp->parts[item];
	struct cf_finding * f;
	size_t i;

	if (item % CF_VIEWS_KINDS == CF_VIEWS_VALUE) {
		if ((f = add(all, cmp, item, "missing", err)) == NULL)
			return (-1);
		judge(f, cmp, part, 0, q,
		    part->result.value[0] >= cmp->params->least_missing);
		if ((f = add(all, cmp, item, "range", err)) == NULL)
			return (-1);
		f->value = part->outside;
		f->n_effective = (double)NAN;
		f->detail = NULL;
		return (0);
	}
	for (i = 0; i < CF_DISTANCE_COUNT; i++) {
		f = add(all, cmp, item, cf_distance_name((enum cf_distance)i),
		    err);
		if (f == NULL)
			return (-1);
		judge(f, cmp, part, i, q,
		    part->result.value[CF_DISTANCE_PSI] >=
		    cmp->params->least_psi);
	}
	return (0);
}

static int
report(struct cf_findings * all, const struct comparing * cmp, size_t n,
    struct cf_err * err)
{
	double * p, * q;
	size_t i;
	int rc = -1;

	p = cf_mem_array(n, sizeof(*p), err);
	q = cf_mem_array(n, sizeof(*q), err);
	if (p == NULL || q == NULL)
		goto done;
	for (i = 0; i < n; i++)
		p[i] = cmp->parts[i].has && cmp->parts[i].tested ?
		    cmp->parts[i].result.p_any : (double)NAN;
	if (cf_fdr_adjust(p, n, q, err))
		goto done;
	for (i = 0; i < n; i++) {
		if (cmp->parts[i].has &&
		    report_item(all, cmp, i, q[i], err))
			goto done;
	}
	rc = 0;
done:
	free(q);
	free(p);
	return (rc);
}

void
cf_compare_defaults(struct cf_compare_params * params)
{

	memset(params, 0, sizeof(*params));
	params->target = "cash_flow";
	params->alpha = 0.05;
	params->least_psi = 0.1;
	params->least_missing = 0.05;
	params->looks = 21;
	params->seed = 1;
}

/* What depends on how many tests there are. */
static void
plan(struct comparing * cmp, size_t items)
{
	double alpha = cmp->params->alpha, most;
	size_t i, n = 0;

	for (i = 0; i < items; i++)
		n += cf_views_has(&cmp->views, i / CF_VIEWS_KINDS,
		    (enum cf_views_kind)(i % CF_VIEWS_KINDS)) != 0;
	/* As many as a single discovery takes, and as many again. */
	most = ceil(2 / cf_fdr_least(n, alpha));
	cmp->most = (size_t)fmin(fmax(most, REPLICATES_MIN), REPLICATES_MAX);
	cmp->watch = alpha * alpha / ((double)n * cf_fdr_least(n, alpha));
}

/* Is any feature in both frames? */
static int
any_common(const struct cf_views * v)
{
	size_t i;

	for (i = 0; i < v->n; i++) {
		if (v->current_column[i] != CF_FRAME_NONE)
			return (1);
	}
	return (0);
}

int
cf_compare_run(const struct cf_span * reference,
    const struct cf_span * current, const struct cf_compare_params * params,
    struct cf_findings * all, struct cf_err * err)
{
	struct comparing cmp = { .params = params };
	size_t items;
	int rc = -1;

	all->days = current->days;
	all->reference_days = reference->days;
	all->from_s = current->first_s;
	all->to_s = current->last_s;
	all->has_dates = current->frame->time_s != NULL;
	all->has_clock = current->frame->has_clock;
	if (current->days == 0 || reference->days < REFERENCE_DAYS_MIN) {
		all->least = CF_FINDINGS_WATCH;
		all->detail = current->days == 0 ? "no current data" :
		    "reference of fewer than 20 days";
		return (0);
	}
	if ((current->frame->entity == NULL) !=
	    (reference->frame->entity == NULL))
		return (cf_err_data(err, NULL, NULL, 0,
		    "only one of reference and current data has symbols"));
	if (cf_views_make(&cmp.views, reference, current, params->target,
	    err))
		goto done;
	if (cmp.views.n == 0) {
		all->least = CF_FINDINGS_WATCH;
		all->detail = "the reference has no features";
		rc = 0;
		goto done;
	}
	/* A file of something else is a mistake, not drift. */
	if (!any_common(&cmp.views)) {
		cf_err_data(err, NULL, NULL, 0,
		    "current data have no feature of the reference");
		goto done;
	}
	items = cmp.views.n * CF_VIEWS_KINDS;
	plan(&cmp, items);
	cmp.parts = cf_mem_array(items, sizeof(*cmp.parts), err);
	if (cmp.parts == NULL || cf_par_run(items, params->threads, work,
	    &cmp, err))
		goto done;
	rc = report(all, &cmp, items, err);
done:
	free(cmp.parts);
	cf_views_free(&cmp.views);
	return (rc);
}
