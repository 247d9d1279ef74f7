/*
 * Rivals: their losses against numbers worked out by hand or from the definition.
 */
#include "test_model_data.h"

#include "model/rival.h"

/* y is 3 in all training records, so each quantile is, and an outcome d away from it costs d / 2. */
START_TEST(constant)
{
	static const double outcome[] = { 5, 1, 3, 103, 3.5 };
	struct cf_frame *f = frame_make(25, "x y", NULL, 0, 0);
	uint32_t train[20];
	struct cf_eval_row rows[25];
	struct cf_tally t = { 0 };
	struct cf_rival r;
	struct cf_data *d;

	memset(rows, 0, sizeof(rows));
	for (size_t i = 0; i < 25; i++) {
		frame_column(f, "y")[i] = i < 20 ? 3 : outcome[i - 20];
		rows[i].scored = i >= 20 && i != 23;	/* 103 is not. */
		if (i < 20)
			train[i] = (uint32_t)i;
	}
	d = must_data("plain", f, "y");
	ck_assert_int_eq(cf_rival_start(&r, d, NULL), 0);
	ck_assert_int_eq(cf_rival_score(&r, train, 20, rows, 20, 5, 0, &t, NULL), 0);
	ck_near(t.pinball[CF_TALLY_UNCONDITIONAL], (2 + 2 + 0 + 0.5) / 2, 1e-9);
	ck_near(t.pinball[CF_TALLY_EWMA], NAN, 0);
	ck_near(t.pinball[CF_TALLY_GARCH], NAN, 0);
	cf_rival_free(&r);
	cf_data_free(d);
	cf_frame_free(f);
}
END_TEST

/* The order of training records is that of their ranks: 1 .. 999, whose quantile p is 1000 p. */
START_TEST(quantiles)
{
	enum { N = 1000 };
	struct cf_frame *f = frame_make(N, "x y", NULL, 0, 0);
	uint32_t *train = must_array(N, sizeof(*train));
	struct cf_eval_row *rows = must_array(N, sizeof(*rows));
	struct cf_tally t = { 0 };
	struct cf_rival r;
	struct cf_data *d;
	double expected = 0;

	for (size_t i = 0; i < N; i++) {
		frame_column(f, "y")[i] = i < N - 1 ? (double)(i * 7 % 999 + 1) : 600;
		train[i] = (uint32_t)i;
	}
	rows[N - 1].scored = 1;
	d = must_data("plain", f, "y");
	ck_assert_int_eq(cf_rival_start(&r, d, NULL), 0);
	ck_assert_int_eq(cf_rival_score(&r, train, N - 1, rows, 0, N, 0, &t, NULL), 0);
	for (size_t i = 0; i < CF_EVAL_QUANTILES; i++) {
		const double p = cf_eval_quantile(i), q = 1000 * p;

		expected += 600 > q ? p * (600 - q) : (1 - p) * (q - 600);
	}
	/* The distribution is kept in 256 cells of 4. */
	ck_near(t.pinball[CF_TALLY_UNCONDITIONAL], expected / CF_EVAL_QUANTILES, 0.02);
	cf_rival_free(&r);
	cf_data_free(d);
	cf_frame_free(f);
	free(train);
	free(rows);
}
END_TEST

/*
 * A market: all three can be had, two parts of the records add up to the whole, and what lies behind the limit and is not
 * scored changes nothing.
 */
START_TEST(market)
{
	const struct market spec = { .symbols = 3, .days = 300, .horizon = 1, .seed = 80 };
	double loss[2][3][CF_TALLY_METHODS];

	for (int changed = 0; changed < 2; changed++) {
		struct cf_frame *f = market_make(&spec);
		struct cf_eval_row *rows = must_array(f->rows, sizeof(*rows));
		uint32_t *train = must_array(f->rows, sizeof(*train)), limit = 200;
		struct cf_rival r;
		struct cf_data *d;
		size_t first, n, ntrain = 0;

		/* The last twenty days of the second world are wild. */
		for (size_t i = 0; changed && i < f->rows; i++)
			if (i % spec.days >= 280)
				frame_column(f, "stock_price")[i] *= 1 + (double)(i % 2);
		d = must_data("holding", f, NULL);
		first = cf_data_first(d, limit);
		n = cf_data_first(d, 270) - first;
		for (size_t i = 0; i < first; i++)
			if (d->known[i] <= limit)
				train[ntrain++] = (uint32_t)i;
		for (size_t i = 0; i < n; i++)
			rows[first + i].scored = 1;
		ck_assert_int_eq(cf_rival_start(&r, d, NULL), 0);
		for (size_t part = 0; part < 3; part++) {
			const size_t from = part == 2 ? first + n / 3 : first, count = part == 0 ? n : part == 1 ? n / 3 : n - n / 3;
			struct cf_tally t = { 0 };

			ck_assert_int_eq(cf_rival_score(&r, train, ntrain, rows, from, count, limit, &t, NULL), 0);
			memcpy(loss[changed][part], t.pinball, sizeof(t.pinball));
		}
		for (int m = CF_TALLY_UNCONDITIONAL; m <= CF_TALLY_GARCH; m++) {
			ck_assert_msg(loss[changed][0][m] > 0, "%s", cf_tally_method_name((enum cf_tally_method)m));
			ck_near(loss[changed][1][m] + loss[changed][2][m], loss[changed][0][m], 1e-12);
			ck_near(loss[changed][0][m], loss[0][0][m], 0);
		}
		/* Volatility lasts in this market. */
		ck_assert(loss[changed][0][CF_TALLY_EWMA] < loss[changed][0][CF_TALLY_UNCONDITIONAL]);
		ck_near(loss[changed][0][CF_TALLY_MODEL], 0, 0);
		cf_rival_free(&r);
		cf_data_free(d);
		cf_frame_free(f);
		free(rows);
		free(train);
	}
}
END_TEST

UNIT_MAIN("model_rival", constant, quantiles, market)
