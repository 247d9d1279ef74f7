#ifndef CF_REPORT_PAST_H_
#define CF_REPORT_PAST_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "drift/occasion.h"

/*
 * The past as the report tells it: every forecast that was made, with what
 * came of it where that is known, by entity (symbol or account), and the
 * outcomes themselves, which reach further back than the forecasts and are
 * what baselines are made of.  A key forecast twice counts once, as forecast
 * last; so does an outcome.
 *
 * In a ledger one outcome, the movement of a day, answers the forecasts of all
 * origins before it, of which a file of features holds some only.  So there
 * outcomes are known by their target date, whatever origin they come with.
 *
 * Forecasts may carry quantiles beside their interval.  The levels of the first
 * file that has any are those of the report; a forecast without them has none.
 */

#define CF_PAST_QUANTILES 19	/* At most. */

struct cf_past_row {
	struct cf_occasion key;	/* Its date is the origin. */
	int64_t target_s;	/* Of ledgers; else the origin. */
	double prediction;
	double low;
	double high;
	double level;
	double p_loss;
	double value_at_risk;
	double expected_shortfall;
	double position_size;
	double p_below_floor;
	double balance;
	double balance_low;
	double balance_high;
	double risk_flag;
	double outcome;		/* NaN: not known yet. */
	size_t quantiles;	/* First of its quantiles in `values`. */
};
#define CF_PAST_NONE ((size_t)-1)

/* What came true. */
struct cf_past_outcome {
	struct cf_occasion key;	/* Of ledgers: the target date, 0. */
	double value;
};

struct cf_past {
	struct cf_occasion_files files;
	struct cf_past_row * rows; /* By entity, date, horizon. */
	size_t n;
	size_t capacity;
	struct cf_past_outcome * outcomes;	/* The same. */
	size_t noutcomes;
	size_t outcomes_capacity;
	double levels[CF_PAST_QUANTILES];	/* Ascending. */
	size_t nlevels;
	double * values;	/* Quantiles, nlevels for each row with any. */
	size_t nvalues;
	size_t values_capacity;
	char model[64];		/* That made the newest forecast. */
	int64_t newest_s;	/* Its date. */
};

/**
 * cf_past_forecasts(past, path, err), cf_past_outcomes(past, path, target, err):
 * Add the forecasts, or the outcomes in column ${target}, of a file.  Empty
 * files add nothing.  Return 0 or -1; ${past}, zeroed at first, is freed by
 * cf_past_free in any case.
 */
int cf_past_forecasts(struct cf_past * past, const char * path,
    struct cf_err * err);
int cf_past_outcomes(struct cf_past * past, const char * path,
    const char * target, struct cf_err * err);

/**
 * cf_past_settle(past):
 * When all is read: sort, keep the last of each key, join.
 */
void cf_past_settle(struct cf_past * past);

/**
 * cf_past_entity(past, entity, first, end):
 * Set the rows [*${first}, *${end}) of an entity.
 */
void cf_past_entity(const struct cf_past * past, size_t entity,
    size_t * first, size_t * end);

/**
 * cf_past_free(past):
 * Free what it holds and leave it empty.
 */
void cf_past_free(struct cf_past * past);

#endif /* !CF_REPORT_PAST_H_ */
