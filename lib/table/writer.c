#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "table/writer.h"

/* What NDJSON puts around a column's value. */
struct frame {
	char * before;		/* `{"name":`, `,"name":` and group openings. */
	size_t before_len;
	char after;		/* A group's end, or 0. */
};

struct cf_writer {
	struct cf_out * out;	/* NULL: records stay here. */
	enum cf_format format;
	int by_line;
	struct cf_buf records;	/* Not yet passed on. */
	size_t ncolumns;
	size_t at;		/* Columns of the record so far. */
	struct frame * frames;	/* NDJSON. */
};

struct cf_writer *
cf_writer_new(struct cf_out * out, enum cf_format format, int by_line,
    struct cf_err * err)
{
	struct cf_writer * w;

	if ((w = cf_mem_array(1, sizeof(*w), err)) == NULL)
		return (NULL);
	w->out = out;
	w->format = format;
	w->by_line = by_line;
	return (w);
}

void
cf_writer_json_text(struct cf_buf * buf, const char * text, size_t len)
{
	size_t i = 0, n;
	unsigned char c;

	cf_buf_add_char(buf, '"');
	while (i < len) {
		c = (unsigned char)text[i];
		if (c == '"' || c == '\\') {
			cf_buf_add_char(buf, '\\');
			cf_buf_add_char(buf, text[i++]);
		} else if (c < 0x20) {
			cf_buf_addf(buf, "\\u%04x", c);
			i++;
		} else if ((n = cf_text_utf8_len(text + i, len - i)) > 0) {
			cf_buf_add(buf, text + i, n);
			i += n;
		} else {
			cf_buf_add_text(buf, "\xef\xbf\xbd");
			i++;
		}
	}
	cf_buf_add_char(buf, '"');
}

/* CSV needs quotes around a field that holds one of its own signs. */
static void
csv_text(struct cf_buf * buf, const char * text, size_t len, int quoted)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == ',' || text[i] == '"' || text[i] == '\n' ||
		    text[i] == '\r')
			break;
	}
	if (i == len && !quoted) {
		cf_buf_add(buf, text, len);
		return;
	}
	cf_buf_add_char(buf, '"');
	for (i = 0; i < len; i++) {
		if (text[i] == '"')
			cf_buf_add_char(buf, '"');
		cf_buf_add_char(buf, text[i]);
	}
	cf_buf_add_char(buf, '"');
}

static void
buf_json_name(struct cf_buf * buf, const char * name)
{
	const char * p;

	cf_buf_add_char(buf, '"');
	for (p = name; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			cf_buf_add_char(buf, '\\');
		if ((unsigned char)*p < 0x20)
			cf_buf_addf(buf, "\\u%04x", (unsigned int)*p);
		else
			cf_buf_add_char(buf, *p);
	}
	cf_buf_add_text(buf, "\":");
}

static int
same_group(const struct cf_column * a, const struct cf_column * b)
{

	return (a->group != NULL && b->group != NULL &&
	    strcmp(a->group, b->group) == 0);
}

/* Work out once what stands around each value of an NDJSON record. */
static int
make_frame(struct frame * frame, const struct cf_column * columns, size_t n,
    size_t i, struct cf_err * err)
{
	const struct cf_column * c = &columns[i];
	struct cf_buf before = { 0 };
	int inside = i > 0 && same_group(&columns[i - 1], c);

	cf_buf_add_char(&before, i == 0 ? '{' : ',');
	if (c->group == NULL) {
		buf_json_name(&before, c->name);
	} else {
		if (!inside) {
			buf_json_name(&before, c->group);
			cf_buf_add_char(&before, c->key != NULL ? '{' : '[');
		}
		if (c->key != NULL)
			buf_json_name(&before, c->key);
		if (i + 1 == n || !same_group(c, &columns[i + 1]))
			frame->after = c->key != NULL ? '}' : ']';
	}
	if (cf_buf_string(&before, err) == NULL) {
		cf_buf_free(&before);
		return (-1);
	}
	frame->before = before.data;
	frame->before_len = before.len;
	return (0);
}

int
cf_writer_columns_again(struct cf_writer * w, const struct cf_column * columns,
    size_t n, struct cf_err * err)
{
	size_t i;

	w->ncolumns = n;
	if (w->format == CF_FORMAT_CSV)
		return (0);
	if ((w->frames = cf_mem_array(n, sizeof(*w->frames), err)) == NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		if (make_frame(&w->frames[i], columns, n, i, err))
			return (-1);
	}
	return (0);
}

/* Hand what is there to the output, if there is one. */
static int
pass_on(struct cf_writer * w, struct cf_err * err)
{

	if (w->records.failed)
		return (cf_err_memory(err));
	if (w->out == NULL)
		return (0);
	cf_out_write(w->out, w->records.data, w->records.len);
	w->records.len = 0;
	return (w->by_line ? cf_out_flush(w->out, err) : 0);
}

int
cf_writer_columns(struct cf_writer * w, const struct cf_column * columns,
    size_t n, struct cf_err * err)
{
	size_t i;

	if (cf_writer_columns_again(w, columns, n, err))
		return (-1);
	if (w->format == CF_FORMAT_NDJSON || n == 0)
		return (0);
	for (i = 0; i < n; i++) {
		if (i > 0)
			cf_buf_add_char(&w->records, ',');
		/* The first bytes of a file tell its format: no doubt. */
		csv_text(&w->records, columns[i].name,
		    strlen(columns[i].name), i == 0 &&
		    strchr("{[\xef\x1f", columns[i].name[0]) != NULL);
	}
	cf_buf_add_char(&w->records, '\n');
	return (pass_on(w, err));
}

/*
 * Begin a field whose value takes up to n bytes: what stands before it, and
 * where the value goes, or NULL when memory is out.
 */
static char *
begin(struct cf_writer * w, size_t n)
{
	struct cf_buf * r = &w->records;
	const struct frame * f;

	if (w->format == CF_FORMAT_NDJSON) {
		f = &w->frames[w->at];
		if (cf_buf_reserve(r, f->before_len + n + 1))
			return (NULL);
		memcpy(r->data + r->len, f->before, f->before_len);
		r->len += f->before_len;
	} else {
		/* The most frequent path: no call if there is room. */
		if (r->capacity - r->len < n + 2 && cf_buf_reserve(r, n + 2))
			return (NULL);
		if (w->at > 0)
			r->data[r->len++] = ',';
	}
	return (r->data + r->len);
}

static void
end(struct cf_writer * w)
{

	if (w->format == CF_FORMAT_NDJSON && w->frames[w->at].after != 0)
		cf_buf_add_char(&w->records, w->frames[w->at].after);
	w->at++;
}

void
cf_writer_text(struct cf_writer * w, const char * text, size_t len)
{

	begin(w, len);
	if (w->format == CF_FORMAT_NDJSON)
		cf_writer_json_text(&w->records, text, len);
	else
		csv_text(&w->records, text, len, 0);
	end(w);
}

static void
null(struct cf_writer * w)
{

	if (w->format == CF_FORMAT_NDJSON)
		cf_buf_add(&w->records, "null", 4);
}

void
cf_writer_number(struct cf_writer * w, double x)
{
	char * p = begin(w, CF_NUM_TEXT_MAX);

	if (!isfinite(x))
		null(w);
	else if (p != NULL)
		w->records.len += cf_num_print(x, p);
	end(w);
}

void
cf_writer_int(struct cf_writer * w, int64_t n)
{
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;
	char text[24];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + rest % 10);
	} while ((rest /= 10) > 0);
	if (n < 0)
		text[--at] = '-';
	begin(w, sizeof(text) - at);
	cf_buf_add(&w->records, text + at, sizeof(text) - at);
	end(w);
}

void
cf_writer_missing(struct cf_writer * w)
{

	begin(w, 0);
	null(w);
	end(w);
}

void
cf_writer_string(struct cf_writer * w, const char * text)
{

	if (text != NULL)
		cf_writer_text(w, text, strlen(text));
	else
		cf_writer_missing(w);
}

void
cf_writer_value(struct cf_writer * w, const char * text, size_t len)
{
	double x;

	if (len == 0)
		cf_writer_missing(w);
	else if (w->format == CF_FORMAT_NDJSON &&
	    cf_num_parse(text, len, &x) == CF_NUM_OK)
		cf_writer_number(w, x);
	else
		cf_writer_text(w, text, len);
}

void
cf_writer_skip(struct cf_writer * w, size_t left)
{

	while (w->at + left < w->ncolumns)
		cf_writer_missing(w);
}

int
cf_writer_end(struct cf_writer * w, struct cf_err * err)
{

	if (w->format == CF_FORMAT_NDJSON)
		cf_buf_add_char(&w->records, '}');
	cf_buf_add_char(&w->records, '\n');
	w->at = 0;
	return (pass_on(w, err));
}

const char *
cf_writer_held(const struct cf_writer * w, size_t * len)
{

	*len = w->records.len;
	return (w->records.data);
}

void
cf_writer_drop(struct cf_writer * w)
{

	w->records.len = 0;
}

void
cf_writer_free(struct cf_writer * w)
{
	size_t i;

	if (w == NULL)
		return;
	for (i = 0; w->frames != NULL && i < w->ncolumns; i++)
		free(w->frames[i].before);
	free(w->frames);
	cf_buf_free(&w->records);
	free(w);
}
