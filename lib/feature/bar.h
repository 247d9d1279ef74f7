#ifndef CF_FEATURE_BAR_H_
#define CF_FEATURE_BAR_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Reading bars: the records of cf-csv(5) from one file after another, checked
 * row by row.  A field may be empty (NaN here).  Bad data are: a price or a
 * volume below 0, high below low, a split coefficient that is not above 0;
 * and, unless the order is free, a date that does not follow the bar before, or
 * a symbol whose bars are not all together in one file.
 *
 * Columns that are none of a bar's are called the others.  They are those of
 * the first file that is not empty; a later file may lack some, but not have
 * more.  Their values come as one piece of text, each ended by a NUL.
 */
enum cf_bar_events {
	CF_BAR_PLAIN,		/* Neither of the next. */
	CF_BAR_EVENTS,		/* Dividend or split columns are there. */
	CF_BAR_RATIO		/* No dividends, but an adjusted close. */
};

struct cf_bar {
	int64_t time_s;
	double open;
	double high;
	double low;
	double close;
	double volume;
	double adjusted;
	double dividend;
	double split;
	const char * file;	/* Borrowed from the paths. */
	size_t others;		/* Place of the others' text, for whoever */
	size_t others_len;	/* keeps it. */
	uint64_t line;
	unsigned char has_clock;
	unsigned char events;	/* enum cf_bar_events */
	unsigned char unused[6]; /* No holes: sorting writes bars to a file. */
};

struct cf_bar_reader;

/**
 * cf_bar_open(paths, n, any_order, with_others, err):
 * Make a reader of ${n} files; of standard input if ${n} is 0.  The paths are
 * borrowed.  With ${any_order} only single rows are checked; without
 * ${with_others} other columns are not looked at.  Return NULL on failure.
 */
struct cf_bar_reader * cf_bar_open(const char * const * paths, size_t n,
    int any_order, int with_others, struct cf_err * err);

/**
 * cf_bar_next(reader, bar, err):
 * Read the next bar.  Return 1, 0 at the end of all files, or -1.
 */
int cf_bar_next(struct cf_bar_reader * reader, struct cf_bar * bar,
    struct cf_err * err);

/**
 * cf_bar_symbol(reader, len), cf_bar_is_first(reader):
 * Return the symbol of the present bar and set *${len}; it is valid until the
 * next call of cf_bar_next.  Return whether the bar before had another one.
 */
const char * cf_bar_symbol(const struct cf_bar_reader * reader, size_t * len);
int cf_bar_is_first(const struct cf_bar_reader * reader);

/**
 * cf_bar_names(reader, n), cf_bar_others(reader, len):
 * Return the names of the other columns and set *${n}; known after the first
 * bar.  Return the text of the present bar's and set *${len}; it is valid until
 * the next call of cf_bar_next.
 */
const char * const * cf_bar_names(const struct cf_bar_reader * reader,
    size_t * n);
const char * cf_bar_others(const struct cf_bar_reader * reader, size_t * len);

/**
 * cf_bar_bad_date(bar, reason, err), cf_bar_bad_number(bar, column, x, reason,
 *     err):
 * Report bad data in : its date, or the number  of a column.  Return
 * -1.
 */
int cf_bar_bad_date(const struct cf_bar * bar, const char * reason,
    struct cf_err * err);
int cf_bar_bad_number(const struct cf_bar * bar, const char * column, double x,
    const char * reason, struct cf_err * err);

/**
 * cf_bar_close(reader):
 * Close and free; NULL is harmless.
 */
void cf_bar_close(struct cf_bar_reader * reader);

#define CF_BAR_SYMBOL_MAX 255	/* Bytes. */

#endif /* !CF_FEATURE_BAR_H_ */
