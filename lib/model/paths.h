#ifndef CF_MODEL_PATHS_H_
#define CF_MODEL_PATHS_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct cf_data;		/* model/data.h */
struct cf_eval_row;	/* model/eval.h */

/*
 * Residual paths: how the forecasts of one account from one origin missed
 * together, over all days ahead.  Sums over a week, and balances, need that:
 * quantiles of days do not add up to those of sums.
 *
 * A path is the row of probability integral transforms of what came, from the
 * walk-forward, so in units in which all accounts are alike.  Put in the place
 * of the ranks of independent draws they give simulated days the dependence
 * that was observed while each day keeps its own forecast (Schaake shuffle:
 * Clark, Gangopadhyay, Hay, Rajagopalan, Wilby 2004).  Paths of one origin are
 * kept together with their date and a hash of the account's name, since accounts
 * move together too.
 */

#define CF_PATHS_MAX 2000
#define CF_PATHS_HORIZON_MAX 400
#define CF_PATHS_FULL 0.75	/* Share of the days that must be known. */

struct cf_path {
	uint64_t holder;	/* cf_paths_holder of the account. */
	int32_t day;		/* Of the origin. */
	uint32_t zero;
};

struct cf_paths {
	size_t n;
	size_t horizon;
	struct cf_path * items;	/* By date. */
	uint16_t * pit;		/* [n][horizon]; 65535 is 1. */
};

/**
 * cf_paths_holder(name):
 * Return a hash of an account's name.
 */
uint64_t cf_paths_holder(const char * name, size_t len);

/**
 * cf_paths_make(paths, data, rows, first, n, err):
 * Gather them from those of records ${first} .. ${first} + ${n} - 1 of data with
 * a unit that were scored; at most CF_PATHS_MAX, evenly.  A day that is not
 * known is as the one before it.  Free them with cf_paths_free.  Return 0 or
 * -1.
 */
int cf_paths_make(struct cf_paths * paths, const struct cf_data * data,
    const struct cf_eval_row * rows, size_t first, size_t n,
    struct cf_err * err);

/**
 * cf_paths_ranks(paths, holder, rank, err):
 * For the account ${holder} set ${rank}[n][horizon] to the ranks, 0 .. n - 1 on
 * each day, of a path of the same date as path i.  Each path comes once, so
 * that all are used; for the first draw of a date every account has its own,
 * for the next all go on by one.  So row i of several accounts belongs together:
 * what moved all of a date's accounts moves them together.  Return 0 or -1.
 */
int cf_paths_ranks(const struct cf_paths * paths, uint64_t holder,
    uint32_t * rank, struct cf_err * err);

/**
 * cf_paths_free(paths):
 * Free what they hold.
 */
void cf_paths_free(struct cf_paths * paths);

#endif /* !CF_MODEL_PATHS_H_ */
