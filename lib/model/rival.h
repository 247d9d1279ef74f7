#ifndef CF_MODEL_RIVAL_H_
#define CF_MODEL_RIVAL_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/data.h"
#include "model/eval.h"
#include "model/tally.h"

/*
 * Rivals: the baselines of model/baseline.h, forecasting the very records that
 * the model is scored on, from the very records it was trained on.
 *
 * Those of accounts are points that the features hold, relative to the record's
 * level and scale as z is: the last such day of the week (seasonal naive), the
 * mean of the last eight, and the Theta method (feature/habit.h).  Each becomes a
 * distribution by the empirical quantiles of z less the point in training; where
 * the point is missing the level stands for it.
 */
#define CF_RIVAL_POINTS 3

struct cf_rival {
	const struct cf_data * data;
	double * returns;	/* By row of the frame; NULL: none to be had. */
	double * ewma;		/* Scales, by row of the frame. */
	double * garch;
	const double * point[CF_RIVAL_POINTS];	/* By row of the frame. */
	float * loss[CF_RIVAL_POINTS];	/* By record, where scored; or NULL. */
};

/**
 * cf_rival_start(rival, data, err):
 * Work out what does not depend on the fold.  Free it by cf_rival_free, also
 * after failure.  Return 0 or -1.
 */
int cf_rival_start(struct cf_rival * rival, const struct cf_data * data,
    struct cf_err * err);

/**
 * cf_rival_score(rival, train, ntrain, rows, first, n, limit, tally, err):
 * Add to ${tally} the losses of the baselines for those of records ${first} ..
 * ${first} + ${n} - 1 that were scored, trained on the ${ntrain} records
 * ${train}, all of which lie before date number ${limit}.  Return 0 or -1.
 */
int cf_rival_score(struct cf_rival * rival, const uint32_t * train,
    size_t ntrain, const struct cf_eval_row * rows, size_t first, size_t n,
    uint32_t limit, struct cf_tally * tally, struct cf_err * err);

/**
 * cf_rival_name(k), cf_rival_point(rival, k, i), cf_rival_loss(rival, k, i):
 * Of rival ${k} < CF_RIVAL_POINTS of accounts: return its name; its forecast of
 * record ${i} in units of z, 0 where it has none; and its pinball loss, if the
 * record was scored.
 */
const char * cf_rival_name(size_t k);
double cf_rival_point(const struct cf_rival * rival, size_t k, size_t i);
double cf_rival_loss(const struct cf_rival * rival, size_t k, size_t i);

/**
 * cf_rival_free(rival):
 * Free what it holds.
 */
void cf_rival_free(struct cf_rival * rival);

#endif /* !CF_MODEL_RIVAL_H_ */
