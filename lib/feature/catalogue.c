#include <math.h>

#include "feature/band.h"
#include "feature/catalogue.h"
#include "feature/flow.h"
#include "feature/mean.h"
#include "feature/plain.h"
#include "feature/spread.h"
#include "feature/swing.h"

/* Rows up to and with the first value, by parameters. */
static size_t
rows_1(const double * p)
{

	(void)p;
	return (1);
}

static size_t
rows_2(const double * p)
{

	(void)p;
	return (2);
}

static size_t
rows_ewma(const double * p)
{

	(void)p;
	return (CF_SPREAD_EWMA_BEGIN + 1);
}

static size_t
rows_n(const double * p)
{

	return ((size_t)p[0]);
}

static size_t
rows_n_more(const double * p)
{

	return ((size_t)p[0] + 1);
}

static size_t
rows_twice(const double * p)
{

	return (2 * (size_t)p[0]);
}

static size_t
rows_twice_less(const double * p)
{

	return (2 * (size_t)p[0] - 1);
}

static size_t
rows_stochastic_d(const double * p)
{

	return ((size_t)p[0] + (size_t)p[1] - 1);
}

static size_t
rows_macd(const double * p)
{

	return ((size_t)fmax(p[0], p[1]));
}

static size_t
rows_macd_signal(const double * p)
{

	return (rows_macd(p) + (size_t)p[2] - 1);
}

static size_t
rows_keltner(const double * p)
{

	return ((size_t)fmax(p[0], p[1] + 1));
}

/* Parameters: a number of rows from LEAST, a multiple of a width, a percent. */
#define MOST CF_INDICATOR_WINDOW_MAX
#define N(LEAST, DEFAULT) { "n", DEFAULT, LEAST, MOST, 1 }
#define ROWS(NAME, LEAST, DEFAULT) { NAME, DEFAULT, LEAST, MOST, 1 }
#define TIMES(DEFAULT) { "k", DEFAULT, 0.1, 100, 0 }

/*
 * C, O, H, L, V: close, open, high, low, volume of a row, adjusted; [-n]: n
 * rows before; TP = (H + L + C) / 3; TR = max(H, C[-1]) - min(L, C[-1]);
 * r = ln(C / C[-1]); mean, sum, max, min: over the last n rows; sd: deviation
 * with divisor n; ema(x, n): mean of the first n values, then moving by
 * 2 / (n + 1) of the distance; wilder(x, n): the same with 1 / n.
 */
static const struct cf_indicator rows[] = {
	{ "stock_price", "the close as it stands in the bar",
	    CF_ROLE_PRICE, CF_UNIT_NONE, &cf_plain_price, 0, 0, { { 0 } },
	    rows_1, "", "C", "C, not adjusted", "" },
	{ "volatility", "volatility of daily returns",
	    CF_ROLE_VOLATILITY, CF_UNIT_NONE, &cf_spread_volatility, 0,
	    1, { N(2, 20) }, rows_n_more, "volatility_250", "C",
	    "sqrt(sum((r - mean(r))^2) / (n - 1)), per day", "" },
	{ "volume", "the volume as it stands in the bar",
	    CF_ROLE_VOLUME, CF_UNIT_NONE, &cf_plain_volume, 0, 0, { { 0 } },
	    rows_1, "", "V", "V, not adjusted", "" },
	{ "sma", "simple moving average",
	    CF_ROLE_PRICE, CF_UNIT_PRICE, &cf_mean_sma, 0, 1, { N(1, 20) },
	    rows_n, "sma_200", "C", "mean(C)", "" },
	{ "rsi", "relative strength index",
	    CF_ROLE_BOUNDED, CF_UNIT_NONE, &cf_swing_rsi, 0, 1, { N(1, 14) },
	    rows_n_more, "", "C",
	    "100 u / (u + d), u = wilder(max(C - C[-1], 0), n), "
	    "d = wilder(max(C[-1] - C, 0), n); missing when flat",
	    "Wilder 1978" },
	{ "macd", "moving average convergence divergence",
	    CF_ROLE_DIFFERENCE, CF_UNIT_PRICE, &cf_mean_macd, 0,
	    2, { ROWS("fast", 1, 12), ROWS("slow", 1, 26) }, rows_macd, "",
	    "C", "ema(C, fast) - ema(C, slow)", "Appel 1979" },
	{ "bollinger_upper", "upper Bollinger band",
	    CF_ROLE_PRICE, CF_UNIT_PRICE, &cf_band_bollinger, 0,
	    2, { N(2, 20), TIMES(2) }, rows_n, "", "C", "mean(C) + k sd(C)",
	    "Bollinger 2001" },
	{ "bollinger_lower", "lower Bollinger band",
	    CF_ROLE_PRICE, CF_UNIT_PRICE, &cf_band_bollinger, 1,
	    2, { N(2, 20), TIMES(2) }, rows_n, "", "C", "mean(C) - k sd(C)",
	    "Bollinger 2001" },

	{ "log_return", "log return over n rows",
	    CF_ROLE_RETURN, CF_UNIT_NONE, &cf_plain_log_return, 0,
	    1, { N(1, 1) }, rows_n_more,
	    "log_return_1 log_return_5 log_return_20 log_return_250", "C",
	    "ln(C / C[-n])", "" },
	{ "roc", "rate of change in percent",
	    CF_ROLE_RETURN, CF_UNIT_NONE, &cf_plain_change, 0,
	    1, { N(1, 10) }, rows_n_more, "roc_10", "C",
	    "100 (C - C[-n]) / C[-n]", "" },
	{ "momentum", "change of the price",
	    CF_ROLE_DIFFERENCE, CF_UNIT_PRICE, &cf_plain_change, 1,
	    1, { N(1, 10) }, rows_n_more, "momentum_10", "C", "C - C[-n]",
	    "" },
	{ "drawdown", "fall from the highest close",
	    CF_ROLE_RETURN, CF_UNIT_NONE, &cf_plain_drawdown, 0,
	    1, { N(1, 250) }, rows_n, "drawdown_250", "C",
	    "C / max(C) - 1", "" },
	{ "zscore", "distance of the close from its mean",
	    CF_ROLE_RETURN, CF_UNIT_NONE, &cf_band_zscore, 0,
	    1, { N(2, 20) }, rows_n, "zscore_20", "C",
	    "(C - mean(C)) / sd(C); missing when flat", "" },

	{ "ema", "exponential moving average",
	    CF_ROLE_PRICE, CF_UNIT_PRICE, &cf_mean_ema, 0, 1, { N(1, 20) },
	    rows_n, "ema_12 ema_26", "C", "ema(C, n)", "" },
	{ "wma", "weighted moving average",
	    CF_ROLE_PRICE, CF_UNIT_PRICE, &cf_mean_wma, 0, 1, { N(1, 20) },
	    rows_n, "wma_20", "C",
	    "sum(w C) / sum(w), w = 1 .. n, n for the newest", "" },
	{ "dema", "double exponential moving average",
	    CF_ROLE_PRICE, CF_UNIT_PRICE, &cf_mean_dema, 0, 1, { N(1, 20) },
	    rows_twice_less, "dema_20", "C",
	    "2 e - ema(e, n), e = ema(C, n)", "Mulloy 1994" },
	{ "macd_signal", "signal line of macd",
	    CF_ROLE_DIFFERENCE, CF_UNIT_PRICE, &cf_mean_macd, 1,
	    3, { ROWS("fast", 1, 12), ROWS("slow", 1, 26),
	    ROWS("signal", 1, 9) }, rows_macd_signal, "macd_signal_12_26_9",
	    "C", "ema(macd, signal)", "Appel 1979" },
	{ "macd_histogram", "macd less its signal line",
	    CF_ROLE_DIFFERENCE, CF_UNIT_PRICE, &cf_mean_macd, 2,
	    3, { ROWS("fast", 1, 12), ROWS("slow", 1, 26),
	    ROWS("signal", 1, 9) }, rows_macd_signal,
	    "macd_histogram_12_26_9", "C", "macd - macd_signal",
	    "Aspray 1986" },
	{ "vwap", "price weighted by volume",
	    CF_ROLE_PRICE, CF_UNIT_PRICE, &cf_flow_vwap, 0, 1, { N(1, 20) },
	    rows_n, "vwap_20", "H L C V",
	    "sum(TP V) / sum(V); missing without volume", "" },

	{ "percent_b", "place of the close between Bollinger bands",
	    CF_ROLE_BOUNDED, CF_UNIT_NONE, &cf_band_bollinger, 2,
	    2, { N(2, 20), TIMES(2) }, rows_n, "percent_b_20_2", "C",
	    "(C - lower) / (upper - lower); missing when flat",
	    "Bollinger 2001" },
	{ "bandwidth", "width of Bollinger bands",
	    CF_ROLE_VOLATILITY, CF_UNIT_NONE, &cf_band_bollinger, 3,
	    2, { N(2, 20), TIMES(2) }, rows_n, "bandwidth_20_2", "C",
	    "(upper - lower) / mean(C)", "Bollinger 2001" },
	{ "keltner_upper", "upper Keltner channel",
	    CF_ROLE_PRICE, CF_UNIT_PRICE, &cf_band_keltner, 0,
	    3, { N(1, 20), ROWS("m", 1, 10), TIMES(2) }, rows_keltner,
	    "keltner_upper_20_10_2", "H L C", "ema(C, n) + k wilder(TR, m)",
	    "Keltner 1960, as revised by Raschke" },
	{ "keltner_lower", "lower Keltner channel",
	    CF_ROLE_PRICE, CF_UNIT_PRICE, &cf_band_keltner, 1,
	    3, { N(1, 20), ROWS("m", 1, 10), TIMES(2) }, rows_keltner,
	    "keltner_lower_20_10_2", "H L C", "ema(C, n) - k wilder(TR, m)",
	    "Keltner 1960, as revised by Raschke" },
	{ "donchian_upper", "highest high",
	    CF_ROLE_PRICE, CF_UNIT_PRICE, &cf_band_donchian, 0,
	    1, { N(1, 20) }, rows_n, "donchian_upper_20", "H L", "max(H)",
	    "Donchian 1960" },
	{ "donchian_lower", "lowest low",
	    CF_ROLE_PRICE, CF_UNIT_PRICE, &cf_band_donchian, 1,
	    1, { N(1, 20) }, rows_n, "donchian_lower_20", "H L", "min(L)",
	    "Donchian 1960" },
	{ "donchian_middle", "middle of the Donchian channel",
	    CF_ROLE_PRICE, CF_UNIT_PRICE, &cf_band_donchian, 2,
	    1, { N(1, 20) }, rows_n, "donchian_middle_20", "H L",
	    "(max(H) + min(L)) / 2", "Donchian 1960" },

	{ "true_range", "true range",
	    CF_ROLE_DIFFERENCE, CF_UNIT_PRICE, &cf_swing_true_range, 0,
	    0, { { 0 } }, rows_2, "true_range", "H L C", "TR",
	    "Wilder 1978" },
	{ "atr", "average true range",
	    CF_ROLE_DIFFERENCE, CF_UNIT_PRICE, &cf_swing_atr, 0, 1, { N(1, 14) },
	    rows_n_more, "atr_14", "H L C", "wilder(TR, n)", "Wilder 1978" },
	{ "natr", "average true range in percent of the close",
	    CF_ROLE_VOLATILITY, CF_UNIT_NONE, &cf_swing_atr, 1,
	    1, { N(1, 14) }, rows_n_more, "natr_14", "H L C",
	    "100 wilder(TR, n) / C", "Forman 2006" },
	{ "adx", "average directional index",
	    CF_ROLE_BOUNDED, CF_UNIT_NONE, &cf_swing_adx, 0,
	    1, { N(1, 14) }, rows_twice, "adx_14", "H L C",
	    "wilder(100 |p - m| / (p + m), n), p = di_plus, m = di_minus",
	    "Wilder 1978" },
	{ "di_plus", "upward directional indicator",
	    CF_ROLE_BOUNDED, CF_UNIT_NONE, &cf_swing_adx, 1,
	    1, { N(1, 14) }, rows_n_more, "di_plus_14", "H L C",
	    "100 wilder(u, n) / wilder(TR, n), u = H - H[-1] if that is above "
	    "0 and above L[-1] - L, else 0", "Wilder 1978" },
	{ "di_minus", "downward directional indicator",
	    CF_ROLE_BOUNDED, CF_UNIT_NONE, &cf_swing_adx, 2,
	    1, { N(1, 14) }, rows_n_more, "di_minus_14", "H L C",
	    "100 wilder(d, n) / wilder(TR, n), d = L[-1] - L if that is above "
	    "0 and above H - H[-1], else 0", "Wilder 1978" },
	{ "stochastic_k", "place of the close in its range, %K",
	    CF_ROLE_BOUNDED, CF_UNIT_NONE, &cf_swing_stochastic, 0,
	    1, { N(1, 14) }, rows_n, "stochastic_k_14", "H L C",
	    "100 (C - min(L)) / (max(H) - min(L)); missing when flat",
	    "Lane 1984" },
	{ "stochastic_d", "average of %K",
	    CF_ROLE_BOUNDED, CF_UNIT_NONE, &cf_swing_stochastic, 1,
	    2, { N(1, 14), ROWS("d", 1, 3) }, rows_stochastic_d,
	    "stochastic_d_14_3", "H L C",
	    "mean of the last d values of stochastic_k", "Lane 1984" },
	{ "williams_r", "Williams %R",
	    CF_ROLE_BOUNDED, CF_UNIT_NONE, &cf_swing_stochastic, 2,
	    1, { N(1, 14) }, rows_n, "williams_r_14", "H L C",
	    "-100 (max(H) - C) / (max(H) - min(L)); missing when flat",
	    "Williams 1973" },
	{ "cci", "commodity channel index",
	    CF_ROLE_RETURN, CF_UNIT_NONE, &cf_swing_cci, 0,
	    1, { { "n", 20, 2, CF_SWING_CCI_MAX, 1 } }, rows_n, "cci_20",
	    "H L C", "(TP - mean(TP)) / (0.015 mean(|TP - mean(TP)|)); "
	    "missing when flat", "Lambert 1980" },
	{ "aroon_up", "time since the highest high",
	    CF_ROLE_BOUNDED, CF_UNIT_NONE, &cf_swing_aroon, 0,
	    1, { ROWS("n", 1, 25) }, rows_n_more, "aroon_up_25", "H L",
	    "100 (n - rows since the highest H of n + 1 rows) / n",
	    "Chande 1995" },
	{ "aroon_down", "time since the lowest low",
	    CF_ROLE_BOUNDED, CF_UNIT_NONE, &cf_swing_aroon, 1,
	    1, { ROWS("n", 1, 25) }, rows_n_more, "aroon_down_25", "H L",
	    "100 (n - rows since the lowest L of n + 1 rows) / n",
	    "Chande 1995" },
	{ "aroon", "Aroon oscillator",
	    CF_ROLE_BOUNDED, CF_UNIT_NONE, &cf_swing_aroon, 2,
	    1, { ROWS("n", 1, 25) }, rows_n_more, "aroon_25", "H L",
	    "aroon_up - aroon_down", "Chande 1995" },

	{ "mfi", "money flow index",
	    CF_ROLE_BOUNDED, CF_UNIT_NONE, &cf_flow_mfi, 0, 1, { N(1, 14) },
	    rows_n_more, "mfi_14", "H L C V",
	    "100 u / (u + d), u = sum of TP V where TP > TP[-1], d where "
	    "TP < TP[-1]; missing when flat", "Quong, Soudack 1989" },
	{ "obv", "on-balance volume",
	    CF_ROLE_VOLUME, CF_UNIT_SHARES, &cf_flow_obv, 0, 0, { { 0 } },
	    rows_1, "obv", "C V",
	    "0 at first, then + V when C > C[-1], - V when C < C[-1]",
	    "Granville 1963" },
	{ "adl", "accumulation/distribution line",
	    CF_ROLE_VOLUME, CF_UNIT_SHARES, &cf_flow_adl, 0, 0, { { 0 } },
	    rows_1, "adl", "H L C V",
	    "running sum of V ((C - L) - (H - C)) / (H - L), 0 when H = L",
	    "Chaikin 1975" },
	{ "volume_zscore", "distance of the volume from its mean",
	    CF_ROLE_RETURN, CF_UNIT_NONE, &cf_band_volume_zscore, 0,
	    1, { N(2, 20) }, rows_n, "volume_zscore_20", "V",
	    "(V - mean(V)) / sd(V); missing when flat", "" },

	{ "ewma_volatility", "exponentially weighted volatility",
	    CF_ROLE_VOLATILITY, CF_UNIT_NONE, &cf_spread_ewma, 0,
	    1, { { "percent", 94, 1, 99.9, 0 } }, rows_ewma,
	    "ewma_volatility", "C",
	    "sqrt(v), v = mean of the first 20 r^2, then "
	    "v[-1] l + r^2 (1 - l), l = percent / 100",
	    "J. P. Morgan, RiskMetrics 1996" },
	{ "parkinson", "volatility from high and low",
	    CF_ROLE_VOLATILITY, CF_UNIT_NONE, &cf_spread_parkinson, 0,
	    1, { N(1, 20) }, rows_n, "parkinson_5 parkinson_20", "O H L C",
	    "sqrt(mean(ln(H / L)^2) / (4 ln 2))", "Parkinson 1980" },
	{ "garman_klass", "volatility from open, high, low and close",
	    CF_ROLE_VOLATILITY, CF_UNIT_NONE, &cf_spread_garman_klass, 0,
	    1, { N(1, 20) }, rows_n, "garman_klass_10 garman_klass_50",
	    "O H L C",
	    "sqrt(mean(ln(H / L)^2 / 2 - (2 ln 2 - 1) ln(C / O)^2))",
	    "Garman, Klass 1980" },
	{ "rogers_satchell", "volatility that allows for a trend",
	    CF_ROLE_VOLATILITY, CF_UNIT_NONE, &cf_spread_rogers_satchell, 0,
	    1, { N(1, 20) }, rows_n, "rogers_satchell_20", "O H L C",
	    "sqrt(mean(ln(H / C) ln(H / O) + ln(L / C) ln(L / O)))",
	    "Rogers, Satchell 1991" },
	{ "yang_zhang", "volatility with nights and trend",
	    CF_ROLE_VOLATILITY, CF_UNIT_NONE, &cf_spread_yang_zhang, 0,
	    1, { N(2, 20) }, rows_n_more, "yang_zhang_20", "O H L C",
	    "sqrt(var(ln(O / C[-1])) + k var(ln(C / O)) + (1 - k) RS^2), "
	    "var with divisor n - 1, RS = rogers_satchell, "
	    "k = 0.34 / (1.34 + (n + 1) / (n - 1))", "Yang, Zhang 2000" },

	{ "day_of_week", "1 for Monday .. 7 for Sunday",
	    CF_ROLE_CALENDAR, CF_UNIT_NONE, &cf_plain_calendar, 0,
	    0, { { 0 } }, rows_1, "day_of_week", "date", "of the date", "" },
	{ "month", "1 .. 12",
	    CF_ROLE_CALENDAR, CF_UNIT_NONE, &cf_plain_calendar, 1,
	    0, { { 0 } }, rows_1, "month", "date", "of the date", "" },
	{ "days_to_month_end", "calendar days to the last of the month",
	    CF_ROLE_CALENDAR, CF_UNIT_NONE, &cf_plain_calendar, 2,
	    0, { { 0 } }, rows_1, "days_to_month_end", "date",
	    "0 on the last day of the month", "" }
};

const struct cf_indicator *
cf_catalogue_rows(size_t * n)
{

	*n = sizeof(rows) / sizeof(rows[0]);
	return (rows);
}
