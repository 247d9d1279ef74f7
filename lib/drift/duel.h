#ifndef CF_DRIFT_DUEL_H_
#define CF_DRIFT_DUEL_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "drift/joined.h"

/*
 * Champion against challenger: whose forecasts of the same outcomes were
 * better?  The loss of a forecast is its interval score, width and misses in
 * one (score/score.h); that of a date the mean over its forecasts, since what
 * moves one symbol moves others.  What counts is the mean over dates of the
 * challenger's loss less the champion's, and its standard error by the block
 * bootstrap of dates (drift/blocks.h), as differences remember too.
 *
 * The challenger is refused only when it is worse by more than one standard
 * error, and by more than a margin: a model trained on more is the better guess
 * where little is known.  The margin is for comparisons in which it is at a
 * disadvantage, as the folds of its walk-forward are fitted to older data, and
 * calibrated on less, than the champion in service.
 */

struct cf_duel_pair {
	int64_t time_s;		/* The date. */
	double champion;	/* Losses. */
	double challenger;
};

struct cf_duel {
	size_t dates;
	size_t pairs;
	double champion;	/* Mean losses; NaN without dates. */
	double challenger;
	double difference;	/* The latter less the former. */
	double error;		/* Its standard error; NaN below 2 dates. */
	int refused;
};

struct cf_duel_pairs {
	struct cf_duel_pair * items;
	size_t n;
	size_t capacity;
	size_t overlap;		/* Dates over which an outcome extends. */
};

/**
 * cf_duel_add(pairs, time_s, champion, challenger, err):
 * Append a pair of losses.  Return 0 or -1.
 */
int cf_duel_add(struct cf_duel_pairs * pairs, int64_t time_s,
    double champion, double challenger, struct cf_err * err);

/**
 * cf_duel_join(pairs, champion, challenger, after_s, err):
 * Append the losses of those forecasts of both that are of one key, one level
 * of the interval, and dated later than ${after_s}.  Return 0 or -1.
 */
int cf_duel_join(struct cf_duel_pairs * pairs,
    const struct cf_joined * champion, const struct cf_joined * challenger,
    int64_t after_s, struct cf_err * err);

/**
 * cf_duel_judge(pairs, margin, seed, duel, err):
 * Judge; ${margin} is in parts of the champion's loss.  The pairs are sorted by
 * date.  Return 0 or -1.
 */
int cf_duel_judge(struct cf_duel_pairs * pairs, double margin, uint64_t seed,
    struct cf_duel * duel, struct cf_err * err);

/**
 * cf_duel_free(pairs):
 * Free what they hold and leave them empty.
 */
void cf_duel_free(struct cf_duel_pairs * pairs);

#endif /* !CF_DRIFT_DUEL_H_ */
