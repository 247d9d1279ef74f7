#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/secret.h"
#include "source/calendar.h"
#include "source/job.h"
#include "source/lag.h"

#define SHOWN_MAX 200		/* Bytes of a server's sentence. */

int
cf_job_push(struct cf_job * job, const struct cf_job_call * call,
    struct cf_err * err)
{

	if (job->ncalls == CF_JOB_CALLS_MAX)
		return (cf_err_set(err, CF_ERR_DATA,
		    "more than %d requests for one series",
		    CF_JOB_CALLS_MAX));
	if (cf_mem_grow(&job->calls, &job->calls_capacity, job->ncalls + 1,
	    sizeof(*job->calls), err))
		return (-1);
	job->calls[job->ncalls++] = *call;
	return (0);
}

void
cf_job_note(struct cf_job * job, const char * fmt, ...)
{
	char line[512];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (len < 0 || job->notes.len + strlen(line) > CF_JOB_NOTES_MAX)
		return;
	cf_buf_addf(&job->notes, "%s: %s\n", job->id, line);
}

int
cf_job_set_id(struct cf_job * job, const char * id, const char * suffix,
    struct cf_err * err)
{
	size_t len = strlen(id), i;

	if (len == 0 || len > CF_JOB_ID_MAX)
		goto bad;
	for (i = 0; i < len; i++) {
		if (id[i] <= ' ' || id[i] > '~' || id[i] == '"' ||
		    id[i] == ',')
			goto bad;
	}
	snprintf(job->id, sizeof(job->id), "%s%s", id, suffix);
	return (0);
bad:
	cf_err_data(err, NULL, id, len, "not the name of a symbol or series");
	if (err != NULL)
		err->kind = CF_ERR_USAGE;
	return (-1);
}

int
cf_job_fail(const struct cf_job * job, enum cf_verdict * verdict_out,
    enum cf_verdict verdict, const char * text, size_t len,
    struct cf_err * err)
{
	char copy[SHOWN_MAX * 2], shown[SHOWN_MAX];

	/* Mask before shortening: half a key must not stay either. */
	if (len > sizeof(copy))
		len = sizeof(copy);
	memcpy(copy, text, len);
	cf_secret_mask(copy, len, job->key);
	if (len == sizeof(copy) && job->key != NULL)
		len -= strlen(job->key) < len ? strlen(job->key) : len;
	cf_err_mask(shown, sizeof(shown), copy, len);
	if (len == 0)
		snprintf(shown, sizeof(shown), "the server does not say why");
	*verdict_out = verdict;
	return (cf_err_set(err, verdict == CF_VERDICT_KEY ? CF_ERR_USAGE :
	    CF_ERR_DATA, "%s", shown));
}

size_t
cf_job_whole_lines(struct cf_job * job, const char * body, size_t len)
{
	size_t n = len;

	/* JSON tells itself when it is cut. */
	if (len == 0 || body[0] == '{' || body[len - 1] == '\n' ||
	    body[len - 1] == '}' || memchr(body, '\n', len) == NULL)
		return (len);
	while (body[n - 1] != '\n')
		n--;
	cf_job_note(job, "the last line of the answer has no end and is left "
	    "out");
	return (n);
}

int32_t
cf_job_today(const struct cf_job * job)
{

	return (cf_day_of_moment(cf_calendar_eastern(job->moment_s)));
}

/* Rows of days that have not yet come are lies. */
static int
check_future(const struct cf_job * job, struct cf_err * err)
{
	char text[CF_DAY_TEXT_MAX];
	int32_t day;

	if (job->rows.n == 0)
		return (0);
	day = job->rows.points[job->rows.n - 1].day;
	if (day <= cf_day_of_moment(job->now_s) + 1)
		return (0);
	return (cf_err_data(err, NULL, text, cf_day_print(day, text),
	    "a date in the future"));
}

int
cf_job_series(struct cf_job * job, struct cf_err * err)
{
	struct cf_lag lag;

	if (job->rows.n == 0)
		return (cf_err_set(err, CF_ERR_DATA, "no values"));
	if (cf_haul_sort(&job->rows, NULL, err) || check_future(job, err))
		return (-1);
	lag = cf_lag_find(job->id, &job->rows);
	if (job->ask->lag_days >= 0) {
		lag.rule = CF_LAG_DAYS;
		lag.days = (int)job->ask->lag_days;
		lag.is_guess = 0;
	}
	if (lag.is_guess && job->rows.points[0].available == 0)
		cf_job_note(job, "nothing is known of when its values are "
		    "published: taken as available %s; --lag DAYS sets it, "
		    "--vintages asks FRED", cf_lag_text(&lag));
	cf_lag_set(&lag, &job->rows);
	cf_haul_cut(&job->rows, job->ask->from, job->ask->to);
	return (0);
}

void
cf_job_free(struct cf_job * job)
{

	free(job->calls);
	free(job->dates);
	cf_haul_free(&job->rows);
	cf_haul_free(&job->splits);
	cf_buf_free(&job->notes);
}
