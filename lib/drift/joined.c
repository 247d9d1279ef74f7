#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "drift/joined.h"
#include "feature/names.h"
#include "table/reader.h"

#define LEVEL 0.9		/* Where a file tells none. */

/* Columns of the key; which of them there are is the same in all files. */
enum key { KEY_ENTITY, KEY_DATE, KEY_HORIZON, KEYS };

struct record {
	size_t entity;
	size_t order;		/* In which it came. */
	int64_t date_s;
	struct cf_joined_row row;
};

struct records {
	struct record * items;
	size_t n;
	size_t capacity;
};

struct loading {
	const struct cf_joined_options * options;
	struct cf_joined * joined;
	struct cf_names entities;
	const char * keys[KEYS];	/* NULL: no such column. */
	int known;		/* keys are. */
	struct records forecasts;
	struct records outcomes;
};

/* Columns of one file. */
struct layout {
	size_t key[KEYS];
	size_t prediction, low, high, level, model, target;
};

/* Decide by the first file with a header what the key is. */
static void
learn_keys(struct loading * l, const struct cf_reader * reader)
{

	l->known = 1;
	if (cf_reader_find(reader, "symbol") != CF_READER_NONE)
		l->keys[KEY_ENTITY] = "symbol";
	else if (cf_reader_find(reader, "account") != CF_READER_NONE) {
		l->keys[KEY_ENTITY] = "account";
		l->joined->is_ledger = 1;
	}
	l->keys[KEY_DATE] = "date";
	if (cf_reader_find(reader, "horizon") != CF_READER_NONE)
		l->keys[KEY_HORIZON] = "horizon";
}

static int
find_keys(struct loading * l, const struct cf_reader * reader,
    struct layout * at, struct cf_err * err)
{
	struct cf_place place = { cf_reader_name(reader), 1, "horizon" };
	size_t i;

	if (!l->known)
		learn_keys(l, reader);
	for (i = 0; i < KEYS; i++) {
		at->key[i] = CF_READER_NONE;
		if (l->keys[i] != NULL &&
		    cf_reader_need(reader, l->keys[i], &at->key[i], err))
			return (-1);
	}
	if (l->keys[KEY_HORIZON] == NULL &&
	    cf_reader_find(reader, "horizon") != CF_READER_NONE)
		return (cf_err_data(err, &place, NULL, 0,
		    "not there in the files before"));
	return (0);
}

static int
find_columns(struct loading * l, const struct cf_reader * reader,
    int is_outcome, struct layout * at, struct cf_err * err)
{

	if (find_keys(l, reader, at, err))
		return (-1);
	if (is_outcome)
		return (cf_reader_need(reader, l->options->target,
		    &at->target, err));
	at->level = cf_reader_find(reader, "level");
	at->model = CF_READER_NONE;
	if (l->options->model != NULL && cf_reader_need(reader, "model",
	    &at->model, err))
		return (-1);
	if (cf_reader_need(reader, "prediction", &at->prediction, err) ||
	    cf_reader_need(reader, "interval_low", &at->low, err) ||
	    cf_reader_need(reader, "interval_high", &at->high, err))
		return (-1);
	return (0);
}

static int
take_key(struct loading * l, const struct cf_reader * reader,
    const struct layout * at, struct record * r, struct cf_err * err)
{
	struct cf_field field;
	int has_clock;

	if (at->key[KEY_ENTITY] != CF_READER_NONE) {
		field = cf_reader_field(reader, at->key[KEY_ENTITY]);
		if (field.len == 0)
			return (cf_reader_bad(reader, at->key[KEY_ENTITY],
			    "missing", err));
		if (cf_names_add(&l->entities, field.text, field.len,
		    &r->entity, err) == -1)
			return (-1);
	}
	if (cf_reader_moment(reader, at->key[KEY_DATE], &r->date_s,
	    &has_clock, err))
		return (-1);
	l->joined->has_clock |= has_clock;
	if (at->key[KEY_HORIZON] != CF_READER_NONE) {
		if (cf_reader_number(reader, at->key[KEY_HORIZON],
		    &r->row.horizon, err))
			return (-1);
		if (!(r->row.horizon >= 0 && r->row.horizon <= 1e5))
			return (cf_reader_bad(reader, at->key[KEY_HORIZON],
			    "no horizon", err));
	}
	r->row.time_s = r->date_s;
	if (l->joined->is_ledger)
		r->row.time_s += (int64_t)r->row.horizon * CF_DAY_S;
	return (0);
}

/* Is the forecast by the model asked for? */
static int
by_model(const struct loading * l, const struct cf_reader * reader,
    const struct layout * at)
{
	const char * model = l->options->model;
	struct cf_field field;

	if (model == NULL)
		return (1);
	field = cf_reader_field(reader, at->model);
	return (field.len == strlen(model) &&
	    memcmp(field.text, model, field.len) == 0);
}

/* The numbers of a forecast; 1 if they are all there. */
static int
take_forecast(const struct cf_reader * reader, const struct layout * at,
    struct cf_joined_row * row, struct cf_err * err)
{

	row->level = LEVEL;
	if (cf_reader_number(reader, at->prediction, &row->prediction, err) ||
	    cf_reader_number(reader, at->low, &row->low, err) ||
	    cf_reader_number(reader, at->high, &row->high, err) ||
	    (at->level != CF_READER_NONE &&
	    cf_reader_number(reader, at->level, &row->level, err)))
		return (-1);
	if (isnan(row->level))
		row->level = LEVEL;
	if (!(row->level > 0 && row->level < 1))
		return (cf_reader_bad(reader, at->level,
		    "not between 0 and 1", err));
	if (row->low > row->high)
		return (cf_reader_bad(reader, at->low,
		    "above the upper end", err));
	return (!isnan(row->prediction) && !isnan(row->low) &&
	    !isnan(row->high));
}

static int
take(struct loading * l, const struct cf_reader * reader,
    const struct layout * at, int is_outcome, struct cf_err * err)
{
	struct records * all = is_outcome ? &l->outcomes : &l->forecasts;
	struct record r = { .order = all->n };
	int keep;

	if (take_key(l, reader, at, &r, err))
		return (-1);
	if (is_outcome) {
		if (cf_reader_number(reader, at->target, &r.row.outcome, err))
			return (-1);
		keep = !isnan(r.row.outcome);
	} else {
		keep = take_forecast(reader, at, &r.row, err);
		if (keep == 1)
			keep = by_model(l, reader, at);
	}
	if (keep != 1)
		return (keep);
	if (cf_mem_grow(&all->items, &all->capacity, all->n + 1,
	    sizeof(*all->items), err))
		return (-1);
	all->items[all->n++] = r;
	return (0);
}

static int
load_file(struct loading * l, const char * path, int is_outcome,
    struct cf_err * err)
{
	struct cf_reader * reader;
	struct layout at;
	int rc;

	if ((reader = cf_reader_open(path, err)) == NULL)
		return (-1);
	rc = cf_reader_header(reader, err);
	if (rc == 1 && find_columns(l, reader, is_outcome, &at, err))
		rc = -1;
	while (rc == 1 && (rc = cf_reader_next(reader, err)) == 1) {
		if (take(l, reader, &at, is_outcome, err))
			rc = -1;
	}
	cf_reader_close(reader);
	return (rc);
}

static int
compare_keys(const struct record * x, const struct record * y)
{

	if (x->entity != y->entity)
		return (x->entity < y->entity ? -1 : 1);
	if (x->date_s != y->date_s)
		return (x->date_s < y->date_s ? -1 : 1);
	return ((x->row.horizon > y->row.horizon) -
	    (x->row.horizon < y->row.horizon));
}

static int
by_key(const void * a, const void * b)
{
	const struct record * x = a, * y = b;
	int c = compare_keys(x, y);

	return (c != 0 ? c : (x->order > y->order) - (x->order < y->order));
}

/* By day, in it by key: the order of the files makes no difference. */
static int
by_day(const void * a, const void * b)
{
	const struct record * x = a, * y = b;

	if (x->row.time_s != y->row.time_s)
		return (x->row.time_s < y->row.time_s ? -1 : 1);
	return (by_key(a, b));
}

/* Sort by key and keep the last of each. */
static void
settle(struct records * all)
{
	size_t i, n = 0;

	if (all->n == 0)
		return;
	qsort(all->items, all->n, sizeof(*all->items), by_key);
	for (i = 0; i < all->n; i++) {
		if (i + 1 < all->n &&
		    compare_keys(&all->items[i], &all->items[i + 1]) == 0)
			continue;
		all->items[n++] = all->items[i];
	}
	all->n = n;
}

static int
join(struct loading * l, struct cf_err * err)
{
	struct record * f = l->forecasts.items;
	const struct record * o = l->outcomes.items;
	size_t i, j = 0, n = 0;

	for (i = 0; i < l->forecasts.n; i++) {
		while (j < l->outcomes.n && compare_keys(&o[j], &f[i]) < 0)
			j++;
		if (j == l->outcomes.n)
			break;
		if (compare_keys(&o[j], &f[i]) != 0)
			continue;
		f[n] = f[i];
		f[n++].row.outcome = o[j].row.outcome;
	}
	if (n > 0)
		qsort(f, n, sizeof(*f), by_day);
	l->joined->rows = cf_mem_array(n, sizeof(*l->joined->rows), err);
	if (l->joined->rows == NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		l->joined->rows[i] = f[i].row;
		l->joined->rows[i].date_s = f[i].date_s;
		l->joined->rows[i].entity = f[i].entity;
	}
	l->joined->n = n;
	return (0);
}

int
cf_joined_load(struct cf_joined * joined,
    const struct cf_joined_options * options, struct cf_err * err)
{
	struct loading l = { .options = options, .joined = joined };
	size_t i;
	int rc = 0;

	memset(joined, 0, sizeof(*joined));
	if (options->nforecasts == 0)
		rc = load_file(&l, NULL, 0, err);
	for (i = 0; i < options->nforecasts && rc == 0; i++)
		rc = load_file(&l, options->forecasts[i], 0, err);
	if (rc == 0)
		rc = load_file(&l, options->outcomes, 1, err);
	if (rc == 0) {
		joined->forecasts = l.forecasts.n;
		joined->outcomes = l.outcomes.n;
		settle(&l.forecasts);
		settle(&l.outcomes);
		rc = join(&l, err);
	}
	joined->entities = l.entities;
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
