#include <math.h>
#include <stdlib.h>

#include "base/day.h"
#include "base/mem.h"
#include "report/fans.h"

#define POINTS_LEAST 10		/* Days of a fan. */
#define POINTS_MOST 80
#define BARS_MOST 14		/* Of the chart of risk. */

/* An entity and the risk of its newest forecast. */
struct ranked {
	size_t entity;
	const struct cf_past_row * newest;
	double risk;
};

static int
by_risk(const void * a, const void * b)
{
	const struct ranked * x = a, * y = b;

	if (x->risk < y->risk || x->risk > y->risk)
		return (x->risk > y->risk ? -1 : 1);
	return ((x->entity > y->entity) - (x->entity < y->entity));
}

static int
by_entity(const void * a, const void * b)
{
	const struct ranked * x = a, * y = b;

	return ((x->entity > y->entity) - (x->entity < y->entity));
}

/* The entities that have forecasts, riskiest first; to be freed. */
static struct ranked *
rank(const struct cf_past * past, size_t * n, struct cf_err * err)
{
	struct ranked * all;
	const struct cf_past_row * r;
	size_t e, first, end, i;

	*n = 0;
	all = cf_mem_array(past->files.entities.n, sizeof(*all), err);
	for (e = 0; all != NULL && e < past->files.entities.n; e++) {
		cf_past_entity(past, e, &first, &end);
		if (first == end)
			continue;
		all[*n].entity = e;
		all[*n].newest = &past->rows[end - 1];
		all[*n].risk = 0;
		/* The newest origin may have many horizons. */
		for (i = end; i-- > first; ) {
			r = &past->rows[i];
			if (r->key.date_s != past->rows[end - 1].key.date_s)
				break;
			all[*n].newest = r;
			all[*n].risk = fmax(all[*n].risk,
			    past->files.is_ledger ? r->p_below_floor :
			    r->value_at_risk);
		}
		(*n)++;
	}
	if (all != NULL && *n > 0)
		qsort(all, *n, sizeof(*all), by_risk);
	return (all);
}

static void
moment_cell(struct cf_figure * f, const struct cf_past * past, int64_t time_s)
{
	char text[CF_DAY_TEXT_MAX];

	cf_figure_text(f, text, cf_day_print_moment(time_s,
	    past->files.has_clock, text), CF_STATE_PLAIN);
}

static void
entity_cell(struct cf_figure * f, const struct cf_past * past, size_t entity)
{
	const char * name;
	size_t len;

	name = cf_names_get(&past->files.entities, entity, &len);
	cf_figure_text(f, name, len, CF_STATE_PLAIN);
}

/* Large amounts need no cents. */
static int
digits_for(const struct cf_past_row * const * rows, size_t n)
{
	size_t i;
	double most = 0;

	for (i = 0; i < n; i++)
		most = fmax(most, fmax(fabs(rows[i]->low),
		    fabs(rows[i]->high)));
	return (most >= 10000 ? 0 : 2);
}

static int
by_target(const void * a, const void * b)
{
	const struct cf_past_row * x = *(const struct cf_past_row * const *)a;
	const struct cf_past_row * y = *(const struct cf_past_row * const *)b;

	if (x->target_s != y->target_s)
		return (x->target_s < y->target_s ? -1 : 1);
	if (x->key.date_s != y->key.date_s)
		return (x->key.date_s < y->key.date_s ? -1 : 1);
	/* Of symbols all horizons have one day: the shortest comes last. */
	return ((x->key.horizon < y->key.horizon) -
	    (x->key.horizon > y->key.horizon));
}

/* For each day of an entity the last forecast made; return how many. */
static size_t
last_of_each_day(const struct cf_past * past, size_t entity,
    const struct cf_past_row ** rows)
{
	size_t first, end, i, n = 0, m = 0;

	cf_past_entity(past, entity, &first, &end);
	for (i = first; i < end; i++)
		rows[n++] = &past->rows[i];
	if (n == 0)
		return (0);
	qsort(rows, n, sizeof(*rows), by_target);
	for (i = 0; i < n; i++) {
		if (i + 1 == n || rows[i + 1]->target_s != rows[i]->target_s)
			rows[m++] = rows[i];
	}
	return (m);
}

static void
fan_rows(struct cf_figure * f, const struct cf_past * past,
    const struct cf_past_row * const * rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		moment_cell(f, past, rows[i]->target_s);
		cf_figure_number(f, rows[i]->low, CF_STATE_PLAIN);
		cf_figure_number(f, rows[i]->high, CF_STATE_PLAIN);
		cf_figure_number(f, rows[i]->prediction, CF_STATE_PLAIN);
		cf_figure_number(f, rows[i]->outcome, CF_STATE_PLAIN);
	}
}

/* How many days a fan shows, from how many entities there are. */
static size_t
points_for(size_t entities)
{
	size_t n = CF_FANS_POINTS / (entities < CF_FANS_MOST ? entities :
	    CF_FANS_MOST);

	return (n < POINTS_LEAST ? POINTS_LEAST : n > POINTS_MOST ?
	    POINTS_MOST : n);
}

static int
fan(const struct cf_past * past, const struct ranked * who, size_t points,
    const struct cf_past_row ** rows, struct cf_figures * figures,
    struct cf_err * err)
{
	char text[CF_DAY_TEXT_MAX];
	const struct cf_past_row * last;
	const char * name;
	struct cf_figure * f;
	size_t n, len;
	int digits;

	n = last_of_each_day(past, who->entity, rows);
	if (n > points) {
		rows += n - points;
		n = points;
	}
	if ((f = cf_figure_add(figures, CF_ROOM_FORECASTS, CF_FIGURE_FAN,
	    err)) == NULL)
		return (-1);
	last = rows[n - 1];
	digits = digits_for(rows, n);
	name = cf_names_get(&past->files.entities, who->entity, &len);
	cf_figure_title(f, "%.*s", len > 60 ? 60 : (int)len, name);
	len = cf_day_print_moment(last->target_s, past->files.has_clock, text);
	cf_figure_lead(f, past->files.is_ledger ?
	    "%.*s: %.*f, %.0f %% interval %.*f to %.*f." :
	    "%.*s: %.*f for 100, %.0f %% interval %.*f to %.*f.", (int)len,
	    text, digits, last->prediction, 100 * last->level, digits,
	    last->low, digits, last->high);
	cf_figure_column(f, past->files.is_ledger ? "day" : "forecast on", -1);
	cf_figure_column(f, "low", digits);
	cf_figure_column(f, "high", digits);
	cf_figure_column(f, "forecast", digits);
	cf_figure_column(f, "happened", digits);
	f->in_time = 1;
	fan_rows(f, past, rows, n);
	return (cf_figure_check(f, err));
}

int
cf_fans_figures(const struct cf_past * past, struct cf_figures * figures,
    struct cf_err * err)
{
	const struct cf_past_row ** rows;
	struct ranked * all;
	size_t i, n, shown;
	int rc = -1;

	all = rank(past, &n, err);
	rows = cf_mem_array(past->n, sizeof(*rows), err);
	if (all != NULL && rows != NULL) {
		rc = 0;
		shown = n < CF_FANS_MOST ? n : CF_FANS_MOST;
		if (shown > 0)
			qsort(all, shown, sizeof(*all), by_entity);
		for (i = 0; i < shown && rc == 0; i++)
			rc = fan(past, &all[i], points_for(n), rows, figures,
			    err);
	}
	free(all);
	free(rows);
	return (rc);
}

/* ---- risk */

static int
is_flagged(const struct cf_past_row * r)
{

	return (r->risk_flag > 0.5);
}

static void
risk_columns(struct cf_figure * f, const char * key)
{
	static const struct column {
		const char * name;
		int digits;
	} columns[] = {
		{ "date", -1 }, { "forecast", 2 }, { "low", 2 },
		{ "high", 2 }, { "chance of loss %", 1 },
		{ "value at risk", 2 }, { "expected shortfall", 2 },
		{ "position", 2 }, { "risk", -1 },
	};
	size_t i;

	if (key != NULL)
		cf_figure_column(f, key, -1);
	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		cf_figure_column(f, columns[i].name, columns[i].digits);
}

static void
risk_row(struct cf_figure * f, const struct cf_past * past,
    const struct cf_past_row * r)
{
	enum cf_figure_state state = is_flagged(r) ? CF_STATE_BAD :
	    CF_STATE_PLAIN;

	moment_cell(f, past, r->key.date_s);
	cf_figure_number(f, r->prediction, CF_STATE_PLAIN);
	cf_figure_number(f, r->low, CF_STATE_PLAIN);
	cf_figure_number(f, r->high, CF_STATE_PLAIN);
	cf_figure_number(f, 100 * r->p_loss, CF_STATE_PLAIN);
	cf_figure_number(f, r->value_at_risk, state);
	cf_figure_number(f, r->expected_shortfall, CF_STATE_PLAIN);
	cf_figure_number(f, r->position_size, CF_STATE_PLAIN);
	cf_figure_text(f, is_flagged(r) ? "HIGH" : "-", is_flagged(r) ? 4 : 1,
	    state);
}

static int
risk_bars(const struct cf_past * past, const struct ranked * all, size_t n,
    struct cf_figures * figures, struct cf_err * err)
{
	struct cf_figure * f;
	size_t i;

	f = cf_figure_add(figures, CF_ROOM_RISK, CF_FIGURE_BARS, err);
	if (f == NULL)
		return (-1);
	cf_figure_title(f, n > BARS_MOST ? "Highest value at risk" :
	    "Value at risk");
	cf_figure_column(f, past->files.key, -1);
	cf_figure_column(f, "value at risk", 2);
	for (i = 0; i < n && i < BARS_MOST; i++) {
		entity_cell(f, past, all[i].entity);
		cf_figure_number(f, all[i].newest->value_at_risk,
		    is_flagged(all[i].newest) ? CF_STATE_BAD :
		    CF_STATE_PLAIN);
	}
	return (cf_figure_check(f, err));
}

static int
risk_table(const struct cf_past * past, const struct ranked * all, size_t n,
    struct cf_figures * figures, size_t * flagged, struct cf_err * err)
{
	struct cf_figure * f;
	size_t i;

	f = cf_figure_add(figures, CF_ROOM_RISK, CF_FIGURE_TABLE, err);
	if (f == NULL)
		return (-1);
	cf_figure_title(f, "All newest forecasts");
	risk_columns(f, past->files.key);
	for (i = 0; i < n; i++) {
		entity_cell(f, past, all[i].entity);
		risk_row(f, past, all[i].newest);
		*flagged += (size_t)is_flagged(all[i].newest);
	}
	return (cf_figure_check(f, err));
}

int
cf_fans_risk(const struct cf_past * past, struct cf_figures * figures,
    size_t * flagged, struct cf_err * err)
{
	struct ranked * all;
	size_t n;
	int rc = -1;

	*flagged = 0;
	if (past->files.is_ledger || past->n == 0)
		return (0);
	if ((all = rank(past, &n, err)) != NULL)
		rc = risk_bars(past, all, n, figures, err);
	if (rc == 0)
		rc = risk_table(past, all, n, figures, flagged, err);
	free(all);
	return (rc);
}

int
cf_fans_portfolio(const struct cf_past * past, struct cf_figures * figures,
    struct cf_err * err)
{
	struct cf_figure * f;
	size_t i;

	f = cf_figure_add(figures, CF_ROOM_RISK, CF_FIGURE_TABLE, err);
	if (f == NULL)
		return (-1);
	cf_figure_title(f, "The portfolio as a whole");
	cf_figure_lead(f, "Holdings move together, so this is more than the "
	    "sum of the risks of each, and less than if all fell at once.");
	risk_columns(f, NULL);
	f->in_time = 1;
	for (i = past->n > POINTS_LEAST ? past->n - POINTS_LEAST : 0;
	    i < past->n; i++)
		risk_row(f, past, &past->rows[i]);
	return (cf_figure_check(f, err));
}

/* ---- balance */

/* The path of one account from its newest origin. */
static int
path(const struct cf_past * past, const struct ranked * who, int * flagged,
    struct cf_figures * figures, struct cf_err * err)
{
	const struct cf_past_row * r;
	const char * name;
	struct cf_figure * f;
	size_t first, end, i, len;
	double most = 0;

	*flagged = 0;
	cf_past_entity(past, who->entity, &first, &end);
	while (past->rows[first].key.date_s != past->rows[end - 1].key.date_s)
		first++;
	if (isnan(past->rows[end - 1].balance))
		return (0);
	f = cf_figure_add(figures, CF_ROOM_BALANCE, CF_FIGURE_FAN, err);
	if (f == NULL)
		return (-1);
	name = cf_names_get(&past->files.entities, who->entity, &len);
	cf_figure_title(f, "%.*s", len > 60 ? 60 : (int)len, name);
	cf_figure_column(f, "day", -1);
	cf_figure_column(f, "low", 0);
	cf_figure_column(f, "high", 0);
	cf_figure_column(f, "balance", 0);
	cf_figure_column(f, "happened", 0);
	cf_figure_column(f, "below floor %", 1);
	f->drawn = 5;
	for (i = first; i < end; i++) {
		r = &past->rows[i];
		*flagged |= is_flagged(r);
		if (!isnan(r->p_below_floor))
			most = fmax(most, r->p_below_floor);
		moment_cell(f, past, r->target_s);
		cf_figure_number(f, r->balance_low, CF_STATE_PLAIN);
		cf_figure_number(f, r->balance_high, CF_STATE_PLAIN);
		cf_figure_number(f, r->balance, CF_STATE_PLAIN);
		cf_figure_number(f, (double)NAN, CF_STATE_PLAIN);
		cf_figure_number(f, 100 * r->p_below_floor, is_flagged(r) ?
		    CF_STATE_BAD : CF_STATE_PLAIN);
	}
	cf_figure_lead(f, "%s: highest chance of a day below the floor "
	    "%.1f %%.", *flagged ? "RISK" : "No risk flag", 100 * most);
	return (cf_figure_check(f, err));
}

int
cf_fans_balance(const struct cf_past * past, struct cf_figures * figures,
    size_t * below, struct cf_err * err)
{
	struct ranked * all;
	size_t i, n;
	int flagged, rc = 0;

	*below = 0;
	if (!past->files.is_ledger || past->n == 0)
		return (0);
	if ((all = rank(past, &n, err)) == NULL)
		return (-1);
	for (i = 0; i < n && i < CF_FANS_MOST && rc == 0; i++) {
		rc = path(past, &all[i], &flagged, figures, err);
		*below += (size_t)flagged;
	}
	free(all);
	return (rc);
}
