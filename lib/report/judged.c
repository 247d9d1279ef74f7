#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "report/judged.h"
#include "report/without.h"
#include "score/score.h"

#define RECENT 60		/* Dates of the recent coverage. */
#define MONTHS 36		/* That are shown, at most. */
#define BAND 1.645		/* Standard deviations of a 90 % band. */
#define BINS (CF_PAST_QUANTILES + 3)

/* The sums of one month. */
struct month {
	int number;		/* year * 12 + month - 1 */
	size_t n;
	size_t inside;
	size_t dates;
	double level;
	size_t scored;		/* With all baselines. */
	double model;		/* Sums of interval scores. */
	double without[CF_WITHOUT_KINDS];
};

struct judging {
	const struct cf_past * past;
	double horizon;		/* That is judged; ledgers: all. */
	int first;		/* Number of the first month. */
	struct month * months;
	size_t nmonths;
	int64_t * dates;	/* Distinct, ascending. */
	size_t ndates;
	size_t kinds[CF_WITHOUT_KINDS];	/* Records that each could say. */
};

static int
month_of(int64_t time_s)
{
	int year, month, day;

	cf_day_split(cf_day_of_moment(time_s), &year, &month, &day);
	return (year * 12 + month - 1);
}

/* Is this row judged? */
static int
counts(const struct judging * j, const struct cf_past_row * r)
{

	return (!isnan(r->outcome) && (j->past->files.is_ledger ||
	    (!(r->key.horizon < j->horizon) &&
	    !(r->key.horizon > j->horizon))));
}

static int
by_time(const void * a, const void * b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return ((x > y) - (x < y));
}

/* The months and dates that there are. */
static int
find_months(struct judging * j, struct cf_err * err)
{
	const struct cf_past * past = j->past;
	size_t i, n = 0;

	if ((j->dates = cf_mem_array(past->n, sizeof(*j->dates), err)) == NULL)
		return (-1);
	for (i = 0; i < past->n; i++) {
		if (counts(j, &past->rows[i]))
			j->dates[n++] = past->rows[i].target_s;
	}
	if (n == 0)
		return (0);
	qsort(j->dates, n, sizeof(*j->dates), by_time);
	for (i = 0; i < n; i++) {
		if (i == 0 || j->dates[i] != j->dates[j->ndates - 1])
			j->dates[j->ndates++] = j->dates[i];
	}
	j->first = month_of(j->dates[0]);
	j->nmonths = (size_t)(month_of(j->dates[j->ndates - 1]) - j->first) +
	    1;
	j->months = cf_mem_array(j->nmonths, sizeof(*j->months), err);
	if (j->months == NULL)
		return (-1);
	for (i = 0; i < j->nmonths; i++)
		j->months[i].number = j->first + (int)i;
	for (i = 0; i < j->ndates; i++)
		j->months[month_of(j->dates[i]) - j->first].dates++;
	return (0);
}

static int
inside(const struct cf_past_row * r)
{

	return (r->outcome >= r->low && r->outcome <= r->high);
}

/* Score a row against the baselines that this kind of record has. */
static void
compare(struct judging * j, const struct cf_without * without,
    const struct cf_past_row * r, struct month * m)
{
	double low, high, scores[CF_WITHOUT_KINDS];
	int kind, has[CF_WITHOUT_KINDS], any = 0;

	for (kind = 0; kind < CF_WITHOUT_KINDS; kind++) {
		has[kind] = cf_without_interval(without,
		    (enum cf_without_kind)kind, r, &low, &high);
		scores[kind] = has[kind] ? cf_score_winkler(r->level, low,
		    high, r->outcome) : 0;
		any |= has[kind];
	}
	/* All warm up at once, but for what is none of this kind of record. */
	if (!any || !has[CF_WITHOUT_UNCONDITIONAL] ||
	    !has[j->past->files.is_ledger ? CF_WITHOUT_WEEKDAY :
	    CF_WITHOUT_EWMA])
		return;
	m->scored++;
	m->model += cf_score_winkler(r->level, r->low, r->high, r->outcome);
	for (kind = 0; kind < CF_WITHOUT_KINDS; kind++) {
		m->without[kind] += scores[kind];
		j->kinds[kind] += (size_t)has[kind];
	}
}

static int
score(struct judging * j, struct cf_err * err)
{
	const struct cf_past * past = j->past;
	const struct cf_past_row * r;
	struct cf_without without;
	struct month * m;
	size_t i;
	int rc;

	rc = cf_without_open(&without, past, j->horizon, err);
	for (i = 0; i < past->n && rc == 0; i++) {
		r = &past->rows[i];
		if (i == 0 || r->key.entity != past->rows[i - 1].key.entity)
			cf_without_entity(&without, r->key.entity);
		if (!counts(j, r))
			continue;
		m = &j->months[month_of(r->target_s) - j->first];
		m->n++;
		m->inside += (size_t)inside(r);
		m->level += r->level;
		cf_without_at(&without, r, month_of(r->key.date_s));
		compare(j, &without, r, m);
	}
	cf_without_close(&without);
	return (rc);
}

/* Outcomes over h days overlap: so many dates are worth as one. */
static double
overlap(const struct judging * j)
{

	return (j->past->files.is_ledger || j->horizon < 1 ? 1 : j->horizon);
}

static void
month_name(struct cf_figure * f, int number)
{
	struct cf_buf text = { 0 };

	cf_buf_addf(&text, "%04d-%02d", number / 12, number % 12 + 1);
	cf_figure_gathered(f, &text, CF_STATE_PLAIN);
	cf_buf_free(&text);
}

/* The first month that is shown. */
static size_t
first_shown(const struct judging * j)
{

	return (j->nmonths > MONTHS ? j->nmonths - MONTHS : 0);
}

static int
coverage_figure(const struct judging * j, const struct cf_judged * judged,
    struct cf_figures * figures, struct cf_err * err)
{
	const struct month * m;
	struct cf_figure * f;
	double share, level, half;
	size_t i;

	f = cf_figure_add(figures, CF_ROOM_QUALITY, CF_FIGURE_BARS, err);
	if (f == NULL)
		return (-1);
	cf_figure_title(f, "Share of outcomes inside their interval");
	cf_figure_lead(f, "%.1f %% of %zu outcomes; %.0f %% is meant. The thin "
	    "line is where a month should lie.", 100 * judged->coverage,
	    judged->n, 100 * judged->level);
	cf_figure_column(f, "month", -1);
	cf_figure_column(f, "inside %", 1);
	cf_figure_column(f, "from %", 1);
	cf_figure_column(f, "to %", 1);
	cf_figure_column(f, "outcomes", 0);
	cf_figure_column(f, "dates", 0);
	f->drawn = 4;
	f->in_time = 1;
	for (i = first_shown(j); i < j->nmonths; i++) {
		m = &j->months[i];
		if (m->n == 0)
			continue;
		share = (double)m->inside / (double)m->n;
		level = m->level / (double)m->n;
		half = BAND * sqrt(level * (1 - level) * overlap(j) /
		    (double)m->dates);
		month_name(f, m->number);
		cf_figure_number(f, 100 * share, share < level - half ?
		    CF_STATE_WATCH : CF_STATE_PLAIN);
		cf_figure_number(f, 100 * fmax(0, level - half),
		    CF_STATE_PLAIN);
		cf_figure_number(f, 100 * fmin(1, level + half),
		    CF_STATE_PLAIN);
		cf_figure_number(f, (double)m->n, CF_STATE_PLAIN);
		cf_figure_number(f, (double)m->dates, CF_STATE_PLAIN);
	}
	return (cf_figure_check(f, err));
}

/* ---- the probability integral transform */

/* Edges of bins: levels and quantiles of one forecast, in their order. */
static size_t
edges(const struct cf_past * past, const struct cf_past_row * r,
    double levels[BINS], double values[BINS])
{
	double tail = (1 - r->level) / 2;
	size_t i, n = 0;

	levels[n] = tail;
	values[n++] = r->low;
	for (i = 0; i < past->nlevels && r->quantiles != CF_PAST_NONE; i++) {
		if (past->levels[i] < tail + 1e-9 ||
		    past->levels[i] > 1 - tail - 1e-9)
			continue;
		levels[n] = past->levels[i];
		values[n++] = past->values[r->quantiles + i];
	}
	levels[n] = 1 - tail;
	values[n++] = r->high;
	return (n);
}

static void
pit_row(struct cf_figure * f, double from, double to, double share,
    double half)
{
	struct cf_buf text = { 0 };
	double ratio = share / (to - from), off = half / (to - from);

	cf_buf_addf(&text, "%g-%g %%", 100 * from, 100 * to);
	cf_figure_gathered(f, &text, CF_STATE_PLAIN);
	cf_buf_free(&text);
	cf_figure_number(f, ratio, fabs(ratio - 1) > off ? CF_STATE_WATCH :
	    CF_STATE_PLAIN);
	cf_figure_number(f, fmax(0, 1 - off), CF_STATE_PLAIN);
	cf_figure_number(f, 1 + off, CF_STATE_PLAIN);
	cf_figure_number(f, 100 * share, CF_STATE_PLAIN);
	cf_figure_number(f, 100 * (to - from), CF_STATE_PLAIN);
}

/* Rows with the most bins count, and among these those of the newest level. */
static int
pit_figure(const struct judging * j, struct cf_figures * figures,
    struct cf_err * err)
{
	double levels[BINS], values[BINS], first[BINS] = { 0 };
	double from, to, p, n = 0;
	size_t counts_in[BINS + 1] = { 0 }, bins = 0, i, k, have;
	const struct cf_past * past = j->past;
	const struct cf_past_row * r;
	struct cf_figure * f;

	for (i = 0; i < past->n; i++) {
		r = &past->rows[i];
		if (!counts(j, r) || (have = edges(past, r, levels,
		    values)) < bins)
			continue;
		if (have > bins || fabs(levels[0] - first[0]) > 1e-9) {
			memset(counts_in, 0, sizeof(counts_in));
			memcpy(first, levels, sizeof(first));
			bins = have;
			n = 0;
		}
		for (k = 0; k < have && r->outcome > values[k]; k++)
			;
		counts_in[k]++;
		n++;
	}
	f = cf_figure_add(figures, CF_ROOM_QUALITY, CF_FIGURE_BARS, err);
	if (f == NULL)
		return (-1);
	cf_figure_title(f, "Where outcomes fell in their forecast");
	cf_figure_lead(f, "Outcomes in each part of the distribution, 1 for as "
	    "many as forecast (PIT histogram). High ends: too narrow; a slope: "
	    "too low or too high.");
	cf_figure_column(f, "part", -1);
	cf_figure_column(f, "ratio", 2);
	cf_figure_column(f, "from", 2);
	cf_figure_column(f, "to", 2);
	cf_figure_column(f, "happened %", 1);
	cf_figure_column(f, "forecast %", 1);
	f->drawn = 4;
	f->reference = 1;
	for (k = 0; k <= bins; k++) {
		from = k == 0 ? 0 : first[k - 1];
		to = k == bins ? 1 : first[k];
		p = to - from;
		pit_row(f, from, to, (double)counts_in[k] / n, BAND *
		    sqrt(p * (1 - p) * overlap(j) / (double)j->ndates));
	}
	return (cf_figure_check(f, err));
}

/* ---- skill */

/* The best baseline over all months; CF_WITHOUT_KINDS: none. */
static int
best_without(const struct judging * j, double * model, double * best)
{
	double sums[CF_WITHOUT_KINDS] = { 0 };
	int kind, found = CF_WITHOUT_KINDS;
	size_t i;

	*model = 0;
	for (i = 0; i < j->nmonths; i++) {
		*model += j->months[i].model;
		for (kind = 0; kind < CF_WITHOUT_KINDS; kind++)
			sums[kind] += j->months[i].without[kind];
	}
	for (kind = 0; kind < CF_WITHOUT_KINDS; kind++) {
		if (j->kinds[kind] > 0 && (found == CF_WITHOUT_KINDS ||
		    sums[kind] < sums[found]))
			found = kind;
	}
	*best = found == CF_WITHOUT_KINDS ? 0 : sums[found];
	return (found);
}

static int
skill_figure(const struct judging * j, struct cf_judged * judged,
    struct cf_figures * figures, struct cf_err * err)
{
	const struct month * m;
	struct cf_figure * f;
	double model, best;
	int kind, k;
	size_t i;

	kind = best_without(j, &model, &best);
	if (kind == CF_WITHOUT_KINDS || !(best > 0))
		return (0);
	judged->baseline = cf_without_name((enum cf_without_kind)kind);
	judged->skill = 1 - model / best;
	f = cf_figure_add(figures, CF_ROOM_SKILL, CF_FIGURE_BARS, err);
	if (f == NULL)
		return (-1);
	cf_figure_title(f, "Skill by month");
	cf_figure_lead(f, "Over all: %.3f against \"%s\", the best without a "
	    "model (interval score).", judged->skill, judged->baseline);
	cf_figure_column(f, "month", -1);
	cf_figure_column(f, "skill", 3);
	cf_figure_column(f, "model", 3);
	for (k = 0; k < CF_WITHOUT_KINDS; k++) {
		if (j->kinds[k] > 0)
			cf_figure_column(f, cf_without_name(
			    (enum cf_without_kind)k), 3);
	}
	f->drawn = 2;
	f->in_time = 1;
	for (i = first_shown(j); i < j->nmonths; i++) {
		m = &j->months[i];
		if (m->scored == 0)
			continue;
		month_name(f, m->number);
		cf_figure_number(f, 1 - m->model / m->without[kind],
		    CF_STATE_PLAIN);
		cf_figure_number(f, m->model / (double)m->scored,
		    CF_STATE_PLAIN);
		for (k = 0; k < CF_WITHOUT_KINDS; k++) {
			if (j->kinds[k] > 0)
				cf_figure_number(f, m->without[k] /
				    (double)m->scored, CF_STATE_PLAIN);
		}
	}
	return (cf_figure_check(f, err));
}

/* Coverage over all, and of the newest dates. */
static void
total(const struct judging * j, struct cf_judged * judged)
{
	const struct cf_past_row * r;
	size_t i, n = 0, hits = 0, recent = 0, recent_hits = 0;
	int64_t since;

	since = j->dates[j->ndates > RECENT ? j->ndates - RECENT : 0];
	for (i = 0; i < j->past->n; i++) {
		r = &j->past->rows[i];
		if (!counts(j, r))
			continue;
		n++;
		hits += (size_t)inside(r);
		judged->level += r->level;
		if (r->target_s >= since) {
			recent++;
			recent_hits += (size_t)inside(r);
		}
	}
	judged->n = n;
	judged->dates = j->ndates;
	judged->level /= (double)n;
	judged->coverage = (double)hits / (double)n;
	judged->recent = (double)recent_hits / (double)recent;
}

/* The horizon of the newest forecast is the one that is judged. */
static double
newest_horizon(const struct cf_past * past)
{
	size_t i;

	for (i = past->n; i-- > 0; ) {
		if (past->rows[i].key.date_s == past->newest_s)
			return (past->rows[i].key.horizon);
	}
	return (0);
}

int
cf_judged_figures(const struct cf_past * past, struct cf_judged * judged,
    struct cf_figures * figures, struct cf_err * err)
{
	struct judging j = { .past = past, .horizon = newest_horizon(past) };
	int rc;

	memset(judged, 0, sizeof(*judged));
	judged->coverage = judged->recent = judged->skill = (double)NAN;
	rc = find_months(&j, err);
	if (rc == 0 && j.ndates > 0) {
		total(&j, judged);
		rc = score(&j, err);
		if (rc == 0)
			rc = coverage_figure(&j, judged, figures, err);
		if (rc == 0)
			rc = pit_figure(&j, figures, err);
		if (rc == 0)
			rc = skill_figure(&j, judged, figures, err);
	}
	free(j.dates);
	free(j.months);
	return (rc);
}
