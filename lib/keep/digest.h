#ifndef CF_KEEP_DIGEST_H_
#define CF_KEEP_DIGEST_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * SHA-256 of files, and its text: 64 lower-case hexadecimal digits.
 */

#define CF_DIGEST_BYTES 32
#define CF_DIGEST_TEXT_MAX 65	/* With the final NUL. */

struct cf_digest {
	unsigned char bytes[CF_DIGEST_BYTES];
};

/**
 * cf_digest_of(data, len, digest):
 * Set *${digest} to that of the bytes.
 */
void cf_digest_of(const void * data, size_t len, struct cf_digest * digest);

/**
 * cf_digest_fd(fd, size, name, digest, err):
 * Set *${digest} to that of the next ${size} bytes of ${fd}; fewer are an
 * error of kind CF_ERR_LATER.  ${name} is for messages.  Return 0 or -1.
 */
int cf_digest_fd(int fd, uint64_t size, const char * name,
    struct cf_digest * digest, struct cf_err * err);

/**
 * cf_digest_print(digest, text), cf_digest_parse(text, len, digest):
 * The text with its NUL; the reverse, which returns 0, or -1 for anything that
 * cf_digest_print does not write.
 */
void cf_digest_print(const struct cf_digest * digest, char * text);
int cf_digest_parse(const char * text, size_t len, struct cf_digest * digest);

/**
 * cf_digest_same(a, b):
 * Return whether they are equal.
 */
int cf_digest_same(const struct cf_digest * a, const struct cf_digest * b);

#endif /* !CF_KEEP_DIGEST_H_ */
