#include "unit.h"

#include <string.h>

#include "base/day.h"
#include "base/rng.h"
#include "drift/compare.h"
#include "drift/quiet.h"
#include "drift/views.h"

#define ROWS_MAX 4000

/* A frame of `symbols` symbols on `days` days from `first` on, without columns yet. */
static struct cf_frame *
frame_of(size_t symbols, size_t days, int32_t first)
{
	struct cf_frame *f = calloc(1, sizeof(*f));

	f->rows = symbols * days;
	ck_assert_uint_le(f->rows, ROWS_MAX);
	f->names = calloc(8, sizeof(*f->names));
	f->values = calloc(8, sizeof(*f->values));
	f->entity_key = "symbol";
	f->nentities = symbols;
	f->entities = calloc(symbols, sizeof(*f->entities));
	f->entity = calloc(f->rows, sizeof(*f->entity));
	f->time_s = calloc(f->rows, sizeof(*f->time_s));
	for (size_t s = 0; s < symbols; s++) {
		f->entities[s] = calloc(8, 1);
		snprintf(f->entities[s], 8, "S%zu", s);
		for (size_t t = 0; t < days; t++) {
			f->entity[s * days + t] = (uint32_t)s;
			f->time_s[s * days + t] = (int64_t)(first + (int32_t)t) * CF_DAY_S;
		}
	}
	return (f);
}

static double *
add_column(struct cf_frame *f, const char *name)
{
	f->names[f->ncolumns] = strdup(name);
	f->values[f->ncolumns] = calloc(f->rows + 1, sizeof(double));
	return (f->values[f->ncolumns++]);
}

START_TEST(spans)
{
	struct cf_frame *f = frame_of(2, 10, 100);
	struct cf_span s;
	struct cf_err err;

	ck_assert_int_eq(cf_span_make(&s, f, 0, INT64_MAX, "x.csv", &err), 0);
	ck_assert_uint_eq(s.days, 10);
	ck_assert_uint_eq(s.records, 20);
	ck_assert_uint_eq(s.before[0], CF_SPAN_NONE);
	ck_assert_uint_eq(s.before[10], CF_SPAN_NONE);
	ck_assert_uint_eq(s.before[11], 10);
	ck_assert_uint_eq(s.day[19], 9);
	cf_span_free(&s);
	/* The newest 3 days before day 108: 105 .. 107. */
	ck_assert_int_eq(cf_span_make(&s, f, 3, 108 * CF_DAY_S, "x.csv", &err), 0);
	ck_assert_uint_eq(s.days, 3);
	ck_assert_uint_eq(s.records, 6);
	ck_assert(s.first_s == 105 * CF_DAY_S && s.last_s == 107 * CF_DAY_S);
	ck_assert_uint_eq(s.day[4], CF_SPAN_NONE);
	ck_assert_uint_eq(s.day[5], 0);
	ck_assert_uint_eq(s.before[5], 4);
	ck_assert_uint_eq(s.day[8], CF_SPAN_NONE);
	cf_span_free(&s);

	f->time_s[12] = f->time_s[11];
	ck_assert_int_eq(cf_span_make(&s, f, 0, INT64_MAX, "x.csv", &err), -1);
	ck_assert_str_eq(err.text, "x.csv: dates of symbol \"S1\" do not ascend: \"1970-04-12\"");
	cf_span_free(&s);
	free(f->time_s);
	f->time_s = NULL;
	ck_assert_int_eq(cf_span_make(&s, f, 4, INT64_MAX, "x.csv", &err), 0);
	ck_assert_uint_eq(s.days, 4);
	ck_assert_uint_eq(s.day[16], 0);
	cf_span_free(&s);
	cf_frame_free(f);
}
END_TEST

/* Levels by role; residuals of x[t] = 5 + (-1/2)^t, whose slope is -1/2, are none. */
START_TEST(views_by_hand)
{
	struct cf_frame *f = frame_of(1, 6, 0), *g = frame_of(1, 3, 6);
	struct cf_span r, c;
	struct cf_views v;
	double a[ROWS_MAX], b[ROWS_MAX];
	struct cf_views_values values = { a, b };
	double *price = add_column(f, "stock_price"), *sma = add_column(f, "sma_20"), *vol = add_column(f, "volatility"),
	    *x = add_column(f, "mine");
	double *y = add_column(g, "mine"), mean = 0;

	add_column(f, "cash_flow");
	for (size_t t = 0; t < 6; t++) {
		price[t] = 10 * (double)(t + 1);
		sma[t] = 5 * (double)(t + 1);
		vol[t] = t == 0 ? 0 : exp((double)t);
		x[t] = 5 + pow(-0.5, (double)t);
	}
	for (size_t t = 0; t < 3; t++)
		y[t] = 7;
	ck_assert_int_eq(cf_span_make(&r, f, 0, INT64_MAX, "", NULL), 0);
	ck_assert_int_eq(cf_span_make(&c, g, 0, INT64_MAX, "", NULL), 0);
	ck_assert_int_eq(cf_views_make(&v, &r, &c, "cash_flow", NULL), 0);
	ck_assert_uint_eq(v.n, 4);
	ck_assert_int_eq(cf_views_has(&v, 0, CF_VIEWS_LEVEL), 0);
	ck_assert_int_eq(cf_views_has(&v, 0, CF_VIEWS_CHANGE), 1);
	ck_assert_int_eq(cf_views_has(&v, 1, CF_VIEWS_LEVEL), 1);

	/* The price changes by ratios, and is not there in the current data. */
	ck_assert_int_eq(cf_views_fill(&v, 0, CF_VIEWS_CHANGE, &values, NULL), 0);
	ck_assert(isnan(a[0]));
	ck_near(a[1], log(2), 1e-12);
	ck_near(a[5], log(1.2), 1e-12);
	ck_assert(isnan(b[2]));
	ck_assert_int_eq(cf_views_fill(&v, 1, CF_VIEWS_LEVEL, &values, NULL), 0);
	ck_near(a[3], 0.5, 1e-14);
	ck_assert_int_eq(cf_views_fill(&v, 2, CF_VIEWS_LEVEL, &values, NULL), 0);
	ck_assert(isnan(a[0]));
	ck_near(a[3], 3, 1e-14);

	ck_assert_int_eq(cf_views_fill(&v, 3, CF_VIEWS_CHANGE, &values, NULL), 0);
	for (size_t t = 0; t < 6; t++)
		mean += x[t] / 6;
	{
		double ab = 0, aa = 0, slope;

		for (size_t t = 1; t < 6; t++) {
			ab += (x[t] - mean) * (x[t - 1] - mean);
			aa += (x[t - 1] - mean) * (x[t - 1] - mean);
		}
		slope = ab / aa;
		ck_assert(slope < -0.4 && slope > -0.8);
		ck_near(a[2], x[2] - mean - slope * (x[1] - mean), 1e-12);
		ck_near(b[1], 7 - mean - slope * (7 - mean), 1e-12);
		ck_assert(isnan(b[0]));
	}
	/* What is missing before the first value is warm-up. */
	sma[0] = sma[1] = sma[3] = NAN;
	ck_assert_int_eq(cf_views_fill(&v, 1, CF_VIEWS_VALUE, &values, NULL), 0);
	ck_assert(isinf(a[0]) && isinf(a[1]) && a[2] == 15 && isnan(a[3]));
	ck_assert(isnan(b[0]) && isnan(b[2]));
	cf_views_free(&v);
	cf_span_free(&c);
	cf_span_free(&r);
	cf_frame_free(g);
	cf_frame_free(f);
}
END_TEST

/* Share of kind 0, of which one value a day is drawn with probability 1/2. */
static void
share(const void *cookie, const uint32_t *reference, const uint32_t *current, double *value)
{
	(void)cookie;
	(void)reference;
	value[0] = (double)current[0] / ((double)current[0] + (double)current[1]);
}

/* Independent days, one look: p-values are those of the binomial distribution. */
START_TEST(quiet_binomial)
{
	enum { N = 1000, M = 20 };
	static uint32_t prefix[(N + 1) * 2];
	struct cf_quiet_params p = { 1, 0, 19999, 19999, 1, 0.05 };
	struct cf_quiet_result r;

	for (size_t i = 0; i < N; i++) {
		prefix[2 * i + 2] = prefix[2 * i] + (i % 2);
		prefix[2 * i + 3] = prefix[2 * i + 1] + (i % 2 == 0);
	}
	for (uint32_t k = 10; k <= 16; k++) {
		uint32_t current[2] = { k, M - k };
		struct cf_quiet_case c = { 2, N, prefix, 1, M, current, 1, share, NULL, 1, 1 };
		double want = 0;

		ck_assert_int_eq(cf_quiet_run(&c, &p, &r, NULL), 0);
		for (uint32_t i = k; i <= M; i++)
			want += exp(lgamma(M + 1) - lgamma(i + 1.0) - lgamma(M - i + 1.0) - M * log(2));
		ck_abs(r.p[0], want, 4 * sqrt(want / 19999) + 1e-4);
		ck_assert(r.p[0] == r.p_any);
		ck_assert(r.threshold[0] == 0.7);	/* P(X > 14) = 0.021, P(X > 13) = 0.058 */
	}
	{
		uint32_t current[2] = { 10, 10 };
		struct cf_quiet_case c = { 2, N, prefix, 1, M, current, 1, share, NULL, 1, 1 };
		struct cf_quiet_case blocks = { 2, N, prefix, 100, M, current, 1, share, NULL, 1, 1 };
		double once, worst;

		/* Early end, the worst of a month, the floor of few blocks. */
		p.least = 99;
		ck_assert_int_eq(cf_quiet_run(&c, &p, &r, NULL), 0);
		ck_assert_uint_eq(r.replicates, 99);
		p.least = 4999;
		ck_assert_int_eq(cf_quiet_run(&c, &p, &r, NULL), 0);
		once = r.p[0];
		p.looks = 21;
		ck_assert_int_eq(cf_quiet_run(&c, &p, &r, NULL), 0);
		worst = r.p[0];
		ck_assert(worst > once + 0.1);
		ck_assert_int_eq(cf_quiet_run(&blocks, &p, &r, NULL), 0);
		ck_near(r.floor, 0.1, 1e-14);
		ck_assert(r.p[0] >= 0.1);
		/* What lies far enough needs no blocks: 5 looks of a month. */
		blocks.far = 0.001;
		ck_assert_int_eq(cf_quiet_run(&blocks, &p, &r, NULL), 0);
		ck_near(r.floor, 0.005, 1e-14);
	}
}
END_TEST

static const struct cf_finding *
find(const struct cf_findings *all, const char *feature, const char *view, const char *test)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct cf_finding *f = &all->items[i];

		if (!strcmp(f->test, test) && !strcmp(f->feature, feature) && !strcmp(f->view, view))
			return (f);
	}
	ck_abort_msg("no finding %s %s %s", feature, view, test);
}

/* One run on noise, a shifted column, a constant that moves, one that ends, one that never was. */
START_TEST(compare_finds)
{
	struct cf_frame *f = frame_of(3, 400, 0), *g = frame_of(3, 60, 400);
	struct cf_rng rng = cf_rng_stream(9, CF_RNG_TEST, 0);
	struct cf_frame *both[] = { f, g };
	struct cf_span r, c;
	struct cf_compare_params p;
	struct cf_findings one = { .mode = "data" }, two = { .mode = "data" };

	for (size_t k = 0; k < 2; k++) {
		struct cf_frame *h = both[k];
		double *noise = add_column(h, "noise"), *shifted = add_column(h, "shifted"), *flat = add_column(h, "flat"),
		    *moved = add_column(h, "moved"), *ends = add_column(h, "ends"), *none = add_column(h, "none"),
		    *target = add_column(h, "cash_flow");

		for (size_t i = 0; i < h->rows; i++) {
			noise[i] = cf_rng_normal(&rng);
			shifted[i] = cf_rng_normal(&rng) + (double)k;
			flat[i] = 3;
			moved[i] = 3 + (double)k;
			ends[i] = k == 0 ? cf_rng_normal(&rng) : (double)NAN;
			none[i] = NAN;
			target[i] = 100 * (double)k;
		}
	}
	ck_assert_int_eq(cf_span_make(&r, f, 0, INT64_MAX, "", NULL), 0);
	ck_assert_int_eq(cf_span_make(&c, g, 0, INT64_MAX, "", NULL), 0);
	cf_compare_defaults(&p);
	p.threads = 1;
	ck_assert_int_eq(cf_compare_run(&r, &c, &p, &one, NULL), 0);
	p.threads = 3;
	ck_assert_int_eq(cf_compare_run(&r, &c, &p, &two, NULL), 0);

	ck_assert_uint_eq(one.n, two.n);
	for (size_t i = 0; i < one.n; i++) {
		ck_assert(isnan(one.items[i].p) || one.items[i].p == two.items[i].p);
		ck_assert_str_ne(one.items[i].feature, "cash_flow");
		if (strcmp(one.items[i].feature, "noise") == 0 || strcmp(one.items[i].feature, "flat") == 0 ||
		    strcmp(one.items[i].feature, "none") == 0)
			ck_assert_int_eq(one.items[i].state, CF_FINDINGS_OK);
	}
	ck_assert_int_eq(find(&one, "shifted", "level", "ks")->state, CF_FINDINGS_DRIFT);
	ck_abs(find(&one, "shifted", "level", "wasserstein")->value, 1, 0.2);
	ck_assert_int_eq(find(&one, "shifted", "level", "psi")->state, CF_FINDINGS_DRIFT);
	ck_assert_int_eq(find(&one, "moved", "level", "psi")->state, CF_FINDINGS_DRIFT);
	ck_near(find(&one, "moved", "value", "range")->value, 1, 1e-14);
	ck_assert_int_eq(find(&one, "moved", "value", "range")->state, CF_FINDINGS_OK);
	ck_assert_int_eq(find(&one, "ends", "value", "missing")->state, CF_FINDINGS_DRIFT);
	ck_near(find(&one, "ends", "value", "missing")->value, 1, 1e-14);
	ck_assert_str_eq(find(&one, "ends", "level", "psi")->detail, "no values in the current data");
	ck_assert_str_eq(find(&one, "none", "level", "psi")->detail, "no values in the reference");
	cf_findings_free(&one);
	cf_findings_free(&two);
	cf_span_free(&c);
	cf_span_free(&r);
	cf_frame_free(g);
	cf_frame_free(f);
}
END_TEST

UNIT_MAIN("drift_compare", spans, views_by_hand, quiet_binomial, compare_finds)
