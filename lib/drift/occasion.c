#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "drift/occasion.h"

#define HORIZON_MAX 1e5

enum { ENTITY, DATE, HORIZON };

/* The first file with a header decides what the key is. */
static void
learn(struct cf_occasion_files * files, const struct cf_reader * reader)
{

	files->key = cf_reader_find(reader, "symbol") != CF_READER_NONE ?
	    "symbol" : cf_reader_find(reader, "account") != CF_READER_NONE ?
	    "account" : "record";
	files->is_ledger = strcmp(files->key, "account") == 0;
	files->has_horizon = cf_reader_find(reader, "horizon") !=
	    CF_READER_NONE;
}

int
cf_occasion_find(struct cf_occasion_files * files,
    const struct cf_reader * reader, struct cf_err * err)
{
	struct cf_place place = { cf_reader_name(reader), 1, "horizon" };
	size_t * at = files->column;

	if (files->key == NULL)
		learn(files, reader);
	at[ENTITY] = at[HORIZON] = CF_READER_NONE;
	if (strcmp(files->key, "record") != 0 &&
	    cf_reader_need(reader, files->key, &at[ENTITY], err))
		return (-1);
	if (files->has_horizon &&
	    cf_reader_need(reader, "horizon", &at[HORIZON], err))
		return (-1);
	if (!files->has_horizon &&
	    cf_reader_find(reader, "horizon") != CF_READER_NONE)
		return (cf_err_data(err, &place, NULL, 0,
		    "not there in the files before"));
	return (cf_reader_need(reader, "date", &at[DATE], err));
}

int
cf_occasion_take(struct cf_occasion_files * files,
    const struct cf_reader * reader, struct cf_occasion * o,
    struct cf_err * err)
{
	const size_t * at = files->column;
	struct cf_field field = { "all", 3 };
	int has_clock;

	memset(o, 0, sizeof(*o));
	o->order = files->read++;
	if (at[ENTITY] != CF_READER_NONE)
		field = cf_reader_field(reader, at[ENTITY]);
	if (field.len == 0)
		return (cf_reader_bad(reader, at[ENTITY], "missing", err));
	if (cf_names_add(&files->entities, field.text, field.len, &o->entity,
	    err) == -1 ||
	    cf_reader_moment(reader, at[DATE], &o->date_s, &has_clock, err))
		return (-1);
	files->has_clock |= has_clock;
	if (at[HORIZON] == CF_READER_NONE)
		return (0);
	if (cf_reader_number(reader, at[HORIZON], &o->horizon, err))
		return (-1);
	if (!(o->horizon >= 0 && o->horizon <= HORIZON_MAX))
		return (cf_reader_bad(reader, at[HORIZON], "no horizon", err));
	return (0);
}

int64_t
cf_occasion_target(const struct cf_occasion_files * files,
    const struct cf_occasion * o)
{

	return (files->is_ledger ?
	    o->date_s + (int64_t)o->horizon * CF_DAY_S : o->date_s);
}

int
cf_occasion_compare(const struct cf_occasion * x,
    const struct cf_occasion * y)
{

	if (x->entity != y->entity)
		return (x->entity < y->entity ? -1 : 1);
	if (x->date_s != y->date_s)
		return (x->date_s < y->date_s ? -1 : 1);
	return ((x->horizon > y->horizon) - (x->horizon < y->horizon));
}

int
cf_occasion_by_order(const void * a, const void * b)
{
	const struct cf_occasion * x = a, * y = b;
	int c = cf_occasion_compare(x, y);

	return (c != 0 ? c : (x->order > y->order) - (x->order < y->order));
}

size_t
cf_occasion_settle(void * items, size_t n, size_t size)
{
	char * p = items;
	size_t i, kept = 0;

	if (n == 0)
		return (0);
	qsort(items, n, size, cf_occasion_by_order);
	for (i = 0; i < n; i++) {
		if (i + 1 < n && cf_occasion_compare((void *)(p + i * size),
		    (void *)(p + (i + 1) * size)) == 0)
			continue;
		if (kept != i)
			memcpy(p + kept * size, p + i * size, size);
		kept++;
	}
	return (kept);
}

void
cf_occasion_free(struct cf_occasion_files * files)
{

	cf_names_free(&files->entities);
	memset(files, 0, sizeof(*files));
}
