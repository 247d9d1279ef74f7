#include <math.h>
#include <string.h>

#include "base/day.h"
#include "source/storeseries.h"

struct merge {
	struct cf_haul old;
	struct cf_job * job;
	struct cf_writer * writer;
	size_t revisions;
	struct cf_store_report * report;
	struct cf_err * err;
};

/* Read the stored file. */
static int
load(struct merge * m, struct cf_reader * reader)
{
	size_t series, date, available, value;
	struct cf_haul_point p;
	struct cf_field name;
	int rc;

	if ((rc = cf_reader_header(reader, m->err)) <= 0)
		return (rc);
	if (cf_reader_need(reader, "series", &series, m->err) ||
	    cf_reader_need(reader, "date", &date, m->err) ||
	    cf_reader_need(reader, "available", &available, m->err) ||
	    cf_reader_need(reader, "value", &value, m->err))
		return (-1);
	while ((rc = cf_reader_next(reader, m->err)) == 1) {
		name = cf_reader_field(reader, series);
		if (strlen(m->job->id) != name.len ||
		    memcmp(m->job->id, name.text, name.len) != 0)
			return (cf_reader_bad(reader, series,
			    "another series than the file's", m->err));
		if (cf_reader_day(reader, date, &p.day, m->err) ||
		    cf_reader_day(reader, available, &p.available, m->err) ||
		    cf_reader_number(reader, value, &p.value, m->err) ||
		    cf_haul_add_point(&m->old, &p, m->err))
			return (-1);
	}
	if (rc == 0)
		rc = cf_haul_sort(&m->old, cf_reader_name(reader), m->err);
	return (rc);
}

/* The number of points of the day at ${i}. */
static size_t
same_day(const struct cf_haul * rows, size_t i)
{
	size_t n = 1;

	while (i + n < rows->n && rows->points[i + n].day ==
	    rows->points[i].day)
		n++;
	return (n);
}

static int
put(struct merge * m, const struct cf_haul_point * points, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (m->report->rows == 0)
			m->report->first = points[i].day;
		m->report->rows++;
		m->report->newest = points[i].day;
		if (cf_haul_write_point(m->job->id, &points[i], m->writer,
		    m->err))
			return (-1);
	}
	return (0);
}

static void
tell_revision(struct merge * m, const struct cf_haul_point * was, double now)
{
	char day[CF_DAY_TEXT_MAX];

	m->report->revised++;
	m->report->changed = 1;
	day[cf_day_print(was->day, day)] = '\0';
	if (m->revisions++ < CF_STORE_NOTES)
		cf_job_note(m->job, "%s: value revised from %.10g to %.10g",
		    day, was->value, now);
}

/* A day whose newest value is the one stored last, or a new one. */
static int
put_newest(struct merge * m, const struct cf_haul_point * was, size_t n,
    const struct cf_haul_point * now)
{
	struct cf_haul_point point = was[n - 1];

	if (cf_haul_same(point.value, now->value)) {
		/* Only --lag says that the stored day is wrong. */
		if (n > 1 || point.available == now->available ||
		    m->job->ask->lag_days < 0)
			return (put(m, was, n));
		point.available = now->available;
		m->report->changed = 1;
		return (put(m, &point, 1));
	}
	tell_revision(m, &point, now->value);
	point.value = now->value;
	if (n == 1)
		return (put(m, &point, 1));
	/* Vintages stand there: this is one more, known from today on. */
	point.available = cf_job_today(m->job);
	if (point.available <= was[n - 1].available)
		point.available = was[n - 1].available + 1;
	return (put(m, was, n) || put(m, &point, 1) ? -1 : 0);
}

/* A day of which real vintages came. */
static int
put_vintages(struct merge * m, const struct cf_haul_point * was, size_t n,
    const struct cf_haul_point * now, size_t k)
{
	size_t i;
	int same = n == k;

	for (i = 0; same && i < n; i++)
		same = was[i].available == now[i].available &&
		    cf_haul_same(was[i].value, now[i].value);
	if (!same)
		m->report->changed = 1;
	if (!cf_haul_same(was[n - 1].value, now[k - 1].value))
		tell_revision(m, &was[n - 1], now[k - 1].value);
	return (put(m, now, k));
}

static int
merge_days(struct merge * m)
{
	const struct cf_haul * new = &m->job->rows;
	const struct cf_haul * old = &m->old;
	size_t i = 0, j = 0, n, k;
	int rc;

	while (i < old->n || j < new->n) {
		n = i < old->n ? same_day(old, i) : 0;
		k = j < new->n ? same_day(new, j) : 0;
		if (k == 0 || (n > 0 && old->points[i].day <
		    new->points[j].day)) {
			rc = put(m, &old->points[i], n);
			k = 0;
		} else if (n == 0 || new->points[j].day <
		    old->points[i].day) {
			rc = put(m, &new->points[j], k);
			m->report->added += k;
			m->report->changed = 1;
			n = 0;
		} else if (m->job->is_dated) {
			rc = put_vintages(m, &old->points[i], n,
			    &new->points[j], k);
		} else {
			rc = put_newest(m, &old->points[i], n,
			    &new->points[j + k - 1]);
		}
		if (rc)
			return (-1);
		i += n;
		j += k;
	}
	return (0);
}

int
cf_storeseries_merge(struct cf_reader * old, struct cf_job * job,
    struct cf_out * out, struct cf_store_report * report,
    struct cf_err * err)
{
	struct merge m = { .job = job, .report = report, .err = err };
	int rc = -1;

	m.old.kind = CF_HAUL_SERIES;
	m.old.max = (size_t)CF_HAUL_POINTS_MAX * CF_HAUL_FILE_FACTOR;
	m.writer = cf_writer_new(out, CF_FORMAT_CSV, 0, err);
	if (m.writer == NULL)
		return (-1);
	if ((old != NULL && load(&m, old)) ||
	    cf_haul_header(CF_HAUL_SERIES, 0, m.writer, err) ||
	    merge_days(&m))
		goto done;
	if (m.revisions > CF_STORE_NOTES)
		cf_job_note(job, "and %zu more values revised",
		    m.revisions - CF_STORE_NOTES);
	rc = 0;
done:
	cf_haul_free(&m.old);
	cf_writer_free(m.writer);
	return (rc);
}
