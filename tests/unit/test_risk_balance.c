#include "test_model_data.h"

#include "risk/balance.h"

/* Two runs apart from their repetitions would do; here flows are put in by hand. */
static struct cf_balance *
by_hand(size_t runs, size_t days, const double *flow, const double *median)
{
	struct cf_balance *b = must_array(1, sizeof(*b));

	b->runs = runs;
	b->days = days;
	b->flow = must_array(runs * days, sizeof(double));
	b->median = must_array(days, sizeof(double));
	memcpy(b->flow, flow, runs * days * sizeof(double));
	memcpy(b->median, median, days * sizeof(double));
	return (b);
}

START_TEST(sums)
{
	static const double flow[] = { 1, 2, 3, 10, 20, 30, -1, -2, -3, 0, 0, 0 }, median[3] = { 0 };
	struct cf_balance *b = by_hand(4, 3, flow, median);
	double sorted[4];
	struct cf_balance_span s = { .sorted = sorted };

	cf_balance_sum(b, 1, 2, 100, 0.5, &s);
	ck_near(s.mean, 100 + (5 + 50 - 5 + 0) / 4.0, 1e-14);
	ck_assert(sorted[0] == 95 && sorted[1] == 100 && sorted[2] == 105 && sorted[3] == 150);
	/* Sorted number k is the (k + 1/2) / 4 quantile. */
	ck_near(s.low, 97.5, 1e-14);
	ck_near(s.high, 127.5, 1e-14);
	ck_near(cf_balance_quantile(sorted, 4, 0.125), 95, 0);
	ck_near(cf_balance_quantile(sorted, 4, 0.001), 95, 0);
	ck_near(cf_balance_quantile(sorted, 4, 0.999), 150, 0);
	cf_balance_free(b);
}
END_TEST

START_TEST(risk)
{
	/* 40 runs: three fall to -1, -2, -3 on day 2 and come back on day 3; the others stay at 5. */
	double flow[120] = { 0 }, below[3], breached[3];
	static const double median[3] = { 0 };
	struct cf_balance_risk r = { .below = below, .breached = breached };
	struct cf_balance *b;

	for (size_t i = 0; i < 3; i++) {
		flow[i * 3 + 1] = -6.0 - (double)i;
		flow[i * 3 + 2] = 20;
	}
	b = by_hand(40, 3, flow, median);
	ck_assert_int_eq(cf_balance_risk(b, 5, 0, &r, NULL), 0);
	ck_assert(below[0] == 0 && below[1] == 0.075 && below[2] == 0);
	ck_assert(breached[0] == 0 && breached[1] == 0.075 && breached[2] == 0.075);
	ck_assert_uint_eq(r.breach_day, 2);
	/* Two of 40 runs may stay below: one more unit is enough for the third. */
	ck_near(r.needed, 1, 1e-14);
	ck_assert_int_eq(cf_balance_risk(b, 5 + r.needed, 0, &r, NULL), 0);
	ck_assert(r.breach_day == 0 && r.needed == 0 && breached[2] == 0.05);
	ck_assert_int_eq(cf_balance_risk(b, 5, -10, &r, NULL), 0);
	ck_assert(r.breach_day == 0 && r.needed == 0 && breached[2] == 0);
	cf_balance_free(b);
}
END_TEST

START_TEST(schedules)
{
	static const double flow[] = { 0, -90, -100, 0, 7, 0, 0, 0, 0, 0 };
	static const double median[] = { 0, -90, -100, 0, 7, 0, 0, 0, 0, 0 };
	static const struct {
		size_t day;
		double amount;
		double want[10];
	} cases[] = {
		/* Expected on that day, more than that: what is beyond stays. */
		{ 2, -80, { 0, -90, -100, 0, 7, 0, 0, 0, 0, 0 } },
		/* Expected a day before, less than that. */
		{ 3, -120, { 0, -90, 0, -120, 7, 0, 0, 0, 0, 0 } },
		/* Nothing near is large enough. */
		{ 3, -500, { 0, -90, -100, -500, 7, 0, 0, 0, 0, 0 } },
		{ 6, -100, { 0, -90, -100, 0, 7, 0, -100, 0, 0, 0 } },
		{ 9, 20, { 0, -90, -100, 0, 7, 0, 0, 0, 0, 20 } },
		/* Of its own day what has its sign. */
		{ 4, 30, { 0, -90, -100, 0, 30, 0, 0, 0, 0, 0 } },
		{ 4, -30, { 0, -90, -100 + 30, 0, 7 - 30, 0, 0, 0, 0, 0 } },
	};
	char claimed[10];

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cf_balance *b = by_hand(1, 10, flow, median);

		memset(claimed, 0, sizeof(claimed));
		cf_balance_schedule(b, cases[i].day, cases[i].amount, claimed);
		for (size_t h = 0; h < 10; h++)
			ck_assert_msg(b->flow[h] == cases[i].want[h], "case %zu, day %zu: %g", i, h, b->flow[h]);
		cf_balance_free(b);
	}
	/* A forecast stands for one plan only. */
	struct cf_balance *b = by_hand(1, 10, flow, median);

	memset(claimed, 0, sizeof(claimed));
	cf_balance_schedule(b, 2, -100, claimed);
	cf_balance_schedule(b, 2, -100, claimed);
	cf_balance_schedule(b, 2, -100, claimed);
	ck_assert(b->flow[1] == 0 && b->flow[2] == -300 - 10 + 10 - 0);
	cf_balance_free(b);
}
END_TEST

START_TEST(runs_take_every_quantile_once)
{
	static const struct cf_path items[] = { { 1, 5, 0 }, { 2, 5, 0 }, { 1, 6, 0 } };
	static const uint16_t pit[] = { 1, 9, 2, 8, 3, 7 };
	struct cf_paths p = { .n = 3, .horizon = 2 };
	struct cf_balance *b;

	p.items = must_array(3, sizeof(*p.items));
	p.pit = must_array(6, sizeof(*p.pit));
	memcpy(p.items, items, sizeof(items));
	memcpy(p.pit, pit, sizeof(pit));
	b = cf_balance_new(&p, 1, 4, NULL);
	ck_assert_ptr_nonnull(b);
	ck_assert_uint_eq(b->runs, 1002);
	for (size_t h = 0; h < 4; h++) {
		char seen[1002] = { 0 };

		for (size_t i = 0; i < b->runs; i++)
			seen[b->rank[i * 4 + h]]++;
		for (size_t i = 0; i < b->runs; i++)
			ck_assert_int_eq(seen[i], 1);
	}
	/* Path 0 is low on the first day and high on all others, in each of its repetitions. */
	for (size_t i = 0; i < b->runs; i += 3)
		ck_assert(b->rank[i * 4] < 334 && b->rank[i * 4 + 1] >= 668 && b->rank[i * 4 + 3] >= 668);
	cf_balance_free(b);
	cf_paths_free(&p);
	ck_assert_ptr_null(cf_balance_new(&p, 1, 4, NULL));
}
END_TEST

UNIT_MAIN("risk_balance", sums, risk, schedules, runs_take_every_quantile_once)
