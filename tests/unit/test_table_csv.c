#include <stdlib.h>
#include <string.h>

#include "pieces.h"
#include "unit.h"

#include "base/buf.h"
#include "table/csv.h"
#include "table/limits.h"

/* Read all records; fields with | behind each, records with the line they began on and a newline. */
static int
read_all(const char *text, size_t len, size_t piece, struct cf_buf *got, struct cf_err *err)
{
	struct source s = { text, len, piece };
	struct cf_lines lines = { .line = 1 };
	struct cf_fields fields = { 0 };
	int rc;

	got->len = 0;
	lines.input = cf_input_from(give, &s, "t.csv", NULL);
	ck_assert_ptr_nonnull(lines.input);
	while ((rc = cf_csv_next(&lines, &fields, err)) == 1) {
		cf_buf_addf(got, "%d:", (int)fields.line);
		for (size_t i = 0; i < fields.n; i++) {
			cf_buf_add(got, fields.items[i].text, fields.items[i].len);
			cf_buf_add_char(got, '|');
		}
		cf_buf_add_char(got, '\n');
	}
	ck_assert_ptr_nonnull(cf_buf_string(got, NULL));
	free(fields.items);
	free(lines.data);
	cf_input_close(lines.input);
	return (rc);
}

START_TEST(records)
{
	static const struct {
		const char *text;
		const char *records;
	} cases[] = {
		{ "", "" },
		{ "a,b\n1,2\n", "1:a|b|\n2:1|2|\n" },
		{ "a,b\r\n1,2\r\n", "1:a|b|\n2:1|2|\n" },
		{ "a,b\n1,2", "1:a|b|\n2:1|2|\n" },
		{ "a,b\r\n1,2\r", "1:a|b|\n2:1|2|\n" },
		{ "a,b\n,\n", "1:a|b|\n2:||\n" },
		{ "a,b\n\n\n1,2\n\n", "1:a|b|\n4:1|2|\n" },
		{ "a\n\n1\n", "1:a|\n2:|\n3:1|\n" },
		{ "\"a\",\"b\"\n", "1:a|b|\n" },
		{ "\"a\"\"b\",\"\"\"\"\n", "1:a\"b|\"|\n" },
		{ "\"\",x\n", "1:|x|\n" },
		{ "\"a,b\",c\r\n", "1:a,b|c|\n" },
		{ "\"a\nb\r\nc\",d\ne,f\n", "1:a\nb\r\nc|d|\n4:e|f|\n" },
		{ "\"a\"\r\n\"b\"\r\n", "1:a|\n2:b|\n" },
		{ "\"a\"", "1:a|\n" },
		{ "\"a\"\r", "1:a|\n" },
		{ "a\"b,c\n", "1:a\"b|c|\n" },
		{ " \"a\",b\n", "1: \"a\"|b|\n" },
		{ "a\rb,c\n", "1:a\rb|c|\n" },
		{ "x,\"y\"\"\",\"z\"\n", "1:x|y\"|z|\n" }
	};
	struct cf_buf got = { 0 };
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t piece = 1; piece < 9; piece++) {
			ck_assert_msg(read_all(cases[i].text, strlen(cases[i].text), piece, &got, &err) == 0, "case %zu: %s",
			    i, err.text);
			ck_assert_str_eq(got.data, cases[i].records);
		}
	}
	cf_buf_free(&got);
}
END_TEST

START_TEST(faults)
{
	static const struct {
		const char *text;
		size_t len;
		const char *message;
	} cases[] = {
		{ "a,b\n\"1,2\n3,4\n", 13, "t.csv:2: quoted field is not closed: \"\"1,2?3,4?\"" },
		{ "a,b\n\"1\"x,2\n", 11, "t.csv:2: text behind a quoted field: \"\"1\"x\"" },
		{ "a,b\n\"1\"\rx,2\n", 12, "t.csv:2: text behind a quoted field: \"\"1\"?\"" },
		{ "a,b\n1,\0\n", 8, "t.csv:2: NUL byte: not a text file" },
		{ "\"", 1, "t.csv:1: quoted field is not closed: \"\"\"" }
	};
	struct cf_buf got = { 0 };
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t piece = 1; piece < 9; piece++) {
			ck_assert_int_eq(read_all(cases[i].text, cases[i].len, piece, &got, &err), -1);
			ck_assert_str_eq(err.text, cases[i].message);
			ck_assert_int_eq(err.kind, CF_ERR_DATA);
		}
	}
	cf_buf_free(&got);
}
END_TEST

START_TEST(limits)
{
	struct cf_buf text = { 0 }, got = { 0 };
	struct cf_err err;

	/* The most columns, and one more. */
	for (size_t i = 0; i < CF_COLUMNS_MAX - 1; i++)
		cf_buf_add_char(&text, ',');
	cf_buf_add_char(&text, '\n');
	ck_assert_int_eq(read_all(text.data, text.len, 1000, &got, &err), 0);
	text.data[text.len - 1] = ',';
	ck_assert_int_eq(read_all(text.data, text.len, 1000, &got, &err), -1);
	ck_assert_str_eq(err.text, "t.csv:1: more than 4096 columns");

	/* A record of nearly the greatest length, and a longer one. */
	text.len = 0;
	ck_assert_int_eq(cf_buf_reserve(&text, CF_LINE_MAX + (1 << 20)), 0);
	memset(text.data, 'x', CF_LINE_MAX - 1);
	text.data[CF_LINE_MAX - 1] = '\n';
	ck_assert_int_eq(read_all(text.data, CF_LINE_MAX, 1 << 20, &got, &err), 0);
	memset(text.data, 'x', CF_LINE_MAX + (1 << 20));
	ck_assert_int_eq(read_all(text.data, CF_LINE_MAX + (1 << 20), 1 << 20, &got, &err), -1);
	ck_assert_str_eq(err.text, "t.csv:1: line longer than 8 MiB");
	text.data[0] = '"';
	ck_assert_int_eq(read_all(text.data, CF_LINE_MAX + (1 << 20), 1 << 20, &got, &err), -1);
	ck_assert_str_eq(err.text, "t.csv:1: line longer than 8 MiB");
	cf_buf_free(&text);
	cf_buf_free(&got);
}
END_TEST

UNIT_MAIN("table_csv", records, faults, limits)
