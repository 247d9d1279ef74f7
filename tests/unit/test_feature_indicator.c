#include <string.h>

#include "unit.h"

#include "feature/catalogue.h"
#include "feature/indicator.h"

START_TEST(names)
{
	static const struct {
		const char *column;
		const char *name;
		double params[CF_INDICATOR_PARAMS_MAX];
	} cases[] = {
		{ "rsi", "rsi", { 14, 0, 0 } },
		{ "rsi_14", "rsi", { 14, 0, 0 } },
		{ "rsi_7", "rsi", { 7, 0, 0 } },
		{ "macd", "macd", { 12, 26, 0 } },
		{ "macd_signal_5_10_3", "macd_signal", { 5, 10, 3 } },
		{ "bollinger_upper_20_2.5", "bollinger_upper", { 20, 2.5, 0 } },
		{ "volume", "volume", { 0, 0, 0 } },
		{ "volume_zscore_5", "volume_zscore", { 5, 0, 0 } },
		{ "ewma_volatility", "ewma_volatility", { 94, 0, 0 } },
		{ "ewma_volatility_97.5", "ewma_volatility", { 97.5, 0, 0 } }
	};
	double params[CF_INDICATOR_PARAMS_MAX];
	const struct cf_indicator *row;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		row = cf_indicator_find(cases[i].column, params, NULL);
		ck_assert_msg(row != NULL, "%s", cases[i].column);
		ck_assert_str_eq(row->name, cases[i].name);
		ck_assert_mem_eq(params, cases[i].params, sizeof(params));
	}
}
END_TEST

START_TEST(wrong_names)
{
	static const struct {
		const char *column;
		const char *message;
	} cases[] = {
		{ "", "no such indicator: \"\"; cf-features --list names them" },
		{ "foo_3", "no such indicator: \"foo_3\"; cf-features --list names them" },
		{ "sma_", "no such indicator: \"sma_\"; cf-features --list names them" },
		{ "sma_020", "no such indicator: \"sma_020\"; cf-features --list names them" },
		{ "sma_2e1", "no such indicator: \"sma_2e1\"; cf-features --list names them" },
		{ "sma_20x", "no such indicator: \"sma_20x\"; cf-features --list names them" },
		{ "SMA_20", "no such indicator: \"SMA_20\"; cf-features --list names them" },
		{ "sma_20_2", "column \"sma_20_2\": sma takes 1 parameters" },
		{ "macd_12", "column \"macd_12\": macd takes 2 parameters" },
		{ "sma_0", "column \"sma_0\": parameter n is not a whole number within 1 .. 10000" },
		{ "sma_10001", "column \"sma_10001\": parameter n is not a whole number within 1 .. 10000" },
		{ "sma_2.5", "column \"sma_2.5\": parameter n is not a whole number within 1 .. 10000" },
		{ "volatility_1", "column \"volatility_1\": parameter n is not a whole number within 2 .. 10000" },
		{ "percent_b_20_0", "column \"percent_b_20_0\": parameter k is not within 0.1 .. 100" }
	};
	double params[CF_INDICATOR_PARAMS_MAX];
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_ptr_null(cf_indicator_find(cases[i].column, params, &err));
		ck_assert_str_eq(err.text, cases[i].message);
		ck_assert_int_eq(err.kind, CF_ERR_USAGE);
	}
}
END_TEST

START_TEST(roles)
{
	static const struct {
		const char *column;
		enum cf_role role;
	} cases[] = {
		{ "stock_price", CF_ROLE_PRICE }, { "sma_20", CF_ROLE_PRICE }, { "macd", CF_ROLE_DIFFERENCE },
		{ "volatility", CF_ROLE_VOLATILITY }, { "volatility_250", CF_ROLE_VOLATILITY },
		{ "garman_klass_50", CF_ROLE_VOLATILITY }, { "vix", CF_ROLE_VOLATILITY },
		{ "rsi", CF_ROLE_BOUNDED }, { "log_return_5", CF_ROLE_RETURN }, { "volume", CF_ROLE_VOLUME },
		{ "treasury_10y", CF_ROLE_MACRO }, { "dollar_index", CF_ROLE_MACRO },
		{ "day_of_week", CF_ROLE_CALENDAR }, { "cpiaucsl", CF_ROLE_NONE }, { "", CF_ROLE_NONE },
		{ "horizon", CF_ROLE_NONE }, { "vix_age", CF_ROLE_NONE }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(cf_indicator_role(cases[i].column) == cases[i].role, "%s", cases[i].column);
	ck_assert_str_eq(cf_indicator_role_name(CF_ROLE_CALENDAR), "calendar");
}
END_TEST

START_TEST(the_table_is_whole)
{
	size_t n;
	const struct cf_indicator *rows = cf_catalogue_rows(&n);
	double params[CF_INDICATOR_PARAMS_MAX];

	for (size_t i = 0; i < n; i++) {
		ck_assert_ptr_eq(cf_indicator_find(rows[i].name, params, NULL), &rows[i]);
		ck_assert_int_ne(rows[i].role, CF_ROLE_NONE);
		ck_assert(*rows[i].about != '\0' && *rows[i].inputs != '\0' && *rows[i].formula != '\0');
		for (size_t k = i + 1; k < n; k++)
			ck_assert_str_ne(rows[i].name, rows[k].name);
	}
}
END_TEST

UNIT_MAIN("feature_indicator", names, wrong_names, roles, the_table_is_whole)
