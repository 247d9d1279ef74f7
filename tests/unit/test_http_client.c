#include "unit.h"

#include "loop.h"

#include "http/client.h"

static const struct cf_client_options options = { .agent = "test", .allow_http = 1, .max_bytes = 100000, .timeout_s = 20,
	.parallel = CF_HTTP_PARALLEL_MAX };

/* One request; the reply's body is to be freed. */
static struct cf_client_reply
get(const struct loop *server, const char *path, const struct cf_client_options *o, int has_secret, const char *etag)
{
	struct cf_client *client = cf_client_new(o, NULL);
	struct cf_client_reply reply;
	struct cf_client_request request = { .has_secret = has_secret, .etag = etag };
	char url[256];

	ck_assert_ptr_nonnull(client);
	snprintf(url, sizeof(url), "%s%s", server->base, path);
	request.url = url;
	ck_assert_int_eq(cf_client_start(client, &request, NULL), 0);
	while (cf_client_take(client, &reply, NULL) == 0)
		ck_assert_int_eq(cf_client_wait(client, 5, -1, NULL), 0);
	ck_assert_ptr_null(strstr(reply.reason, "SECRET"));
	cf_client_free(client);
	return (reply);
}

START_TEST(replies)
{
	static const struct {
		const char *rule;
		enum cf_client_fault fault;
		int status;
		size_t len;
	} cases[] = {
		{ "200 body", CF_CLIENT_OK, 200, 5 }, { "200 body gzip", CF_CLIENT_OK, 200, 5 },
		{ "200 body chunked", CF_CLIENT_OK, 200, 5 }, { "200 body nolength", CF_CLIENT_OK, 200, 5 },
		{ "503 body", CF_CLIENT_OK, 503, 5 }, { "204 -", CF_CLIENT_OK, 204, 0 },
		{ "200 body length=9", CF_CLIENT_BROKEN, 200, 0 }, { "200 body length=2", CF_CLIENT_OK, 200, 2 },
		{ "200 body cut=2", CF_CLIENT_BROKEN, 200, 0 }, { "200 body reset", CF_CLIENT_BROKEN, 0, 0 },
		{ "200 body stall", CF_CLIENT_TIMEOUT, 200, 0 }, { "200 body drip=900", CF_CLIENT_TIMEOUT, 200, 0 },
		{ "200 body delay=3000", CF_CLIENT_TIMEOUT, 0, 0 },
		{ "200 body huge=200000", CF_CLIENT_TOO_LARGE, 200, 0 }, { "200 body bomb=1000000", CF_CLIENT_TOO_LARGE, 200, 0 },
		{ "200 body length=200000", CF_CLIENT_TOO_LARGE, 200, 0 }, { "200 body junk=200000", CF_CLIENT_TOO_LARGE, 200, 0 },
		{ "302 - header=Location:_ftp://x/", CF_CLIENT_REFUSED, 302, 0 },
		{ "302 - header=Location:_http://localhost:1/?key=SECRET", CF_CLIENT_REFUSED, 302, 0 },
		{ "302 - header=Location:_/again", CF_CLIENT_REFUSED, 302, 0 }
	};
	struct cf_client_options o = options;
	struct cf_client_reply r;
	struct loop server;
	char rules[512];

	loop_write("body", "hello");
	loop_start(&server, "");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(rules, sizeof(rules), "- * %s\n", cases[i].rule);
		loop_set(rules);
		/* a short time only where it is to pass: valgrind is slow */
		if (cases[i].fault == CF_CLIENT_TIMEOUT)
			o.timeout_s = 1;
		else
			o.timeout_s = options.timeout_s;
		r = get(&server, "/x?key=SECRET", &o, 1, NULL);
		ck_assert_msg(r.fault == cases[i].fault && r.status == cases[i].status && r.body.len == cases[i].len,
		    "%s: fault %d (%s), status %d, %zu bytes", cases[i].rule, (int)r.fault, r.reason, r.status, r.body.len);
		cf_buf_free(&r.body);
	}
	loop_stop(&server);
}
END_TEST

START_TEST(headers_and_conditions)
{
	struct cf_client_reply r;
	struct loop server;

	loop_write("body", "hello");
	loop_start(&server, "- /etag 200 body etag=\"v1\" header=Last-Modified:_Sun,_06_Nov_1994_08:49:37_GMT\n"
	    "- /after 503 - header=retry-after:_17\n- /long 200 body etag=\"" "0123456789012345678901234567890123456789" "\"\n");
	r = get(&server, "/etag", &options, 0, NULL);
	ck_assert_str_eq(r.etag, "\"v1\"");
	ck_assert_str_eq(r.modified, "Sun, 06 Nov 1994 08:49:37 GMT");
	cf_buf_free(&r.body);
	r = get(&server, "/etag", &options, 0, "\"v1\"");
	ck_assert_int_eq(r.status, 304);
	ck_assert_uint_eq(r.body.len, 0);
	cf_buf_free(&r.body);
	r = get(&server, "/after", &options, 0, NULL);
	ck_assert_str_eq(r.retry_after, "17");
	cf_buf_free(&r.body);
	loop_stop(&server);
}
END_TEST

START_TEST(https_only_unless_asked)
{
	struct cf_client_options o = options;
	struct cf_client_reply r;
	struct loop server;

	loop_start(&server, "- * 200 -\n");
	o.allow_http = 0;
	r = get(&server, "/x", &o, 0, NULL);
	ck_assert_int_eq((int)r.fault, CF_CLIENT_REFUSED);
	ck_assert_int_eq(loop_count(), 0);
	cf_buf_free(&r.body);
	loop_stop(&server);
	/* And nobody there. */
	r = get(&server, "/x", &options, 0, NULL);
	ck_assert_int_eq((int)r.fault, CF_CLIENT_UNREACHED);
	cf_buf_free(&r.body);
}
END_TEST

/* Three at once, of which one hangs: the others come, and ending does not wait. */
START_TEST(several_at_once)
{
	struct cf_client *client = cf_client_new(&options, NULL);
	struct cf_client_reply r;
	struct loop server;
	char url[3][128];
	int i, n = 0, seen = 0, fds[2];

	loop_write("body", "hello");
	loop_start(&server, "- /hang 200 body stall\n- * 200 body\n");
	for (i = 0; i < 3; i++) {
		struct cf_client_request request = { .url = url[i], .cookie = &url[i] };

		snprintf(url[i], sizeof(url[i]), "%s/%s%d", server.base, i == 1 ? "hang" : "good", i);
		ck_assert_int_eq(cf_client_start(client, &request, NULL), 0);
		ck_assert_int_eq(cf_client_free_slots(client), 2 - i);
	}
	for (i = 0; i < 20 && n < 2; i++) {
		ck_assert_int_eq(cf_client_wait(client, 0.5, -1, NULL), 0);
		while (cf_client_take(client, &r, NULL) == 1) {
			n++;
			seen |= r.cookie == &url[0] ? 1 : r.cookie == &url[2] ? 4 : 2;
			ck_assert_uint_eq(r.body.len, 5);
			cf_buf_free(&r.body);
		}
	}
	ck_assert_int_eq(seen, 5);
	/* A descriptor wakes the wait. */
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq((int)write(fds[1], "x", 1), 1);
	ck_assert_int_eq(cf_client_wait(client, 5, fds[0], NULL), 1);
	close(fds[0]);
	close(fds[1]);
	cf_client_free(client);
	loop_stop(&server);
}
END_TEST

/* What is sent is sent to nobody else. */
START_TEST(bodies_are_not_redirected)
{
	struct cf_client *client = cf_client_new(&options, NULL);
	struct cf_client_request request = { .body = "{}", .body_len = 2, .body_type = "application/json" };
	struct cf_client_reply r;
	struct loop server;
	char url[128];

	loop_write("body", "hello");
	loop_start(&server, "1 /x 200 body\n- /x 307 - header=Location:_/there\n- * 200 body\n");
	snprintf(url, sizeof(url), "%s/x", server.base);
	request.url = url;
	ck_assert_int_eq(cf_client_ask(client, &request, &r, NULL), 0);
	ck_assert_int_eq((int)r.fault, CF_CLIENT_OK);
	ck_assert_uint_eq(r.body.len, 5);
	cf_buf_free(&r.body);
	ck_assert_int_eq(cf_client_ask(client, &request, &r, NULL), 0);
	ck_assert_int_eq((int)r.fault, CF_CLIENT_REFUSED);
	cf_buf_free(&r.body);
	ck_assert_int_eq(loop_count(), 2);
	cf_client_free(client);
	loop_stop(&server);
}
END_TEST

UNIT_MAIN("client", bodies_are_not_redirected, replies, headers_and_conditions, https_only_unless_asked, several_at_once)
