#ifndef CF_SOURCE_ASK_H_
#define CF_SOURCE_ASK_H_

#include "source/job.h"

/*
 * The options of a user, as text, checked and turned into what jobs want.
 */
struct cf_ask_texts {
	const char * from;	/* Days YYYY-MM-DD; NULL: not given. */
	const char * to;
	const char * as_of;
};

/* All of everything, as of now. */
#define CF_ASK_DEFAULTS { .function = "daily", .datatype = "auto",	\
	.interval = "5min", .outputsize = "compact", .lag_days = -1 }

/**
 * cf_ask_check(ask, texts, err):
 * Set the days of ${ask} and check it for contradictions (kind CF_ERR_USAGE).
 * Return 0 or -1.
 */
int cf_ask_check(struct cf_job_ask * ask, const struct cf_ask_texts * texts,
    struct cf_err * err);

#endif /* !CF_SOURCE_ASK_H_ */
