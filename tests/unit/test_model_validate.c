#include "test_model_data.h"

#include "model/train.h"

static struct cf_validate
must_walk(const struct cf_data *d, const struct cf_fit_params *p)
{
	struct cf_validate walk = { 0 };
	struct cf_err err = { 0 };

	ck_assert_msg(cf_validate_forward(&walk, d, p, &err) == 0, "%s", err.text);
	return (walk);
}

/* Sum of a fold's predictions, and of its targets. */
static double
sum_of_predictions(const struct cf_data *d, const struct cf_tally *t)
{
	const size_t end = cf_data_first(d, t->last_date + 1);
	double sum = t->errors.sum;

	for (size_t i = cf_data_first(d, t->first_date); i < end; i++)
		sum += d->frame->values[d->target][d->row[i]];
	return (sum);
}

START_TEST(folds)
{
	const struct market spec = { .symbols = 2, .days = 210, .horizon = 10, .seed = 1 };
	struct cf_frame *f = market_make(&spec);
	struct cf_data *d = must_data("holding", f, NULL);
	struct cf_fit_params p = quick_params(2);
	struct cf_validate w = must_walk(d, &p);
	size_t n = 0;

	/* 200 dates with a known target: training 100, then 4 folds of 25, each purged of the 10 dates before it. */
	ck_assert_int_eq(w.mode, CF_VALIDATE_FORWARD);
	ck_assert_uint_eq(w.nfolds, 4);
	for (uint32_t k = 0; k < 4; k++) {
		ck_assert_uint_eq(w.folds[k].first_date, 100 + 25 * k);
		ck_assert_uint_eq(w.folds[k].last_date, 124 + 25 * k);
		ck_assert_uint_eq(w.folds[k].n, 50);
		ck_assert_uint_eq(w.folds[k].trained, 2 * (91 + 25 * k));
		ck_assert(w.folds[k].weight >= 0 && w.folds[k].weight <= 1);
		ck_assert(w.folds[k].pinball[CF_TALLY_MODEL] > 0);
		n += k > 0 ? w.folds[k].n : 0;
	}
	ck_near(w.folds[0].weight, 0, 0);
	ck_assert_uint_eq(w.total.n, n);
	ck_assert_int_eq(w.has_few, 1);
	ck_assert_int_eq(cf_calib_check(&w.calib), 0);
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

/*
 * Two worlds that are alike up to a fold's first day and differ in every outcome known later.  Its forecasts are the same
 * to the last bit, since it was fitted, weighed and calibrated on what was known, and so are those of all folds before.
 */
START_TEST(no_look_ahead)
{
	const struct market spec = { .symbols = 4, .days = 320, .horizon = 10, .seed = 2 };
	const struct cf_fit_params p = quick_params(10);

	for (size_t k = 0; k < 4; k++) {
		struct cf_frame *f[2] = { market_make(&spec), market_make(&spec) };
		struct cf_data *d[2] = { must_data("holding", f[0], NULL), NULL };
		struct cf_validate w[2];

		w[0] = must_walk(d[0], &p);
		for (size_t i = 0; i < d[0]->n; i++)
			if (d[0]->known[i] > w[0].folds[k].first_date)
				frame_column(f[1], "cash_flow")[d[0]->row[i]] = 60 + (double)(i * 7919 % 80);
		d[1] = must_data("holding", f[1], NULL);
		w[1] = must_walk(d[1], &p);
		ck_assert_uint_eq(w[1].nfolds, w[0].nfolds);
		for (size_t j = 0; j <= k; j++) {
			ck_near(w[1].folds[j].weight, w[0].folds[j].weight, 0);
			ck_near(sum_of_predictions(d[1], &w[1].folds[j]), sum_of_predictions(d[0], &w[0].folds[j]), 1e-12);
		}
		/* And the folds behind do notice. */
		if (k < 3)
			ck_assert(fabs(sum_of_predictions(d[1], &w[1].folds[3]) -
			    sum_of_predictions(d[0], &w[0].folds[3])) > 1e-6);
		for (size_t j = 0; j < 2; j++) {
			cf_data_free(d[j]);
			cf_frame_free(f[j]);
		}
	}
}
END_TEST

/* Features that tell nothing, and a scale that is the truth: nothing to gain over it. */
START_TEST(noise)
{
	struct market spec = { .symbols = 4, .days = 500, .horizon = 1 };
	struct cf_fit_params p = quick_params(30);
	double skill = 0, weight = 0;

	for (spec.seed = 10; spec.seed < 14; spec.seed++) {
		struct cf_frame *f = market_make(&spec);
		struct cf_data *d;
		struct cf_validate w = { 0 };

		/* Outcomes of no scale at all, as likely up as down, that no feature knows of. */
		for (size_t i = 0; i < f->rows; i++) {
			struct cf_rng rng = cf_rng_stream(spec.seed, CF_RNG_TEST, 1000 + i);

			frame_column(f, "cash_flow")[i] = 100 * exp(0.02 * cf_rng_normal(&rng));
		}
		d = must_data("holding", f, NULL);
		w = must_walk(d, &p);
		skill += cf_tally_skill(&w.total) / 4;
		weight += w.weight / 4;
		ck_assert(cf_tally_skill(&w.total) < 0.01);
		ck_abs((double)w.total.hits / (double)w.total.n, 0.9, 0.035);
		cf_data_free(d);
		cf_frame_free(f);
	}
	ck_assert_msg(skill <= 0, "skill %g", skill);
	ck_assert_msg(weight <= 0.1, "weight %g", weight);
}
END_TEST

START_TEST(signal)
{
	const struct market spec = { .symbols = 4, .days = 600, .horizon = 1, .seed = 20, .signal = 0.9 };
	struct cf_frame *f = market_make(&spec);
	struct cf_data *d = must_data("holding", f, NULL);
	struct cf_fit_params p = quick_params(50);
	struct cf_validate w = { 0 };

	p.min_leaf = 20;
	p.min_leaf_dates = 5;
	p.mtry = 2;
	w = must_walk(d, &p);
	ck_assert_msg(w.weight >= 0.9, "weight %g", w.weight);
	ck_assert_msg(cf_tally_skill(&w.total) > 0.3, "skill %g", cf_tally_skill(&w.total));
	ck_assert(w.total.pinball[CF_TALLY_MODEL] < w.total.pinball[CF_TALLY_SCALE]);
	ck_assert((double)w.total.same_sign > 0.7 * (double)w.total.n);
	ck_abs((double)w.total.hits / (double)w.total.n, 0.9, 0.04);
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

/* The scale earns skill where volatility is what can be foreseen. */
START_TEST(scale)
{
	const struct market spec = { .symbols = 6, .days = 700, .horizon = 1, .seed = 30 };
	struct cf_frame *f = market_make(&spec);
	struct cf_data *d = must_data("holding", f, NULL);
	const struct cf_fit_params p = quick_params(0);
	const struct cf_validate w = must_walk(d, &p);
	const double *loss = w.total.pinball;

	/* No trees: the model is scale times empirical z; GARCH sees less than the feature tells. */
	ck_near(w.weight, 0, 0);
	ck_assert(loss[CF_TALLY_MODEL] < loss[CF_TALLY_GARCH]);
	ck_assert(loss[CF_TALLY_GARCH] < loss[CF_TALLY_UNCONDITIONAL]);
	ck_assert(loss[CF_TALLY_EWMA] < loss[CF_TALLY_UNCONDITIONAL]);
	ck_assert(cf_tally_skill(&w.total) > 0);
	ck_near(cf_tally_skill(&w.total), 1 - loss[CF_TALLY_MODEL] / fmin(loss[CF_TALLY_GARCH], loss[CF_TALLY_EWMA]), 1e-12);
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

static void
same(const struct cf_validate *a, const struct cf_validate *b)
{

	ck_near(a->weight, b->weight, 0);
	ck_assert_mem_eq(&a->calib, &b->calib, sizeof(a->calib));
	ck_assert_uint_eq(a->nfolds, b->nfolds);
	ck_near(a->total.crps, b->total.crps, 0);
	ck_near(a->total.winkler, b->total.winkler, 0);
	ck_near(a->total.errors.sum_squares, b->total.errors.sum_squares, 0);
	ck_assert_uint_eq(a->total.few_hits, b->total.few_hits);
	for (size_t m = 0; m < CF_TALLY_METHODS; m++)
		ck_near(a->total.pinball[m], b->total.pinball[m], 0);
}

START_TEST(threads)
{
	static const size_t counts[] = { 1, 2, 5 };
	const struct market spec = { .symbols = 3, .days = 260, .horizon = 2, .seed = 40, .signal = 0.3 };
	struct cf_frame *f = market_make(&spec), *undated = market_make(&spec);
	struct cf_data *d = must_data("holding", f, NULL), *u;
	struct cf_validate forward[3], out[3];
	struct cf_model *m;

	free(undated->time_s);
	undated->time_s = NULL;
	u = must_data("plain", undated, "cash_flow");
	for (size_t k = 0; k < 3; k++) {
		struct cf_fit_params p = quick_params(12);

		p.threads = counts[k];
		forward[k] = must_walk(d, &p);
		same(&forward[k], &forward[0]);
		m = cf_train_run(u, &p, &out[k], NULL, NULL);
		ck_assert_ptr_nonnull(m);
		cf_model_free(m);
		ck_assert_int_eq(out[k].mode, CF_VALIDATE_OUT_OF_BAG);
		same(&out[k], &out[0]);
	}
	cf_data_free(d);
	cf_data_free(u);
	cf_frame_free(f);
	cf_frame_free(undated);
}
END_TEST

/* Out of bag: a table with a strong rule, and one with none. */
START_TEST(out_of_bag)
{
	for (int rule = 0; rule < 2; rule++) {
		struct cf_rng rng = cf_rng_stream(50, CF_RNG_TEST, 0);
		struct cf_frame *f = frame_make(800, "a b y", NULL, 0, 0);
		struct cf_fit_params p = quick_params(40);
		struct cf_validate w = { 0 };
		struct cf_data *d;
		struct cf_model *m;

		for (size_t i = 0; i < f->rows; i++) {
			frame_column(f, "a")[i] = cf_rng_normal(&rng);
			frame_column(f, "b")[i] = cf_rng_normal(&rng);
			frame_column(f, "y")[i] = rule * (f->values[0][i] > 0 ? 5 : -5) + cf_rng_normal(&rng);
		}
		d = must_data("plain", f, "y");
		m = cf_train_run(d, &p, &w, NULL, NULL);
		ck_assert_ptr_nonnull(m);
		ck_assert_int_eq(w.mode, CF_VALIDATE_OUT_OF_BAG);
		ck_assert_uint_eq(w.total.n, 800);
		ck_near(m->weight, w.weight, 0);
		ck_near(w.total.pinball[CF_TALLY_EWMA], NAN, 0);
		ck_abs((double)w.total.hits / 800, 0.9, 0.03);
		if (rule) {
			ck_assert_msg(w.weight >= 0.9, "weight %g", w.weight);
			ck_assert(cf_tally_skill(&w.total) > 0.5);
		} else {
			ck_near(w.weight, 0, 0);
			ck_assert(cf_tally_skill(&w.total) < 0.01);
		}
		cf_model_free(m);
		cf_data_free(d);
		cf_frame_free(f);
	}
}
END_TEST

/* Too few dates or records: no validation, weight 0, no map, and still a model. */
START_TEST(too_few)
{
	static const struct {
		size_t symbols, days, horizon;
	} cases[] = { { 1, 8, 1 }, { 1, 30, 10 }, { 30, 1, 1 }, { 30, 3, 1 } };

	for (size_t k = 0; k < COUNT(cases); k++) {
		const struct market spec = { cases[k].symbols, cases[k].days, cases[k].horizon, 60, 0 };
		struct cf_frame *f = market_make(&spec);
		struct cf_data *d = must_data("holding", f, NULL);
		const struct cf_fit_params p = quick_params(3);
		const struct cf_validate w = must_walk(d, &p);

		if (k < 3) {
			ck_assert_int_eq(w.mode, CF_VALIDATE_NONE);
			ck_near(cf_tally_skill(&w.total), NAN, 0);
		}
		ck_near(w.weight, 0, 0);
		ck_assert_int_eq(cf_calib_check(&w.calib), 0);
		cf_data_free(d);
		cf_frame_free(f);
	}
}
END_TEST

UNIT_MAIN("model_validate", folds, no_look_ahead, noise, signal, scale, threads, out_of_bag, too_few)
