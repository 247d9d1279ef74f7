#ifndef CF_MODEL_FOLD_H_
#define CF_MODEL_FOLD_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/data.h"

/*
 * The folds of a walk-forward: the first half of the dates only trains, the
 * rest is cut into stretches of equal length.  A fold's training records are
 * those whose outcome was known on its first date, which purges the last h
 * days before it.  A fold with too few of them, or with nothing to forecast,
 * is left out.
 */

#define CF_FOLD_MAX 64
#define CF_FOLD_TRAIN_MIN 20	/* Training records of a fold, at least. */

struct cf_fold {
	uint32_t from;		/* First date, */
	uint32_t to;		/* and the one behind the last. */
	size_t first;		/* Records first .. first + n - 1 are */
	size_t n;		/* forecast. */
	uint32_t * train;	/* Indices of the training records. */
	size_t ntrain;
};

struct cf_folds {
	size_t n;
	struct cf_fold items[CF_FOLD_MAX];
};

/**
 * cf_fold_plan(folds, data, n, err):
 * Plan ${n} (1 .. CF_FOLD_MAX) folds of ${data}, which has dates; there may
 * come fewer.  Free them with cf_fold_free, also after failure.  Return 0 or
 * -1.
 */
int cf_fold_plan(struct cf_folds * folds, const struct cf_data * data,
    uint32_t n, struct cf_err * err);

/**
 * cf_fold_free(folds):
 * Free what it holds.
 */
void cf_fold_free(struct cf_folds * folds);

#endif /* !CF_MODEL_FOLD_H_ */
