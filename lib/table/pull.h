#ifndef CF_TABLE_PULL_H_
#define CF_TABLE_PULL_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * JSON documents from outside, read piece by piece.  A tree (Jansson's) takes
 * some fifty times the bytes of a hostile text; this takes none: pieces point
 * into the text, which is in memory and stays as it is.  Nesting is bounded.
 * The grammar of RFC 8259 is held to, so that half a document is never taken
 * for a whole one.
 */

#define CF_PULL_DEPTH_MAX 32	/* Of nesting. */

enum cf_pull_kind {
	CF_PULL_OBJECT,		/* An object or array begins; */
	CF_PULL_ARRAY,
	CF_PULL_END,		/* the one begun last ends. */
	CF_PULL_STRING,		/* text: between the quotes, undecoded. */
	CF_PULL_NUMBER,		/* text: as it stands. */
	CF_PULL_TRUE,
	CF_PULL_FALSE,
	CF_PULL_NULL
};

struct cf_pull {
	const char * name;	/* For messages. */
	const char * text;
	size_t len;
	size_t pos;
	unsigned int depth;	/* Objects and arrays that are open. */
	uint32_t objects;	/* Bit d: that of depth d + 1 is an object. */
	int first;		/* Nothing stands yet in the one open. */
	int begun;		/* The document's value has begun. */
};

struct cf_pull_item {
	enum cf_pull_kind kind;
	const char * key;	/* In an object: undecoded; else NULL. */
	size_t key_len;
	const char * text;
	size_t len;
};

/**
 * cf_pull_start(pull, text, len, name):
 * Begin with the ${len} bytes of ${text}; both texts are borrowed.
 */
void cf_pull_start(struct cf_pull * pull, const char * text, size_t len,
    const char * name);

/**
 * cf_pull_next(pull, item, err):
 * Set *${item} to the next piece.  Return 1, 0 behind the end of the document,
 * or -1 where it is no JSON.
 */
int cf_pull_next(struct cf_pull * pull, struct cf_pull_item * item,
    struct cf_err * err);

/**
 * cf_pull_skip(pull, item, err):
 * If ${item}, the piece had last, begins an object or array, go behind its
 * end.  Return 0 or -1.
 */
int cf_pull_skip(struct cf_pull * pull, const struct cf_pull_item * item,
    struct cf_err * err);

/**
 * cf_pull_is_key(item, key):
 * Return whether the piece has that key.
 */
int cf_pull_is_key(const struct cf_pull_item * item, const char * key);

/**
 * cf_pull_bad(pull, item, reason, err):
 * Report the piece (NULL: the place reached) as bad data.  Return -1.
 */
int cf_pull_bad(const struct cf_pull * pull, const struct cf_pull_item * item,
    const char * reason, struct cf_err * err);

/**
 * cf_pull_decode(text, len, dst, dst_size):
 * Copy a string's text with its escapes undone; what is not ASCII becomes a
 * question mark, what does not fit is left out.  NUL-terminated.  Return its
 * length.
 */
size_t cf_pull_decode(const char * text, size_t len, char * dst,
    size_t dst_size);

#endif /* !CF_TABLE_PULL_H_ */
