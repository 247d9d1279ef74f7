#ifndef CF_SERVE_REPLY_H_
#define CF_SERVE_REPLY_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * What is answered to a request, before it becomes bytes of HTTP.  Errors are
 * problems (RFC 9457), application/problem+json:
 *
 *	{"type":"about:blank","title":"Unprocessable Content","status":422,
 *	 "detail":"rsi: not a number: \"x\"","field":"rsi",
 *	 "reason":"not a number: \"x\""}
 *
 * with the field only where one is to blame, and in a batch "record", counted
 * from 0.
 */
struct cf_reply {
	int status;
	const char * type;	/* Of the text. */
	const char * text;	/* Borrowed until the next request. */
	size_t len;
	const char * allow;	/* With 405. */
	uint64_t retry_s;	/* With 429 and 503; 0: unknown. */
	int for_all;		/* May be kept by caches on the way. */
	int page;		/* HTML, to be shown by a browser. */
	const char * who;	/* Name of the token, or NULL. */
	size_t route;		/* Row of the route table. */
};

/**
 * cf_reply_title(status):
 * Return the phrase of a status.
 */
const char * cf_reply_title(int status);

/**
 * cf_reply_text(reply, status, type, body):
 * Answer with the content of ${body}; if it could not be had, with 500.
 */
void cf_reply_text(struct cf_reply * reply, int status, const char * type,
    const struct cf_buf * body);

/**
 * cf_reply_problem(reply, body, status, detail):
 * Answer with a problem, written to ${body}, which is cleared.
 */
void cf_reply_problem(struct cf_reply * reply, struct cf_buf * body,
    int status, const char * detail);

/**
 * cf_reply_field(reply, body, status, field, len, reason, record):
 * The same where a field (NULL: none) is to blame; ${record} is its place in a
 * batch, or -1.
 */
void cf_reply_field(struct cf_reply * reply, struct cf_buf * body, int status,
    const char * field, size_t len, const char * reason, int64_t record);

/**
 * cf_reply_error(reply, body, err, record):
 * Answer 422 for bad data, 500 for anything else that ${err} tells.
 */
void cf_reply_error(struct cf_reply * reply, struct cf_buf * body,
    const struct cf_err * err, int64_t record);

#endif /* !CF_SERVE_REPLY_H_ */
