#ifndef CF_SOURCE_TASK_H_
#define CF_SOURCE_TASK_H_

#include <stdint.h>

#include "base/rng.h"
#include "http/client.h"
#include "source/job.h"

/*
 * A job on its way: its present call is answered from the cache, or waits for
 * its turn, or is with the server; what comes back is judged, and leads to the
 * next call, another try, or the end.
 */

/* What all tasks share. */
struct cf_task_common {
	const char * home;	/* State folder. */
	const char * base_url;	/* For all calls; NULL: the sources' own. */
	char base_host[64];	/* Of base_url, for the cache; or empty. */
	const char * cache;	/* Folder. */
	double max_wait_s;	/* For a quota, or as a server asks. */
	double max_age_s;	/* Of a cached body that is not asked again. */
	double retry_wait_s;
	int64_t retries;
	int offline;
	double pinned_s;	/* The moment taken for now; 0: the clock's. */
	double start_s;		/* Monotonic clock at the beginning. */
	struct cf_client * client;
	struct cf_rng rng;
	int asked;		/* Requests sent. */
};

/* A source in this run. */
struct cf_task_line {
	const struct cf_source * source;
	char * key;		/* NULL: none. */
	struct cf_quota_rule quota;
	double wait_s;		/* Monotonic: no request before. */
	double end_s;		/* Monotonic: its deadline; 0: not begun. */
	int is_refused;		/* Nothing more may be asked in this run... */
	struct cf_err refusal;	/* ...for this reason. */
};

enum cf_task_state { CF_TASK_READY, CF_TASK_FLYING, CF_TASK_DONE,
    CF_TASK_FAILED };

struct cf_task {
	struct cf_job job;
	struct cf_task_line * line;
	enum cf_task_state state;
	struct cf_err err;	/* FAILED. */
	double not_before_s;	/* Monotonic. */
	int tries;		/* Of the present call that failed. */
	int bursts;
	int looked;		/* In the cache, for the present call. */
	double taken_s;		/* Moment of the request under way. */
	struct cf_buf name;	/* Of the present call in the cache. */
	char etag[CF_HTTP_TAG_MAX];
	char modified[CF_HTTP_DATE_MAX];
};

/**
 * cf_task_now(common):
 * Return the moment taken for now, in seconds.
 */
double cf_task_now(const struct cf_task_common * common);

/**
 * cf_task_go(task, common, is_flying):
 * Move the task on as far as it goes without waiting.  ${is_flying} tells
 * whether a request of the same name is under way for another task.
 */
void cf_task_go(struct cf_task * task, struct cf_task_common * common,
    int (* is_flying)(void * cookie, const struct cf_task * task),
    void * cookie);

/**
 * cf_task_reply(task, common, reply):
 * Take the reply to its request.
 */
void cf_task_reply(struct cf_task * task, struct cf_task_common * common,
    struct cf_client_reply * reply);

/**
 * cf_task_fail(task, err):
 * End it for the reason ${err}.
 */
void cf_task_fail(struct cf_task * task, const struct cf_err * err);

#endif /* !CF_SOURCE_TASK_H_ */
