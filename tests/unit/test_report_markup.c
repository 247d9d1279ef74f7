/* Text in pages: nothing but text, whatever it holds. */
#include "report/markup.h"

#include "unit.h"

static const struct {
	const char *in;
	size_t len;
	const char *out;
} cases[] = {
	{ "plain", 5, "plain" },
	{ "<script>alert('x')</script>", 27, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" },
	{ "a&b\"c", 5, "a&amp;b&quot;c" },
	{ "gr\xc3\xbc\xc3\x9f", 6, "gr\xc3\xbc\xc3\x9f" },
	{ "\xe2\x82\xac \xf0\x9f\x92\xb6", 8, "\xe2\x82\xac \xf0\x9f\x92\xb6" },
	/* what is no UTF-8: a lone byte, an overlong slash, a surrogate, beyond the last, cut short */
	{ "\xff", 1, "\xef\xbf\xbd" },
	{ "\xc0\xaf", 2, "\xef\xbf\xbd\xef\xbf\xbd" },
	{ "\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	{ "\xe0\x9f\xbf", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	{ "\xf4\x90\x80\x80", 4, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	{ "\xf0\x8f\xbf\xbf", 4, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	{ "\xe2\x82", 2, "\xef\xbf\xbd\xef\xbf\xbd" },
	{ "a\x1b[31mb\x01", 8, "a\xef\xbf\xbd[31mb\xef\xbf\xbd" },
	{ "a\0b", 3, "a\xef\xbf\xbd" "b" },
	{ "", 0, "" },
};

START_TEST(text)
{
	struct cf_buf buf = { 0 };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf.len = 0;
		cf_markup_bytes(&buf, cases[i].in, cases[i].len);
		ck_assert_ptr_nonnull(cf_buf_string(&buf, NULL));
		ck_assert_str_eq(buf.data, cases[i].out);
	}
	cf_buf_free(&buf);
}
END_TEST

UNIT_MAIN("report/markup", text)
