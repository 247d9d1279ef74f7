#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/figure.h"

#define WORDS_MAX 2048		/* Of one formatted text. */

struct cf_figure *
cf_figure_add(struct cf_figures * figures, enum cf_figure_room room,
    enum cf_figure_kind kind, struct cf_err * err)
{
	struct cf_figure * figure;

	if (cf_mem_grow(&figures->items, &figures->capacity, figures->n + 1,
	    sizeof(*figures->items), err))
		return (NULL);
	if ((figure = cf_mem_array(1, sizeof(*figure), err)) == NULL)
		return (NULL);
	figure->room = room;
	figure->kind = kind;
	figure->reference = (double)NAN;
	/* The text at 0 is the empty one: no title, no lead. */
	cf_buf_add_char(&figure->words, '\0');
	figures->items[figures->n++] = figure;
	return (figure);
}

/* Keep a text; return where it stands. */
static size_t
keep(struct cf_figure * figure, const char * text, size_t len)
{
	size_t at = figure->words.len;

	cf_buf_add(&figure->words, text, len);
	cf_buf_add_char(&figure->words, '\0');
	if (!figure->words.failed)
		return (at);
	figure->failed = 1;
	return (0);
}

/* Keep what vsnprintf(3) made, of which a part may not have found room. */
static size_t
keep_made(struct cf_figure * figure, const char text[WORDS_MAX], int len)
{

	if (len < 0)
		len = 0;
	return (keep(figure, text, len < WORDS_MAX ? (size_t)len :
	    WORDS_MAX - 1));
}

void
cf_figure_group(struct cf_figure * figure, const char * name)
{

	figure->group = keep(figure, name, strlen(name));
}

void
cf_figure_title(struct cf_figure * figure, const char * fmt, ...)
{
	char text[WORDS_MAX];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	figure->title = keep_made(figure, text, len);
}

void
cf_figure_lead(struct cf_figure * figure, const char * fmt, ...)
{
	char text[WORDS_MAX];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	figure->lead = keep_made(figure, text, len);
}

void
cf_figure_column(struct cf_figure * figure, const char * name, int digits)
{
	struct cf_figure_column * c;

	if (cf_mem_grow(&figure->columns, &figure->columns_capacity,
	    figure->ncolumns + 1, sizeof(*figure->columns), NULL)) {
		figure->failed = 1;
		return;
	}
	c = &figure->columns[figure->ncolumns++];
	c->name = keep(figure, name, strlen(name));
	c->digits = digits;
}

static void
add_cell(struct cf_figure * figure, size_t text, double number,
    enum cf_figure_state state)
{
	struct cf_figure_cell * c;

	if (cf_mem_grow(&figure->cells, &figure->cells_capacity,
	    figure->ncells + 1, sizeof(*figure->cells), NULL)) {
		figure->failed = 1;
		return;
	}
	c = &figure->cells[figure->ncells++];
	c->text = text;
	c->number = number;
	c->state = state;
}

void
cf_figure_text(struct cf_figure * figure, const char * text, size_t len,
    enum cf_figure_state state)
{

	add_cell(figure, keep(figure, text, len), (double)NAN, state);
}

void
cf_figure_gathered(struct cf_figure * figure, const struct cf_buf * text,
    enum cf_figure_state state)
{

	if (text->failed)
		figure->failed = 1;
	cf_figure_text(figure, text->data == NULL ? "" : text->data, text->len,
	    state);
}

void
cf_figure_number(struct cf_figure * figure, double x,
    enum cf_figure_state state)
{

	add_cell(figure, CF_FIGURE_NO_TEXT, isfinite(x) ? x : (double)NAN,
	    state);
}

size_t
cf_figure_rows(const struct cf_figure * figure)
{

	return (figure->ncolumns == 0 ? 0 : figure->ncells / figure->ncolumns);
}

const struct cf_figure_cell *
cf_figure_cell(const struct cf_figure * figure, size_t row, size_t column)
{

	return (&figure->cells[row * figure->ncolumns + column]);
}

const char *
cf_figure_words(const struct cf_figure * figure, size_t text)
{

	return (figure->words.failed ? "" : figure->words.data + text);
}

void
cf_figure_print(const struct cf_figure * figure, size_t column,
    const struct cf_figure_cell * cell, struct cf_buf * buf)
{
	int digits = figure->columns[column].digits;

	if (cell->text != CF_FIGURE_NO_TEXT)
		cf_buf_add_text(buf, cf_figure_words(figure, cell->text));
	else if (isnan(cell->number))
		return;
	else if (fabs(cell->number) >= 1e15)
		cf_buf_addf(buf, "%.3g", cell->number);
	else
		/* + 0.0: no minus sign before a zero. */
		cf_buf_addf(buf, "%.*f", digits < 0 ? 2 : digits,
		    fabs(cell->number) < 0.5 * pow(10, -digits) ? 0.0 :
		    cell->number);
}

int
cf_figure_check(const struct cf_figure * figure, struct cf_err * err)
{

	return (figure->failed || figure->words.failed ? cf_err_memory(err) :
	    0);
}

const char *
cf_figure_mark(enum cf_figure_state state)
{
	static const char * const marks[] = { "", "ok", "watch", "bad" };

	return (marks[state]);
}

void
cf_figure_free(struct cf_figures * figures)
{
	size_t i;

	for (i = 0; i < figures->n; i++) {
		free(figures->items[i]->columns);
		free(figures->items[i]->cells);
		cf_buf_free(&figures->items[i]->words);
		free(figures->items[i]);
	}
	free(figures->items);
	memset(figures, 0, sizeof(*figures));
}
