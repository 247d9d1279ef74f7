#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "serve/latest.h"
#include "serve/seen.h"
#include "table/each.h"
#include "table/writer.h"

struct row {
	size_t symbol_at;	/* Offsets of texts with their NUL. */
	size_t object_at;
	const char * symbol;	/* The same, once all is read. */
	const char * object;
};

struct cf_latest {
	char * path;
	struct cf_seen seen;
	int64_t looked_s;
	uint32_t horizon;	/* For which it was read. */
	struct cf_buf texts;
	struct row * rows;	/* By symbol. */
	size_t n;
	size_t capacity;
	int failed;		/* The last reading did. */
};

struct cf_latest *
cf_latest_new(const char * path, struct cf_err * err)
{
	struct cf_latest * l;

	if ((l = cf_mem_array(1, sizeof(*l), err)) == NULL)
		return (NULL);
	if ((l->path = cf_mem_strdup(path, err)) == NULL) {
		free(l);
		return (NULL);
	}
	return (l);
}

/* The present record as an object: numbers as such, the rest as text. */
static void
add_object(struct cf_latest * l, const struct cf_reader * r, size_t symbol)
{
	struct cf_field f;
	const char * name;
	double x;
	size_t i, n = 0;

	cf_buf_add_char(&l->texts, '{');
	for (i = 0; i < cf_reader_columns(r); i++) {
		f = cf_reader_field(r, i);
		name = cf_reader_column(r, i);
		if (f.len == 0)
			continue;
		if (n++ > 0)
			cf_buf_add_char(&l->texts, ',');
		cf_writer_json_text(&l->texts, name, strlen(name));
		cf_buf_add_char(&l->texts, ':');
		if (i != symbol && cf_num_parse(f.text, f.len, &x) ==
		    CF_NUM_OK)
			cf_buf_add_number(&l->texts, x);
		else
			cf_writer_json_text(&l->texts, f.text, f.len);
	}
	cf_buf_add(&l->texts, "}", 2);
}

/* A file on its way in. */
struct reading {
	struct cf_latest * latest;
	size_t symbol;		/* Columns. */
	size_t horizon;
};

static int
find_columns(void * cookie, const struct cf_reader * r, struct cf_err * err)
{
	struct reading * reading = cookie;

	reading->horizon = cf_reader_find(r, "horizon");
	return (cf_reader_need(r, "symbol", &reading->symbol, err));
}

/* Is the record for that horizon? */
static int
is_wanted(const struct cf_latest * l, const struct cf_reader * r,
    size_t horizon)
{
	double h;

	return (l->horizon == 0 || horizon == CF_READER_NONE ||
	    cf_reader_number(r, horizon, &h, NULL) != 0 ||
	    !(h < l->horizon || h > l->horizon));
}

static int
add_row(void * cookie, const struct cf_reader * r, struct cf_err * err)
{
	const struct reading * reading = cookie;
	struct cf_latest * l = reading->latest;
	struct cf_field f = cf_reader_field(r, reading->symbol);

	if (!is_wanted(l, r, reading->horizon) || f.len == 0 ||
	    memchr(f.text, '\0', f.len) != NULL)
		return (0);
	if (cf_mem_grow(&l->rows, &l->capacity, l->n + 1, sizeof(*l->rows),
	    err))
		return (-1);
	l->rows[l->n].symbol_at = l->texts.len;
	cf_buf_add(&l->texts, f.text, f.len);
	cf_buf_add_char(&l->texts, '\0');
	l->rows[l->n++].object_at = l->texts.len;
	add_object(l, r, reading->symbol);
	return (l->texts.failed ? cf_err_memory(err) : 0);
}

static int
read_rows(struct cf_latest * l, struct cf_err * err)
{
	struct reading reading = { .latest = l };

	return (cf_each_record(cf_reader_open(l->path, err), find_columns,
	    add_row, &reading, err));
}

static int
by_symbol(const void * a, const void * b)
{

	return (strcmp(((const struct row *)a)->symbol,
	    ((const struct row *)b)->symbol));
}

/* The texts stay where they are now. */
static void
sort_rows(struct cf_latest * l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		l->rows[i].symbol = l->texts.data + l->rows[i].symbol_at;
		l->rows[i].object = l->texts.data + l->rows[i].object_at;
	}
	if (l->n > 0)
		qsort(l->rows, l->n, sizeof(*l->rows), by_symbol);
}

/* Read the file again if it is another one, or is read for another model. */
static void
refresh(struct cf_latest * l, uint32_t horizon, int64_t now_s)
{
	int changed = 0;

	if (now_s != l->looked_s)
		changed = cf_seen_look(&l->seen, l->path);
	l->looked_s = now_s;
	if (!changed && horizon == l->horizon)
		return;
	l->horizon = horizon;
	l->texts.len = 0;
	l->n = 0;
	l->failed = l->seen.there && read_rows(l, NULL) != 0;
	if (l->failed)
		l->n = 0;
	sort_rows(l);
}

const char *
cf_latest_find(struct cf_latest * l, const struct cf_model * model,
    const char * symbol, int64_t now_s, struct cf_err * err)
{
	const struct cf_place place = { NULL, 0, "symbol" };
	const struct row key = { 0, 0, symbol, NULL };
	const struct row * found = NULL;

	refresh(l, model->horizon, now_s);
	if (l->n > 0)
		found = bsearch(&key, l->rows, l->n, sizeof(key), by_symbol);
	if (found != NULL)
		return (found->object);
	cf_err_data(err, &place, symbol, strlen(symbol), !l->seen.there ?
	    "there are no newest features" : l->failed ?
	    "the newest features cannot be read" :
	    "no newest features of this symbol");
	return (NULL);
}

void
cf_latest_free(struct cf_latest * l)
{

	if (l == NULL)
		return;
	free(l->path);
	free(l->rows);
	cf_buf_free(&l->texts);
	free(l);
}
