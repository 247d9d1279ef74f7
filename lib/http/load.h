#ifndef CF_HTTP_LOAD_H_
#define CF_HTTP_LOAD_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/progress.h"
#include "http/latency.h"

/*
 * A load on one URL: many requests, some at once, over libcurl's multi
 * interface, and what became of them.  Unlike http/client.h, which asks a
 * service for something, this asks for nothing but the time it takes: bodies
 * are counted and dropped, redirects are replies like others, nothing is tried
 * again, and no proxy stands between.
 *
 * Without a rate, a connection sends its next request when it has the last
 * one's reply: a slow server is asked less, and the latencies are those of the
 * requests that were sent.  With a rate, each request has a moment at which it
 * was to begin, and its latency counts from there, whether or not a connection
 * was free then.  So a pause of the server shows in all requests that users
 * would have sent meanwhile, not only in the few that were under way
 * ("coordinated omission").
 *
 * Given several bodies, the requests take them in turn.
 */

#define CF_LOAD_AT_ONCE_MAX 4096
#define CF_LOAD_REQUESTS_MAX 1000000000

struct cf_load_body {
	const char * data;
	size_t len;
};

struct cf_load_params {
	const char * url;
	const char * method;	/* NULL: POST where there are bodies, or GET. */
	const char * agent;	/* User-Agent. */
	const char * type;	/* Content-Type of the bodies. */
	const char * const * headers;	/* "Name: value" */
	size_t nheaders;
	const char * token;	/* Of Authorization: Bearer; NULL: none. */
	const char * ca_file;	/* Certificates trusted; NULL: the system's. */
	const struct cf_load_body * bodies;
	size_t nbodies;
	uint64_t requests;	/* 0: until seconds have passed. */
	double seconds;		/* Begin none later; 0: until all are sent. */
	int at_once;		/* 1 .. CF_LOAD_AT_ONCE_MAX. */
	double rate;		/* Requests begun a second; 0: as replies come. */
	double timeout_s;	/* Of one request. */
	int fresh;		/* A new connection for each request. */
	int stop_fd;		/* Readable: begin no more; -1: none. */
	struct cf_progress * progress;	/* NULL: none. */
};

#define CF_LOAD_STATUS_MAX 600
#define CF_LOAD_REFUSAL_MAX 200

struct cf_load_result {
	uint64_t ended;		/* Requests that ended, one way or other. */
	uint64_t statuses[CF_LOAD_STATUS_MAX];	/* Whole replies, by status. */
	uint64_t unreached;	/* No connection was had. */
	uint64_t timed_out;
	uint64_t broken;	/* Cut short, reset, not HTTP. */
	char reason[160];	/* Of the first of the last three. */
	int refusal_status;	/* The first that is not 2xx, or 0. */
	char refusal[CF_LOAD_REFUSAL_MAX];	/* Its text, masked. */
	uint64_t bytes;		/* Of bodies received. */
	uint64_t connections;	/* Made. */
	double seconds;		/* From the first begin to the last end. */
	struct cf_latency * latency;	/* Of whole replies. */
	int stopped;		/* By stop_fd, before all were sent. */
};

/**
 * cf_load_run(params, result, err):
 * Put the load on the server.  *${result} is filled, and ended by
 * cf_load_result_free whatever is returned.  A server that cannot be reached,
 * breaks or refuses is a result, no error.  Return 0 or -1.
 */
int cf_load_run(const struct cf_load_params * params,
    struct cf_load_result * result, struct cf_err * err);

/**
 * cf_load_failed(result), cf_load_refused(result):
 * Return the number of requests without a whole reply, and of those whose
 * status is not 2xx.
 */
uint64_t cf_load_failed(const struct cf_load_result * result);
uint64_t cf_load_refused(const struct cf_load_result * result);

/**
 * cf_load_result_free(result):
 * Free what it holds; harmless for a zeroed one.
 */
void cf_load_result_free(struct cf_load_result * result);

#endif /* !CF_HTTP_LOAD_H_ */
