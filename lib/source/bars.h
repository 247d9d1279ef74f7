#ifndef CF_SOURCE_BARS_H_
#define CF_SOURCE_BARS_H_

#include "source/job.h"

/*
 * The last things done to bars that came from outside: order, time zone, no
 * bar of a session that was still running when the source gave it, splits
 * where they belong.
 */
enum cf_bars_session {
	CF_BARS_DAILY,		/* Of an exchange; New York's close counts. */
	CF_BARS_UTC,		/* A day of UTC: currencies. */
	CF_BARS_WEEKLY,		/* Until Friday's close. */
	CF_BARS_INTRADAY,	/* Times of day; each bar lasts a step. */
	CF_BARS_ANY		/* Files: taken as they are. */
};

/**
 * cf_bars_finish(job, session, step_s, err):
 * Do that to job->rows.  Dates in the future are bad data.  Return 0 or -1.
 */
int cf_bars_finish(struct cf_job * job, enum cf_bars_session session,
    int step_s, struct cf_err * err);

/**
 * cf_bars_split_of(splits, day, before):
 * Return the factor of the split that falls on a bar of ${day}, when the bar
 * before is of day ${before}; NaN for none.  A split dated on a day without a
 * bar falls on the next one, a few days later at most.
 */
double cf_bars_split_of(const struct cf_haul * splits, int32_t day,
    int32_t before);

/**
 * cf_bars_is_jump(before, now):
 * If the step from one price to the next is larger than 40 % down, or as much
 * up, and near the ratio of a split (2, 3, ..., 5/2, or the reverse), return
 * that ratio; else 0.
 */
double cf_bars_is_jump(double before, double now);

/**
 * cf_bars_tell_jump(job, before, bar, told):
 * If ${bar} opens with such a step from the close of ${before} and records no
 * split, note it.  *${told} counts them; after CF_BARS_JUMPS they are counted
 * only.
 */
void cf_bars_tell_jump(struct cf_job * job, const struct cf_haul_bar * before,
    const struct cf_haul_bar * bar, size_t * told);
#define CF_BARS_JUMPS 10

#endif /* !CF_SOURCE_BARS_H_ */
