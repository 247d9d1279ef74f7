#ifndef CF_SERVE_WIRE_H_
#define CF_SERVE_WIRE_H_

#include <stdint.h>

#include "base/buf.h"
#include "serve/head.h"
#include "serve/reply.h"

/*
 * Replies as bytes of HTTP/1.1: status line, header fields, text.  A text of
 * more than a kilobyte is packed where the client takes gzip, by one deflate
 * stream that is used again and again.
 */
struct cf_wire;

/**
 * cf_wire_new(err):
 * Prepare; one for each thread or process.  Return NULL on failure; free it
 * with cf_wire_free.
 */
struct cf_wire * cf_wire_new(struct cf_err * err);

/**
 * cf_wire_reply(wire, out, head, reply, closes, now_s):
 * Append ${reply} to ${out}.  ${head} is the request's, or NULL where it could
 * not be read.  ${closes} says so to the client.
 */
void cf_wire_reply(struct cf_wire * wire, struct cf_buf * out,
    const struct cf_head * head, const struct cf_reply * reply, int closes,
    int64_t now_s);

/**
 * cf_wire_free(wire):
 * Free it; NULL is harmless.
 */
void cf_wire_free(struct cf_wire * wire);

#endif /* !CF_SERVE_WIRE_H_ */
