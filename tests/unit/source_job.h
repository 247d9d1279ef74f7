/*
 * source_job.h: a body through the functions of a source, without a network: for unit tests and fuzzers.
 */
#ifndef SOURCE_JOB_H
#define SOURCE_JOB_H

#include <string.h>

#include "base/day.h"
#include "source/ask.h"
#include "source/job.h"

#define SOURCE_JOB_NOW 1893456000	/* 2030-01-01: behind every body. */

static inline void
source_job_ask(struct cf_job_ask *ask)
{
	const struct cf_ask_texts none = { NULL, NULL, NULL };

	*ask = (struct cf_job_ask)CF_ASK_DEFAULTS;
	if (cf_ask_check(ask, &none, NULL))
		abort();
}

/* Begin a job; 0 or -1. */
static inline int
source_job_begin(struct cf_job *job, const struct cf_source *source, const struct cf_job_ask *ask, const char *id, const char *key,
    struct cf_err *err)
{

	memset(job, 0, sizeof(*job));
	job->source = source;
	job->ask = ask;
	job->arg = id;
	job->key = key;
	job->now_s = job->moment_s = SOURCE_JOB_NOW;
	job->held_to = CF_DAY_MIN;
	return (source->begin(job, err));
}

/* Give the body to the first call of the job, and finish; 0 or -1 with the verdict. */
static inline int
source_job_read(struct cf_job *job, const char *body, size_t len, enum cf_verdict *verdict, struct cf_err *err)
{
	const struct cf_job_call call = job->calls[0];

	*verdict = CF_VERDICT_NO;
	if (job->source->read(job, &call, body, len, verdict, err))
		return (-1);
	return (job->source->finish(job, err));
}

#endif /* !SOURCE_JOB_H */
