/*
 * Folds of the walk-forward, worked out by hand.
 */
#include "test_model_data.h"

#include "model/fold.h"

/* One record a day, its outcome known `horizon` days later. */
START_TEST(plan)
{
	static const struct {
		size_t days, horizon;
		uint32_t asked;
		size_t folds;
		struct {
			uint32_t from, to;
			size_t trained;
		} first, last;
	} cases[] = {
		/* The first 50 days train; the rest in three: 16, 17 and 17 days. */
		{ 100, 5, 3, 3, { 50, 66, 46 }, { 83, 100, 79 } },
		{ 100, 1, 1, 1, { 50, 100, 50 }, { 50, 100, 50 } },
		/* An outcome that takes 40 days: the fold of day 50 has 11 to learn from, that of 66 has 27. */
		{ 100, 40, 3, 2, { 66, 83, 27 }, { 83, 100, 44 } },
		/* More folds than days: those of a day each that have 20 days to learn from. */
		{ 30, 1, 64, 10, { 20, 21, 20 }, { 29, 30, 29 } },
		{ 19, 1, 5, 0, { 0, 0, 0 }, { 0, 0, 0 } },
		{ 1, 1, 5, 0, { 0, 0, 0 }, { 0, 0, 0 } },
	};

	for (size_t c = 0; c < COUNT(cases); c++) {
		struct cf_frame *f = frame_make(cases[c].days, "x y", "symbol", 1, (double)cases[c].horizon);
		struct cf_data *d = must_data("plain", f, "y");
		struct cf_folds folds;

		ck_assert_int_eq(cf_fold_plan(&folds, d, cases[c].asked, NULL), 0);
		ck_assert_msg(folds.n == cases[c].folds, "case %zu: %zu folds", c, folds.n);
		for (size_t k = 0; k < folds.n; k++) {
			const struct cf_fold *fold = &folds.items[k];

			ck_assert_uint_eq(fold->first, fold->from);
			ck_assert_uint_eq(fold->n, fold->to - fold->from);
			ck_assert(k == 0 || fold->from == folds.items[k - 1].to);
			for (size_t i = 0; i < fold->ntrain; i++) {
				ck_assert_uint_eq(fold->train[i], i);
				ck_assert_uint_le(fold->train[i] + cases[c].horizon, fold->from);
			}
		}
		if (folds.n > 0) {
			const struct cf_fold *first = &folds.items[0], *last = &folds.items[folds.n - 1];

			ck_assert_uint_eq(first->from, cases[c].first.from);
			ck_assert_uint_eq(first->to, cases[c].first.to);
			ck_assert_uint_eq(first->ntrain, cases[c].first.trained);
			ck_assert_uint_eq(last->from, cases[c].last.from);
			ck_assert_uint_eq(last->to, cases[c].last.to);
			ck_assert_uint_eq(last->ntrain, cases[c].last.trained);
		}
		cf_fold_free(&folds);
		ck_assert_uint_eq(folds.n, 0);
		cf_data_free(d);
		cf_frame_free(f);
	}
}
END_TEST

UNIT_MAIN("model_fold", plan)
