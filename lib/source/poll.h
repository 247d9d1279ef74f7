#ifndef CF_SOURCE_POLL_H_
#define CF_SOURCE_POLL_H_

#include "source/fetch.h"
#include "source/outlet.h"

/*
 * A run over the operands of a command line: once, or again and again for days.
 * A poll that fails is told and followed by the next one, unless it is the
 * first and fails for what time does not heal.
 */
struct cf_poll {
	const struct cf_fetch_options * options;
	const struct cf_fetch_hooks * hooks;
	char * const * operands;	/* Up to NULL. */
	struct cf_outlet * outlet;	/* Learns the columns to come. */
	int check;			/* Look at the operands, ask nothing. */
	double follow_s;		/* Between the beginnings of polls. */
};

/**
 * cf_poll_once(poll, status, err):
 * Make one run.  Set *${status} to the worst kind of error of its jobs.  Return
 * 0, 1 when options->stop_fd ended it, or -1 when the run itself failed.
 */
int cf_poll_once(const struct cf_poll * poll, int * status,
    struct cf_err * err);

/**
 * cf_poll_follow(poll, status, err):
 * Poll until stop_fd can be read.  Polls begin follow_s apart, or further so
 * that the quotas of the day last.  Return as cf_poll_once; 0 only when the
 * first poll failed for good.
 */
int cf_poll_follow(const struct cf_poll * poll, int * status,
    struct cf_err * err);

#endif /* !CF_SOURCE_POLL_H_ */
