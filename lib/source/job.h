#ifndef CF_SOURCE_JOB_H_
#define CF_SOURCE_JOB_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "source/quota.h"
#include "source/haul.h"
#include "source/verdict.h"

/*
 * A source is one row of the table in source.c: names, limits and four
 * functions.  A job is one symbol or series asked of a source: a queue of
 * calls (requests), and the rows gathered from their bodies.  The functions of
 * a source know nothing of transport, time or disk; fetch.c knows nothing of
 * formats.
 */

/* What the user wants, the same for all jobs. */
struct cf_job_ask {
	const char * function;	/* alphavantage: "daily", "weekly", ... */
	int splits;		/* And the splits. */
	const char * datatype;	/* "auto", "json", "csv" */
	const char * interval;	/* "5min" */
	const char * month;	/* "YYYY-MM" or NULL. */
	const char * outputsize;	/* "compact", "full" */
	int32_t from;		/* Days; CF_DAY_MIN and CF_DAY_MAX: all. */
	int32_t to;
	int32_t as_of;		/* CF_DAY_MAX: now. */
	int vintages;
	double lag_days;	/* Instead of the table; negative: none. */
	const char * map;	/* csv: "date=Data,close=Zamkniecie" */
	int to_store;
};

/* One request of a job. */
struct cf_job_call {
	int what;		/* The source's own kinds of body. */
	int64_t offset;		/* Of a page. */
	int32_t from;		/* Days. */
	int32_t to;
	int keyless;		/* Sent without the key. */
};

#define CF_JOB_CALLS_MAX 400	/* Calls of one job. */
#define CF_JOB_ID_MAX 64	/* Bytes of an id. */
#define CF_JOB_NOTES_MAX 4096	/* Bytes of notes. */

struct cf_job {
	const struct cf_source * source;
	const struct cf_job_ask * ask;
	const char * arg;	/* As the user named it; borrowed. */
	char id[CF_JOB_ID_MAX + 16];	/* Symbol or series of the rows. */
	const char * select;	/* Of a file: the symbol; borrowed. */
	int takes_all;		/* Of a file: all rows are of that symbol. */
	const char * key;	/* Borrowed; NULL: none. */
	int64_t now_s;
	int32_t held_to;	/* Newest day in the store; CF_DAY_MIN: none. */

	struct cf_job_call * calls;
	size_t ncalls;
	size_t calls_capacity;
	size_t at;		/* The call that is next or under way. */

	struct cf_haul rows;
	struct cf_haul splits;	/* Points: day and factor. */
	int64_t moment_s;	/* When the server gave the bars. */
	char refreshed[24];	/* "Last Refreshed" of the source, or empty. */
	int is_utc;		/* Times of day are UTC, not Eastern. */
	int32_t * dates;	/* Vintage dates. */
	size_t ndates;
	size_t dates_capacity;
	int is_dated;		/* `available` came with the points. */
	struct cf_buf notes;	/* Lines for the user. */
};

struct cf_source {
	const char * name;
	const char * ids;	/* "SYMBOL", for --list */
	const char * gives;	/* For --list. */
	const char * base_url;	/* NULL: files. */
	const char * key_name;	/* Variable of its key, or NULL. */
	const char * key_param;	/* Query parameter of its key. */
	int needs_key;
	int is_stepwise;	/* What the store has is not asked for again. */
	struct cf_quota_rule quota;
	const char * notice;	/* What its terms want shown, or NULL. */

	/* Check job->arg, set job->id and rows.kind, push the first calls. */
	int (* begin)(struct cf_job * job, struct cf_err * err);
	/* Append the call's path and query less the key to url (a whole URL if
	 * it has a base of its own, *base), and its name in the cache. */
	void (* url)(const struct cf_job * job, const struct cf_job_call * call,
	    const char ** base, struct cf_buf * url, struct cf_buf * name);
	/* Read a body of status 200: gather rows, push further calls.  0, or -1
	 * with the verdict. */
	int (* read)(struct cf_job * job, const struct cf_job_call * call,
	    const char * body, size_t len, enum cf_verdict * verdict,
	    struct cf_err * err);
	/* What a body of another status says; may be NULL.  May change verdict
	 * and err. */
	void (* explain)(const struct cf_job * job, const char * body,
	    size_t len, enum cf_verdict * verdict, struct cf_err * err);
	/* All hope for the call is gone: 1 if it was changed for another way.
	 * May be NULL. */
	int (* fallback)(struct cf_job * job, struct cf_job_call * call);
	/* Files: take the place of calls.  NULL for others. */
	int (* load)(struct cf_job * job, struct cf_err * err);
	/* All calls are read: put the rows in their final state. */
	int (* finish)(struct cf_job * job, struct cf_err * err);
};

/**
 * cf_job_push(job, call, err):
 * Add a call to the end of the queue.  Return 0 or -1.
 */
int cf_job_push(struct cf_job * job, const struct cf_job_call * call,
    struct cf_err * err);

/**
 * cf_job_note(job, fmt, ...):
 * Add a line for the user; what goes beyond CF_JOB_NOTES_MAX is left out.
 */
void cf_job_note(struct cf_job * job, const char * fmt, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * cf_job_set_id(job, id, suffix, err):
 * Set job->id to ${id} (of 1 to CF_JOB_ID_MAX printable bytes without blanks
 * and quotes, else kind CF_ERR_USAGE) and ${suffix}.  Return 0 or -1.
 */
int cf_job_set_id(struct cf_job * job, const char * id, const char * suffix,
    struct cf_err * err);

/**
 * cf_job_fail(job, verdict_out, verdict, text, len, err):
 * Report what the server says, with the key masked.  Set *${verdict_out} and
 * return -1.
 */
int cf_job_fail(const struct cf_job * job, enum cf_verdict * verdict_out,
    enum cf_verdict verdict, const char * text, size_t len,
    struct cf_err * err);

/**
 * cf_job_whole_lines(job, body, len):
 * Return the length of ${body} without a last line that has no end, if it is
 * CSV: that may have lost the rest of a number.  A note tells so.
 */
size_t cf_job_whole_lines(struct cf_job * job, const char * body, size_t len);

/**
 * cf_job_series(job, err):
 * The end of a job that gathers a series: sort, set `available`, cut.  Return
 * 0 or -1.
 */
int cf_job_series(struct cf_job * job, struct cf_err * err);

/**
 * cf_job_today(job):
 * Return the day in New York of the moment at which the server gave the rows.
 */
int32_t cf_job_today(const struct cf_job * job);

/**
 * cf_job_free(job):
 * Free what it holds.
 */
void cf_job_free(struct cf_job * job);

#endif /* !CF_SOURCE_JOB_H_ */
