#ifndef CF_DRIFT_VIEWS_H_
#define CF_DRIFT_VIEWS_H_

#include <stddef.h>

#include "base/err.h"
#include "drift/span.h"

/*
 * Features as a model sees them, and as they change.
 *
 *	level	what the trees are given, by the column's role in the
 *		catalogue of indicators: a price as its ratio to stock_price, a
 *		volatility as its logarithm, anything else as it is.  Columns
 *		that wander by nature (stock_price itself, volumes, the levels
 *		of series) have no such view, nor do those of the calendar.
 *	change	the part of today's level that yesterday's does not tell: the
 *		residual x[t] - c - b (x[t-1] - c), with c the symbol's mean and
 *		b one for all, both fitted to the reference; for what wanders, b
 *		is 1.  Residuals hardly depend on their past, so that some tens
 *		of them are a sample, which so many levels of a slow indicator
 *		are not.
 *	value	the column as it stands in the file: is it there, and within
 *		the range of the reference?  What a symbol lacks before its
 *		first value is the warm-up of the indicator, not missing.
 */
enum cf_views_kind {
	CF_VIEWS_LEVEL,
	CF_VIEWS_CHANGE,
	CF_VIEWS_VALUE,
	CF_VIEWS_KINDS
};

struct cf_views {
	const struct cf_span * reference;	/* Borrowed. */
	const struct cf_span * current;
	size_t n;		/* Features. */
	const char ** names;	/* Borrowed from the reference's frame. */
	size_t * reference_column;
	size_t * current_column; /* CF_FRAME_NONE: not there. */
	size_t reference_price;	/* stock_price, or CF_FRAME_NONE. */
	size_t current_price;
	size_t * entity;	/* Of the reference, by that of the current. */
};

/* The values of one view, by row of either frame. */
struct cf_views_values {
	double * reference;	/* NaN: none. */
	double * current;
};

/**
 * cf_views_make(views, reference, current, target, err):
 * Find the features: the reference's columns of numbers but ${target}.  Free
 * them by cf_views_free, also after failure.  Return 0 or -1.
 */
int cf_views_make(struct cf_views * views, const struct cf_span * reference,
    const struct cf_span * current, const char * target,
    struct cf_err * err);

/**
 * cf_views_name(kind):
 * Return the kind's name.
 */
const char * cf_views_name(enum cf_views_kind kind);

/**
 * cf_views_has(views, i, kind):
 * Return whether feature ${i} has that view.
 */
int cf_views_has(const struct cf_views * views, size_t i,
    enum cf_views_kind kind);

/**
 * cf_views_fill(views, i, kind, values, err):
 * Set ${values}, of as many elements as the frames have rows, to that view of
 * feature ${i}.  Rows outside the spans are set too.  In CF_VIEWS_VALUE, what
 * is missing for warm-up is infinite.  Return 0 or -1.
 */
int cf_views_fill(const struct cf_views * views, size_t i,
    enum cf_views_kind kind, const struct cf_views_values * values,
    struct cf_err * err);

/**
 * cf_views_free(views):
 * Free what they hold and leave them empty.
 */
void cf_views_free(struct cf_views * views);

#endif /* !CF_DRIFT_VIEWS_H_ */
