#include <math.h>
#include <string.h>

#include "report/chart.h"
#include "report/markup.h"

/* The area in which data are drawn. */
#define LEFT 52.0
#define RIGHT 392.0
#define TOP 10.0
#define BOTTOM 178.0

#define LABELS_BAR 14		/* Bars that have a label each, at most. */
#define POINTS_MANY 45		/* Points that are small. */
#define LETTERS 42		/* That stand side by side. */
#define LETTERS_ASLANT 12	/* Of one label. */

/* A scale from values to the area's height, by figures of any kind. */
struct chart {
	const struct cf_figure * figure;
	struct cf_buf * buf;
	size_t rows;
	double low;
	double high;
	double step;
};

double
cf_chart_step(double span, int parts)
{
	double rough = span / parts, power, ratio;

	power = pow(10, floor(log10(rough)));
	ratio = rough / power;
	return (power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 :
	    ratio < 7.5 ? 5 : 10));
}

static double
value(const struct chart * c, size_t row, size_t column)
{

	return (cf_figure_cell(c->figure, row, column)->number);
}

static double
x_of(const struct chart * c, size_t row)
{

	if (c->figure->kind == CF_FIGURE_BARS)
		return (LEFT + (RIGHT - LEFT) * ((double)row + 0.5) /
		    (double)c->rows);
	return (LEFT + (RIGHT - LEFT) * (double)row / (double)(c->rows - 1));
}

static double
y_of(const struct chart * c, double v)
{

	return (BOTTOM - (BOTTOM - TOP) * (v - c->low) / (c->high - c->low));
}

/* The columns that are drawn. */
static size_t
columns_of(const struct cf_figure * figure)
{

	return (figure->drawn > 0 && figure->drawn < figure->ncolumns ?
	    figure->drawn : figure->ncolumns);
}

/* The extent of all numbers, and of what is drawn beside them. */
static size_t
extent(const struct cf_figure * figure, double * low, double * high)
{
	size_t i, n = 0, drawn = columns_of(figure);
	double x;

	*low = INFINITY;
	*high = -INFINITY;
	for (i = 0; i < figure->ncells; i++) {
		x = figure->cells[i].number;
		if (isnan(x) || i % figure->ncolumns >= drawn)
			continue;
		n++;
		*low = fmin(*low, x);
		*high = fmax(*high, x);
	}
	if (n > 0 && !isnan(figure->reference)) {
		*low = fmin(*low, figure->reference);
		*high = fmax(*high, figure->reference);
	}
	return (n);
}

int
cf_chart_can(const struct cf_figure * figure)
{
	double low, high;
	size_t rows = cf_figure_rows(figure);

	if (figure->kind == CF_FIGURE_TABLE || figure->kind == CF_FIGURE_CELLS)
		return (0);
	return (extent(figure, &low, &high) > 0 && fabs(low) < 1e15 &&
	    fabs(high) < 1e15 &&
	    rows >= (figure->kind == CF_FIGURE_BARS ? 1U : 2U));
}

/* Ends that are whole steps; bars begin at 0. */
static void
scale(struct chart * c)
{

	(void)extent(c->figure, &c->low, &c->high);
	if (c->figure->kind == CF_FIGURE_BARS) {
		c->low = fmin(c->low, 0);
		c->high = fmax(c->high, 0);
	}
	if (c->high - c->low < 1e-9 * fmax(1, fabs(c->high))) {
		c->low -= fmax(1e-3, fabs(c->low) * 1e-3);
		c->high += fmax(1e-3, fabs(c->high) * 1e-3);
	}
	c->step = cf_chart_step(c->high - c->low, 4);
	c->low = c->step * floor(c->low / c->step + 1e-9);
	c->high = c->step * ceil(c->high / c->step - 1e-9);
}

static void
label(struct chart * c, double x, double y, const char * anchor,
    const char * text)
{

	cf_buf_addf(c->buf, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"%s\">",
	    x, y, anchor);
	cf_markup_text(c->buf, text);
	cf_buf_add_text(c->buf, "</text>");
}

static void
y_axis(struct chart * c)
{
	struct cf_buf text = { 0 };
	int digits = (int)-floor(log10(c->step) + 1e-9), i, n;
	double v;

	n = (int)lround((c->high - c->low) / c->step);
	for (i = 0; i <= n; i++) {
		v = c->low + i * c->step;
		if (fabs(v) < c->step * 1e-6)
			v = 0;
		cf_buf_addf(c->buf, "<path class=\"%s\" d=\"M%.0f %.1fH%.0f\"/>",
		    v == 0 && c->low < 0 ? "zero" : "grid", LEFT, y_of(c, v),
		    RIGHT);
		text.len = 0;
		if (c->step >= 1e4 && v != 0)
			cf_buf_addf(&text, "%.4gk", v / 1e3);
		else
			cf_buf_addf(&text, "%.*f", digits > 0 ? digits : 0, v);
		if (cf_buf_string(&text, NULL) != NULL)
			label(c, LEFT - 5, y_of(c, v) + 4, "end", text.data);
	}
	c->buf->failed |= text.failed;
	cf_buf_free(&text);
}

static const char *
name_of(const struct chart * c, size_t row)
{
	const struct cf_figure_cell * cell = cf_figure_cell(c->figure, row, 0);

	return (cell->text == CF_FIGURE_NO_TEXT ? "" :
	    cf_figure_words(c->figure, cell->text));
}

/* How bars are labelled: each, each aslant, or at both ends only. */
enum labels { LABELS_EACH, LABELS_ASLANT, LABELS_ENDS };

static enum labels
labels_of(const struct chart * c)
{
	size_t i;

	if (c->figure->kind != CF_FIGURE_BARS)
		return (LABELS_ENDS);
	for (i = 0; i < c->rows; i++) {
		if (strlen(name_of(c, i)) * c->rows > LETTERS)
			return (c->rows > LABELS_BAR ? LABELS_ENDS :
			    LABELS_ASLANT);
	}
	return (LABELS_EACH);
}

/* The first letters of a name that is too long to stand aslant. */
static void
aslant(struct chart * c, size_t row)
{
	const char * name = name_of(c, row);
	size_t len = strlen(name), cut = len;

	if (len > LETTERS_ASLANT) {
		/* Not within a character of UTF-8. */
		for (cut = LETTERS_ASLANT - 1; cut > 0 &&
		    ((unsigned char)name[cut] & 0xc0) == 0x80; cut--)
			;
	}
	cf_buf_addf(c->buf, "<text transform=\"translate(%.0f %.0f) "
	    "rotate(-35)\" text-anchor=\"end\">", x_of(c, row) + 4,
	    BOTTOM + 12);
	cf_markup_bytes(c->buf, name, cut);
	cf_buf_add_text(c->buf, cut < len ? "\xe2\x80\xa6</text>" : "</text>");
}

static void
x_axis(struct chart * c)
{
	enum labels how = labels_of(c);
	size_t i;

	if (how == LABELS_ENDS) {
		label(c, LEFT, BOTTOM + 16, "start", name_of(c, 0));
		label(c, RIGHT, BOTTOM + 16, "end", name_of(c, c->rows - 1));
		return;
	}
	for (i = 0; i < c->rows; i++) {
		if (how == LABELS_ASLANT)
			aslant(c, i);
		else
			label(c, x_of(c, i), BOTTOM + 16, "middle",
			    name_of(c, i));
	}
}

/* A line through a column, broken where numbers are missing. */
static void
line(struct chart * c, size_t column, const char * class)
{
	size_t i;
	int drawn = 0;
	double v;

	cf_buf_addf(c->buf, "<path class=\"%s\" d=\"", class);
	for (i = 0; i < c->rows; i++) {
		v = value(c, i, column);
		if (isnan(v)) {
			drawn = 0;
			continue;
		}
		cf_buf_addf(c->buf, "%c%.1f %.1f", drawn ? 'L' : 'M',
		    x_of(c, i), y_of(c, v));
		drawn = 1;
	}
	cf_buf_add_text(c->buf, "\"/>");
}

static int
has_band(const struct chart * c, size_t row)
{

	return (!isnan(value(c, row, 1)) && !isnan(value(c, row, 2)));
}

/* The area between low and high, in pieces where numbers are missing. */
static void
band(struct chart * c)
{
	size_t i, j, k;

	for (i = 0; i < c->rows; i = j + 1) {
		for (j = i; j < c->rows && has_band(c, j); j++)
			;
		if (j == i)
			continue;
		cf_buf_add_text(c->buf, "<path class=\"band\" d=\"");
		for (k = i; k < j; k++)
			cf_buf_addf(c->buf, "%c%.1f %.1f", k == i ? 'M' : 'L',
			    x_of(c, k), y_of(c, value(c, k, 1)));
		for (k = j; k-- > i; )
			cf_buf_addf(c->buf, "L%.1f %.1f", x_of(c, k),
			    y_of(c, value(c, k, 2)));
		cf_buf_add_text(c->buf, "Z\"/>");
	}
}

/* Does the outcome lie outside its band? */
static int
is_missed(const struct chart * c, size_t row)
{
	double v = value(c, row, 4);

	return (has_band(c, row) && (v < value(c, row, 1) ||
	    v > value(c, row, 2)));
}

/* Outcomes as one path of points, or of crosses for those outside the band: a
 * point is a line without length, whose ends are round. */
static void
points(struct chart * c, int missed)
{
	size_t i;

	cf_buf_addf(c->buf, "<path class=\"%s%s\" d=\"", missed ? "missed" :
	    "met", c->rows > POINTS_MANY ? " many" : "");
	for (i = 0; i < c->rows; i++) {
		if (isnan(value(c, i, 4)) || is_missed(c, i) != missed)
			continue;
		if (missed)
			cf_buf_addf(c->buf, "M%.1f %.1fl8 8m0-8l-8 8",
			    x_of(c, i) - 4, y_of(c, value(c, i, 4)) - 4);
		else
			cf_buf_addf(c->buf, "M%.1f %.1fh0", x_of(c, i),
			    y_of(c, value(c, i, 4)));
	}
	cf_buf_add_text(c->buf, "\"/>");
}

static const char *
bar_class(enum cf_figure_state state)
{

	return (state == CF_STATE_BAD ? "bar bad" : state == CF_STATE_WATCH ?
	    "bar watch" : "bar");
}

static void
bars(struct chart * c)
{
	double width = (RIGHT - LEFT) / (double)c->rows * 0.7, v, zero;
	size_t i;

	zero = y_of(c, 0);
	for (i = 0; i < c->rows; i++) {
		v = value(c, i, 1);
		if (!isnan(v))
			cf_buf_addf(c->buf, "<rect class=\"%s\" x=\"%.1f\" "
			    "y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
			    bar_class(cf_figure_cell(c->figure, i, 1)->state),
			    x_of(c, i) - width / 2, fmin(zero, y_of(c, v)),
			    width, fabs(zero - y_of(c, v)));
		if (columns_of(c->figure) < 4 || isnan(value(c, i, 2)) ||
		    isnan(value(c, i, 3)))
			continue;
		cf_buf_addf(c->buf, "<path class=\"should\" d=\"M%.1f %.1fV%.1f"
		    "m-4 0h8M%.1f %.1fh8\"/>", x_of(c, i),
		    y_of(c, value(c, i, 2)), y_of(c, value(c, i, 3)),
		    x_of(c, i) - 4, y_of(c, value(c, i, 2)));
	}
}

static void
lines(struct chart * c)
{
	static const char * const classes[] = { "line one", "line two",
	    "line three", "line four" };
	size_t j;

	for (j = 1; j < columns_of(c->figure); j++)
		line(c, j, classes[(j - 1) % 4]);
}

void
cf_chart_draw(const struct cf_figure * figure, struct cf_buf * buf)
{
	struct chart c = { .figure = figure, .buf = buf,
	    .rows = cf_figure_rows(figure) };

	scale(&c);
	cf_buf_addf(buf, "<svg viewBox=\"0 0 %d %d\" role=\"img\" "
	    "aria-label=\"", CF_CHART_WIDTH, CF_CHART_HEIGHT +
	    (labels_of(&c) == LABELS_ASLANT ? CF_CHART_SLANT : 0));
	cf_markup_text(buf, cf_figure_words(figure, figure->title));
	cf_buf_add_text(buf, "; the numbers are in the table\">");
	y_axis(&c);
	x_axis(&c);
	switch (figure->kind) {
	case CF_FIGURE_FAN:
		band(&c);
		line(&c, 3, "line middle");
		points(&c, 0);
		points(&c, 1);
		break;
	case CF_FIGURE_BARS:
		bars(&c);
		break;
	case CF_FIGURE_LINES:
		lines(&c);
		break;
	case CF_FIGURE_TABLE:
	case CF_FIGURE_CELLS:
		break;
	}
	if (!isnan(figure->reference))
		cf_buf_addf(buf, "<path class=\"reference\" "
		    "d=\"M%.0f %.1fH%.0f\"/>", LEFT,
		    y_of(&c, figure->reference), RIGHT);
	cf_buf_add_text(buf, "</svg>");
}
