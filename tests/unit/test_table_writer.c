#include <string.h>

#include "unit.h"

#include "base/text.h"
#include "table/reader.h"
#include "table/writer.h"

#include "feature_files.h"

static const struct cf_column columns[] = { { "text", NULL, NULL }, { "x", NULL, NULL },
	{ "interval_low", "interval", NULL }, { "interval_high", "interval", NULL }, { "q0.05", "quantiles", "0.05" },
	{ "q0.5", "quantiles", "0.5" }, { "n", NULL, NULL } };

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* Two records of all kinds of values; NULL out holds them. */
static void
write_two(struct cf_writer *w)
{

	cf_writer_text(w, "a,\"b\"\n", 6);
	cf_writer_number(w, 0.1);
	cf_writer_number(w, 1);
	cf_writer_number(w, -2e300);
	cf_writer_number(w, (double)NAN);
	cf_writer_number(w, INFINITY);
	cf_writer_int(w, INT64_MIN);
	ck_assert_int_eq(cf_writer_end(w, NULL), 0);
	cf_writer_text(w, "", 0);
	cf_writer_missing(w);
	cf_writer_value(w, "1.50", 4);
	cf_writer_value(w, "", 0);
	cf_writer_value(w, "abc", 3);
	cf_writer_int(w, 0);
	cf_writer_int(w, INT64_MAX);
	ck_assert_int_eq(cf_writer_end(w, NULL), 0);
}

#define CSV "text,x,interval_low,interval_high,q0.05,q0.5,n\n"
#define CSV_TWO "\"a,\"\"b\"\"\n\",0.1,1,-2e300,,,-9223372036854775808\n,,1.50,,abc,0,9223372036854775807\n"
#define JSON_TWO "{\"text\":\"a,\\\"b\\\"\\u000a\",\"x\":0.1,\"interval\":[1,-2e300],\"quantiles\":{\"0.05\":null,\"0.5\":null}," \
    "\"n\":-9223372036854775808}\n{\"text\":\"\",\"x\":null,\"interval\":[1.5,null],\"quantiles\":{\"0.05\":\"abc\"," \
    "\"0.5\":0},\"n\":9223372036854775807}\n"

static void
compare(enum cf_format format, int by_line, const char *want)
{
	struct cf_buf text = { 0 };
	struct cf_out *out = cf_out_memory(&text, NULL);
	struct cf_writer *w = cf_writer_new(out, format, by_line, NULL);

	ck_assert_int_eq(cf_writer_columns(w, columns, COLUMNS, NULL), 0);
	write_two(w);
	cf_writer_free(w);
	ck_assert_int_eq(cf_out_close(out, NULL), 0);
	ck_assert_str_eq(cf_buf_string(&text, NULL), want);
	cf_buf_free(&text);
}

START_TEST(formats)
{

	compare(CF_FORMAT_CSV, 0, CSV CSV_TWO);
	compare(CF_FORMAT_CSV, 1, CSV CSV_TWO);
	compare(CF_FORMAT_NDJSON, 0, JSON_TWO);
	compare(CF_FORMAT_NDJSON, 1, JSON_TWO);
}
END_TEST

START_TEST(records_held)
{
	static const char *const want[] = { CSV_TWO, JSON_TWO };
	struct cf_writer *w;
	const char *text;
	size_t len;

	for (int format = 0; format < 2; format++) {
		w = cf_writer_new(NULL, format == 0 ? CF_FORMAT_CSV : CF_FORMAT_NDJSON, 1, NULL);
		ck_assert_int_eq(cf_writer_columns_again(w, columns, COLUMNS, NULL), 0);
		for (int round = 0; round < 3; round++) {
			write_two(w);
			text = cf_writer_held(w, &len);
			ck_assert_uint_eq(len, strlen(want[format]));
			ck_assert_mem_eq(text, want[format], len);
			cf_writer_drop(w);
			cf_writer_held(w, &len);
			ck_assert_uint_eq(len, 0);
		}
		cf_writer_free(w);
	}
}
END_TEST

START_TEST(json_texts)
{
	static const struct {
		const char *bytes;
		const char *json;
	} cases[] = {
		{ "", "\"\"" }, { "a\\b", "\"a\\\\b\"" }, { "\x01\x1f", "\"\\u0001\\u001f\"" },
		{ "\xc3\xa4", "\"\xc3\xa4\"" }, { "\xe2\x82\xac", "\"\xe2\x82\xac\"" },
		{ "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"" },
		/* Not UTF-8: alone, cut short, too long, a surrogate, beyond the end. */
		{ "\xa4", "\"\xef\xbf\xbd\"" }, { "\xc3", "\"\xef\xbf\xbd\"" }, { "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xe2\x82x", "\"\xef\xbf\xbd\xef\xbf\xbdx\"" }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cf_buf buf = { 0 };

		cf_writer_json_text(&buf, cases[i].bytes, strlen(cases[i].bytes));
		ck_assert_str_eq(cf_buf_string(&buf, NULL), cases[i].json);
		ck_assert_int_eq(cf_text_is_utf8(cases[i].bytes, strlen(cases[i].bytes)), i < 6);
		cf_buf_free(&buf);
	}
}
END_TEST

/* What is written is read back: texts of all bytes, as CSV and as NDJSON. */
START_TEST(round_trip)
{
	static const struct cf_column two[] = { { "a", NULL, NULL }, { "b", NULL, NULL } };
	char text[3] = "";
	struct cf_field f;

	for (int format = 0; format < 2; format++) {
		struct cf_out *out = cf_out_open("trip", NULL);
		struct cf_writer *w = cf_writer_new(out, format == 0 ? CF_FORMAT_CSV : CF_FORMAT_NDJSON, 0, NULL);
		struct cf_reader *r;

		cf_writer_columns(w, two, 2, NULL);
		for (int c = 1; c < 128; c++) {
			text[0] = text[1] = (char)c;
			cf_writer_text(w, text, 2);
			cf_writer_text(w, text, 1);
			cf_writer_end(w, NULL);
		}
		cf_writer_free(w);
		ck_assert_int_eq(cf_out_close(out, NULL), 0);
		r = cf_reader_open("trip", NULL);
		ck_assert_int_eq(cf_reader_header(r, NULL), 1);
		for (int c = 1; c < 128; c++) {
			ck_assert_int_eq(cf_reader_next(r, NULL), 1);
			f = cf_reader_field(r, 0);
			ck_assert(f.len == 2 && f.text[0] == c && f.text[1] == c);
			f = cf_reader_field(r, 1);
			ck_assert(f.len == 1 && f.text[0] == c);
		}
		ck_assert_int_eq(cf_reader_next(r, NULL), 0);
		cf_reader_close(r);
	}
}
END_TEST

UNIT_MAIN("table_writer", formats, records_held, json_texts, round_trip)
