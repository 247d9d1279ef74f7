#ifndef CF_REPORT_WITHOUT_H_
#define CF_REPORT_WITHOUT_H_

#include <stddef.h>

#include "base/err.h"
#include "report/past.h"

/*
 * Forecasts without a model, made again for days gone by: what would one have
 * said with the outcomes known at the origin and nothing else?  report/judged.h
 * tells which there are.  An entity's rows are asked for in their order.
 */

enum cf_without_kind {
	CF_WITHOUT_UNCONDITIONAL,
	CF_WITHOUT_EWMA,
	CF_WITHOUT_WEEKDAY,
	CF_WITHOUT_KINDS
};

struct cf_without {
	const struct cf_past * past;
	struct cf_past_outcome * all;	/* Outcomes of the horizon. */
	size_t * starts;	/* Of each entity in them, and the end. */
	const struct cf_past_outcome * history;	/* Of the entity. */
	size_t n;
	size_t known;		/* Of these, at the present origin. */
	size_t ahead;		/* The first one not before the origin. */
	double * sorted;	/* The known ones when the month began. */
	size_t nsorted;
	int month;
	double variance;
};

/**
 * cf_without_name(kind):
 * Return its name.
 */
const char * cf_without_name(enum cf_without_kind kind);

/**
 * cf_without_open(without, past, horizon, err):
 * Begin with the outcomes of that horizon, for a ledger with all.  Return 0 or
 * -1; close it by cf_without_close in any case.
 */
int cf_without_open(struct cf_without * without, const struct cf_past * past,
    double horizon, struct cf_err * err);

/**
 * cf_without_entity(without, entity):
 * Begin with the rows of an entity.
 */
void cf_without_entity(struct cf_without * without, size_t entity);

/**
 * cf_without_at(without, row, month):
 * Go on to the origin of ${row}, which lies in that month.  The rows of an
 * entity come in their order.
 */
void cf_without_at(struct cf_without * without,
    const struct cf_past_row * row, int month);

/**
 * cf_without_interval(without, kind, row, low, high):
 * Set the interval of the row's level.  Return 1, or 0 where that baseline has
 * none.
 */
int cf_without_interval(const struct cf_without * without,
    enum cf_without_kind kind, const struct cf_past_row * row, double * low,
    double * high);

/**
 * cf_without_close(without):
 * Free what it holds.
 */
void cf_without_close(struct cf_without * without);

#endif /* !CF_REPORT_WITHOUT_H_ */
