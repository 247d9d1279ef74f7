/*
 * How often drift is called when there is none, and found when there is.
 *
 * A quiet month: the check is run on each day of a month of simulated prices (every tenth day here, all in the long
 * form), whose features depend on their past; the month is alarmed if any of the runs says drift.  A shift: volatility
 * doubles 30 days before the run.  CF_RATES multiplies the number of months; make check-long does more of them, and its
 * log shows the rates.
 */
#define UNIT_SECONDS 7200
#include "unit.h"

#include <string.h>

#include "base/day.h"
#include "base/rng.h"
#include "drift/compare.h"
#include "drift/perform.h"

#define MONTH 21
#define WINDOW 60
#define SHIFT 30		/* Days since it. */
#define SYMBOLS_MAX 8

static unsigned int
scale(void)
{
	const char *text = getenv("CF_RATES");
	int n = text != NULL ? atoi(text) : 1;

	return (n > 0 ? (unsigned int)n : 1);
}

/* How many runs to make where the short form makes n; few under sanitizers and the like. */
static unsigned int
runs(unsigned int n)
{
	return (UNIT_SANITIZED || getenv("CF_FLAVOUR") != NULL ? 1 + n / 20 : n * scale());
}

/* Days between the runs of a month. */
static size_t
stride(void)
{
	return (scale() > 1 ? 1 : 10);
}

/* What the log says, and whether `count` of n can come of a rate of at most (sign 1) or at least (-1) `rate`. */
static void
judge(const char *what, unsigned int count, unsigned int n, double rate, int sign)
{
	double share = (double)count / n, chance = 2.33 * sqrt(rate * (1 - rate) / n);

	printf("%-60s %5.1f %% of %u\n", what, 100 * share, n);
	ck_assert_msg(sign * (share - rate) <= chance, "%s: %u of %u", what, count, n);
}

/* ---- markets: daily returns with one common factor; its volatility is steady, or clusters (GARCH(1,1)) */

struct market {
	size_t symbols;
	size_t days;
	int garch;
	double correlation;
	double *r;		/* days * symbols */
	double *volatility;	/* Of each day, as known the day before. */
};

static void
simulate(struct market *m, uint64_t index, size_t shift_day)
{
	struct cf_rng rng = cf_rng_stream(11, CF_RNG_TEST, index);
	double v = 1, common;

	m->r = calloc(m->days * m->symbols, sizeof(double));
	m->volatility = calloc(m->days, sizeof(double));
	for (size_t t = 0; t < m->days; t++) {
		double by = t >= shift_day ? 2 : 1;

		common = cf_rng_normal(&rng);
		m->volatility[t] = sqrt(v);
		for (size_t s = 0; s < m->symbols; s++)
			m->r[t * m->symbols + s] = by * sqrt(v) * (sqrt(m->correlation) * common +
			    sqrt(1 - m->correlation) * cf_rng_normal(&rng));
		if (m->garch)
			v = 0.05 + 0.08 * v * common * common + 0.87 * v;
	}
}

static void
forget(struct market *m)
{
	free(m->r);
	free(m->volatility);
}

/* ---- performance: forecasts that are right until volatility doubles */

struct service {
	const char *name;
	size_t symbols, horizon, history;
	double correlation;
	int garch;
	double detected;	/* Share of shifts, at least; 0: only told. */
};

static const struct service services[] = {
	{ "1 symbol, horizon 1", 1, 1, 500, 0, 0, 0.9 },
	{ "1 symbol, horizon 5", 1, 5, 500, 0, 0, 0 },
	{ "8 symbols, horizon 5", 8, 5, 500, 0.3, 0, 0.9 },
	{ "8 symbols, horizon 5, clusters", 8, 5, 500, 0.3, 1, 0.9 },
	{ "8 symbols, horizon 5, 120 days", 8, 5, 120, 0.3, 0, 0.9 },
	{ "8 symbols, horizon 5, 60 days", 8, 5, 60, 0.3, 0, 0 },
	{ "3 symbols, horizon 1, 60 days", 3, 1, 60, 0.3, 0, 0.9 },
};
#define SERVICES (sizeof(services) / sizeof(services[0]))

/* The forecasts of the first n days, with their outcomes. */
static struct cf_joined
serve(const struct service *s, const struct market *m, size_t n)
{
	struct cf_joined j = { .n = n * s->symbols };

	j.rows = calloc(j.n, sizeof(*j.rows));
	for (size_t i = 0; i < j.n; i++) {
		size_t t = i / s->symbols;
		struct cf_joined_row *r = &j.rows[i];

		r->time_s = (int64_t)t * CF_DAY_S;
		r->horizon = (double)s->horizon;
		r->level = 0.9;
		r->high = 1.6448536269514722 * sqrt(r->horizon) * m->volatility[t + 1];
		r->low = -r->high;
		for (size_t k = 1; k <= s->horizon; k++)
			r->outcome += m->r[(t + k) * s->symbols + i % s->symbols];
	}
	return (j);
}

static int
service_drifts(const struct service *s, const struct market *m, size_t n)
{
	struct cf_joined j = serve(s, m, n);
	struct cf_perform_params p;
	struct cf_findings all = { .mode = "performance" };
	int drifts;

	cf_perform_defaults(&p);
	p.window = WINDOW;
	p.training = 0.9;
	p.replicates = 999;
	ck_assert_int_eq(cf_perform_run(&j, &p, &all, NULL), 0);
	drifts = cf_findings_state(&all) == CF_FINDINGS_DRIFT;
	cf_findings_free(&all);
	cf_joined_free(&j);
	return (drifts);
}

static unsigned int
service_months(const struct service *s, unsigned int months)
{
	unsigned int alarms = 0;

	for (unsigned int i = 0; i < months; i++) {
		struct market m = { s->symbols, s->history + WINDOW + MONTH + s->horizon + 1, s->garch, s->correlation,
		    NULL, NULL };
		int alarm = 0;

		simulate(&m, i, m.days);
		for (size_t day = 0; day < MONTH && !alarm; day += stride())
			alarm = service_drifts(s, &m, s->history + WINDOW + day);
		alarms += alarm != 0;
		forget(&m);
	}
	return (alarms);
}

static unsigned int
service_shifts(const struct service *s, unsigned int n)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct market m = { s->symbols, s->history + WINDOW + s->horizon + 1, s->garch, s->correlation, NULL, NULL };

		/* The last 30 forecasts have no day of quiet in their horizon. */
		simulate(&m, 1000 + i, s->history + WINDOW - SHIFT + 1);
		found += service_drifts(s, &m, s->history + WINDOW) != 0;
		forget(&m);
	}
	return (found);
}

START_TEST(performance_keeps_quiet)
{
	char what[100];

	for (size_t i = 0; i < SERVICES; i++) {
		unsigned int n = runs(8);

		snprintf(what, sizeof(what), "performance, false alarms, %s:", services[i].name);
		judge(what, service_months(&services[i], n), n, 0.05, 1);
	}
}
END_TEST

START_TEST(performance_finds_shifts)
{
	char what[100];

	for (size_t i = 0; i < SERVICES; i++) {
		unsigned int n = runs(8);

		snprintf(what, sizeof(what), "performance, shifts found, %s:", services[i].name);
		judge(what, service_shifts(&services[i], n), n, services[i].detected, -1);
	}
}
END_TEST

/* ---- data: features of such a market, with memories of a day to forever */

#define REFERENCE 500
#define WARM 20
static const char *names[] = { "stock_price", "volatility", "sma_20", "log_return_1", "log_return_5", "rsi", "mine",
    "dollar_index" };
#define FEATURES (sizeof(names) / sizeof(names[0]))

static double
sum(const struct market *m, size_t s, size_t t, size_t n, int square)
{
	double x = 0;

	for (size_t k = 0; k < n; k++) {
		double r = m->r[(t - k) * m->symbols + s] / 100;

		x += square ? r * r : r;
	}
	return (x);
}

/* Days first .. first + n - 1 of the market as a frame. */
static struct cf_frame *
features(const struct market *m, const double *logs, const double *slow, size_t first, size_t n)
{
	struct cf_frame *f = calloc(1, sizeof(*f));
	char symbol[] = "A";

	f->rows = n * m->symbols;
	f->names = calloc(FEATURES, sizeof(*f->names));
	f->values = calloc(FEATURES, sizeof(*f->values));
	f->entity_key = "symbol";
	f->nentities = m->symbols;
	f->entities = calloc(m->symbols, sizeof(*f->entities));
	f->entity = calloc(f->rows, sizeof(*f->entity));
	f->time_s = calloc(f->rows, sizeof(*f->time_s));
	for (f->ncolumns = 0; f->ncolumns < FEATURES; f->ncolumns++) {
		f->names[f->ncolumns] = strdup(names[f->ncolumns]);
		f->values[f->ncolumns] = calloc(f->rows, sizeof(double));
	}
	for (size_t s = 0; s < m->symbols; s++, symbol[0]++)
		f->entities[s] = strdup(symbol);
	for (size_t i = 0; i < f->rows; i++) {
		size_t t = first + i / m->symbols, s = i % m->symbols;
		double price = exp(logs[t * m->symbols + s]), mean = 0;

		for (size_t k = 0; k < 20; k++)
			mean += exp(logs[(t - k) * m->symbols + s]) / 20;
		f->entity[i] = (uint32_t)s;
		f->time_s[i] = (int64_t)t * CF_DAY_S;
		f->values[0][i] = price;
		f->values[1][i] = sqrt(sum(m, s, t, 20, 1) / 20);
		f->values[2][i] = mean;
		f->values[3][i] = sum(m, s, t, 1, 0);
		f->values[4][i] = sum(m, s, t, 5, 0);
		f->values[5][i] = 50 + 50 * sum(m, s, t, 14, 0) / sqrt(14 * sum(m, s, t, 14, 1));
		f->values[6][i] = slow[t * m->symbols + s];
		f->values[7][i] = 100 * exp(logs[t * m->symbols] / 4);
	}
	return (f);
}

static int
data_drifts(const struct cf_frame *reference, const struct cf_frame *current)
{
	struct cf_compare_params p;
	struct cf_findings all = { .mode = "data" };
	struct cf_span r, c;
	int drifts;

	cf_compare_defaults(&p);
	p.threads = 2;
	ck_assert_int_eq(cf_span_make(&r, reference, 0, INT64_MAX, "", NULL), 0);
	ck_assert_int_eq(cf_span_make(&c, current, WINDOW, INT64_MAX, "", NULL), 0);
	ck_assert_int_eq(cf_compare_run(&r, &c, &p, &all, NULL), 0);
	drifts = cf_findings_state(&all) == CF_FINDINGS_DRIFT;
	cf_findings_free(&all);
	cf_span_free(&c);
	cf_span_free(&r);
	return (drifts);
}

/* Run the check on the days of a month (1: only the last) of one market. */
static int
market_drifts(size_t symbols, int garch, uint64_t index, size_t month, int shifts)
{
	struct market m = { symbols, WARM + REFERENCE + WINDOW + month - 1, garch, 0.3, NULL, NULL };
	struct cf_rng rng = cf_rng_stream(12, CF_RNG_TEST, index);
	double *logs, *slow;
	struct cf_frame *reference, *current;
	int drifts = 0;

	simulate(&m, 5000 + index, shifts ? m.days - SHIFT : m.days);
	logs = calloc(m.days * symbols, sizeof(double));
	slow = calloc(m.days * symbols, sizeof(double));
	for (size_t i = 0; i < m.days * symbols; i++) {
		logs[i] = (i < symbols ? 3 : logs[i - symbols]) + m.r[i] / 100;
		/* An indicator of its own that remembers: 0.9 from day to day. */
		slow[i] = (i < symbols ? 0 : 0.9 * slow[i - symbols]) + cf_rng_normal(&rng);
	}
	reference = features(&m, logs, slow, WARM, REFERENCE);
	for (size_t day = 0; day < month && !drifts; day += stride()) {
		current = features(&m, logs, slow, WARM + REFERENCE + day, WINDOW);
		drifts = data_drifts(reference, current);
		cf_frame_free(current);
	}
	cf_frame_free(reference);
	free(slow);
	free(logs);
	forget(&m);
	return (drifts);
}

static void
data_rates(const char *name, size_t symbols, int garch, double least)
{
	/* Of two months none may be alarmed, of three one may. */
	unsigned int alarms = 0, found = 0, months = runs(scale() > 1 ? 3 : 2), shifts = months, i;
	char what[100];

	for (i = 0; i < months; i++)
		alarms += market_drifts(symbols, garch, i, MONTH, 0) != 0;
	snprintf(what, sizeof(what), "data, false alarms, %s:", name);
	judge(what, alarms, months, 0.05, 1);
	for (i = 0; i < shifts; i++)
		found += market_drifts(symbols, garch, 1000 + i, 1, 1) != 0;
	snprintf(what, sizeof(what), "data, shifts found, %s:", name);
	judge(what, found, shifts, least, -1);
}

START_TEST(data_one_symbol)
{
	data_rates("1 symbol", 1, 0, 0);
}
END_TEST

START_TEST(data_panel)
{
	data_rates("8 symbols", 8, 0, 0.9);
}
END_TEST

START_TEST(data_panel_clusters)
{
	data_rates("8 symbols, clusters", 8, 1, 0);
}
END_TEST

UNIT_MAIN("drift_rates", performance_keeps_quiet, performance_finds_shifts, data_one_symbol, data_panel,
    data_panel_clusters)
