#include <string.h>

#include "unit.h"

#include "table/json.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
print_is(const json_t *json, const char *text)
{
	struct cf_buf b = { 0 };

	cf_json_print(json, &b);
	ck_assert_ptr_nonnull(cf_buf_string(&b, NULL));
	ck_assert_str_eq(b.data, text);
	cf_buf_free(&b);
}

START_TEST(numbers)
{
	static const struct {
		double x;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { -0.0, "0" }, { 0.1, "0.1" }, { 1.0 / 3, "0.3333333333333333" }, { 1e300, "1e300" },
		{ -12.5, "-12.5" }, { 5e-324, "5e-324" }, { 123456789012.0, "123456789012" },
		{ NAN, "null" }, { INFINITY, "null" }, { -INFINITY, "null" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *json = cf_json_number(cases[i].x);

		ck_assert_ptr_nonnull(json);
		print_is(json, cases[i].text);
		json_decref(json);
	}
}
END_TEST

/* What is printed reads back as the same document, on one line, keys in the order in which they came. */
START_TEST(documents)
{
	static const char *const texts[] = {
		"{}", "[]", "null", "true", "false", "\"\"", "7", "-9007199254740993", "0.5",
		"{\"z\":1,\"a\":2,\"m\":{\"y\":[],\"x\":{}}}",
		"[1,2.5,[3,[null]],\"x\"]",
		"\"quote \\\" back \\\\ line \\n tab \\t bell \\u0007\"",
		"{\"key \\\" of any text\":\"\xc3\xa4\xe2\x82\xac\"}",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		json_t *json = json_loads(texts[i], JSON_DECODE_ANY, NULL);

		ck_assert_msg(json != NULL, "%s", texts[i]);
		print_is(json, texts[i]);
		json_decref(json);
	}
}
END_TEST

/* Names of files and columns: any bytes. */
START_TEST(names)
{
	static const char *const cases[][2] = { { "", "\"\"" }, { "a\"b", "\"a\\\"b\"" }, { "\xc3\xa4", "\"\xc3\xa4\"" },
		{ "m\xe4x.cfm", "\"m?x.cfm\"" } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *json = cf_json_text(cases[i][0], strlen(cases[i][0]));

		print_is(json, cases[i][1]);
		json_decref(json);
	}
}
END_TEST

START_TEST(appends)
{
	json_t *json = json_pack("{s:i}", "a", 1);
	struct cf_buf b = { 0 };

	cf_buf_add_text(&b, "before ");
	cf_json_print(json, &b);
	cf_buf_add_char(&b, '\n');
	ck_assert_uint_eq(b.len, strlen("before {\"a\":1}\n"));
	ck_assert_mem_eq(b.data, "before {\"a\":1}\n", b.len);
	cf_buf_free(&b);
	json_decref(json);
}
END_TEST

UNIT_MAIN("table_json", numbers, documents, names, appends)
