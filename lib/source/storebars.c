#include <math.h>
#include <string.h>

#include "base/day.h"
#include "source/bars.h"
#include "source/calendar.h"
#include "source/storebars.h"

#define OVERLAP_MIN 5		/* Rows that tell of another adjustment. */
#define OVERLAP_DIFFERS 0.005	/* Relative difference of a close. */

enum origin { STORED = 1, FETCHED = 2 };	/* BOTH: 3. */

struct merge {
	struct cf_reader * old;
	size_t columns[CF_HAUL_VALUES];
	size_t symbol;
	size_t date;
	struct cf_haul_bar stored;
	int has_stored;		/* `stored` is the next row of the file. */
	int has_clock;		/* Of the file; -1: not known. */
	struct cf_job * job;
	size_t at;		/* The next new row. */
	unsigned int out_columns;
	struct cf_writer * writer;
	struct cf_haul_bar before;	/* The row written last. */
	int before_origin;	/* 0: there is none. */
	int before_changed;
	size_t overlap;		/* Rows that stood and came again. */
	size_t differ;		/* Those with another close. */
	size_t revisions;	/* Told or counted. */
	size_t jumps;
	struct cf_store_report * report;
	struct cf_err * err;
};

static int
is_daily(const struct merge * m)
{

	return (!m->job->rows.has_clock && strchr(m->job->id, '@') == NULL);
}

/* Find the columns of the stored file; foreign ones are an error. */
static int
find_columns(struct merge * m)
{
	size_t i, k, known = 2, n = cf_reader_columns(m->old);

	if (cf_reader_need(m->old, "symbol", &m->symbol, m->err) ||
	    cf_reader_need(m->old, "date", &m->date, m->err))
		return (-1);
	for (i = 0; i < CF_HAUL_VALUES; i++) {
		if (i < CF_HAUL_PLAIN && cf_reader_need(m->old,
		    cf_haul_name((int)i), &m->columns[i], m->err))
			return (-1);
		m->columns[i] = cf_reader_find(m->old, cf_haul_name((int)i));
		if (m->columns[i] == CF_READER_NONE)
			continue;
		known++;
		if (i >= CF_HAUL_PLAIN)
			m->out_columns |= 1u << i;
	}
	for (k = 0; known < n && k < n; k++) {
		for (i = 0; i < CF_HAUL_VALUES; i++) {
			if (m->columns[i] == k)
				break;
		}
		if (i == CF_HAUL_VALUES && k != m->symbol && k != m->date)
			return (cf_err_set(m->err, CF_ERR_DATA, "%s: column "
			    "\"%s\" is not one of a stored bar",
			    cf_reader_name(m->old),
			    cf_reader_column(m->old, k)));
	}
	return (0);
}

/* Read the next stored row.  Return 0 or -1. */
static int
next_stored(struct merge * m)
{
	struct cf_field name;
	int64_t last_s = m->stored.time_s;
	int had = m->has_stored, has_clock, rc, i;

	m->has_stored = 0;
	if (m->old == NULL || (rc = cf_reader_next(m->old, m->err)) == 0)
		return (0);
	if (rc < 0)
		return (-1);
	name = cf_reader_field(m->old, m->symbol);
	if (strlen(m->job->id) != name.len ||
	    memcmp(m->job->id, name.text, name.len) != 0)
		return (cf_reader_bad(m->old, m->symbol,
		    "another symbol than the file's", m->err));
	if (cf_reader_moment(m->old, m->date, &m->stored.time_s, &has_clock,
	    m->err))
		return (-1);
	if (m->has_clock != -1 && m->has_clock != has_clock)
		return (cf_reader_bad(m->old, m->date,
		    "with and without a time of day in one file", m->err));
	m->has_clock = has_clock;
	if (had && m->stored.time_s <= last_s)
		return (cf_reader_bad(m->old, m->date, "not in order",
		    m->err));
	for (i = 0; i < CF_HAUL_VALUES; i++) {
		m->stored.v[i] = NAN;
		if (m->columns[i] != CF_READER_NONE && cf_reader_number(
		    m->old, m->columns[i], &m->stored.v[i], m->err))
			return (-1);
	}
	m->has_stored = 1;
	return (0);
}

static void
tell_revision(struct merge * m, const struct cf_haul_bar * was, int value,
    double now)
{
	char day[CF_DAY_TEXT_MAX];
	size_t len = cf_day_print_moment(was->time_s, m->has_clock == 1, day);

	if (m->revisions++ < CF_STORE_NOTES)
		cf_job_note(m->job, "%.*s: %s revised from %.10g to %.10g",
		    (int)len, day, cf_haul_name(value), was->v[value], now);
}

/*
 * Lay the new values over the stored ones.  Return whether any changed; note
 * revisions (not of the adjusted close: each dividend changes all of them).
 */
static int
lay_over(struct merge * m, struct cf_haul_bar * bar,
    const struct cf_haul_bar * was, const struct cf_haul_bar * now)
{
	int i, told = 0, changed = 0, revised = 0;

	*bar = *was;
	for (i = 0; i < CF_HAUL_VALUES; i++) {
		if (isnan(now->v[i]) || cf_haul_same(was->v[i], now->v[i]))
			continue;
		bar->v[i] = now->v[i];
		changed = 1;
		if (isnan(was->v[i]))
			continue;
		revised = 1;
		if (i != CF_HAUL_ADJUSTED && !told) {
			tell_revision(m, was, i, now->v[i]);
			told = 1;
		}
	}
	m->report->revised += (size_t)revised;
	m->overlap++;
	m->differ += fabs(now->v[CF_HAUL_CLOSE] / was->v[CF_HAUL_CLOSE] - 1) >
	    OVERLAP_DIFFERS;
	return (changed);
}

/* A split that is known but not in the row. */
static int
set_split(const struct merge * m, struct cf_haul_bar * bar)
{
	int32_t day = cf_day_of_moment(bar->time_s);
	double factor;

	if (m->job->splits.n == 0)
		return (0);
	factor = cf_bars_split_of(&m->job->splits, day, m->before_origin ?
	    cf_day_of_moment(m->before.time_s) : day - 1);
	if (isnan(factor) || cf_haul_same(factor, bar->v[CF_HAUL_SPLIT]))
		return (0);
	bar->v[CF_HAUL_SPLIT] = factor;
	return (1);
}

static void
tell_gap(const struct merge * m, const struct cf_haul_bar * bar, int origin)
{
	int32_t a, b, n;
	char from[CF_DAY_TEXT_MAX], to[CF_DAY_TEXT_MAX];

	/* Only where stored and new rows meet. */
	if (!is_daily(m) || (m->before_origin | origin) != (STORED | FETCHED) ||
	    (m->before_origin & origin) != 0)
		return;
	a = cf_day_of_moment(m->before.time_s);
	b = cf_day_of_moment(bar->time_s);
	n = cf_calendar_business_between(a, b);
	if (n <= CF_STORE_GAP_DAYS)
		return;
	from[cf_day_print(a, from)] = '\0';
	to[cf_day_print(b, to)] = '\0';
	cf_job_note(m->job, "no rows between %s and %s (%d business days); a "
	    "free key reaches back 100 rows: fill the gap from a file, "
	    "cf-fetch --store DIR csv %s=FILE", from, to, (int)n,
	    m->job->id);
}

static int
put(struct merge * m, struct cf_haul_bar * bar, int origin, int changed)
{
	int32_t day = cf_day_of_moment(bar->time_s);

	changed |= set_split(m, bar);
	if (m->before_origin)
		tell_gap(m, bar, origin);
	if (is_daily(m) && m->before_origin && (changed || m->before_changed))
		cf_bars_tell_jump(m->job, &m->before, bar, &m->jumps);
	if (m->report->rows == 0)
		m->report->first = day;
	m->report->rows++;
	m->report->newest = day;
	m->report->added += origin == FETCHED;
	m->report->changed |= changed;
	m->before = *bar;
	m->before_origin = origin;
	m->before_changed = changed;
	return (cf_haul_write_bar(m->job->id, bar, m->has_clock == 1,
	    m->out_columns, m->writer, m->err));
}

static int
merge_rows(struct merge * m)
{
	const struct cf_haul * rows = &m->job->rows;
	const struct cf_haul_bar * now;
	struct cf_haul_bar bar;
	int changed;

	while (m->has_stored || m->at < rows->n) {
		now = m->at < rows->n ? &rows->bars[m->at] : NULL;
		if (now == NULL || (m->has_stored &&
		    m->stored.time_s < now->time_s)) {
			bar = m->stored;
			if (put(m, &bar, STORED, 0) || next_stored(m))
				return (-1);
			continue;
		}
		m->at++;
		if (!m->has_stored || now->time_s < m->stored.time_s) {
			bar = *now;
			if (put(m, &bar, FETCHED, 1))
				return (-1);
			continue;
		}
		changed = lay_over(m, &bar, &m->stored, now);
		if (put(m, &bar, STORED | FETCHED, changed) ||
		    next_stored(m))
			return (-1);
	}
	return (0);
}

/* What was counted beyond what was told. */
static void
sum_up(const struct merge * m)
{

	if (m->revisions > CF_STORE_NOTES)
		cf_job_note(m->job, "and %zu more rows revised",
		    m->revisions - CF_STORE_NOTES);
	if (m->jumps > CF_BARS_JUMPS)
		cf_job_note(m->job, "and %zu more such steps",
		    m->jumps - CF_BARS_JUMPS);
	if (m->overlap >= OVERLAP_MIN && m->differ > m->overlap / 2)
		cf_job_note(m->job, "%zu of %zu rows that stood already have "
		    "another close: is the stored history adjusted in "
		    "another way?", m->differ, m->overlap);
}

/* Open the stored file at its first row. */
static int
start(struct merge * m)
{
	int rc;

	if (m->old != NULL) {
		if ((rc = cf_reader_header(m->old, m->err)) < 0)
			return (-1);
		if (rc == 0)
			m->old = NULL;
		else if (find_columns(m))
			return (-1);
	}
	if (next_stored(m))
		return (-1);
	if (m->has_stored && m->job->rows.n > 0 &&
	    m->has_clock != m->job->rows.has_clock)
		return (cf_err_set(m->err, CF_ERR_DATA, "%s: the stored bars "
		    "have %s time of day, the new ones have %s", m->job->id,
		    m->has_clock ? "a" : "no", m->has_clock ? "none" :
		    "one"));
	if (!m->has_stored)
		m->has_clock = m->job->rows.has_clock;
	/* A column more is a change, even if its values come to stored rows. */
	m->out_columns |= m->job->rows.columns;
	if (m->job->splits.n > 0 && m->has_stored)
		m->out_columns |= 1u << CF_HAUL_SPLIT;
	return (0);
}

int
cf_storebars_merge(struct cf_reader * old, struct cf_job * job,
    struct cf_out * out, struct cf_store_report * report,
    struct cf_err * err)
{
	struct merge m = { .old = old, .has_clock = -1, .job = job,
		.report = report, .err = err };
	int rc = -1;

	m.writer = cf_writer_new(out, CF_FORMAT_CSV, 0, err);
	if (m.writer == NULL)
		return (-1);
	if (start(&m) || cf_haul_header(CF_HAUL_BARS, m.out_columns,
	    m.writer, err) || merge_rows(&m))
		goto done;
	sum_up(&m);
	rc = 0;
done:
	cf_writer_free(m.writer);
	return (rc);
}
