#ifndef CF_SOURCE_BODY_H_
#define CF_SOURCE_BODY_H_

#include <stddef.h>

#include "base/err.h"
#include "source/job.h"
#include "source/layout.h"
#include "table/each.h"
#include "table/pull.h"

/*
 * The body of an answer, JSON or CSV, on its way into a job.  One that cannot
 * be read is more often an error page or cut short than what a source wants to
 * say; so the verdict of every fault found here is BUSY, to be tried again.
 *
 * What a source knows of its answers stands in a struct of its own that begins
 * with a struct cf_body and is the cookie of its functions.
 */
struct cf_body {
	struct cf_job * job;
	const struct cf_job_call * call;
	enum cf_verdict * verdict;
	struct cf_err * err;
	struct cf_pull pull;		/* Of JSON. */
	struct cf_layout layout;	/* Of CSV. */
	int has_header;
};

/* What is done with a member of an object or array: 0 or -1. */
typedef int (* cf_body_member)(void * cookie,
    const struct cf_pull_item * item);

/**
 * cf_body_bad(body, item, reason):
 * Fill the error with a fault of the JSON.  Return -1.
 */
int cf_body_bad(const struct cf_body * body, const struct cf_pull_item * item,
    const char * reason);

/**
 * cf_body_next(body, item), cf_body_skip(body, item):
 * Take the next piece; pass over what belongs to a piece.  Return 0 or -1.
 */
int cf_body_next(struct cf_body * body, struct cf_pull_item * item);
int cf_body_skip(struct cf_body * body, const struct cf_pull_item * item);

/**
 * cf_body_members(body, member):
 * Call ${member} for each of the object or array just begun.  Return 0 or -1.
 */
int cf_body_members(struct cf_body * body, cf_body_member member);

/**
 * cf_body_json(body, text, len, member):
 * Read the document, which is an object with these members.  Return 0 or -1.
 */
int cf_body_json(struct cf_body * body, const char * text, size_t len,
    cf_body_member member);

/**
 * cf_body_csv(body, text, len, header, row):
 * Read the document, a table; its columns are in body->layout before
 * ${header} is called.  Return 0 or -1.
 */
int cf_body_csv(struct cf_body * body, const char * text, size_t len,
    cf_each_step header, cf_each_step row);

/**
 * cf_body_unknown(body):
 * Fill the error: the header is none that is known.  Return -1.
 */
int cf_body_unknown(const struct cf_body * body);

/**
 * cf_body_point(body, point):
 * Add a point to the rows of the job.  Return 0 or -1.
 */
int cf_body_point(const struct cf_body * body,
    const struct cf_haul_point * point);

#endif /* !CF_SOURCE_BODY_H_ */
