#include <string.h>

#include "unit.h"

#include "table/pull.h"

/* The pieces of a text, one letter each; or "!" and the error. */
static void
pieces(const char *text, char *out, struct cf_err *err)
{
	static const char letters[] = "{[.sntf0";
	struct cf_pull pull;
	struct cf_pull_item item;
	int rc;

	cf_pull_start(&pull, text, strlen(text), "doc");
	while ((rc = cf_pull_next(&pull, &item, err)) == 1) {
		if (item.key != NULL)
			*out++ = 'k';
		*out++ = letters[item.kind];
	}
	if (rc < 0)
		*out++ = '!';
	*out = '\0';
}

START_TEST(documents)
{
	static const struct {
		const char *text, *pieces;
	} cases[] = {
		{ "{}", "{." }, { " [ ] ", "[." }, { "\"x\"", "s" }, { "-1.5e+3", "n" }, { "0", "n" },
		{ "{\"a\":1,\"b\":[true,false,null]}", "{knk[tf0.." },
		{ "{\"a\":{\"b\":{}}}", "{k{k{..." }, { "\xef\xbb\xbf[1]", "[n." },
		{ "[1,[2],3]", "[n[n.n." }, { "{\"\\u00e9\\/\\n\":\"\\\"\"}", "{ks." },
		/* not JSON */
		{ "", "!" }, { "{", "{!" }, { "[1", "[n!" }, { "[1,]", "[n!" }, { "[,1]", "[!" }, { "{\"a\"}", "{!" },
		{ "{\"a\":}", "{!" }, { "{a:1}", "{!" }, { "[1 2]", "[n!" }, { "01", "!" }, { "1.", "!" }, { "1e", "!" }, { "-", "!" },
		{ "nul", "!" }, { "\"a", "!" }, { "\"\\x\"", "!" }, { "\"\\u12g4\"", "!" }, { "\"a\nb\"", "!" }, { "{}{}", "{.!" },
		{ "[}", "[!" }, { "{]", "{!" }, { "[1}", "[n!" }, { "<html>", "!" }, { "]", "!" }, { "[1],", "[n.!" }
	};
	struct cf_err err;
	char out[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pieces(cases[i].text, out, &err);
		ck_assert_msg(strcmp(out, cases[i].pieces) == 0, "%s: %s, not %s", cases[i].text, out, cases[i].pieces);
	}
}
END_TEST

START_TEST(nesting_is_bounded)
{
	char text[CF_PULL_DEPTH_MAX * 2 + 8], out[CF_PULL_DEPTH_MAX * 2 + 8];
	struct cf_err err;

	memset(text, '[', CF_PULL_DEPTH_MAX);
	memset(text + CF_PULL_DEPTH_MAX, ']', CF_PULL_DEPTH_MAX);
	text[2 * CF_PULL_DEPTH_MAX] = '\0';
	pieces(text, out, &err);
	ck_assert_ptr_null(strchr(out, '!'));
	text[CF_PULL_DEPTH_MAX] = '[';
	pieces(text, out, &err);
	ck_assert_str_eq(err.text, "doc:1: nested too deeply");
}
END_TEST

START_TEST(keys_and_skipping)
{
	const char *text = "{\"a\":[1,{\"b\":2}],\n\"c\":\"x\\ty\"}";
	struct cf_pull pull;
	struct cf_pull_item item;
	struct cf_err err;
	char plain[8];

	cf_pull_start(&pull, text, strlen(text), "doc");
	ck_assert_int_eq(cf_pull_next(&pull, &item, &err), 1);
	ck_assert_int_eq(cf_pull_next(&pull, &item, &err), 1);
	ck_assert(cf_pull_is_key(&item, "a") && !cf_pull_is_key(&item, "ab"));
	ck_assert_int_eq(cf_pull_skip(&pull, &item, &err), 0);
	ck_assert_int_eq(cf_pull_next(&pull, &item, &err), 1);
	ck_assert(cf_pull_is_key(&item, "c"));
	ck_assert_int_eq(cf_pull_skip(&pull, &item, &err), 0);
	ck_assert_uint_eq(cf_pull_decode(item.text, item.len, plain, sizeof(plain)), 3);
	ck_assert_str_eq(plain, "x\ty");
	ck_assert_uint_eq(cf_pull_decode("\\u00e9\xc3\xa9" "abcdefgh", 16, plain, sizeof(plain)), 7);
	ck_assert_str_eq(plain, "???abcd");
	ck_assert_int_eq(cf_pull_bad(&pull, &item, "not a number", &err), -1);
	ck_assert_str_eq(err.text, "doc:2: column \"c\": not a number: \"x\\ty\"");
}
END_TEST

UNIT_MAIN("pull", documents, nesting_is_bounded, keys_and_skipping)
