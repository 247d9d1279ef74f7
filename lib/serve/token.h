#ifndef CF_SERVE_TOKEN_H_
#define CF_SERVE_TOKEN_H_

#include <stddef.h>

#include "base/err.h"
#include "table/csv.h"

/*
 * Who may ask.  A token is 256 random bits in base64url, 43 characters; at
 * rest there is only its SHA-256, beside a name that logs may show:
 *
 *	# one line for each token
 *	NAME sha256:64 hexadecimal digits
 *
 * A slow hash would add nothing: what has 256 bits cannot be tried out.  A
 * token that a person chose, in the variable API_TOKEN, is hashed in memory
 * only; those that are known to the world or too short are refused.
 *
 * What a client sends is hashed and compared with every entry in constant
 * time, so that time tells nothing of any.
 */
struct cf_tokens;

#define CF_TOKEN_NAME_MAX 64
#define CF_TOKEN_CHARS 43
#define CF_TOKEN_LEAST 16	/* Characters that a chosen one must have. */

/**
 * cf_token_load(path, chosen, err):
 * Read the tokens of the file ${path}; that there is none is no error.
 * ${chosen}, if not NULL, is one more, called "API_TOKEN".  Free it with
 * cf_token_free.  Return NULL on failure; a bad line or a token that is refused
 * is a fault of usage.
 */
struct cf_tokens * cf_token_load(const char * path, const char * chosen,
    struct cf_err * err);

/**
 * cf_token_count(tokens):
 * Return how many there are.
 */
size_t cf_token_count(const struct cf_tokens * tokens);

/**
 * cf_token_check(tokens, text, len):
 * Return the name of the token ${text}, or NULL if it is none.
 */
const char * cf_token_check(const struct cf_tokens * tokens,
    const char * text, size_t len);

/**
 * cf_token_of(authorization, dst, size, len):
 * Find the token in an Authorization field: behind Bearer, or the password of
 * Basic, which is all that a browser can be made to ask for.  Basic is decoded
 * into ${dst}, of ${size} bytes.  Return it and set *${len}, or NULL.
 */
const char * cf_token_of(const struct cf_field * authorization, char * dst,
    size_t size, size_t * len);

/**
 * cf_token_make(path, name, token, err):
 * Make a token, append its hash under ${name} to the file ${path}, made for its
 * owner only where there is none, and write it with a NUL to ${token}, which
 * has CF_TOKEN_CHARS + 1 bytes and is to be wiped by the caller.  A name in use
 * is a fault of usage.  Return 0 or -1.
 */
int cf_token_make(const char * path, const char * name, char * token,
    struct cf_err * err);

/**
 * cf_token_free(tokens):
 * Free them; NULL is harmless.
 */
void cf_token_free(struct cf_tokens * tokens);

#endif /* !CF_SERVE_TOKEN_H_ */
