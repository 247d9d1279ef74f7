#include "unit.h"

#include "feature/bar.h"

#include "feature_files.h"

#define HEADER "symbol,date,open,high,low,close,volume\n"

/* Read a file to its end; return the number of bars, or -1. */
static int
read_all(const char *text, int any_order, struct cf_err *err)
{
	const char *path = put_text("bars.csv", text);
	struct cf_bar_reader *r = cf_bar_open(&path, 1, any_order, 1, err);
	struct cf_bar bar;
	int rc, n = 0;

	ck_assert_ptr_nonnull(r);
	while ((rc = cf_bar_next(r, &bar, err)) == 1)
		n++;
	cf_bar_close(r);
	return (rc < 0 ? -1 : n);
}

START_TEST(bad_bars)
{
	static const struct {
		const char *rows;
		const char *message;
	} cases[] = {
		{ "A,2020-01-02,1,2,3,1,9\n", "2: column \"high\": below low: \"2\"" },
		{ "A,2020-01-02,-1,2,1,1,9\n", "2: column \"open\": negative: \"-1\"" },
		{ "A,2020-01-02,1,2,1,1,-9\n", "2: column \"volume\": negative: \"-9\"" },
		{ "A,2020-01-02,1,2,1,x,9\n", "2: column \"close\": not a number: \"x\"" },
		{ "A,2020-01-02,1,2,1,nan,9\n", "2: column \"close\": not a number: \"nan\"" },
		{ "A,2020-01-02,1,2,1,inf,9\n", "2: column \"close\": not a number: \"inf\"" },
		{ "A,2020-01-02,1,2,1,1e999,9\n", "2: column \"close\": number out of range: \"1e999\"" },
		{ "A,2020-02-30,1,2,1,1,9\n", "2: column \"date\": not a date YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ: "
		    "\"2020-02-30\"" },
		{ ",2020-01-02,1,2,1,1,9\n", "2: column \"symbol\": missing: \"\"" },
		{ "A,2020-01-02,1,2,1,1,9\nA,2020-01-02,1,2,1,1,9\n",
		    "3: column \"date\": the same as in the bar before: \"2020-01-02\"" },
		{ "A,2020-01-02,1,2,1,1,9\nA,2020-01-01,1,2,1,1,9\n",
		    "3: column \"date\": earlier than the bar before: \"2020-01-01\"" },
		{ "A,2020-01-02,1,2,1,1,9\nB,2020-01-01,1,2,1,1,9\nA,2020-01-03,1,2,1,1,9\n",
		    "4: column \"symbol\": its bars are not all together: \"A\"" },
		{ "A,2020-01-02,1,2,1,1,9\nA,2020-01-03T10:00:00Z,1,2,1,1,9\n",
		    "3: column \"date\": with and without a time of day in one symbol: \"2020-01-03T10:00:00Z\"" },
		{ "A,2020-01-02,1,2,1,1\n", "2: 6 fields where the header has 7" }
	};
	char text[1000], message[200];
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "%s%s", HEADER, cases[i].rows);
		snprintf(message, sizeof(message), "bars.csv:%s", cases[i].message);
		ck_assert_int_eq(read_all(text, 0, &err), -1);
		ck_assert_str_eq(err.text, message);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
	}
}
END_TEST

START_TEST(good_bars)
{
	struct cf_err err;

	ck_assert_int_eq(read_all("", 0, &err), 0);
	ck_assert_int_eq(read_all(HEADER, 0, &err), 0);
	ck_assert_int_eq(read_all(HEADER "A,2020-01-02,,,,,\n", 0, &err), 1);
	ck_assert_int_eq(read_all(HEADER "A,2020-01-02,0,0,0,0,0\nA,2020-01-03,1e-300,1e300,0,1,1\n", 0, &err), 2);
	ck_assert_int_eq(read_all(HEADER "A,2020-01-02T10:00:00Z,1,1,1,1,1\nA,2020-01-02T10:05:00Z,1,1,1,1,1\n", 0,
	    &err), 2);
	/* In any order, only single rows are looked at. */
	ck_assert_int_eq(read_all(HEADER "A,2020-01-03,1,1,1,1,1\nB,2020-01-01,1,1,1,1,1\nA,2020-01-02,1,1,1,1,1\n", 1,
	    &err), 3);
}
END_TEST

START_TEST(columns)
{
	struct cf_err err;

	ck_assert_int_eq(read_all("symbol,date,open,high,low,volume\nA,2020-01-02,1,2,1,1\n", 0, &err), -1);
	ck_assert_str_eq(err.text, "bars.csv: column \"close\": there is no such column");
	/* In another order, with others among them. */
	ck_assert_int_eq(read_all("x,volume,close,low,high,open,date,symbol\ny,5,4,3,2,1,2020-01-02,A\n", 0, &err), -1);
	ck_assert_str_eq(err.text, "bars.csv:2: column \"high\": below low: \"2\"");
	ck_assert_int_eq(read_all("symbol,date,open,high,low,close,volume,split_coefficient\n"
	    "A,2020-01-02,1,2,1,1,1,0\n", 0, &err), -1);
	ck_assert_str_eq(err.text, "bars.csv:2: column \"split_coefficient\": not above 0: \"0\"");
}
END_TEST

START_TEST(a_symbol_lies_in_one_file)
{
	const char *paths[] = { put_text("a.csv", HEADER "A,2020-01-02,1,2,1,1,9\n"),
		put_text("empty.csv", ""), put_text("b.csv", HEADER "B,2020-01-02,1,2,1,1,9\nA,2020-01-03,1,2,1,1,9\n") };
	struct cf_bar_reader *r = cf_bar_open(paths, 3, 0, 1, NULL);
	struct cf_bar bar;
	struct cf_err err;
	size_t len;

	ck_assert_int_eq(cf_bar_next(r, &bar, &err), 1);
	ck_assert_int_eq(cf_bar_is_first(r), 1);
	ck_assert_str_eq(bar.file, "a.csv");
	ck_assert_int_eq(cf_bar_next(r, &bar, &err), 1);
	ck_assert_int_eq(cf_bar_is_first(r), 1);
	ck_assert(cf_bar_symbol(r, &len)[0] == 'B' && len == 1);
	ck_assert_int_eq(cf_bar_next(r, &bar, &err), -1);
	ck_assert_str_eq(err.text, "b.csv:3: column \"symbol\": its bars are not all together: \"A\"");
	cf_bar_close(r);
}
END_TEST

UNIT_MAIN("feature_bar", bad_bars, good_bars, columns, a_symbol_lies_in_one_file)
