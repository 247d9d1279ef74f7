#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/num.h"
#include "http/url.h"
#include "source/body.h"
#include "source/calendar.h"
#include "source/fred.h"
#include "source/lag.h"

#define GRAPH_BASE "https://fred.stlouisfed.org"
#define KEY_LEN 32
#define PAGE 10000		/* Rows: about a megabyte. */
#define PAGES_MAX 20		/* Of one stretch. */
#define STRETCH 1500		/* Vintage dates; the API takes 2000. */
#define DATES_MAX 60000

enum { OBSERVATIONS, DATES, GRAPH };

/* Reading one body. */
struct reading {
	struct cf_body b;
	int64_t count;		/* What the API says there is; -1: nothing. */
	int64_t offset;
	int64_t received;
	int has_list;
};

static int
check_key(const char * key, struct cf_err * err)
{

	if (strlen(key) == KEY_LEN && strspn(key,
	    "abcdefghijklmnopqrstuvwxyz0123456789") == KEY_LEN)
		return (0);
	return (cf_err_set(err, CF_ERR_USAGE, "FRED_API_KEY: not %d "
	    "lower-case letters and digits, as FRED's keys are", KEY_LEN));
}

static int
begin(struct cf_job * job, struct cf_err * err)
{
	struct cf_job_call call = { .what = OBSERVATIONS,
		.from = CF_DAY_MIN, .to = CF_DAY_MAX };
	const char * p;

	if (cf_job_set_id(job, job->arg, "", err))
		return (-1);
	for (p = job->arg; *p != '\0'; p++) {
		if (!((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') ||
		    (*p >= '0' && *p <= '9') || *p == '_'))
			return (cf_err_set(err, CF_ERR_USAGE,
			    "%s: not the name of a FRED series", job->arg));
	}
	job->rows.kind = CF_HAUL_SERIES;
	if (job->key != NULL && check_key(job->key, err))
		return (-1);
	if (job->key == NULL) {
		if (job->ask->vintages || job->ask->as_of != CF_DAY_MAX)
			return (cf_err_set(err, CF_ERR_USAGE, "--vintages "
			    "and --as-of need FRED_API_KEY"));
		call.what = GRAPH;
		call.keyless = 1;
	} else if (job->ask->vintages) {
		call.what = DATES;
	}
	return (cf_job_push(job, &call, err));
}

/* FRED's own day: St. Louis is an hour behind New York. */
static int32_t
fred_today(const struct cf_job * job)
{

	return (cf_day_of_moment(cf_calendar_eastern(job->now_s) - 3600));
}

static void
query_day(struct cf_buf * url, const char * name, int32_t day)
{
	char text[CF_DAY_TEXT_MAX];

	text[cf_day_print(day, text)] = '\0';
	cf_url_query(url, name, text);
}

static void
query_int(struct cf_buf * url, const char * name, int64_t x)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)x);
	cf_url_query(url, name, text);
}

static void
graph_url(const struct cf_job * job, struct cf_buf * url,
    struct cf_buf * name)
{

	cf_buf_add_text(url, "/graph/fredgraph.csv");
	cf_url_query(url, "id", job->arg);
	cf_buf_addf(name, "graph %s", job->arg);
}

/* The window of real time: a vintage, a stretch of them, or none. */
static void
query_realtime(const struct cf_job * job, const struct cf_job_call * call,
    struct cf_buf * url, struct cf_buf * name)
{
	int32_t from = call->from, to = call->to;

	if (!job->ask->vintages) {
		/* Not today: FRED may not have come to that day yet. */
		if (job->ask->as_of >= fred_today(job))
			return;
		from = to = job->ask->as_of;
	}
	query_day(url, "realtime_start", from);
	query_day(url, "realtime_end", to);
	cf_buf_addf(name, " %d %d", (int)from, (int)to);
}

static void
make_url(const struct cf_job * job, const struct cf_job_call * call,
    const char ** base, struct cf_buf * url, struct cf_buf * name)
{

	if (call->what == GRAPH) {
		*base = GRAPH_BASE;
		graph_url(job, url, name);
		return;
	}
	cf_buf_add_text(url, call->what == DATES ?
	    "/fred/series/vintagedates" : "/fred/series/observations");
	cf_url_query(url, "series_id", job->arg);
	cf_url_query(url, "file_type", "json");
	query_int(url, "limit", PAGE);
	query_int(url, "offset", call->offset);
	cf_buf_addf(name, "%s %s %lld", call->what == DATES ? "dates" :
	    "values", job->arg, (long long)call->offset);
	if (call->what == OBSERVATIONS)
		query_realtime(job, call, url, name);
}

static int
add_point(struct reading * r, const struct cf_haul_point * point)
{

	r->received++;
	/* A holiday, not a value. */
	if (isnan(point->value))
		return (0);
	return (cf_body_point(&r->b, point));
}

/* { "realtime_start": .., "date": "2023-01-03", "value": "-0.54" } */
static int
read_observation(void * cookie, const struct cf_pull_item * item)
{
	struct reading * r = cookie;
	struct cf_haul_point p = { INT32_MIN, 0, NAN };
	struct cf_pull_item v;
	int32_t start = 0;

	if (item->kind != CF_PULL_OBJECT)
		return (cf_body_bad(&r->b, item, "not an observation"));
	for (;;) {
		if (cf_body_next(&r->b, &v))
			return (-1);
		if (v.kind == CF_PULL_END)
			break;
		if (cf_pull_is_key(&v, "date") &&
		    cf_day_parse(v.text, v.len, &p.day))
			return (cf_body_bad(&r->b, &v, "not a date"));
		if (cf_pull_is_key(&v, "realtime_start") &&
		    cf_day_parse(v.text, v.len, &start))
			return (cf_body_bad(&r->b, &v, "not a date"));
		if (cf_pull_is_key(&v, "value") &&
		    (v.kind != CF_PULL_STRING ||
		    cf_layout_number(v.text, v.len, &p.value)))
			return (cf_body_bad(&r->b, &v, "not a number"));
		if (cf_body_skip(&r->b, &v))
			return (-1);
	}
	if (p.day == INT32_MIN)
		return (cf_body_bad(&r->b, NULL,
		    "an observation without a date"));
	if (r->b.job->ask->vintages)
		p.available = start;
	return (add_point(r, &p));
}

static int
read_date(void * cookie, const struct cf_pull_item * item)
{
	struct reading * r = cookie;
	struct cf_job * job = r->b.job;
	int32_t day;

	if (item->kind != CF_PULL_STRING ||
	    cf_day_parse(item->text, item->len, &day) ||
	    (job->ndates > 0 && day <= job->dates[job->ndates - 1]))
		return (cf_body_bad(&r->b, item, "not the next vintage date"));
	if (job->ndates == DATES_MAX)
		return (cf_body_bad(&r->b, item, "too many vintage dates"));
	if (cf_mem_grow(&job->dates, &job->dates_capacity, job->ndates + 1,
	    sizeof(*job->dates), r->b.err))
		return (-1);
	job->dates[job->ndates++] = day;
	r->received++;
	return (0);
}

static int
read_member(void * cookie, const struct cf_pull_item * item)
{
	struct reading * r = cookie;

	if (item->kind == CF_PULL_ARRAY && cf_pull_is_key(item,
	    r->b.call->what == DATES ? "vintage_dates" : "observations")) {
		r->has_list = 1;
		return (cf_body_members(&r->b, r->b.call->what == DATES ?
		    read_date : read_observation));
	}
	if (item->kind == CF_PULL_NUMBER && cf_pull_is_key(item, "count") &&
	    cf_num_parse_int(item->text, item->len, &r->count) != CF_NUM_OK)
		return (cf_body_bad(&r->b, item, "not a count"));
	if (item->kind == CF_PULL_NUMBER && cf_pull_is_key(item, "offset") &&
	    cf_num_parse_int(item->text, item->len, &r->offset) != CF_NUM_OK)
		return (cf_body_bad(&r->b, item, "not an offset"));
	return (cf_body_skip(&r->b, item));
}

/* {"error_code":400,"error_message":"Bad Request.  ..."} */
static enum cf_verdict
verdict_of(int64_t code, const char * text)
{

	if (strstr(text, "not registered") != NULL)
		return (CF_VERDICT_BUSY);	/* Comes and goes. */
	if (strstr(text, "api_key") != NULL)
		return (CF_VERDICT_KEY);
	if (code == 429)
		return (CF_VERDICT_BUSY);
	if (code == 423)
		return (CF_VERDICT_LATER);
	return (code >= 500 ? CF_VERDICT_BUSY : CF_VERDICT_NO);
}

/* Look for the error in a body; return 1 if it holds one. */
static int
find_error(const struct cf_job * job, const char * body, size_t len,
    enum cf_verdict * verdict, struct cf_err * err)
{
	struct cf_pull pull;
	struct cf_pull_item item;
	char text[512] = "";
	int64_t code = 0;
	size_t n = 0;

	cf_pull_start(&pull, body, len, NULL);
	if (cf_pull_next(&pull, &item, NULL) != 1 ||
	    item.kind != CF_PULL_OBJECT)
		return (0);
	while (cf_pull_next(&pull, &item, NULL) == 1 &&
	    item.kind != CF_PULL_END) {
		if (cf_pull_is_key(&item, "error_code") &&
		    cf_num_parse_int(item.text, item.len, &code) !=
		    CF_NUM_OK)
			code = 0;
		if (cf_pull_is_key(&item, "error_message"))
			n = cf_pull_decode(item.text, item.len, text,
			    sizeof(text));
		if (cf_pull_skip(&pull, &item, NULL))
			break;
	}
	if (n == 0)
		return (0);
	cf_job_fail(job, verdict, verdict_of(code, text), text, n, err);
	if (strstr(text, "not registered") != NULL && err != NULL)
		err->kind = CF_ERR_USAGE;
	return (1);
}

static void
explain(const struct cf_job * job, const char * body, size_t len,
    enum cf_verdict * verdict, struct cf_err * err)
{

	find_error(job, body, len, verdict, err);
}

/* The next page, when there is one. */
static int
page(struct reading * r)
{
	struct cf_job_call call = *r->b.call;

	if (r->offset != call.offset)
		return (cf_body_bad(&r->b, NULL,
		    "another page than was asked for"));
	if (r->received == 0 || call.offset + r->received >= r->count)
		return (0);
	call.offset += r->received;
	if (call.offset / PAGE >= PAGES_MAX) {
		*r->b.verdict = CF_VERDICT_NO;
		return (cf_err_set(r->b.err, CF_ERR_DATA, "more than %d pages",
		    PAGES_MAX));
	}
	if (cf_job_push(r->b.job, &call, r->b.err))
		return (-1);
	return (1);
}

/* All dates are known: ask for the values by stretches of them. */
static int
push_stretches(struct cf_job * job, struct cf_err * err)
{
	struct cf_job_call call = { .what = OBSERVATIONS };
	int32_t end = job->ask->as_of < fred_today(job) ? job->ask->as_of :
	    CF_DAY_MAX;
	size_t i, n = job->ndates;

	while (n > 0 && job->dates[n - 1] > end)
		n--;
	if (n == 0)
		return (cf_err_set(err, CF_ERR_DATA,
		    "no vintages by that day"));
	for (i = 0; i < n; i += STRETCH) {
		call.from = job->dates[i];
		call.to = i + STRETCH < n ? job->dates[i + STRETCH] - 1 : end;
		if (cf_job_push(job, &call, err))
			return (-1);
	}
	return (0);
}

static int
read_json(struct reading * r, const char * body, size_t len)
{
	int rc;

	if (find_error(r->b.job, body, len, r->b.verdict, r->b.err) ||
	    cf_body_json(&r->b, body, len, read_member))
		return (-1);
	if (!r->has_list)
		return (cf_body_bad(&r->b, NULL,
		    "not an answer of the FRED API"));
	if ((rc = page(r)) != 0)
		return (rc < 0 ? -1 : 0);
	if (r->b.call->what == DATES && push_stretches(r->b.job, r->b.err)) {
		*r->b.verdict = CF_VERDICT_NO;
		return (-1);
	}
	return (0);
}

/* Two columns, by position; "" and "." are missing. */
static int
check_graph(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct reading * r = cookie;

	if (cf_reader_columns(reader) != 2 || strcmp(cf_reader_column(reader,
	    1), r->b.job->arg) != 0)
		return (cf_err_set(err, CF_ERR_DATA,
		    "the answer is not a CSV file of the series"));
	r->b.layout.column[CF_LAYOUT_DATE] = 0;
	r->b.layout.column[CF_LAYOUT_AVAILABLE] = CF_READER_NONE;
	return (0);
}

static int
read_graph(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct reading * r = cookie;
	struct cf_haul_point point;

	return (cf_layout_point(&r->b.layout, reader, 1, &point, err) < 0 ||
	    add_point(r, &point));
}

static int
read_body(struct cf_job * job, const struct cf_job_call * call,
    const char * body, size_t len, enum cf_verdict * verdict,
    struct cf_err * err)
{
	struct reading r = { .b = { .job = job, .call = call,
		.verdict = verdict, .err = err }, .count = -1 };

	if (call->what == GRAPH ?
	    cf_body_csv(&r.b, body, len, check_graph, read_graph) :
	    read_json(&r, body, len))
		return (-1);
	*verdict = CF_VERDICT_GOOD;
	return (0);
}

/* The newest values are to be had without the API, too. */
static int
fallback(struct cf_job * job, struct cf_job_call * call)
{

	if (call->what != OBSERVATIONS || call->offset != 0 ||
	    job->ask->vintages || job->ask->as_of != CF_DAY_MAX)
		return (0);
	call->what = GRAPH;
	call->keyless = 1;
	return (1);
}

/*
 * What the archive held when it began tells nothing of when it was published,
 * and a value that a stretch begins with is that of the stretch before.
 */
static int
settle_vintages(struct cf_job * job, struct cf_err * err)
{
	struct cf_haul * rows = &job->rows;
	struct cf_haul_point * p = rows->points;
	struct cf_lag lag;
	size_t i, n = 0;
	int32_t known;

	if (cf_haul_sort(rows, NULL, err))
		return (-1);
	lag = cf_lag_find(job->id, rows);
	for (i = 0; i < rows->n; i++) {
		if (n > 0 && p[n - 1].day == p[i].day &&
		    cf_haul_same(p[n - 1].value, p[i].value))
			continue;
		if (job->ndates > 0 && p[i].available <= job->dates[0]) {
			known = cf_lag_available(&lag, p[i].day);
			if (known < p[i].available)
				p[i].available = known;
		}
		if (p[i].available < p[i].day)
			p[i].available = p[i].day;
		p[n++] = p[i];
	}
	rows->n = n;
	return (0);
}

static int
finish(struct cf_job * job, struct cf_err * err)
{
	size_t i;

	job->is_dated = job->ask->vintages;
	if (job->is_dated && settle_vintages(job, err))
		return (-1);
	if (cf_job_series(job, err))
		return (-1);
	/* A vintage holds nothing that was not known by its day. */
	for (i = 0; !job->is_dated && i < job->rows.n; i++) {
		if (job->rows.points[i].available > job->ask->as_of)
			job->rows.points[i].available = job->ask->as_of;
	}
	return (0);
}

const struct cf_source cf_fred = {
	.name = "fred",
	.ids = "SERIES",
	.gives = "series",
	.base_url = "https://api.stlouisfed.org",
	.key_name = "FRED_API_KEY",
	.key_param = "api_key",
	.needs_key = 0,
	.quota = { 0, 0.6 },
	.notice = CF_FRED_NOTICE,
	.begin = begin,
	.url = make_url,
	.read = read_body,
	.explain = explain,
	.fallback = fallback,
	.finish = finish
};
