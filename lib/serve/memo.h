#ifndef CF_SERVE_MEMO_H_
#define CF_SERVE_MEMO_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "serve/shared.h"

/*
 * Answers given before: the same body and query, byte for byte, to the same
 * model, measured in the same way.  A fixed number of slots in memory that all
 * workers share; what does not fit into a slot is not kept, and what is new
 * takes the slot of what was there.
 *
 * A slot is written by one worker at a time and read without a lock: its number
 * is odd while somebody writes, and a reader who finds it changed has read
 * nothing.  A worker that is killed while it writes leaves an odd number behind,
 * and so a slot that is never read again.
 */
struct cf_memo;

#define CF_MEMO_SLOT 2048		/* Bytes of a slot. */

/**
 * cf_memo_new(slots, shared, err):
 * Make room for ${slots} answers, to be shared with processes forked later; the
 * hashes are those of ${shared}.  Return NULL on failure.  It is there until
 * the process ends; free the handle with free(3).
 */
struct cf_memo * cf_memo_new(size_t slots, const struct cf_shared * shared,
    struct cf_err * err);

/* What is asked. */
struct cf_memo_key {
	uint64_t hash;
	const char * model;	/* ID. */
	uint64_t settings;	/* Hash of what else the answer is made by. */
	const char * query;
	size_t query_len;
	const char * body;
	size_t body_len;
	uint32_t records;	/* Of the answer. */
};

/**
 * cf_memo_find(memo, key, out):
 * Set key->hash and look for the answer.  Return 1, with it appended to ${out}
 * and key->records set, or 0.
 */
int cf_memo_find(struct cf_memo * memo, struct cf_memo_key * key,
    struct cf_buf * out);

/**
 * cf_memo_keep(memo, key, text, len):
 * Keep the answer ${text} to ${key}, which cf_memo_find did not find.
 */
void cf_memo_keep(struct cf_memo * memo, const struct cf_memo_key * key,
    const char * text, size_t len);

#endif /* !CF_SERVE_MEMO_H_ */
