#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "http/limits.h"
#include "http/url.h"

#include "loading.h"

int
cf_loading_check_url(const char * url, struct cf_err * err)
{
	char * base;
	size_t i;
	int rc;

	if (strlen(url) > CF_HTTP_URL_MAX / 2)
		return (cf_err_set(err, CF_ERR_USAGE, "URL: too long"));
	for (i = 0; url[i] != '\0'; i++) {
		if ((unsigned char)url[i] <= 0x20 || url[i] == 0x7f)
			return (cf_err_set(err, CF_ERR_USAGE,
			    "URL: a byte that no URL holds"));
	}
	/* A query is welcome here, unlike in the base of a service. */
	if ((base = cf_mem_strndup(url, strcspn(url, "?"), err)) == NULL)
		return (-1);
	rc = cf_url_check(base, "URL", err);
	free(base);
	return (rc < 0 ? -1 : 0);
}

/* Does the header ${line} have this name of ${len} bytes? */
static int
is_named(const char * line, size_t len, const char * name)
{

	return (len == strlen(name) && strncasecmp(line, name, len) == 0);
}

int
cf_loading_check_headers(const char * const * lines, size_t n,
    struct cf_err * err)
{
	size_t i, len;

	for (i = 0; i < n; i++) {
		len = strcspn(lines[i], ":");
		if (len == 0 || lines[i][len] == '\0' ||
		    strcspn(lines[i], " \t") < len)
			return (cf_err_set(err, CF_ERR_USAGE,
			    "--header: not of the form \"Name: value\""));
		if (!cf_text_is_plain(lines[i], strlen(lines[i])))
			return (cf_err_set(err, CF_ERR_USAGE,
			    "--header: a control character"));
		if (is_named(lines[i], len, "Authorization"))
			return (cf_err_set(err, CF_ERR_USAGE, "--header: "
			    "Authorization: others can read arguments; put "
			    "the token into API_TOKEN"));
		if (is_named(lines[i], len, "Content-Length") ||
		    is_named(lines[i], len, "Transfer-Encoding"))
			return (cf_err_set(err, CF_ERR_USAGE,
			    "--header: %.*s: set by the program", (int)len,
			    lines[i]));
	}
	return (0);
}

static int
add_body(struct cf_loading_bodies * b, size_t * capacity, const char * data,
    size_t len, struct cf_err * err)
{

	if (cf_mem_grow(&b->items, capacity, b->n + 1, sizeof(*b->items),
	    err))
		return (-1);
	b->items[b->n++] = (struct cf_load_body){ data, len };
	return (0);
}

int
cf_loading_read(struct cf_loading_bodies * b, const char * path, int by_line,
    struct cf_err * err)
{
	const char * p, * end, * mark;
	size_t capacity = 0, len;

	if (cf_file_read(strcmp(path, "-") == 0 ? "/dev/stdin" : path,
	    CF_LOADING_BYTES_MAX, &b->text, err))
		return (-1);
	if (!by_line)
		return (add_body(b, &capacity, b->text.len > 0 ?
		    b->text.data : "", b->text.len, err));
	p = b->text.data;
	end = b->text.len > 0 ? p + b->text.len : p;
	for (; p < end; p = mark + 1) {
		if ((mark = memchr(p, '\n', (size_t)(end - p))) == NULL)
			mark = end;
		len = (size_t)(mark - p);
		if (len > 0 && p[len - 1] == '\r')
			len--;
		if (len > 0 && add_body(b, &capacity, p, len, err))
			return (-1);
	}
	if (b->n == 0)
		return (cf_err_set(err, CF_ERR_DATA, "%s: no line holds a "
		    "body", strcmp(path, "-") == 0 ? "stdin" : path));
	return (0);
}

void
cf_loading_free(struct cf_loading_bodies * b)
{

	cf_buf_free(&b->text);
	free(b->items);
	b->items = NULL;
	b->n = 0;
}

/* What is measured is known to a thousandth of these units. */
static double
rounded(double x)
{

	return (floor(x * 1000 + 0.5) / 1000);
}

static double
per_second(const struct cf_load_result * r)
{

	return (r->seconds > 0 ? (double)r->ended / r->seconds : (double)NAN);
}

/* The figures of latency, for text and records. */
#define NLATENCY 6

static const struct {
	const char * name;
	double share;		/* Negative: the mean. */
} latencies[NLATENCY] = {
	{ "mean", -1 }, { "p50", 0.5 }, { "p90", 0.9 }, { "p95", 0.95 },
	{ "p99", 0.99 }, { "max", 1 }
};

static double
latency_ms(const struct cf_load_result * r, size_t i)
{

	return (rounded(1000 * (latencies[i].share < 0 ?
	    cf_latency_mean(r->latency) :
	    cf_latency_quantile(r->latency, latencies[i].share))));
}

/* "200 98 times, 422 2 times", or as "200=98 422=2". */
static void
add_statuses(struct cf_buf * buf, const struct cf_load_result * r, int prose)
{
	const char * sep = "";
	int i;

	for (i = 0; i < CF_LOAD_STATUS_MAX; i++) {
		if (r->statuses[i] == 0)
			continue;
		cf_buf_addf(buf, "%s%d", sep, i);
		cf_buf_addf(buf, prose ? " %llu times" : "=%llu",
		    (unsigned long long)r->statuses[i]);
		sep = prose ? ", " : " ";
	}
	if (prose && *sep == '\0')
		cf_buf_add_text(buf, "none");
}

int
cf_loading_text(const struct cf_load_params * p,
    const struct cf_load_result * r, struct cf_out * out, struct cf_err * err)
{
	struct cf_buf buf = { 0 };
	const char * text;
	size_t i;

	cf_buf_addf(&buf, "requests    %llu in %.3f s, %.1f a second",
	    (unsigned long long)r->ended, r->seconds,
	    r->seconds > 0 ? per_second(r) : 0.0);
	if (p->rate > 0)
		cf_buf_addf(&buf, " (wanted %.1f)", p->rate);
	cf_buf_addf(&buf, ", %d at once over %llu connections\n", p->at_once,
	    (unsigned long long)r->connections);
	cf_buf_add_text(&buf, "replies     ");
	add_statuses(&buf, r, 1);
	cf_buf_addf(&buf, "\nno reply    %llu", (unsigned long long)
	    cf_load_failed(r));
	if (cf_load_failed(r) > 0)
		cf_buf_addf(&buf, ": %llu no connection, %llu timed out, "
		    "%llu broken", (unsigned long long)r->unreached,
		    (unsigned long long)r->timed_out,
		    (unsigned long long)r->broken);
	cf_buf_addf(&buf, "\nbytes       %llu\n", (unsigned long long)
	    r->bytes);
	if (cf_latency_count(r->latency) > 0) {
		cf_buf_add_text(&buf, "latency");
		for (i = 0; i < NLATENCY; i++)
			cf_buf_addf(&buf, "%s%s %.3f", i == 0 ? "     " :
			    ", ", latencies[i].name, latency_ms(r, i));
		cf_buf_add_text(&buf, " ms\n");
	}
	if ((text = cf_buf_string(&buf, err)) != NULL)
		cf_out_text(out, text);
	cf_buf_free(&buf);
	return (text != NULL ? 0 : -1);
}

int
cf_loading_record(const struct cf_load_params * p,
    const struct cf_load_result * r, enum cf_format format,
    struct cf_out * out, struct cf_err * err)
{
	static const struct cf_column columns[] = {
		{ .name = "url" }, { .name = "requests" },
		{ .name = "concurrent" }, { .name = "rate" },
		{ .name = "seconds" }, { .name = "requests_per_second" },
		{ .name = "connections" }, { .name = "bytes" },
		{ .name = "statuses" }, { .name = "refused" },
		{ .name = "failed" },
		{ "mean_ms", "latency_ms", "mean" },
		{ "p50_ms", "latency_ms", "p50" },
		{ "p90_ms", "latency_ms", "p90" },
		{ "p95_ms", "latency_ms", "p95" },
		{ "p99_ms", "latency_ms", "p99" },
		{ "max_ms", "latency_ms", "max" }
	};
	struct cf_buf statuses = { 0 };
	struct cf_writer * w;
	const char * text;
	size_t i;
	int rc = -1;

	if ((w = cf_writer_new(out, format, 0, err)) == NULL)
		return (-1);
	add_statuses(&statuses, r, 0);
	if ((text = cf_buf_string(&statuses, err)) == NULL ||
	    cf_writer_columns(w, columns, sizeof(columns) /
	    sizeof(columns[0]), err))
		goto err0;
	/* The query may hold what is nobody's business. */
	cf_writer_text(w, p->url, strcspn(p->url, "?"));
	cf_writer_int(w, (int64_t)r->ended);
	cf_writer_int(w, p->at_once);
	cf_writer_number(w, p->rate > 0 ? p->rate : (double)NAN);
	cf_writer_number(w, rounded(1000 * r->seconds) / 1000);
	cf_writer_number(w, rounded(per_second(r)));
	cf_writer_int(w, (int64_t)r->connections);
	cf_writer_int(w, (int64_t)r->bytes);
	cf_writer_text(w, text, strlen(text));
	cf_writer_int(w, (int64_t)cf_load_refused(r));
	cf_writer_int(w, (int64_t)cf_load_failed(r));
	for (i = 0; i < NLATENCY; i++)
		cf_writer_number(w, latency_ms(r, i));
	rc = cf_writer_end(w, err);
err0:
	cf_writer_free(w);
	cf_buf_free(&statuses);
	return (rc);
}

int
cf_loading_judge(const struct cf_load_params * p,
    const struct cf_load_result * r, const struct cf_loading_limits * limits,
    struct cf_err * err)
{
	uint64_t replies = cf_latency_count(r->latency);
	uint64_t errors = cf_load_failed(r) + cf_load_refused(r);
	double p99_ms = rounded(1000 * cf_latency_quantile(r->latency, 0.99));
	char host[64];

	cf_url_host(p->url, host, sizeof(host));
	if (replies == 0 && r->ended > 0)
		return (cf_err_set(err, CF_ERR_SYSTEM, "%s: no reply: %s",
		    host, r->reason));
	if (replies > 0 && r->statuses[429] + r->statuses[503] == replies)
		return (cf_err_set(err, CF_ERR_LATER,
		    "%s: no reply but 429 and 503: try again later", host));
	if (limits->errors >= 0 && (double)errors > limits->errors)
		return (cf_err_set(err, CF_ERR_NO,
		    "%llu requests failed or were refused, more than %.0f",
		    (unsigned long long)errors, limits->errors));
	if (limits->p99_ms >= 0 && !(p99_ms <= limits->p99_ms))
		return (cf_err_set(err, CF_ERR_NO,
		    "p99 of %.3f ms is longer than %.3f ms", p99_ms,
		    limits->p99_ms));
	return (0);
}
