#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/day.h"
#include "http/url.h"
#include "source/alphavantage.h"
#include "source/bars.h"
#include "source/body.h"

enum { DAILY, ADJUSTED, INTRADAY, WEEKLY, QUOTE, FX, SPLITS, NFUNCTIONS };

static const struct {
	const char * name;
	const char * function;	/* As the server calls it. */
	const char * suffix;	/* Of the id, since a file holds one kind. */
	int is_sized;		/* Takes outputsize. */
} functions[NFUNCTIONS] = {
	{ "daily", "TIME_SERIES_DAILY", "", 1 },
	{ "adjusted", "TIME_SERIES_DAILY_ADJUSTED", "", 1 },
	{ "intraday", "TIME_SERIES_INTRADAY", "@", 1 },
	{ "weekly", "TIME_SERIES_WEEKLY", "@weekly", 0 },
	{ "quote", "GLOBAL_QUOTE", "", 0 },
	{ "fx", "FX_DAILY", "", 1 },
	{ "splits", "SPLITS", "", 0 }
};

/* Reading one body. */
struct reading {
	struct cf_body b;
	int what;
	int found;		/* There was something of what was asked. */
};

static int
function_of(const struct cf_job_ask * ask)
{
	int i;

	for (i = 0; i < NFUNCTIONS; i++) {
		if (strcmp(functions[i].name, ask->function) == 0)
			return (i);
	}
	return (DAILY);
}

/* "EUR/USD" or "EURUSD": copy the two. */
static int
currencies(const char * arg, char * from, char * to)
{
	size_t len = strlen(arg);

	if ((len != 6 && len != 7) || (len == 7 && arg[3] != '/'))
		return (-1);
	memcpy(from, arg, 3);
	memcpy(to, arg + len - 3, 3);
	from[3] = to[3] = '\0';
	return (0);
}

static int
begin(struct cf_job * job, struct cf_err * err)
{
	struct cf_job_call call = { .what = function_of(job->ask) };
	char suffix[16], from[4], to[4];

	snprintf(suffix, sizeof(suffix), "%s%s", functions[call.what].suffix,
	    call.what == INTRADAY ? job->ask->interval : "");
	if (cf_job_set_id(job, job->arg, suffix, err))
		return (-1);
	if (call.what == FX && currencies(job->arg, from, to))
		return (cf_err_set(err, CF_ERR_USAGE, "%s: not two "
		    "currencies as in EUR/USD", job->arg));
	if (call.what == SPLITS && !job->ask->to_store)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "--function splits needs --store: splits are set in the "
		    "rows that stand there"));
	job->rows.kind = CF_HAUL_BARS;
	job->splits.kind = CF_HAUL_SERIES;
	if (cf_job_push(job, &call, err))
		return (-1);
	if (!job->ask->splits || call.what == SPLITS)
		return (0);
	call.what = SPLITS;
	return (cf_job_push(job, &call, err));
}

static const char *
datatype(const struct cf_job * job, int what)
{

	if (what == SPLITS)
		return ("json");
	if (strcmp(job->ask->datatype, "auto") != 0)
		return (job->ask->datatype);
	/* A month of minutes is three times as long in JSON. */
	return (what == INTRADAY ? "csv" : "json");
}

static void
make_url(const struct cf_job * job, const struct cf_job_call * call,
    const char ** base, struct cf_buf * url, struct cf_buf * name)
{
	const struct cf_job_ask * ask = job->ask;
	const char * type = datatype(job, call->what);
	char from[4], to[4];

	(void)base;
	cf_buf_add_text(url, "/query");
	cf_url_query(url, "function", functions[call->what].function);
	cf_buf_addf(name, "%s %s", functions[call->what].name, job->arg);
	if (call->what == FX && currencies(job->arg, from, to) == 0) {
		cf_url_query(url, "from_symbol", from);
		cf_url_query(url, "to_symbol", to);
	} else {
		cf_url_query(url, "symbol", job->arg);
	}
	if (call->what == INTRADAY) {
		cf_url_query(url, "interval", ask->interval);
		cf_buf_addf(name, " %s", ask->interval);
		if (ask->month != NULL) {
			cf_url_query(url, "month", ask->month);
			cf_buf_addf(name, " %s", ask->month);
		}
	}
	if (functions[call->what].is_sized) {
		cf_url_query(url, "outputsize", ask->outputsize);
		cf_buf_addf(name, " %s", ask->outputsize);
	}
	cf_url_query(url, "datatype", type);
	cf_buf_addf(name, " %s", type);
}

/* The key behind its number: "5. volume", "1: Symbol", "05. price". */
static const char *
tail(const struct cf_pull_item * item, size_t * len)
{
	size_t i = 0;

	while (i < item->key_len && item->key[i] >= '0' && item->key[i] <= '9')
		i++;
	if (i > 0 && i + 1 < item->key_len &&
	    (item->key[i] == '.' || item->key[i] == ':') &&
	    item->key[i + 1] == ' ')
		i += 2;
	else
		i = 0;
	*len = item->key_len - i;
	return (item->key + i);
}

static int
is_tail(const struct cf_pull_item * item, const char * name)
{
	size_t len;
	const char * text = tail(item, &len);

	return (strlen(name) == len && memcmp(text, name, len) == 0);
}

/* The server must talk of what it was asked about. */
static int
check_symbol(const struct reading * r, const struct cf_pull_item * item,
    const char * want)
{
	char text[CF_JOB_ID_MAX + 2];

	cf_pull_decode(item->text, item->len, text, sizeof(text));
	if (strcasecmp(text, want) == 0)
		return (0);
	*r->b.verdict = CF_VERDICT_NO;
	return (cf_pull_bad(&r->b.pull, item,
	    "the answer is about another symbol", r->b.err));
}

static int
read_meta_item(void * cookie, const struct cf_pull_item * item)
{
	struct reading * r = cookie;
	char zone[32], from[4] = "", to[4] = "";

	if (item->kind != CF_PULL_STRING)
		return (cf_body_skip(&r->b, item));
	if (r->what == FX && currencies(r->b.job->arg, from, to))
		return (-1);
	if (is_tail(item, "Symbol"))
		return (check_symbol(r, item, r->b.job->arg));
	if (is_tail(item, "From Symbol"))
		return (check_symbol(r, item, from));
	if (is_tail(item, "To Symbol"))
		return (check_symbol(r, item, to));
	if (is_tail(item, "Last Refreshed"))
		cf_pull_decode(item->text, item->len, r->b.job->refreshed,
		    sizeof(r->b.job->refreshed));
	if (is_tail(item, "Time Zone")) {
		cf_pull_decode(item->text, item->len, zone, sizeof(zone));
		r->b.job->is_utc = strcmp(zone, "UTC") == 0;
		if (!r->b.job->is_utc && r->what == INTRADAY &&
		    strcmp(zone, "US/Eastern") != 0)
			return (cf_body_bad(&r->b, item,
			    "a time zone not known"));
	}
	return (0);
}

static int
read_value(const struct reading * r, const struct cf_pull_item * item,
    double * x)
{

	if (item->kind != CF_PULL_STRING && item->kind != CF_PULL_NUMBER)
		return (cf_body_bad(&r->b, item, "not a number"));
	if (cf_layout_number(item->text, item->len, x))
		return (cf_body_bad(&r->b, item, "not a number"));
	return (0);
}

/* Set the value of a bar that the key names, if any. */
static int
set_value(const struct reading * r, const struct cf_pull_item * item,
    struct cf_haul_bar * bar)
{
	static const struct {
		const char * tail;
		int value;
	} table[] = {
		{ "open", CF_HAUL_OPEN }, { "high", CF_HAUL_HIGH },
		{ "low", CF_HAUL_LOW }, { "close", CF_HAUL_CLOSE },
		{ "price", CF_HAUL_CLOSE }, { "volume", CF_HAUL_VOLUME },
		{ "adjusted close", CF_HAUL_ADJUSTED },
		{ "dividend amount", CF_HAUL_DIVIDEND },
		{ "split coefficient", CF_HAUL_SPLIT }
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (is_tail(item, table[i].tail))
			return (read_value(r, item,
			    &bar->v[table[i].value]));
	}
	return (0);
}

static void
no_values(struct cf_haul_bar * bar)
{
	int i;

	memset(bar, 0, sizeof(*bar));
	for (i = 0; i < CF_HAUL_VALUES; i++)
		bar->v[i] = NAN;
}

static int
add_bar(struct reading * r, const struct cf_haul_bar * bar, int has_clock)
{

	if ((has_clock != 0) != (r->what == INTRADAY))
		return (cf_body_bad(&r->b, NULL, r->what == INTRADAY ?
		    "a date without a time of day" :
		    "a date with a time of day"));
	r->b.job->rows.has_clock = has_clock != 0;
	r->found = 1;
	if (cf_haul_add_bar(&r->b.job->rows, bar, r->b.err)) {
		*r->b.verdict = CF_VERDICT_NO;
		return (-1);
	}
	return (0);
}

/* "2024-01-05": { "1. open": "204.08", ... } */
static int
read_bar(void * cookie, const struct cf_pull_item * item)
{
	struct reading * r = cookie;
	struct cf_haul_bar bar;
	struct cf_pull_item value;
	int has_clock;

	no_values(&bar);
	if (item->kind != CF_PULL_OBJECT)
		return (cf_body_bad(&r->b, item, "not a bar"));
	if (cf_layout_time(item->key, item->key_len, &bar.time_s,
	    &has_clock))
		return (cf_body_bad(&r->b, item, "not a date"));
	for (;;) {
		if (cf_body_next(&r->b, &value))
			return (-1);
		if (value.kind == CF_PULL_END)
			return (add_bar(r, &bar, has_clock));
		if (set_value(r, &value, &bar))
			return (-1);
		if (cf_body_skip(&r->b, &value))
			return (-1);
	}
}

static int
read_quote(struct reading * r)
{
	struct cf_haul_bar bar;
	struct cf_pull_item item;
	int has_clock = -1;

	no_values(&bar);
	for (;;) {
		if (cf_body_next(&r->b, &item))
			return (-1);
		if (item.kind == CF_PULL_END)
			break;
		if (is_tail(&item, "symbol") &&
		    check_symbol(r, &item, r->b.job->arg))
			return (-1);
		if (is_tail(&item, "latest trading day") &&
		    cf_layout_time(item.text, item.len, &bar.time_s,
		    &has_clock))
			return (cf_body_bad(&r->b, &item, "not a date"));
		if (set_value(r, &item, &bar))
			return (-1);
		if (cf_body_skip(&r->b, &item))
			return (-1);
	}
	/* {"Global Quote": {}} is how an unknown symbol is told. */
	return (has_clock == -1 ? 0 : add_bar(r, &bar, has_clock));
}

/* { "effective_date": "2014-06-09", "split_factor": "7.0000" } */
static int
read_split(void * cookie, const struct cf_pull_item * item)
{
	struct reading * r = cookie;
	struct cf_haul_point split = { 0, 0, NAN };
	struct cf_pull_item value;
	int has_day = 0;

	if (item->kind != CF_PULL_OBJECT)
		return (cf_body_bad(&r->b, item, "not a split"));
	for (;;) {
		if (cf_body_next(&r->b, &value))
			return (-1);
		if (value.kind == CF_PULL_END)
			break;
		if (cf_pull_is_key(&value, "effective_date")) {
			if (cf_day_parse(value.text, value.len, &split.day))
				return (cf_body_bad(&r->b, &value,
				    "not a date"));
			has_day = 1;
		}
		if (cf_pull_is_key(&value, "split_factor") &&
		    read_value(r, &value, &split.value))
			return (-1);
		if (cf_body_skip(&r->b, &value))
			return (-1);
	}
	if (!has_day || !(split.value > 0))
		return (cf_body_bad(&r->b, NULL, "not a split"));
	if (cf_haul_add_point(&r->b.job->splits, &split, r->b.err)) {
		*r->b.verdict = CF_VERDICT_NO;
		return (-1);
	}
	return (0);
}

static int
contains(const struct cf_pull_item * item, const char * words)
{
	size_t n = strlen(words), i;

	for (i = 0; i + n <= item->key_len; i++) {
		if (memcmp(item->key + i, words, n) == 0)
			return (1);
	}
	return (0);
}

static int
sentence(const struct reading * r, const struct cf_pull_item * item)
{
	char text[1024];
	size_t len = cf_pull_decode(item->text, item->len, text,
	    sizeof(text));

	return (cf_job_fail(r->b.job, r->b.verdict, cf_verdict_sentence(text,
	    len, cf_pull_is_key(item, "Error Message")), text, len, r->b.err));
}

/* A member of the document itself. */
static int
read_member(void * cookie, const struct cf_pull_item * item)
{
	struct reading * r = cookie;

	if (item->kind == CF_PULL_STRING &&
	    (cf_pull_is_key(item, "Error Message") ||
	    cf_pull_is_key(item, "Information") ||
	    cf_pull_is_key(item, "Note")))
		return (sentence(r, item));
	if (item->kind == CF_PULL_STRING && cf_pull_is_key(item, "symbol"))
		return (check_symbol(r, item, r->b.job->arg));
	if (item->kind == CF_PULL_OBJECT && contains(item, "Meta Data"))
		return (cf_body_members(&r->b, read_meta_item));
	if (item->kind == CF_PULL_OBJECT && contains(item, "Time Series") &&
	    r->what != SPLITS)
		return (cf_body_members(&r->b, read_bar));
	if (item->kind == CF_PULL_OBJECT && contains(item, "Global Quote") &&
	    r->what == QUOTE)
		return (read_quote(r));
	if (item->kind == CF_PULL_ARRAY && cf_pull_is_key(item, "data") &&
	    r->what == SPLITS) {
		r->found = 1;	/* That there are none is an answer. */
		return (cf_body_members(&r->b, read_split));
	}
	return (cf_body_skip(&r->b, item));
}

static int
check_header(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	const struct reading * r = cookie;
	const struct cf_layout * layout = &r->b.layout;

	(void)reader;
	(void)err;
	return (cf_layout_has(layout, CF_LAYOUT_DATE) &&
	    cf_layout_has(layout, CF_LAYOUT_OPEN) &&
	    cf_layout_has(layout, CF_LAYOUT_CLOSE) ? 0 :
	    cf_body_unknown(&r->b));
}

static int
read_row(void * cookie, const struct cf_reader * reader, struct cf_err * err)
{
	struct reading * r = cookie;
	struct cf_haul_bar bar;
	int has_clock, rc;

	rc = cf_layout_bar(&r->b.layout, reader, &bar, &has_clock, err);
	return (rc == 1 ? add_bar(r, &bar, has_clock) : rc);
}

static int
read_body(struct cf_job * job, const struct cf_job_call * call,
    const char * body, size_t len, enum cf_verdict * verdict,
    struct cf_err * err)
{
	struct reading r = { .b = { .job = job, .call = call,
		.verdict = verdict, .err = err }, .what = call->what };
	size_t i = 0;

	/* An error comes as JSON, whatever was asked for. */
	while (i < len && (body[i] == ' ' || body[i] == '\n' ||
	    body[i] == '\r' || body[i] == '\t'))
		i++;
	if (i < len && body[i] == '{' ?
	    cf_body_json(&r.b, body, len, read_member) :
	    cf_body_csv(&r.b, body, len, check_header, read_row))
		return (-1);
	if (!r.found) {
		*verdict = CF_VERDICT_NO;
		return (cf_err_set(err, CF_ERR_DATA, "the answer holds no "
		    "rows: is the symbol known to the source?"));
	}
	*verdict = CF_VERDICT_GOOD;
	return (0);
}

static int
finish(struct cf_job * job, struct cf_err * err)
{
	static const enum cf_bars_session sessions[NFUNCTIONS] = {
		CF_BARS_DAILY, CF_BARS_DAILY, CF_BARS_INTRADAY,
		CF_BARS_WEEKLY, CF_BARS_DAILY, CF_BARS_UTC, CF_BARS_DAILY
	};
	int what = function_of(job->ask);
	int minutes = 0;
	const char * p;

	for (p = job->ask->interval; *p >= '0' && *p <= '9'; p++)
		minutes = minutes * 10 + (*p - '0');
	return (cf_bars_finish(job, sessions[what], minutes * 60, err));
}

const struct cf_source cf_alphavantage = {
	.name = "alphavantage",
	.ids = "SYMBOL",
	.gives = "bars",
	.base_url = "https://www.alphavantage.co",
	.key_name = "ALPHA_VANTAGE_KEY",
	.key_param = "apikey",
	.needs_key = 1,
	.quota = { 25, 2.0 },
	.begin = begin,
	.url = make_url,
	.read = read_body,
	.finish = finish
};
