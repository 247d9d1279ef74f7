#include <string.h>

#include "base/mem.h"
#include "table/csv.h"
#include "table/limits.h"

/* What a scan over the window came to. */
enum scan { FOUND, NEED_MORE, FAILED };

/* One scan of a record, from the start of the window. */
struct record {
	struct cf_lines * lines;
	struct cf_fields * fields;
	size_t pos;		/* Offset from lines->start. */
	uint64_t newlines;	/* Line ends met. */
	int doubled;		/* A quoted field holds a doubled quote. */
	struct cf_err * err;
};

static int
add_field(struct record * r, size_t from, size_t len)
{
	struct cf_fields * f = r->fields;

	if (f->n == CF_COLUMNS_MAX)
		return (cf_lines_data(r->lines, NULL, NULL, 0, r->err,
		    "more than 4096 columns"));
	if (f->n == f->capacity && cf_mem_grow(&f->items, &f->capacity,
	    f->n + 1, sizeof(*f->items), r->err))
		return (-1);
	f->items[f->n].text = r->lines->data + r->lines->start + from;
	f->items[f->n].len = len;
	f->n++;
	return (0);
}

/*
 * Remove the doubling of quotes in place, in all quoted fields of the record:
 * those with a quote before their first byte.
 */
static void
unquote(struct record * r)
{
	const char * first = r->lines->data + r->lines->start;
	struct cf_field * f;
	char * text;
	size_t i, j, n;

	for (i = 0; i < r->fields->n; i++) {
		f = &r->fields->items[i];
		if (f->text == first || f->text[-1] != '"')
			continue;
		text = r->lines->data + (f->text - r->lines->data);
		for (j = n = 0; j < f->len; j++) {
			text[n++] = text[j];
			if (text[j] == '"')
				j++;
		}
		f->len = n;
	}
}

/* A field that begins with a quote at r->pos. */
static enum scan
quoted_field(struct record * r)
{
	struct cf_lines * l = r->lines;
	const char * base = l->data + l->start;
	size_t len = l->end - l->start;
	size_t from = r->pos + 1;
	size_t i = from;

	for (;; i++) {
		if (i >= len) {
			if (!l->ended)
				return (NEED_MORE);
			cf_lines_data(l, NULL, base + r->pos, len - r->pos,
			    r->err, "quoted field is not closed");
			return (FAILED);
		}
		if (base[i] == '\n')
			r->newlines++;
		if (base[i] != '"')
			continue;
		if (i + 1 >= len && !l->ended)
			return (NEED_MORE);
		if (i + 1 >= len || base[i + 1] != '"')
			break;
		r->doubled = 1;
		i++;
	}
	/* A CR may be the first half of a line end that is not yet here. */
	if (i + 2 >= len && !l->ended)
		return (NEED_MORE);
	if (i + 1 < len && base[i + 1] != ',' && base[i + 1] != '\n' &&
	    !(base[i + 1] == '\r' && (i + 2 == len || base[i + 2] == '\n'))) {
		cf_lines_data(l, NULL, base + r->pos, i + 2 - r->pos, r->err,
		    "text behind a quoted field");
		return (FAILED);
	}
	if (add_field(r, from, i - from))
		return (FAILED);
	r->pos = i + 1;
	if (r->pos < len && base[r->pos] == '\r')
		r->pos++;
	return (FOUND);
}

static enum scan
plain_field(struct record * r)
{
	struct cf_lines * l = r->lines;
	const char * base = l->data + l->start;
	size_t len = l->end - l->start;
	size_t from = r->pos;
	size_t i = from;
	size_t n;

	while (i < len && base[i] != ',' && base[i] != '\n')
		i++;
	if (i == len && !l->ended)
		return (NEED_MORE);
	n = i - from;
	if (n > 0 && base[i - 1] == '\r' && (i == len || base[i] == '\n'))
		n--;
	if (add_field(r, from, n))
		return (FAILED);
	r->pos = i;
	return (FOUND);
}

/* Find all fields of the record at the start of the window. */
static enum scan
scan_record(struct record * r)
{
	struct cf_lines * l = r->lines;
	const char * base = l->data + l->start;
	size_t len = l->end - l->start;
	enum scan rc;

	r->pos = 0;
	r->newlines = 0;
	r->doubled = 0;
	r->fields->n = 0;
	for (;;) {
		if (r->pos == len && !l->ended)
			return (NEED_MORE);
		if (r->pos < len && base[r->pos] == '"')
			rc = quoted_field(r);
		else
			rc = plain_field(r);
		if (rc != FOUND)
			return (rc);
		if (r->pos == len)
			return (FOUND);
		/* On a comma or a line end. */
		if (base[r->pos++] == '\n') {
			r->newlines++;
			return (FOUND);
		}
	}
}

int
cf_csv_next(struct cf_lines * lines, struct cf_fields * fields,
    struct cf_err * err)
{
	struct record r = { .lines = lines, .fields = fields, .err = err };
	int keep_empty = fields->n == 1;
	enum scan rc;

	for (;;) {
		if (lines->start == lines->end && lines->ended)
			return (0);
		while ((rc = scan_record(&r)) == NEED_MORE) {
			if (cf_lines_more(lines, err))
				return (-1);
			if (lines->start == lines->end && lines->ended)
				return (0);
		}
		if (rc == FAILED)
			return (-1);
		fields->line = lines->line;
		if (memchr(lines->data + lines->start, '\0', r.pos) != NULL)
			return (cf_lines_data(lines, NULL, NULL, 0, err,
			    "NUL byte: not a text file"));
		if (r.doubled)
			unquote(&r);
		lines->start += r.pos;
		lines->line += r.newlines;
		if (fields->n > 1 || fields->items[0].len > 0 || keep_empty)
			return (1);
	}
}
