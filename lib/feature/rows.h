#ifndef CF_FEATURE_ROWS_H_
#define CF_FEATURE_ROWS_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * A table of feature rows, column by column, of a fixed room.
 */
struct cf_rows {
	size_t n;
	size_t capacity;
	size_t ncolumns;
	int64_t * time_s;
	unsigned char * has_clock;
	double * close;		/* Adjusted, for targets. */
	double ** columns;
	/* Texts of other columns, row i's from others_at[i] on. */
	struct cf_buf others;
	size_t * others_at;	/* One more than rows. */
};

/**
 * cf_rows_new(capacity, ncolumns, err):
 * Return an empty table with room for ${capacity} rows, or NULL.
 */
struct cf_rows * cf_rows_new(size_t capacity, size_t ncolumns,
    struct cf_err * err);

/**
 * cf_rows_append(to, from, first, n, err):
 * Append ${n} rows of ${from} from number ${first} on.  There must be room, and
 * both have the same number of columns.  Return 0 or -1.
 */
int cf_rows_append(struct cf_rows * to, const struct cf_rows * from,
    size_t first, size_t n, struct cf_err * err);

/**
 * cf_rows_clear(rows):
 * Forget all rows.
 */
void cf_rows_clear(struct cf_rows * rows);

/**
 * cf_rows_target(rows, i, end, horizon):
 * Return 100 times the close ${horizon} rows after row ${i} over the close of
 * row ${i}; NaN if it is not known before row ${end}, or not defined.
 */
double cf_rows_target(const struct cf_rows * rows, size_t i, size_t end,
    size_t horizon);

/**
 * cf_rows_free(rows):
 * Free it; NULL is harmless.
 */
void cf_rows_free(struct cf_rows * rows);

#endif /* !CF_FEATURE_ROWS_H_ */
