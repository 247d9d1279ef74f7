#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "feature/indicator.h"
#include "model/intake.h"
#include "table/limits.h"
#include "table/reader.h"

/* Columns that no model has for an input, and nobody wonders at. */
#define OUTCOME "cash_flow"

/* How an input may be called. */
struct spelling {
	const char * name;	/* The model's; borrowed. */
	char * other;		/* Or NULL. */
	size_t column;		/* Reader's, of this name */
	size_t other_column;	/* and of the other. */
};

struct cf_intake {
	const struct cf_model * model;
	struct cf_intake_options options;
	size_t next_path;
	struct cf_reader * reader;	/* Of the present file, or NULL. */
	struct cf_reader * spare;	/* Of a text read before: of JSON. */
	struct spelling * inputs;
	const char ** wanted;	/* Names of all that is looked at. */
	size_t nwanted;
	size_t key_column[CF_BATCH_KEYS];
	int known;
	int has_key[CF_BATCH_KEYS];	/* Of the first file or good record. */
	int failed;		/* An error waits for the next call. */
	int ended;
	struct cf_err err;
};

/* Add a name to those that are looked at, unless it is there. */
static void
want(struct cf_intake * f, const char * name)
{
	size_t i;

	for (i = 0; i < f->nwanted; i++) {
		if (strcmp(f->wanted[i], name) == 0)
			return;
	}
	f->wanted[f->nwanted++] = name;
}

/* List the names that are looked at. */
static int
list_wanted(struct cf_intake * f, struct cf_err * err)
{
	const struct cf_inputs * inputs = &f->model->inputs;
	size_t i;

	f->inputs = cf_mem_array(inputs->n, sizeof(*f->inputs), err);
	f->wanted = cf_mem_array(2 * inputs->n + CF_BATCH_KEYS + 2,
	    sizeof(*f->wanted), err);
	if (f->inputs == NULL || f->wanted == NULL)
		return (-1);
	/* The inputs' own names differ from one another. */
	for (i = 0; i < inputs->n; i++) {
		f->inputs[i].name = inputs->items[i].name;
		f->wanted[f->nwanted++] = inputs->items[i].name;
		if (cf_indicator_other(inputs->items[i].name,
		    &f->inputs[i].other, err))
			return (-1);
	}
	for (i = 0; i < inputs->n; i++) {
		if (f->inputs[i].other != NULL)
			want(f, f->inputs[i].other);
	}
	for (i = 0; i < CF_BATCH_KEYS; i++)
		want(f, cf_batch_key_name((enum cf_batch_key_id)i));
	want(f, OUTCOME);
	if (f->model->target != NULL && *f->model->target != '\0')
		want(f, f->model->target);
	return (0);
}

struct cf_intake *
cf_intake_open(const struct cf_model * model,
    const struct cf_intake_options * options, struct cf_err * err)
{
	struct cf_intake * f;

	if ((f = cf_mem_array(1, sizeof(*f), err)) == NULL)
		return (NULL);
	f->model = model;
	f->options = *options;
	if (list_wanted(f, err)) {
		cf_intake_close(f);
		return (NULL);
	}
	return (f);
}

/* Does the header or, in JSON, the present record have this column? */
static int
has_column(const struct cf_intake * f, size_t column)
{

	return (column != CF_READER_NONE &&
	    (!cf_reader_is_json(f->reader) ||
	    cf_reader_has(f->reader, column)));
}

/* Do the trees look at that input?  The scale's are among them. */
static int
is_looked_at(const struct cf_inputs * inputs, size_t input)
{
	size_t i;

	for (i = 0; i < inputs->nderived; i++) {
		if (inputs->derived[i].input == input)
			return (1);
	}
	return (0);
}

/* Is any input there, be it empty; if ${telling}, one that is looked at? */
static int
has_input(const struct cf_intake * f, int telling)
{
	size_t i;

	for (i = 0; i < f->model->inputs.n; i++) {
		if (telling && !is_looked_at(&f->model->inputs, i))
			continue;
		if (has_column(f, f->inputs[i].column) ||
		    has_column(f, f->inputs[i].other_column))
			return (1);
	}
	return (0);
}

/* Find inputs and keys among the columns of the file just opened. */
static void
map_columns(struct cf_intake * f)
{
	struct spelling * in;
	size_t i;

	for (i = 0; i < f->model->inputs.n; i++) {
		in = &f->inputs[i];
		in->column = cf_reader_find(f->reader, in->name);
		in->other_column = in->other != NULL ?
		    cf_reader_find(f->reader, in->other) : CF_READER_NONE;
	}
	for (i = 0; i < CF_BATCH_KEYS; i++)
		f->key_column[i] = cf_reader_find(f->reader,
		    cf_batch_key_name((enum cf_batch_key_id)i));
}

/* The output has the key columns of the first file, so others must too. */
static int
check_header(struct cf_intake * f, struct cf_err * err)
{
	struct cf_place place = { cf_reader_name(f->reader), 1, NULL };
	size_t i;

	if (!has_input(f, 0))
		return (cf_err_data(err, &place, NULL, 0,
		    "no column is an input of the model"));
	/* Bars have a volume, and would all be given the same forecast. */
	if (!cf_reader_is_json(f->reader) && !has_input(f, 1))
		return (cf_err_data(err, &place, NULL, 0,
		    "no column tells the model anything: are these features?"));
	for (i = 0; i < CF_BATCH_KEYS; i++) {
		if (f->known && f->has_key[i] !=
		    (f->key_column[i] != CF_READER_NONE))
			return (cf_err_data(err, &place, NULL, 0,
			    "key columns differ from those of the first file"));
		f->has_key[i] = f->key_column[i] != CF_READER_NONE;
	}
	f->known = 1;
	return (0);
}

/*
 * A record of JSON has its own keys, of which a later one may lack some, but
 * not add to those of the first.
 */
static int
check_keys(const struct cf_intake * f, struct cf_err * err)
{
	const char * unknown = cf_reader_unknown(f->reader);
	struct cf_place place = { cf_reader_name(f->reader),
	    cf_reader_line(f->reader), unknown };
	size_t i;

	if (unknown != NULL && cf_reader_is_body(f->reader) &&
	    !f->options.ignore_unknown)
		return (cf_err_data(err, &place, NULL, 0,
		    "not an input of the model"));
	place.column = NULL;
	if (!has_input(f, 0))
		return (cf_err_data(err, &place, NULL, 0,
		    "no key is an input of the model"));
	for (i = 0; i < CF_BATCH_KEYS && f->known && !f->options.later_keys;
	    i++) {
		if (!f->has_key[i] &&
		    cf_reader_has(f->reader, f->key_column[i]))
			return (cf_reader_bad(f->reader, f->key_column[i],
			    "key that the first record lacks", err));
	}
	return (0);
}

/* The keys of the first good record of JSON are those of the output. */
static void
note_keys(struct cf_intake * f)
{
	size_t i;

	for (i = 0; i < CF_BATCH_KEYS &&
	    (!f->known || f->options.later_keys); i++) {
		f->has_key[i] |= f->key_column[i] != CF_READER_NONE &&
		    cf_reader_has(f->reader, f->key_column[i]);
	}
	f->known = 1;
}

/* The next file's reader, which knows what is wanted.  Return 0 or -1. */
static int
open_path(struct cf_intake * f, struct cf_err * err)
{
	const struct cf_intake_options * o = &f->options;

	if (f->spare != NULL) {
		f->reader = f->spare;
		f->spare = NULL;
		cf_reader_again(f->reader, o->text, o->text_len);
		return (0);
	}
	f->reader = o->text != NULL ?
	    cf_reader_memory(o->text, o->text_len, o->name, err) :
	    cf_reader_open(o->npaths > 0 ? o->paths[f->next_path] : NULL, err);
	return (f->reader == NULL || cf_reader_want(f->reader, f->wanted,
	    f->nwanted, o->ignore_unknown, err) ? -1 : 0);
}

/* Done with the present file; a text's reader may be used again. */
static void
close_path(struct cf_intake * f)
{

	if (f->options.text != NULL && f->reader != NULL &&
	    cf_reader_is_json(f->reader))
		f->spare = f->reader;
	else
		cf_reader_close(f->reader);
	f->reader = NULL;
}

/* Open the next file that is not empty.  Return 1, 0 if none is left, -1. */
static int
open_next(struct cf_intake * f, struct cf_err * err)
{
	size_t npaths = f->options.npaths > 0 ? f->options.npaths : 1;
	int rc;

	while (f->next_path < npaths) {
		rc = open_path(f, err);
		f->next_path++;
		if (rc == -1 || (rc = cf_reader_header(f->reader, err)) == -1)
			return (-1);
		if (rc == 1) {
			map_columns(f);
			return (!cf_reader_is_json(f->reader) &&
			    check_header(f, err) ? -1 : 1);
		}
		close_path(f);
	}
	return (0);
}

static int
check_horizon(const struct cf_intake * f, struct cf_err * err)
{
	size_t column = f->key_column[CF_BATCH_HORIZON];
	char reason[60];
	double h;

	if (column == CF_READER_NONE || f->model->horizon == 0)
		return (0);
	if (cf_reader_number(f->reader, column, &h, err))
		return (-1);
	if (isnan(h) || h == (double)f->model->horizon)
		return (0);
	snprintf(reason, sizeof(reason), "the model forecasts horizon %u",
	    (unsigned int)f->model->horizon);
	return (cf_reader_bad(f->reader, column, reason, err));
}

/* Read the present record's inputs. */
static int
read_inputs(const struct cf_intake * f, double * record, struct cf_err * err)
{
	const struct spelling * in;
	size_t i, column;

	for (i = 0; i < f->model->inputs.n; i++) {
		in = &f->inputs[i];
		column = has_column(f, in->column) ? in->column :
		    in->other_column;
		if (column != CF_READER_NONE &&
		    cf_reader_number(f->reader, column, &record[i], err))
			return (-1);
	}
	return (0);
}

/* Keep the present record behind those of the batch. */
static int
keep(struct cf_intake * f, struct cf_batch * batch, struct cf_err * err)
{
	struct cf_field keys[CF_BATCH_KEYS];
	double * record;
	size_t i;

	if ((cf_reader_is_json(f->reader) && check_keys(f, err)) ||
	    check_horizon(f, err))
		return (-1);
	for (i = 0; i < CF_BATCH_KEYS; i++) {
		keys[i].text = "";
		keys[i].len = 0;
		if (f->key_column[i] != CF_READER_NONE)
			keys[i] = cf_reader_field(f->reader, f->key_column[i]);
	}
	record = cf_batch_add(batch, keys, cf_reader_line(f->reader), err);
	if (record == NULL)
		return (-1);
	if (read_inputs(f, record, err)) {
		cf_batch_drop(batch);
		return (-1);
	}
	note_keys(f);
	if (f->options.latest && f->has_key[CF_BATCH_DATE])
		return (cf_batch_keep_latest(batch,
		    f->has_key[CF_BATCH_SYMBOL] ? CF_BATCH_SYMBOL :
		    CF_BATCH_ACCOUNT, err));
	return (0);
}

/* Read one record.  Return 1, 0 at the end of its file, or -1. */
static int
read_record(struct cf_intake * f, struct cf_batch * batch,
    struct cf_err * err)
{
	struct cf_err more;
	uint64_t line;
	int rc;

	if ((rc = cf_reader_next(f->reader, err)) == 1 &&
	    keep(f, batch, err))
		rc = -1;
	if (rc != -1 || err->kind != CF_ERR_DATA || !f->options.keep_going)
		return (rc);
	line = cf_reader_fault_line(f->reader);
	if (cf_reader_skip(f->reader, &more))
		return (-1);
	return (cf_batch_add_bad(batch, err->text, line, err) ? -1 : 1);
}

/* Read records until the batch is full.  Return 1, 0 at the end, or -1. */
static int
fill(struct cf_intake * f, struct cf_batch * batch, struct cf_err * err)
{
	int rc;

	while (f->options.latest || batch->n < f->options.batch ||
	    (f->options.await_keys && !f->known)) {
		if (f->reader == NULL && (rc = open_next(f, err)) <= 0)
			return (rc);
		if ((rc = read_record(f, batch, err)) == -1)
			return (-1);
		if (rc == 0)
			close_path(f);
	}
	return (1);
}

void
cf_intake_again(struct cf_intake * f, const char * text, size_t len)
{

	close_path(f);
	f->options.text = text;
	f->options.text_len = len;
	f->next_path = 0;
	f->known = f->failed = f->ended = 0;
	memset(f->has_key, 0, sizeof(f->has_key));
}

int
cf_intake_next(struct cf_intake * f, struct cf_batch * batch,
    struct cf_err * err)
{
	int rc;

	cf_batch_clear(batch);
	if (f->ended)
		return (0);
	if (!f->failed) {
		rc = fill(f, batch, &f->err);
		cf_batch_sweep(batch);
		f->failed = rc == -1;
		f->ended = rc == 0;
		/* What is newest is not known before the end. */
		if (f->failed && f->options.latest)
			cf_batch_clear(batch);
		if (!f->failed || batch->n > 0)
			return (0);
	}
	if (err != NULL)
		*err = f->err;
	return (-1);
}

int
cf_intake_known(const struct cf_intake * f)
{

	return (f->known);
}

int
cf_intake_has(const struct cf_intake * f, enum cf_batch_key_id key)
{

	return (f->has_key[key]);
}

void
cf_intake_close(struct cf_intake * f)
{
	size_t i;

	if (f == NULL)
		return;
	cf_reader_close(f->reader);
	cf_reader_close(f->spare);
	for (i = 0; f->inputs != NULL && i < f->model->inputs.n; i++)
		free(f->inputs[i].other);
	free(f->inputs);
	free(f->wanted);
	free(f);
}
