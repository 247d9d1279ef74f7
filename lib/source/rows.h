#ifndef CF_SOURCE_ROWS_H_
#define CF_SOURCE_ROWS_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "table/writer.h"

/*
 * What a source gave for one symbol or series: bars, or points of a series,
 * in memory, bounded, in the order of time once sorted.  Missing is NaN.
 */
enum cf_rows_kind { CF_ROWS_BARS, CF_ROWS_SERIES };

/* Values of a bar.  The last three are columns only where they are known. */
enum { CF_ROWS_OPEN, CF_ROWS_HIGH, CF_ROWS_LOW, CF_ROWS_CLOSE, CF_ROWS_VOLUME,
    CF_ROWS_ADJUSTED, CF_ROWS_DIVIDEND, CF_ROWS_SPLIT, CF_ROWS_VALUES };

#define CF_ROWS_PLAIN CF_ROWS_ADJUSTED	/* Columns that always stand. */

struct cf_rows_bar {
	int64_t time_s;
	double v[CF_ROWS_VALUES];
};

struct cf_rows_point {
	int32_t day;
	int32_t available;	/* 0: not yet set. */
	double value;
};

/* Bounds on what one symbol or series may have; with files it is ten times
 * that, because they are the user's own. */
#define CF_ROWS_BARS_MAX 32768
#define CF_ROWS_POINTS_MAX 131072
#define CF_ROWS_FILE_FACTOR 32

struct cf_rows {
	enum cf_rows_kind kind;
	int has_clock;		/* Bars with a time of day. */
	unsigned int columns;	/* Bit i: v[i] is a column. */
	struct cf_rows_bar * bars;
	struct cf_rows_point * points;
	size_t n;
	size_t capacity;
	size_t max;		/* 0: the bounds above. */
	size_t dropped;		/* Bars that cannot be true. */
	int64_t dropped_s;	/* The last of them. */
};

/**
 * cf_rows_add_bar(rows, bar, err), cf_rows_add_point(rows, point, err):
 * Append a row.  A bar that cannot be true (no close, a price not above 0, high
 * below low, a negative volume) is counted as dropped instead.  Return 0, or
 * -1 also when there are too many (kind CF_ERR_DATA).
 */
int cf_rows_add_bar(struct cf_rows * rows, const struct cf_rows_bar * bar,
    struct cf_err * err);
int cf_rows_add_point(struct cf_rows * rows,
    const struct cf_rows_point * point, struct cf_err * err);

/**
 * cf_rows_sort(rows, name, err):
 * Bring the rows in order: bars by time, points by day and then available.  A
 * row that stands twice is kept once; two that differ are bad data.  Return 0
 * or -1.
 */
int cf_rows_sort(struct cf_rows * rows, const char * name,
    struct cf_err * err);

/**
 * cf_rows_cut(rows, from, to):
 * Keep the rows of days ${from} .. ${to}.
 */
void cf_rows_cut(struct cf_rows * rows, int32_t from, int32_t to);

/**
 * cf_rows_day(rows, i):
 * Return the day of row ${i}.
 */
int32_t cf_rows_day(const struct cf_rows * rows, size_t i);

/**
 * cf_rows_same(a, b):
 * Return whether two values are equal or both missing.
 */
int cf_rows_same(double a, double b);

/**
 * cf_rows_find_bar(rows, time_s):
 * Return the bar of that time in sorted rows, or NULL.
 */
struct cf_rows_bar * cf_rows_find_bar(const struct cf_rows * rows,
    int64_t time_s);

/**
 * cf_rows_name(i), cf_rows_header(kind, columns, writer, err):
 * Return the column name of v[${i}].  Name the columns of such rows to
 * ${writer}; return 0 or -1.
 */
const char * cf_rows_name(int i);
int cf_rows_header(enum cf_rows_kind kind, unsigned int columns,
    struct cf_writer * writer, struct cf_err * err);

/**
 * cf_rows_write_bar(id, bar, has_clock, columns, writer, err),
 * cf_rows_write_point(id, point, writer, err):
 * Write one record.  Return 0 or -1.
 */
int cf_rows_write_bar(const char * id, const struct cf_rows_bar * bar,
    int has_clock, unsigned int columns, struct cf_writer * writer,
    struct cf_err * err);
int cf_rows_write_point(const char * id, const struct cf_rows_point * point,
    struct cf_writer * writer, struct cf_err * err);

/**
 * cf_rows_free(rows):
 * Free what it holds and leave it empty, of the same kind.
 */
void cf_rows_free(struct cf_rows * rows);

#endif /* !CF_SOURCE_ROWS_H_ */
