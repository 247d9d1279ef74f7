#ifndef CF_REPORT_FIGURE_H_
#define CF_REPORT_FIGURE_H_

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * A figure: what the report shows, before it is drawn.  It is always a table,
 * whose kind says how it may be drawn besides; so the page, the terminal and
 * a screen reader get the same numbers, and who computes them knows nothing of
 * SVG.  The kinds take their columns in this order:
 *
 *	TABLE	any
 *	FAN	label, low, high, forecast, outcome
 *	BARS	label, value, and perhaps low and high of where it should lie
 *	LINES	label, one or more values; `reference` is a line across
 *	CELLS	label, one or more values with states: a heat map
 *
 * Filling never fails at once: the first failure sticks, so that who fills
 * checks once, by cf_figure_check.  Texts are copied.
 */

enum cf_figure_kind {
	CF_FIGURE_TABLE,
	CF_FIGURE_FAN,
	CF_FIGURE_BARS,
	CF_FIGURE_LINES,
	CF_FIGURE_CELLS
};

/* How a cell is marked: never by colour alone. */
enum cf_figure_state {
	CF_STATE_PLAIN,
	CF_STATE_GOOD,
	CF_STATE_WATCH,
	CF_STATE_BAD
};

/* The room of the report in which a figure stands, see report/rooms.h. */
enum cf_figure_room {
	CF_ROOM_SUMMARY,
	CF_ROOM_FORECASTS,
	CF_ROOM_BALANCE,
	CF_ROOM_RISK,
	CF_ROOM_QUALITY,
	CF_ROOM_SKILL,
	CF_ROOM_DRIFT,
	CF_ROOM_MODEL,
	CF_ROOM_RUNS,
	CF_ROOM_BACKUPS,
	CF_ROOMS
};

struct cf_figure_cell {
	size_t text;		/* In words; CF_FIGURE_NO_TEXT: a number. */
	double number;		/* NaN: missing. */
	enum cf_figure_state state;
};
#define CF_FIGURE_NO_TEXT ((size_t)-1)

struct cf_figure_column {
	size_t name;		/* In words. */
	int digits;		/* Behind the point; -1: text. */
};

struct cf_figure {
	enum cf_figure_room room;
	enum cf_figure_kind kind;
	size_t group;		/* Stands before the title; in words. */
	size_t title;		/* In words. */
	size_t lead;		/* Sentences below it. */
	double reference;	/* NaN: none. */
	size_t drawn;		/* Columns that are drawn; 0: all. */
	int in_time;		/* Rows are in its order, the newest last. */
	struct cf_figure_column * columns;
	size_t ncolumns;
	size_t columns_capacity;
	struct cf_figure_cell * cells;
	size_t ncells;
	size_t cells_capacity;
	struct cf_buf words;	/* NUL-terminated texts. */
	int failed;
};

struct cf_figures {
	struct cf_figure ** items;
	size_t n;
	size_t capacity;
};

/**
 * cf_figure_add(figures, room, kind, err):
 * Append an empty figure and return it; it belongs to ${figures}.  NULL on
 * failure.
 */
struct cf_figure * cf_figure_add(struct cf_figures * figures,
    enum cf_figure_room room, enum cf_figure_kind kind, struct cf_err * err);

/**
 * cf_figure_group(figure, name):
 * Say what it belongs to, where there are several of its kind.
 */
void cf_figure_group(struct cf_figure * figure, const char * name);

/**
 * cf_figure_title(figure, fmt, ...), cf_figure_lead(figure, fmt, ...):
 * Set its title and what stands below it.
 */
void cf_figure_title(struct cf_figure * figure, const char * fmt, ...)
    __attribute__((format(printf, 2, 3)));
void cf_figure_lead(struct cf_figure * figure, const char * fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * cf_figure_column(figure, name, digits):
 * Append a column; with ${digits} behind the point, or -1 for text.  All
 * columns come before the first cell.
 */
void cf_figure_column(struct cf_figure * figure, const char * name,
    int digits);

/**
 * cf_figure_gathered(figure, text, state):
 * As cf_figure_text, with what was gathered in ${text}; if that failed, so does
 * the figure.
 */
void cf_figure_gathered(struct cf_figure * figure,
    const struct cf_buf * text, enum cf_figure_state state);

/**
 * cf_figure_text(figure, text, len, state), cf_figure_number(figure, x, state):
 * Append a cell, row by row.
 */
void cf_figure_text(struct cf_figure * figure, const char * text, size_t len,
    enum cf_figure_state state);
void cf_figure_number(struct cf_figure * figure, double x,
    enum cf_figure_state state);

/**
 * cf_figure_rows(figure):
 * Return the number of whole rows.
 */
size_t cf_figure_rows(const struct cf_figure * figure);

/**
 * cf_figure_cell(figure, row, column):
 * Return that cell.
 */
const struct cf_figure_cell * cf_figure_cell(const struct cf_figure * figure,
    size_t row, size_t column);

/**
 * cf_figure_words(figure, text):
 * Return the text at ${text} in its words.
 */
const char * cf_figure_words(const struct cf_figure * figure, size_t text);

/**
 * cf_figure_print(figure, column, cell, buf):
 * Append what a cell says; a missing number says nothing.
 */
void cf_figure_print(const struct cf_figure * figure, size_t column,
    const struct cf_figure_cell * cell, struct cf_buf * buf);

/**
 * cf_figure_check(figure, err):
 * Return 0, or -1 if anything could not be added.
 */
int cf_figure_check(const struct cf_figure * figure, struct cf_err * err);

/**
 * cf_figure_mark(state):
 * Return the sign that goes with a state: "", "ok", "watch", "bad".
 */
const char * cf_figure_mark(enum cf_figure_state state);

/**
 * cf_figure_free(figures):
 * Free them all and leave the list empty.
 */
void cf_figure_free(struct cf_figures * figures);

#endif /* !CF_REPORT_FIGURE_H_ */
