#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/num.h"
#include "table/input.h"
#include "table/limits.h"
#include "table/lines.h"
#include "table/ndjson.h"
#include "table/objects.h"
#include "table/reader.h"

/* The text of a field that a record of JSON does not have. */
static const char absent[] = "";

/* A column wanted, for searching by name. */
struct wanted {
	const char * name;
	size_t column;
};

struct cf_reader {
	struct cf_lines lines;
	int is_json;
	int in_objects;		/* JSON that is no lines: */
	struct cf_objects objects;
	int passed;		/* The window is behind the record. */
	int first_pending;	/* JSON: the first record is already here. */
	struct wanted * wanted;	/* Sorted; NULL: all columns are. */
	const char * unknown;	/* A key of the record that is not. */
	char ** names;
	size_t ncolumns;
	size_t capacity;
	struct cf_fields fields;	/* The present record. */
	struct cf_pairs pairs;		/* NDJSON: what it was made from. */
};

/* Make a reader of ${input}, NULL if that could not be had. */
static struct cf_reader *
new_reader(struct cf_input * input, struct cf_err * err)
{
	struct cf_reader * r;

	if (input == NULL)
		return (NULL);
	if ((r = cf_mem_array(1, sizeof(*r), err)) == NULL) {
		cf_input_close(input);
		return (NULL);
	}
	r->lines.input = input;
	r->lines.line = 1;
	return (r);
}

struct cf_reader *
cf_reader_open(const char * path, struct cf_err * err)
{

	return (new_reader(cf_input_open(path, err), err));
}

struct cf_reader *
cf_reader_memory(const char * data, size_t len, const char * name,
    struct cf_err * err)
{

	return (new_reader(cf_input_memory(data, len, name, err), err));
}

void
cf_reader_again(struct cf_reader * r, const char * data, size_t len)
{

	cf_input_memory_again(r->lines.input, data, len);
	r->lines.start = r->lines.end = 0;
	r->lines.ended = 0;
	r->lines.line = 1;
	r->objects = (struct cf_objects){ .lenient = r->objects.lenient };
	r->in_objects = r->is_json = r->passed = r->first_pending = 0;
	r->unknown = NULL;
}

static int
fault(const struct cf_reader * r, const char * value, size_t len,
    const char * reason, struct cf_err * err)
{
	struct cf_place place = { cf_reader_name(r), r->fields.line, NULL };

	return (cf_err_data(err, &place, value, len, "%s", reason));
}

static int
add_column(struct cf_reader * r, const char * name, size_t len,
    struct cf_err * err)
{

	if (len == 0)
		return (fault(r, NULL, 0, "column without a name", err));
	if (len > CF_NAME_MAX)
		return (fault(r, name, len,
		    "column name longer than 255 bytes", err));
	if (cf_mem_grow(&r->names, &r->capacity, r->ncolumns + 1,
	    sizeof(*r->names), err))
		return (-1);
	r->names[r->ncolumns] = cf_mem_strndup(name, len, err);
	if (r->names[r->ncolumns] == NULL)
		return (-1);
	if (cf_reader_find(r, r->names[r->ncolumns]) != CF_READER_NONE) {
		free(r->names[r->ncolumns]);
		return (fault(r, name, len, "column named twice", err));
	}
	r->ncolumns++;
	return (0);
}

static int
csv_header(struct cf_reader * r, struct cf_err * err)
{
	size_t i;
	int rc;

	if ((rc = cf_csv_next(&r->lines, &r->fields, err)) <= 0)
		return (rc);
	for (i = 0; i < r->fields.n; i++) {
		if (add_column(r, r->fields.items[i].text,
		    r->fields.items[i].len, err))
			return (-1);
	}
	return (1);
}

static int
by_name(const void * a, const void * b)
{

	return (strcmp(((const struct wanted *)a)->name,
	    ((const struct wanted *)b)->name));
}

int
cf_reader_want(struct cf_reader * r, const char * const * names, size_t n,
    int lenient, struct cf_err * err)
{
	size_t i;

	r->objects.lenient = lenient;
	if ((r->wanted = cf_mem_array(n, sizeof(*r->wanted), err)) == NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		if (add_column(r, names[i], strlen(names[i]), err))
			return (-1);
		r->wanted[i].name = r->names[i];
		r->wanted[i].column = i;
	}
	qsort(r->wanted, n, sizeof(*r->wanted), by_name);
	return (0);
}

/* CSV has its own columns, whatever is wanted. */
static void
forget_wanted(struct cf_reader * r)
{

	if (r->wanted == NULL)
		return;
	free(r->wanted);
	r->wanted = NULL;
	while (r->ncolumns > 0)
		free(r->names[--r->ncolumns]);
}

/* The column of a pair of JSON, or CF_READER_NONE. */
static size_t
column_of(const struct cf_reader * r, const char * name)
{
	const struct wanted key = { name, 0 };
	const struct wanted * found;

	if (r->wanted == NULL)
		return (cf_reader_find(r, name));
	found = bsearch(&key, r->wanted, r->ncolumns, sizeof(key), by_name);
	return (found != NULL ? found->column : CF_READER_NONE);
}

/* Lay the pairs of a JSON record out as fields in the order of the columns. */
static int
place_pairs(struct cf_reader * r, struct cf_err * err)
{
	const struct cf_pair * pair;
	const char * name;
	size_t i, column;

	r->fields.line = r->pairs.line;
	if (cf_mem_grow(&r->fields.items, &r->fields.capacity, r->ncolumns,
	    sizeof(*r->fields.items), err))
		return (-1);
	r->fields.n = r->ncolumns;
	r->unknown = NULL;
	for (i = 0; i < r->ncolumns; i++) {
		r->fields.items[i].text = absent;
		r->fields.items[i].len = 0;
	}
	for (i = 0; i < r->pairs.n; i++) {
		pair = &r->pairs.items[i];
		name = r->pairs.texts.data + pair->name;
		/* Most records have the keys in the same order. */
		column = i < r->ncolumns && strcmp(r->names[i], name) == 0 ?
		    i : column_of(r, name);
		if (column == CF_READER_NONE) {
			if (r->wanted == NULL)
				return (fault(r, name, strlen(name),
				    "key that the first record lacks", err));
			if (r->unknown == NULL)
				r->unknown = name;
			continue;
		}
		r->fields.items[column].text = r->pairs.texts.data +
		    pair->text;
		r->fields.items[column].len = pair->len;
	}
	return (0);
}

/* Read the next record of JSON.  Return 1, 0 at the end, or -1. */
static int
next_pairs(struct cf_reader * r, struct cf_err * err)
{
	int rc;

	if (!r->in_objects)
		return (cf_ndjson_next(&r->lines, &r->pairs, err));
	rc = cf_objects_next(&r->objects, &r->lines, &r->pairs, err);
	r->passed = rc == -1 && !r->objects.lost;
	r->fields.line = r->pairs.line;
	return (rc);
}

static int
json_header(struct cf_reader * r, struct cf_err * err)
{
	const char * name;
	size_t i;
	int rc;

	if (r->wanted != NULL)
		return (1);
	if ((rc = next_pairs(r, err)) <= 0)
		return (rc);
	r->fields.line = r->pairs.line;
	/* Columns are its keys; without any, no later record could be read. */
	if (r->pairs.n == 0)
		return (fault(r, NULL, 0, "first record is empty", err));
	for (i = 0; i < r->pairs.n; i++) {
		name = r->pairs.texts.data + r->pairs.items[i].name;
		if (add_column(r, name, strlen(name), err))
			return (-1);
	}
	r->first_pending = 1;
	return (1);
}

int
cf_reader_header(struct cf_reader * r, struct cf_err * err)
{
	int c;

	if (cf_lines_first(&r->lines, &c, err))
		return (-1);
	if (c == -1)
		return (0);
	if (cf_objects_begin(&r->lines, c, &r->in_objects, err))
		return (-1);
	r->is_json = c == '{' || r->in_objects;
	if (r->is_json)
		return (json_header(r, err));
	forget_wanted(r);
	return (csv_header(r, err));
}

const char *
cf_reader_name(const struct cf_reader * r)
{

	return (cf_input_name(r->lines.input));
}

int
cf_reader_is_json(const struct cf_reader * r)
{

	return (r->is_json);
}

int
cf_reader_is_body(const struct cf_reader * r)
{

	return (r->in_objects && r->objects.is_body);
}

const char *
cf_reader_unknown(const struct cf_reader * r)
{

	return (r->unknown);
}

size_t
cf_reader_columns(const struct cf_reader * r)
{

	return (r->ncolumns);
}

const char *
cf_reader_column(const struct cf_reader * r, size_t i)
{

	return (r->names[i]);
}

size_t
cf_reader_find(const struct cf_reader * r, const char * name)
{
	size_t i;

	for (i = 0; i < r->ncolumns; i++) {
		if (strcmp(r->names[i], name) == 0)
			return (i);
	}
	return (CF_READER_NONE);
}

int
cf_reader_need(const struct cf_reader * r, const char * name, size_t * index,
    struct cf_err * err)
{
	struct cf_place place = { cf_reader_name(r), 0, name };

	if ((*index = cf_reader_find(r, name)) == CF_READER_NONE)
		return (cf_err_data(err, &place, NULL, 0,
		    "there is no such column"));
	return (0);
}

static int
ragged(const struct cf_reader * r, struct cf_err * err)
{
	char reason[80];

	snprintf(reason, sizeof(reason), "%zu fields where the header has %zu",
	    r->fields.n, r->ncolumns);
	return (fault(r, NULL, 0, reason, err));
}

int
cf_reader_next(struct cf_reader * r, struct cf_err * err)
{
	int rc;

	if (r->ncolumns == 0)
		return (0);
	r->passed = 0;
	if (!r->is_json) {
		/* Whether an empty line is a record, the header decides. */
		r->fields.n = r->ncolumns;
		if ((rc = cf_csv_next(&r->lines, &r->fields, err)) <= 0)
			return (rc);
		r->passed = 1;
		return (r->fields.n == r->ncolumns ? 1 : ragged(r, err));
	}
	if (!r->first_pending && (rc = next_pairs(r, err)) <= 0)
		return (rc);
	r->first_pending = 0;
	r->passed = 1;
	return (place_pairs(r, err) ? -1 : 1);
}

int
cf_reader_skip(struct cf_reader * r, struct cf_err * err)
{
	struct cf_lines * l = &r->lines;
	const char * eol;

	if (r->passed)
		return (0);
	if (r->in_objects)
		return (-1);
	/* Line by line, however long: what was looked at is let go of. */
	for (;;) {
		eol = l->end > l->start ? memchr(l->data + l->start, '\n',
		    l->end - l->start) : NULL;
		l->start = eol != NULL ? (size_t)(eol + 1 - l->data) : l->end;
		if (eol != NULL) {
			l->line++;
			return (0);
		}
		if (l->ended)
			return (0);
		if (cf_lines_more(l, err))
			return (-1);
	}
}

int
cf_reader_has(const struct cf_reader * r, size_t i)
{

	return (r->fields.items[i].text != absent);
}

struct cf_field
cf_reader_field(const struct cf_reader * r, size_t i)
{

	return (r->fields.items[i]);
}

int
cf_reader_number(const struct cf_reader * r, size_t i, double * x,
    struct cf_err * err)
{
	const struct cf_field * f = &r->fields.items[i];

	if (f->len == 0) {
		*x = NAN;
		return (0);
	}
	switch (cf_num_parse(f->text, f->len, x)) {
	case CF_NUM_OK:
		return (0);
	case CF_NUM_RANGE:
		return (cf_reader_bad(r, i, "number out of range", err));
	default:
		return (cf_reader_bad(r, i, "not a number", err));
	}
}

int
cf_reader_day(const struct cf_reader * r, size_t i, int32_t * day,
    struct cf_err * err)
{
	const struct cf_field * f = &r->fields.items[i];

	if (cf_day_parse(f->text, f->len, day))
		return (cf_reader_bad(r, i, "not a date YYYY-MM-DD", err));
	return (0);
}

int
cf_reader_moment(const struct cf_reader * r, size_t i, int64_t * time_s,
    int * has_clock, struct cf_err * err)
{
	const struct cf_field * f = &r->fields.items[i];

	if (cf_day_parse_moment(f->text, f->len, time_s, has_clock))
		return (cf_reader_bad(r, i,
		    "not a date YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ", err));
	return (0);
}

uint64_t
cf_reader_line(const struct cf_reader * r)
{

	return (r->fields.line);
}

uint64_t
cf_reader_fault_line(const struct cf_reader * r)
{

	return (r->passed ? r->fields.line : r->lines.line);
}

int
cf_reader_bad(const struct cf_reader * r, size_t i, const char * reason,
    struct cf_err * err)
{
	struct cf_place place = { cf_reader_name(r), r->fields.line, NULL };
	const struct cf_field * f;

	if (i == CF_READER_NONE)
		return (cf_err_data(err, &place, NULL, 0, "%s", reason));
	place.column = r->names[i];
	f = &r->fields.items[i];
	return (cf_err_data(err, &place, f->text, f->len, "%s", reason));
}

void
cf_reader_close(struct cf_reader * r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->ncolumns; i++)
		free(r->names[i]);
	free(r->names);
	free(r->wanted);
	free(r->fields.items);
	cf_ndjson_free(&r->pairs);
	free(r->lines.data);
	cf_input_close(r->lines.input);
	free(r);
}
