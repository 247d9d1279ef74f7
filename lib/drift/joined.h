#ifndef CF_DRIFT_JOINED_H_
#define CF_DRIFT_JOINED_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "feature/names.h"

/*
 * Forecasts with the outcomes they had: joined on symbol or account, date and
 * horizon.  A key that was forecast twice counts once, as forecast last, in
 * the order of the files; so does an outcome.
 *
 * Where one outcome answers many forecasts, as in a ledger, whose target date
 * is forecast from each of the days before, cases belong together by target
 * date; so a row's day is the target date of an account, date and horizon days
 * later, but the date of a symbol, whose target is so many bars away.
 */

struct cf_joined_row {
	int64_t time_s;		/* The row's day, see above. */
	int64_t date_s;		/* The date of the key. */
	size_t entity;		/* Number of its symbol or account. */
	double horizon;		/* 0: none given. */
	double prediction;
	double low;
	double high;
	double level;		/* Of the interval. */
	double outcome;
};

struct cf_joined {
	struct cf_joined_row * rows;	/* By day. */
	size_t n;
	struct cf_names entities;
	int is_ledger;		/* Accounts, no symbols. */
	int has_clock;
	size_t forecasts;	/* Records read. */
	size_t outcomes;	/* The same, with a value. */
};

struct cf_joined_options {
	const char * const * forecasts;
	size_t nforecasts;	/* 0: standard input. */
	const char * outcomes;
	const char * target;	/* Column of the outcome. */
	const char * model;	/* Only forecasts by it; NULL: all. */
};

/**
 * cf_joined_load(joined, options, err):
 * Read and join.  No records, or none in common, is no failure (n = 0).  Free
 * it by cf_joined_free, also after failure.  Return 0 or -1.
 */
int cf_joined_load(struct cf_joined * joined,
    const struct cf_joined_options * options, struct cf_err * err);

/**
 * cf_joined_free(joined):
 * Free what it holds and leave it empty.
 */
void cf_joined_free(struct cf_joined * joined);

#endif /* !CF_DRIFT_JOINED_H_ */
