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
#include "table/reader.h"

struct cf_reader {
	struct cf_lines lines;
	int is_json;
	int first_pending;	/* NDJSON: the first record is already here. */
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
	for (i = 0; i < r->ncolumns; i++) {
		r->fields.items[i].text = "";
		r->fields.items[i].len = 0;
	}
	for (i = 0; i < r->pairs.n; i++) {
		pair = &r->pairs.items[i];
		name = r->pairs.texts.data + pair->name;
		/* Most records have the keys in the same order. */
		column = i < r->ncolumns && strcmp(r->names[i], name) == 0 ?
		    i : cf_reader_find(r, name);
		if (column == CF_READER_NONE)
			return (fault(r, name, strlen(name),
			    "key that the first record lacks", err));
		r->fields.items[column].text = r->pairs.texts.data +
		    pair->text;
		r->fields.items[column].len = pair->len;
	}
	return (0);
}

static int
json_header(struct cf_reader * r, struct cf_err * err)
{
	const char * name;
	size_t i;
	int rc;

	if ((rc = cf_ndjson_next(&r->lines, &r->pairs, err)) <= 0)
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
	r->is_json = c == '{';
	return (r->is_json ? json_header(r, err) : csv_header(r, err));
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
	if (!r->is_json) {
		if ((rc = cf_csv_next(&r->lines, &r->fields, err)) <= 0)
			return (rc);
		return (r->fields.n == r->ncolumns ? 1 : ragged(r, err));
	}
	if (!r->first_pending) {
		rc = cf_ndjson_next(&r->lines, &r->pairs, err);
		if (rc <= 0)
			return (rc);
	}
	r->first_pending = 0;
	return (place_pairs(r, err) ? -1 : 1);
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
	free(r->fields.items);
	cf_ndjson_free(&r->pairs);
	free(r->lines.data);
	cf_input_close(r->lines.input);
	free(r);
}
