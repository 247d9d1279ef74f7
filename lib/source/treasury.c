#include <string.h>

#include "base/day.h"
#include "source/calendar.h"
#include "source/layout.h"
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

static int
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
	return (0);
}

static int
read_rows(struct cf_job * job, int year, struct cf_reader * reader,
    struct cf_err * err)
{
	struct cf_layout layout;
	struct cf_haul_point point;
	size_t column;
	int rc;

	if (cf_layout_answer(&layout, reader, err))
		return (-1);
	if (!cf_layout_has(&layout, CF_LAYOUT_DATE) ||
	    cf_reader_find(reader, "10 Yr") == CF_READER_NONE)
		return (cf_err_set(err, CF_ERR_DATA,
		    "the answer has a header that is not known"));
	/* Some maturities were not sold in all years. */
	column = cf_reader_find(reader, column_of(job->arg));
	if (column == CF_READER_NONE)
		return (0);
	while ((rc = cf_reader_next(reader, err)) == 1) {
		rc = cf_layout_point(&layout, reader, column, &point, err);
		if (rc < 0)
			return (-1);
		if (year_of(point.day) != year)
			return (cf_err_set(err, CF_ERR_DATA,
			    "the answer is about another year"));
		if (rc == 1 && cf_haul_add_point(&job->rows, &point, err))
			return (-1);
	}
	return (rc);
}

static int
read_body(struct cf_job * job, const struct cf_job_call * call,
    const char * body, size_t len, enum cf_verdict * verdict,
    struct cf_err * err)
{
	struct cf_reader * reader;
	int rc;

	*verdict = CF_VERDICT_BUSY;
	reader = cf_reader_memory(body, len, job->source->name, err);
	if (reader == NULL)
		return (-1);
	rc = read_rows(job, (int)call->offset, reader, err);
	cf_reader_close(reader);
	if (rc == 0)
		*verdict = CF_VERDICT_GOOD;
	return (rc);
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
