#ifndef CF_RISK_BALANCE_H_
#define CF_RISK_BALANCE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/forecast.h"
#include "model/paths.h"

/*
 * An account's next days together: simulated rows of daily movements, each day
 * of which has the distribution that was forecast for it, and which go together
 * as the model's forecasts have missed together (model/paths.h).  From them
 * come sums over a week or month, and the balance.
 *
 * There are `runs` rows: the model's paths, repeated until there are at least
 * CF_BALANCE_RUNS.  On each day the runs take the quantiles (r + 1/2) / runs of
 * its forecast, each once, in the order of the ranks of the paths; repeated
 * paths take neighbouring quantiles, by turns.  No random number is drawn.
 */

#define CF_BALANCE_RUNS 1000

struct cf_balance {
	size_t runs;
	size_t days;
	double * flow;		/* [runs][days]: movement of each day. */
	double * median;	/* [days]: of the forecasts. */
	uint32_t * rank;	/* [runs][days] */
};

/**
 * cf_balance_new(paths, holder, days, err):
 * Prepare for the next ${days} of the account ${holder} (see
 * cf_paths_holder); days behind those of the paths are like their last.  A
 * model without paths is bad data.  Return NULL on failure; the caller frees it
 * with cf_balance_free.
 */
struct cf_balance * cf_balance_new(const struct cf_paths * paths,
    uint64_t holder, size_t days, struct cf_err * err);

/**
 * cf_balance_day(balance, day, forecast):
 * Set the movements of ${day}, from 0, to its forecast.
 */
void cf_balance_day(struct cf_balance * balance, size_t day,
    const struct cf_forecast * forecast);

/**
 * cf_balance_schedule(balance, day, amount, claimed):
 * A movement of ${amount} is certain on ${day}.  It takes the place of what
 * the forecasts expect of it: of the nearest day within three days whose median
 * has its sign and at least half of its size and was not ${claimed}[days] by
 * another, else of the day itself, as much of the median as has its sign, up to
 * its size.  That is taken out of all runs there, and ${amount} put into them
 * on ${day}.
 */
void cf_balance_schedule(struct cf_balance * balance, size_t day,
    double amount, char * claimed);

/**
 * cf_balance_add(total, balance):
 * Add the movements of an account, run by run, to those of ${total}, which has
 * as many runs and days.
 */
void cf_balance_add(struct cf_balance * total,
    const struct cf_balance * balance);

/* What sums or balances of runs come to. */
struct cf_balance_span {
	double mean;
	double low;		/* Central interval. */
	double high;
	double * sorted;	/* [runs], ascending; the caller's. */
};

/**
 * cf_balance_sum(balance, first, last, start, level, span):
 * Sum up days ${first} .. ${last} of each run, from ${start} on; set *${span},
 * whose array is given, with the interval of probability ${level}.
 */
void cf_balance_sum(const struct cf_balance * balance, size_t first,
    size_t last, double start, double level, struct cf_balance_span * span);

/**
 * cf_balance_quantile(sorted, runs, p):
 * Return the ${p}-quantile of sorted numbers.
 */
double cf_balance_quantile(const double * sorted, size_t runs, double p);

/* The way of a balance, and its floor. */
struct cf_balance_risk {
	double * below;		/* [days]: chance to be below on the day; */
	double * breached;	/* [days]: on it or before.  The caller's. */
	size_t breach_day;	/* First, from 1, with breached above 5 %; 0:
				 * none. */
	double needed;		/* To put in now, so that breached stays at 5 %
				 * at most; 0: nothing. */
};

#define CF_BALANCE_RISK 0.05

/**
 * cf_balance_risk(balance, start, floor, risk, err):
 * Follow the balance of each run from ${start} on; set *${risk}, whose arrays
 * are given.  Return 0 or -1.
 */
int cf_balance_risk(const struct cf_balance * balance, double start,
    double floor, struct cf_balance_risk * risk, struct cf_err * err);

/**
 * cf_balance_free(balance):
 * Free it; NULL is harmless.
 */
void cf_balance_free(struct cf_balance * balance);

#endif /* !CF_RISK_BALANCE_H_ */
