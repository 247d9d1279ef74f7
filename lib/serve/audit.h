#ifndef CF_SERVE_AUDIT_H_
#define CF_SERVE_AUDIT_H_

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "serve/head.h"
#include "serve/reply.h"

/*
 * The audit log: a line of NDJSON for each request, who asked what and what
 * came of it, never the token nor the body:
 *
 *	{"time":"2026-01-02T03:04:05Z","token":"analyst","address":"192.0.2.1",
 *	 "method":"POST","path":"/predict","status":200,"bytes":213,
 *	 "latency_us":61}
 *
 * Lines are gathered and appended by one write for each turn of the loop, which
 * all processes may do to one file; it is not synced.  To rotate: rename it
 * and send HUP.
 */
struct cf_audit {
	const char * path;	/* Borrowed. */
	int fd;
	struct cf_buf lines;
};

/**
 * cf_audit_open(audit, path, err):
 * Append to ${path}, which is made for its owner only.  Also what a rotation
 * calls for: an open one is reopened, or stays as it is on failure.  A new one
 * is a struct with fd = -1.  Return 0 or -1.
 */
int cf_audit_open(struct cf_audit * audit, const char * path,
    struct cf_err * err);

/**
 * cf_audit_add(audit, now_s, head, reply, address, latency_us):
 * Add a line; ${head} is NULL for what was no request.
 */
void cf_audit_add(struct cf_audit * audit, int64_t now_s,
    const struct cf_head * head, const struct cf_reply * reply,
    const char * address, uint64_t latency_us);

/**
 * cf_audit_flush(audit):
 * Write what was gathered.  Return 0, or -1 where it was lost.
 */
int cf_audit_flush(struct cf_audit * audit);

/**
 * cf_audit_close(audit):
 * Write the rest and close.
 */
void cf_audit_close(struct cf_audit * audit);

#endif /* !CF_SERVE_AUDIT_H_ */
