/* How forecasts did: joined outcomes, coverage, skill against what was known without a model. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "report/chart.h"
#include "report/judged.h"
#include "report/without.h"
#include "score/score.h"

#include "unit.h"

#define DAYS 200
#define HORIZON 5

/* An outcome that is no straight line and repeats nothing. */
static double
outcome(size_t i)
{

	return (100 + 3 * sin(0.7 * (double)i) + 1.5 * cos(2.3 * (double)i));
}

/* past of one symbol: outcomes of DAYS days, forecasts of the last n of them, interval 100 -+ half. */
static void
make(struct cf_past *past, size_t n, double half)
{
	struct cf_past_row row = { .level = 0.9, .key.horizon = HORIZON, .prediction = 100, .quantiles = CF_PAST_NONE };
	size_t i, entity;

	memset(past, 0, sizeof(*past));
	past->files.key = "symbol";
	ck_assert_int_eq(cf_names_add(&past->files.entities, "A", 1, &entity, NULL), 1);
	past->outcomes = cf_mem_array(DAYS, sizeof(*past->outcomes), NULL);
	past->rows = cf_mem_array(DAYS, sizeof(*past->rows), NULL);
	ck_assert(past->outcomes != NULL && past->rows != NULL);
	for (i = 0; i < DAYS; i++) {
		struct cf_past_outcome *o = &past->outcomes[past->noutcomes++];

		o->key.date_s = (int64_t)(10000 + i) * CF_DAY_S;
		o->key.horizon = HORIZON;
		o->value = outcome(i);
		o->key.order = i;
		if (i < DAYS - n)
			continue;
		row.key.date_s = row.target_s = past->newest_s = o->key.date_s;
		row.low = 100 - half;
		row.high = 100 + half;
		row.key.order = past->n;
		past->rows[past->n++] = row;
	}
	cf_past_settle(past);
}

START_TEST(joined)
{
	struct cf_past past;
	size_t i, first, end;

	make(&past, 30, 2);
	ck_assert_uint_eq(past.n, 30);
	for (i = 0; i < past.n; i++)
		ck_assert(past.rows[i].outcome == outcome(DAYS - 30 + i));
	cf_past_entity(&past, 0, &first, &end);
	ck_assert_uint_eq(first, 0);
	ck_assert_uint_eq(end, 30);
	cf_past_free(&past);
}
END_TEST

/* what is known at day i: outcomes of days up to i - HORIZON, and no more */
START_TEST(known_at_the_origin)
{
	struct cf_without without;
	struct cf_past past;
	double low, high, variance = NAN, r;
	size_t i, j;

	make(&past, 30, 2);
	ck_assert_int_eq(cf_without_open(&without, &past, HORIZON, NULL), 0);
	cf_without_entity(&without, 0);
	for (i = 0; i < past.n; i++) {
		cf_without_at(&without, &past.rows[i], (int)i);
		ck_assert_uint_eq(without.known, DAYS - 30 + i - HORIZON + 1);
		variance = NAN;
		for (j = 0; j < without.known; j++) {
			r = log(outcome(j) / 100);
			variance = isnan(variance) ? r * r : 0.94 * variance + 0.06 * r * r;
		}
		ck_assert_int_eq(cf_without_interval(&without, CF_WITHOUT_EWMA, &past.rows[i], &low, &high), 1);
		ck_assert_double_eq_tol(high, 100 * exp(1.6448536269514722 * sqrt(variance)), 1e-9);
		ck_assert_double_eq_tol(low * high, 1e4, 1e-7);
		ck_assert_int_eq(cf_without_interval(&without, CF_WITHOUT_UNCONDITIONAL, &past.rows[i], &low, &high), 1);
		ck_assert(low >= 95.5 && low < 98 && high > 102 && high <= 104.5);
		ck_assert_int_eq(cf_without_interval(&without, CF_WITHOUT_WEEKDAY, &past.rows[i], &low, &high), 0);
	}
	cf_without_close(&without);
	cf_past_free(&past);
}
END_TEST

START_TEST(coverage_and_skill)
{
	struct cf_figures figures = { 0 };
	struct cf_judged judged;
	struct cf_without without;
	struct cf_past past;
	double low, high, model = 0, sums[2] = { 0, 0 };
	size_t i, inside = 0;
	int year, month, day;

	make(&past, 60, 2.5);
	ck_assert_int_eq(cf_without_open(&without, &past, HORIZON, NULL), 0);
	cf_without_entity(&without, 0);
	for (i = 0; i < past.n; i++) {
		inside += fabs(past.rows[i].outcome - 100) <= 2.5;
		model += cf_score_winkler(0.9, 97.5, 102.5, past.rows[i].outcome);
		cf_day_split(cf_day_of_moment(past.rows[i].key.date_s), &year, &month, &day);
		cf_without_at(&without, &past.rows[i], year * 12 + month - 1);
		cf_without_interval(&without, CF_WITHOUT_UNCONDITIONAL, &past.rows[i], &low, &high);
		sums[0] += cf_score_winkler(0.9, low, high, past.rows[i].outcome);
		cf_without_interval(&without, CF_WITHOUT_EWMA, &past.rows[i], &low, &high);
		sums[1] += cf_score_winkler(0.9, low, high, past.rows[i].outcome);
	}
	cf_without_close(&without);
	ck_assert_int_eq(cf_judged_figures(&past, &judged, &figures, NULL), 0);
	ck_assert_uint_eq(judged.n, 60);
	ck_assert_uint_eq(judged.dates, 60);
	ck_assert_double_eq_tol(judged.coverage, (double)inside / 60, 1e-12);
	ck_assert_double_eq_tol(judged.skill, 1 - model / fmin(sums[0], sums[1]), 1e-9);
	ck_assert_str_eq(judged.baseline, sums[0] < sums[1] ? "unconditional" : "ewma");
	ck_assert_uint_eq(figures.n, 3);
	/* the histogram has three parts, and all outcomes fall into them */
	ck_assert_uint_eq(cf_figure_rows(figures.items[1]), 3);
	ck_assert_double_eq_tol(cf_figure_cell(figures.items[1], 1, 4)->number, 100 * (double)inside / 60, 1e-9);
	cf_figure_free(&figures);
	cf_past_free(&past);
}
END_TEST

/* nothing, and nothing that has an outcome, are no failures */
START_TEST(nothing)
{
	struct cf_figures figures = { 0 };
	struct cf_judged judged;
	struct cf_past past = { 0 };

	cf_past_settle(&past);
	ck_assert_int_eq(cf_judged_figures(&past, &judged, &figures, NULL), 0);
	ck_assert_uint_eq(figures.n, 0);
	make(&past, 30, 2);
	past.noutcomes = 0;
	cf_past_settle(&past);
	ck_assert_int_eq(cf_judged_figures(&past, &judged, &figures, NULL), 0);
	ck_assert_uint_eq(judged.n, 0);
	ck_assert_uint_eq(figures.n, 0);
	ck_assert(isnan(judged.coverage));
	cf_past_free(&past);
	cf_figure_free(&figures);
}
END_TEST

START_TEST(steps)
{
	static const struct {
		double span;
		double step;
	} cases[] = { { 4, 1 }, { 8, 2 }, { 20, 5 }, { 1, 0.2 }, { 0.04, 0.01 }, { 1234, 200 }, { 9e9, 2e9 } };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_double_eq_tol(cf_chart_step(cases[i].span, 4) / cases[i].step, 1, 1e-12);
}
END_TEST

UNIT_MAIN("report/judged", joined, known_at_the_origin, coverage_and_skill, nothing, steps)
