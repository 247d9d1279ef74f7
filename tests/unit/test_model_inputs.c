#include "test_model_data.h"

static struct cf_inputs
choose(const char *kind, const char *columns, const char *target, size_t **column)
{
	struct cf_frame *f = frame_make(1, columns, NULL, 0, 0);
	struct cf_inputs in;

	ck_assert_int_eq(cf_inputs_choose(&in, cf_kind_by_name(kind), f, target, column, NULL), 0);
	cf_frame_free(f);
	return (in);
}

START_TEST(chosen)
{
	static const struct {
		const char *kind;
		const char *columns;
		const char *target;
		const char *inputs;
		size_t nlogs;
		size_t nderived;
	} cases[] = {
		/* The catalogue's columns only; volume and macro levels are inputs that no tree sees. */
		{ "holding", "stock_price volatility volume sma_20 rsi vix treasury_10y extra cash_flow", "cash_flow",
		    "stock_price volatility volume sma_20 rsi vix treasury_10y", 2, 4 },
		{ "holding", "cash_flow", "cash_flow", "", 0, 0 },
		/* Without stock_price there is no ratio to it. */
		{ "holding", "sma_20 rsi cash_flow", "cash_flow", "sma_20 rsi", 0, 1 },
		{ "holding", "log_return_5 volatility_20 garman_klass_50 parkinson_5 cash_flow", "cash_flow",
		    "log_return_5 volatility_20 garman_klass_50 parkinson_5", 3, 4 },
		/* Parameters out of range or of another form are no indicators. */
		{ "holding", "rsi_0 rsi_014 rsix volatility_20_20 RSI cash_flow", "cash_flow", "", 0, 0 },
		/* A plain model takes all there is as it is. */
		{ "plain", "a rsi volatility y b", "y", "a rsi volatility b", 0, 4 },
		{ "plain", "y", "y", "", 0, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t *column;
		struct cf_inputs in = choose(cases[i].kind, cases[i].columns, cases[i].target, &column);
		struct cf_frame *f = frame_make(1, cases[i].columns, NULL, 0, 0);
		char names[200] = "";

		for (size_t j = 0; j < in.n; j++) {
			strcat(names, j > 0 ? " " : "");
			strcat(names, in.items[j].name);
			ck_assert_str_eq(f->names[column[j]], in.items[j].name);
		}
		ck_assert_str_eq(names, cases[i].inputs);
		ck_assert_uint_eq(in.nlogs, cases[i].nlogs);
		ck_assert_uint_eq(in.nderived, cases[i].nderived);
		free(column);
		cf_inputs_free(&in);
		cf_frame_free(f);
	}
}
END_TEST

START_TEST(derived)
{
	static const char columns[] = "stock_price sma_20 volatility rsi log_return_5 volume vix cash_flow";
	static const struct {
		double record[7];
		double logs[2];
		double derived[5];	/* sma_20, volatility, rsi, log_return_5, vix */
	} cases[] = {
		{ { 100, 90, 0.02, 55, 0.04, 1e6, 20 }, { -3.912023005428146, 2.995732273553991 },
		    { -5, 0, 55, 2, 6.907755278982137 } },
		{ { 50, 51, 0.04, NAN, -0.01, NAN, NAN }, { -3.2188758248682006, NAN },
		    { 1, 0.6931471805599453, NAN, -0.5, NAN } },
		/* What makes no sense is missing. */
		{ { 0, 90, 0, 55, NAN, 0, -1 }, { NAN, NAN }, { NAN, NAN, 55, NAN, NAN } },
		{ { -3, 90, -0.02, 0, 0, 0, 0 }, { NAN, NAN }, { NAN, NAN, 0, 0, NAN } },
		{ { NAN, 90, NAN, 55, 0.02, 0, NAN }, { NAN, NAN }, { NAN, NAN, 55, 1, NAN } },
	};
	size_t *column;
	struct cf_inputs in = choose("holding", columns, "cash_flow", &column);
	double logs[CF_SCALE_INPUTS_MAX], out[5];

	ck_assert_uint_eq(in.n, 7);
	ck_assert_uint_eq(in.nlogs, 2);
	ck_assert_uint_eq(in.nderived, 5);
	for (size_t i = 0; i < COUNT(cases); i++) {
		cf_inputs_logs(&in, cases[i].record, logs);
		cf_inputs_derive(&in, cases[i].record, 0.02, out);
		for (size_t k = 0; k < 2; k++)
			ck_near(logs[k], cases[i].logs[k], 1e-14);
		for (size_t k = 0; k < 5; k++)
			ck_abs(out[k], cases[i].derived[k], 1e-12);
	}
	free(column);
	cf_inputs_free(&in);
}
END_TEST

/* A stock twice as dear, or the same day with all prices in cents, looks the same to the trees. */
START_TEST(free_of_price_levels)
{
	size_t *column;
	struct cf_inputs in = choose("holding", "stock_price sma_20 bollinger_upper rsi volume cash_flow", "cash_flow",
	    &column);
	const double record[] = { 40, 42, 44, 30, 1e5 }, dear[] = { 4000, 4200, 4400, 30, 1e3 };
	double a[3], b[3];

	ck_assert_uint_eq(in.nderived, 3);
	cf_inputs_derive(&in, record, 0.01, a);
	cf_inputs_derive(&in, dear, 0.01, b);
	for (size_t k = 0; k < 3; k++)
		ck_near(a[k], b[k], 1e-12);
	free(column);
	cf_inputs_free(&in);
}
END_TEST

/* Volatilities beyond the scale's limit are not in it, but the trees see them. */
START_TEST(many_volatilities)
{
	struct cf_inputs in = { .n = CF_SCALE_INPUTS_MAX + 5 };

	in.items = must_array(in.n, sizeof(*in.items));
	for (size_t i = 0; i < in.n; i++) {
		in.items[i].name = cf_mem_strdup("volatility", NULL);
		in.items[i].role = CF_ROLE_VOLATILITY;
	}
	ck_assert_int_eq(cf_inputs_arrange(&in, cf_kind_by_name("holding"), NULL), 0);
	ck_assert_uint_eq(in.nlogs, CF_SCALE_INPUTS_MAX);
	ck_assert_uint_eq(in.nderived, in.n);
	cf_inputs_free(&in);
	ck_assert_uint_eq(in.n, 0);
}
END_TEST

UNIT_MAIN("model_inputs", chosen, derived, free_of_price_levels, many_volatilities)
