#include "unit.h"

#include <string.h>

#include "base/day.h"
#include "base/rng.h"
#include "drift/duel.h"

static struct cf_duel
judge(struct cf_duel_pairs *pairs, double margin)
{
	struct cf_duel duel;

	ck_assert_int_eq(cf_duel_judge(pairs, margin, 1, &duel, NULL), 0);
	return (duel);
}

static void
add(struct cf_duel_pairs *pairs, int day, double champion, double challenger)
{
	ck_assert_int_eq(cf_duel_add(pairs, day * CF_DAY_S, champion, challenger, NULL), 0);
}

/* The standard error of independent differences is that of their mean; of those that remember it is larger. */
START_TEST(standard_errors)
{
	enum { N = 400, RUNS = 50 };
	const double rhos[] = { 0, 0.5, 0.8 };

	for (size_t k = 0; k < 3; k++) {
		double want = 1 / (1 - rhos[k]) / sqrt(N), mean = 0;

		for (uint64_t run = 0; run < RUNS; run++) {
			struct cf_rng rng = cf_rng_stream(run, CF_RNG_TEST, k);
			struct cf_duel_pairs pairs = { 0 };
			double x = 0;

			for (int i = 0; i < N; i++) {
				x = rhos[k] * x + cf_rng_normal(&rng);
				add(&pairs, i, 10, 10 + x);
			}
			mean += judge(&pairs, 0).error / RUNS;
			cf_duel_free(&pairs);
		}
		ck_near(mean, want, 0.12);
	}
}
END_TEST

/* Means are of dates, whatever their number of forecasts and their order. */
START_TEST(means_by_hand)
{
	struct cf_duel_pairs pairs = { 0 };
	struct cf_duel d;

	d = judge(&pairs, 0);
	ck_assert_uint_eq(d.dates, 0);
	ck_assert(isnan(d.champion) && isnan(d.error) && !d.refused);
	add(&pairs, 2, 4, 9);
	d = judge(&pairs, 0);
	ck_assert(d.dates == 1 && d.difference == 5 && isnan(d.error) && !d.refused);
	add(&pairs, 1, 1, 2);
	add(&pairs, 2, 6, 5);
	add(&pairs, 1, 2, 3);
	add(&pairs, 1, 3, 4);
	d = judge(&pairs, 0);
	ck_assert_uint_eq(d.dates, 2);
	ck_assert_uint_eq(d.pairs, 5);
	ck_near(d.champion, (2 + 5) / 2.0, 1e-14);
	ck_near(d.challenger, (3 + 7) / 2.0, 1e-14);
	ck_near(d.difference, 1.5, 1e-14);
	cf_duel_free(&pairs);
}
END_TEST

START_TEST(refusals)
{
	static const struct { double worse, noise, margin; int refused; } cases[] = {
		{ 0, 0, 0, 0 },		/* the same */
		{ 1, 0, 0, 1 },		/* surely worse */
		{ -1, 0, 0, 0 },	/* better */
		{ 0.5, 0, 0.1, 0 },	/* worse by 5 % */
		{ 2, 0, 0.1, 1 },	/* worse by 20 % */
		{ 0.1, 10, 0, 0 },	/* who knows */
		{ 5, 10, 0, 1 },
	};

	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct cf_rng rng = cf_rng_stream(k, CF_RNG_TEST, 9);
		struct cf_duel_pairs pairs = { .overlap = 5 };

		for (int i = 0; i < 100; i++)
			add(&pairs, i, 10, 10 + cases[k].worse + cases[k].noise * cf_rng_normal(&rng));
		ck_assert_msg(judge(&pairs, cases[k].margin).refused == cases[k].refused, "case %zu", k);
		cf_duel_free(&pairs);
	}
}
END_TEST

static struct cf_joined
load(const char *forecasts, const char *outcomes, const char *model)
{
	struct cf_joined_options o = { .forecasts = &forecasts, .nforecasts = 1, .outcomes = outcomes, .target = "cash_flow",
	    .model = model };
	struct cf_joined j;

	ck_assert_int_eq(cf_joined_load(&j, &o, NULL), 0);
	return (j);
}

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

/* Keys that both have, by name and not by number, of the same level, after the day. */
START_TEST(joins)
{
	struct cf_joined a, b;
	struct cf_duel_pairs pairs = { 0 };

	put("duel_a.csv", "symbol,date,horizon,prediction,interval_low,interval_high,level,model\n"
	    "ONLY,2024-01-03,5,1,0,10,0.9,m\n"
	    "B,2024-01-03,5,1,0,10,0.9,m\nA,2024-01-03,5,1,0,20,0.9,m\nA,2024-01-03,5,1,0,99,0.9,other\n"
	    "A,2024-01-01,5,1,0,20,0.9,m\nB,2024-01-04,5,1,0,10,0.8,m\nB,2024-01-05,5,1,0,10,0.9,m\n");
	put("duel_b.csv", "symbol,date,horizon,prediction,interval_low,interval_high,level,cash_flow,model\n"
	    "A,2024-01-01,5,1,0,2,0.9,1,n\nA,2024-01-03,5,1,0,2,0.9,1,n\nB,2024-01-03,5,1,0,4,0.9,5,n\n"
	    "B,2024-01-04,5,1,0,4,0.9,5,n\nB,2024-01-05,20,1,0,4,0.9,5,n\nNEW,2024-01-05,5,1,0,4,0.9,5,n\n");
	a = load("duel_a.csv", "duel_b.csv", "m");
	b = load("duel_b.csv", "duel_b.csv", "n");
	ck_assert_int_eq(cf_duel_join(&pairs, &a, &b, INT64_C(1704067200), NULL), 0);
	ck_assert_uint_eq(pairs.n, 2);
	ck_assert_uint_eq(pairs.overlap, 5);
	for (size_t i = 0; i < 2; i++) {
		int is_a = pairs.items[i].champion > 15;

		ck_near(pairs.items[i].champion, is_a ? 20 : 10, 1e-12);
		ck_near(pairs.items[i].challenger, is_a ? 2 : 4 + 20 * 1.0, 1e-12);
	}
	cf_duel_free(&pairs);
	cf_joined_free(&a);
	cf_joined_free(&b);
}
END_TEST

UNIT_MAIN("drift_duel", standard_errors, means_by_hand, refusals, joins)
