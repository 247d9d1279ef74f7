#include <string.h>

#include "unit.h"

#include "base/state.h"

START_TEST(names_both_ways)
{
	static const struct {
		const char *name, *text;
	} cases[] = {
		{ "MSFT", "MSFT" }, { "BRK.B", "BRK%2EB" },
		{ "^VIX", "%5EVIX" }, { "a/b", "a%2Fb" }, { ".", "%2E" },
		{ "..", "%2E%2E" }, { "100%", "100%25" },
		{ "EURUSD=X", "EURUSD%3DX" }, { "a_b-c", "a_b-c" },
		{ "two words", "two%20words" }, { "\xc3\xa9", "%C3%A9" },
		{ "\n", "%0A" }, { "~", "%7E" },
	};
	struct cf_buf buf = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf.len = 0;
		ck_assert_int_eq(cf_state_encode(&buf, cases[i].name, NULL),
		    0);
		ck_assert_str_eq(cf_buf_string(&buf, NULL), cases[i].text);
		buf.len = 0;
		ck_assert_int_eq(cf_state_decode(&buf, cases[i].text,
		    strlen(cases[i].text), NULL), 0);
		ck_assert_str_eq(cf_buf_string(&buf, NULL), cases[i].name);
	}
	cf_buf_free(&buf);
}
END_TEST

START_TEST(every_byte_is_told_apart)
{
	struct cf_buf text = { 0 }, back = { 0 };
	char name[2] = { 0, 0 };

	for (int c = 1; c < 256; c++) {
		name[0] = (char)c;
		text.len = back.len = 0;
		ck_assert_int_eq(cf_state_encode(&text, name, NULL), 0);
		ck_assert(memchr(text.data, '/', text.len) == NULL);
		ck_assert(memchr(text.data, '.', text.len) == NULL);
		ck_assert_int_eq(cf_state_decode(&back, text.data, text.len,
		    NULL), 0);
		ck_assert_uint_eq(back.len, 1);
		ck_assert_int_eq(back.data[0], name[0]);
	}
	cf_buf_free(&text);
	cf_buf_free(&back);
}
END_TEST

START_TEST(what_is_refused)
{
	static const char *const foreign[] = { "", "a.b", "a/b", "%", "%2",
	    "%2e", "%41", "%00", "%GG", "a b", "%2E%", "\xc3" };
	static char name[CF_STATE_NAME_MAX + 2];
	struct cf_buf buf = { 0 };
	struct cf_err err;

	cf_buf_add_text(&buf, "x");
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		ck_assert_msg(cf_state_decode(&buf, foreign[i],
		    strlen(foreign[i]), &err) == -1, "%s", foreign[i]);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
		ck_assert_uint_eq(buf.len, 1);
	}
	ck_assert_int_eq(cf_state_encode(&buf, "", &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
	memset(name, 'a', CF_STATE_NAME_MAX + 1);
	ck_assert_int_eq(cf_state_encode(&buf, name, &err), -1);
	ck_assert_int_eq(err.kind, CF_ERR_DATA);
	ck_assert_uint_eq(buf.len, 1);
	name[CF_STATE_NAME_MAX] = '\0';
	ck_assert_int_eq(cf_state_encode(&buf, name, &err), 0);
	cf_buf_free(&buf);
}
END_TEST

START_TEST(paths)
{
	static const struct {
		enum cf_state_kind kind;
		const char *name, *path;
	} cases[] = {
		{ CF_STATE_BARS, "BRK.B", "h/raw/bars/BRK%2EB.csv" },
		{ CF_STATE_SERIES, "VIXCLS", "h/raw/series/VIXCLS.csv" },
		{ CF_STATE_LEDGER, "x", "h/raw/ledger/x.csv" },
		{ CF_STATE_FEATURES, "market", "h/features/market.csv" },
		{ CF_STATE_LATEST, NULL, "h/features/latest.csv" },
		{ CF_STATE_MODELS, "ledger-x", "h/models/ledger-x" },
		{ CF_STATE_RUNS, "20240105T020000Z-17",
		    "h/runs/20240105T020000Z-17.ndjson" },
		{ CF_STATE_CONF, NULL, "h/cashflow.conf" },
		{ CF_STATE_LOCK, NULL, "h/state/lock" },
	};
	struct cf_buf buf = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf.len = 0;
		ck_assert_int_eq(cf_state_path(&buf, "h", cases[i].kind,
		    cases[i].name, NULL), 0);
		ck_assert_str_eq(cf_buf_string(&buf, NULL), cases[i].path);
	}
	ck_assert_int_eq(cf_state_path(&buf, "h", CF_STATE_BARS, "", NULL),
	    -1);
	cf_buf_free(&buf);
}
END_TEST

UNIT_MAIN("base_state", names_both_ways, every_byte_is_told_apart,
    what_is_refused, paths)
