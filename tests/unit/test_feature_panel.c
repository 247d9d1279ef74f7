#define UNIT_SECONDS 300		/* Nearly all of it in one test; builds that count are slow. */
#include "unit.h"

#include "base/file.h"
#include "feature/list.h"
#include "feature/panel.h"

#include "feature_bars.h"
#include "feature_files.h"

#define SYMBOLS 14

/* Lengths about the limits of a piece (4096, or less for many columns), and in between. */
static const size_t lengths[SYMBOLS] = { 1, 4095, 2, 4096, 1, 4097, 3, 2047, 2049, 12000, 5, 6, 300, 9000 };

/* What the panel must write: symbol after symbol, each as one piece. */
static void
write_whole(const struct cf_track_plan *plan, const struct cf_emit_plan *emit, FILE *bars, struct cf_buf *want)
{
	struct cf_out *out = cf_out_memory(want, NULL);
	struct cf_writer *writer = cf_emit_writer(emit, out, 1, NULL);
	struct cf_rows *rows;
	char date[CF_DAY_TEXT_MAX], symbol[20];
	struct cf_bar *b;
	int len;

	fprintf(bars, "symbol,date,open,high,low,close,volume,dividend_amount,split_coefficient\n");
	for (size_t s = 0; s < SYMBOLS; s++) {
		b = calloc(lengths[s], sizeof(*b));
		walk(b, lengths[s], s);
		len = snprintf(symbol, sizeof(symbol), "S%02zu", s);
		for (size_t i = 0; i < lengths[s]; i++) {
			date[cf_day_print_moment(b[i].time_s, 0, date)] = '\0';
			fprintf(bars, "%s,%s,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n", symbol, date, b[i].open,
			    b[i].high, b[i].low, b[i].close, b[i].volume, b[i].dividend, b[i].split);
		}
		rows = track_all(plan, b, lengths[s]);
		ck_assert_int_eq(cf_emit_rows(emit, writer, symbol, (size_t)len, rows, 0, rows->n, rows->n, NULL), 0);
		cf_rows_free(rows);
		free(b);
	}
	cf_writer_free(writer);
	ck_assert_int_eq(cf_out_close(out, NULL), 0);
}

static void
panel_equals_whole(const char *set_text, const char *horizon_text, enum cf_track_every every, enum cf_format format)
{
	static const char *const path[] = { "bars.csv" };
	struct cf_set *set = cf_set_parse(set_text, NULL, 0, NULL);
	struct cf_track_plan plan = { .set = set, .every = every, .max_age = INFINITY };
	size_t horizons[CF_EMIT_HORIZONS_MAX];
	struct cf_emit_plan emit = { .set = set, .horizons = horizons, .format = format };
	struct cf_buf want = { 0 }, got = { 0 };
	struct cf_feed *feed;
	struct cf_out *out;
	struct cf_err err;
	FILE *bars = fopen(path[0], "w");

	ck_assert_int_eq(cf_emit_parse_horizons(horizon_text, horizons, &emit.nhorizons, NULL), 0);
	write_whole(&plan, &emit, bars, &want);
	ck_assert_int_eq(fclose(bars), 0);
	for (size_t threads = 1; threads <= 5; threads += 1 + (threads - 1) * 2) {
		feed = cf_feed_open(path, 1, threads == 2, 1, NULL);
		out = cf_out_memory(&got, NULL);
		got.len = 0;
		ck_assert_msg(cf_panel_run(feed, &plan, &emit, threads, out, NULL, &err) == 0, "%s", err.text);
		ck_assert_int_eq(cf_out_close(out, NULL), 0);
		ck_assert_uint_eq(got.len, want.len);
		ck_assert(memcmp(got.data, want.data, want.len) == 0);
		cf_feed_close(feed);
	}
	cf_buf_free(&want);
	cf_buf_free(&got);
	cf_set_free(set);
}

START_TEST(few_columns)
{

	panel_equals_whole("stock_price,sma_3", "5", CF_TRACK_BAR, CF_FORMAT_CSV);
}
END_TEST

START_TEST(many_columns)
{

	panel_equals_whole("all", "1,20", CF_TRACK_BAR, CF_FORMAT_NDJSON);
}
END_TEST

START_TEST(horizons_beyond_a_piece)
{

	panel_equals_whole("stock_price", "5000,1,4096", CF_TRACK_BAR, CF_FORMAT_CSV);
}
END_TEST

START_TEST(weeks)
{

	panel_equals_whole("seed", "3", CF_TRACK_WEEK, CF_FORMAT_CSV);
}
END_TEST

/* Run over a text; return the status, the output in *got. */
static int
run_text(const char *text, size_t threads, struct cf_buf *got, struct cf_err *err)
{
	const char *path = put_text("bars.csv", text);
	struct cf_set *set = cf_set_parse("stock_price,vix", NULL, 0, NULL);
	struct cf_track_plan plan = { .set = set, .max_age = INFINITY };
	size_t horizon = 1;
	struct cf_emit_plan emit = { .set = set, .horizons = &horizon, .nhorizons = 1 };
	struct cf_feed *feed = cf_feed_open(&path, 1, 0, 1, NULL);
	struct cf_out *out = cf_out_memory(got, NULL);
	int rc;

	got->len = 0;
	rc = cf_panel_run(feed, &plan, &emit, threads, out, NULL, err);
	ck_assert_int_eq(cf_out_close(out, NULL), 0);
	ck_assert_ptr_nonnull(cf_buf_string(got, NULL));
	cf_feed_close(feed);
	cf_set_free(set);
	return (rc);
}

START_TEST(small_inputs)
{
	static const char header[] = "symbol,date,horizon,stock_price,vix,cash_flow\n";
	struct cf_buf got = { 0 };
	struct cf_err err;

	for (size_t threads = 1; threads <= 2; threads++) {
		ck_assert_int_eq(run_text("", threads, &got, &err), 0);
		ck_assert_str_eq(got.data, header);
		ck_assert_int_eq(run_text("symbol,date,open,high,low,close,volume\n", threads, &got, &err), 0);
		ck_assert_str_eq(got.data, header);
		ck_assert_int_eq(run_text("symbol,date,open,high,low,close,volume\nA,2020-01-01,1,1,1,4,1\n"
		    "A,2020-01-02,1,1,1,5,1\nB,2020-01-02,1,1,1,6,1\n", threads, &got, &err), 0);
		ck_assert_str_eq(got.data, "symbol,date,horizon,stock_price,vix,cash_flow\nA,2020-01-01,1,4,,125\n"
		    "A,2020-01-02,1,5,,\nB,2020-01-02,1,6,,\n");
		ck_assert_int_eq(run_text("symbol,date,open,high,low,close,volume\nA,2020-01-01,1,1,1,0,1\n"
		    "A,2020-01-02,1,1,1,5,1\nA,2020-01-03,1,1,1,0,1\n", threads, &got, &err), 0);
		ck_assert_str_eq(got.data, "symbol,date,horizon,stock_price,vix,cash_flow\nA,2020-01-01,1,0,,\n"
		    "A,2020-01-02,1,5,,0\nA,2020-01-03,1,0,,\n");
		ck_assert_int_eq(run_text("symbol,date,open,high,low,close,volume\nA,2020-01-01,1,1,1,4,x\n", threads,
		    &got, &err), -1);
		ck_assert_str_eq(err.text, "bars.csv:2: column \"volume\": not a number: \"x\"");
	}
	cf_buf_free(&got);
}
END_TEST

START_TEST(horizon_texts)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "", "option --horizon: not a whole number within 1 .. 5000: \"\"" },
		{ "5,", "option --horizon: not a whole number within 1 .. 5000: \"\"" },
		{ "0", "option --horizon: not a whole number within 1 .. 5000: \"0\"" },
		{ "5,5001", "option --horizon: not a whole number within 1 .. 5000: \"5001\"" },
		{ "5,x,7", "option --horizon: not a whole number within 1 .. 5000: \"x\"" },
		{ "20,5,20", "option --horizon: 20 is given twice" },
		{ "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33",
		    "option --horizon: more than 32 numbers" }
	};
	size_t horizons[CF_EMIT_HORIZONS_MAX], n;
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(cf_emit_parse_horizons(cases[i].text, horizons, &n, &err), -1);
		ck_assert_str_eq(err.text, cases[i].message);
		ck_assert_int_eq(err.kind, CF_ERR_USAGE);
	}
	ck_assert_int_eq(cf_emit_parse_horizons("20,5", horizons, &n, NULL), 0);
	ck_assert(n == 2 && horizons[0] == 5 && horizons[1] == 20);
}
END_TEST

START_TEST(the_list)
{
	struct cf_buf text = { 0 };
	struct cf_out *out = cf_out_memory(&text, NULL);

	ck_assert_int_eq(cf_list_write(out, CF_FORMAT_CSV, NULL), 0);
	ck_assert_int_eq(cf_out_close(out, NULL), 0);
	ck_assert_ptr_nonnull(cf_buf_string(&text, NULL));
	ck_assert_ptr_nonnull(strstr(text.data, "\nvolatility,n = 20 (2 .. 10000),volatility,C,21,"));
	cf_buf_free(&text);
}
END_TEST

UNIT_MAIN("feature_panel", few_columns, many_columns, horizons_beyond_a_piece, weeks, small_inputs, horizon_texts,
    the_list)
