#ifndef CF_DRIFT_QUIET_H_
#define CF_DRIFT_QUIET_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * What a statistic comes to when nothing has changed: its distribution under
 * the block bootstrap, which honours the sizes of the samples, the dependence
 * of days on the days before (blocks) and of symbols on one another (whole
 * days).  Both samples are drawn anew from the reference.
 *
 * Drift is looked for every day, and neighbouring looks see nearly the same
 * data.  So each replicate is a month: the drawn series is longer than the
 * current one by the days of the month, the window moves over it, and the
 * worst look counts.  A p-value here is the chance that a quiet month of daily
 * looks has one at least as bad as today's.
 *
 * Several statistics of one sample are joined by the largest after each is
 * brought to mean 0 and variance 1 (max-T; Westfall, Young 1993): p_any is the
 * chance that any of them goes that far.
 *
 * Replicates end early where the answer is clear: when EXCEED_MIN of them were
 * as bad as the data (Besag, Clifford 1991).  And a series of few blocks cannot
 * be put together in many ways, so no p-value is below the chance of a single
 * way, (length / days)^pieces.  But an indicator that is slow and now lies far
 * beyond all that was before has changed, be the blocks few: the limit is no
 * higher than the probability `far` of its mean (cf_blocks_far).
 */

#define CF_QUIET_STATS_MAX 4

/* Set ${value}[nstats] from counts of ${k} kinds in both samples. */
typedef void cf_quiet_measure(const void * cookie, const uint32_t * reference,
    const uint32_t * current, double * value);

struct cf_quiet_params {
	uint64_t seed;
	uint64_t index;		/* Of this case among those of the seed. */
	size_t least;		/* Replicates, at least */
	size_t most;		/* and at most. */
	size_t looks;		/* Days of the month; 1: a single look. */
	double alpha;		/* For the thresholds. */
};

struct cf_quiet_case {
	size_t k;		/* Kinds that are counted. */
	size_t days;		/* Of the reference. */
	const uint32_t * prefix; /* As of cf_blocks_count. */
	size_t length;		/* Of blocks. */
	size_t current_days;
	const uint32_t * current; /* Counts of the current sample. */
	size_t nstats;
	cf_quiet_measure * measure;
	const void * cookie;
	double far;		/* See below; 1: none. */
	double widen;		/* By which factor the draws vary too little
				 * (cf_blocks_shortfall); 1: they do not. */
};

struct cf_quiet_result {
	size_t replicates;
	double floor;		/* No p-value is below. */
	double value[CF_QUIET_STATS_MAX];
	double p[CF_QUIET_STATS_MAX];
	double threshold[CF_QUIET_STATS_MAX];	/* The 1 - alpha quantile. */
	double p_any;
	size_t widest;		/* The statistic that went furthest. */
};

/**
 * cf_quiet_run(c, params, result, err):
 * Work it out.  Return 0 or -1.
 */
int cf_quiet_run(const struct cf_quiet_case * c,
    const struct cf_quiet_params * params, struct cf_quiet_result * result,
    struct cf_err * err);

#endif /* !CF_DRIFT_QUIET_H_ */
