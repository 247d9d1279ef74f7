#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "model/forecast.h"
#include "risk/joint.h"
#include "risk/outcome.h"

/*
 * A forecast's cash flow by standard normal score: nodes STEP apart, straight
 * lines between them.  What lies further out than SCORE_MAX, 3 in a million on
 * each side, is taken to be there.
 */
#define SCORE_MAX 4.5
#define NODES 721
#define STEP (2.0 * SCORE_MAX / (NODES - 1))

/* A record of a date. */
struct member {
	int64_t time_s;
	struct cf_field name;	/* Borrowed from the batch. */
	size_t record;
	size_t symbol;		/* Its number in the factor, */
	size_t holding;		/* and in the portfolio, if there is one. */
};

struct cf_joint {
	const struct cf_model * model;
	const struct cf_batch * batch;
	const struct cf_factor * factor;
	const struct cf_joint_params * params;
	struct member * members;	/* By date, then by name. */
	size_t nmembers;
	size_t * start;		/* Of each date; one more. */
	size_t ndates;
	size_t most;		/* Members of a date, at most. */
	double chance[NODES];	/* Phi at each node. */
	double * even;		/* [paths]: scores, as even as can be. */
	double * ranks;
	struct cf_joint_outcome * outcomes;	/* [ndates] */
	double * quantiles;	/* [ndates][nquantiles] */
	struct room * rooms;	/* [threads] */
};

/* A value, and whose it is: of a member, or of a path. */
struct place {
	double value;
	double score;		/* Where values are equal, this decides. */
	size_t of;
};

/* Scratch space of a thread. */
struct room {
	struct cf_forecaster * forecaster;
	double * records;	/* [most][inputs] */
	double * loading;	/* [most] */
	size_t * symbols;	/* [most] */
	double * curves;	/* [most][NODES] */
	double * mean;		/* [most]: of the cash flow. */
	uint32_t * counts;	/* [most][nranks] */
	double * scores;	/* [most + 1]: draws of a path, f first. */
	struct place * places;	/* [most or paths]: sorted. */
	double * held;		/* [holdings][paths]: scores. */
	double * flows;		/* [paths]: the portfolio's. */
};

static int
by_value(const void * a, const void * b)
{
	const struct place * x = a;
	const struct place * y = b;

	if (x->value < y->value || x->value > y->value)
		return (x->value > y->value ? 1 : -1);
	if (x->score < y->score || x->score > y->score)
		return (x->score > y->score ? 1 : -1);
	return ((x->of > y->of) - (x->of < y->of));
}

static int
ascending(const void * a, const void * b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

static int
by_date_and_name(const void * a, const void * b)
{
	const struct member * x = a;
	const struct member * y = b;
	size_t len = x->name.len < y->name.len ? x->name.len : y->name.len;
	int c;

	if (x->time_s != y->time_s)
		return (x->time_s > y->time_s ? 1 : -1);
	if ((c = memcmp(x->name.text, y->name.text, len)) != 0)
		return (c);
	return ((x->name.len > y->name.len) - (x->name.len < y->name.len));
}

/* ---- dates and their members */

static int
bad(const struct cf_batch * batch, size_t record, const char * reason,
    struct cf_field value, struct cf_err * err)
{

	return (cf_err_data(err, NULL, value.text, value.len,
	    "record of line %llu: %s",
	    (unsigned long long)batch->items[record].line, reason));
}

/*
 * Take a record, unless there is a portfolio that does not hold it.  The joint
 * distribution of records that have no bars is not known.
 */
static int
add_member(struct cf_joint * j, size_t record, struct cf_err * err)
{
	const struct cf_portfolio * p = j->params->portfolio;
	struct cf_field date = cf_batch_key(j->batch, record, CF_BATCH_DATE);
	struct member * m = &j->members[j->nmembers];
	int has_clock;

	m->record = record;
	m->holding = 0;
	m->name = cf_batch_key(j->batch, record, CF_BATCH_SYMBOL);
	if (m->name.len == 0)
		return (bad(j->batch, record, "joint forecasts need a symbol",
		    m->name, err));
	if (p != NULL && !cf_names_find(&p->holdings.names, m->name.text,
	    m->name.len, &m->holding))
		return (0);
	if (cf_day_parse_moment(date.text, date.len, &m->time_s, &has_clock))
		return (bad(j->batch, record, "joint forecasts need a date "
		    "YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ", date, err));
	/* A day without a time is over. */
	if (!has_clock)
		m->time_s += CF_DAY_S - 1;
	if (!cf_factor_find(j->factor, m->name.text, m->name.len, &m->symbol))
		return (bad(j->batch, record, "no bars of this symbol",
		    m->name, err));
	j->nmembers++;
	return (0);
}

static int
find_dates(struct cf_joint * j, struct cf_err * err)
{
	const struct member * m;
	size_t i;

	for (i = 0; i < j->batch->n; i++) {
		if (!j->batch->items[i].is_bad && add_member(j, i, err))
			return (-1);
	}
	if (j->nmembers == 0 && j->batch->n > j->batch->nbad)
		return (cf_err_set(err, CF_ERR_DATA,
		    "no record of any holding"));
	if (j->nmembers > 0)
		qsort(j->members, j->nmembers, sizeof(*j->members),
		    by_date_and_name);
	for (i = 0; i < j->nmembers; i++) {
		m = &j->members[i];
		if (i > 0 && by_date_and_name(m - 1, m) == 0)
			return (bad(j->batch, m->record,
			    "symbol twice on one date", m->name, err));
		if (i == 0 || m[-1].time_s != m->time_s)
			j->start[j->ndates++] = i;
	}
	j->start[j->ndates] = j->nmembers;
	for (i = 0; i < j->ndates; i++) {
		if (j->start[i + 1] - j->start[i] > j->most)
			j->most = j->start[i + 1] - j->start[i];
	}
	return (0);
}

/* ---- simulation of one date */

/* Tabulate the cash flows of the date's members. */
static void
draw_curves(const struct cf_joint * j, struct room * r, const struct member * m,
    size_t n)
{
	const size_t inputs = j->model->inputs.n;
	struct cf_forecast fc;
	size_t i, k;

	for (i = 0; i < n; i++)
		memcpy(r->records + i * inputs, j->batch->records +
		    m[i].record * inputs, inputs * sizeof(*r->records));
	cf_forecast_batch(r->forecaster, r->records, n);
	for (i = 0; i < n; i++) {
		cf_forecast_get(r->forecaster, i, &fc);
		r->mean[i] = cf_forecast_mean(&fc);
		for (k = 0; k < NODES; k++)
			r->curves[i * NODES + k] = cf_forecast_quantile(&fc,
			    j->chance[k]);
	}
}

/* A curve at a standard normal score. */
static double
flow_at(const double * curve, double score)
{
	double at = (score + SCORE_MAX) / STEP;
	size_t k;

	if (!(at > 0))
		return (curve[0]);
	if (at >= NODES - 1)
		return (curve[NODES - 1]);
	k = (size_t)at;
	return (curve[k] + (at - (double)k) * (curve[k + 1] - curve[k]));
}

/* Draw the scores of a path, or turn those of the one before. */
static void
draw_scores(const struct cf_joint * j, struct room * r, size_t path, size_t n)
{
	struct cf_rng rng;
	size_t i;

	if (path % 2 == 1) {
		for (i = 0; i <= n; i++)
			r->scores[i] = -r->scores[i];
		return;
	}
	rng = cf_rng_stream(j->params->seed, CF_RNG_SIMULATE, path / 2);
	for (i = 0; i <= n; i++)
		r->scores[i] = cf_rng_normal(&rng);
}

/* A member's score on the path drawn. */
static double
score_of(const struct room * r, double loading, size_t i)
{

	return (loading * r->scores[0] +
	    sqrt(1.0 - loading * loading) * r->scores[i + 1]);
}

static void
count_ranks(const struct cf_joint * j, struct room * r, size_t n)
{
	const size_t classes = j->params->nranks;
	size_t i;

	for (i = 0; i < n; i++) {
		r->places[i].score = score_of(r, r->loading[i], i);
		r->places[i].value = flow_at(r->curves + i * NODES,
		    r->places[i].score);
		r->places[i].of = i;
	}
	qsort(r->places, n, sizeof(*r->places), by_value);
	for (i = 0; i < n; i++)
		r->counts[r->places[i].of * classes + classes * i / n]++;
}

static void
simulate_ranks(const struct cf_joint * j, struct room * r, size_t n)
{
	size_t path;

	memset(r->counts, 0, n * j->params->nranks * sizeof(*r->counts));
	for (path = 0; path < j->params->paths; path++) {
		draw_scores(j, r, path, n);
		count_ranks(j, r, n);
	}
}

/*
 * Add a holding's cash flows to the portfolio's.  Its scores keep their order,
 * but are spread evenly, so that chance has no part in the distribution of one
 * holding, only in what goes together.
 */
static void
add_holding(const struct cf_joint * j, struct room * r, const double * scores,
    const double * curve, double weight)
{
	const size_t paths = j->params->paths;
	size_t i;

	for (i = 0; i < paths; i++) {
		r->places[i].value = scores[i];
		r->places[i].score = 0;
		r->places[i].of = i;
	}
	qsort(r->places, paths, sizeof(*r->places), by_value);
	for (i = 0; i < paths; i++)
		r->flows[r->places[i].of] += weight *
		    (flow_at(curve, j->even[i]) - 100.0);
}

/* All of the date's members are holdings, each of them once. */
static double
simulate_portfolio(const struct cf_joint * j, struct room * r,
    const struct member * m, size_t n)
{
	const struct cf_portfolio * p = j->params->portfolio;
	const size_t paths = j->params->paths;
	double mean = 100.0;
	size_t path, i;

	for (path = 0; path < paths; path++) {
		draw_scores(j, r, path, n);
		for (i = 0; i < n; i++)
			r->held[i * paths + path] = score_of(r,
			    r->loading[i], i);
		r->flows[path] = 100.0;
	}
	for (i = 0; i < n; i++) {
		add_holding(j, r, r->held + i * paths,
		    r->curves + i * NODES, p->holdings.values[m[i].holding]);
		mean += p->holdings.values[m[i].holding] * (r->mean[i] - 100.0);
	}
	return (mean);
}

/* ---- what the paths come to */

static void
measure(const struct cf_joint * j, struct room * r, double mean,
    struct cf_joint_outcome * out, double * quantile)
{
	const struct cf_joint_params * params = j->params;
	size_t i;

	qsort(r->flows, params->paths, sizeof(*r->flows), ascending);
	cf_outcome_measure(r->flows, params->paths, mean, &params->measure,
	    &out->measure);
	for (i = 0; i < params->nquantiles; i++)
		quantile[i] = cf_outcome_quantile(r->flows, params->paths,
		    params->quantile[i]);
	out->quantile = quantile;
}

/* All holdings must be there, or the portfolio is another one. */
static int
check_holdings(const struct cf_joint * j, const struct member * m, size_t n,
    struct cf_err * err)
{
	const struct cf_portfolio * p = j->params->portfolio;
	char shown[CF_ERR_VALUE_MAX];
	struct cf_field date;
	const char * name;
	size_t k, i, len;

	for (k = 0; p != NULL && k < p->holdings.names.n; k++) {
		for (i = 0; i < n && m[i].holding != k; i++)
			continue;
		if (i < n)
			continue;
		name = cf_names_get(&p->holdings.names, k, &len);
		date = cf_batch_key(j->batch, m->record, CF_BATCH_DATE);
		cf_err_mask(shown, sizeof(shown), date.text, date.len);
		return (cf_err_data(err, NULL, name, len,
		    "no record of a holding on %s", shown));
	}
	return (0);
}

static int
do_date(void * cookie, size_t date, size_t thread, struct cf_err * err)
{
	struct cf_joint * j = cookie;
	const struct cf_joint_params * params = j->params;
	const struct member * m = j->members + j->start[date];
	const size_t n = j->start[date + 1] - j->start[date];
	const size_t classes = params->nranks;
	struct room * r = &j->rooms[thread];
	size_t i, k;

	if (check_holdings(j, m, n, err))
		return (-1);
	for (i = 0; i < n; i++)
		r->symbols[i] = m[i].symbol;
	if (cf_factor_fit(j->factor, m->time_s, r->symbols, n, r->loading,
	    err))
		return (-1);
	draw_curves(j, r, m, n);
	if (classes > 0 && n >= classes)
		simulate_ranks(j, r, n);
	for (i = 0; i < n && n >= classes; i++) {
		for (k = 0; k < classes; k++)
			j->ranks[m[i].record * classes + k] =
			    (double)r->counts[i * classes + k] /
			    (double)params->paths;
	}
	j->outcomes[date].first = m->record;
	if (params->portfolio != NULL)
		measure(j, r, simulate_portfolio(j, r, m, n),
		    &j->outcomes[date],
		    j->quantiles + date * params->nquantiles);
	return (0);
}

/* ---- making and freeing */

static int
make_room(const struct cf_joint * j, struct room * r, struct cf_err * err)
{
	const size_t most = j->most, paths = j->params->paths;
	const size_t holdings = j->params->portfolio != NULL ? most : 0;

	r->forecaster = cf_forecast_new(j->model, most, err);
	r->records = cf_mem_array(most, (j->model->inputs.n + 1) *
	    sizeof(*r->records), err);
	r->loading = cf_mem_array(most, sizeof(*r->loading), err);
	r->symbols = cf_mem_array(most, sizeof(*r->symbols), err);
	r->curves = cf_mem_array(most, NODES * sizeof(*r->curves), err);
	r->mean = cf_mem_array(most, sizeof(*r->mean), err);
	r->counts = cf_mem_array(most, (j->params->nranks + 1) *
	    sizeof(*r->counts), err);
	r->scores = cf_mem_array(most + 1, sizeof(*r->scores), err);
	r->places = cf_mem_array(most > paths ? most : paths,
	    sizeof(*r->places), err);
	r->held = cf_mem_array(holdings, paths * sizeof(*r->held), err);
	r->flows = cf_mem_array(paths, sizeof(*r->flows), err);
	return (r->forecaster != NULL && r->records != NULL &&
	    r->loading != NULL && r->symbols != NULL && r->curves != NULL &&
	    r->mean != NULL && r->counts != NULL && r->scores != NULL &&
	    r->places != NULL && r->held != NULL &&
	    r->flows != NULL ? 0 : -1);
}

static void
free_room(struct room * r)
{

	cf_forecast_free(r->forecaster);
	free(r->records);
	free(r->loading);
	free(r->symbols);
	free(r->curves);
	free(r->mean);
	free(r->counts);
	free(r->scores);
	free(r->places);
	free(r->held);
	free(r->flows);
}

static int
prepare(struct cf_joint * j, struct cf_err * err)
{
	const struct cf_joint_params * p = j->params;
	const size_t n = j->batch->n;
	size_t i;

	j->members = cf_mem_array(n, sizeof(*j->members), err);
	j->start = cf_mem_array(n + 1, sizeof(*j->start), err);
	j->ranks = cf_mem_array(n, (p->nranks + 1) * sizeof(*j->ranks), err);
	if (j->members == NULL || j->start == NULL || j->ranks == NULL ||
	    find_dates(j, err))
		return (-1);
	for (i = 0; i < n * p->nranks; i++)
		j->ranks[i] = (double)NAN;
	for (i = 0; i < NODES; i++)
		j->chance[i] = 0.5 * erfc(-sqrt(0.5) *
		    (STEP * (double)i - SCORE_MAX));
	j->even = cf_mem_array(p->paths, sizeof(*j->even), err);
	for (i = 0; j->even != NULL && i < p->paths; i++)
		j->even[i] = gsl_cdf_ugaussian_Pinv(((double)i + 0.5) /
		    (double)p->paths);
	j->outcomes = cf_mem_array(j->ndates, sizeof(*j->outcomes), err);
	j->quantiles = cf_mem_array(j->ndates, (p->nquantiles + 1) *
	    sizeof(*j->quantiles), err);
	j->rooms = cf_mem_array(p->threads, sizeof(*j->rooms), err);
	if (j->even == NULL || j->outcomes == NULL || j->quantiles == NULL ||
	    j->rooms == NULL)
		return (-1);
	for (i = 0; i < p->threads && i < j->ndates; i++) {
		if (make_room(j, &j->rooms[i], err))
			return (-1);
	}
	return (0);
}

struct cf_joint *
cf_joint_run(const struct cf_model * model, const struct cf_batch * batch,
    const struct cf_factor * factor, const struct cf_joint_params * params,
    struct cf_err * err)
{
	struct cf_joint * j;

	if ((j = cf_mem_array(1, sizeof(*j), err)) == NULL)
		return (NULL);
	j->model = model;
	j->batch = batch;
	j->factor = factor;
	j->params = params;
	if (prepare(j, err) ||
	    cf_par_run(j->ndates, params->threads, do_date, j, err)) {
		cf_joint_free(j);
		return (NULL);
	}
	return (j);
}

const double *
cf_joint_ranks(const struct cf_joint * j)
{

	return (j->ranks);
}

const struct cf_joint_outcome *
cf_joint_outcomes(const struct cf_joint * j, size_t * n)
{

	*n = j->ndates;
	return (j->outcomes);
}

void
cf_joint_free(struct cf_joint * j)
{
	size_t i;

	if (j == NULL)
		return;
	for (i = 0; j->rooms != NULL && i < j->params->threads; i++)
		free_room(&j->rooms[i]);
	free(j->rooms);
	free(j->members);
	free(j->start);
	free(j->ranks);
	free(j->outcomes);
	free(j->quantiles);
	free(j->even);
	free(j);
}
