#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "base/mem.h"
#include "base/num.h"
#include "report/past.h"
#include "table/each.h"

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
	struct cf_past * past;
	const char * target_name;	/* Of outcomes. */
	size_t target_date, model, target;
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
find_forecasts(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct layout * at = cookie;
	size_t i;

	if (cf_occasion_find(&at->past->files, reader, err))
		return (-1);
	at->target_date = cf_reader_find(reader, "target_date");
	at->model = cf_reader_find(reader, "model");
	for (i = 0; i < NUMBERS; i++) {
		at->number[i] = cf_reader_find(reader, numbers[i].column);
		if (at->number[i] == CF_READER_NONE && numbers[i].needed)
			return (cf_reader_need(reader, numbers[i].column,
			    &at->number[i], err));
	}
	find_quantiles(at->past, reader, at);
	return (0);
}

/* The numbers of a forecast; 1 if those needed are there. */
static int
take_numbers(const struct layout * at, const struct cf_reader * reader,
    struct cf_past_row * row, struct cf_err * err)
{
	double * x;
	size_t i;

	for (i = 0; i < NUMBERS; i++) {
		x = (double *)(void *)((char *)row + numbers[i].offset);
		*x = (double)NAN;
		if (at->number[i] != CF_READER_NONE &&
		    cf_reader_number(reader, at->number[i], x, err))
			return (-1);
		if (isnan(*x) && numbers[i].needed)
			return (0);
	}
	if (isnan(row->level))
		row->level = LEVEL;
	if (row->low > row->high)
		return (cf_reader_bad(reader, at->number[1],
		    "above the upper end", err));
	return (1);
}

static int
take_forecast(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct layout * at = cookie;
	struct cf_past * past = at->past;
	struct cf_past_row row = { .outcome = (double)NAN };
	int has_clock, rc;

	if (cf_occasion_take(&past->files, reader, &row.key, err))
		return (-1);
	row.target_s = cf_occasion_target(&past->files, &row.key);
	if (at->target_date != CF_READER_NONE &&
	    cf_reader_field(reader, at->target_date).len > 0 &&
	    cf_reader_moment(reader, at->target_date, &row.target_s,
	    &has_clock, err))
		return (-1);
	if ((rc = take_numbers(at, reader, &row, err)) != 1)
		return (rc);
	if (take_quantiles(past, reader, at, &row, err) ||
	    cf_mem_grow(&past->rows, &past->capacity, past->n + 1,
	    sizeof(*past->rows), err))
		return (-1);
	past->rows[past->n++] = row;
	take_model(past, reader, at, row.key.date_s);
	return (0);
}

static int
find_outcomes(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct layout * at = cookie;

	return (cf_occasion_find(&at->past->files, reader, err) ||
	    cf_reader_need(reader, at->target_name, &at->target, err));
}

static int
take_outcome(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct layout * at = cookie;
	struct cf_past * past = at->past;
	struct cf_past_outcome o;

	if (cf_occasion_take(&past->files, reader, &o.key, err) ||
	    cf_reader_number(reader, at->target, &o.value, err))
		return (-1);
	if (isnan(o.value))
		return (0);
	if (past->files.is_ledger) {
		o.key.date_s = cf_occasion_target(&past->files, &o.key);
		o.key.horizon = 0;
	}
	if (cf_mem_grow(&past->outcomes, &past->outcomes_capacity,
	    past->noutcomes + 1, sizeof(*past->outcomes), err))
		return (-1);
	past->outcomes[past->noutcomes++] = o;
	return (0);
}

int
cf_past_forecasts(struct cf_past * past, const char * path,
    struct cf_err * err)
{
	struct layout at = { .past = past };

	return (cf_each_record(cf_reader_open(path, err), find_forecasts,
	    take_forecast, &at, err));
}

int
cf_past_outcomes(struct cf_past * past, const char * path,
    const char * target, struct cf_err * err)
{
	struct layout at = { .past = past, .target_name = target };

	return (cf_each_record(cf_reader_open(path, err), find_outcomes,
	    take_outcome, &at, err));
}

static int
by_key(const void * a, const void * b)
{

	return (cf_occasion_compare(a, b));
}

/* The outcome of a forecast, NaN where it is not known. */
static double
find_outcome(const struct cf_past * past, const struct cf_past_row * r)
{
	const struct cf_past_outcome * o;
	struct cf_occasion key = r->key;

	if (past->files.is_ledger) {
		key.date_s = r->target_s;
		key.horizon = 0;
	}
	o = past->noutcomes == 0 ? NULL : bsearch(&key, past->outcomes,
	    past->noutcomes, sizeof(*past->outcomes), by_key);
	return (o != NULL ? o->value : (double)NAN);
}

void
cf_past_settle(struct cf_past * past)
{
	size_t i;

	past->n = cf_occasion_settle(past->rows, past->n,
	    sizeof(*past->rows));
	past->noutcomes = cf_occasion_settle(past->outcomes, past->noutcomes,
	    sizeof(*past->outcomes));
	for (i = 0; i < past->n; i++)
		past->rows[i].outcome = find_outcome(past, &past->rows[i]);
}

/* The first row that is not below an entity. */
static size_t
not_below(const struct cf_past * past, size_t entity)
{
	size_t low = 0, high = past->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (past->rows[middle].key.entity < entity)
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

	cf_occasion_free(&past->files);
	free(past->rows);
	free(past->outcomes);
	free(past->values);
	memset(past, 0, sizeof(*past));
}
