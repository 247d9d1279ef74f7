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
 */
struct cf_rival {
	const struct cf_data * data;
	double * returns;	/* By row of the frame; NULL: none to be had. */
	double * ewma;		/* Scales, by row of the frame. */
	double * garch;
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
 * cf_rival_free(rival):
 * Free what it holds.
 */
void cf_rival_free(struct cf_rival * rival);

#endif /* !CF_MODEL_RIVAL_H_ */
