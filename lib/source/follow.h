#ifndef CF_SOURCE_FOLLOW_H_
#define CF_SOURCE_FOLLOW_H_

#include "source/job.h"

/*
 * Following a source: of each poll only the rows that are new or changed go
 * on.  What is remembered of each symbol is its last answer, so memory does not
 * grow with time.
 */
struct cf_follow;

/**
 * cf_follow_new(err):
 * Return an empty memory, to be ended with cf_follow_free, or NULL.
 */
struct cf_follow * cf_follow_new(struct cf_err * err);

/**
 * cf_follow_filter(follow, job, err):
 * Leave in job->rows what the last answer for the same id did not hold in the
 * same way, and remember this answer.  Return 0 or -1.
 */
int cf_follow_filter(struct cf_follow * follow, struct cf_job * job,
    struct cf_err * err);

/**
 * cf_follow_free(follow):
 * Free it; NULL is harmless.
 */
void cf_follow_free(struct cf_follow * follow);

#endif /* !CF_SOURCE_FOLLOW_H_ */
