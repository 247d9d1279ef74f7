#ifndef CF_SERVE_CHUNK_H_
#define CF_SERVE_CHUNK_H_

#include <stddef.h>

#include "base/buf.h"
#include "serve/head.h"

/*
 * A body in chunks (RFC 9112 7.1), taken apart as its bytes come.  Extensions
 * and trailers are read and dropped; what they take in all is bounded, and so
 * is the body.  Lines end in CR LF and nothing else, as in a head.
 */
struct cf_chunk {
	int state;		/* A zeroed struct is at the start. */
	size_t left;		/* Bytes of the present chunk. */
	size_t digits;		/* Of its size. */
	size_t extra;		/* Bytes of extensions and trailers. */
	size_t line;		/* Bytes of the present trailer's line. */
};

/**
 * cf_chunk_take(chunk, data, len, taken, body, max, fault):
 * Take bytes from the ${len} of ${data}, set *${taken} to how many, and append
 * what is body to ${body}.  Return 1 when the body has ended, 0 when more
 * bytes are needed, -1 with *${fault}: 400, or 413 for more than ${max} bytes.
 */
int cf_chunk_take(struct cf_chunk * chunk, const char * data, size_t len,
    size_t * taken, struct cf_buf * body, size_t max,
    struct cf_head_fault * fault);

#endif /* !CF_SERVE_CHUNK_H_ */
