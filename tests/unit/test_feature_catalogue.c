#define UNIT_SECONDS 300

#include "unit.h"

#include "base/rng.h"
#include "feature/catalogue.h"
#include "feature/set.h"
#include "feature/track.h"

#include "feature_naive.h"
#include "feature_naive_bars.h"

#define ROWS 320
#define TOLERANCE 1e-10
#define FLOOR 1e-13		/* Times the level, for differences. */

/* One row for each of the catalogue's. */
enum naive_floor {
	EXACT,			/* Relative tolerance only. */
	PER_EMA,		/* A difference of averages: also relative to ema. */
	PER_PRICE,		/* A difference of prices: also relative to the close. */
	PER_ONE,		/* A difference of numbers about 1, */
	PER_HUNDRED,		/* or 100. */
	PER_VOLUME		/* A sum of volumes with signs. */
};

static const struct naive_row {
	const char *name;
	naive_fn *fn;
	enum naive_floor floor;
} naive_rows[] = {
	{ "stock_price", naive_price, EXACT },
	{ "volatility", naive_volatility, EXACT },
	{ "volume", naive_volume, EXACT },
	{ "sma", naive_sma, EXACT },
	{ "rsi", naive_rsi, PER_HUNDRED },
	{ "macd", naive_macd, PER_PRICE },
	{ "bollinger_upper", naive_bollinger_upper, EXACT },
	{ "bollinger_lower", naive_bollinger_lower, PER_PRICE },
	{ "log_return", naive_log_return, PER_ONE },
	{ "roc", naive_roc, PER_HUNDRED },
	{ "momentum", naive_momentum, PER_PRICE },
	{ "drawdown", naive_drawdown, PER_ONE },
	{ "zscore", naive_zscore, PER_ONE },
	{ "ema", naive_ema, EXACT },
	{ "wma", naive_wma, EXACT },
	{ "dema", naive_dema, PER_EMA },
	{ "macd_signal", naive_macd_signal, PER_PRICE },
	{ "macd_histogram", naive_macd_histogram, PER_PRICE },
	{ "vwap", naive_vwap, EXACT },
	{ "percent_b", naive_percent_b, PER_ONE },
	{ "bandwidth", naive_bandwidth, EXACT },
	{ "keltner_upper", naive_keltner_upper, EXACT },
	{ "keltner_lower", naive_keltner_lower, PER_PRICE },
	{ "donchian_upper", naive_high, EXACT },
	{ "donchian_lower", naive_low, EXACT },
	{ "donchian_middle", naive_middle, EXACT },
	{ "true_range", naive_true_range, PER_PRICE },
	{ "atr", naive_atr, EXACT },
	{ "natr", naive_natr, EXACT },
	{ "adx", naive_adx, PER_HUNDRED },
	{ "di_plus", naive_di_plus, PER_HUNDRED },
	{ "di_minus", naive_di_minus, PER_HUNDRED },
	{ "stochastic_k", naive_stochastic_k, PER_HUNDRED },
	{ "stochastic_d", naive_stochastic_d, PER_HUNDRED },
	{ "williams_r", naive_williams_r, PER_HUNDRED },
	{ "cci", naive_cci, PER_HUNDRED },
	{ "aroon_up", naive_aroon_up, EXACT },
	{ "aroon_down", naive_aroon_down, EXACT },
	{ "aroon", naive_aroon, EXACT },
	{ "mfi", naive_mfi, PER_HUNDRED },
	{ "obv", naive_obv, PER_VOLUME },
	{ "adl", naive_adl, PER_VOLUME },
	{ "volume_zscore", naive_volume_zscore, PER_ONE },
	{ "ewma_volatility", naive_ewma, EXACT },
	{ "parkinson", naive_parkinson, EXACT },
	{ "garman_klass", naive_garman_klass, EXACT },
	{ "rogers_satchell", naive_rogers_satchell, EXACT },
	{ "yang_zhang", naive_yang_zhang, EXACT },
	{ "day_of_week", naive_day_of_week, EXACT },
	{ "month", naive_month, EXACT },
	{ "days_to_month_end", naive_days_to_month_end, EXACT }
};

#define NAIVE_ROWS (sizeof(naive_rows) / sizeof(naive_rows[0]))

/* Series of bars, each with something in it that breaks careless code. */
enum shape { RANDOM, CONSTANT, SPIKY, TINY, HUGE_, GAPS, FLAT, ZERO, STEPS, SHAPES };

static const char *const shape_names[SHAPES] = { "random", "constant", "spiky", "tiny", "huge", "gaps", "flat bars",
	"zero prices", "steps" };

static void
make_bar(enum shape shape, size_t i, double *level, struct cf_rng *rng, struct cf_bar *b)
{
	double open = *level, close, high, low;

	*level *= exp(0.02 * cf_rng_normal(rng));
	close = *level;
	high = fmax(open, close) * (1 + 0.01 * cf_rng_uniform(rng));
	low = fmin(open, close) * (1 - 0.01 * cf_rng_uniform(rng));
	memset(b, 0, sizeof(*b));
	b->volume = floor(1000 + 1e6 * cf_rng_uniform(rng));
	b->file = "test";
	b->line = i + 2;
	b->time_s = (int64_t)(10957 + i * 7 / 5) * CF_DAY_S;
	b->adjusted = b->dividend = b->split = NAN;
	if (shape == CONSTANT)
		open = high = low = close = 100.1;
	if (shape == SPIKY && i % 97 == 60)
		high = close = open * 1e9;
	if (shape == SPIKY && i % 89 == 50)
		b->volume *= 1e9;
	if (shape == FLAT && (i % 5 == 0 || (i > 100 && i < 180)))
		open = high = low = close;
	if (shape == FLAT && i > 100 && i < 180)
		open = high = low = close = 50;
	if (shape == FLAT && i % 3 == 0)
		b->volume = 0;
	if (shape == ZERO && i % 50 == 49)
		low = close = 0;
	if (shape == STEPS)
		open = low = close = floor(10 + 3 * cf_rng_uniform(rng)), high = close + (double)(i % 2);
	b->open = open;
	b->high = high;
	b->low = low;
	b->close = close;
	if (shape == GAPS) {
		if (i % 7 == 3)
			b->close = NAN;
		if (i % 11 == 3)
			b->volume = NAN;
		if (i % 13 == 3)
			b->open = NAN;
		if (i % 17 == 3 || i < 2)
			b->high = b->low = NAN;
		if (i > 200 && i < 260)
			b->close = b->volume = NAN;
	}
}

static void
make_bars(enum shape shape, struct cf_bar *bars)
{
	struct cf_rng rng = cf_rng_stream(1, CF_RNG_TEST, (uint64_t)shape);
	double level = shape == TINY ? 1e-300 : shape == HUGE_ ? 1e300 : 100;

	for (size_t i = 0; i < ROWS; i++)
		make_bar(shape, i, &level, &rng, &bars[i]);
}

/* Bars that have all of the fields that `inputs` names. */
struct closed {
	ld o[ROWS], h[ROWS], l[ROWS], c[ROWS], v[ROWS];
	int32_t day[ROWS];
	size_t n;
	size_t count[ROWS];	/* How many of them come up to row i. */
	int whole[ROWS];	/* Row i is one of them. */
};

static void
close_up(const struct cf_bar *bars, const char *inputs, struct closed *d)
{
	const struct cf_bar *b;

	d->n = 0;
	for (size_t i = 0; i < ROWS; i++) {
		b = &bars[i];
		d->whole[i] = !((strchr(inputs, 'O') && isnan(b->open)) || (strchr(inputs, 'H') && isnan(b->high)) ||
		    (strchr(inputs, 'L') && isnan(b->low)) || (strchr(inputs, 'C') && isnan(b->close)) ||
		    (strchr(inputs, 'V') && isnan(b->volume)));
		d->o[d->n] = b->open;
		d->h[d->n] = b->high;
		d->l[d->n] = b->low;
		d->c[d->n] = b->close;
		d->v[d->n] = b->volume;
		d->day[d->n] = cf_day_of_moment(b->time_s);
		d->n += (size_t)d->whole[i];
		d->count[i] = d->n;
	}
}

/* Run all bars through a track in runs of `chunk`. */
static struct cf_rows *
run_track(const struct cf_track_plan *plan, const struct cf_bar *bars, size_t n, size_t chunk)
{
	struct cf_rows *rows = cf_rows_new(n + 1, plan->set->ncolumns, NULL);
	struct cf_track_scratch *scratch = cf_track_scratch(chunk, NULL);
	struct cf_track *track = malloc(cf_track_size(plan));
	struct cf_err err;
	size_t i, m;

	cf_track_start(plan, track);
	for (i = 0; i < n; i += m) {
		m = n - i < chunk ? n - i : chunk;
		ck_assert_msg(cf_track_run(plan, track, scratch, bars + i, m, i + m == n, NULL, rows, &err) == 0, "%s",
		    err.text);
	}
	free(track);
	cf_track_scratch_free(scratch);
	return (rows);
}

static const struct naive_row *
find_naive(const char *name)
{

	for (size_t i = 0; i < NAIVE_ROWS; i++) {
		if (strcmp(naive_rows[i].name, name) == 0)
			return (&naive_rows[i]);
	}
	ck_abort_msg("no naive reference of %s", name);
	return (NULL);
}

static double
floor_of(const struct naive_row *row, const struct cf_bar *bars, size_t i, const struct naive *d,
    const double *params)
{
	double level = 0;

	switch (row->floor) {
	case PER_EMA:
		return ((double)naive_ema(d, params));
	case PER_PRICE:
		return (isnan(bars[i].close) ? bars[i].high : fmax(bars[i].close, bars[i].high));
	case PER_ONE:
		return (1);
	case PER_HUNDRED:
		return (100);
	case PER_VOLUME:
		for (size_t k = 0; k <= i; k++)
			level = fmax(level, bars[k].volume);
		return (level);
	default:
		return (0);
	}
}

/* One column of one shape against its reference. */
static void
compare(enum shape shape, const char *column, const struct cf_bar *bars, const double *got)
{
	double params[CF_INDICATOR_PARAMS_MAX], want, x;
	struct cf_err err;
	const struct cf_indicator *row = cf_indicator_find(column, params, &err);
	const struct naive_row *naive;
	static struct closed closed;
	struct naive d = { 0, closed.o, closed.h, closed.l, closed.c, closed.v, closed.day };

	ck_assert_msg(row != NULL, "%s: %s", column, err.text);
	naive = find_naive(row->name);
	close_up(bars, strcmp(row->inputs, "date") == 0 ? "" : row->inputs, &closed);
	for (size_t i = 0; i < ROWS; i++) {
		d.n = closed.count[i];
		want = closed.whole[i] ? (double)naive->fn(&d, params) : (double)NAN;
		x = isfinite(got[i]) ? got[i] : (double)NAN;
		if (!isfinite(want))
			want = NAN;
		if (!unit_is_near(x, want, TOLERANCE) && !(fabs(x - want) <= FLOOR * floor_of(naive, bars, i, &d, params)))
			ck_abort_msg("%s, %s, row %zu: %.17g, not %.17g", shape_names[shape], column, i, x, want);
	}
}

/* Every row of the catalogue has columns in "all", which tests it, or is the seed's. */
static const char *const more = "all,sma_1,sma_3,wma_2,ema_1,volatility_2,volatility_3,zscore_2,rsi_2,dema_2,macd_5_3,"
    "bollinger_upper_5_2.5,keltner_lower_3_5_1,donchian_upper_3,donchian_lower_1,stochastic_d_3_1,aroon_2,"
    "adx_3,mfi_2,parkinson_1,garman_klass_3,rogers_satchell_7,yang_zhang_2,ewma_volatility_97,log_return_3,drawdown_5,"
    "cci_5,vwap_1,roc_1,volume_zscore_5,atr_1";

static void
agree(enum shape shape)
{
	static struct cf_bar bars[ROWS];
	struct cf_err err;
	struct cf_set *set = cf_set_parse(more, NULL, 0, &err);
	struct cf_track_plan plan = { .set = set, .adjust = CF_ADJUST_NONE, .max_age = INFINITY };
	struct cf_rows *rows;

	ck_assert_msg(set != NULL, "%s", err.text);
	make_bars(shape, bars);
	/* these take the last digits of the reference, or its exponents */
	if ((shape == CONSTANT || shape == TINY || shape == HUGE_) && !unit_has_long_double()) {
		cf_set_free(set);
		return;
	}
	rows = run_track(&plan, bars, ROWS, ROWS);
	ck_assert_uint_eq(rows->n, ROWS);
	for (size_t c = 0; c < set->ncolumns; c++) {
		if (set->columns[c].kind == CF_SET_INDICATOR)
			compare(shape, set->columns[c].name, bars, rows->columns[c]);
	}
	cf_rows_free(rows);
	cf_set_free(set);
}

/* A test for each shape: every indicator agrees with its naive reference. */
#define AGREES(NAME, SHAPE) START_TEST(NAME) { agree(SHAPE); } END_TEST
AGREES(random_series, RANDOM)
AGREES(constant_series, CONSTANT)
AGREES(spiky_series, SPIKY)
AGREES(tiny_series, TINY)
AGREES(huge_series, HUGE_)
AGREES(series_with_gaps, GAPS)
AGREES(series_with_flat_bars, FLAT)
AGREES(series_with_zeros, ZERO)
AGREES(series_in_steps, STEPS)

START_TEST(chunks_make_no_difference)
{
	static const size_t chunks[] = { 1, 2, 3, 7, 100 };
	static struct cf_bar bars[ROWS];
	struct cf_set *set = cf_set_parse(more, NULL, 0, NULL);
	struct cf_track_plan plan = { .set = set, .adjust = CF_ADJUST_NONE, .max_age = INFINITY };
	struct cf_rows *whole, *rows;

	for (int shape = 0; shape < SHAPES; shape++) {
		make_bars((enum shape)shape, bars);
		whole = run_track(&plan, bars, ROWS, ROWS);
		for (size_t k = 0; k < sizeof(chunks) / sizeof(chunks[0]); k++) {
			rows = run_track(&plan, bars, ROWS, chunks[k]);
			for (size_t c = 0; c < set->ncolumns; c++) {
				/* NaN may differ in its bits. */
				for (size_t i = 0; i < ROWS; i++)
					ck_assert_msg(rows->columns[c][i] == whole->columns[c][i] ||
					    (isnan(rows->columns[c][i]) && isnan(whole->columns[c][i])),
					    "%s, runs of %zu, %s, row %zu", shape_names[shape], chunks[k],
					    set->columns[c].name, i);
			}
			cf_rows_free(rows);
		}
		cf_rows_free(whole);
	}
	cf_set_free(set);
}
END_TEST

START_TEST(warm_up_is_as_told)
{
	static struct cf_bar bars[ROWS];
	double params[CF_INDICATOR_PARAMS_MAX];
	struct cf_set *set = cf_set_parse(more, NULL, 0, NULL);
	struct cf_track_plan plan = { .set = set, .adjust = CF_ADJUST_NONE, .max_age = INFINITY };
	const struct cf_indicator *row;
	struct cf_rows *rows;
	size_t first;

	make_bars(RANDOM, bars);
	rows = run_track(&plan, bars, ROWS, ROWS);
	for (size_t c = 0; c < set->ncolumns; c++) {
		if (set->columns[c].kind != CF_SET_INDICATOR)
			continue;
		row = cf_indicator_find(set->columns[c].name, params, NULL);
		for (first = 0; first < ROWS && isnan(rows->columns[c][first]); first++)
			continue;
		ck_assert_msg(first + 1 == row->warmup(params), "%s: first value in row %zu, told %zu",
		    set->columns[c].name, first + 1, row->warmup(params));
	}
	cf_rows_free(rows);
	cf_set_free(set);
}
END_TEST

START_TEST(every_row_has_a_reference)
{
	size_t n;
	const struct cf_indicator *rows = cf_catalogue_rows(&n);

	ck_assert_uint_ge(n, 40);
	for (size_t i = 0; i < n; i++)
		find_naive(rows[i].name);
	for (size_t i = 0; i < NAIVE_ROWS; i++)
		ck_assert_ptr_nonnull(cf_indicator_find(naive_rows[i].name, (double[CF_INDICATOR_PARAMS_MAX]){ 0 }, NULL));
}
END_TEST

UNIT_MAIN("feature_catalogue", every_row_has_a_reference, random_series, constant_series, spiky_series, tiny_series,
    huge_series, series_with_gaps, series_with_flat_bars, series_with_zeros, series_in_steps, warm_up_is_as_told,
    chunks_make_no_difference)
