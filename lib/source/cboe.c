#include <string.h>

#include "base/day.h"
#include "source/body.h"
#include "source/calendar.h"
#include "source/cboe.h"

#define ID_MAX 16

static int
begin(struct cf_job * job, struct cf_err * err)
{
	struct cf_job_call call = { .what = 0 };

	if (strlen(job->arg) > ID_MAX || job->arg[strspn(job->arg,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] != '\0')
		return (cf_err_set(err, CF_ERR_USAGE,
		    "%.40s: not the name of a Cboe index, as VIX is",
		    job->arg));
	if (cf_job_set_id(job, job->arg, "", err))
		return (-1);
	job->rows.kind = CF_HAUL_SERIES;
	return (cf_job_push(job, &call, err));
}

static void
make_url(const struct cf_job * job, const struct cf_job_call * call,
    const char ** base, struct cf_buf * url, struct cf_buf * name)
{

	(void)call;
	(void)base;
	cf_buf_addf(url, "/api/global/us_indices/daily_prices/%s_History.csv",
	    job->arg);
	cf_buf_addf(name, "history %s", job->arg);
}

struct reading {
	struct cf_body b;
	size_t column;
};

/* The close; or the one column beside the date, which has the index's name. */
static int
find_value(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct reading * r = cookie;
	const struct cf_layout * layout = &r->b.layout;

	(void)err;
	r->column = CF_READER_NONE;
	if (cf_layout_has(layout, CF_LAYOUT_CLOSE))
		r->column = layout->column[CF_LAYOUT_CLOSE];
	else if (cf_reader_columns(reader) == 2)
		r->column = cf_reader_find(reader, r->b.job->arg);
	return (cf_layout_has(layout, CF_LAYOUT_DATE) &&
	    r->column != CF_READER_NONE ? 0 : cf_body_unknown(&r->b));
}

static int
read_row(void * cookie, const struct cf_reader * reader, struct cf_err * err)
{
	struct reading * r = cookie;
	struct cf_haul_point point;
	int rc;

	rc = cf_layout_point(&r->b.layout, reader, r->column, &point, err);
	return (rc == 1 ? cf_haul_add_point(&r->b.job->rows, &point, err) :
	    rc);
}

static int
read_body(struct cf_job * job, const struct cf_job_call * call,
    const char * body, size_t len, enum cf_verdict * verdict,
    struct cf_err * err)
{
	struct reading r = { .b = { .job = job, .call = call,
		.verdict = verdict, .err = err } };

	if (cf_body_csv(&r.b, body, len, find_value, read_row))
		return (-1);
	*verdict = CF_VERDICT_GOOD;
	return (0);
}

static int
finish(struct cf_job * job, struct cf_err * err)
{
	struct cf_haul * rows = &job->rows;

	if (cf_job_series(job, err))
		return (-1);
	/* A day whose session was running has no close yet. */
	while (rows->n > 0 && cf_calendar_finished(cf_haul_day(rows,
	    rows->n - 1)) > job->moment_s)
		rows->n--;
	return (0);
}

const struct cf_source cf_cboe = {
	.name = "cboe",
	.ids = "INDEX",
	.gives = "series",
	.base_url = "https://cdn.cboe.com",
	.quota = { 0, 0.6 },
	.begin = begin,
	.url = make_url,
	.read = read_body,
	.finish = finish
};
