#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "report/rooms.h"
#include "report/terminal.h"

#define CELL_MAX 120		/* Characters of a cell. */
#define COLUMNS_MAX 32
#define CUT_LEAST 12		/* Characters of a column that is cut. */

/* The text of a cell: masked, cut, with its state behind it; by way of buf. */
static void
cell_text(const struct cf_figure * figure, size_t row, size_t column,
    struct cf_buf * buf, char text[CELL_MAX + 8])
{
	const struct cf_figure_cell * cell = cf_figure_cell(figure, row,
	    column);
	size_t len;

	buf->len = 0;
	cf_figure_print(figure, column, cell, buf);
	cf_err_mask(text, CELL_MAX, buf->data == NULL ? "" : buf->data,
	    buf->len);
	if (figure->kind == CF_FIGURE_CELLS && cell->state > CF_STATE_GOOD) {
		len = strlen(text);
		text[len] = cell->state == CF_STATE_BAD ? '!' : '?';
		text[len + 1] = '\0';
	}
}

static void
repeat(struct cf_buf * buf, char c, size_t n)
{

	while (n-- > 0)
		cf_buf_add_char(buf, c);
}

/* Text on the left of its column, numbers on the right. */
static void
put(struct cf_buf * buf, const char * text, size_t width, int is_text)
{
	size_t len = strlen(text), pad = width > len ? width - len : 0;

	if (!is_text)
		repeat(buf, ' ', pad);
	cf_buf_add_text(buf, text);
	if (is_text)
		repeat(buf, ' ', pad);
}

static void
name_text(const struct cf_figure * figure, size_t column,
    char text[CELL_MAX + 8])
{
	const char * name = cf_figure_words(figure,
	    figure->columns[column].name);

	cf_err_mask(text, CELL_MAX, name, strlen(name));
}

/* How wide each column is, or may be; return how many fit. */
static size_t
measure(const struct cf_figure * figure, size_t first, size_t width,
    struct cf_buf * cell, size_t widths[COLUMNS_MAX])
{
	size_t i, j, sum = 2, n = figure->ncolumns, rows;
	char text[CELL_MAX + 8];

	rows = cf_figure_rows(figure);
	if (n > COLUMNS_MAX)
		n = COLUMNS_MAX;
	for (j = 0; j < n; j++) {
		name_text(figure, j, text);
		widths[j] = strlen(text);
		for (i = first; i < rows; i++) {
			cell_text(figure, i, j, cell, text);
			if (strlen(text) > widths[j])
				widths[j] = strlen(text);
		}
		sum += widths[j] + 2;
		if (sum <= width + 2 || j == 0)
			continue;
		/* The last column that is begun stands in lines. */
		sum -= widths[j] + 2;
		if (figure->columns[j].digits >= 0 || sum + CUT_LEAST > width)
			return (j);
		widths[j] = width - sum;
		return (j + 1);
	}
	return (n);
}

static void
end_line(struct cf_buf * buf)
{

	while (buf->len > 0 && buf->data[buf->len - 1] == ' ')
		buf->len--;
	cf_buf_add_char(buf, '\n');
}

/* Text that is too wide for its column, the last one: in several lines. */
static void
put_in_lines(struct cf_buf * buf, const char * text, size_t width,
    size_t indent)
{
	size_t n;

	while (strlen(text) > width) {
		for (n = width; n > 0 && text[n] != ' '; n--)
			;
		if (n == 0)
			n = width;
		cf_buf_add(buf, text, n);
		cf_buf_add_char(buf, '\n');
		repeat(buf, ' ', indent);
		text += n;
		text += strspn(text, " ");
	}
	cf_buf_add_text(buf, text);
}

/* One bar of signs: the value's share of the largest. */
static void
bar(struct cf_buf * buf, double v, double most, size_t room)
{
	size_t n;

	if (isnan(v) || !(most > 0) || room < 4)
		return;
	n = (size_t)lround(fabs(v) / most * (double)room);
	repeat(buf, v < 0 ? '-' : '#', n);
}

static double
largest(const struct cf_figure * figure)
{
	size_t i;
	double most = 0, v;

	for (i = 0; i < cf_figure_rows(figure); i++) {
		v = fabs(cf_figure_cell(figure, i, 1)->number);
		if (v > most)
			most = v;
	}
	return (most);
}

static void
draw(const struct cf_figure * figure, size_t width, size_t most_rows,
    struct cf_buf * buf)
{
	size_t widths[COLUMNS_MAX], rows = cf_figure_rows(figure), columns, i,
	    j, used = 2, first;
	struct cf_buf cell = { 0 };
	char text[CELL_MAX + 8];
	int is_bars = figure->kind == CF_FIGURE_BARS;

	/* Of what goes by time the newest matter, else the first. */
	first = figure->in_time && rows > most_rows ? rows - most_rows : 0;
	if (rows > first + most_rows)
		rows = first + most_rows;
	columns = measure(figure, first, width, &cell, widths);
	if (is_bars && columns > 2)
		columns = 2;
	for (j = 0; j < columns; j++)
		used += widths[j] + 2;
	cf_buf_add_text(buf, "  ");
	for (j = 0; j < columns; j++) {
		name_text(figure, j, text);
		put(buf, text, widths[j], figure->columns[j].digits < 0);
		cf_buf_add_text(buf, "  ");
	}
	end_line(buf);
	for (i = first; i < rows; i++) {
		cf_buf_add_text(buf, "  ");
		for (j = 0; j < columns; j++) {
			cell_text(figure, i, j, &cell, text);
			if (strlen(text) > widths[j])
				put_in_lines(buf, text, widths[j], used - 2 -
				    widths[j]);
			else
				put(buf, text, widths[j],
				    figure->columns[j].digits < 0);
			cf_buf_add_text(buf, "  ");
		}
		if (is_bars && width > used)
			bar(buf, cf_figure_cell(figure, i, 1)->number,
			    largest(figure), width - used);
		end_line(buf);
	}
	if (first > 0 || rows < cf_figure_rows(figure) ||
	    (columns < figure->ncolumns && !is_bars))
		cf_buf_addf(buf, "  (%zu of %zu rows, %zu of %zu columns)\n",
		    rows - first, cf_figure_rows(figure), columns,
		    figure->ncolumns);
	buf->failed |= cell.failed;
	cf_buf_free(&cell);
}

/* A text in lines of ${width}, masked as it is. */
static void
wrap(const char * text, size_t width, struct cf_buf * buf)
{
	size_t column = 0, len;
	char word[CELL_MAX];

	while (*text != '\0') {
		len = strcspn(text, " ");
		cf_err_mask(word, sizeof(word), text, len);
		if (column > 0 && column + 1 + strlen(word) > width) {
			cf_buf_add_char(buf, '\n');
			column = 0;
		}
		cf_buf_add_text(buf, column == 0 ? "  " : " ");
		cf_buf_add_text(buf, word);
		column += strlen(word) + (column == 0 ? 2 : 1);
		text += len;
		text += strspn(text, " ");
	}
	if (column > 0)
		cf_buf_add_char(buf, '\n');
}

static void
draw_room(const struct cf_figures * figures, const struct cf_room * room,
    size_t width, size_t rows, struct cf_buf * buf)
{
	const struct cf_figure * f;
	char text[128];
	const char * title;
	size_t i, n = 0;

	for (i = 0; i < figures->n; i++)
		n += figures->items[i]->room == room->room;
	if (n == 0 && room->waits == NULL)
		return;
	cf_buf_addf(buf, "\n%s\n", room->title);
	repeat(buf, '=', strlen(room->title));
	cf_buf_add_char(buf, '\n');
	if (n == 0)
		wrap(room->waits, width, buf);
	for (i = 0; i < figures->n; i++) {
		f = figures->items[i];
		if (f->room != room->room)
			continue;
		cf_buf_add_char(buf, '\n');
		if (f->group != 0) {
			title = cf_figure_words(f, f->group);
			cf_err_mask(text, sizeof(text), title, strlen(title));
			cf_buf_addf(buf, "%s: ", text);
		}
		title = cf_figure_words(f, f->title);
		cf_err_mask(text, sizeof(text), title, strlen(title));
		cf_buf_addf(buf, "%s\n", text);
		wrap(cf_figure_words(f, f->lead), width, buf);
		if (cf_figure_rows(f) > 0)
			draw(f, width, rows, buf);
	}
}

void
cf_terminal(const struct cf_figures * figures, const char * title,
    size_t width, size_t rows, struct cf_buf * buf)
{
	const struct cf_room * rooms;
	size_t i, n;

	cf_buf_addf(buf, "%s\n", title);
	rooms = cf_rooms(&n);
	for (i = 0; i < n; i++)
		draw_room(figures, &rooms[i], width, rows, buf);
}
