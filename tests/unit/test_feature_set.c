#include <string.h>

#include "unit.h"

#include "feature/set.h"

#include "feature_files.h"

#define SEED "stock_price volatility volume sma_20 sma_50 rsi macd bollinger_upper bollinger_lower vix treasury_10y " \
    "dollar_index"
#define MODEL "ewma_volatility garman_klass_10 garman_klass_50 parkinson_5 volatility_250 log_return_1 log_return_5 " \
    "log_return_20"

/* The names of the columns with blanks between them. */
static const char *
names(const struct cf_set *set, char *text, size_t size)
{

	text[0] = '\0';
	for (size_t i = 0; i < set->ncolumns; i++) {
		ck_assert_uint_lt(strlen(text) + strlen(set->columns[i].name) + 2, size);
		if (i > 0)
			strcat(text, " ");
		strcat(text, set->columns[i].name);
	}
	return (text);
}

static struct cf_series *
two_series(void)
{
	struct cf_series *all = cf_series_new(NULL);

	ck_assert_int_eq(cf_series_read(all, put_text("s.csv", "series,date,available,value\n"
	    "CPI,2020-01-01,2020-01-02,1\nVIX,2020-01-01,2020-01-02,2\n"), NULL), 0);
	cf_series_ready(all);
	return (all);
}

START_TEST(sets)
{
	static const struct {
		const char *text;
		int series, ages;
		const char *columns;
	} cases[] = {
		{ "seed", 0, 0, SEED },
		{ "seed", 1, 0, SEED " cpi" },
		{ "seed", 1, 1, SEED " cpi cpi_age vix_age" },
		{ "model", 0, 0, SEED " " MODEL },
		{ "sma_5,rsi_14,stock_price", 0, 0, "sma_5 rsi_14 stock_price" },
		{ "sma_5", 1, 0, "sma_5 cpi vix" },
		{ "vix,sma_5", 1, 1, "vix sma_5 cpi cpi_age vix_age" },
		{ "cpi,treasury_10y", 1, 0, "cpi treasury_10y vix" },
		{ "seed,atr_14", 0, 0, SEED " atr_14" },
		{ "atr_14,seed", 0, 0, "atr_14 " SEED },
		/* What a set brings a second time stays where it was. */
		{ "rsi,seed", 0, 0, "rsi stock_price volatility volume sma_20 sma_50 macd bollinger_upper "
		    "bollinger_lower vix treasury_10y dollar_index" },
		{ "model,seed", 0, 0, SEED " " MODEL },
		/* The same thing by two names, on purpose. */
		{ "rsi,rsi_14", 0, 0, "rsi rsi_14" }
	};
	struct cf_series *series = two_series();
	struct cf_set *set;
	struct cf_err err;
	char text[4000];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set = cf_set_parse(cases[i].text, cases[i].series ? series : NULL, cases[i].ages, &err);
		ck_assert_msg(set != NULL, "%s: %s", cases[i].text, err.text);
		ck_assert_str_eq(names(set, text, sizeof(text)), cases[i].columns);
		cf_set_free(set);
	}
	cf_series_free(series);
}
END_TEST

START_TEST(wrong_sets)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "", "no such indicator: \"\"; cf-features --list names them" },
		{ "sma_5,", "no such indicator: \"\"; cf-features --list names them" },
		{ "sma_5,sma_5", "two columns would be called \"sma_5\"" },
		{ "seed,rsi", "two columns would be called \"rsi\"" },
		{ "cpi", "no such indicator: \"cpi\"; cf-features --list names them" }
	};
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_ptr_null(cf_set_parse(cases[i].text, NULL, 0, &err));
		ck_assert_str_eq(err.text, cases[i].message);
	}
}
END_TEST

START_TEST(series_named_like_a_column)
{
	struct cf_series *all = cf_series_new(NULL);
	struct cf_err err;

	ck_assert_int_eq(cf_series_read(all, put_text("s.csv", "series,date,available,value\n"
	    "SMA_20,2020-01-01,2020-01-02,1\n"), NULL), 0);
	ck_assert_ptr_null(cf_set_parse("seed", all, 0, &err));
	ck_assert_str_eq(err.text, "two columns would be called \"sma_20\"");
	cf_series_free(all);
}
END_TEST

START_TEST(machines_are_shared)
{
	struct cf_set *set = cf_set_parse("bollinger_upper,bollinger_lower,percent_b_20_2,bandwidth_20_2,rsi,rsi_14",
	    NULL, 0, NULL);

	ck_assert_uint_eq(set->nmachines, 2);
	cf_set_free(set);
}
END_TEST

START_TEST(all_has_every_indicator)
{
	struct cf_set *set = cf_set_parse("all", NULL, 0, NULL);

	ck_assert_uint_ge(set->ncolumns, 60);
	cf_set_free(set);
}
END_TEST

UNIT_MAIN("feature_set", sets, wrong_sets, series_named_like_a_column, machines_are_shared, all_has_every_indicator)
