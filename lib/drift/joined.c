#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "drift/joined.h"
#include "drift/occasion.h"
#include "table/each.h"

#define LEVEL 0.9		/* Where a file tells none. */

struct record {
	struct cf_occasion key;
	struct cf_joined_row row;
};

struct records {
	struct record * items;
	size_t n;
	size_t capacity;
};

struct loading {
	const struct cf_joined_options * options;
	struct cf_occasion_files files;
	struct records forecasts;
	struct records outcomes;
	/* Columns of the present file. */
	size_t prediction, low, high, level, model, target;
};

static int
find_outcome(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct loading * l = cookie;

	return (cf_occasion_find(&l->files, reader, err) ||
	    cf_reader_need(reader, l->options->target, &l->target, err));
}

static int
find_forecast(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct loading * l = cookie;

	if (cf_occasion_find(&l->files, reader, err))
		return (-1);
	l->level = cf_reader_find(reader, "level");
	l->model = CF_READER_NONE;
	if (l->options->model != NULL && cf_reader_need(reader, "model",
	    &l->model, err))
		return (-1);
	return (cf_reader_need(reader, "prediction", &l->prediction, err) ||
	    cf_reader_need(reader, "interval_low", &l->low, err) ||
	    cf_reader_need(reader, "interval_high", &l->high, err));
}

/* Is the forecast by the model asked for? */
static int
by_model(const struct loading * l, const struct cf_reader * reader)
{
	const char * model = l->options->model;
	struct cf_field field;

	if (model == NULL)
		return (1);
	field = cf_reader_field(reader, l->model);
	return (field.len == strlen(model) &&
	    memcmp(field.text, model, field.len) == 0);
}

/* The numbers of a forecast; 1 if they are all there. */
static int
take_numbers(const struct loading * l, const struct cf_reader * reader,
    struct cf_joined_row * row, struct cf_err * err)
{

	row->level = LEVEL;
	if (cf_reader_number(reader, l->prediction, &row->prediction, err) ||
	    cf_reader_number(reader, l->low, &row->low, err) ||
	    cf_reader_number(reader, l->high, &row->high, err) ||
	    (l->level != CF_READER_NONE &&
	    cf_reader_number(reader, l->level, &row->level, err)))
		return (-1);
	if (isnan(row->level))
		row->level = LEVEL;
	if (!(row->level > 0 && row->level < 1))
		return (cf_reader_bad(reader, l->level,
		    "not between 0 and 1", err));
	if (row->low > row->high)
		return (cf_reader_bad(reader, l->low,
		    "above the upper end", err));
	return (!isnan(row->prediction) && !isnan(row->low) &&
	    !isnan(row->high));
}

static int
add(struct records * all, const struct record * r, struct cf_err * err)
{

	if (cf_mem_grow(&all->items, &all->capacity, all->n + 1,
	    sizeof(*all->items), err))
		return (-1);
	all->items[all->n++] = *r;
	return (0);
}

static int
take_outcome(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct loading * l = cookie;
	struct record r = { .row = { .level = LEVEL } };

	if (cf_occasion_take(&l->files, reader, &r.key, err) ||
	    cf_reader_number(reader, l->target, &r.row.outcome, err))
		return (-1);
	return (isnan(r.row.outcome) ? 0 : add(&l->outcomes, &r, err));
}

static int
take_forecast(void * cookie, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct loading * l = cookie;
	struct record r = { .row = { .level = LEVEL } };
	int keep;

	if (cf_occasion_take(&l->files, reader, &r.key, err))
		return (-1);
	keep = take_numbers(l, reader, &r.row, err);
	if (keep == 1)
		keep = by_model(l, reader);
	return (keep == 1 ? add(&l->forecasts, &r, err) : keep);
}

/* By day, in it by key: the order of the files makes no difference. */
static int
by_day(const void * a, const void * b)
{
	const struct record * x = a, * y = b;

	if (x->row.time_s != y->row.time_s)
		return (x->row.time_s < y->row.time_s ? -1 : 1);
	return (cf_occasion_by_order(a, b));
}

/* The forecasts that have an outcome, to the front; return how many. */
static size_t
match(struct loading * l)
{
	struct record * f = l->forecasts.items;
	const struct record * o = l->outcomes.items;
	size_t i, j = 0, n = 0;
	int c;

	for (i = 0; i < l->forecasts.n && j < l->outcomes.n; i++) {
		while ((c = cf_occasion_compare(&o[j].key, &f[i].key)) < 0 &&
		    ++j < l->outcomes.n)
			continue;
		if (c != 0)
			continue;
		f[n] = f[i];
		f[n].row.outcome = o[j].row.outcome;
		f[n].row.time_s = cf_occasion_target(&l->files, &f[n].key);
		n++;
	}
	return (n);
}

static int
join(struct loading * l, struct cf_joined * joined, struct cf_err * err)
{
	struct records * f = &l->forecasts, * o = &l->outcomes;
	struct cf_joined_row * row;
	size_t i, n;

	f->n = cf_occasion_settle(f->items, f->n, sizeof(*f->items));
	o->n = cf_occasion_settle(o->items, o->n, sizeof(*o->items));
	if ((n = match(l)) > 0)
		qsort(f->items, n, sizeof(*f->items), by_day);
	if ((joined->rows = cf_mem_array(n, sizeof(*joined->rows), err)) ==
	    NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		row = &joined->rows[i];
		*row = f->items[i].row;
		row->entity = f->items[i].key.entity;
		row->date_s = f->items[i].key.date_s;
		row->horizon = f->items[i].key.horizon;
	}
	joined->n = n;
	return (0);
}

int
cf_joined_load(struct cf_joined * joined,
    const struct cf_joined_options * options, struct cf_err * err)
{
	struct loading l = { .options = options };
	size_t i, n = options->nforecasts;
	int rc = 0;

	memset(joined, 0, sizeof(*joined));
	for (i = 0; i < (n == 0 ? 1 : n) && rc == 0; i++)
		rc = cf_each_record(cf_reader_open(n == 0 ? NULL :
		    options->forecasts[i], err), find_forecast, take_forecast,
		    &l, err);
	if (rc == 0)
		rc = cf_each_record(cf_reader_open(options->outcomes, err),
		    find_outcome, take_outcome, &l, err);
	if (rc == 0) {
		joined->forecasts = l.forecasts.n;
		joined->outcomes = l.outcomes.n;
		rc = join(&l, joined, err);
	}
	joined->entities = l.files.entities;
	joined->is_ledger = l.files.is_ledger;
	joined->has_clock = l.files.has_clock;
	free(l.forecasts.items);
	free(l.outcomes.items);
	return (rc);
}

void
cf_joined_free(struct cf_joined * joined)
{

	free(joined->rows);
	cf_names_free(&joined->entities);
	memset(joined, 0, sizeof(*joined));
}
