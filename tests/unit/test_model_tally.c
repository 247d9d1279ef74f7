/*
 * Tallies: the worth of records, sums, runs of hits, skill; worked out by hand.
 */
#include "test_model_data.h"

#include "model/tally.h"

/* Three symbols on two days, one more on the third; horizon 5: 1 / (5 * (1 + 0.3 * (n - 1))). */
START_TEST(worths)
{
	static const double expected[] = { 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.2 };
	struct cf_frame *f = frame_make(7, "x y", NULL, 1, 5), *undated = frame_make(3, "x y", NULL, 0, 0);
	struct cf_data *d, *u = must_data("plain", undated, "y");
	double w[7];

	for (size_t i = 0; i < 7; i++)
		f->time_s[i] = (int64_t)(i / 3) * DAY;
	d = must_data("plain", f, "y");
	cf_tally_worth(d, w);
	for (size_t i = 0; i < 7; i++)
		ck_near(w[i], expected[i], 1e-12);
	cf_tally_worth(u, w);
	for (size_t i = 0; i < 3; i++)
		ck_near(w[i], 1, 0);
	cf_data_free(d);
	cf_data_free(u);
	cf_frame_free(f);
	cf_frame_free(undated);
}
END_TEST

/* Six days of one symbol, horizon 2; the last day is not scored. */
START_TEST(sums)
{
	static const struct {
		double target, prediction, pinball, loss0, crps, winkler;
		int hit, few;
	} days[] = {
		{ 101, 102, 1, 2, 0.5, 8, 1, 1 },
		{ 99, 101, 2, 2, 0.5, 9, 1, 0 },
		{ 98, 99, 3, 4, 1.5, 10, 0, 0 },
		{ 100, 100, 4, 5, 2.5, 11, 1, 1 },
		{ 104, 103, 5, 5, 3, 12, 1, 1 },
		{ 50, 50, 900, 900, 900, 900, 1, 1 },
	};
	struct cf_frame *f = frame_make(COUNT(days), "x y", "symbol", 1, 2);
	struct cf_eval_row rows[COUNT(days)];
	double worth[COUNT(days)];
	struct cf_tally t = { 0 }, total = { 0 };
	struct cf_data *d;

	memset(rows, 0, sizeof(rows));
	for (size_t i = 0; i < COUNT(days); i++) {
		frame_column(f, "y")[i] = days[i].target;
		rows[i].pinball = days[i].pinball;
		rows[i].loss[0] = (float)days[i].loss0;
		rows[i].crps = days[i].crps;
		rows[i].winkler = days[i].winkler;
		rows[i].prediction = days[i].prediction;
		rows[i].hit = days[i].hit;
		rows[i].few_hit = days[i].few;
		rows[i].scored = i + 1 < COUNT(days);
	}
	d = must_data("plain", f, "y");
	cf_tally_worth(d, worth);
	ck_assert_int_eq(cf_tally_rows(&t, d, rows, worth, 0, COUNT(days), NULL), 0);
	for (unsigned times = 1; times <= 2; times++) {
		cf_tally_add(&total, &t);
		ck_assert_uint_eq(total.n, 5 * times);
		ck_near(total.pinball[CF_TALLY_MODEL], 15 * times, 1e-12);
		ck_near(total.pinball[CF_TALLY_SCALE], 18 * times, 1e-12);
		ck_near(total.crps, 8 * times, 1e-12);
		ck_near(total.winkler, 50 * times, 1e-12);
		ck_assert_uint_eq(total.hits, 4 * times);
		ck_assert_uint_eq(total.few_hits, 3 * times);
		/* 102 for 101, 99 for 98, 100 for 100, 103 for 104. */
		ck_assert_uint_eq(total.same_sign, 4 * times);
		/* Errors 1, 2, 1, 0, -1. */
		ck_near(cf_score_rmse(&total.errors), sqrt(1.4), 1e-12);
		ck_near(cf_score_mae(&total.errors), 1, 1e-12);
		ck_near(cf_score_bias(&total.errors), 0.6, 1e-12);
		/* Each is worth half a case. */
		ck_near(total.cases, 2.5 * times, 1e-12);
		ck_near(total.case_hits, 2 * times, 1e-12);
		/* Days 0, 2 and 4 do not overlap: hit, miss, hit. */
		ck_near(total.runs.n[1][0], times, 1e-12);
		ck_near(total.runs.n[0][1], times, 1e-12);
		ck_near(total.runs.n[1][1], 0, 0);
		ck_near(total.runs.n[0][0], 0, 0);
	}
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

START_TEST(skill)
{
	static const struct {
		size_t n;
		double model, unconditional, ewma, garch, skill;
	} cases[] = {
		{ 1, 9, 20, NAN, NAN, 0.1 }, { 1, 9, 12, 10, NAN, 0.1 }, { 1, 9, 12, NAN, 10, 0.1 },
		{ 1, 12, 20, 15, 10, -0.2 }, { 1, 5, 10, 20, 20, 0.5 }, { 0, 0, 0, 0, 0, NAN },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct cf_tally t = { .n = cases[i].n,
			.pinball = { cases[i].model, 1, cases[i].unconditional, cases[i].ewma, cases[i].garch,
			    NAN, NAN, i == 0 ? 10.0 : (double)NAN } };

		ck_near(cf_tally_skill(&t), cases[i].skill, 1e-12);
	}
	for (size_t m = 0; m < CF_TALLY_METHODS; m++)
		ck_assert_str_eq(cf_tally_method_name((enum cf_tally_method)m),
		    ((const char *const[]){ "model", "scale", "unconditional", "ewma", "garch",
		    "seasonal_naive", "weekday_mean", "theta" })[m]);
}
END_TEST

UNIT_MAIN("model_tally", worths, sums, skill)
