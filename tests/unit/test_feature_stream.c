#include <sys/stat.h>

#include "unit.h"

#include "feature/stream.h"

#include "feature_bars.h"
#include "feature_files.h"

#define BARS 200

static struct cf_set *set;
static struct cf_track_plan plan;

static void
start(void)
{

	set = cf_set_parse("seed,obv,donchian_upper_20,log_return_5", NULL, 0, NULL);
	plan.set = set;
	plan.adjust = CF_ADJUST_TOTAL;
	plan.max_age = INFINITY;
}

static void
equal_row(const struct cf_rows *got, const struct cf_rows *want, size_t row)
{

	for (size_t c = 0; c < set->ncolumns; c++)
		ck_assert_msg(got->columns[c][0] == want->columns[c][row] ||
		    (isnan(got->columns[c][0]) && isnan(want->columns[c][row])), "%s, row %zu", set->columns[c].name, row);
	ck_assert_int_eq(got->time_s[0], want->time_s[row]);
}

START_TEST(symbols_interleave)
{
	static struct cf_bar bars[2][BARS];
	struct cf_rows *want[2], *row;
	struct cf_stream *s;
	enum cf_stream_result result;

	start();
	s = cf_stream_new(&plan, NULL, NULL);
	row = cf_rows_new(2, set->ncolumns, NULL);
	for (size_t k = 0; k < 2; k++) {
		walk(bars[k], BARS, k);
		want[k] = track_all(&plan, bars[k], BARS);
	}
	for (size_t i = 0; i < BARS; i++) {
		for (size_t k = 0; k < 2; k++) {
			ck_assert_int_eq(cf_stream_take(s, &bars[k][i], k == 0 ? "A" : "B", 1, NULL, row, &result, NULL), 0);
			ck_assert_int_eq(result, CF_STREAM_ROW);
			ck_assert_uint_eq(row->n, 1);
			equal_row(row, want[k], i);
		}
	}
	cf_rows_free(want[0]);
	cf_rows_free(want[1]);
	cf_rows_free(row);
	cf_stream_free(s);
	cf_set_free(set);
}
END_TEST

START_TEST(newest_bar_is_replaced)
{
	static struct cf_bar bars[BARS];
	struct cf_rows *want, *row;
	struct cf_stream *s;
	struct cf_bar early;
	enum cf_stream_result result;

	start();
	s = cf_stream_new(&plan, NULL, NULL);
	row = cf_rows_new(2, set->ncolumns, NULL);
	walk(bars, BARS, 1);
	want = track_all(&plan, bars, BARS);
	for (size_t i = 0; i < BARS; i++) {
		/* An unfinished bar comes twice before the right one, also on the day of the split. */
		early = bars[i];
		early.close = early.high * 2;
		early.high *= 2;
		early.volume /= 2;
		ck_assert_int_eq(cf_stream_take(s, &early, "A", 1, NULL, row, &result, NULL), 0);
		early.close /= 3;
		ck_assert_int_eq(cf_stream_take(s, &early, "A", 1, NULL, row, &result, NULL), 0);
		ck_assert_int_eq(cf_stream_take(s, &bars[i], "A", 1, NULL, row, &result, NULL), 0);
		ck_assert_int_eq(result, CF_STREAM_ROW);
		equal_row(row, want, i);
		if (i > 0) {
			ck_assert_int_eq(cf_stream_take(s, &bars[i - 1], "A", 1, NULL, row, &result, NULL), 0);
			ck_assert_int_eq(result, CF_STREAM_OLD);
		}
	}
	cf_rows_free(want);
	cf_rows_free(row);
	cf_stream_free(s);
	cf_set_free(set);
}
END_TEST

/* Write bars as a file; prices to 17 digits. */
static void
write_bars(const char *path, const char *symbol, const struct cf_bar *bars, size_t n)
{
	FILE *f = fopen(path, "w");
	char date[CF_DAY_TEXT_MAX];

	ck_assert_ptr_nonnull(f);
	fprintf(f, "symbol,date,open,high,low,close,volume,dividend_amount,split_coefficient\n");
	for (size_t i = 0; i < n; i++) {
		date[cf_day_print_moment(bars[i].time_s, 0, date)] = '\0';
		fprintf(f, "%s,%s,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n", symbol, date, bars[i].open, bars[i].high,
		    bars[i].low, bars[i].close, bars[i].volume, bars[i].dividend, bars[i].split);
	}
	ck_assert_int_eq(fclose(f), 0);
}

START_TEST(windows_are_primed)
{
	static struct cf_bar bars[BARS];
	struct cf_rows *want, *row;
	struct cf_stream *s;
	enum cf_stream_result result;

	start();
	row = cf_rows_new(2, set->ncolumns, NULL);
	walk(bars, BARS, 1);
	want = track_all(&plan, bars, BARS);
	ck_assert(mkdir("warm", 0777) == 0);
	write_bars("warm/BRK%2EB.csv", "BRK.B", bars, 180);
	for (int dir = 0; dir < 2; dir++) {
		s = cf_stream_new(&plan, dir ? "warm" : NULL, NULL);
		if (!dir)
			ck_assert_int_eq(cf_stream_warm(s, "warm/BRK%2EB.csv", NULL), 0);
		for (size_t i = 179; i < BARS; i++) {
			ck_assert_int_eq(cf_stream_take(s, &bars[i], "BRK.B", 5, NULL, row, &result, NULL), 0);
			ck_assert_int_eq(result, CF_STREAM_ROW);
			equal_row(row, want, i);
		}
		/* A symbol without a file begins afresh. */
		ck_assert_int_eq(cf_stream_take(s, &bars[0], "A", 1, NULL, row, &result, NULL), 0);
		equal_row(row, want, 0);
		cf_stream_free(s);
	}
	cf_rows_free(want);
	cf_rows_free(row);
	cf_set_free(set);
}
END_TEST

START_TEST(bad_file_to_prime_from)
{
	struct cf_stream *s;
	struct cf_err err;

	start();
	s = cf_stream_new(&plan, NULL, NULL);
	ck_assert_int_eq(cf_stream_warm(s, "none.csv", &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	ck_assert_int_eq(cf_stream_warm(s, put_text("bad.csv", "symbol,date\nA,2020-01-01\n"), &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
	cf_stream_free(s);
	cf_set_free(set);
}
END_TEST

UNIT_MAIN("feature_stream", symbols_interleave, newest_bar_is_replaced, windows_are_primed, bad_file_to_prime_from)
