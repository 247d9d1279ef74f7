#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/num.h"
#include "report/past.h"
#include "table/reader.h"

#define LEVEL 0.9		/* Where a file tells none. */

/* The numbers of a forecast, and what may be missing. */
static const struct number {
	const char * column;
	size_t offset;
	int needed;
} numbers[] = {
	{ "prediction", offsetof(struct cf_past_row, prediction), 1 },
	{ "interval_low", offsetof(struct cf_past_row, low), 1 },
	{ "interval_high", offsetof(struct cf_past_row, high), 1 },
	{ "level", offsetof(struct cf_past_row, level), 0 },
	{ "p_loss", offsetof(struct cf_past_row, p_loss), 0 },
	{ "value_at_risk", offsetof(struct cf_past_row, value_at_risk), 0 },
	{ "expected_shortfall",
	    offsetof(struct cf_past_row, expected_shortfall), 0 },
	{ "position_size", offsetof(struct cf_past_row, position_size), 0 },
	{ "p_below_floor", offsetof(struct cf_past_row, p_below_floor), 0 },
	{ "balance", offsetof(struct cf_past_row, balance), 0 },
	{ "balance_low", offsetof(struct cf_past_row, balance_low), 0 },
	{ "balance_high", offsetof(struct cf_past_row, balance_high), 0 },
	{ "risk_flag", offsetof(struct cf_past_row, risk_flag), 0 },
};
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/* Where the columns of a file are. */
struct layout {
	size_t entity, date, horizon, target_date, model, target;
	size_t number[NUMBERS];
	size_t quantile[CF_PAST_QUANTILES];
	int has_quantiles;
};

/* The level of a column "q0.05", or NaN. */
static double
level_of(const char * name)
{
	double x;

	if (name[0] != 'q' ||
	    cf_num_parse(name + 1, strlen(name + 1), &x) != CF_NUM_OK ||
	    !(x > 0 && x < 1))
		return ((double)NAN);
	return (x);
}

/* The quantiles of the first file that has any are those of the report. */
static void
find_quantiles(struct cf_past * past, const struct cf_reader * reader,
    struct layout * at)
{
	size_t columns = cf_reader_columns(reader), i, j;
	double level;

	for (j = 0; j < CF_PAST_QUANTILES; j++)
		at->quantile[j] = CF_READER_NONE;
	if (past->nlevels == 0) {
		for (i = 0; i < columns; i++) {
			level = level_of(cf_reader_column(reader, i));
			if (!isnan(level) && past->nlevels < CF_PAST_QUANTILES)
				past->levels[past->nlevels++] = level;
		}
		gsl_sort(past->levels, 1, past->nlevels);
	}
	at->has_quantiles = past->nlevels > 0;
	for (i = 0; i < columns; i++) {
		level = level_of(cf_reader_column(reader, i));
		for (j = 0; j < past->nlevels; j++) {
			if (past->levels[j] == level)
				at->quantile[j] = i;
		}
	}
	for (j = 0; j < past->nlevels; j++)
		at->has_quantiles &= at->quantile[j] != CF_READER_NONE;
}

static int
find_keys(struct cf_past * past, const struct cf_reader * reader,
    struct layout * at, struct cf_err * err)
{

	at->entity = cf_reader_find(reader, "symbol");
	if (at->entity == CF_READER_NONE) {
		at->entity = cf_reader_find(reader, "account");
		if (at->entity != CF_READER_NONE) {
			past->is_ledger = 1;
			past->key = "account";
		}
	} else
		past->key = "symbol";
	if (past->key == NULL)
		past->key = "record";
	at->horizon = cf_reader_find(reader, "horizon");
	at->target_date = cf_reader_find(reader, "target_date");
	return (cf_reader_need(reader, "date", &at->date, err));
}

/* The entity's number; of a file without entities there is one. */
static int
take_entity(struct cf_past * past, const struct cf_reader * reader,
    size_t column, size_t * entity, struct cf_err * err)
{
	struct cf_field field = { "all", 3 };

	if (column != CF_READER_NONE)
		field = cf_reader_field(reader, column);
	if (field.len == 0)
		return (cf_reader_bad(reader, column, "missing", err));
	return (cf_names_add(&past->entities, field.text, field.len, entity,
	    err) == -1 ? -1 : 0);
}

static int
take_key(struct cf_past * past, const struct cf_reader * reader,
    const struct layout * at, size_t * entity, int64_t * date_s,
    double * horizon, struct cf_err * err)
{
	int has_clock;

	if (take_entity(past, reader, at->entity, entity, err) ||
	    cf_reader_moment(reader, at->date, date_s, &has_clock, err))
		return (-1);
	past->has_clock |= has_clock;
	*horizon = 0;
	if (at->horizon != CF_READER_NONE) {
		if (cf_reader_number(reader, at->horizon, horizon, err))
			return (-1);
		if (!(*horizon >= 0 && *horizon <= 1e5))
			return (cf_reader_bad(reader, at->horizon,
			    "no horizon", err));
	}
	return (0);
}

/* The quantiles of the present record, if it has all. */
static int
take_quantiles(struct cf_past * past, const struct cf_reader * reader,
    const struct layout * at, struct cf_past_row * row, struct cf_err * err)
{
	size_t j;

	row->quantiles = CF_PAST_NONE;
	if (!at->has_quantiles)
		return (0);
	if (cf_mem_grow(&past->values, &past->values_capacity,
	    past->nvalues + past->nlevels, sizeof(*past->values), err))
		return (-1);
	for (j = 0; j < past->nlevels; j++) {
		if (cf_reader_number(reader, at->quantile[j],
		    &past->values[past->nvalues + j], err))
			return (-1);
		if (isnan(past->values[past->nvalues + j]))
			return (0);
	}
	row->quantiles = past->nvalues;
	past->nvalues += past->nlevels;
	return (0);
}

/* The model of the newest forecast is the one that the report names. */
static void
take_model(struct cf_past * past, const struct cf_reader * reader,
    const struct layout * at, int64_t date_s)
{
	struct cf_field field;

	if (past->n > 1 && date_s < past->newest_s)
		return;
	past->newest_s = date_s;
	if (at->model == CF_READER_NONE)
		return;
	field = cf_reader_field(reader, at->model);
	if (field.len >= sizeof(past->model))
		field.len = sizeof(past->model) - 1;
	memcpy(past->model, field.text, field.len);
	past->model[field.len] = '\0';
}

static int
take_forecast(struct cf_past * past, const struct cf_reader * reader,
    const struct layout * at, struct cf_err * err)
{
	struct cf_past_row row = { .order = past->n, .outcome = (double)NAN };
	double * x;
	int has_clock;
	size_t i;

	if (take_key(past, reader, at, &row.entity, &row.date_s, &row.horizon,
	    err))
		return (-1);
	row.target_s = row.date_s;
	if (past->is_ledger)
		row.target_s += (int64_t)row.horizon * CF_DAY_S;
	if (at->target_date != CF_READER_NONE &&
	    cf_reader_field(reader, at->target_date).len > 0 &&
	    cf_reader_moment(reader, at->target_date, &row.target_s,
	    &has_clock, err))
		return (-1);
	for (i = 0; i < NUMBERS; i++) {
		x = (double *)(void *)((char *)&row + numbers[i].offset);
		*x = (double)NAN;
		if (at->number[i] != CF_READER_NONE &&
		    cf_reader_number(reader, at->number[i], x, err))
			return (-1);
		if (isnan(*x) && numbers[i].needed)
			return (0);
	}
	if (isnan(row.level))
		row.level = LEVEL;
	if (row.low > row.high)
		return (cf_reader_bad(reader, at->number[1],
		    "above the upper end", err));
	if (take_quantiles(past, reader, at, &row, err) ||
	    cf_mem_grow(&past->rows, &past->capacity, past->n + 1,
	    sizeof(*past->rows), err))
		return (-1);
	past->rows[past->n++] = row;
	take_model(past, reader, at, row.date_s);
	return (0);
}

static int
take_outcome(struct cf_past * past, const struct cf_reader * reader,
    const struct layout * at, struct cf_err * err)
{
	struct cf_past_outcome o = { .order = past->noutcomes };

	if (take_key(past, reader, at, &o.entity, &o.date_s, &o.horizon,
	    err) || cf_reader_number(reader, at->target, &o.value, err))
		return (-1);
	if (isnan(o.value))
		return (0);
	if (past->is_ledger) {
		o.date_s += (int64_t)o.horizon * CF_DAY_S;
		o.horizon = 0;
	}
	if (cf_mem_grow(&past->outcomes, &past->outcomes_capacity,
	    past->noutcomes + 1, sizeof(*past->outcomes), err))
		return (-1);
	past->outcomes[past->noutcomes++] = o;
	return (0);
}

static int
find_columns(struct cf_past * past, const struct cf_reader * reader,
    const char * target, struct layout * at, struct cf_err * err)
{
	size_t i;

	if (find_keys(past, reader, at, err))
		return (-1);
	if (target != NULL)
		return (cf_reader_need(reader, target, &at->target, err));
	at->model = cf_reader_find(reader, "model");
	for (i = 0; i < NUMBERS; i++) {
		at->number[i] = cf_reader_find(reader, numbers[i].column);
		if (at->number[i] == CF_READER_NONE && numbers[i].needed)
			return (cf_reader_need(reader, numbers[i].column,
			    &at->number[i], err));
	}
	find_quantiles(past, reader, at);
	return (0);
}

static int
load(struct cf_past * past, const char * path, const char * target,
    struct cf_err * err)
{
	struct cf_reader * reader;
	struct layout at;
	int rc;

	if ((reader = cf_reader_open(path, err)) == NULL)
		return (-1);
	rc = cf_reader_header(reader, err);
	if (rc == 1 && find_columns(past, reader, target, &at, err))
		rc = -1;
	while (rc == 1 && (rc = cf_reader_next(reader, err)) == 1) {
		if (target != NULL ? take_outcome(past, reader, &at, err) :
		    take_forecast(past, reader, &at, err))
			rc = -1;
	}
	cf_reader_close(reader);
	return (rc);
}

int
cf_past_forecasts(struct cf_past * past, const char * path,
    struct cf_err * err)
{

	return (load(past, path, NULL, err));
}

int
cf_past_outcomes(struct cf_past * past, const char * path,
    const char * target, struct cf_err * err)
{

	return (load(past, path, target, err));
}

static int
compare(size_t entity_a, int64_t date_a, double horizon_a, size_t entity_b,
    int64_t date_b, double horizon_b)
{

	if (entity_a != entity_b)
		return (entity_a < entity_b ? -1 : 1);
	if (date_a != date_b)
		return (date_a < date_b ? -1 : 1);
	return ((horizon_a > horizon_b) - (horizon_a < horizon_b));
}

static int
compare_rows(const struct cf_past_row * x, const struct cf_past_row * y)
{

	return (compare(x->entity, x->date_s, x->horizon, y->entity,
	    y->date_s, y->horizon));
}

static int
compare_outcomes(const struct cf_past_outcome * x,
    const struct cf_past_outcome * y)
{

	return (compare(x->entity, x->date_s, x->horizon, y->entity,
	    y->date_s, y->horizon));
}

static int
by_row(const void * a, const void * b)
{
	const struct cf_past_row * x = a, * y = b;
	int c = compare_rows(x, y);

	return (c != 0 ? c : (x->order > y->order) - (x->order < y->order));
}

static int
by_outcome(const void * a, const void * b)
{
	const struct cf_past_outcome * x = a, * y = b;
	int c = compare_outcomes(x, y);

	return (c != 0 ? c : (x->order > y->order) - (x->order < y->order));
}

/* Sort and keep the last of each key. */
static void
sort_rows(struct cf_past * past)
{
	size_t i, n = 0;

	if (past->n == 0)
		return;
	qsort(past->rows, past->n, sizeof(*past->rows), by_row);
	for (i = 0; i < past->n; i++) {
		if (i + 1 == past->n ||
		    compare_rows(&past->rows[i], &past->rows[i + 1]) != 0)
			past->rows[n++] = past->rows[i];
	}
	past->n = n;
}

static void
sort_outcomes(struct cf_past * past)
{
	struct cf_past_outcome * o = past->outcomes;
	size_t i, n = 0;

	if (past->noutcomes == 0)
		return;
	qsort(o, past->noutcomes, sizeof(*o), by_outcome);
	for (i = 0; i < past->noutcomes; i++) {
		if (i + 1 == past->noutcomes ||
		    compare_outcomes(&o[i], &o[i + 1]) != 0)
			o[n++] = o[i];
	}
	past->noutcomes = n;
}

/* The outcome of a key, NaN where it is not known. */
static double
find_outcome(const struct cf_past * past, size_t entity, int64_t date_s,
    double horizon)
{
	const struct cf_past_outcome * o = past->outcomes;
	size_t low = 0, high = past->noutcomes, middle;
	int c;

	while (low < high) {
		middle = low + (high - low) / 2;
		c = compare(o[middle].entity, o[middle].date_s,
		    o[middle].horizon, entity, date_s, horizon);
		if (c == 0)
			return (o[middle].value);
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return ((double)NAN);
}

void
cf_past_settle(struct cf_past * past)
{
	struct cf_past_row * r;
	size_t i;

	sort_rows(past);
	sort_outcomes(past);
	for (i = 0; i < past->n; i++) {
		r = &past->rows[i];
		r->outcome = past->is_ledger ?
		    find_outcome(past, r->entity, r->target_s, 0) :
		    find_outcome(past, r->entity, r->date_s, r->horizon);
	}
}

/* The first row that is not below an entity. */
static size_t
not_below(const struct cf_past * past, size_t entity)
{
	size_t low = 0, high = past->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (past->rows[middle].entity < entity)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

void
cf_past_entity(const struct cf_past * past, size_t entity, size_t * first,
    size_t * end)
{

	*first = not_below(past, entity);
	*end = not_below(past, entity + 1);
}

void
cf_past_free(struct cf_past * past)
{

	cf_names_free(&past->entities);
	free(past->rows);
	free(past->outcomes);
	free(past->values);
	memset(past, 0, sizeof(*past));
}
