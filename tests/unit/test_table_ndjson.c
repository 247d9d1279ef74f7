#include <stdlib.h>
#include <string.h>

#include "pieces.h"
#include "unit.h"

#include "table/limits.h"
#include "table/ndjson.h"

/* Read all records as LINE:NAME=TEXT; ... */
static int
read_all(const char *text, size_t len, size_t piece, struct cf_buf *got, struct cf_err *err)
{
	struct source s = { text, len, piece };
	struct cf_lines lines = { .line = 1 };
	struct cf_pairs pairs = { 0 };
	int rc;

	got->len = 0;
	lines.input = cf_input_from(give, &s, "t", NULL);
	while ((rc = cf_ndjson_next(&lines, &pairs, err)) == 1) {
		cf_buf_addf(got, "%d:", (int)pairs.line);
		for (size_t i = 0; i < pairs.n; i++) {
			cf_buf_addf(got, "%s=", pairs.texts.data + pairs.items[i].name);
			cf_buf_add(got, pairs.texts.data + pairs.items[i].text, pairs.items[i].len);
			cf_buf_add_char(got, ';');
		}
		cf_buf_add_char(got, '\n');
	}
	ck_assert_ptr_nonnull(cf_buf_string(got, NULL));
	cf_ndjson_free(&pairs);
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
		{ "", "" }, { "\n\r\n \t\n", "" }, { "{}", "1:\n" },
		{ "{\"a\":1,\"b\":-1.50e1,\"c\":\"x\\u00e4\\n\"}\n", "1:a=1;b=-15;c=x\xc3\xa4\n;\n" },
		{ "{\"a\":true,\"b\":false,\"c\":null}\r\n\n{\"a\":\"\"}", "1:a=1;b=0;c=;\n3:a=;\n" },
		{ "{\"a\":9007199254740993,\"b\":0.1}", "1:a=9007199254740993;b=0.1;\n" }
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
	static const char *const cases[] = { "{", "[1]", "1", "{\"a\"}", "{\"a\":1} x", "{\"a\":1}{\"a\":2}", "{\"a\":nan}",
		"{\"a\":1e999}", "{'a':1}", "{\"a\":\"\xff\"}", "{\"a\":\"\\u0000\"}", "{\"\\u0000\":1}", "{\"a\":1,}",
		"{\"a\":99999999999999999999}" };
	struct cf_buf got = { 0 };
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t piece = 1; piece < 4; piece++) {
			ck_assert_msg(read_all(cases[i], strlen(cases[i]), piece, &got, &err) == -1, "%s", cases[i]);
			ck_assert_int_eq(err.kind, CF_ERR_DATA);
			ck_assert_msg(strncmp(err.text, "t:1: ", 5) == 0, "%s", err.text);
		}
	}
	cf_buf_free(&got);
}
END_TEST

START_TEST(limits)
{
	struct cf_buf text = { 0 }, got = { 0 };
	struct cf_err err;

	/* Many keys. */
	cf_buf_add_char(&text, '{');
	for (int i = 0; i < CF_COLUMNS_MAX; i++)
		cf_buf_addf(&text, "%s\"k%d\":1", i > 0 ? "," : "", i);
	cf_buf_add_char(&text, '}');
	ck_assert_int_eq(read_all(text.data, text.len, 100000, &got, &err), 0);
	text.len--;
	cf_buf_add_text(&text, ",\"one more\":1}");
	ck_assert_int_eq(read_all(text.data, text.len, 100000, &got, &err), -1);
	ck_assert_str_eq(err.text, "t:1: more than 4096 keys");

	/* A long key. */
	text.len = 0;
	cf_buf_add_text(&text, "{\"");
	for (int i = 0; i <= CF_NAME_MAX; i++)
		cf_buf_add_char(&text, 'k');
	cf_buf_add_text(&text, "\":1}");
	ck_assert_int_eq(read_all(text.data, text.len, 100000, &got, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "longer than 255 bytes"));

	/* Deep nesting is an error, not the end of the stack. */
	text.len = 0;
	cf_buf_add_text(&text, "{\"a\":");
	for (int i = 0; i < 1000000; i++)
		cf_buf_add_char(&text, '[');
	ck_assert_int_eq(read_all(text.data, text.len, 100000, &got, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_DATA);

	/* A long line. */
	text.len = 0;
	ck_assert_int_eq(cf_buf_reserve(&text, CF_LINE_MAX + (1 << 20)), 0);
	memset(text.data, ' ', CF_LINE_MAX + (1 << 20));
	ck_assert_int_eq(read_all(text.data, CF_LINE_MAX + (1 << 20), 1 << 20, &got, &err), -1);
	ck_assert_str_eq(err.text, "t:1: line longer than 8 MiB");
	cf_buf_free(&text);
	cf_buf_free(&got);
}
END_TEST

UNIT_MAIN("table_ndjson", records, faults, limits)
