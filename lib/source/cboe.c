#include <string.h>

#include "base/day.h"
#include "source/calendar.h"
#include "source/cboe.h"
#include "source/layout.h"

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

static int
make_url(const struct cf_job * job, const struct cf_job_call * call,
    const char ** base, struct cf_buf * url, struct cf_buf * name)
{

	(void)call;
	(void)base;
	cf_buf_addf(url, "/api/global/us_indices/daily_prices/%s_History.csv",
	    job->arg);
	cf_buf_addf(name, "history %s", job->arg);
	return (0);
}

/* The close; or the one column beside the date, which has the index's name. */
static size_t
value_column(const struct cf_layout * layout, const struct cf_reader * reader,
    const char * id)
{

	if (cf_layout_has(layout, CF_LAYOUT_CLOSE))
		return (layout->column[CF_LAYOUT_CLOSE]);
	return (cf_reader_columns(reader) == 2 ? cf_reader_find(reader, id) :
	    CF_READER_NONE);
}

static int
read_rows(struct cf_job * job, struct cf_reader * reader, struct cf_err * err)
{
	struct cf_layout layout;
	struct cf_haul_point point;
	size_t column;
	int rc;

	if (cf_layout_answer(&layout, reader, err))
		return (-1);
	column = value_column(&layout, reader, job->arg);
	if (!cf_layout_has(&layout, CF_LAYOUT_DATE) ||
	    column == CF_READER_NONE)
		return (cf_err_set(err, CF_ERR_DATA,
		    "the answer has a header that is not known"));
	while ((rc = cf_reader_next(reader, err)) == 1) {
		rc = cf_layout_point(&layout, reader, column, &point, err);
		if (rc < 0 || (rc == 1 && cf_haul_add_point(&job->rows,
		    &point, err)))
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

	(void)call;
	*verdict = CF_VERDICT_BUSY;
	reader = cf_reader_memory(body, len, job->source->name, err);
	if (reader == NULL)
		return (-1);
	rc = read_rows(job, reader, err);
	cf_reader_close(reader);
	if (rc == 0)
		*verdict = CF_VERDICT_GOOD;
	return (rc);
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
