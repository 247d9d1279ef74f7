#include <errno.h>
#include <string.h>

#include "unit.h"

#include "base/err.h"

START_TEST(forms_of_messages)
{
	struct cf_err err;
	struct cf_place place = { "bars.csv", 17, "close" };

	ck_assert_int_eq(cf_err_set(&err, CF_ERR_USAGE, "no %s", "x"), -1);
	ck_assert_str_eq(err.text, "no x");
	ck_assert_int_eq(err.kind, CF_ERR_USAGE);

	ck_assert_int_eq(cf_err_errno(&err, ENOENT, "%s", "f"), -1);
	ck_assert_str_eq(err.text, "f: No such file or directory");
	ck_assert_int_eq(err.kind, CF_ERR_SYSTEM);

	ck_assert_int_eq(cf_err_memory(&err), -1);
	ck_assert_str_eq(err.text, "out of memory");

	ck_assert_int_eq(cf_err_data(&err, &place, "abc", 3,
	    "not a %s", "number"), -1);
	ck_assert_str_eq(err.text,
	    "bars.csv:17: column \"close\": not a number: \"abc\"");
	ck_assert_int_eq(err.kind, CF_ERR_DATA);

	ck_assert_int_eq(cf_err_prefix(&err, "fold %d", 2), -1);
	ck_assert_str_eq(err.text,
	    "fold 2: bars.csv:17: column \"close\": not a number: \"abc\"");
}
END_TEST

/* A terminal gets nothing to act on, wherever a part of a message comes from. */
START_TEST(no_controls)
{
	char text[] = "a\033[2J\r\n\tb\177\302\233c \303\244\302\240";
	struct cf_err err;

	cf_err_set(&err, CF_ERR_USAGE, "no \"%s\"", "\033]0;x\007");
	ck_assert_str_eq(err.text, "no \"?]0;x?\"");
	cf_err_errno(&err, ENOENT, "%s", "a\nb");
	ck_assert_str_eq(err.text, "a?b: No such file or directory");
	cf_err_prefix(&err, "%s", "\r");
	ck_assert_str_eq(err.text, "?: a?b: No such file or directory");
	cf_err_data(&err, NULL, NULL, 0, "not \b this");
	ck_assert_str_eq(err.text, "not ? this");
	cf_err_plain(text);
	ck_assert_str_eq(text, "a?[2J???b?\302?c \303\244\302\240");
}
END_TEST

START_TEST(parts_may_lack)
{
	struct cf_place file = { "f", 0, NULL }, column = { NULL, 9, "c" };
	struct cf_err err;

	cf_err_data(&err, &file, NULL, 0, "empty");
	ck_assert_str_eq(err.text, "f: empty");
	cf_err_data(&err, &column, "", 0, "empty");
	ck_assert_str_eq(err.text, "column \"c\": empty: \"\"");
	cf_err_data(&err, NULL, "x", 1, "bad");
	ck_assert_str_eq(err.text, "bad: \"x\"");

	/* Nobody wants to know: that is no fault. */
	ck_assert_int_eq(cf_err_set(NULL, CF_ERR_DATA, "x"), -1);
	ck_assert_int_eq(cf_err_errno(NULL, ENOENT, "x"), -1);
	ck_assert_int_eq(cf_err_memory(NULL), -1);
	ck_assert_int_eq(cf_err_data(NULL, NULL, NULL, 0, "x"), -1);
	ck_assert_int_eq(cf_err_prefix(NULL, "x"), -1);
}
END_TEST

START_TEST(long_texts_are_cut)
{
	static char text[3 * CF_ERR_TEXT_MAX];
	struct cf_place place = { text, 3, text };
	struct cf_err err;

	memset(text, 'x', sizeof(text) - 1);
	cf_err_set(&err, CF_ERR_NO, "%s", text);
	ck_assert_uint_eq(strlen(err.text), CF_ERR_TEXT_MAX - 1);
	cf_err_errno(&err, ENOENT, "%s", text);
	ck_assert_uint_eq(strlen(err.text), CF_ERR_TEXT_MAX - 1);
	cf_err_prefix(&err, "%s", text);
	ck_assert_uint_eq(strlen(err.text), CF_ERR_TEXT_MAX - 1);

	/* A long file and column still leave room for the reason. */
	cf_err_data(&err, &place, text, sizeof(text) - 1, "reason");
	ck_assert_ptr_nonnull(strstr(err.text, "reason: \"xxx"));
	ck_assert_ptr_nonnull(strstr(err.text, "...\""));
	ck_assert_uint_lt(strlen(err.text), CF_ERR_TEXT_MAX);
}
END_TEST

START_TEST(masks)
{
	static const struct {
		const char *src;
		size_t len, size;
		const char *dst;
	} cases[] = {
		{ "abc", 3, 8, "abc" }, { "", 0, 4, "" },
		{ "a\tb\n\0c", 6, 8, "a?b??c" },
		{ "\x1b[31m\xc3\xa9\x7f", 8, 16, "?[31m???" },
		{ "1234567", 7, 8, "1234567" },
		{ "12345678", 8, 8, "1234..." },
		{ "12345678", 8, 4, "..." },
	};
	char dst[16];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(dst, '#', sizeof(dst));
		cf_err_mask(dst, cases[i].size, cases[i].src, cases[i].len);
		ck_assert_str_eq(dst, cases[i].dst);
	}
}
END_TEST

/* Column and reason are found in the text, also behind a prefix. */
START_TEST(parts_are_found)
{
	struct cf_place place = { "f", 3, "rsi" };
	struct cf_err err;

	cf_err_data(&err, &place, "x", 1, "not a %s", "number");
	for (int i = 0; i < 3; i++) {
		ck_assert_uint_eq(err.column_len, 3);
		ck_assert(strncmp(err.text + err.column, "rsi\": ", 6) == 0);
		ck_assert_str_eq(err.text + err.reason, "not a number: \"x\"");
		cf_err_prefix(&err, "behind %d", i);
	}
	cf_err_data(&err, NULL, NULL, 0, "why");
	ck_assert_uint_eq(err.column_len, 0);
	ck_assert_uint_eq(err.reason, 0);
	for (int i = 0; i < 2000; i++)
		cf_err_prefix(&err, "more");
	ck_assert_uint_lt(err.reason, sizeof(err.text));
	cf_err_set(&err, CF_ERR_SYSTEM, "other");
	ck_assert_uint_eq(err.reason, 0);
}
END_TEST

START_TEST(worse_of_two)
{
	static const int order[] = { 4, 3, 75, 2, 1, 0 };

	for (size_t i = 0; i < 6; i++) {
		for (size_t j = i; j < 6; j++) {
			ck_assert_int_eq(cf_err_worse(order[i], order[j]),
			    order[i]);
			ck_assert_int_eq(cf_err_worse(order[j], order[i]),
			    order[i]);
		}
	}
}
END_TEST

UNIT_MAIN("base_err", forms_of_messages, parts_may_lack, long_texts_are_cut,
    masks, no_controls, parts_are_found, worse_of_two)
