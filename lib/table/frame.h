#ifndef CF_TABLE_FRAME_H_
#define CF_TABLE_FRAME_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"

/*
 * A frame: records of features in memory, by columns, as training needs them.
 * The key columns (symbol or account, date, horizon, target_date) are taken
 * apart from the rest.  Of the rest a column whose first value is a number is
 * one of numbers, kept as doubles with NaN for missing, and anything else
 * further down in it is bad data; the others are text and left out.  Names of
 * columns of numbers are UTF-8, or that is bad data too.
 */

#define CF_FRAME_NONE ((size_t)-1)

struct cf_frame {
	size_t rows;

	size_t ncolumns;	/* Numeric columns, in the file's order. */
	char ** names;
	double ** values;	/* values[column][row] */

	const char * entity_key; /* "symbol", "account", or NULL: no such. */
	char ** entities;	/* Names, in the order of appearance. */
	size_t nentities;
	uint32_t * entity;	/* Index into entities; NULL with no key. */

	int64_t * time_s;	/* Of column date; NULL: no dates. */
	int has_clock;		/* Dates carry a time of day. */
	double * horizon;	/* NULL: no such column. */
};

/* What to read. */
struct cf_frame_options {
	const char * const * paths;	/* NULL or "-": standard input. */
	size_t npaths;		/* 0: standard input. */
	const char * target;	/* Must be there and numeric; NULL: none. */
	const char * number;	/* Numeric if it is there; NULL: none. */
	int64_t horizon;	/* Keep rows of this horizon; 0: all.  Where
				 * there is no such column: what it is. */
	struct cf_progress * progress;	/* May be NULL. */
};

/**
 * cf_frame_load(options, err):
 * Read all records.  All files must have the same columns.  A horizon column
 * with several values is bad data unless one is selected or the records are of
 * accounts.  The caller frees
 * the frame with cf_frame_free.  Return NULL on failure; no records is not
 * one (rows = 0, perhaps no columns).
 */
struct cf_frame * cf_frame_load(const struct cf_frame_options * options,
    struct cf_err * err);

/**
 * cf_frame_find(frame, name):
 * Return the index of the numeric column ${name}, or CF_FRAME_NONE.
 */
size_t cf_frame_find(const struct cf_frame * frame, const char * name);

/**
 * cf_frame_free(frame):
 * Free it; NULL is harmless.
 */
void cf_frame_free(struct cf_frame * frame);

#endif /* !CF_TABLE_FRAME_H_ */
