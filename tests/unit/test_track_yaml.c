#include <string.h>

#include "unit.h"

#include "track/yaml.h"

START_TEST(writes_what_it_reads)
{
	static const char *const texts[] = { "", "a", "it's", "'", "''", "a: b", "# no comment", "123", "true", "null", "a\"b",
		"\\", "- x", "{}", "\xc3\xa9", " leading and trailing " };
	struct cf_buf buf = { 0 };
	char *value;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buf.len = 0;
		cf_yaml_int(&buf, "before", -7);
		cf_yaml_text(&buf, "key", texts[i]);
		cf_yaml_plain(&buf, "after", "[]");
		ck_assert_int_eq(cf_yaml_find(buf.data, buf.len, "key", &value, NULL), 0);
		ck_assert_ptr_nonnull(value);
		ck_assert_str_eq(value, texts[i]);
		free(value);
	}
	ck_assert_ptr_nonnull(cf_buf_string(&buf, NULL));
	ck_assert_str_eq(buf.data, "before: -7\nkey: ' leading and trailing '\nafter: []\n");
	cf_buf_free(&buf);
}
END_TEST

START_TEST(reads_what_others_write)
{
	static const struct {
		const char *text;
		const char *value;
	} cases[] = {
		{ "name: plain", "plain" }, { "a: 1\nname:   spaced  \n", "spaced" }, { "name: 'it''s'\r\nb: 2\n", "it's" },
		{ "name: \"a \\\"b\\\" \\\\ c\"\n", "a \"b\" \\ c" }, { "name:\n", "" }, { "name: '\n", "'" },
		{ "rename: x\nnam: y\n", NULL }, { "  name: nested\n", NULL }, { "", NULL }, { "name", NULL }, { "names: x\n", NULL },
	};
	char *value;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(cf_yaml_find(cases[i].text, strlen(cases[i].text), "name", &value, NULL), 0);
		if (cases[i].value == NULL) {
			ck_assert_ptr_null(value);
		} else {
			ck_assert_msg(value != NULL && strcmp(value, cases[i].value) == 0, "%s", cases[i].text);
		}
		free(value);
	}
}
END_TEST

UNIT_MAIN("track_yaml", writes_what_it_reads, reads_what_others_write)
