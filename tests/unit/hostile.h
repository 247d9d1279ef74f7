/*
 * hostile.h: HTTP requests that are wrong, by a grammar, and a judge of what is answered to them.
 *
 *	struct hostile h = { .seed = 1, .host = "127.0.0.1", .token = "..." };
 *	hostile_make(&h);			h.text, h.len: one to three requests; h.right: they are all right
 *	fault = hostile_judge(answer, len, h.right, statuses)	NULL: nothing wrong with the answer
 *
 * Each rule takes its right form or one of its wrong ones; then, at times, bytes of the whole are changed.  A request that
 * no rule and no change has touched is right, and must be answered by 200.  The same seed gives the same bytes.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOSTILE_MAX 262144

struct hostile {
	uint64_t seed;		/* Changes with each draw. */
	const char *host;
	const char *token;	/* A right one. */
	int wrong;		/* In a hundred: how often a rule goes wrong; 0 is 8. */
	char text[HOSTILE_MAX + 1];
	size_t len;
	int right;
};

static inline uint32_t
hostile_draw(struct hostile *h, uint32_t n)
{
	/* splitmix64 */
	uint64_t z = (h->seed += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return ((uint32_t)((z ^ (z >> 31)) >> 32) % n);
}

/* Does a rule go wrong now? */
static inline int
hostile_wrong(struct hostile *h)
{

	if ((int)hostile_draw(h, 100) >= (h->wrong > 0 ? h->wrong : 8))
		return (0);
	h->right = 0;
	return (1);
}

static inline void
hostile_add(struct hostile *h, const char *data, size_t len)
{

	if (len > HOSTILE_MAX - h->len)
		len = HOSTILE_MAX - h->len;
	memcpy(h->text + h->len, data, len);
	h->len += len;
}

static inline void
hostile_text(struct hostile *h, const char *text)
{

	hostile_add(h, text, strlen(text));
}

/* One of a list of texts, of which a part *N PART~ is repeated N times. */
static inline void
hostile_choice(struct hostile *h, const char *const *list, size_t n)
{
	const char *s = list[hostile_draw(h, (uint32_t)n)], *mark = s;
	unsigned long times;
	char *part;
	size_t len;

	while ((mark = strchr(mark, '*')) != NULL && (mark[1] < '0' || mark[1] > '9'))
		mark++;
	if (mark == NULL) {
		hostile_text(h, s);
		return;
	}
	hostile_add(h, s, (size_t)(mark - s));
	times = strtoul(mark + 1, &part, 10);
	part++;
	len = strcspn(part, "~");
	while (times-- > 0)
		hostile_add(h, part, len);
	if (part[len] == '~')
		hostile_text(h, part + len + 1);
}

#define HOSTILE_ONE(h, ...) do {							\
	static const char *const list[] = { __VA_ARGS__ };				\
	hostile_choice(h, list, sizeof(list) / sizeof(list[0]));			\
} while (0)

static inline void
hostile_end(struct hostile *h)
{

	if (hostile_draw(h, 20) == 0 && hostile_wrong(h))
		HOSTILE_ONE(h, "\n", "\r", "\r\r\n", "\n\r", "", " \r\n", "\v");
	else
		hostile_text(h, "\r\n");
}

static inline void
hostile_header(struct hostile *h, const char *name, const char *value)
{

	hostile_text(h, name);
	if (hostile_draw(h, 20) == 0 && hostile_wrong(h))
		HOSTILE_ONE(h, " :", ":", "", "\t: ", "::", ":\r\n ", ": \r", ":\t");
	else
		hostile_text(h, ": ");
	hostile_text(h, value);
	hostile_end(h);
}

static inline void
hostile_number(struct hostile *h)
{

	if (hostile_wrong(h))
		HOSTILE_ONE(h, "1e999", "-1e999", "NaN", "Infinity", "-0", "1e-400", "00", "1.", ".5", "+1", "0x10", "1e", "--1", "*400 9",
		    "null", "true", "\"1\"", "[]", "{}", "-5", "1e308", "");
	else
		HOSTILE_ONE(h, "150.25", "0.12", "1000000", "145.5", "65.5", "0.01", "1e2");
}

static inline void
hostile_object(struct hostile *h)
{
	static const char *const names[] = { "stock_price", "volatility", "volume", "sma_20", "rsi" };
	size_t i;

	hostile_text(h, "{");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (i > 0)
			hostile_text(h, ",");
		hostile_text(h, "\"");
		if (hostile_wrong(h))
			HOSTILE_ONE(h, "", "nobody", "stock_price", "Volume", "\\u0000", "\\ud800", "\xff\xfe", "*3000 n", "__proto__",
			    "symbol", "vix\\", "\n", "\xc0\x80");
		else
			hostile_text(h, names[i]);
		hostile_text(h, "\":");
		hostile_number(h);
	}
	hostile_text(h, "}");
}

/* The JSON of a body. */
static inline void
hostile_json(struct hostile *h)
{
	uint32_t n, i;
	int wrapped;

	if (hostile_wrong(h)) {
		HOSTILE_ONE(h, "", "null", "[]", "{}", "\"\"", "5", "{\"data\":{}}", "{\"data\":[]}", "{\"data\":null}", "{\"data\":5}",
		    "*3000 [", "*3000 {\"data\":", "{\"data\":{},\"data\":{}}", "\xef\xbb\xbf{}", "{\"symbol\":\"../../etc/passwd\"}",
		    "{\"symbol\":\"NO\\u0000BODY\"}", "{\"symbol\":5}", "{\"symbol\":null}", "{\"symbol\":[\"IBM\"]}", "*70000 x",
		    "{\"data\":{\"stock_price\":1},}", "{'data':{}}", "{\"data\":{\"stock_price\":1}} {\"data\":", "[[[]]]",
		    "\x1f\x8b\x08", "{\"data\":", "{\"data\":{\"stock_price\":150", "[{\"data\":{\"rsi\":5}},", "*200 {\"a\":1}");
		return;
	}
	if (hostile_draw(h, 8) > 0) {
		hostile_text(h, "{\"data\":");
		hostile_object(h);
		hostile_text(h, "}");
		return;
	}
	n = 1 + hostile_draw(h, 40);
	wrapped = hostile_draw(h, 2) == 0;
	hostile_text(h, wrapped ? "{\"data\":[" : "[");
	for (i = 0; i < n; i++) {
		hostile_text(h, i > 0 ? "," : "");
		hostile_object(h);
	}
	hostile_text(h, wrapped ? "]}" : "]");
}

/* The body from ${from} on becomes chunks. */
static inline void
hostile_chunks(struct hostile *h, size_t from)
{
	static char body[HOSTILE_MAX];
	size_t len = h->len - from, at = 0, n;
	char size[32];

	memcpy(body, h->text + from, len);
	h->len = from;
	while (at < len) {
		n = 1 + hostile_draw(h, 300);
		n = n < len - at ? n : len - at;
		snprintf(size, sizeof(size), "%zx", n);
		if (hostile_wrong(h))
			HOSTILE_ONE(h, "ffffffffffffffff", "-1", "0x5", "", " 5", "5 ", "g", "*40 0", "10000000000000000", "7fffffff");
		else
			hostile_text(h, size);
		if (hostile_draw(h, 10) == 0)
			HOSTILE_ONE(h, ";a=b", ";x", ";a=\"b\"");
		hostile_end(h);
		hostile_add(h, body + at, n);
		hostile_end(h);
		at += n;
	}
	hostile_text(h, "0");
	hostile_end(h);
	if (hostile_wrong(h))
		HOSTILE_ONE(h, "X: y\r\n", "Content-Length: 5\r\n", "*300 Trailer: x\r\n", "no colon\r\n", "\r", "Host: x\r\n");
	hostile_text(h, "\r\n");
}

static inline void
hostile_framing(struct hostile *h, size_t body_len, int chunked)
{
	char value[32];

	if (hostile_wrong(h)) {
		HOSTILE_ONE(h, "", "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
		    "Content-Length: 5, 5\r\n", "Content-Length: -1\r\n", "Content-Length: +5\r\n", "Content-Length: 0x5\r\n",
		    "Content-Length: 99999999999999999999\r\n", "Content-Length: 18446744073709551615\r\n", "Content-Length: \r\n",
		    "Content-Length: 5 5\r\n", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 9000000\r\n",
		    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked, chunked\r\n",
		    "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: xchunked\r\n",
		    "Transfer-Encoding: \vchunked\r\n", "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding:\r\n chunked\r\n",
		    "Transfer-Encoding : chunked\r\n", "Content-Length: 5\r\n 6\r\n", "Transfer_Encoding: chunked\r\n");
		return;
	}
	if (chunked) {
		hostile_header(h, "Transfer-Encoding", "chunked");
	} else {
		snprintf(value, sizeof(value), "%zu", body_len);
		hostile_header(h, "Content-Length", value);
	}
}

static inline void
hostile_odd_headers(struct hostile *h)
{

	if (hostile_draw(h, 3) == 0)
		HOSTILE_ONE(h, "Accept: */*\r\n", "Accept-Encoding: gzip\r\n", "Accept-Encoding: gzip;q=0, *;q=0\r\n", "User-Agent: x\r\n",
		    "accept-encoding: GZIP\r\n", "X-Empty:\r\n", "Cookie: a=b; c=d\r\n");
	if (hostile_wrong(h))
		HOSTILE_ONE(h, "no colon here\r\n", ": no name\r\n", " folded: first\r\n", "X: a\r\n folded\r\n", "X: a\rb\r\n", "X\x01: y\r\n",
		    "X: \x7f\x80\xff\r\n", "*100 X: y\r\n", "X: *20000 y~\r\n",  "*900 X-Long: 0123456789\r\n", "Expect: 100-continue\r\n",
		    "Expect: nonsense\r\n", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n", "Range: bytes=0-1\r\n",
		    "Accept-Encoding: *3000 gzip,~\r\n", "Host: again\r\n", "\r\n", "X:y", "\"X\": y\r\n", "Content-Encoding: gzip\r\n",
		    "If-None-Match: *\r\n", "If-Modified-Since: yesterday\r\n", "X-Forwarded-For: 127.0.0.1\r\n", "TE: trailers\r\n");
}

/* One request; ${last} of its connection. */
static inline void
hostile_request(struct hostile *h, int last)
{
	static struct hostile body;
	char value[256];
	int posts = hostile_draw(h, 3) > 0, chunked;
	size_t from;

	if (hostile_wrong(h))
		HOSTILE_ONE(h, "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "", "get", "GE T", "\tGET", "*300 GET", "G\x01T",
		    "HEAD", "\r\n\r\nGET", "PRI", "POST POST");
	else
		hostile_text(h, posts ? "POST" : "GET");
	hostile_text(h, " ");
	if (hostile_wrong(h))
		HOSTILE_ONE(h, "*", "", "//", "/../../etc/passwd", "/%00", "/%", "/%zz", "http://other/health", "*6000 /a", "/health#f",
		    "/hea lth", "/\x80\xff", "/predict/", "/PREDICT", "/predict?fields=", "/predict?fields=,,", "/predict?fields=nobody",
		    "/predict?*900 fields=prediction&", "/forecasts", "/forecasts?symbol=", "/forecasts?symbol=%00", "/forecasts?symbol=../x",
		    "/forecasts?account=1&symbol=2", "/report", "/", "health", "?", "/predict?%", "/%70redict", "/./health", "/health/..");
	else if (posts)
		HOSTILE_ONE(h, "/predict", "/predict?fields=prediction,risk_flag", "/predict");
	else
		HOSTILE_ONE(h, "/health", "/metrics", "/openapi.json", "/docs");
	hostile_text(h, " ");
	if (hostile_wrong(h))
		HOSTILE_ONE(h, "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.10", "", "HTTP/", "HTTP/1.1 x", "HTTP/9.9", "ICY");
	else
		hostile_text(h, "HTTP/1.1");
	hostile_end(h);

	if (hostile_wrong(h))
		HOSTILE_ONE(h, "", "Host:\r\n", "Host: a\r\nHost: b\r\n", "Host: a b\r\n", "Host: \x80\r\n", "Host: *400 a.~\r\n", "Host: a,b\r\n",
		    "Host: [::1\r\n", "Host: http://x/\r\n", "Host: a:99999\r\n");
	else
		hostile_header(h, "Host", h->host);
	if (posts) {
		snprintf(value, sizeof(value), "Bearer %s", h->token);
		if (hostile_wrong(h))
			HOSTILE_ONE(h, "", "Authorization:\r\n", "Authorization: Bearer\r\n", "Authorization: Bearer \r\n", "Authorization: Basic x\r\n",
			    "Authorization: Basic Zm9vOmJhcg==\r\n", "Authorization: Bearer wrongwrongwrongwrong\r\n",
			    "Authorization: Bearer *9000 x~\r\n", "Authorization: bearer \x80\r\n", "Authorization: Digest a=b\r\n");
		else
			hostile_header(h, "Authorization", value);
		if (hostile_wrong(h))
			HOSTILE_ONE(h, "", "Content-Type: text/plain\r\n", "Content-Type:\r\n", "Content-Type: application/json; charset=utf-16\r\n",
			    "Content-Type: application/json\r\nContent-Type: text/html\r\n", "Content-Type: *900 a/b;~\r\n");
		else
			hostile_header(h, "Content-Type", "application/json");
	}
	hostile_odd_headers(h);
	if (last)
		hostile_header(h, "Connection", "close");
	if (!posts) {
		hostile_end(h);
		return;
	}

	/* The body is made apart, because its length stands before it. */
	body.seed = h->seed ^ 0x5555;
	body.wrong = h->wrong > 0 ? h->wrong / 2 + 1 : 3;
	body.len = 0;
	body.right = 1;
	hostile_json(&body);
	h->right &= body.right;
	chunked = hostile_draw(h, 4) == 0;
	hostile_framing(h, body.len, chunked);
	hostile_end(h);
	from = h->len;
	hostile_add(h, body.text, body.len);
	if (chunked)
		hostile_chunks(h, from);
}

/* Change some bytes, or cut the end off. */
static inline void
hostile_change(struct hostile *h)
{
	static const char bytes[] = "\r\n\0 \t:;,{}[]\"\\0129aZ%\x7f\x80\xff";
	uint32_t n = 1 + hostile_draw(h, 4);
	size_t at, len;

	h->right = 0;
	while (n-- > 0 && h->len > 4) {
		at = hostile_draw(h, (uint32_t)h->len);
		len = 1 + hostile_draw(h, 8);
		switch (hostile_draw(h, 5)) {
		case 0:
			h->text[at] = bytes[hostile_draw(h, sizeof(bytes) - 1)];
			break;
		case 1:
			h->text[at] = (char)(h->text[at] ^ (1 << hostile_draw(h, 8)));
			break;
		case 2:	/* Left out. */
			len = len < h->len - at ? len : h->len - at;
			memmove(h->text + at, h->text + at + len, h->len - at - len);
			h->len -= len;
			break;
		case 3:	/* Twice. */
			len = len < h->len - at ? len : h->len - at;
			len = len < HOSTILE_MAX - h->len ? len : HOSTILE_MAX - h->len;
			memmove(h->text + at + len, h->text + at, h->len - at);
			h->len += len;
			break;
		default:
			h->len = hostile_draw(h, 4) == 0 ? at : h->len;
		}
	}
}

static inline void
hostile_make(struct hostile *h)
{
	uint32_t i, n = hostile_draw(h, 4) > 0 ? 1 : 2 + hostile_draw(h, 2);

	h->len = 0;
	h->right = 1;
	for (i = 0; i < n; i++)
		hostile_request(h, i + 1 == n);
	if (hostile_draw(h, 4) == 0)
		hostile_change(h);
}

/* The value of header ${name} in the head, or NULL. */
static inline const char *
hostile_find(const char *head, size_t len, const char *name)
{
	size_t n = strlen(name), i;

	for (i = 0; i + n <= len; i++) {
		if (memcmp(head + i, name, n) == 0)
			return (head + i + n);
	}
	return (NULL);
}

/*
 * Judge what came back, with its status added to ${statuses} (of 600).  Return what is wrong with it, or NULL.  Nothing at
 * all is an answer too, unless the requests were right.
 */
static inline const char *
hostile_judge(const char *answer, size_t len, int right, unsigned long *statuses)
{
	const char *p = answer, *end = answer + len, *head_end, *length;
	size_t head, n;
	int status, any = 0;

	while (p < end) {
		if (end - p < 13 || memcmp(p, "HTTP/1.", 7) != 0 || p[8] != ' ')
			return ("no status line");
		status = atoi(p + 9);
		if (status < 100 || status > 599)
			return ("no status");
		statuses[status]++;
		if (status >= 500)
			return ("a fault of the server");
		if (right && status != 200)
			return ("a right request is refused");
		if ((head_end = hostile_find(p, (size_t)(end - p), "\r\n\r\n")) == NULL)
			return ("a head without end");
		head = (size_t)(head_end - p);
		p += head;
		if (status < 200)
			continue;
		any = 1;
		if (status >= 400 && hostile_find(p - head, head, "\r\nContent-Type: application/problem+json\r\n") == NULL)
			return ("an error that is no problem document");
		if ((length = hostile_find(p - head, head, "\r\nContent-Length: ")) == NULL) {
			if (status == 204 || status == 304)
				continue;
			return ("no length");
		}
		n = (size_t)strtoul(length, NULL, 10);
		/* To HEAD there is a length, but no body. */
		if (p == end || (end - p >= 7 && memcmp(p, "HTTP/1.", 7) == 0))
			continue;
		if (n > (size_t)(end - p))
			return ("a body cut short");
		if (status >= 400 && (n == 0 || p[0] != '{' || memchr("}\n", p[n - 1], 2) == NULL))
			return ("a problem that is no object");
		p += n;
	}
	return (right && !any ? "a right request without an answer" : NULL);
}

#endif /* !HOSTILE_H */
