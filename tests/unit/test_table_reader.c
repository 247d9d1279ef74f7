#include <string.h>

#include "unit.h"

#include "table/reader.h"

#include "feature_files.h"

/* Read a whole file; return the number of records, or -1. */
static int
read_all(const char *text, struct cf_err *err)
{
	struct cf_reader *r = cf_reader_open(put_text("r", text), err);
	int rc, n = 0;

	ck_assert_ptr_nonnull(r);
	if ((rc = cf_reader_header(r, err)) == 1) {
		while ((rc = cf_reader_next(r, err)) == 1)
			n++;
	}
	cf_reader_close(r);
	return (rc < 0 ? -1 : n);
}

START_TEST(whole_files)
{
	static const struct {
		const char *text;
		int records;
	} cases[] = {
		{ "", 0 }, { "\n \t\r\n", 0 }, { "\xef\xbb\xbf", 0 }, { "a,b\n", 0 }, { "a,b", 0 },
		{ "\xef\xbb\xbf" "a,b\n1,2\n", 1 }, { "\xef\xbb\xbf{\"a\":1}\n", 1 },
		{ "a,b\n1,2\n3,4\n", 2 }, { "{\"a\":1}\n{\"a\":2}\n", 2 }, { "  {\"a\":1}", 1 }, { "{\"a\":1}\n\n{}\n", 2 }
	};
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(read_all(cases[i].text, &err) == cases[i].records, "case %zu", i);
}
END_TEST

START_TEST(bad_files)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "a,a\n", "r:1: column named twice: \"a\"" },
		{ "a,\n", "r:1: column without a name" },
		{ "a,b\n1\n", "r:2: 1 fields where the header has 2" },
		{ "a,b\n1,2\n1,2,3\n", "r:3: 3 fields where the header has 2" },
		{ "{\"a\":1}\n{\"b\":1}\n", "r:2: key that the first record lacks: \"b\"" },
		{ "{\"a\":[1]}\n", "r:1: column \"a\": neither a number, a string nor null" },
		{ "{\"a\":1}\n{\"a\":{}}\n", "r:2: column \"a\": neither a number, a string nor null" }
	};
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(read_all(cases[i].text, &err), -1);
		ck_assert_str_eq(err.text, cases[i].message);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
	}
	/* Jansson's words may change: only the place is ours. */
	ck_assert_int_eq(read_all("{\"a\":1}\n{\"a\":1\n", &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "r:2: not JSON at byte "));
	ck_assert_int_eq(read_all("{\"a\":1,\"a\":2}\n", &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "r:1: not JSON at byte "));
}
END_TEST

START_TEST(names_and_fields)
{
	static const char *const texts[] = { "a,b,d\n1.5,\"x,y\",2020-01-02\n,,\n",
		"{\"a\":1.5,\"b\":\"x,y\",\"d\":\"2020-01-02\"}\n{\"d\":null}\n" };
	struct cf_reader *r;
	struct cf_err err;
	struct cf_field f;
	int32_t day;
	size_t i;
	double x;

	for (size_t k = 0; k < 2; k++) {
		r = cf_reader_open(put_text("r", texts[k]), &err);
		ck_assert_int_eq(cf_reader_header(r, &err), 1);
		ck_assert_int_eq(cf_reader_is_json(r), k == 1);
		ck_assert_uint_eq(cf_reader_columns(r), 3);
		ck_assert_str_eq(cf_reader_column(r, 1), "b");
		ck_assert_uint_eq(cf_reader_find(r, "d"), 2);
		ck_assert_uint_eq(cf_reader_find(r, "e"), CF_READER_NONE);
		ck_assert_int_eq(cf_reader_need(r, "e", &i, &err), -1);
		ck_assert_str_eq(err.text, "r: column \"e\": there is no such column");
		ck_assert_int_eq(cf_reader_next(r, &err), 1);
		ck_assert_uint_eq(cf_reader_line(r), k == 1 ? 1 : 2);
		ck_assert_int_eq(cf_reader_number(r, 0, &x, &err), 0);
		ck_assert(x == 1.5);
		f = cf_reader_field(r, 1);
		ck_assert(f.len == 3 && memcmp(f.text, "x,y", 3) == 0);
		ck_assert_int_eq(cf_reader_number(r, 1, &x, &err), -1);
		ck_assert_str_eq(err.text, k == 1 ? "r:1: column \"b\": not a number: \"x,y\"" :
		    "r:2: column \"b\": not a number: \"x,y\"");
		ck_assert_int_eq(cf_reader_day(r, 2, &day, &err), 0);
		ck_assert_int_eq(day, 18263);
		ck_assert_int_eq(cf_reader_day(r, 1, &day, &err), -1);
		ck_assert_int_eq(cf_reader_next(r, &err), 1);
		ck_assert_int_eq(cf_reader_number(r, 0, &x, &err), 0);
		ck_assert(isnan(x));
		ck_assert_uint_eq(cf_reader_field(r, 1).len, 0);
		ck_assert_int_eq(cf_reader_next(r, &err), 0);
		cf_reader_close(r);
	}
}
END_TEST

START_TEST(nested_values_are_columns)
{
	static const char *const names[] = { "interval_low", "interval_high", "q0.05", "q0.5" };
	struct cf_reader *r = cf_reader_open(put_text("r",
	    "{\"interval\":[1,2],\"quantiles\":{\"0.05\":3,\"0.5\":null}}\n"), NULL);
	struct cf_err err;
	double x;

	ck_assert_int_eq(cf_reader_header(r, &err), 1);
	ck_assert_uint_eq(cf_reader_columns(r), 4);
	ck_assert_int_eq(cf_reader_next(r, &err), 1);
	for (size_t i = 0; i < 4; i++) {
		ck_assert_str_eq(cf_reader_column(r, i), names[i]);
		ck_assert_int_eq(cf_reader_number(r, i, &x, &err), 0);
		ck_assert(i == 3 ? isnan(x) : x == (double)i + 1);
	}
	cf_reader_close(r);
	ck_assert_int_eq(read_all("{\"interval\":[1]}\n", &err), -1);
	ck_assert_str_eq(err.text, "r:1: column \"interval\": not an array of two");
}
END_TEST

START_TEST(long_names)
{
	char text[400];
	struct cf_err err;

	memset(text, 'n', sizeof(text));
	strcpy(text + 255, ",b\n");
	ck_assert_int_eq(read_all(text, &err), 0);
	memset(text, 'n', 256);
	strcpy(text + 256, ",b\n");
	ck_assert_int_eq(read_all(text, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "column name longer than 255 bytes"));
}
END_TEST

UNIT_MAIN("table_reader", whole_files, bad_files, names_and_fields, nested_values_are_columns, long_names)
