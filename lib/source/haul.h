#ifndef CF_SOURCE_HAUL_H_
#define CF_SOURCE_HAUL_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "table/writer.h"

/*
 * What a source gave for one symbol or series: bars, or points of a series,
 * in memory, bounded, in the order of time once sorted.  Missing is NaN.
 */
enum cf_haul_kind { CF_HAUL_BARS, CF_HAUL_SERIES };

/* Values of a bar.  The last three are columns only where they are known. */
enum { CF_HAUL_OPEN, CF_HAUL_HIGH, CF_HAUL_LOW, CF_HAUL_CLOSE,
    CF_HAUL_VOLUME, CF_HAUL_ADJUSTED, CF_HAUL_DIVIDEND, CF_HAUL_SPLIT,
    CF_HAUL_VALUES };

#define CF_HAUL_PLAIN CF_HAUL_ADJUSTED	/* Columns that always stand. */

struct cf_haul_bar {
	int64_t time_s;
	double v[CF_HAUL_VALUES];
};

struct cf_haul_point {
	int32_t day;
	int32_t available;	/* 0: not yet set. */
	double value;
};

/* Bounds on what one symbol or series may have; with files it is ten times
 * that, because they are the user's own. */
#define CF_HAUL_BARS_MAX 32768
#define CF_HAUL_POINTS_MAX 131072
#define CF_HAUL_FILE_FACTOR 32

struct cf_haul {
	enum cf_haul_kind kind;
	int has_clock;		/* Bars with a time of day. */
	unsigned int columns;	/* Bit i: v[i] is a column. */
	struct cf_haul_bar * bars;
	struct cf_haul_point * points;
	size_t n;
	size_t capacity;
	size_t max;		/* 0: the bounds above. */
	size_t dropped;		/* Bars that cannot be true. */
	int64_t dropped_s;	/* The last of them. */
};

/**
 * cf_haul_add_bar(rows, bar, err), cf_haul_add_point(rows, point, err):
 * Append a row.  A bar that cannot be true (no close, a price not above 0, high
 * below low, a negative volume) is counted as dropped instead.  Return 0, or
 * -1 also when there are too many (kind CF_ERR_DATA).
 */
int cf_haul_add_bar(struct cf_haul * rows, const struct cf_haul_bar * bar,
    struct cf_err * err);
int cf_haul_add_point(struct cf_haul * rows,
    const struct cf_haul_point * point, struct cf_err * err);

/**
 * cf_haul_sort(rows, name, err):
 * Bring the rows in order: bars by time, points by day and then available.  A
 * row that stands twice is kept once; two that differ are bad data.  Return 0
 * or -1.
 */
int cf_haul_sort(struct cf_haul * rows, const char * name,
    struct cf_err * err);

/**
 * cf_haul_cut(rows, from, to):
 * Keep the rows of days ${from} .. ${to}.
 */
void cf_haul_cut(struct cf_haul * rows, int32_t from, int32_t to);

/**
 * cf_haul_day(rows, i):
 * Return the day of row ${i}.
 */
int32_t cf_haul_day(const struct cf_haul * rows, size_t i);

/**
 * cf_haul_same_bar(a, b):
 * Return whether all values of two bars are the same.
 */
int cf_haul_same_bar(const struct cf_haul_bar * a,
    const struct cf_haul_bar * b);

/**
 * cf_haul_same(a, b):
 * Return whether two values are equal or both missing.
 */
int cf_haul_same(double a, double b);

/**
 * cf_haul_name(i), cf_haul_header(kind, columns, writer, err):
 * Return the column name of v[${i}].  Name the columns of such rows to
 * ${writer}; return 0 or -1.
 */
const char * cf_haul_name(int i);
int cf_haul_header(enum cf_haul_kind kind, unsigned int columns,
    struct cf_writer * writer, struct cf_err * err);

/**
 * cf_haul_write_bar(id, bar, has_clock, columns, writer, err),
 * cf_haul_write_point(id, point, writer, err):
 * Write one record.  Return 0 or -1.
 */
int cf_haul_write_bar(const char * id, const struct cf_haul_bar * bar,
    int has_clock, unsigned int columns, struct cf_writer * writer,
    struct cf_err * err);
int cf_haul_write_point(const char * id, const struct cf_haul_point * point,
    struct cf_writer * writer, struct cf_err * err);

/**
 * cf_haul_free(rows):
 * Free what it holds and leave it empty, of the same kind.
 */
void cf_haul_free(struct cf_haul * rows);

#endif /* !CF_SOURCE_HAUL_H_ */
