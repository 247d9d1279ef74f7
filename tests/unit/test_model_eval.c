/*
 * Evaluation: losses, and the choice of the forest's weight, against numbers worked out by hand.
 */
#include "test_model_data.h"

#include "model/eval.h"

START_TEST(losses)
{
	static const double q[CF_EVAL_QUANTILES] = { -3, -2, -1, 0, 1, 2, 3 };

	for (size_t i = 1; i < CF_EVAL_QUANTILES; i++)
		ck_assert(cf_eval_quantile(i) > cf_eval_quantile(i - 1));
	for (size_t i = 0; i < CF_EVAL_WEIGHTS; i++)
		ck_near(cf_eval_weight(i), 0.1 * (double)i, 1e-15);
	/* At 5, 10, 25, 50, 75, 90, 95 %: quantiles -6 .. 6, outcome 1: 0.35 0.5 0.75 0.5 0.25 0.3 0.25. */
	ck_near(cf_eval_losses(2, q, 1), 2.9 / 7, 1e-12);
	/* Below all of them: (1 - p) (q + 10): 3.8 5.4 6 5 3 1.4 0.8. */
	ck_near(cf_eval_losses(2, q, -10), 25.4 / 7, 1e-12);
}
END_TEST

/*
 * Candidate 4 gains `good` on rows of even tens and `bad` on those of odd ones, ten rows each; candidate 7 gains a tenth
 * of it.  Rows lie on dates of their own, or all on `same` dates.
 */
START_TEST(weights)
{
	static const struct {
		double good, bad;
		size_t n;
		uint32_t same;		/* Rows of one date; 0: no dates. */
		uint32_t horizon;
		double weight;
	} cases[] = {
		/* Ten blocks of ten rows: gains 30 and -10, total 100, its standard error sqrt(10 * 400 * 10 / 9) = 66.7. */
		{ 3, -1, 100, 0, 0, 0.4 },
		{ 3, -1, 100, 1, 5, 0.4 },
		{ 3, -1, 100, 1, 10, 0.4 },
		/* 50 and -30, total 100: 133. */
		{ 5, -3, 100, 0, 0, 0 },
		/* 40 and -20, total 100: exactly 100. */
		{ 4, -2, 100, 0, 0, 0 },
		/* Blocks of twenty rows, a good and a bad ten in each, are all alike. */
		{ 5, -3, 100, 1, 20, 0.4 },
		{ 5, -3, 400, 0, 0, 0.4 },
		/* Nothing but a loss. */
		{ -1, -1, 100, 0, 0, 0 },
		/* One block, of which nobody knows how it might have been. */
		{ 3, 3, 100, 1, 100, 0 },
		{ 3, 3, 100, 100, 0, 0 },
		{ 3, 3, 1, 0, 0, 0 },
		/* Two alike. */
		{ 3, 3, 100, 1, 50, 0.4 },
		{ 3, 3, 100, 50, 0, 0.4 },
		{ 3, 3, 0, 0, 0, 0 },
	};

	for (size_t c = 0; c < COUNT(cases); c++) {
		const size_t n = cases[c].n;
		struct cf_eval_row *rows = must_array(n, sizeof(*rows));
		uint32_t *date = must_array(n, sizeof(*date));
		double *worth = must_array(n, sizeof(*worth)), weight = -1;
		struct cf_eval_set set = { .rows = rows, .worth = worth, .n = n, .horizon = cases[c].horizon };
		struct cf_calib calib;

		for (size_t i = 0; i < n; i++) {
			const float gain = (float)(i / 10 % 2 == 0 ? cases[c].good : cases[c].bad);

			rows[i].tried = 1;
			worth[i] = 1;
			for (size_t k = 0; k < CF_EVAL_WEIGHTS; k++) {
				rows[i].loss[k] = k == 4 ? 10 - gain : k == 7 ? 10 - gain / 10 : k == 0 ? 10 : 30;
				rows[i].pit[k] = 0.5f;
			}
			if (cases[c].same > 0) {
				date[i] = (uint32_t)i / cases[c].same;
				set.date = date;
			}
		}
		ck_assert_int_eq(cf_eval_choose(&set, &weight, &calib, NULL), 0);
		ck_assert_msg(fabs(weight - cases[c].weight) < 1e-12, "case %zu: weight %g", c, weight);
		ck_assert_int_eq(cf_calib_check(&calib), 0);
		free(rows);
		free(date);
		free(worth);
	}
}
END_TEST

/* Rows not tried or of the part to be skipped have no say, and the map is that of the weight chosen. */
START_TEST(parts)
{
	enum { N = 200 };
	struct cf_eval_row *rows = must_array(N, sizeof(*rows));
	uint32_t part[N];
	double worth[N], weight[2], pit[N];
	struct cf_eval_set set = { .rows = rows, .worth = worth, .n = N, .part = part };
	struct cf_calib calib[2], alone;
	size_t m = 0;

	for (size_t i = 0; i < N; i++) {
		part[i] = i % 2;
		worth[i] = 1 + (double)(i % 3);
		rows[i].tried = i % 5 != 0;
		for (size_t k = 0; k < CF_EVAL_WEIGHTS; k++) {
			/* Odd ones gain by weight 1, even ones by none; those not tried by 0.5. */
			rows[i].loss[k] = !rows[i].tried ? (k == 5 ? 0 : 1000) : part[i] ? 10 - (float)k : 10 + (float)k;
			rows[i].pit[k] = (float)(i % 10) / 10 * (k > 0 ? 0.5f : 1.0f);
		}
		if (part[i] == 1 && rows[i].tried) {
			pit[m] = (double)rows[i].pit[10];
			worth[m] = worth[i];
			m++;
		}
	}
	cf_calib_fit(&alone, pit, worth, m);
	for (size_t i = 0; i < N; i++)
		worth[i] = 1 + (double)(i % 3);
	for (set.skip = 0; set.skip < 2; set.skip++)
		ck_assert_int_eq(cf_eval_choose(&set, &weight[set.skip], &calib[set.skip], NULL), 0);
	ck_near(weight[0], 1, 0);
	ck_near(weight[1], 0, 0);
	ck_assert_mem_eq(&calib[0], &alone, sizeof(alone));
	ck_assert(cf_calib_at(&calib[0], 0.45) > 0.6);
	free(rows);
}
END_TEST

UNIT_MAIN("model_eval", losses, weights, parts)
