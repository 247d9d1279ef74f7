#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/day.h"
#include "base/mem.h"
#include "serve/wire.h"

#define PACK_LEAST 1024		/* Bytes worth packing. */
#define GZIP_BITS (15 + 16)
#define LEVEL 1			/* Of a text that is sent once. */

struct cf_wire {
	int64_t date_s;
	char date[32];		/* "Sun, 06 Nov 1994 08:49:37 GMT" */
	z_stream z;
	struct cf_buf packed;
};

struct cf_wire *
cf_wire_new(struct cf_err * err)
{
	struct cf_wire * w;

	if ((w = cf_mem_array(1, sizeof(*w), err)) == NULL)
		return (NULL);
	w->date_s = -1;
	if (deflateInit2(&w->z, LEVEL, Z_DEFLATED, GZIP_BITS, 8,
	    Z_DEFAULT_STRATEGY) != Z_OK) {
		cf_err_memory(err);
		free(w);
		return (NULL);
	}
	return (w);
}

/* Names of days and months are HTTP's, not a language's. */
static void
set_date(struct cf_wire * w, int64_t now_s)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int32_t day = cf_day_of_moment(now_s);
	int64_t s = now_s - (int64_t)day * CF_DAY_S;
	int y, m, d;

	if (now_s == w->date_s)
		return;
	cf_day_split(day, &y, &m, &d);
	snprintf(w->date, sizeof(w->date),
	    "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
	    days + 3 * (cf_day_weekday(day) - 1), d, months + 3 * (m - 1), y,
	    (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
	w->date_s = now_s;
}

/* Pack the text; 0, or -1 where it is sent as it is. */
static int
pack(struct cf_wire * w, const struct cf_reply * r)
{
	unsigned char * text;

	w->packed.len = 0;
	/* Packed it is shorter, or there is no use in it. */
	if (deflateReset(&w->z) != Z_OK || cf_buf_reserve(&w->packed, r->len))
		return (-1);
	/* zlib does not write there. */
	memcpy(&text, &r->text, sizeof(text));
	w->z.next_in = text;
	w->z.avail_in = (uInt)r->len;
	w->z.next_out = (unsigned char *)w->packed.data;
	w->z.avail_out = (uInt)r->len;
	if (deflate(&w->z, Z_FINISH) != Z_STREAM_END)
		return (-1);
	w->packed.len = r->len - w->z.avail_out;
	return (0);
}

/* The fields that not every reply has. */
static void
add_fields(struct cf_buf * out, const struct cf_reply * r)
{

	if (r->allow != NULL)
		cf_buf_addf(out, "Allow: %s\r\n", r->allow);
	if (r->retry_s > 0)
		cf_buf_addf(out, "Retry-After: %llu\r\n",
		    (unsigned long long)r->retry_s);
	if (r->status == 401)
		cf_buf_add_text(out, "WWW-Authenticate: Bearer "
		    "realm=\"cashflow\"\r\nWWW-Authenticate: Basic "
		    "realm=\"cashflow\"\r\n");
	if (r->page)
		cf_buf_add_text(out, "X-Content-Type-Options: nosniff\r\n"
		    "Content-Security-Policy: default-src 'none'; "
		    "style-src 'unsafe-inline'; img-src data:; "
		    "frame-ancestors 'none'\r\n");
	if (!r->for_all)
		cf_buf_add_text(out, "Cache-Control: no-store\r\n");
}

void
cf_wire_reply(struct cf_wire * w, struct cf_buf * out,
    const struct cf_head * head, const struct cf_reply * r, int closes,
    int64_t now_s)
{
	const char * text = r->text;
	size_t len = r->len;
	int packed;

	set_date(w, now_s);
	packed = head != NULL && head->takes_gzip && len > PACK_LEAST &&
	    len < UINT32_MAX && pack(w, r) == 0;
	if (packed) {
		text = w->packed.data;
		len = w->packed.len;
	}
	cf_buf_addf(out, "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Type: %s\r\n"
	    "Content-Length: %zu\r\n", r->status, cf_reply_title(r->status),
	    w->date, r->type, len);
	if (packed)
		cf_buf_add_text(out, "Content-Encoding: gzip\r\n");
	if (r->len > PACK_LEAST)
		cf_buf_add_text(out, "Vary: Accept-Encoding\r\n");
	add_fields(out, r);
	if (closes)
		cf_buf_add_text(out, "Connection: close\r\n");
	else if (head != NULL && head->minor == 0)
		cf_buf_add_text(out, "Connection: keep-alive\r\n");
	cf_buf_add(out, "\r\n", 2);
	if (head == NULL || head->method != CF_HEAD_HEAD)
		cf_buf_add(out, text, len);
}

void
cf_wire_free(struct cf_wire * w)
{

	if (w == NULL)
		return;
	deflateEnd(&w->z);
	cf_buf_free(&w->packed);
	free(w);
}
