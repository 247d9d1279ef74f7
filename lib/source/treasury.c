#include <string.h>

#include "base/day.h"
#include "source/body.h"
#include "source/calendar.h"
#include "source/treasury.h"

#define FIRST_YEAR 1990

static const struct {
	const char * id;
	const char * column;
} maturities[] = {
	{ "UST1M", "1 Mo" }, { "UST2M", "2 Mo" }, { "UST3M", "3 Mo" },
	{ "UST4M", "4 Mo" }, { "UST6M", "6 Mo" }, { "UST1Y", "1 Yr" },
	{ "UST2Y", "2 Yr" }, { "UST3Y", "3 Yr" }, { "UST5Y", "5 Yr" },
	{ "UST7Y", "7 Yr" }, { "UST10Y", "10 Yr" }, { "UST20Y", "20 Yr" },
	{ "UST30Y", "30 Yr" }
};

/* The name of the column, or NULL. */
static const char *
column_of(const char * id)
{
	size_t i;

	for (i = 0; i < sizeof(maturities) / sizeof(maturities[0]); i++) {
		if (strcmp(maturities[i].id, id) == 0)
			return (maturities[i].column);
	}
	return (NULL);
}

static int
year_of(int32_t day)
{
	int year, month, date;

	cf_day_split(day, &year, &month, &date);
	return (year);
}

static int
begin(struct cf_job * job, struct cf_err * err)
{
	struct cf_job_call call = { .what = 0 };
	int32_t today = cf_day_of_moment(cf_calendar_eastern(job->now_s));
	int32_t from = job->ask->from > job->held_to ? job->ask->from :
	    job->held_to;
	int year, last;

	if (column_of(job->arg) == NULL)
		return (cf_err_set(err, CF_ERR_USAGE, "%.40s: not one of "
		    "UST1M UST2M UST3M UST4M UST6M UST1Y UST2Y UST3Y UST5Y "
		    "UST7Y UST10Y UST20Y UST30Y", job->arg));
	if (cf_job_set_id(job, job->arg, "", err))
		return (-1);
	job->rows.kind = CF_HAUL_SERIES;
	year = year_of(from);
	last = year_of(job->ask->to < today ? job->ask->to : today);
	if (year < FIRST_YEAR)
		year = FIRST_YEAR;
	if (year > last)
		year = last;
	for (; year <= last; year++) {
		call.offset = year;
		if (cf_job_push(job, &call, err))
			return (-1);
	}
	return (0);
}

static void
make_url(const struct cf_job * job, const struct cf_job_call * call,
    const char ** base, struct cf_buf * url, struct cf_buf * name)
{

	(void)job;
	(void)base;
	cf_buf_addf(url, "/resource-center/data-chart-center/interest-rates/"
	    "daily-treasury-rates.csv/%lld/all?type=daily_treasury_yield_curve"
	    "&field_tdr_date_value=%lld&_format=csv", (long long)call->offset,
	    (long long)call->offset);
	cf_buf_addf(name, "yields %lld", (long long)call->offset);
}

struct reading {
	struct cf_body b;
	size_t column;
};

static int
find_yield(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct reading * r = cookie;

	(void)err;
	if (!cf_layout_has(&r->b.layout, CF_LAYOUT_DATE) ||
	    cf_reader_find(reader, "10 Yr") == CF_READER_NONE)
		return (cf_body_unknown(&r->b));
	r->column = cf_reader_find(reader, column_of(r->b.job->arg));
	return (0);
}

static int
read_row(void * cookie, const struct cf_reader * reader, struct cf_err * err)
{
	struct reading * r = cookie;
	struct cf_haul_point point;
	int rc;

	/* Some maturities were not sold in all years. */
	if (r->column == CF_READER_NONE)
		return (0);
	rc = cf_layout_point(&r->b.layout, reader, r->column, &point, err);
	if (rc < 0)
		return (-1);
	if (year_of(point.day) != r->b.call->offset)
		return (cf_err_set(err, CF_ERR_DATA,
		    "the answer is about another year"));
	return (rc == 1 ? cf_haul_add_point(&r->b.job->rows, &point, err) :
	    0);
}

static int
read_body(struct cf_job * job, const struct cf_job_call * call,
    const char * body, size_t len, enum cf_verdict * verdict,
    struct cf_err * err)
{
	struct reading r = { .b = { .job = job, .call = call,
		.verdict = verdict, .err = err } };

	if (cf_body_csv(&r.b, body, len, find_yield, read_row))
		return (-1);
	*verdict = CF_VERDICT_GOOD;
	return (0);
}

const struct cf_source cf_treasury = {
	.name = "treasury",
	.ids = "UST10Y",
	.gives = "series",
	.is_stepwise = 1,
	.base_url = "https://home.treasury.gov",
	.quota = { 0, 0.6 },
	.begin = begin,
	.url = make_url,
	.read = read_body,
	.finish = cf_job_series
};
