#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "feature/names.h"
#include "model/intake.h"
#include "table/reader.h"

static const char * const key_names[CF_INTAKE_KEYS_MAX] = { "symbol",
    "account", "date", "horizon", "target_date" };
enum { KEY_SYMBOL, KEY_ACCOUNT, KEY_DATE, KEY_HORIZON };

#define SPARE_MAX 256		/* Outdated records that may wait. */

/* One record kept: where its keys lie in the texts. */
struct kept {
	size_t start[CF_INTAKE_KEYS_MAX];
	size_t len[CF_INTAKE_KEYS_MAX];
	size_t holder;		/* With --latest: number of its symbol, */
	uint64_t round;		/* outdated unless in that one's round. */
};

/* With --latest: a symbol or account. */
struct holder {
	size_t newest;		/* A record of its newest date so far. */
	size_t n;		/* Records of that date. */
	uint64_t round;		/* Goes up with each newer date. */
};

struct cf_intake {
	const struct cf_model * model;
	struct cf_intake_options options;
	size_t next_path;
	struct cf_reader * reader;	/* Of the present file, or NULL. */
	size_t * column;	/* Reader's column of each input. */
	size_t key_column[CF_INTAKE_KEYS_MAX];
	int known;
	int has_key[CF_INTAKE_KEYS_MAX];	/* Of the first file. */

	double * records;
	struct kept * kept;
	size_t n;
	size_t capacity_records;
	size_t capacity_kept;
	struct cf_buf texts;
	struct cf_names names;	/* With --latest: the holders', and */
	struct holder * holders;
	size_t capacity_holders;
	size_t outdated;	/* how many records are. */
	int failed;		/* An error waits for the next call. */
	int ended;
	struct cf_err err;
};

struct cf_intake *
cf_intake_open(const struct cf_model * model,
    const struct cf_intake_options * options, struct cf_err * err)
{
	struct cf_intake * f;

	if ((f = cf_mem_array(1, sizeof(*f), err)) == NULL)
		return (NULL);
	f->model = model;
	f->options = *options;
	f->column = cf_mem_array(model->inputs.n, sizeof(*f->column), err);
	if (f->column == NULL) {
		free(f);
		return (NULL);
	}
	return (f);
}

/* Find inputs and keys among the columns of the file just opened. */
static int
map_columns(struct cf_intake * f, struct cf_err * err)
{
	struct cf_place place = { cf_reader_name(f->reader), 1, NULL };
	size_t i, found = 0;

	for (i = 0; i < f->model->inputs.n; i++) {
		f->column[i] = cf_reader_find(f->reader,
		    f->model->inputs.items[i].name);
		found += f->column[i] != CF_READER_NONE;
	}
	if (found == 0)
		return (cf_err_data(err, &place, NULL, 0,
		    "no column is an input of the model"));
	for (i = 0; i < CF_INTAKE_KEYS_MAX; i++) {
		f->key_column[i] = cf_reader_find(f->reader, key_names[i]);
		if (f->known && f->has_key[i] !=
		    (f->key_column[i] != CF_READER_NONE))
			return (cf_err_data(err, &place, NULL, 0,
			    "key columns differ from those of the first file"));
		f->has_key[i] = f->key_column[i] != CF_READER_NONE;
	}
	f->known = 1;
	return (0);
}

/* Open the next file that is not empty.  Return 1, 0 if none is left, -1. */
static int
open_next(struct cf_intake * f, struct cf_err * err)
{
	size_t npaths = f->options.npaths > 0 ? f->options.npaths : 1;
	int rc;

	while (f->next_path < npaths) {
		f->reader = cf_reader_open(f->options.npaths > 0 ?
		    f->options.paths[f->next_path] : NULL, err);
		f->next_path++;
		if (f->reader == NULL)
			return (-1);
		if ((rc = cf_reader_header(f->reader, err)) == -1)
			return (-1);
		if (rc == 1)
			return (map_columns(f, err) ? -1 : 1);
		cf_reader_close(f->reader);
		f->reader = NULL;
	}
	return (0);
}

static int
check_horizon(const struct cf_intake * f, struct cf_err * err)
{
	size_t column = f->key_column[KEY_HORIZON];
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

/* Keep the present record behind those of the batch. */
static int
keep(struct cf_intake * f, struct cf_err * err)
{
	size_t n = f->model->inputs.n, i;
	struct cf_field field;
	double * record;

	if (cf_mem_grow(&f->records, &f->capacity_records, (f->n + 1) * n,
	    sizeof(*f->records), err) || cf_mem_grow(&f->kept,
	    &f->capacity_kept, f->n + 1, sizeof(*f->kept), err))
		return (-1);
	record = f->records + f->n * n;
	for (i = 0; i < n; i++) {
		if (f->column[i] == CF_READER_NONE)
			record[i] = NAN;
		else if (cf_reader_number(f->reader, f->column[i], &record[i],
		    err))
			return (-1);
	}
	if (check_horizon(f, err))
		return (-1);
	for (i = 0; i < CF_INTAKE_KEYS_MAX; i++) {
		f->kept[f->n].start[i] = f->texts.len;
		f->kept[f->n].len[i] = 0;
		if (!f->has_key[i])
			continue;
		field = cf_reader_field(f->reader, f->key_column[i]);
		cf_buf_add(&f->texts, field.text, field.len);
		f->kept[f->n].len[i] = field.len;
	}
	if (f->texts.failed)
		return (cf_err_memory(err));
	f->n++;
	return (0);
}

/* Read one record and keep it.  Return 1, 0 at the end, or -1. */
static int
read_record(struct cf_intake * f, struct cf_err * err)
{
	int rc;

	for (;;) {
		if (f->reader == NULL && (rc = open_next(f, err)) <= 0)
			return (rc);
		if ((rc = cf_reader_next(f->reader, err)) == -1)
			return (-1);
		if (rc == 1)
			return (keep(f, err) ? -1 : 1);
		cf_reader_close(f->reader);
		f->reader = NULL;
	}
}

static struct cf_field
text_of(const struct cf_intake * f, size_t i, size_t key)
{
	struct cf_field field = { f->texts.data + f->kept[i].start[key],
	    f->kept[i].len[key] };

	if (field.len == 0)
		field.text = "";
	return (field);
}

/* Compare texts as memcmp does; ISO dates so compare as dates. */
static int
compare(struct cf_field a, struct cf_field b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int c = memcmp(a.text, b.text, len);

	return (c != 0 ? c : (a.len > b.len) - (a.len < b.len));
}

/* Move a record and its texts to the front, behind `to` others. */
static void
move(struct cf_intake * f, size_t from, size_t to, size_t text_to)
{
	size_t n = f->model->inputs.n, len = 0, i;
	struct kept * k = &f->kept[from];
	size_t at = k->start[0];

	for (i = 0; i < CF_INTAKE_KEYS_MAX; i++) {
		len += k->len[i];
		k->start[i] -= at - text_to;
	}
	if (len > 0)
		memmove(f->texts.data + text_to, f->texts.data + at, len);
	if (from != to) {
		memcpy(f->records + to * n, f->records + from * n,
		    n * sizeof(*f->records));
		f->kept[to] = *k;
	}
	f->holders[f->kept[to].holder].newest = to;
	f->texts.len = text_to + len;
}

/* Close the gaps that outdated records leave. */
static void
sweep(struct cf_intake * f)
{
	size_t i, n = 0, text_to = 0;

	for (i = 0; i < f->n; i++) {
		if (f->kept[i].round != f->holders[f->kept[i].holder].round)
			continue;
		move(f, i, n++, text_to);
		text_to = f->texts.len;
	}
	f->texts.len = text_to;
	f->n = n;
	f->outdated = 0;
}

/* The record just kept: drop it, or those of the same symbol that are older. */
static int
keep_latest(struct cf_intake * f, struct cf_err * err)
{
	int key = f->has_key[KEY_SYMBOL] ? KEY_SYMBOL : KEY_ACCOUNT;
	size_t last = f->n - 1, number;
	struct cf_field name = text_of(f, last, (size_t)key);
	struct holder * h;
	int is_new, order = 0;

	/* No symbol is one too; a name has bytes. */
	if (name.len == 0)
		name = (struct cf_field){ "", 1 };
	if ((is_new = cf_names_add(&f->names, name.text, name.len, &number,
	    err)) == -1 || cf_mem_grow(&f->holders, &f->capacity_holders,
	    number + 1, sizeof(*f->holders), err))
		return (-1);
	h = &f->holders[number];
	if (is_new)
		*h = (struct holder){ .newest = last };
	else
		order = compare(text_of(f, last, KEY_DATE),
		    text_of(f, h->newest, KEY_DATE));
	if (order < 0) {
		f->texts.len = f->kept[last].start[0];
		f->n--;
		return (0);
	}
	if (order > 0) {
		f->outdated += h->n;
		h->newest = last;
		h->n = 0;
		h->round++;
	}
	h->n++;
	f->kept[last].holder = number;
	f->kept[last].round = h->round;
	if (f->outdated > SPARE_MAX && f->outdated > f->n / 2)
		sweep(f);
	return (0);
}

int
cf_intake_next(struct cf_intake * f, size_t * n, struct cf_err * err)
{
	int rc = 1;

	*n = 0;
	if (f->failed) {
		if (err != NULL)
			*err = f->err;
		return (-1);
	}
	if (f->ended)
		return (0);
	f->n = 0;
	f->texts.len = 0;
	while ((f->options.latest || f->n < f->options.batch) &&
	    (rc = read_record(f, &f->err)) == 1) {
		if (f->options.latest && f->has_key[KEY_DATE] &&
		    (rc = keep_latest(f, &f->err)) == -1)
			break;
	}
	if (f->outdated > 0)
		sweep(f);
	if (rc == -1) {
		f->failed = 1;
		/* What is newest is not known before the end. */
		if (f->n == 0 || f->options.latest) {
			if (err != NULL)
				*err = f->err;
			return (-1);
		}
	}
	f->ended = rc == 0;
	*n = f->n;
	return (0);
}

const double *
cf_intake_records(const struct cf_intake * f)
{

	return (f->records);
}

int
cf_intake_known(const struct cf_intake * f)
{

	return (f->known);
}

size_t
cf_intake_keys(const struct cf_intake * f, const char ** names)
{
	size_t i, n = 0;

	for (i = 0; i < CF_INTAKE_KEYS_MAX; i++) {
		if (f->has_key[i])
			names[n++] = key_names[i];
	}
	return (n);
}

struct cf_field
cf_intake_key(const struct cf_intake * f, size_t i, size_t k)
{
	size_t key;

	for (key = 0; key < CF_INTAKE_KEYS_MAX; key++) {
		if (f->has_key[key] && k-- == 0)
			break;
	}
	return (text_of(f, i, key));
}

void
cf_intake_close(struct cf_intake * f)
{

	if (f == NULL)
		return;
	cf_reader_close(f->reader);
	free(f->column);
	free(f->records);
	free(f->kept);
	free(f->holders);
	cf_names_free(&f->names);
	cf_buf_free(&f->texts);
	free(f);
}
