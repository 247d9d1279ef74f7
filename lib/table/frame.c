#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "table/frame.h"
#include "table/reader.h"

#define PROGRESS_ROWS 4096

/* What a column of the file is for. */
enum use { USE_NUMBER, USE_ENTITY, USE_DATE, USE_HORIZON, USE_NOT };

struct loading {
	const struct cf_frame_options * options;
	struct cf_frame * frame;
	size_t capacity;	/* Rows that all arrays have room for. */
	size_t entities_capacity;
	enum use * use;		/* By column of the file. */
	size_t * column;	/* USE_NUMBER: index in the frame. */
	char * is_number;	/* USE_NUMBER: a number was met there. */
	size_t nfile;
	uint32_t last_entity;	/* Records of one symbol stand together. */
};

size_t
cf_frame_find(const struct cf_frame * frame, const char * name)
{
	size_t i;

	for (i = 0; i < frame->ncolumns; i++) {
		if (strcmp(frame->names[i], name) == 0)
			return (i);
	}
	return (CF_FRAME_NONE);
}

static enum use
use_of(struct cf_frame * frame, const char * name)
{

	if (frame->entity_key == NULL && strcmp(name, "symbol") == 0) {
		frame->entity_key = "symbol";
		return (USE_ENTITY);
	}
	if (frame->entity_key == NULL && strcmp(name, "account") == 0) {
		frame->entity_key = "account";
		return (USE_ENTITY);
	}
	if (strcmp(name, "date") == 0)
		return (USE_DATE);
	if (strcmp(name, "horizon") == 0)
		return (USE_HORIZON);
	if (strcmp(name, "target_date") == 0)
		return (USE_NOT);
	return (USE_NUMBER);
}

/* Decide from the first file's header what the frame holds. */
static int
lay_out(struct loading * l, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct cf_frame * f = l->frame;
	size_t n = cf_reader_columns(reader);
	size_t i;

	l->nfile = n;
	if ((l->use = cf_mem_array(n, sizeof(*l->use), err)) == NULL ||
	    (l->column = cf_mem_array(n, sizeof(*l->column), err)) == NULL ||
	    (l->is_number = cf_mem_array(n, 1, err)) == NULL ||
	    (f->names = cf_mem_array(n, sizeof(*f->names), err)) == NULL ||
	    (f->values = cf_mem_array(n, sizeof(*f->values), err)) == NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		l->use[i] = use_of(f, cf_reader_column(reader, i));
		if (l->use[i] != USE_NUMBER)
			continue;
		l->column[i] = f->ncolumns;
		f->names[f->ncolumns] = cf_mem_strdup(
		    cf_reader_column(reader, i), err);
		if (f->names[f->ncolumns] == NULL)
			return (-1);
		f->ncolumns++;
	}
	if (l->options->target != NULL &&
	    cf_reader_need(reader, l->options->target, &i, err))
		return (-1);
	return (0);
}

static int
same_columns(const struct loading * l, const struct cf_reader * reader,
    const char * const * names, struct cf_err * err)
{
	struct cf_place place = { cf_reader_name(reader), 1, NULL };
	size_t i;

	for (i = 0; i < l->nfile && i < cf_reader_columns(reader); i++) {
		if (strcmp(names[i], cf_reader_column(reader, i)) != 0)
			break;
	}
	if (i < l->nfile || i < cf_reader_columns(reader))
		return (cf_err_data(err, &place, NULL, 0,
		    "columns differ from those of the first file"));
	return (0);
}

/* Make room for one more row in every array. */
static int
grow(struct loading * l, struct cf_err * err)
{
	struct cf_frame * f = l->frame;
	size_t need = f->rows + 1, room = l->capacity, i, c;

	if (need <= l->capacity)
		return (0);
	for (i = 0; i < f->ncolumns; i++) {
		c = l->capacity;
		if (cf_mem_grow(&f->values[i], &c, need,
		    sizeof(*f->values[i]), err))
			return (-1);
		room = c;
	}
	for (i = 0; i < l->nfile; i++) {
		c = l->capacity;
		if ((l->use[i] == USE_ENTITY && cf_mem_grow(&f->entity, &c,
		    need, sizeof(*f->entity), err)) ||
		    (l->use[i] == USE_DATE && cf_mem_grow(&f->time_s, &c,
		    need, sizeof(*f->time_s), err)) ||
		    (l->use[i] == USE_HORIZON && cf_mem_grow(&f->horizon, &c,
		    need, sizeof(*f->horizon), err)))
			return (-1);
		if (c > l->capacity)
			room = c;
	}
	l->capacity = room;
	return (0);
}

static int
find_entity(struct loading * l, const char * name, size_t len,
    uint32_t * index, struct cf_err * err)
{
	struct cf_frame * f = l->frame;
	size_t i;

	for (i = 0; i < f->nentities; i++) {
		/* Begin at the last one met. */
		*index = (uint32_t)((l->last_entity + i) % f->nentities);
		if (strlen(f->entities[*index]) == len &&
		    memcmp(f->entities[*index], name, len) == 0) {
			l->last_entity = *index;
			return (0);
		}
	}
	if (cf_mem_grow(&f->entities, &l->entities_capacity,
	    f->nentities + 1, sizeof(*f->entities), err))
		return (-1);
	f->entities[f->nentities] = cf_mem_strndup(name, len, err);
	if (f->entities[f->nentities] == NULL)
		return (-1);
	*index = l->last_entity = (uint32_t)f->nentities++;
	return (0);
}

/* A column whose first value is no number: it is text, forget it. */
static void
drop_column(struct loading * l, size_t file_column)
{
	struct cf_frame * f = l->frame;
	size_t at = l->column[file_column], i;

	free(f->names[at]);
	free(f->values[at]);
	for (i = at; i + 1 < f->ncolumns; i++) {
		f->names[i] = f->names[i + 1];
		f->values[i] = f->values[i + 1];
	}
	f->ncolumns--;
	l->use[file_column] = USE_NOT;
	for (i = file_column + 1; i < l->nfile; i++) {
		if (l->use[i] == USE_NUMBER)
			l->column[i]--;
	}
}

/* May column i of the file be text? */
static int
may_be_text(const struct loading * l, const struct cf_reader * reader,
    size_t i)
{
	const char * name = cf_reader_column(reader, i);
	const struct cf_frame_options * o = l->options;

	return (!l->is_number[i] &&
	    (o->target == NULL || strcmp(o->target, name) != 0) &&
	    (o->number == NULL || strcmp(o->number, name) != 0));
}

/* Take field i of the record into row `rows`; the row is not yet counted. */
static int
take_field(struct loading * l, const struct cf_reader * reader, size_t i,
    struct cf_err * err)
{
	struct cf_frame * f = l->frame;
	struct cf_field field;
	double x;
	int has_clock;

	switch (l->use[i]) {
	case USE_NUMBER:
		if (cf_reader_number(reader, i, &x, err)) {
			if (err->kind != CF_ERR_DATA ||
			    !may_be_text(l, reader, i))
				return (-1);
			drop_column(l, i);
			return (0);
		}
		l->is_number[i] |= x == x;
		f->values[l->column[i]][f->rows] = x;
		return (0);
	case USE_ENTITY:
		field = cf_reader_field(reader, i);
		if (field.len == 0)
			return (cf_reader_bad(reader, i, "missing", err));
		return (find_entity(l, field.text, field.len,
		    &f->entity[f->rows], err));
	case USE_DATE:
		if (cf_reader_moment(reader, i, &f->time_s[f->rows],
		    &has_clock, err))
			return (-1);
		f->has_clock |= has_clock;
		return (0);
	case USE_HORIZON:
		return (cf_reader_number(reader, i, &f->horizon[f->rows],
		    err));
	case USE_NOT:
		break;
	}
	return (0);
}

/* Is the row just taken of the horizon asked for?  -1: neither yes nor no. */
static int
wanted(const struct loading * l, const struct cf_reader * reader,
    struct cf_err * err)
{
	const struct cf_frame * f = l->frame;

	if (f->horizon == NULL)
		return (1);
	if (l->options->horizon > 0)
		return (f->horizon[f->rows] == (double)l->options->horizon);
	/* Of accounts each record has its own. */
	if (f->entity_key != NULL && strcmp(f->entity_key, "account") == 0)
		return (1);
	if (f->rows > 0 && f->horizon[f->rows] != f->horizon[0])
		return (cf_reader_bad(reader, cf_reader_find(reader,
		    "horizon"), "second horizon in the file; "
		    "select one with --horizon", err));
	return (1);
}

static int
load_records(struct loading * l, struct cf_reader * reader,
    struct cf_err * err)
{
	size_t i;
	int rc;

	while ((rc = cf_reader_next(reader, err)) == 1) {
		if (grow(l, err))
			return (-1);
		for (i = 0; i < l->nfile; i++) {
			if (take_field(l, reader, i, err))
				return (-1);
		}
		if ((rc = wanted(l, reader, err)) == -1)
			return (-1);
		l->frame->rows += (size_t)rc;
		if (l->frame->rows % PROGRESS_ROWS == 0)
			cf_progress_at(l->options->progress, l->frame->rows);
	}
	return (rc);
}

/*
 * The names of numbers go into model files, JSON and other programs' formats,
 * and must mean the same there.
 */
static int
check_names(const struct cf_frame * f, const struct cf_reader * reader,
    struct cf_err * err)
{
	struct cf_place place = { cf_reader_name(reader), 1, NULL };
	size_t i, len;

	for (i = 0; i < f->ncolumns; i++) {
		len = strlen(f->names[i]);
		if (!cf_text_is_utf8(f->names[i], len))
			return (cf_err_data(err, &place, f->names[i], len,
			    "column name is not UTF-8; convert the file, "
			    "as with iconv -f latin1 -t utf-8"));
	}
	return (0);
}

/* Names of the first file's columns, to compare with those of later files. */
static int
remember_names(const struct cf_reader * reader, char *** names,
    struct cf_err * err)
{
	size_t n = cf_reader_columns(reader), i;

	if ((*names = cf_mem_array(n, sizeof(**names), err)) == NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		(*names)[i] = cf_mem_strdup(cf_reader_column(reader, i), err);
		if ((*names)[i] == NULL)
			return (-1);
	}
	return (0);
}

static int
load_file(struct loading * l, const char * path, char *** names,
    struct cf_err * err)
{
	struct cf_reader * reader;
	int rc;

	if ((reader = cf_reader_open(path, err)) == NULL)
		return (-1);
	rc = cf_reader_header(reader, err);
	if (rc == 1) {
		if (l->use == NULL)
			rc = lay_out(l, reader, err) ||
			    remember_names(reader, names, err) ? -1 : 0;
		else
			rc = same_columns(l, reader,
			    (const char * const *)*names, err);
		if (rc == 0)
			rc = load_records(l, reader, err);
		if (rc == 0)
			rc = check_names(l->frame, reader, err);
	}
	cf_reader_close(reader);
	return (rc);
}

/* A file without the column has one horizon, which the caller knows. */
static int
fill_horizon(struct cf_frame * f, int64_t horizon, struct cf_err * err)
{
	size_t i;

	if (f->horizon != NULL || horizon == 0)
		return (0);
	f->horizon = cf_mem_array(f->rows, sizeof(*f->horizon), err);
	if (f->horizon == NULL)
		return (-1);
	for (i = 0; i < f->rows; i++)
		f->horizon[i] = (double)horizon;
	return (0);
}

struct cf_frame *
cf_frame_load(const struct cf_frame_options * options, struct cf_err * err)
{
	struct loading l = { .options = options };
	struct cf_err local;
	char ** names = NULL;
	size_t i;
	int rc = 0;

	if (err == NULL)
		err = &local;
	if ((l.frame = cf_mem_array(1, sizeof(*l.frame), err)) == NULL)
		return (NULL);
	if (options->npaths == 0)
		rc = load_file(&l, NULL, &names, err);
	for (i = 0; i < options->npaths && rc == 0; i++)
		rc = load_file(&l, options->paths[i], &names, err);

	for (i = 0; names != NULL && i < l.nfile; i++)
		free(names[i]);
	free(names);
	free(l.use);
	free(l.column);
	free(l.is_number);
	if (rc == 0)
		rc = fill_horizon(l.frame, options->horizon, err);
	if (rc) {
		cf_frame_free(l.frame);
		return (NULL);
	}
	return (l.frame);
}

void
cf_frame_free(struct cf_frame * frame)
{
	size_t i;

	if (frame == NULL)
		return;
	for (i = 0; i < frame->ncolumns; i++) {
		free(frame->names[i]);
		free(frame->values[i]);
	}
	for (i = 0; i < frame->nentities; i++)
		free(frame->entities[i]);
	free(frame->names);
	free(frame->values);
	free(frame->entities);
	free(frame->entity);
	free(frame->time_s);
	free(frame->horizon);
	free(frame);
}
