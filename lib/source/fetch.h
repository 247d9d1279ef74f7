#ifndef CF_SOURCE_FETCH_H_
#define CF_SOURCE_FETCH_H_

#include <stddef.h>
#include <stdint.h>

#include "base/progress.h"
#include "source/job.h"
#include "source/store.h"

/*
 * Fetching: jobs of one or several sources, a few at a time, each source
 * within its quota, all within a deadline.  What comes is merged into the
 * store, or handed over in the order in which it was asked for.
 *
 * Memory does not grow with what servers send nor with the number of jobs: a
 * job is begun only when few before it are still to be handed over.
 */
struct cf_fetch_options {
	const char * home;	/* State folder: quotas, cache, store. */
	const struct cf_job_ask * ask;
	const char * base_url;	/* For all requests; NULL: each its own. */
	const char * agent;	/* User-Agent. */
	size_t max_bytes;	/* Of a body. */
	double timeout_s;	/* Of a request. */
	double deadline_s;	/* Of the run. */
	double source_deadline_s;	/* Of each source in it. */
	double max_wait_s;	/* For a quota, or as a server asks. */
	double max_age_s;	/* Of cached bodies taken without asking. */
	double retry_wait_s;	/* Before the first further try. */
	int64_t retries;
	int64_t per_day;	/* Quota; negative: the source's own. */
	double spacing_s;	/* The same. */
	int offline;
	int64_t now_s;		/* Taken for now; 0: the clock's. */
	uint64_t seed;		/* For the jitter. */
	int stop_fd;		/* To be read when all must end; -1: none. */
	struct cf_progress * progress;	/* Of jobs, started; or NULL. */
};

/* What the program does with it all. */
struct cf_fetch_hooks {
	void * cookie;
	/* Rows of a job; they may be changed. */
	int (* deliver)(void * cookie, struct cf_job * job,
	    struct cf_err * err);
	/* They are in the store (only with ask->to_store). */
	void (* stored)(void * cookie, const struct cf_job * job,
	    const struct cf_store_report * report);
	/* A line for the user: a warning, or the error of a job. */
	void (* say)(void * cookie, int is_error, const char * text);
};

struct cf_fetch;

/**
 * cf_fetch_new(options, hooks, err):
 * Return a run without jobs, to be ended with cf_fetch_free, or NULL.  Both
 * structs, and what they point to, must outlive it.
 */
struct cf_fetch * cf_fetch_new(const struct cf_fetch_options * options,
    const struct cf_fetch_hooks * hooks, struct cf_err * err);

/**
 * cf_fetch_add(fetch, source, arg, err):
 * Add the job or jobs that ${arg} means to ${source}; it is borrowed.  Nothing
 * is asked yet, but wrong names and a missing key are told.  Return 0 or -1.
 */
int cf_fetch_add(struct cf_fetch * fetch, const struct cf_source * source,
    const char * arg, struct cf_err * err);

/**
 * cf_fetch_add_all(fetch, operands, err):
 * Add jobs by the operands of a command line, up to NULL: the name of a source,
 * then names for it, then perhaps another source.  Return 0 or -1.
 */
int cf_fetch_add_all(struct cf_fetch * fetch, char * const * operands,
    struct cf_err * err);

/**
 * cf_fetch_columns(fetch):
 * Return the optional columns of the bars to come, as in struct cf_haul.
 */
unsigned int cf_fetch_columns(const struct cf_fetch * fetch);

/**
 * cf_fetch_pace(fetch):
 * Return the seconds between the beginnings of such runs with which every
 * daily quota lasts; 0 without quotas.
 */
double cf_fetch_pace(const struct cf_fetch * fetch);

/**
 * cf_fetch_run(fetch, status, err):
 * Do the jobs.  Set *${status} to the worst kind of error of them, 0 for none;
 * each is said.  Return 0, 1 when stop_fd ended it, or -1 when the run itself
 * failed.
 */
int cf_fetch_run(struct cf_fetch * fetch, int * status, struct cf_err * err);

/**
 * cf_fetch_free(fetch):
 * Free it; NULL is harmless.
 */
void cf_fetch_free(struct cf_fetch * fetch);

#endif /* !CF_SOURCE_FETCH_H_ */
