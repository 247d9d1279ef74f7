#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "source/haul.h"

static const char * const names[CF_HAUL_VALUES] = { "open", "high", "low",
    "close", "volume", "adjusted_close", "dividend_amount",
    "split_coefficient" };

const char *
cf_haul_name(int i)
{

	return (names[i]);
}

int
cf_haul_same(double a, double b)
{

	return ((isnan(a) && isnan(b)) || (a >= b && a <= b));
}

static int
too_many(size_t max, struct cf_err * err)
{

	return (cf_err_set(err, CF_ERR_DATA, "more than %zu rows", max));
}

/* NaN is fine but for the close: it is missing. */
static int
is_possible(const struct cf_haul_bar * bar)
{
	int i;

	if (isnan(bar->v[CF_HAUL_CLOSE]))
		return (0);
	for (i = CF_HAUL_OPEN; i <= CF_HAUL_CLOSE; i++) {
		if (bar->v[i] <= 0)
			return (0);
	}
	return (!(bar->v[CF_HAUL_HIGH] < bar->v[CF_HAUL_LOW]) &&
	    !(bar->v[CF_HAUL_VOLUME] < 0) &&
	    !(bar->v[CF_HAUL_ADJUSTED] < 0) &&
	    !(bar->v[CF_HAUL_DIVIDEND] < 0) &&
	    !(bar->v[CF_HAUL_SPLIT] <= 0));
}

int
cf_haul_add_bar(struct cf_haul * rows, const struct cf_haul_bar * bar,
    struct cf_err * err)
{
	size_t max = rows->max > 0 ? rows->max : CF_HAUL_BARS_MAX;
	int i;

	if (!is_possible(bar)) {
		rows->dropped++;
		rows->dropped_s = bar->time_s;
		return (0);
	}
	if (rows->n == max)
		return (too_many(max, err));
	if (cf_mem_grow(&rows->bars, &rows->capacity, rows->n + 1,
	    sizeof(*bar), err))
		return (-1);
	rows->bars[rows->n++] = *bar;
	for (i = CF_HAUL_PLAIN; i < CF_HAUL_VALUES; i++) {
		if (!isnan(bar->v[i]))
			rows->columns |= 1u << i;
	}
	return (0);
}

int
cf_haul_add_point(struct cf_haul * rows, const struct cf_haul_point * point,
    struct cf_err * err)
{
	size_t max = rows->max > 0 ? rows->max : CF_HAUL_POINTS_MAX;

	if (rows->n == max)
		return (too_many(max, err));
	if (cf_mem_grow(&rows->points, &rows->capacity, rows->n + 1,
	    sizeof(*point), err))
		return (-1);
	rows->points[rows->n++] = *point;
	return (0);
}

static int
compare_bars(const void * a, const void * b)
{
	const struct cf_haul_bar * x = a;
	const struct cf_haul_bar * y = b;

	return ((x->time_s > y->time_s) - (x->time_s < y->time_s));
}

static int
compare_points(const void * a, const void * b)
{
	const struct cf_haul_point * x = a;
	const struct cf_haul_point * y = b;

	if (x->day != y->day)
		return (x->day < y->day ? -1 : 1);
	return ((x->available > y->available) -
	    (x->available < y->available));
}

/* Sources send rows in order or in reverse; only the rest is sorted. */
static void
sort(void * items, size_t n, size_t size,
    int (* compare)(const void *, const void *))
{
	struct cf_haul_bar room;
	char * p = items;
	size_t i, up = 1, down = 1;
	int c;

	for (i = 1; i < n && up + down > 0; i++) {
		c = compare(p + (i - 1) * size, p + i * size);
		up = up && c <= 0;
		down = down && c >= 0;
	}
	if (up)
		return;
	if (!down) {
		qsort(items, n, size, compare);
		return;
	}
	for (i = 0; i < n / 2; i++) {
		memcpy(&room, p + i * size, size);
		memcpy(p + i * size, p + (n - 1 - i) * size, size);
		memcpy(p + (n - 1 - i) * size, &room, size);
	}
}

static int
twice(const char * name, int64_t time_s, int has_clock, struct cf_err * err)
{
	struct cf_place place = { name, 0, NULL };
	char text[CF_DAY_TEXT_MAX];
	size_t len = cf_day_print_moment(time_s, has_clock, text);

	return (cf_err_data(err, &place, text, len,
	    "a date stands twice, with different values"));
}

int
cf_haul_same_bar(const struct cf_haul_bar * a, const struct cf_haul_bar * b)
{
	int i;

	for (i = 0; i < CF_HAUL_VALUES; i++) {
		if (!cf_haul_same(a->v[i], b->v[i]))
			return (0);
	}
	return (1);
}

static int
unite_bars(struct cf_haul * rows, const char * name, struct cf_err * err)
{
	struct cf_haul_bar * b = rows->bars;
	size_t i, n = 0;

	for (i = 0; i < rows->n; i++) {
		if (n > 0 && b[n - 1].time_s == b[i].time_s) {
			if (!cf_haul_same_bar(&b[n - 1], &b[i]))
				return (twice(name, b[i].time_s,
				    rows->has_clock, err));
			continue;
		}
		b[n++] = b[i];
	}
	rows->n = n;
	return (0);
}

static int
unite_points(struct cf_haul * rows, const char * name, struct cf_err * err)
{
	struct cf_haul_point * p = rows->points;
	size_t i, n = 0;

	for (i = 0; i < rows->n; i++) {
		if (n > 0 && compare_points(&p[n - 1], &p[i]) == 0) {
			if (!cf_haul_same(p[n - 1].value, p[i].value))
				return (twice(name, (int64_t)p[i].day *
				    CF_DAY_S, 0, err));
			continue;
		}
		p[n++] = p[i];
	}
	rows->n = n;
	return (0);
}

int
cf_haul_sort(struct cf_haul * rows, const char * name, struct cf_err * err)
{

	if (rows->n == 0)
		return (0);
	if (rows->kind == CF_HAUL_BARS) {
		sort(rows->bars, rows->n, sizeof(*rows->bars), compare_bars);
		return (unite_bars(rows, name, err));
	}
	sort(rows->points, rows->n, sizeof(*rows->points), compare_points);
	return (unite_points(rows, name, err));
}

int32_t
cf_haul_day(const struct cf_haul * rows, size_t i)
{

	return (rows->kind == CF_HAUL_BARS ?
	    cf_day_of_moment(rows->bars[i].time_s) : rows->points[i].day);
}

void
cf_haul_cut(struct cf_haul * rows, int32_t from, int32_t to)
{
	size_t i, n = 0;
	int32_t day;

	for (i = 0; i < rows->n; i++) {
		day = cf_haul_day(rows, i);
		if (day < from || day > to)
			continue;
		if (rows->kind == CF_HAUL_BARS)
			rows->bars[n] = rows->bars[i];
		else
			rows->points[n] = rows->points[i];
		n++;
	}
	rows->n = n;
}

static int
is_column(int i, unsigned int columns)
{

	return (i < CF_HAUL_PLAIN || (columns >> i & 1));
}

int
cf_haul_header(enum cf_haul_kind kind, unsigned int columns,
    struct cf_writer * writer, struct cf_err * err)
{
	static const struct cf_column series[] = { { "series", NULL, NULL },
	    { "date", NULL, NULL }, { "available", NULL, NULL },
	    { "value", NULL, NULL } };
	struct cf_column bars[CF_HAUL_VALUES + 2] = { { "symbol", NULL, NULL },
	    { "date", NULL, NULL } };
	size_t n = 2;
	int i;

	if (kind == CF_HAUL_SERIES)
		return (cf_writer_columns(writer, series, 4, err));
	for (i = 0; i < CF_HAUL_VALUES; i++) {
		if (is_column(i, columns))
			bars[n++].name = names[i];
	}
	return (cf_writer_columns(writer, bars, n, err));
}

int
cf_haul_write_bar(const char * id, const struct cf_haul_bar * bar,
    int has_clock, unsigned int columns, struct cf_writer * writer,
    struct cf_err * err)
{
	char text[CF_DAY_TEXT_MAX];
	int i;

	cf_writer_text(writer, id, strlen(id));
	cf_writer_text(writer, text, cf_day_print_moment(bar->time_s,
	    has_clock, text));
	for (i = 0; i < CF_HAUL_VALUES; i++) {
		if (is_column(i, columns))
			cf_writer_number(writer, bar->v[i]);
	}
	return (cf_writer_end(writer, err));
}

int
cf_haul_write_point(const char * id, const struct cf_haul_point * point,
    struct cf_writer * writer, struct cf_err * err)
{
	char text[CF_DAY_TEXT_MAX];

	cf_writer_text(writer, id, strlen(id));
	cf_writer_text(writer, text, cf_day_print(point->day, text));
	cf_writer_text(writer, text, cf_day_print(point->available, text));
	cf_writer_number(writer, point->value);
	return (cf_writer_end(writer, err));
}

void
cf_haul_free(struct cf_haul * rows)
{
	enum cf_haul_kind kind = rows->kind;
	size_t max = rows->max;

	free(rows->bars);
	free(rows->points);
	memset(rows, 0, sizeof(*rows));
	rows->kind = kind;
	rows->max = max;
}
