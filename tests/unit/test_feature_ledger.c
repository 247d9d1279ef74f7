#include "unit.h"

#include "base/day.h"
#include "feature/ledger.h"

#include "feature_files.h"

static const char *const paths[] = { "ledger.csv" };

static const struct cf_ledger_options usual = { .paths = paths, .npaths = 1, .today = CF_DAY_MAX,
	.closed_after = 92 };

static struct cf_ledger *
load(const char *text, const struct cf_ledger_options *options)
{
	struct cf_ledger *l;
	struct cf_err err;

	put_text("ledger.csv", text);
	l = cf_ledger_load(options, &err);
	ck_assert_msg(l != NULL, "%s", err.text);
	return (l);
}

START_TEST(adds_up_in_any_order)
{
	struct cf_ledger *l = load("account,date,amount\nB,2020-01-05,7\nA,2020-01-03,1\nA,2020-01-01,2\nA,2020-01-03,4\n",
	    &usual);

	ck_assert_uint_eq(l->n, 2);
	ck_assert_str_eq(l->accounts[0].name, "B");
	ck_assert_uint_eq(l->accounts[0].days, 1);
	ck_assert_uint_eq(l->accounts[1].days, 5);
	ck_assert_int_eq(l->accounts[1].first, cf_day_of(2020, 1, 1));
	ck_assert_int_eq(l->gaps, CF_LEDGER_ZERO);
	ck_assert(l->accounts[1].amount[0] == 2 && l->accounts[1].amount[1] == 0 && l->accounts[1].amount[2] == 5);
	ck_assert(l->accounts[1].amount[4] == 0);
	ck_near(l->full, 3.0 / 6.0, 1e-15);
	cf_ledger_free(l);
}
END_TEST

START_TEST(empty_amounts_are_missing)
{
	struct cf_ledger_options zero = usual;
	struct cf_ledger *l = load("date,amount\n2020-01-01,1\n2020-01-02,\n2020-01-04,\n2020-01-04,3\n", &usual);

	ck_assert_int_eq(l->gaps, CF_LEDGER_MISSING);
	ck_assert_str_eq(l->accounts[0].name, CF_LEDGER_TOTAL);
	ck_assert(isnan(l->accounts[0].amount[1]) && isnan(l->accounts[0].amount[2]));
	ck_assert(l->accounts[0].amount[3] == 3);
	cf_ledger_free(l);
	zero.gaps = CF_LEDGER_ZERO;
	l = load("date,amount\n2020-01-01,1\n2020-01-02,\n2020-01-04,3\n", &zero);
	ck_assert(isnan(l->accounts[0].amount[1]));
	ck_assert(l->accounts[0].amount[2] == 0);
	cf_ledger_free(l);
}
END_TEST

START_TEST(nearly_every_day_means_missing)
{
	struct cf_ledger *l = load("date,amount\n2020-01-01,1\n2020-01-02,1\n2020-01-03,1\n2020-01-05,1\n", &usual);

	ck_assert_int_eq(l->gaps, CF_LEDGER_MISSING);
	ck_assert(isnan(l->accounts[0].amount[3]));
	cf_ledger_free(l);
	l = load("date,amount\n2020-01-01,1\n2020-01-02,1\n2020-01-05,1\n", &usual);
	ck_assert_int_eq(l->gaps, CF_LEDGER_ZERO);
	cf_ledger_free(l);
}
END_TEST

START_TEST(silent_accounts_are_closed)
{
	static const char text[] = "date,amount,account\n2020-01-01,1,A\n2020-01-03,1,A\n2020-04-04,1,B\n2020-04-05,1,C\n";
	struct cf_ledger_options never = usual;
	struct cf_ledger *l = load(text, &usual);

	/* 93 days of silence, and one */
	ck_assert(l->accounts[0].is_closed && !l->accounts[1].is_closed);
	ck_assert_uint_eq(l->accounts[0].days, 3);
	ck_assert_uint_eq(l->accounts[1].days, 2);
	cf_ledger_free(l);
	never.closed_after = 0;
	l = load(text, &never);
	ck_assert(!l->accounts[0].is_closed);
	ck_assert_uint_eq(l->accounts[0].days, 96);
	cf_ledger_free(l);
}
END_TEST

START_TEST(counts_and_leaves_out)
{
	static const char text[] = "date,amount,account,note\n2020-01-01,1,A,x\n2020-01-01,1,A,x\n2020-01-01,1,A,y\n"
	    "2020-01-09,5,A,z\n";
	struct cf_ledger_options o = usual;
	struct cf_ledger *l;

	o.today = cf_day_of(2020, 1, 8);
	l = load(text, &o);
	ck_assert_uint_eq(l->later, 1);
	ck_assert_uint_eq(l->rows, 3);
	ck_assert(l->accounts[0].amount[0] == 3);
	cf_ledger_free(l);
	o.dedupe = 1;
	l = load(text, &o);
	ck_assert_uint_eq(l->same, 1);
	ck_assert(l->accounts[0].amount[0] == 2);
	cf_ledger_free(l);
	o.total = 1;
	l = load("date,amount,account\n2020-01-01,1,A\n2020-01-01,2,B\n", &o);
	ck_assert_uint_eq(l->n, 1);
	ck_assert(l->accounts[0].amount[0] == 3);
	cf_ledger_free(l);
}
END_TEST

START_TEST(nothing_is_a_ledger)
{
	struct cf_ledger *l = load("", &usual);

	ck_assert_uint_eq(l->n, 0);
	cf_ledger_free(l);
	l = load("date,amount\n", &usual);
	ck_assert_uint_eq(l->n, 0);
	cf_ledger_free(l);
	cf_ledger_free(NULL);
}
END_TEST

UNIT_MAIN("ledger", adds_up_in_any_order, empty_amounts_are_missing, nearly_every_day_means_missing,
    silent_accounts_are_closed, counts_and_leaves_out, nothing_is_a_ledger)
