/*
 * How many trees are needed: the rule against numbers worked out by hand, the estimates against each tree's own forecasts.
 */
#include "test_model_data.h"

#include "forest/oob.h"
#include "model/fold.h"
#include "model/trees.h"

START_TEST(number)
{
	static const struct {
		double spread, error, needed;
		uint32_t trees;
	} cases[] = {
		{ 0.501, 1, 251, 251 },		/* 0.501 / (0.002 * 1) = 250.5 */
		{ 3, 6, 250, 250 },
		{ 4.745, 3.28, 724, 500 },	/* 723.3 */
		{ 0.074, 3.06, 13, 100 },	/* 12.1 */
		{ 0, 1, 1, 100 },
		{ 0, 0, 1, 100 },
		{ 1, 0, INFINITY, 500 },
		{ 1, -0.1, INFINITY, 500 },
		{ NAN, NAN, NAN, 500 },
	};

	for (size_t k = 0; k < COUNT(cases); k++) {
		double needed = -1;

		ck_assert_uint_eq(cf_trees_number(cases[k].spread, cases[k].error, &needed), cases[k].trees);
		ck_near(needed, cases[k].needed, 0);
	}
}
END_TEST

/* Two columns; y is a step of the first and noise; with dates, 6 records a day. */
static struct cf_frame *
steps(size_t n, int dated)
{
	struct cf_rng rng = cf_rng_stream(70, CF_RNG_TEST, 0);
	struct cf_frame *f = frame_make(n, "a b y", NULL, dated, dated ? 1 : 0);

	for (size_t i = 0; i < n; i++) {
		frame_column(f, "a")[i] = cf_rng_normal(&rng);
		frame_column(f, "b")[i] = cf_rng_normal(&rng);
		frame_column(f, "y")[i] = (f->values[0][i] > 0 ? 2 : -2) + cf_rng_normal(&rng);
		if (dated)
			f->time_s[i] = (int64_t)(i / 6) * DAY;
	}
	return (f);
}

/* The same from single trees: variance over the trees that did not draw a record, and what it adds to the error. */
static void
naive(const struct cf_data *d, const struct cf_fit_params *params, const uint32_t *rows, size_t n, double *spread,
    double *error)
{
	double *sum = must_array(n, sizeof(double)), *squares = must_array(n, sizeof(double));
	double *mean = must_array(n, sizeof(double)), *count = must_array(n, sizeof(double)), records = 0;
	struct cf_fit_params p = *params;

	p.trees = p.shards = CF_TREES_PILOT;
	for (p.shard = 1; p.shard <= p.shards; p.shard++) {
		struct cf_fit_kept kept = { 0 };
		struct cf_model *m = cf_fit_make(d, rows, n, &p, CF_FIT_FINAL, &kept, NULL);
		struct cf_oob *oob;

		ck_assert_ptr_nonnull(m);
		ck_assert_uint_eq(m->forest.n_trees, 1);
		oob = cf_oob_new(&kept.grow_data, &kept.grow_params, &m->forest, 1, NULL);
		ck_assert_int_eq(cf_oob_predict(oob, 0, n, 0, NULL, mean, NULL, NULL, NULL), 0);
		for (size_t i = 0; i < n; i++) {
			if (isnan(mean[i]))
				continue;
			sum[i] += mean[i];
			squares[i] += mean[i] * mean[i];
			count[i]++;
		}
		cf_oob_free(oob);
		cf_model_free(m);
		cf_fit_kept_free(&kept);
	}
	*spread = *error = 0;
	for (size_t i = 0; i < n; i++) {
		double m, v;

		if (count[i] < 2)
			continue;
		m = sum[i] / count[i];
		v = (squares[i] - count[i] * m * m) / (count[i] - 1);
		*spread += v;
		*error += (d->y[rows[i]] - m) * (d->y[rows[i]] - m) - v / count[i];
		records++;
	}
	*spread /= records;
	*error /= records;
	free(sum);
	free(squares);
	free(mean);
	free(count);
}

START_TEST(estimates)
{
	for (int dated = 0; dated < 2; dated++) {
		struct cf_frame *f = steps(1200, dated);
		struct cf_data *d = must_data("plain", f, "y");
		struct cf_fit_params p = quick_params(7);
		struct cf_folds folds = { 0 };
		struct cf_trees chosen, again;
		uint32_t *rows = must_array(d->n, sizeof(*rows));
		size_t n = d->n;
		double spread, error;

		for (size_t i = 0; i < n; i++)
			rows[i] = (uint32_t)i;
		if (dated) {
			/* Of 200 days the first fold may know 99 or 100: it begins on day 100. */
			ck_assert_int_eq(cf_fold_plan(&folds, d, p.folds, NULL), 0);
			n = folds.items[0].ntrain;
			ck_assert_uint_le(n, 600);
			memcpy(rows, folds.items[0].train, n * sizeof(*rows));
		}
		naive(d, &p, rows, n, &spread, &error);
		ck_assert_int_eq(cf_trees_choose(d, &p, &chosen, NULL), 0);
		ck_near(chosen.spread, spread, 0.1);
		ck_near(chosen.error, error, 0.02);
		ck_assert(spread > 0.3 && error > 1 && error < 1.6);
		ck_assert_uint_eq(chosen.trees, cf_trees_number(chosen.spread, chosen.error, &spread));
		/* Number of trees, threads and shard asked for make no difference. */
		p.trees = 99;
		p.threads = 3;
		p.shard = 3;
		p.shards = 4;
		ck_assert_int_eq(cf_trees_choose(d, &p, &again, NULL), 0);
		ck_assert_mem_eq(&chosen, &again, sizeof(chosen));
		cf_fold_free(&folds);
		free(rows);
		cf_data_free(d);
		cf_frame_free(f);
	}
}
END_TEST

/* Nothing to learn from, or nothing but the target: no failure but that of the fit. */
START_TEST(odd)
{
	struct cf_frame *f = frame_make(3, "y", NULL, 0, 0);
	struct cf_fit_params p = quick_params(0);
	struct cf_trees chosen;
	struct cf_err err = { 0 };
	struct cf_data *d;

	for (size_t i = 0; i < f->rows; i++)
		f->values[0][i] = (double)i;
	d = must_data("plain", f, "y");
	ck_assert_int_eq(cf_trees_choose(d, &p, &chosen, &err), 0);
	ck_assert_uint_eq(chosen.trees, CF_TREES_MOST);
	ck_near(chosen.needed, NAN, 0);
	cf_data_free(d);
	f->rows = 1;
	d = must_data("plain", f, "y");
	ck_assert_int_eq(cf_trees_choose(d, &p, &chosen, &err), -1);
	ck_assert_str_eq(err.text, "too few records with a known target: 1");
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

UNIT_MAIN("model_trees", number, estimates, odd)
