#include "unit.h"

#include <string.h>

#include "base/day.h"
#include "base/file.h"
#include "drift/daily.h"
#include "drift/joined.h"
#include "drift/months.h"
#include "drift/perform.h"
#include "drift/trained.h"

static void
put(const char *name, const char *text)
{
	ck_assert_int_eq(cf_file_write(name, text, strlen(text), NULL), 0);
}

static int
load(struct cf_joined *j, const char *forecasts, const char *outcomes, const char *model, struct cf_err *err)
{
	const char *paths[] = { "f1.csv", "f2.csv" };
	struct cf_joined_options o = { paths, 1, "o.csv", "cash_flow", model };

	put("f1.csv", forecasts);
	if (strchr(forecasts, '|') != NULL) {
		char first[2000];

		snprintf(first, sizeof(first), "%.*s", (int)(strchr(forecasts, '|') - forecasts), forecasts);
		put("f1.csv", first);
		put("f2.csv", strchr(forecasts, '|') + 1);
		o.nforecasts = 2;
	}
	put("o.csv", outcomes);
	return (cf_joined_load(j, &o, err));
}

START_TEST(joins_on_the_key)
{
	struct cf_joined j;

	/* Two files, of which the later counts; records in any order, with and without outcomes. */
	ck_assert_int_eq(load(&j,
	    "symbol,date,horizon,prediction,interval_low,interval_high,level,model\n"
	    "B,2024-01-03,5,101,90,110,0.9,m1\n"
	    "A,2024-01-03,5,102,91,111,0.8,m1\n"
	    "A,2024-01-02,5,1,0,2,0.9,m1\n"
	    "A,2024-01-04,5,103,92,112,,m1\n|"
	    "model,level,interval_high,interval_low,prediction,horizon,date,symbol\n"
	    "m2,0.9,113,93,104,5,2024-01-02,A\n"
	    "m2,0.9,,93,104,5,2024-01-01,A\n",
	    "cash_flow,date,symbol,horizon,other\n"
	    "100,2024-01-02,A,5,x\n"
	    "99,2024-01-03,B,5,\n"
	    "98,2024-01-03,B,20,\n"
	    ",2024-01-03,A,5,\n"
	    "97,2024-01-01,A,5,\n"
	    "96,2024-01-04,A,5,\n"
	    "95,2024-01-04,A,5,\n", NULL, NULL), 0);
	ck_assert_uint_eq(j.forecasts, 5);
	ck_assert_uint_eq(j.outcomes, 6);
	ck_assert_int_eq(j.is_ledger, 0);
	ck_assert_uint_eq(j.n, 3);
	ck_assert(j.rows[0].prediction == 104 && j.rows[0].outcome == 100);
	ck_assert(j.rows[1].prediction == 101 && j.rows[1].outcome == 99);
	ck_assert(j.rows[2].prediction == 103 && j.rows[2].outcome == 95);
	ck_assert(j.rows[2].level == 0.9);
	ck_assert(j.rows[0].time_s == (int64_t)cf_day_of(2024, 1, 2) * CF_DAY_S);
	cf_joined_free(&j);

	ck_assert_int_eq(load(&j, "date,prediction,interval_low,interval_high,model\n2024-01-01,1,0,2,a\n2024-01-02,1,0,2,b\n",
	    "date,cash_flow\n2024-01-01,1\n2024-01-02,2\n", "b", NULL), 0);
	ck_assert_uint_eq(j.n, 1);
	ck_assert(j.rows[0].outcome == 2);
	cf_joined_free(&j);
}
END_TEST

/* Of a ledger a row's day is its target date. */
START_TEST(ledger_by_target_date)
{
	struct cf_joined j;
	struct cf_daily d;

	ck_assert_int_eq(load(&j,
	    "account,date,horizon,target_date,prediction,interval_low,interval_high\n"
	    "x,2024-01-01,2,2024-01-03,5,0,10\n"
	    "x,2024-01-02,1,2024-01-03,6,2,10\n"
	    "x,2024-01-02,2,2024-01-04,7,2,10\n",
	    "account,date,horizon,cash_flow\nx,2024-01-01,2,10\nx,2024-01-02,1,10\nx,2024-01-02,2,-4\n", NULL, NULL), 0);
	ck_assert_int_eq(j.is_ledger, 1);
	ck_assert_int_eq(cf_daily_make(&d, &j, NULL), 0);
	ck_assert_uint_eq(d.n, 2);
	ck_assert_uint_eq(d.overlap, 1);
	ck_assert(d.days[0].n == 2 && d.days[0].hits == 2);
	/* |10 - 5| / 5 and |10 - 6| / 4; |-4 - 6| / 4 = 2.5 */
	ck_near(d.days[0].score, 2, 1e-14);
	ck_near(d.days[1].score, 2.5, 1e-14);
	ck_near(d.days[0].error, -5 + -4, 1e-14);
	ck_near(d.days[1].error, 11, 1e-14);
	ck_assert(d.days[1].hits == 0);
	cf_daily_free(&d);
	cf_joined_free(&j);
}
END_TEST

START_TEST(bad_files)
{
	static const struct { const char *forecasts, *outcomes, *text; } cases[] = {
		{ "symbol,date,horizon,prediction,interval_low\nA,2024-01-01,5,1,0\n", "",
		    "f1.csv: column \"interval_high\": there is no such column" },
		{ "symbol,date,prediction,interval_low,interval_high\n", "account,date,cash_flow\n",
		    "o.csv: column \"symbol\": there is no such column" },
		{ "symbol,date,prediction,interval_low,interval_high\n", "symbol,date,horizon,cash_flow\n",
		    "o.csv:1: column \"horizon\": not there in the files before" },
		{ "symbol,date,prediction,interval_low,interval_high\n", "symbol,date,x\n",
		    "o.csv: column \"cash_flow\": there is no such column" },
		{ "symbol,date,prediction,interval_low,interval_high\nA,2024-01-01,1,2,1\n", "",
		    "f1.csv:2: column \"interval_low\": above the upper end: \"2\"" },
		{ "symbol,date,prediction,interval_low,interval_high,level\nA,2024-01-01,1,2,3,90\n", "",
		    "f1.csv:2: column \"level\": not between 0 and 1: \"90\"" },
		{ "symbol,date,horizon,prediction,interval_low,interval_high\nA,2024-01-01,-1,1,2,3\n", "",
		    "f1.csv:2: column \"horizon\": no horizon: \"-1\"" },
		{ "symbol,date,prediction,interval_low,interval_high\n,2024-01-01,1,2,3\n", "",
		    "f1.csv:2: column \"symbol\": missing" },
	};
	struct cf_joined j;
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(load(&j, cases[i].forecasts, cases[i].outcomes, NULL, &err), -1);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
		ck_assert_msg(strncmp(err.text, cases[i].text, strlen(cases[i].text)) == 0, "%s", err.text);
		cf_joined_free(&j);
	}
	ck_assert_int_eq(load(&j, "", "", NULL, NULL), 0);
	ck_assert_uint_eq(j.n, 0);
	cf_joined_free(&j);
}
END_TEST

/* Scores 0 1 0 1 (mean 1/2, deviation 1/2), then 1 2: +1 and +3. */
START_TEST(scores_by_hand)
{
	struct cf_daily_day d[6];
	double x[6];
	const double score[] = { 0, 1, 0, 1, 1, 2 };

	memset(d, 0, sizeof(d));
	for (size_t i = 0; i < 6; i++) {
		d[i].n = 2;
		d[i].score = 2 * score[i];
	}
	cf_months_scores(d, 4, 6, x);
	ck_near(x[0], -1, 1e-14);
	ck_near(x[4], 1, 1e-14);
	ck_near(x[5], 3, 1e-14);
	/* What does not vary tells nothing. */
	for (size_t i = 0; i < 6; i++)
		d[i].score = 2;
	cf_months_scores(d, 4, 6, x);
	ck_assert(x[5] == 0);
	ck_near(cf_months_quantile(score, 4, 0.5), 0.5, 1e-14);
	ck_near(cf_months_quantile(score, 6, 1), 2, 1e-14);
}
END_TEST

/* Records of one symbol; every tenth outcome of the first `quiet` days lies outside, every second one later. */
static struct cf_joined
made(size_t n, size_t quiet, double horizon)
{
	struct cf_joined j = { .n = n };

	j.rows = calloc(n, sizeof(*j.rows));
	for (size_t i = 0; i < n; i++) {
		struct cf_joined_row r = { .time_s = (int64_t)i * CF_DAY_S, .horizon = horizon, .prediction = 1,
		    .low = -1, .high = 1, .level = 0.9 };
		int miss = i < quiet ? i % 10 == 7 : i % 2 == 0;

		r.outcome = miss ? 2 : (double)(i % 7) / 10;
		j.rows[i] = r;
	}
	return (j);
}

static const struct cf_finding *
find(const struct cf_findings *all, const char *test)
{
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->items[i].test, test) == 0)
			return (&all->items[i]);
	}
	ck_abort_msg("no finding %s", test);
}

START_TEST(quiet_is_ok)
{
	struct cf_joined j = made(300, 300, 1);
	struct cf_perform_params p;
	struct cf_findings all = { .mode = "performance" };

	cf_perform_defaults(&p);
	p.training = 0.9;
	ck_assert_int_eq(cf_perform_run(&j, &p, &all, NULL), 0);
	ck_assert_int_eq(all.least, CF_FINDINGS_OK);
	ck_assert_uint_eq(all.days, 60);
	ck_assert_uint_eq(all.reference_days, 240);
	ck_near(find(&all, "accuracy")->value, 0.9, 1e-14);
	ck_assert_int_eq(find(&all, "accuracy")->state, CF_FINDINGS_OK);
	ck_near(find(&all, "accuracy")->expected, 0.9, 1e-14);
	ck_abs(find(&all, "relative_drop")->value, 0, 1e-14);
	/* 60 cases: 0.82 .. 0.97, formats' own figure. */
	ck_near(find(&all, "coverage")->n_effective, 60, 0.05);
	ck_abs(find(&all, "coverage")->low, 0.82, 0.01);
	ck_abs(find(&all, "coverage")->high, 0.97, 0.01);
	ck_assert(find(&all, "coverage")->p > 0.99);
	ck_assert_int_eq(cf_findings_state(&all) == CF_FINDINGS_DRIFT, 0);
	cf_findings_free(&all);
	cf_joined_free(&j);
}
END_TEST

START_TEST(misses_are_drift)
{
	struct cf_joined j = made(300, 260, 1);
	struct cf_perform_params p;
	struct cf_findings all = { .mode = "performance" };

	cf_perform_defaults(&p);
	p.training = 0.9;
	ck_assert_int_eq(cf_perform_run(&j, &p, &all, NULL), 0);
	/* 20 days with 18 hits, 40 with 20. */
	ck_near(find(&all, "accuracy")->value, 38 / 60.0, 1e-14);
	ck_assert_int_eq(find(&all, "accuracy")->state, CF_FINDINGS_DRIFT);
	ck_near(find(&all, "relative_drop")->value, 1 - 38 / 60.0 / 0.9, 1e-12);
	ck_assert_int_eq(find(&all, "relative_drop")->state, CF_FINDINGS_DRIFT);
	ck_assert_int_eq(find(&all, "coverage")->state, CF_FINDINGS_WATCH);
	ck_assert_int_eq(find(&all, "page_hinkley")->state, CF_FINDINGS_DRIFT);
	ck_assert_int_eq(cf_findings_state(&all), CF_FINDINGS_DRIFT);
	cf_findings_free(&all);
	cf_joined_free(&j);
}
END_TEST

/* The same misses, of outcomes that overlap for 30 days, tell of two months at most: too little. */
START_TEST(overlap_shrinks_n)
{
	struct cf_joined j = made(300, 260, 30);
	struct cf_perform_params p;
	struct cf_findings all = { .mode = "performance" };

	cf_perform_defaults(&p);
	ck_assert_int_eq(cf_perform_run(&j, &p, &all, NULL), 0);
	ck_assert(find(&all, "accuracy")->n_effective <= 2);
	ck_assert_int_eq(find(&all, "accuracy")->state, CF_FINDINGS_WATCH);
	ck_assert_str_eq(find(&all, "accuracy")->detail, "too few independent days to tell");
	ck_assert(isnan(find(&all, "relative_drop")->value));
	ck_assert_int_eq(cf_findings_state(&all), CF_FINDINGS_WATCH);
	cf_findings_free(&all);
	cf_joined_free(&j);
}
END_TEST

START_TEST(few_days)
{
	static const size_t n[] = { 0, 1, 19, 20, 21, 59 };
	struct cf_perform_params p;

	cf_perform_defaults(&p);
	for (size_t i = 0; i < sizeof(n) / sizeof(n[0]); i++) {
		struct cf_joined j = made(n[i], n[i], 1);
		struct cf_findings all = { .mode = "performance" };

		ck_assert_int_eq(cf_perform_run(&j, &p, &all, NULL), 0);
		ck_assert_int_eq(all.least, n[i] < 20 ? CF_FINDINGS_WATCH : CF_FINDINGS_OK);
		ck_assert_int_eq(all.n > 0, n[i] >= 20);
		cf_findings_free(&all);
		cf_joined_free(&j);
	}
}
END_TEST

START_TEST(ledger_has_wape)
{
	struct cf_joined j = made(100, 100, 1);
	struct cf_perform_params p;
	struct cf_findings all = { .mode = "performance" };
	double off = 0, sum = 0;

	j.is_ledger = 1;
	cf_perform_defaults(&p);
	ck_assert_int_eq(cf_perform_run(&j, &p, &all, NULL), 0);
	for (size_t i = 40; i < 100; i++) {
		off += fabs(1 - j.rows[i].outcome);
		sum += j.rows[i].outcome;
	}
	ck_near(find(&all, "wape")->value, off / sum, 1e-12);
	ck_near(find(&all, "one_minus_wape")->value, 1 - off / sum, 1e-12);
	cf_findings_free(&all);
	cf_joined_free(&j);
}
END_TEST

START_TEST(metrics_of_training)
{
	static const char *bad[] = { "", "[", "[1]", "{}", "{\"total\":{}}", "{\"total\":{\"coverage\":\"0.9\"}}",
	    "{\"total\":{\"coverage\":1.5}}" };
	struct cf_err err;
	double x = 0;

	put("m.json", "{\"total\":{\"n\":7,\"coverage\":0.875}}\n{\"total\":{\"coverage\":0.1}}\n");
	ck_assert_int_eq(cf_trained_accuracy("m.json", &x, &err), 0);
	ck_assert(x == 0.875);
	put("m.json", "{\"total\":{\"coverage\":null}}");
	ck_assert_int_eq(cf_trained_accuracy("m.json", &x, &err), 0);
	ck_assert(isnan(x));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put("m.json", bad[i]);
		ck_assert_int_eq(cf_trained_accuracy("m.json", &x, &err), -1);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
	}
	ck_assert_int_eq(cf_trained_accuracy("nowhere", &x, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
}
END_TEST

START_TEST(findings_as_text)
{
	struct cf_findings all = { .mode = "data", .days = 3, .reference_days = 9, .has_dates = 1, .from_s = 0,
	    .to_s = 2 * CF_DAY_S };
	struct cf_finding *f = cf_findings_add(&all, NULL);
	struct cf_buf text = { 0 }, prom = { 0 };
	struct cf_out *out = cf_out_memory(&text, NULL);
	struct cf_writer *w = cf_writer_new(out, CF_FORMAT_CSV, 0, NULL);

	f->test = "psi";
	f->feature = "a\"b";
	f->view = "level";
	f->state = CF_FINDINGS_DRIFT;
	f->value = 0.5;
	ck_assert_int_eq(cf_findings_write(&all, w, NULL), 0);
	cf_writer_free(w);
	ck_assert_int_eq(cf_out_close(out, NULL), 0);
	ck_assert_str_eq(cf_buf_string(&text, NULL),
	    "mode,test,feature,view,state,value,expected,low,high,p,q,n,n_effective,days,reference_days,from,to,detail\n"
	    "data,psi,\"a\"\"b\",level,drift,0.5,,,,,,,,3,9,1970-01-01,1970-01-03,\n"
	    "data,summary,,,drift,1,,,,,,1,,3,9,1970-01-01,1970-01-03,\n");
	cf_findings_prom(&all, &prom);
	ck_assert_ptr_nonnull(strstr(cf_buf_string(&prom, NULL),
	    "cashflow_drift_value{mode=\"data\",test=\"psi\",feature=\"a\\\"b\",view=\"level\"} 0.5\n"));
	ck_assert_ptr_nonnull(strstr(prom.data, "cashflow_drift_state{mode=\"data\"} 2\n"));
	ck_assert_ptr_nonnull(strstr(prom.data, "cashflow_drift_findings{mode=\"data\",state=\"watch\"} 0\n"));
	cf_buf_free(&prom);
	cf_buf_free(&text);
	cf_findings_free(&all);
}
END_TEST

UNIT_MAIN("drift_perform", joins_on_the_key, ledger_by_target_date, bad_files, scores_by_hand, quiet_is_ok,
    misses_are_drift, overlap_shrinks_n, few_days, ledger_has_wape, metrics_of_training, findings_as_text)
