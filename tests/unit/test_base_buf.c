#include <stdint.h>
#include <string.h>

#include "unit.h"

#include "base/buf.h"

START_TEST(appends)
{
	struct cf_buf buf = { 0 };

	ck_assert_str_eq(cf_buf_string(&buf, NULL), "");
	cf_buf_add_text(&buf, "ab");
	cf_buf_add_char(&buf, 'c');
	cf_buf_add(&buf, "d\0e", 3);
	cf_buf_add(&buf, NULL, 0);
	cf_buf_addf(&buf, "%d-%s", 42, "x");
	cf_buf_add_number(&buf, 0.1);
	ck_assert_ptr_nonnull(cf_buf_string(&buf, NULL));
	ck_assert_uint_eq(buf.len, 13);
	ck_assert_mem_eq(buf.data, "abcd\0e42-x0.1", 14);
	cf_buf_free(&buf);
	ck_assert_uint_eq(buf.len, 0);
	ck_assert_ptr_null(buf.data);
	cf_buf_free(&buf);
}
END_TEST

START_TEST(long_formats)
{
	struct cf_buf buf = { 0 };

	for (int i = 0; i < 1000; i++)
		cf_buf_addf(&buf, "%*d", i, 7);
	/* Width 0 and 1 both give one byte. */
	ck_assert_uint_eq(buf.len, 1 + 999 * 1000 / 2);
	ck_assert_int_eq(buf.data[buf.len - 1], '7');
	cf_buf_free(&buf);
}
END_TEST

START_TEST(failure_sticks)
{
	struct cf_buf buf = { 0 };
	struct cf_err err;

	cf_buf_add_text(&buf, "abc");
	ck_assert_int_eq(cf_buf_reserve(&buf, SIZE_MAX - 1), -1);
	ck_assert_int_eq(buf.failed, 1);
	cf_buf_add_text(&buf, "more");
	cf_buf_add_char(&buf, 'x');
	cf_buf_addf(&buf, "%d", 1);
	cf_buf_add_number(&buf, 1);
	cf_buf_add_shell(&buf, "x y");
	ck_assert_uint_eq(buf.len, 3);
	ck_assert_ptr_null(cf_buf_string(&buf, &err));
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);
	cf_buf_free(&buf);
	ck_assert_int_eq(buf.failed, 0);
}
END_TEST

START_TEST(shell_words)
{
	static const struct {
		const char *word, *text;
	} cases[] = {
		{ "abc", "abc" }, { "", "''" }, { "a b", "'a b'" },
		{ "--x=1,2", "--x=1,2" }, { "~", "'~'" }, { "$HOME", "'$HOME'" },
		{ "it's", "'it'\\''s'" }, { "a\nb", "'a\nb'" },
		{ "*.csv", "'*.csv'" }, { "#", "'#'" },
		{ "\xc3\xa9", "'\xc3\xa9'" },
	};
	struct cf_buf buf = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf.len = 0;
		cf_buf_add_shell(&buf, cases[i].word);
		ck_assert_str_eq(cf_buf_string(&buf, NULL), cases[i].text);
	}
	cf_buf_free(&buf);
}
END_TEST

UNIT_MAIN("base_buf", appends, long_formats, failure_sticks, shell_words)
