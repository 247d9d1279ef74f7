#include "unit.h"

#include "feature_bars.h"
#include "feature_files.h"

#define BARS 400
#define SEEN 300		/* Rows before the future begins. */

static struct cf_track_plan
plan_of(const char *set, enum cf_adjust_mode adjust, enum cf_track_every every)
{
	struct cf_track_plan plan = { .set = cf_set_parse(set, NULL, 0, NULL), .adjust = adjust, .every = every,
		.max_age = INFINITY };

	ck_assert_ptr_nonnull(plan.set);
	return (plan);
}

static void
done(struct cf_track_plan *plan, struct cf_rows *a, struct cf_rows *b)
{

	cf_rows_free(a);
	cf_rows_free(b);
	cf_set_free((struct cf_set *)(uintptr_t)plan->set);
}

static void
same_rows(const struct cf_track_plan *plan, const struct cf_rows *a, const struct cf_rows *b, size_t n)
{

	for (size_t c = 0; c < plan->set->ncolumns; c++) {
		for (size_t i = 0; i < n; i++)
			ck_assert_msg(a->columns[c][i] == b->columns[c][i] ||
			    (isnan(a->columns[c][i]) && isnan(b->columns[c][i])), "%s, row %zu",
			    plan->set->columns[c].name, i);
	}
}

/* Whatever comes later, with its splits and dividends, nothing before it changes. */
START_TEST(the_future_changes_nothing)
{
	static const enum cf_adjust_mode modes[] = { CF_ADJUST_TOTAL, CF_ADJUST_SPLIT, CF_ADJUST_NONE };
	static struct cf_bar bars[BARS], other[BARS];
	struct cf_rows *a, *b;

	walk(bars, BARS, 1);
	memcpy(other, bars, sizeof(other));
	for (size_t i = SEEN; i < BARS; i++) {
		other[i].open *= 3;
		other[i].high *= 5;
		other[i].low /= 2;
		other[i].close *= 2;
		other[i].volume = 7;
		other[i].time_s += 40 * CF_DAY_S;
		other[i].dividend = i == SEEN + 3 ? 10 : 0;
		other[i].split = i == SEEN + 5 ? 0.1 : 1;
	}
	for (size_t m = 0; m < 3; m++) {
		struct cf_track_plan plan = plan_of("all", modes[m], CF_TRACK_BAR);

		a = track_all(&plan, bars, BARS);
		b = track_all(&plan, other, BARS);
		same_rows(&plan, a, b, SEEN);
		done(&plan, a, b);
	}
}
END_TEST

/* As sources do it: all closes before a dividend change with it, but the ratio of neighbours does not. */
START_TEST(adjusted_closes_of_another_day)
{
	static struct cf_bar bars[BARS], other[BARS];
	struct cf_track_plan plan = plan_of("all", CF_ADJUST_TOTAL, CF_TRACK_BAR);
	struct cf_rows *a, *b;

	walk(bars, BARS, 1);
	for (size_t i = 0; i < BARS; i++) {
		bars[i].dividend = bars[i].split = NAN;
		bars[i].events = CF_BAR_RATIO;
		bars[i].adjusted = bars[i].close * (i < 100 ? 0.5 : 0.75);
	}
	memcpy(other, bars, sizeof(other));
	for (size_t i = 0; i < BARS; i++)
		other[i].adjusted /= 4;
	a = track_all(&plan, bars, BARS);
	b = track_all(&plan, other, BARS);
	same_rows(&plan, a, b, BARS);
	done(&plan, a, b);
}
END_TEST

START_TEST(prices_are_in_the_money_of_their_day)
{
	static struct cf_bar bars[BARS], whole[BARS];
	struct cf_track_plan plan = plan_of("stock_price,volume,sma_20,atr_14,obv,volatility,log_return_1,rsi",
	    CF_ADJUST_TOTAL, CF_TRACK_BAR);
	struct cf_rows *a, *b;
	double f;

	/* The same stock without events, in the money after the split: all that has no unit is the same. */
	walk(bars, BARS, 2);
	for (size_t i = 0; i < BARS; i++)
		bars[i].dividend = 0;
	memcpy(whole, bars, sizeof(whole));
	for (size_t i = 0; i < BARS; i++) {
		f = i < 150 ? 4 : 1;
		whole[i].split = 1;
		whole[i].open /= f;
		whole[i].high /= f;
		whole[i].low /= f;
		whole[i].close /= f;
		whole[i].volume *= f;
	}
	a = track_all(&plan, bars, BARS);
	b = track_all(&plan, whole, BARS);
	for (size_t i = 0; i < BARS; i++) {
		f = i < 150 ? 4 : 1;
		ck_assert(column(&plan, a, "stock_price")[i] == bars[i].close);
		ck_assert(column(&plan, a, "volume")[i] == bars[i].volume);
		ck_near(column(&plan, a, "sma_20")[i], column(&plan, b, "sma_20")[i] * f, 1e-12);
		ck_near(column(&plan, a, "atr_14")[i], column(&plan, b, "atr_14")[i] * f, 1e-12);
		ck_near(column(&plan, a, "obv")[i], column(&plan, b, "obv")[i] / f, 1e-12);
		ck_near(column(&plan, a, "volatility")[i], column(&plan, b, "volatility")[i], 1e-12);
		ck_near(column(&plan, a, "rsi")[i], column(&plan, b, "rsi")[i], 1e-12);
	}
	done(&plan, a, b);
}
END_TEST

START_TEST(targets_are_total_returns)
{
	static struct cf_bar bars[BARS];
	struct cf_track_plan plan = plan_of("stock_price", CF_ADJUST_TOTAL, CF_TRACK_BAR);
	struct cf_rows *a;
	double want;

	walk(bars, BARS, 3);
	a = track_all(&plan, bars, BARS);
	/* Over the split: four new shares for one. */
	ck_near(cf_rows_target(a, 148, BARS, 5), 100 * 4 * bars[153].close / bars[148].close, 1e-12);
	/* Over a dividend, paid on row 62, taken into more shares at the close before. */
	want = 100 * bars[64].close / bars[60].close / (1 - bars[62].dividend / bars[61].close);
	ck_near(cf_rows_target(a, 60, BARS, 4), want, 1e-12);
	ck_assert(isnan(cf_rows_target(a, BARS - 5, BARS, 5)));
	ck_assert(!isnan(cf_rows_target(a, BARS - 6, BARS, 5)));
	ck_assert(isnan(cf_rows_target(a, 0, 3, 5)));
	done(&plan, a, NULL);
}
END_TEST

START_TEST(weeks_and_months)
{
	static struct cf_bar bars[BARS];
	struct cf_track_plan plan = plan_of("stock_price,volume,true_range,donchian_upper_1,donchian_lower_1",
	    CF_ADJUST_NONE, CF_TRACK_WEEK);
	struct cf_rows *a, *b;
	size_t row = 0;
	double high = 0, low = INFINITY, volume = 0;

	walk(bars, BARS, 4);
	a = track_all(&plan, bars, BARS);
	for (size_t i = 0; i < BARS; i++) {
		high = fmax(high, bars[i].high);
		low = fmin(low, bars[i].low);
		volume += bars[i].volume;
		if (i + 1 < BARS && cf_day_weekday(cf_day_of_moment(bars[i].time_s)) != 5)
			continue;
		ck_assert_int_eq(a->time_s[row], bars[i].time_s);
		ck_assert(column(&plan, a, "stock_price")[row] == bars[i].close);
		ck_assert(column(&plan, a, "volume")[row] == volume);
		ck_near(column(&plan, a, "donchian_upper_1")[row], high, 1e-15);
		ck_near(column(&plan, a, "donchian_lower_1")[row], low, 1e-15);
		row++;
		high = volume = 0;
		low = INFINITY;
	}
	ck_assert_uint_eq(a->n, row);
	plan.every = CF_TRACK_MONTH;
	b = track_all(&plan, bars, BARS);
	/* 400 weekdays from 2015-01-01 on end in July 2016. */
	ck_assert_uint_eq(b->n, 19);
	done(&plan, a, b);
}
END_TEST

START_TEST(days_of_a_clock)
{
	static struct cf_bar bars[BARS];
	struct cf_track_plan plan = plan_of("stock_price,day_of_week", CF_ADJUST_NONE, CF_TRACK_DAY);
	struct cf_rows *a;

	walk(bars, BARS, 5);
	for (size_t i = 0; i < BARS; i++) {
		bars[i].time_s = (int64_t)cf_day_of(2020, 1, 6) * CF_DAY_S + (int64_t)i * 3600;
		bars[i].has_clock = 1;
	}
	a = track_all(&plan, bars, BARS);
	ck_assert_uint_eq(a->n, (BARS + 23) / 24);
	ck_assert_int_eq(a->has_clock[0], 0);
	ck_assert_int_eq(a->time_s[1], (int64_t)cf_day_of(2020, 1, 7) * CF_DAY_S);
	ck_assert(column(&plan, a, "stock_price")[0] == bars[23].close);
	ck_assert(column(&plan, a, "day_of_week")[1] == 2);
	done(&plan, a, NULL);
}
END_TEST

/* A gap costs the rows it spans, and a window of rows waits for as many again; nothing else. */
START_TEST(a_gap_costs_its_own_rows)
{
	static struct cf_bar bars[BARS], closed[BARS];
	struct cf_track_plan plan = plan_of("sma_20,ema_12,rsi,volatility,log_return_5,zscore_20,macd",
	    CF_ADJUST_NONE, CF_TRACK_BAR);
	struct cf_rows *a, *b;

	/* The rows behind the gap are those of a series that never had it. */
	walk(bars, BARS, 6);
	for (size_t i = 200; i < 230; i++)
		bars[i].close = NAN;
	memcpy(closed, bars, 200 * sizeof(bars[0]));
	memcpy(closed + 200, bars + 230, (BARS - 230) * sizeof(bars[0]));
	a = track_all(&plan, bars, BARS);
	b = track_all(&plan, closed, BARS - 30);
	for (size_t c = 0; c < plan.set->ncolumns; c++) {
		for (size_t i = 200; i < 230; i++)
			ck_assert(isnan(a->columns[c][i]));
		for (size_t i = 230; i < BARS; i++)
			ck_assert(a->columns[c][i] == b->columns[c][i - 30]);
	}
	done(&plan, a, b);
}
END_TEST

START_TEST(what_flat_series_give)
{
	static struct cf_bar bars[BARS];
	struct cf_track_plan plan = plan_of("all", CF_ADJUST_NONE, CF_TRACK_BAR);
	static const char *const missing[] = { "rsi", "percent_b_20_2", "zscore_20", "stochastic_k_14", "stochastic_d_14_3",
		"williams_r_14", "cci_20", "mfi_14", "adx_14", "di_plus_14", "parkinson_20", "garman_klass_10",
		"rogers_satchell_20", "yang_zhang_20", "vwap_20", "volume_zscore_20" };
	static const char *const zero[] = { "volatility", "macd", "log_return_1", "bandwidth_20_2", "atr_14", "roc_10",
		"drawdown_250", "ewma_volatility", "obv", "adl", "momentum_10", "true_range", "natr_14" };
	static const char *const level[] = { "stock_price", "sma_20", "ema_12", "bollinger_upper", "keltner_lower_20_10_2",
		"donchian_middle_20", "wma_20", "dema_20" };
	struct cf_rows *a;

	walk(bars, BARS, 7);
	for (size_t i = 0; i < BARS; i++) {
		bars[i].open = bars[i].high = bars[i].low = bars[i].close = 8;
		bars[i].volume = 0;
	}
	a = track_all(&plan, bars, BARS);
	for (size_t k = 0; k < sizeof(missing) / sizeof(missing[0]); k++)
		ck_assert_msg(isnan(column(&plan, a, missing[k])[BARS - 1]), "%s", missing[k]);
	for (size_t k = 0; k < sizeof(zero) / sizeof(zero[0]); k++)
		ck_assert_msg(column(&plan, a, zero[k])[BARS - 1] == 0, "%s", zero[k]);
	for (size_t k = 0; k < sizeof(level) / sizeof(level[0]); k++)
		ck_assert_msg(column(&plan, a, level[k])[BARS - 1] == 8, "%s", level[k]);
	done(&plan, a, NULL);
}
END_TEST

START_TEST(joins_series)
{
	static struct cf_bar bars[BARS];
	struct cf_series *all = cf_series_new(NULL);
	struct cf_track_plan plan = { .adjust = CF_ADJUST_NONE, .max_age = INFINITY };
	struct cf_rows *a;

	ck_assert_int_eq(cf_series_read(all, put_text("s.csv", "series,date,available,value\n"
	    "VIX,2015-01-01,2015-01-05,20\nVIX,2015-01-05,2015-01-07,30\n"), NULL), 0);
	cf_series_ready(all);
	plan.series = all;
	plan.set = cf_set_parse("vix,treasury_10y", all, 1, NULL);
	walk(bars, BARS, 8);
	a = track_all(&plan, bars, BARS);
	/* Rows: 1, 2, 5, 6, 7, 8 January. */
	ck_assert(isnan(a->columns[0][1]) && a->columns[0][2] == 20 && a->columns[0][3] == 20 && a->columns[0][4] == 30);
	ck_assert(isnan(a->columns[1][4]));
	ck_assert(isnan(a->columns[2][1]) && a->columns[2][2] == 4 && a->columns[2][4] == 2 && a->columns[2][5] == 3);
	done(&plan, a, NULL);
	cf_series_free(all);
}
END_TEST

UNIT_MAIN("feature_track", the_future_changes_nothing, adjusted_closes_of_another_day,
    prices_are_in_the_money_of_their_day, targets_are_total_returns, weeks_and_months, days_of_a_clock,
    a_gap_costs_its_own_rows, what_flat_series_give, joins_series)
