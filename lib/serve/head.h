#ifndef CF_SERVE_HEAD_H_
#define CF_SERVE_HEAD_H_

#include <stddef.h>
#include <stdint.h>

#include "table/csv.h"

/*
 * The head of a request: its first line and its header fields (RFC 9112).
 *
 * This is our own parser and a strict one, because between a proxy and a
 * server the danger is in what they read differently.  The HTTP library of
 * Debian 12 (libmicrohttpd 0.9.75) reads on behind a bare CR as if it were not
 * there, takes the first of two lengths, and tells its caller of neither.  Here
 * whatever has more than one reading is refused with 400:
 *
 *	a CR without LF or a LF without CR, NUL and other control bytes,
 *	a folded line, a blank before the colon, a field without a name,
 *	two of a field that may stand once, such as Content-Length and Host,
 *	a length that is not plain digits, a length and chunks at once,
 *	HTTP/1.1 without Host, chunks in HTTP/1.0.
 *
 * Nothing is copied: what is found points into the bytes given.
 */

enum cf_head_method {
	CF_HEAD_GET,
	CF_HEAD_HEAD,
	CF_HEAD_POST,
	CF_HEAD_OTHER,
	CF_HEAD_METHODS
};

/* Why a request is refused. */
struct cf_head_fault {
	int status;		/* Of HTTP. */
	const char * reason;
};

struct cf_head {
	enum cf_head_method method;
	struct cf_field path;	/* Of the target, undecoded. */
	struct cf_field query;	/* Behind the question mark; may be empty. */
	int minor;		/* HTTP/1.minor */
	struct cf_field host;	/* These have NULL texts where not given. */
	struct cf_field authorization;
	struct cf_field content_type;
	struct cf_field content_encoding;
	struct cf_field forwarded;	/* X-Forwarded-For, the last one. */
	int chunked;
	int has_length;
	uint64_t length;	/* Of the body. */
	int expects;		/* 100-continue. */
	int keep_alive;
	int takes_gzip;
};

/**
 * cf_head_find(data, len, at, end, fault):
 * Look for the end of the head in the ${len} bytes from the request's start.
 * *${at} is 0 at first and says how far the bytes were looked at, so that each
 * is looked at once however slowly they come.  Return 1 and set *${end} behind
 * the empty line, 0 if it is not there yet, -1 with *${fault} where it cannot
 * be one.
 */
int cf_head_find(const char * data, size_t len, size_t * at, size_t * end,
    struct cf_head_fault * fault);

/**
 * cf_head_parse(data, len, head, fault):
 * Take apart a whole head, as cf_head_find found it.  Return 0, or -1 with
 * *${fault}; ${head} then tells what was read so far.
 */
int cf_head_parse(const char * data, size_t len, struct cf_head * head,
    struct cf_head_fault * fault);

/**
 * cf_head_is(field, word):
 * Return whether ${field} is ${word}, in upper or lower case.
 */
int cf_head_is(const struct cf_field * field, const char * word);

/**
 * cf_head_query(query, name, dst, size):
 * Copy the value of the parameter ${name} of ${query} to ${dst}, which has
 * ${size} bytes, with its escapes undone and a NUL behind.  Return its length,
 * -1 if there is none, -2 if it is not to be read: escapes that are none, NUL
 * or too long.
 */
int cf_head_query(const struct cf_field * query, const char * name,
    char * dst, size_t size);

/**
 * cf_head_method_name(method):
 * Return "GET" and so on, "other" for CF_HEAD_OTHER.
 */
const char * cf_head_method_name(enum cf_head_method method);

#endif /* !CF_SERVE_HEAD_H_ */
