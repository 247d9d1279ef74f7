#include <string.h>

#include "unit.h"

#include "http/url.h"

START_TEST(bases)
{
	static const struct {
		const char *url;
		int rc;
	} cases[] = {
		{ "https://www.alphavantage.co", 0 }, { "HTTPS://x/", 0 }, { "http://127.0.0.1:80", 1 }, { "http://[::1]:80/a", 1 },
		{ "ftp://x", -1 }, { "x", -1 }, { "https://", -1 }, { "https:///x", -1 }, { "https://u@x", -1 }, { "https://u:p@x/", -1 },
		{ "https://x?y", -1 }, { "https://x#y", -1 }, { "https://x y", -1 }, { "https://x\n", -1 }, { "https://:80", -1 },
		{ "http://x:65535", 1 }, { "http://x:65536", -1 }, { "http://x:0/", -1 }, { "https://x:", -1 }, { "https://x:8a/", -1 },
		{ "https://[::1]:99999999999999999999/", -1 }
	};
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(cf_url_check(cases[i].url, "--base-url", &err) == cases[i].rc, "%s", cases[i].url);
}
END_TEST

START_TEST(queries)
{
	struct cf_buf url = { 0 };

	cf_buf_add_text(&url, "/query");
	cf_url_query(&url, "symbol", "BRK.B");
	cf_url_query(&url, "odd", "a b&c=d/\xc3\xa9#?+%");
	ck_assert_str_eq(cf_buf_string(&url, NULL), "/query?symbol=BRK.B&odd=a%20b%26c%3Dd%2F%C3%A9%23%3F%2B%25");
	cf_buf_free(&url);
}
END_TEST

START_TEST(hosts)
{
	char host[32];

	ck_assert(cf_url_same_host("https://a.b/x", "http://A.B:99/y?z"));
	ck_assert(!cf_url_same_host("https://a.b/x", "https://a.b.c/x"));
	ck_assert(!cf_url_same_host("https://a.b", "https://a.b@evil"));
	ck_assert(!cf_url_same_host("https://a.b/", "https://evil/https://a.b/"));
	ck_assert(cf_url_same_host("http://[::1]:1/", "http://[::1]/"));
	cf_url_host("https://a.b:8080/query?apikey=SECRET", host, sizeof(host));
	ck_assert_str_eq(host, "a.b:8080");
}
END_TEST

UNIT_MAIN("url", bases, queries, hosts)
