#include "unit.h"
#include "serve_world.h"

#define HOST "Host: x\r\n"
#define POST "POST /predict HTTP/1.1\r\n" HOST WORLD_AUTH
#define GET "GET /health HTTP/1.1\r\n" HOST

/* The statuses of the answers in `all`, as "200 404"; what is no answer ends them with "?". */
static void
statuses(struct cf_buf *all, char *dst, size_t size)
{
	const char *p = cf_buf_string(all, NULL), *end, *length;
	size_t n = 0;

	dst[0] = '\0';
	while (p != NULL && *p != '\0') {
		if (strncmp(p, "HTTP/1.1 ", 9) != 0 || (end = strstr(p, "\r\n\r\n")) == NULL || n + 8 > size) {
			snprintf(dst + n, size - n, "?");
			return;
		}
		n += (size_t)snprintf(dst + n, size - n, "%s%.3s", n > 0 ? " " : "", p + 9);
		length = strstr(p, "Content-Length: ");
		p = end + 4 + (length != NULL && length < end ? atol(length + 16) : 0);
		ck_assert_uint_le((size_t)(p - all->data), all->len);
	}
}

static const struct {
	const char *bytes;
	const char *statuses;
	int open;		/* The connection lives on. */
} cases[] = {
	/* right */
	{ GET "\r\n", "503", 1 },
	{ "GET /health HTTP/1.0\r\n\r\n", "503", 0 },
	{ "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "503", 1 },
	{ GET "Connection: close\r\n\r\n", "503", 0 },
	{ GET "Connection: foo , Close\r\n\r\n", "503", 0 },
	{ "\r\n\r\n" GET "\r\n", "503", 1 },
	{ GET "\r\n" GET "\r\n" "GET /none HTTP/1.1\r\n" HOST "\r\n", "503 503 404", 1 },
	{ "GET http://other/health?x=1 HTTP/1.1\r\n" HOST "\r\n", "503", 1 },
	{ POST "Content-Length: 2\r\n\r\n{}" GET "\r\n", "503 503", 1 },
	{ POST "Content-Length: 0\r\n\r\n", "400", 1 },
	{ POST "\r\n", "400", 1 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;a=\"b\"\r\n}\r\n0\r\nTrailer: x\r\n\r\n" GET "\r\n", "503 503", 1 },
	{ POST "Transfer-Encoding: Chunked\r\n\r\n0A  \r\n{         \r\n000\r\n\r\n", "503", 1 },
	{ POST "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}", "100 503", 1 },
	{ "OPTIONS /health HTTP/1.1\r\n" HOST "\r\n", "405", 1 },
	{ "get /health HTTP/1.1\r\n" HOST "\r\n", "405", 1 },
	{ "GET /health HTTP/1.9\r\n" HOST "\r\n", "503", 1 },
	{ GET "X-Empty:\r\nX-Tab:\ta\tb \r\n\r\n", "503", 1 },
	/* refused as a request, but understood */
	{ "POST /predict HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}" GET "\r\n", "401 503", 1 },
	{ POST "Content-Length: 5000\r\n\r\n", "413", 0 },
	{ POST "Content-Length: 99999999999999999999\r\n\r\n", "413", 0 },
	{ POST "Transfer-Encoding: chunked\r\n\r\nffff\r\n", "413", 0 },
	{ POST "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n", "413", 0 },
	{ "POST /predict HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n", "401", 0 },
	/* what may be read in two ways, or none */
	{ "GET /health HTTP/1.1\r\n\r\n", "400", 0 },
	{ GET HOST "\r\n", "400", 0 },
	{ GET "Host: a b\r\n\r\n", "400", 0 },
	{ POST "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "400", 0 },
	{ POST "Content-Length: 2, 2\r\n\r\n{}", "400", 0 },
	{ POST "Content-Length: +2\r\n\r\n{}", "400", 0 },
	{ POST "Content-Length: 0x2\r\n\r\n{}", "400", 0 },
	{ POST "Content-Length: -2\r\n\r\n{}", "400", 0 },
	{ POST "Content-Length:\r\n\r\n", "400", 0 },
	{ POST "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400", 0 },
	{ POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400", 0 },
	{ POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "400", 0 },
	{ POST "Transfer-Encoding: identity\r\n\r\n", "400", 0 },
	{ POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "400", 0 },
	{ "POST /predict HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400", 0 },
	{ GET "X: a\rTransfer-Encoding: chunked\r\n\r\n", "400", 0 },
	{ GET "X: a\nY: b\r\n\r\n", "400", 0 },
	{ "GET /health HTTP/1.1\nHost: x\n\n", "400", 0 },
	{ GET " folded\r\n\r\n", "400", 0 },
	{ GET "X: a\r\n\tfolded\r\n\r\n", "400", 0 },
	{ GET ": nameless\r\n\r\n", "400", 0 },
	{ GET "no colon\r\n\r\n", "400", 0 },
	{ GET "X\x01: a\r\n\r\n", "400", 0 },
	{ GET "X: a\x7f\r\n\r\n", "400", 0 },
	{ "GET /health\r\n\r\n", "400", 0 },
	{ "GET  /health HTTP/1.1\r\n" HOST "\r\n", "400", 0 },
	{ "GET /health HTTP/1.1 \r\n" HOST "\r\n", "400", 0 },
	{ "GET /health HTTP/11\r\n" HOST "\r\n", "400", 0 },
	{ "GET /health http/1.1\r\n" HOST "\r\n", "400", 0 },
	{ "GET /health HTTP/2.0\r\n" HOST "\r\n", "400", 0 },
	{ "GET health HTTP/1.1\r\n" HOST "\r\n", "400", 0 },
	{ "GET /h\xc3\xa4 HTTP/1.1\r\n" HOST "\r\n", "400", 0 },
	{ " GET /health HTTP/1.1\r\n" HOST "\r\n", "400", 0 },
	{ "\r\r\n", "400", 0 },
	{ "\x16\x03\x01\x02", "400", 0 },
	{ POST "Expect: something\r\nContent-Length: 0\r\n\r\n", "417", 0 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n\r\n", "400", 0 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n1\n{", "400", 0 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n", "400", 0 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n-1\r\n", "400", 0 },
	{ POST "Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: \rx\r\n\r\n", "400", 0 },
};

/* Every request in every cut gives the same answers, and nothing is read behind one that is not understood. */
START_TEST(requests)
{
	struct cf_buf all = { 0 }, want = { 0 };
	char got[200];

	ck_assert_int_eq(world_begin(), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = strlen(cases[i].bytes);

		for (size_t piece = len; piece > 0; piece = piece == len && len > 7 ? 7 : piece == 1 ? 0 : 1) {
			all.len = 0;
			world_feed(cases[i].bytes, len, piece, 0, &all);
			statuses(&all, got, sizeof(got));
			if (strcmp(got, cases[i].statuses) != 0 || (W.conn.state != CF_CONN_OVER) != cases[i].open)
				ck_abort_msg("in pieces of %zu, %s gives %s%s, not %s%s", piece, cases[i].bytes, got,
				    W.conn.state != CF_CONN_OVER ? " open" : "", cases[i].statuses,
				    cases[i].open ? " open" : "");
			/* An answer that closes says so. */
			ck_assert_int_eq(strstr(all.data, "Connection: close") != NULL, !cases[i].open);
		}
	}
	cf_buf_free(&all);
	cf_buf_free(&want);
	world_end();
}
END_TEST

/* Heads, targets and numbers of fields have bounds. */
START_TEST(bounds)
{
	struct cf_buf b = { 0 }, all = { 0 };
	char got[20];

	ck_assert_int_eq(world_begin(), 0);
	for (int what = 0; what < 3; what++) {
		static const char *const want[] = { "414", "431", "431" };

		b.len = all.len = 0;
		cf_buf_add_text(&b, what == 0 ? "GET /" : GET);
		for (int i = 0; i < (what == 0 ? 5000 : what == 1 ? 17000 : 65); i++)
			cf_buf_add_text(&b, what == 0 ? "x" : what == 1 ? (i == 0 ? "X: " : "x") : "X: x\r\n");
		cf_buf_add_text(&b, what == 0 ? " HTTP/1.1\r\n" HOST "\r\n" : "\r\n");
		world_feed(b.data, b.len, 1000, 0, &all);
		statuses(&all, got, sizeof(got));
		ck_assert_str_eq(got, want[what]);
	}
	cf_buf_free(&b);
	cf_buf_free(&all);
	world_end();
}
END_TEST

/* A client that takes nothing is not read on for ever, and gets all in the end. */
START_TEST(pipeline_waits)
{
	struct cf_buf b = { 0 };
	size_t size, n, taken = 0, answers = 0;
	char *room;

	ck_assert_int_eq(world_begin(), 0);
	for (int i = 0; i < 20000; i++)
		cf_buf_add_text(&b, GET "\r\n");
	cf_conn_start(&W.conn, &W.world, "");
	while (taken < b.len) {
		room = cf_conn_room(&W.conn, &size);
		if (size == 0) {
			ck_assert_uint_lt(W.conn.out.len, 300000);
			ck_assert_uint_lt(W.conn.in.len, 300000);
			answers += W.conn.out.len - W.conn.sent;
			cf_conn_sent(&W.conn, W.conn.out.len - W.conn.sent);
			continue;
		}
		n = size < b.len - taken ? size : b.len - taken;
		memcpy(room, b.data + taken, n);
		taken += n;
		cf_conn_got(&W.conn, n);
	}
	while (W.conn.out.len > 0) {
		answers += W.conn.out.len - W.conn.sent;
		cf_conn_sent(&W.conn, W.conn.out.len - W.conn.sent);
	}
	ck_assert_uint_eq(W.conn.requests, 20000);
	ck_assert_uint_gt(answers, 20000 * 100);
	cf_buf_free(&b);
	world_end();
}
END_TEST

/* 408 for a request that has begun, nothing for one that has not. */
START_TEST(late)
{
	struct cf_buf all = { 0 };
	char got[20];

	ck_assert_int_eq(world_begin(), 0);
	world_feed("GET /he", 7, 7, 0, &all);
	cf_conn_start(&W.conn, &W.world, "");
	cf_conn_late(&W.conn);
	ck_assert_int_eq(W.conn.state, CF_CONN_OVER);
	ck_assert_uint_eq(W.conn.out.len, 0);
	cf_conn_start(&W.conn, &W.world, "");
	size_t size;
	memcpy(cf_conn_room(&W.conn, &size), "GET", 3);
	cf_conn_got(&W.conn, 3);
	cf_conn_late(&W.conn);
	statuses(&W.conn.out, got, sizeof(got));
	ck_assert_str_eq(got, "408");
	cf_buf_free(&all);
	world_end();
}
END_TEST

/* Wrong tokens cost the address, right ones the token too; other addresses have their own. */
START_TEST(limits)
{
	struct cf_buf all = { 0 };
	char got[20];
	int n;

	ck_assert_int_eq(world_begin(), 0);
	W.service.rate = 5;
	for (int right = 0; right < 2; right++) {
		for (n = 0; n < 20; n++) {
			const char *bytes = right ? POST "Content-Length: 2\r\n\r\n{}" :
			    "POST /predict HTTP/1.1\r\n" HOST "Authorization: Bearer no\r\nContent-Length: 2\r\n\r\n{}";

			all.len = 0;
			if (right) {
				/* Another address each time: the token's limit. */
				char address[20];
				size_t size;

				snprintf(address, sizeof(address), "198.51.100.%d", n);
				cf_conn_start(&W.conn, &W.world, address);
				memcpy(cf_conn_room(&W.conn, &size), bytes, strlen(bytes));
				cf_conn_got(&W.conn, strlen(bytes));
				cf_buf_add(&all, W.conn.out.data, W.conn.out.len);
			} else {
				world_feed(bytes, strlen(bytes), 1000, 0, &all);
			}
			statuses(&all, got, sizeof(got));
			ck_assert_str_eq(got, n >= 5 ? "429" : right ? "503" : "401");
			ck_assert_int_eq(strstr(all.data, "Retry-After: 12\r\n") != NULL, n >= 5);
		}
	}
	/* /health has none. */
	all.len = 0;
	world_feed(GET "\r\n", strlen(GET "\r\n"), 1000, 0, &all);
	statuses(&all, got, sizeof(got));
	ck_assert_str_eq(got, "503");
	cf_buf_free(&all);
	world_end();
}
END_TEST

UNIT_MAIN("serve_conn", requests, bounds, pipeline_waits, late, limits)
