#ifndef CF_MODEL_TALLY_H_
#define CF_MODEL_TALLY_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/data.h"
#include "model/eval.h"
#include "score/score.h"

/*
 * A tally: what a set of evaluated forecasts came to, as sums from which the
 * scores are read.
 *
 * Tests of coverage need independent cases, and records are none: outcomes
 * overlap over the horizon and those of one date move together.  So each
 * record counts for its worth (cf_tally_worth), and dependence on the hit
 * before is looked for only between records of one symbol that do not overlap,
 * and not at all where records of one date are of several horizons.
 */

enum cf_tally_method {
	CF_TALLY_MODEL,		/* The forecasts themselves. */
	CF_TALLY_SCALE,		/* Scale times empirical z: weight 0. */
	CF_TALLY_UNCONDITIONAL,	/* Baselines: see model/baseline.h */
	CF_TALLY_EWMA,
	CF_TALLY_GARCH,
	CF_TALLY_SEASONAL,	/* Of accounts: see model/rival.h */
	CF_TALLY_WEEKDAY,
	CF_TALLY_THETA,
	CF_TALLY_METHODS
};

struct cf_tally {
	uint32_t first_date;	/* Numbers of dates; of folds only. */
	uint32_t last_date;
	size_t trained;		/* Training records of the fold's fit. */
	size_t n;
	double weight;		/* Of the forest in the fold. */
	double pinball[CF_TALLY_METHODS];	/* NaN: not to be had. */
	double crps;
	double winkler;
	struct cf_score_errors errors;	/* Of prediction and target. */
	uint64_t hits;		/* Inside the 90 % interval. */
	uint64_t few_hits;	/* The same, from the few fields. */
	uint64_t same_sign;	/* Prediction and target on one side of 100. */
	double cases;		/* Worth of all records, */
	double case_hits;	/* and of the hits. */
	struct cf_score_runs runs;
};

/**
 * cf_tally_is_of(method, kind):
 * Return whether that method has a meaning for targets of ${kind}.
 */
int cf_tally_is_of(enum cf_tally_method method, const struct cf_kind * kind);

/**
 * cf_tally_method_name(method):
 * Return its name in the metrics object.
 */
const char * cf_tally_method_name(enum cf_tally_method method);

/**
 * cf_tally_worth(data, worth):
 * Set ${worth}[i] to the number of independent cases that record ${i} counts
 * for.
 */
void cf_tally_worth(const struct cf_data * data, double * worth);

/**
 * cf_tally_rows(tally, data, rows, worth, first, n, err):
 * Add those of records ${first} .. ${first} + ${n} - 1 that were scored.
 * Return 0 or -1.
 */
int cf_tally_rows(struct cf_tally * tally, const struct cf_data * data,
    const struct cf_eval_row * rows, const double * worth, size_t first,
    size_t n, struct cf_err * err);

/**
 * cf_tally_add(total, tally):
 * Add the sums of ${tally} to those of ${total}.
 */
void cf_tally_add(struct cf_tally * total, const struct cf_tally * tally);

/**
 * cf_tally_skill(tally):
 * Return 1 - pinball of the model / pinball of the best baseline; NaN without
 * scores.
 */
double cf_tally_skill(const struct cf_tally * tally);

#endif /* !CF_MODEL_TALLY_H_ */
