#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "feature/names.h"
#include "feature/series.h"
#include "table/each.h"

struct point {
	int64_t available_s;	/* Moment from which it is known. */
	int32_t date;
	double value;
};

struct series {
	char * column;
	int64_t last_s;		/* `available` of the row before. */
	int32_t last_date;
	int has_rows;
	struct point * points;
	size_t n;
	size_t capacity;
};

struct cf_series {
	struct cf_names ids;	/* Numbered like items. */
	struct series * items;
	size_t n;
	size_t capacity;
};

/* Columns of a file. */
struct layout {
	struct cf_series * all;
	size_t index;		/* Of the row before. */
	size_t series;
	size_t date;
	size_t available;
	size_t value;
};

struct cf_series *
cf_series_new(struct cf_err * err)
{

	return (cf_mem_array(1, sizeof(struct cf_series), err));
}

/* The column of a series. */
static char *
column_of(const char * id, size_t len, struct cf_err * err)
{
	static const char * const known[][2] = {
		{ "VIXCLS", "vix" }, { "VIX", "vix" },
		{ "DGS10", "treasury_10y" }, { "UST10Y", "treasury_10y" },
		{ "DTWEXBGS", "dollar_index" }
	};
	char * column;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strlen(known[i][0]) == len &&
		    memcmp(known[i][0], id, len) == 0)
			return (cf_mem_strdup(known[i][1], err));
	}
	if ((column = cf_mem_strndup(id, len, err)) == NULL)
		return (NULL);
	for (i = 0; i < len; i++) {
		if (column[i] >= 'A' && column[i] <= 'Z')
			column[i] = (char)(column[i] - 'A' + 'a');
	}
	return (column);
}

static int
add_series(struct cf_series * all, struct cf_field id, struct cf_err * err)
{
	struct series * s;

	if (cf_mem_grow(&all->items, &all->capacity, all->n + 1,
	    sizeof(*all->items), err))
		return (-1);
	s = &all->items[all->n];
	memset(s, 0, sizeof(*s));
	if ((s->column = column_of(id.text, id.len, err)) == NULL)
		return (-1);
	all->n++;
	return (0);
}

/* A name that can be a column and is no other series'. */
static int
check_series(const struct cf_series * all, const struct cf_reader * file,
    const struct layout * l, struct cf_err * err)
{
	struct cf_field id = cf_reader_field(file, l->series);
	const char * column = all->items[all->n - 1].column;
	size_t i;

	for (i = 0; i < id.len; i++) {
		if (id.text[i] <= ' ' || id.text[i] > '~' ||
		    strchr("\",", id.text[i]) != NULL)
			return (cf_reader_bad(file, l->series,
			    "not a name of printable ASCII without blanks",
			    err));
	}
	for (i = 0; i + 1 < all->n; i++) {
		if (strcmp(all->items[i].column, column) == 0)
			return (cf_reader_bad(file, l->series,
			    "a second series for one column", err));
	}
	return (0);
}

/* Set *index to the row's series. */
static int
find_series(struct cf_series * all, const struct cf_reader * file,
    const struct layout * l, size_t * index, struct cf_err * err)
{
	struct cf_field id = cf_reader_field(file, l->series);
	int rc;

	if (id.len == 0)
		return (cf_reader_bad(file, l->series, "missing", err));
	rc = cf_names_add(&all->ids, id.text, id.len, index, err);
	if (rc <= 0)
		return (rc);
	if (add_series(all, id, err))
		return (-1);
	return (check_series(all, file, l, err));
}

/* The moment that a date or date and time stands for. */
static int
read_moment(const struct cf_reader * file, size_t column, int64_t * time_s,
    struct cf_err * err)
{
	int has_clock;

	if (cf_reader_moment(file, column, time_s, &has_clock, err))
		return (-1);
	if (!has_clock)
		*time_s += CF_DAY_S - 1;
	return (0);
}

static int
check_order(const struct series * s, const struct cf_reader * file,
    const struct layout * l, int32_t date, int64_t available_s,
    struct cf_err * err)
{

	if (available_s < (int64_t)date * CF_DAY_S)
		return (cf_reader_bad(file, l->available, "before the date",
		    err));
	if (!s->has_rows || date > s->last_date)
		return (0);
	if (date < s->last_date)
		return (cf_reader_bad(file, l->date,
		    "earlier than the row before", err));
	if (available_s <= s->last_s)
		return (cf_reader_bad(file, l->date,
		    "twice, and not available later", err));
	return (0);
}

static int
read_row(void * cookie, const struct cf_reader * file, struct cf_err * err)
{
	struct layout * l = cookie;
	struct series * s;
	struct point p;
	int64_t time_s;
	int has_clock;

	if (find_series(l->all, file, l, &l->index, err))
		return (-1);
	s = &l->all->items[l->index];
	if (cf_reader_moment(file, l->date, &time_s, &has_clock, err) ||
	    read_moment(file, l->available, &p.available_s, err) ||
	    cf_reader_number(file, l->value, &p.value, err))
		return (-1);
	p.date = cf_day_of_moment(time_s);
	if (check_order(s, file, l, p.date, p.available_s, err))
		return (-1);
	s->last_date = p.date;
	s->last_s = p.available_s;
	s->has_rows = 1;
	if (isnan(p.value))
		return (0);
	if (cf_mem_grow(&s->points, &s->capacity, s->n + 1,
	    sizeof(*s->points), err))
		return (-1);
	s->points[s->n++] = p;
	return (0);
}

static int
find_columns(void * cookie, const struct cf_reader * file,
    struct cf_err * err)
{
	struct layout * l = cookie;

	return (cf_reader_need(file, "series", &l->series, err) ||
	    cf_reader_need(file, "date", &l->date, err) ||
	    cf_reader_need(file, "available", &l->available, err) ||
	    cf_reader_need(file, "value", &l->value, err));
}

int
cf_series_read(struct cf_series * all, const char * path, struct cf_err * err)
{
	struct layout l = { .all = all };

	return (cf_each_record(cf_reader_open(path, err), find_columns,
	    read_row, &l, err));
}

/* By the moment of being known; of one moment, the newest date last. */
static int
compare(const void * a, const void * b)
{
	const struct point * x = a;
	const struct point * y = b;

	if (x->available_s != y->available_s)
		return (x->available_s < y->available_s ? -1 : 1);
	return ((x->date > y->date) - (x->date < y->date));
}

void
cf_series_ready(struct cf_series * all)
{
	struct series * s;
	size_t i, j, kept;

	for (i = 0; i < all->n; i++) {
		s = &all->items[i];
		if (s->n == 0)
			continue;
		qsort(s->points, s->n, sizeof(*s->points), compare);
		/* What comes out after a newer date is of no use. */
		for (kept = 0, j = 1; j < s->n; j++) {
			if (s->points[j].date >= s->points[kept].date)
				s->points[++kept] = s->points[j];
		}
		s->n = kept + 1;
	}
}

size_t
cf_series_count(const struct cf_series * all)
{

	return (all->n);
}

const char *
cf_series_name(const struct cf_series * all, size_t i)
{

	return (all->items[i].column);
}

/* The number of points known at a moment. */
static size_t
known_at(const struct series * s, int64_t moment_s)
{
	size_t low = 0, high = s->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (s->points[middle].available_s <= moment_s)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

void
cf_series_join(const struct cf_series * all, size_t i,
    const int64_t * moments, size_t n, double max_age, double * values,
    double * ages)
{
	const struct series * s = &all->items[i];
	size_t k, known = n > 0 ? known_at(s, moments[0]) : 0;
	double value, age;

	for (k = 0; k < n; k++) {
		while (known < s->n &&
		    s->points[known].available_s <= moments[k])
			known++;
		value = age = NAN;
		if (known > 0) {
			age = cf_day_of_moment(moments[k]) -
			    s->points[known - 1].date;
			value = s->points[known - 1].value;
		}
		if (!(age <= max_age))
			value = age = NAN;
		if (values != NULL)
			values[k] = value;
		if (ages != NULL)
			ages[k] = age;
	}
}

void
cf_series_free(struct cf_series * all)
{
	size_t i;

	if (all == NULL)
		return;
	for (i = 0; i < all->n; i++) {
		free(all->items[i].column);
		free(all->items[i].points);
	}
	free(all->items);
	cf_names_free(&all->ids);
	free(all);
}
