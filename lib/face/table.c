#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "face/fault.h"
#include "face/table.h"

/* Wrap a frame, which becomes the table's; NULL after a failure. */
static struct cf_table *
wrap(struct cf_frame * frame, struct cf_err * err, struct cf_error * error)
{
	struct cf_table * table = NULL;

	if (frame != NULL)
		table = cf_mem_array(1, sizeof(*table), err);
	if (table == NULL) {
		cf_frame_free(frame);
		cf_fault(error, err);
		return (NULL);
	}
	table->frame = frame;
	return (table);
}

struct cf_table *
cf_table_read(const char * path, unsigned int horizon,
    struct cf_error * error)
{
	struct cf_err err;
	const struct cf_frame_options options = { .paths = &path,
	    .npaths = path != NULL, .horizon = horizon,
	    .number = "cash_flow" };

	return (wrap(cf_frame_load(&options, &err), &err, error));
}

/* What a column cannot be called, because the programs mean a key by it. */
static int
is_key(const char * name)
{
	static const char * const keys[] = { "symbol", "account", "date",
	    "horizon", "target_date" };
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i], name) == 0)
			return (1);
	}
	return (0);
}

/* Take the name of the next column. */
static int
take_name(struct cf_frame * f, const char * name, struct cf_err * err)
{
	const char * fault = NULL;
	char shown[CF_ERR_VALUE_MAX + 4];

	if (name == NULL || *name == '\0')
		fault = "column without a name";
	else if (!cf_text_is_utf8(name, strlen(name)))
		fault = "column name is not UTF-8";
	else if (is_key(name))
		fault = "a key is no column of numbers";
	else if (cf_frame_find(f, name) != CF_FRAME_NONE)
		fault = "two columns of one name";
	if (fault != NULL) {
		name = name != NULL ? name : "";
		cf_err_mask(shown, sizeof(shown), name, strlen(name));
		return (cf_err_set(err, CF_ERR_USAGE, "%s: \"%s\"", fault,
		    shown));
	}
	if ((f->names[f->ncolumns] = cf_mem_strdup(name, err)) == NULL)
		return (-1);
	f->ncolumns++;
	return (0);
}

/* Fill an empty frame with copies. */
static int
copy(struct cf_frame * f, size_t columns, const char * const * names,
    const double * values, struct cf_err * err)
{
	size_t i, j;

	f->names = cf_mem_array(columns, sizeof(*f->names), err);
	f->values = cf_mem_array(columns, sizeof(*f->values), err);
	if (f->names == NULL || f->values == NULL)
		return (-1);
	for (j = 0; j < columns; j++) {
		if (take_name(f, names[j], err) || (f->values[j] =
		    cf_mem_array(f->rows, sizeof(**f->values), err)) == NULL)
			return (-1);
		for (i = 0; i < f->rows; i++)
			f->values[j][i] = values[i * columns + j];
	}
	return (0);
}

struct cf_table *
cf_table_new(size_t rows, size_t columns, const char * const * names,
    const double * values, struct cf_error * error)
{
	struct cf_err err;
	struct cf_frame * frame;

	if ((frame = cf_mem_array(1, sizeof(*frame), &err)) != NULL) {
		frame->rows = rows;
		if (copy(frame, columns, names, values, &err)) {
			cf_frame_free(frame);
			frame = NULL;
		}
	}
	return (wrap(frame, &err, error));
}

size_t
cf_table_rows(const struct cf_table * table)
{

	return (table->frame->rows);
}

size_t
cf_table_columns(const struct cf_table * table)
{

	return (table->frame->ncolumns);
}

const char *
cf_table_name(const struct cf_table * table, size_t column)
{

	return (table->frame->names[column]);
}

size_t
cf_table_find(const struct cf_table * table, const char * name)
{
	size_t column = cf_frame_find(table->frame, name);

	return (column != CF_FRAME_NONE ? column : CF_NO_COLUMN);
}

double
cf_table_value(const struct cf_table * table, size_t row, size_t column)
{

	return (table->frame->values[column][row]);
}

const char *
cf_table_entity(const struct cf_table * table, size_t row)
{
	const struct cf_frame * f = table->frame;

	return (f->entity != NULL ? f->entities[f->entity[row]] : NULL);
}

int64_t
cf_table_time(const struct cf_table * table, size_t row)
{
	const struct cf_frame * f = table->frame;

	return (f->time_s != NULL ? f->time_s[row] : INT64_MIN);
}

void
cf_table_free(struct cf_table * table)
{

	if (table == NULL)
		return;
	cf_frame_free(table->frame);
	free(table);
}
