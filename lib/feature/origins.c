#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/par.h"
#include "feature/habit.h"
#include "feature/origins.h"

#define DECIMALS 1e6		/* Features are rounded to a millionth. */
#define GROUP 8			/* Accounts of a thread before they are written. */
#define KEYS 4			/* account, date, horizon, target_date */
#define LAST 3			/* level, scale, cash_flow */

struct job {
	const struct cf_ledger * ledger;
	const struct cf_origins_plan * plan;
	size_t first;		/* Account of item 0. */
	struct cf_writer ** writers;	/* By item; each holds its records. */
	double * joined;	/* Values of the series, by item. */
	size_t nseries;
};

int
cf_origins_is_short(const struct cf_ledger_account * a)
{
	size_t t, known = 0;

	for (t = 0; t < a->days && known < CF_HABIT_DAYS_MIN; t++)
		known += isnan(a->amount[t]) == 0;
	return (known < CF_HABIT_DAYS_MIN);
}

static int
name_columns(const struct job * j, struct cf_writer * w, int with_header,
    struct cf_err * err)
{
	static const char * const keys[KEYS] = { "account", "date", "horizon",
	    "target_date" };
	static const char * const last[LAST] = { "level", "scale",
	    "cash_flow" };
	size_t n = KEYS + CF_HABIT_NCOLUMNS + j->nseries + LAST, i, c = 0;
	struct cf_column * columns;
	int rc;

	if ((columns = cf_mem_array(n, sizeof(*columns), err)) == NULL)
		return (-1);
	for (i = 0; i < KEYS; i++)
		columns[c++].name = keys[i];
	for (i = 0; i < CF_HABIT_NCOLUMNS; i++)
		columns[c++].name = cf_habit_name((enum cf_habit_column)i);
	for (i = 0; i < j->nseries; i++)
		columns[c++].name = cf_series_name(j->plan->series, i);
	for (i = 0; i < LAST; i++)
		columns[c++].name = last[i];
	rc = with_header ? cf_writer_columns(w, columns, n, err) :
	    cf_writer_columns_again(w, columns, n, err);
	free(columns);
	return (rc);
}

static void
write_day(struct cf_writer * w, int32_t day)
{
	char text[CF_DAY_TEXT_MAX];

	cf_writer_text(w, text, cf_day_print(day, text));
}

/* One record. */
static int
write_row(const struct job * j, struct cf_writer * w, const char * name,
    const struct cf_habit * h, size_t ahead, const double * joined,
    double outcome, struct cf_err * err)
{
	const int32_t origin = h->first + (int32_t)h->end - 1;
	double row[CF_HABIT_NCOLUMNS];
	size_t i;

	cf_habit_row(h, ahead, row);
	cf_writer_text(w, name, strlen(name));
	write_day(w, origin);
	cf_writer_int(w, (int64_t)ahead);
	write_day(w, origin + (int32_t)ahead);
	for (i = 0; i < CF_HABIT_NCOLUMNS; i++)
		cf_writer_number(w, rint(row[i] * DECIMALS) / DECIMALS);
	for (i = 0; i < j->nseries; i++)
		cf_writer_number(w, joined[i]);
	cf_writer_number(w, cf_habit_level(h, ahead));
	cf_writer_number(w, h->scale);
	cf_writer_number(w, outcome);
	return (cf_writer_end(w, err));
}

/* The records of the origin that is the account's day t. */
static int
write_origin(const struct job * j, struct cf_writer * w,
    const struct cf_ledger_account * a, size_t t, double * joined,
    struct cf_err * err)
{
	const struct cf_origins_plan * p = j->plan;
	const int is_newest = t + 1 == a->days && !a->is_closed;
	struct cf_habit h;
	int64_t moment_s;
	double outcome;
	size_t ahead, i;

	cf_habit_make(&h, a->amount, a->first, t + 1, p->holidays);
	if (!is_newest && !(h.scale > 0))
		return (0);
	moment_s = ((int64_t)a->first + (int64_t)t) * CF_DAY_S + CF_DAY_S - 1;
	for (i = 0; i < j->nseries; i++)
		cf_series_join(p->series, i, &moment_s, 1, p->max_age,
		    &joined[i], NULL);
	for (ahead = 1; ahead <= p->horizon; ahead++) {
		outcome = t + ahead < a->days ? a->amount[t + ahead] :
		    (double)NAN;
		if (isnan(outcome) && !is_newest)
			continue;
		if (write_row(j, w, a->name, &h, ahead, joined, outcome, err))
			return (-1);
	}
	return (0);
}

/* Whether the account's day t is an origin. */
static int
is_origin(const struct cf_origins_plan * p,
    const struct cf_ledger_account * a, size_t t)
{

	if (t + 1 == a->days && !a->is_closed)
		return (1);
	return (!p->newest_only && t + 1 >= CF_ORIGINS_PAST_MIN &&
	    (a->first + (int32_t)t - CF_DAY_MIN) % (int32_t)p->step == 0);
}

static int
work(void * cookie, size_t item, size_t thread, struct cf_err * err)
{
	const struct job * j = cookie;
	const struct cf_ledger_account * a =
	    &j->ledger->accounts[j->first + item];
	size_t t, known = 0;

	(void)thread;
	for (t = 0; t < a->days; t++) {
		known += isnan(a->amount[t]) == 0;
		if (known < CF_HABIT_DAYS_MIN || !is_origin(j->plan, a, t))
			continue;
		if (write_origin(j, j->writers[item], a, t,
		    j->joined + item * j->nseries, err))
			return (-1);
	}
	return (0);
}

/* Work on a group of accounts, then write their records in order. */
static int
run_group(struct job * j, size_t n, struct cf_out * out, struct cf_err * err)
{
	const char * text;
	size_t i, len;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		j->writers[i] = cf_writer_new(NULL, j->plan->format, 0, err);
		rc = j->writers[i] == NULL ||
		    name_columns(j, j->writers[i], 0, err) ? -1 : 0;
	}
	if (rc == 0)
		rc = cf_par_run(n, j->plan->threads, work, j, err);
	for (i = 0; i < n; i++) {
		if (rc == 0 && out != NULL) {
			text = cf_writer_held(j->writers[i], &len);
			cf_out_write(out, text, len);
		}
		cf_writer_free(j->writers[i]);
		j->writers[i] = NULL;
	}
	return (rc);
}

/* The header, which is there with no records too. */
static int
write_header(const struct job * j, struct cf_out * out, struct cf_err * err)
{
	struct cf_writer * w;
	int rc;

	if (out == NULL)
		return (0);
	if ((w = cf_writer_new(out, j->plan->format, j->plan->by_line,
	    err)) == NULL)
		return (-1);
	rc = name_columns(j, w, 1, err);
	cf_writer_free(w);
	return (rc);
}

int
cf_origins_run(const struct cf_ledger * ledger,
    const struct cf_origins_plan * plan, struct cf_out * out,
    struct cf_progress * progress, struct cf_err * err)
{
	struct job j = { .ledger = ledger, .plan = plan,
	    .nseries = cf_series_count(plan->series) };
	size_t group = GROUP * plan->threads, n;
	int rc = -1;

	j.writers = cf_mem_array(group, sizeof(struct cf_writer *), err);
	j.joined = cf_mem_array(group * (j.nseries + 1), sizeof(*j.joined),
	    err);
	if (j.writers == NULL || j.joined == NULL ||
	    write_header(&j, out, err))
		goto done;
	for (; j.first < ledger->n; j.first += n) {
		n = ledger->n - j.first < group ? ledger->n - j.first : group;
		if (run_group(&j, n, out, err))
			goto done;
		cf_progress_at(progress, j.first + n);
	}
	rc = 0;
done:
	free(j.writers);
	free(j.joined);
	return (rc);
}
