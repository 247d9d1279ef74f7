#include "unit.h"

#include "score/score.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

START_TEST(pinball)
{
	static const struct {
		double p, quantile, outcome, loss;
	} cases[] = {
		{ 0.5, 0, 0, 0 },
		{ 0.5, 1, 3, 1 },		/* Half the absolute error. */
		{ 0.5, 3, 1, 1 },
		{ 0.05, 0, 10, 0.5 },		/* p * (y - q) */
		{ 0.05, 10, 0, 9.5 },		/* (1 - p) * (q - y) */
		{ 0.95, 0, 10, 9.5 },
		{ 0.95, 10, 0, 0.5 },
		{ 0.25, -2, -1, 0.25 },
		{ 0.25, -1, -2, 0.75 },
		{ 0.25, NAN, 1, NAN },
		{ 0.25, 1, NAN, NAN },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		ck_near(cf_score_pinball(cases[i].p, cases[i].quantile, cases[i].outcome), cases[i].loss, 1e-14);
}
END_TEST

/* The mean loss over outcomes 1 .. 100 is least at their own quantile. */
START_TEST(pinball_is_least_at_the_quantile)
{
	static const double p[] = { 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95 };

	for (size_t k = 0; k < COUNT(p); k++) {
		double best = INFINITY, at = 0;

		for (int q = 0; q <= 101; q++) {
			double sum = 0;

			for (int y = 1; y <= 100; y++)
				sum += cf_score_pinball(p[k], q, y);
			if (sum < best - 1e-9) {
				best = sum;
				at = q;
			}
		}
		ck_abs(at, 100 * p[k], 1e-9);
	}
}
END_TEST

START_TEST(winkler)
{
	static const struct {
		double level, low, high, outcome, score;
	} cases[] = {
		{ 0.9, 1, 3, 2, 2 },		/* Inside: the width. */
		{ 0.9, 1, 3, 1, 2 },
		{ 0.9, 1, 3, 3, 2 },
		{ 0.9, 1, 3, 0, 22 },		/* 2 / 0.1 for each unit outside. */
		{ 0.9, 1, 3, 4, 22 },
		{ 0.5, 1, 3, 4, 6 },
		{ 0.5, 2, 2, 2, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		ck_near(cf_score_winkler(cases[i].level, cases[i].low, cases[i].high, cases[i].outcome), cases[i].score,
		    1e-13);
}
END_TEST

/* An interval's score is the sum of its two quantiles' losses, up to a factor. */
START_TEST(winkler_is_two_pinballs)
{

	for (double y = -3; y <= 3; y += 0.25)
		ck_near(cf_score_winkler(0.8, -1, 1.5, y),
		    (cf_score_pinball(0.1, -1, y) + cf_score_pinball(0.9, 1.5, y)) * 2 / 0.2, 1e-12);
}
END_TEST

/*
 * Kupiec (1995), table 5 as in Jorion, "Value at Risk" (3rd edition), table 6-2: with so many days and that probability of
 * an exception, a model is not rejected at 5 % for a number of exceptions strictly between these two.  (For the first, the
 * table has no lower bound: there it does not count that none in 252 days is too few.)
 */
START_TEST(kupiec_published)
{
	static const struct {
		double n;
		double p;
		int above, below;
	} cases[] = {
		{ 252, 0.01, 0, 7 }, { 510, 0.01, 1, 11 }, { 1000, 0.01, 4, 17 },
		{ 252, 0.025, 2, 12 }, { 510, 0.025, 6, 21 }, { 1000, 0.025, 15, 36 },
		{ 252, 0.05, 6, 20 }, { 510, 0.05, 16, 36 }, { 1000, 0.05, 37, 65 },
		{ 252, 0.075, 11, 28 }, { 510, 0.075, 27, 51 }, { 1000, 0.075, 59, 92 },
		{ 252, 0.1, 16, 36 }, { 510, 0.1, 38, 65 }, { 1000, 0.1, 81, 120 },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		for (int x = 0; x <= 150; x++) {
			double p = cf_score_kupiec(cases[i].n, cases[i].n - x, 1.0 - cases[i].p);
			int accepted = x > cases[i].above && x < cases[i].below;

			ck_assert_msg((p > 0.05) == accepted, "%d exceptions of %g at %g: p %g", x, cases[i].n,
			    cases[i].p, p);
		}
}
END_TEST

START_TEST(kupiec_by_hand)
{

	/* 2 * (8 ln(0.8 / 0.9) + 2 ln(0.2 / 0.1)), and P(chi-square(1) > x) = erfc(sqrt(x / 2)). */
	ck_near(cf_score_kupiec(10, 8, 0.9), erfc(sqrt(8 * log(0.8 / 0.9) + 2 * log(2.0))), 1e-12);
	/* All hit: 2 * 10 ln(1 / 0.9); none: 2 * 10 ln(1 / 0.1). */
	ck_near(cf_score_kupiec(10, 10, 0.9), erfc(sqrt(-10 * log(0.9))), 1e-12);
	ck_near(cf_score_kupiec(10, 0, 0.9), erfc(sqrt(10 * log(10.0))), 1e-9);
	ck_near(cf_score_kupiec(100, 90, 0.9), 1.0, 1e-7);
	ck_near(cf_score_kupiec(0, 0, 0.9), NAN, 0);
}
END_TEST

START_TEST(christoffersen)
{
	static const struct {
		struct cf_score_runs runs;
		double ratio;		/* Half the likelihood ratio. */
	} cases[] = {
		/* 70 of 100 hit; after a miss 10 of 30, after a hit 60 of 70. */
		{ { { { 20, 10 }, { 10, 60 } } }, 13.282862876456 },
		/* The same share after both: independent. */
		{ { { { 4, 6 }, { 8, 12 } } }, 0 },
		{ { { { 0, 0 }, { 0, 50 } } }, 0 },
		{ { { { 50, 0 }, { 0, 0 } } }, 0 },
		/* Hits and misses in turn: every ln is 0 but that of one half each. */
		{ { { { 0, 10 }, { 10, 0 } } }, 13.862943611199 },
	};
	const struct cf_score_runs none = { { { 0, 0 }, { 0, 0 } } };

	for (size_t i = 0; i < COUNT(cases); i++)
		ck_near(cf_score_christoffersen(&cases[i].runs), erfc(sqrt(cases[i].ratio)), 1e-6);
	ck_near(cf_score_christoffersen(&none), NAN, 0);
}
END_TEST

START_TEST(errors)
{
	struct cf_score_errors e = { 0 };

	ck_near(cf_score_rmse(&e), NAN, 0);
	ck_near(cf_score_mae(&e), NAN, 0);
	ck_near(cf_score_bias(&e), NAN, 0);
	cf_score_errors_add(&e, 4, 1);
	cf_score_errors_add(&e, 1, 5);
	cf_score_errors_add(&e, 2, 2);
	cf_score_errors_add(&e, 0, 0);
	ck_near(cf_score_rmse(&e), 2.5, 1e-15);	/* sqrt(25 / 4) */
	ck_near(cf_score_mae(&e), 1.75, 1e-15);
	ck_near(cf_score_bias(&e), -0.25, 1e-15);
}
END_TEST

START_TEST(smape)
{
	ck_near(cf_score_smape(3, 1), 100, 1e-15);
	ck_near(cf_score_smape(-1, 1), 200, 1e-15);
	ck_near(cf_score_smape(-2, -2), 0, 0);
	ck_near(cf_score_smape(0, 0), 0, 0);
	ck_near(cf_score_smape(0, 5), 200, 1e-15);
}
END_TEST

UNIT_MAIN("score", smape, pinball, pinball_is_least_at_the_quantile, winkler, winkler_is_two_pinballs, kupiec_published,
    kupiec_by_hand, christoffersen, errors)
