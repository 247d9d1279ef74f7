#include <math.h>
#include <string.h>

#include "base/day.h"
#include "source/bars.h"
#include "source/calendar.h"
#include "source/layout.h"

#define SPLIT_SLACK 5		/* Days from a split to its bar. */
#define FRIDAY 5

/* Ratios of splits, and how near is near. */
#define NEAR 0.04
#define JUMP 0.6		/* Price now / before. */

double
cf_bars_is_jump(double before, double now)
{
	static const double ratios[] = { 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 15, 20,
	    25, 30, 40, 50, 100 };
	double ratio = now < before ? before / now : now / before;
	size_t i;

	if (!(ratio > 1 / JUMP))
		return (0);
	for (i = 0; i < sizeof(ratios) / sizeof(ratios[0]); i++) {
		if (fabs(ratio / ratios[i] - 1) <= NEAR)
			return (now < before ? ratios[i] : 1 / ratios[i]);
	}
	return (0);
}

void
cf_bars_tell_jump(struct cf_job * job, const struct cf_haul_bar * before,
    const struct cf_haul_bar * bar, size_t * told)
{
	double split = bar->v[CF_HAUL_SPLIT], open = bar->v[CF_HAUL_OPEN];
	double now = isnan(open) ? bar->v[CF_HAUL_CLOSE] : open;
	char day[CF_DAY_TEXT_MAX];
	double ratio;

	if (split < 1 || split > 1)
		return;
	ratio = cf_bars_is_jump(before->v[CF_HAUL_CLOSE], now);
	if (!(ratio > 0) || (*told)++ >= CF_BARS_JUMPS)
		return;
	day[cf_day_print(cf_day_of_moment(bar->time_s), day)] = '\0';
	cf_job_note(job, "%s: the price steps from %.10g to %.10g overnight, "
	    "as by a split of %.4g that is not recorded; cf-fetch --store DIR "
	    "--function splits alphavantage %s asks for the splits", day,
	    before->v[CF_HAUL_CLOSE], now, ratio, job->id);
}

/* Rows that go to no store are looked at here. */
static void
tell_jumps(struct cf_job * job)
{
	const struct cf_haul * rows = &job->rows;
	size_t i, told = 0;

	if (job->ask->to_store || rows->has_clock ||
	    strchr(job->id, '@') != NULL)
		return;
	for (i = 1; i < rows->n; i++)
		cf_bars_tell_jump(job, &rows->bars[i - 1], &rows->bars[i],
		    &told);
}

double
cf_bars_split_of(const struct cf_haul * splits, int32_t day, int32_t before)
{
	const struct cf_haul_point * p;
	double factor = NAN;
	size_t i;

	for (i = 0; i < splits->n; i++) {
		p = &splits->points[i];
		if (p->day > day || p->day <= before ||
		    p->day < day - SPLIT_SLACK)
			continue;
		factor = isnan(factor) ? p->value : factor * p->value;
	}
	return (factor);
}

/* The moment from which a bar is finished. */
static int64_t
finished(const struct cf_haul_bar * bar, enum cf_bars_session session,
    int step_s)
{
	int32_t day = cf_day_of_moment(bar->time_s);
	int weekday = cf_day_weekday(day);

	switch (session) {
	case CF_BARS_INTRADAY:
		return (bar->time_s + step_s);
	case CF_BARS_UTC:
		return ((int64_t)(day + 1) * CF_DAY_S +
		    CF_CALENDAR_SETTLE_S);
	case CF_BARS_WEEKLY:
		if (weekday < FRIDAY)
			day += FRIDAY - weekday;
		return (cf_calendar_finished(day));
	case CF_BARS_DAILY:
		return (cf_calendar_finished(day));
	default:
		return (INT64_MIN);
	}
}

/*
 * The moment for which the source's data stand: when it gave them, or earlier
 * if it says itself that it last looked during a session.
 */
static int64_t
data_moment(const struct cf_job * job)
{
	int64_t time_s;
	int has_clock;

	if (cf_layout_time(job->refreshed, strlen(job->refreshed), &time_s,
	    &has_clock) || !has_clock)
		return (job->moment_s);
	if (!job->is_utc)
		time_s = cf_calendar_from_eastern(time_s);
	/* "16:00:01" is behind the close. */
	time_s += CF_CALENDAR_SETTLE_S;
	return (time_s < job->moment_s ? time_s : job->moment_s);
}

static void
drop_unfinished(struct cf_job * job, enum cf_bars_session session, int step_s)
{
	struct cf_haul * rows = &job->rows;
	/* Of bars of minutes the last look is a bar's own time. */
	int64_t moment = session == CF_BARS_INTRADAY ? job->moment_s :
	    data_moment(job);
	int32_t refreshed = cf_day_of_moment(cf_calendar_eastern(moment));
	size_t n = rows->n;
	int32_t day;

	while (n > 0) {
		day = cf_haul_day(rows, n - 1);
		/* An older look says nothing of days before it. */
		if (finished(&rows->bars[n - 1], session, step_s) <=
		    (day >= refreshed ? moment : job->moment_s))
			break;
		n--;
	}
	rows->n = n;
}

static void
set_splits(struct cf_job * job)
{
	struct cf_haul * rows = &job->rows;
	double factor;
	size_t i;

	if (job->splits.n == 0)
		return;
	for (i = 0; i < rows->n; i++) {
		factor = cf_bars_split_of(&job->splits, cf_haul_day(rows, i),
		    i > 0 ? cf_haul_day(rows, i - 1) :
		    cf_haul_day(rows, i) - 1);
		if (isnan(factor))
			continue;
		rows->bars[i].v[CF_HAUL_SPLIT] = factor;
		rows->columns |= 1u << CF_HAUL_SPLIT;
	}
}

static int
check_future(const struct cf_job * job, struct cf_err * err)
{
	const struct cf_haul * rows = &job->rows;
	char text[CF_DAY_TEXT_MAX];
	int64_t now_s = job->now_s > job->moment_s ? job->now_s :
	    job->moment_s;
	int32_t day;

	if (rows->n == 0)
		return (0);
	day = cf_haul_day(rows, rows->n - 1);
	if (day <= cf_day_of_moment(now_s) + 1)
		return (0);
	return (cf_err_data(err, NULL, text, cf_day_print(day, text),
	    "a date in the future"));
}

int
cf_bars_finish(struct cf_job * job, enum cf_bars_session session, int step_s,
    struct cf_err * err)
{
	struct cf_haul * rows = &job->rows;
	char text[CF_DAY_TEXT_MAX];
	size_t i;

	if (session == CF_BARS_INTRADAY && !job->is_utc) {
		for (i = 0; i < rows->n; i++)
			rows->bars[i].time_s = cf_calendar_from_eastern(
			    rows->bars[i].time_s);
	}
	if (cf_haul_sort(rows, NULL, err) ||
	    cf_haul_sort(&job->splits, NULL, err))
		return (-1);
	if (session != CF_BARS_ANY) {
		if (check_future(job, err))
			return (-1);
		drop_unfinished(job, session, step_s);
	}
	set_splits(job);
	if (rows->dropped > 0)
		cf_job_note(job, "%zu rows left out that cannot be true "
		    "(no close, a price not above 0, high below low), the "
		    "last of %.*s", rows->dropped,
		    (int)cf_day_print_moment(rows->dropped_s, rows->has_clock,
		    text), text);
	cf_haul_cut(rows, job->ask->from, job->ask->to);
	tell_jumps(job);
	return (0);
}
