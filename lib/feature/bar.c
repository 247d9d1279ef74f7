#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/mem.h"
#include "base/num.h"
#include "feature/bar.h"
#include "feature/names.h"
#include "table/reader.h"

/* Columns of a bar, in the order of `names` below. */
enum { SYMBOL, DATE, OPEN, HIGH, LOW, CLOSE, VOLUME, ADJUSTED, DIVIDEND, SPLIT,
    NCOLUMNS };

#define NEEDED (VOLUME + 1)

static const char * const names[NCOLUMNS] = { "symbol", "date", "open", "high",
    "low", "close", "volume", "adjusted_close", "dividend_amount",
    "split_coefficient" };

struct cf_bar_reader {
	const char * const * paths;
	size_t npaths;
	size_t next;		/* Path to open next. */
	int any_order;
	struct cf_reader * file;	/* NULL: none is open. */
	size_t columns[NCOLUMNS];
	unsigned char events;
	int is_first;
	size_t symbol_len;
	char symbol[CF_BAR_SYMBOL_MAX];
	int64_t before_s;	/* Time of the symbol's bar before. */
	unsigned char before_clock;
	struct cf_names seen;
	int with_others;
	int has_names;		/* A header was read. */
	char ** other_names;
	size_t * other_columns;	/* In this file, or CF_READER_NONE. */
	size_t nothers;
	struct cf_buf others;	/* Of the present bar. */
};

static const char * const standard_input[] = { "-" };

struct cf_bar_reader *
cf_bar_open(const char * const * paths, size_t n, int any_order,
    int with_others, struct cf_err * err)
{
	struct cf_bar_reader * r;

	if ((r = cf_mem_array(1, sizeof(*r), err)) == NULL)
		return (NULL);
	r->paths = n > 0 ? paths : standard_input;
	r->npaths = n > 0 ? n : 1;
	r->any_order = any_order;
	r->with_others = with_others;
	return (r);
}

/* Is the column of the file one of a bar's? */
static int
is_known(const struct cf_bar_reader * r, size_t column)
{
	size_t i;

	for (i = 0; i < NCOLUMNS; i++) {
		if (r->columns[i] == column)
			return (1);
	}
	return (0);
}

/* Take the others of the first file. */
static int
name_others(struct cf_bar_reader * r, struct cf_err * err)
{
	size_t i, n = cf_reader_columns(r->file);

	r->other_names = cf_mem_array(n, sizeof(*r->other_names), err);
	r->other_columns = cf_mem_array(n, sizeof(*r->other_columns), err);
	if (r->other_names == NULL || r->other_columns == NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		if (is_known(r, i))
			continue;
		r->other_names[r->nothers] =
		    cf_mem_strdup(cf_reader_column(r->file, i), err);
		if (r->other_names[r->nothers] == NULL)
			return (-1);
		r->nothers++;
	}
	r->has_names = 1;
	return (0);
}

/* Find the others in this file, which may not have more. */
static int
find_others(struct cf_bar_reader * r, struct cf_err * err)
{
	struct cf_place place = { cf_reader_name(r->file), 0, NULL };
	size_t i, k;

	if (!r->has_names && name_others(r, err))
		return (-1);
	for (k = 0; k < r->nothers; k++)
		r->other_columns[k] = cf_reader_find(r->file,
		    r->other_names[k]);
	for (i = 0; i < cf_reader_columns(r->file); i++) {
		for (k = 0; k < r->nothers && r->other_columns[k] != i; k++)
			continue;
		if (k < r->nothers || is_known(r, i))
			continue;
		place.column = cf_reader_column(r->file, i);
		return (cf_err_data(err, &place, NULL, 0,
		    "the first file has no such column"));
	}
	return (0);
}

static int
find_columns(struct cf_bar_reader * r, struct cf_err * err)
{
	size_t i;

	for (i = 0; i < NEEDED; i++) {
		if (cf_reader_need(r->file, names[i], &r->columns[i], err))
			return (-1);
	}
	for (; i < NCOLUMNS; i++)
		r->columns[i] = cf_reader_find(r->file, names[i]);
	r->events = CF_BAR_PLAIN;
	if (r->columns[DIVIDEND] == CF_READER_NONE &&
	    r->columns[ADJUSTED] != CF_READER_NONE)
		r->events = CF_BAR_RATIO;
	else if (r->columns[DIVIDEND] != CF_READER_NONE ||
	    r->columns[SPLIT] != CF_READER_NONE)
		r->events = CF_BAR_EVENTS;
	return (r->with_others ? find_others(r, err) : 0);
}

/* Open the next file that is not empty.  Return 1, 0 if none is left, -1. */
static int
open_next(struct cf_bar_reader * r, struct cf_err * err)
{
	int rc;

	r->symbol_len = 0;
	while (r->next < r->npaths) {
		r->file = cf_reader_open(r->paths[r->next++], err);
		if (r->file == NULL)
			return (-1);
		if ((rc = cf_reader_header(r->file, err)) < 0)
			return (-1);
		if (rc == 1)
			return (find_columns(r, err) ? -1 : 1);
		cf_reader_close(r->file);
		r->file = NULL;
	}
	return (0);
}

/* Read a number that is not below 0. */
static int
amount(const struct cf_bar_reader * r, int column, double * x,
    struct cf_err * err)
{
	size_t i = r->columns[column];

	*x = NAN;
	if (i == CF_READER_NONE)
		return (0);
	if (cf_reader_number(r->file, i, x, err))
		return (-1);
	if (*x < 0)
		return (cf_reader_bad(r->file, i, "negative", err));
	return (0);
}

static int
read_fields(const struct cf_bar_reader * r, struct cf_bar * bar,
    struct cf_err * err)
{
	int has_clock;

	if (cf_reader_moment(r->file, r->columns[DATE], &bar->time_s,
	    &has_clock, err))
		return (-1);
	bar->has_clock = (unsigned char)has_clock;
	if (amount(r, OPEN, &bar->open, err) ||
	    amount(r, HIGH, &bar->high, err) ||
	    amount(r, LOW, &bar->low, err) ||
	    amount(r, CLOSE, &bar->close, err) ||
	    amount(r, VOLUME, &bar->volume, err) ||
	    amount(r, ADJUSTED, &bar->adjusted, err) ||
	    amount(r, DIVIDEND, &bar->dividend, err) ||
	    amount(r, SPLIT, &bar->split, err))
		return (-1);
	if (bar->high < bar->low)
		return (cf_reader_bad(r->file, r->columns[HIGH], "below low",
		    err));
	if (bar->split == 0)
		return (cf_reader_bad(r->file, r->columns[SPLIT],
		    "not above 0", err));
	return (0);
}

/* Take over a symbol that differs from the one before. */
static int
new_symbol(struct cf_bar_reader * r, struct cf_field symbol,
    struct cf_err * err)
{
	size_t number;
	int rc;

	if (symbol.len == 0)
		return (cf_reader_bad(r->file, r->columns[SYMBOL],
		    "missing", err));
	if (symbol.len > CF_BAR_SYMBOL_MAX)
		return (cf_reader_bad(r->file, r->columns[SYMBOL],
		    "longer than 255 bytes", err));
	memcpy(r->symbol, symbol.text, symbol.len);
	r->symbol_len = symbol.len;
	r->is_first = 1;
	if (r->any_order)
		return (0);
	rc = cf_names_add(&r->seen, symbol.text, symbol.len, &number, err);
	if (rc < 0)
		return (-1);
	if (rc == 0)
		return (cf_reader_bad(r->file, r->columns[SYMBOL],
		    "its bars are not all together", err));
	return (0);
}

static int
check_order(const struct cf_bar_reader * r, const struct cf_bar * bar,
    struct cf_err * err)
{

	if (bar->has_clock != r->before_clock)
		return (cf_reader_bad(r->file, r->columns[DATE],
		    "with and without a time of day in one symbol", err));
	if (bar->time_s == r->before_s)
		return (cf_reader_bad(r->file, r->columns[DATE],
		    "the same as in the bar before", err));
	if (bar->time_s < r->before_s)
		return (cf_reader_bad(r->file, r->columns[DATE],
		    "earlier than the bar before", err));
	return (0);
}

/* Gather the texts of the other columns. */
static int
read_others(struct cf_bar_reader * r, struct cf_err * err)
{
	struct cf_field field;
	size_t i;

	r->others.len = 0;
	for (i = 0; i < r->nothers; i++) {
		if (r->other_columns[i] != CF_READER_NONE) {
			field = cf_reader_field(r->file, r->other_columns[i]);
			cf_buf_add(&r->others, field.text, field.len);
		}
		cf_buf_add_char(&r->others, '\0');
	}
	return (r->others.failed ? cf_err_memory(err) : 0);
}

int
cf_bar_next(struct cf_bar_reader * r, struct cf_bar * bar, struct cf_err * err)
{
	struct cf_field symbol;
	int rc;

	for (;;) {
		if (r->file == NULL && (rc = open_next(r, err)) <= 0)
			return (rc);
		if ((rc = cf_reader_next(r->file, err)) < 0)
			return (-1);
		if (rc == 1)
			break;
		cf_reader_close(r->file);
		r->file = NULL;
	}
	symbol = cf_reader_field(r->file, r->columns[SYMBOL]);
	r->is_first = 0;
	if ((symbol.len != r->symbol_len ||
	    memcmp(symbol.text, r->symbol, symbol.len) != 0 ||
	    r->symbol_len == 0) && new_symbol(r, symbol, err))
		return (-1);
	if (read_fields(r, bar, err))
		return (-1);
	if (!r->any_order && !r->is_first && check_order(r, bar, err))
		return (-1);
	r->before_s = bar->time_s;
	r->before_clock = bar->has_clock;
	bar->events = r->events;
	bar->file = r->paths[r->next - 1];
	bar->line = cf_reader_line(r->file);
	bar->others = bar->others_len = 0;
	memset(bar->unused, 0, sizeof(bar->unused));
	if (r->nothers > 0 && read_others(r, err))
		return (-1);
	return (1);
}

const char *
cf_bar_symbol(const struct cf_bar_reader * r, size_t * len)
{

	*len = r->symbol_len;
	return (r->symbol);
}

int
cf_bar_is_first(const struct cf_bar_reader * r)
{

	return (r->is_first);
}

const char * const *
cf_bar_names(const struct cf_bar_reader * r, size_t * n)
{

	*n = r->nothers;
	return ((const char * const *)r->other_names);
}

const char *
cf_bar_others(const struct cf_bar_reader * r, size_t * len)
{

	*len = r->others.len;
	return (r->others.data);
}

static int
bad(const struct cf_bar * bar, const char * column, const char * value,
    size_t len, const char * reason, struct cf_err * err)
{
	struct cf_place place = { strcmp(bar->file, "-") == 0 ? "stdin" :
	    bar->file, bar->line, column };

	return (cf_err_data(err, &place, value, len, "%s", reason));
}

int
cf_bar_bad_date(const struct cf_bar * bar, const char * reason,
    struct cf_err * err)
{
	char text[CF_DAY_TEXT_MAX];
	size_t len = cf_day_print_moment(bar->time_s, bar->has_clock, text);

	return (bad(bar, names[DATE], text, len, reason, err));
}

int
cf_bar_bad_number(const struct cf_bar * bar, const char * column, double x,
    const char * reason, struct cf_err * err)
{
	char text[CF_NUM_TEXT_MAX];

	return (bad(bar, column, text, cf_num_print(x, text), reason, err));
}

void
cf_bar_close(struct cf_bar_reader * r)
{

	size_t i;

	if (r == NULL)
		return;
	cf_reader_close(r->file);
	cf_names_free(&r->seen);
	for (i = 0; i < r->nothers; i++)
		free(r->other_names[i]);
	free(r->other_names);
	free(r->other_columns);
	cf_buf_free(&r->others);
	free(r);
}
